package scene

import (
	"bytes"
	"embed"
	"io/fs"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/klauspost/compress/zstd"
)

// The fonts, made by fonts/make.
//
//go:embed fonts/bricolage-*.zst fonts/inter-*.zst
var ownFonts embed.FS

// A fontFile is one font, unpacked when it is first asked for.
type fontFile struct {
	name string
	// has are ranges of the characters that it is asked for: unpacking every font to
	// see whether it has a character would cost more than setting the text.
	has  [][2]rune
	open func() *font.Font
	// symbols says that it has no words: spaces come from another.
	symbols bool
}

func newFontFile(files fs.FS, name string, has ...[2]rune) *fontFile {
	return &fontFile{name: name, has: has, open: sync.OnceValue(func() *font.Font { return unpackFont(files, name) })}
}

// unpackFont panics when a font is damaged: they are part of the program, and a
// test opens each.
func unpackFont(files fs.FS, name string) *font.Font {
	packed, err := fs.ReadFile(files, "fonts/"+name+".zst")
	if err != nil {
		panic(err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(err)
	}
	defer decoder.Close()
	data, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		panic("unpack font " + name + ": " + err.Error())
	}
	face, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		panic("read font " + name + ": " + err.Error())
	}
	return face.Font
}

// mayHave reports whether it is worth asking for a character.
func (f *fontFile) mayHave(r rune) bool {
	for _, part := range f.has {
		if part[0] <= r && r <= part[1] {
			return true
		}
	}
	return false
}

var (
	latin       = [2]rune{0, 0x2FF}
	marks       = [2]rune{0x300, 0x36F}
	punctuation = [2]rune{0x2000, 0x2BFF}
	extended    = [2]rune{0x1D00, 0x1EFF}
	greek       = [2]rune{0x370, 0x3FF}
	polytonic   = [2]rune{0x1F00, 0x1FFF}
	cyrillic    = [2]rune{0x400, 0x52F}
	rarer       = [2]rune{0x2C60, 0xAB6F}
)

// families are the fonts of each [Font], the ones to be asked first at the front.
var families = func() [2][]*fontFile {
	own := func(name string, has ...[2]rune) *fontFile { return newFontFile(ownFonts, name+".ttf", has...) }
	body := append([]*fontFile{
		own("inter-latin", latin, marks, punctuation),
		own("inter-latin-ext", latin, marks, punctuation, extended, rarer),
		own("inter-vietnamese", latin, marks, extended, punctuation),
		own("inter-cyrillic", cyrillic, marks, punctuation),
		own("inter-cyrillic-ext", cyrillic, marks, extended, rarer, punctuation),
		own("inter-greek", greek, marks),
		own("inter-greek-ext", greek, polytonic),
	}, notoFonts()...)
	display := append([]*fontFile{
		own("bricolage-grotesque-latin", latin, marks, punctuation),
		own("bricolage-grotesque-latin-ext", latin, marks, punctuation, extended, rarer),
		own("bricolage-grotesque-vietnamese", latin, marks, extended, punctuation),
	}, body...)
	return [2][]*fontFile{display, body}
}()
