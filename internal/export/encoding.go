package export

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// Spotify writes UTF-8. A program that a person opened a file with may have
// saved it in the encoding of western Windows, in which every letter beyond
// ASCII is one byte. Only files with text that is not UTF-8 are examined, so
// all others cost nothing.

// encodingCounts counts what the bytes beyond ASCII of a file are.
type encodingCounts struct {
	utf8      int  // characters in UTF-8
	other     int  // bytes that are not part of any
	undefined bool // some byte stands for nothing in Windows-1252
}

// count counts the bytes of b. Unless b is the last of the file, it returns an
// incomplete character at the end, which is to be counted with what follows.
func (l *encodingCounts) count(b []byte, last bool) (rest []byte) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		if !last && !utf8.FullRune(b[i:]) {
			return b[i:]
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			l.other++
			l.undefined = l.undefined || charmap.Windows1252.DecodeByte(b[i]) == utf8.RuneError
		} else {
			l.utf8++
		}
		i += n
	}
	return nil
}

// windows1252 reports whether the file fits Windows-1252 better than UTF-8.
// Text in Windows-1252 hardly ever contains a valid character of UTF-8, so a
// file with more than a few of these is damaged UTF-8.
func (l *encodingCounts) windows1252() bool {
	const byChance = 8
	return l.other > 0 && !l.undefined && l.other >= byChance*l.utf8
}

// countEncoding reads a file to its end.
func countEncoding(r io.Reader) (l encodingCounts, err error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		rest := l.count(buf[:kept+n], err == io.EOF)
		kept = copy(buf, rest)
		switch {
		case err == io.EOF:
			return l, nil
		case err != nil:
			return l, err
		}
	}
}

// fromWindows1252 returns r's text as UTF-8, without a byte order mark of UTF-8
// in front.
func fromWindows1252(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	if b, _ := in.Peek(len(utf8BOM)); bytes.Equal(b, utf8BOM) {
		_, _ = in.Discard(len(utf8BOM)) // it has been peeked at
	}
	return transform.NewReader(in, charmap.Windows1252.NewDecoder())
}

// asUTF8 returns text as UTF-8, and the reason to report if it was not. It
// returns little more than limit bytes.
func asUTF8(text []byte, limit int64) ([]byte, Reason) {
	if utf8.Valid(text) {
		return text, Reason{}
	}
	var l encodingCounts
	if l.count(text, true); !l.windows1252() {
		replaced := []byte("\uFFFD")
		before := bytes.Count(text, replaced)
		text = bytes.ToValidUTF8(text, replaced)
		return text, notUTF8(bytes.Count(text, replaced) - before)
	}
	const most = len("€") // of what a byte becomes
	out := make([]byte, 0, min(int64(len(text)+(most-1)*l.other), limit+int64(most)))
	for i := 0; i < len(text) && int64(len(out)) <= limit; i++ {
		out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(text[i]))
	}
	return out, reasonOf(CodeWindows1252)
}
