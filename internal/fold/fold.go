// Package fold writes names in the form in which case and accents do not
// matter. Searches compare names, and rankings order them, in this form.
package fold

import (
	"bytes"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Append appends s to dst in lower case, decomposed, without combining accents,
// and with the letters that do not decompose spelled out. Only the accents of
// Latin, Greek and Cyrillic are dropped: in other scripts the marks make
// different letters (か and が). It never writes a zero byte.
func Append(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c < ' ':
			c = ' '
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r >= latinEnd || n == 1 {
				return appendRunes(dst, norm.NFKD.String(s[i:]))
			}
			dst = append(dst, latin()[r]...)
			i += n - 1
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// Key is s folded, without spaces at its edges.
func Key(s string) string {
	return string(bytes.TrimSpace(Append(make([]byte, 0, len(s)), s)))
}

// maxGrowth is how many times as many bytes a folded name has at most: U+FDFA
// stands for eighteen letters.
const maxGrowth = 11

// AppendWithin is Append for a name that must not grow beyond limit bytes. One
// that does is appended as it is written, with spaces in place of zero bytes.
// dst must be empty.
func AppendWithin(dst []byte, s string, limit int) []byte {
	if len(s) <= limit/maxGrowth {
		return Append(dst, s)
	}
	var parts norm.Iter
	for parts.InitString(norm.NFKD, s); !parts.Done() && len(dst) <= limit; {
		dst = appendRunes(dst, string(parts.Next()))
	}
	if len(dst) > limit {
		return append(dst[:0], strings.ReplaceAll(s, "\x00", " ")...)
	}
	return dst
}

// latin holds the folded letters of most European languages, which nearly all
// names are made of. No combining mark changes places with one of them when a
// string is normalized, so they can be folded one by one.
var latin = sync.OnceValue(func() *[latinEnd]string {
	var folded [latinEnd]string
	for r := range folded {
		folded[r] = string(appendRunes(nil, norm.NFKD.String(string(rune(r)))))
	}
	return &folded
})

const latinEnd = 0x180

// spelled are the letters that do not decompose.
var spelled = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'ħ': "h", 'ı': "i",
	'ς': "σ", '‘': "'", '’': "'", '“': `"`, '”': `"`,
}

// spelledEnd is beyond all of them, so that most scripts need no look into the map.
const spelledEnd = 0x2020

// appendRunes appends the folded runes of a decomposed string.
func appendRunes(dst []byte, s string) []byte {
	for _, r := range s {
		if 0x300 <= r && r <= 0x36f {
			continue
		}
		r = unicode.ToLower(r)
		if r < spelledEnd {
			if text, ok := spelled[r]; ok {
				dst = append(dst, text...)
				continue
			}
		}
		dst = utf8.AppendRune(dst, max(r, ' '))
	}
	return dst
}
