//go:build !no_noto

package scene

import "embed"

// The fonts of the scripts that Inter lacks: 3.4 MB of the binary, which the
// build tag no_noto leaves out.
//
//go:embed fonts/noto-*.zst
var notoFiles embed.FS

func notoFonts() []*fontFile {
	emoji := newFontFile(notoFiles, "noto-emoji.ttf", [2]rune{0x2300, 0x27BF}, [2]rune{0x2B00, 0x2BFF}, [2]rune{0x1F000, 0x1FAFF})
	emoji.symbols = true
	return []*fontFile{
		newFontFile(notoFiles, "noto-sans-arabic.ttf", [2]rune{0x600, 0x6FF}, [2]rune{0x750, 0x77F}, [2]rune{0x870, 0x8FF}, [2]rune{0x200C, 0x204F}, [2]rune{0xFB50, 0xFDFF}, [2]rune{0xFE70, 0xFEFC}),
		newFontFile(notoFiles, "noto-sans-hebrew.ttf", [2]rune{0x590, 0x5FF}, [2]rune{0xFB1D, 0xFB4F}),
		newFontFile(notoFiles, "noto-sans-thai.ttf", [2]rune{0xE00, 0xE7F}),
		newFontFile(notoFiles, "noto-sans-devanagari.ttf", [2]rune{0x900, 0x97F}, [2]rune{0x1CD0, 0x1CFF}, [2]rune{0xA8E0, 0xA8FF}),
		emoji,
		newFontFile(notoFiles, "noto-sans-cjk.otf", [2]rune{0x2010, 0x27BF}, [2]rune{0x2E80, 0x9FFF}, [2]rune{0xAC00, 0xD7AF}, [2]rune{0xF900, 0xFAFF}, [2]rune{0xFE30, 0xFE4F}, [2]rune{0xFF00, 0xFFEF}, [2]rune{0x1100, 0x11FF}),
	}
}
