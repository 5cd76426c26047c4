//go:build no_noto

package scene

func notoFonts() []*fontFile { return nil }
