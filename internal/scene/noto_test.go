//go:build !no_noto

package scene_test

// noto says whether the fonts of Noto are built in.
const noto = true
