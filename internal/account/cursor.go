package account

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// errBroken: the document ends, or is not JSON, before its value ends.
var errBroken = errors.New("the JSON breaks off")

// scanner reads a document whose grammar was checked when it was imported, so
// it skips values by looking for brackets and quotes only. Of invalid JSON it
// notices only that it cannot go on.
type scanner struct {
	b      []byte
	p      int
	buf    []byte // see unquoted
	broken bool
}

// next is the first byte of the next value or mark, 0 at the end of the document.
func (s *scanner) next() byte {
	for !s.broken && s.p < len(s.b) {
		switch c := s.b[s.p]; c {
		case ' ', '\n', '\r', '\t':
			s.p++
		default:
			return c
		}
	}
	return 0
}

// skip moves past the next value and returns it as it is written, nothing when it
// is broken.
func (s *scanner) skip() []byte {
	if s.next() != 0 {
		start := s.p
		if end := export.SkipValue(s.b, start); end >= 0 {
			s.p = end
			return s.b[start:end]
		}
	}
	s.broken = true
	return nil
}

// each reads the object or array that begins here. It calls f before each
// value, with the key of a member as it is written; f must read the value.
func (s *scanner) each(f func(key []byte)) {
	object := s.b[s.p] == '{'
	end := s.b[s.p] + 2 // the bracket that closes it
	s.p++
	// after moves past a mark that must be next.
	after := func(mark byte) bool {
		if s.next() != mark {
			return false
		}
		s.p++
		return true
	}
	for first := true; ; first = false {
		if after(end) {
			return
		}
		ok := first || after(',')
		var key []byte
		if ok && object {
			if ok = s.next() == '"'; ok {
				key = s.skip()
				ok = after(':')
			}
		}
		if c := s.next(); !ok || c == 0 || c == ',' || c == ']' || c == '}' {
			s.broken = true
			return
		}
		f(key)
	}
}

// withoutMark is a document without the byte order mark that some programs write.
func withoutMark(json []byte) []byte { return bytes.TrimPrefix(json, []byte("\xef\xbb\xbf")) }

// unquoted is what a JSON string says, in buf where it has escapes.
func unquoted(v []byte, buf *[]byte) []byte {
	if len(v) < 2 || v[0] != '"' {
		return v
	}
	if inner := v[1 : len(v)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	// The error can only be invalid UTF-8, which becomes U+FFFD.
	*buf, _ = jsontext.AppendUnquote((*buf)[:0], v)
	return *buf
}

// cursor reads a document value by value. Each method reads exactly one value; a
// value of another kind than expected is skipped and, unless it is null, counted.
// Once the document is broken no method does anything.
type cursor struct {
	scanner
	texts    map[string]string
	odd      int // values of another kind than expected
	timeless int // rows without a time that can be read
}

// read reads a document and records what was wrong with it.
func (r *reading) read(s *source, f func(*cursor)) {
	json, ok := r.content(s)
	if !ok {
		return
	}
	c := cursor{scanner: scanner{b: withoutMark(json)}, texts: r.texts}
	f(&c)
	r.problem(s, CodeNoTime, c.timeless)
	if c.broken && !s.cut {
		r.problem(s, CodeCutShort, 1)
	}
	r.problem(s, CodeOddKind, c.odd)
}

// kind is the first byte of the next value, '0' for any number; 0 when there is none.
func (c *cursor) kind() byte {
	if k := c.next(); k != '-' && (k < '0' || k > '9') {
		return k
	}
	return '0'
}

// expect reports whether the next value is of the kind, and skips any other.
func (c *cursor) expect(kind byte) bool {
	k := c.kind()
	if k == kind {
		return true
	}
	if k != 'n' && k != 0 {
		c.odd++
	}
	c.skip()
	return false
}

// object calls f for each member. f need not read the member's value. The key
// is valid until f reads.
func (c *cursor) object(f func(key []byte)) {
	if c.expect('{') {
		c.each(func(key []byte) {
			start := c.p
			f(unquoted(key, &c.buf))
			if c.p == start {
				c.skip()
			}
		})
	}
}

// array calls f for each element. f need not read it.
func (c *cursor) array(f func()) {
	if c.expect('[') {
		c.each(func([]byte) {
			start := c.p
			f()
			if c.p == start {
				c.skip()
			}
		})
	}
}

// objects calls f for each object of an array and skips everything else.
func (c *cursor) objects(f func()) {
	c.array(func() {
		if c.expect('{') {
			f()
		}
	})
}

// bytes is a string's text, or a number as it is written. It is valid until the next read.
func (c *cursor) bytes() []byte {
	if k := c.kind(); k != '"' && k != '0' {
		c.expect('"')
		return nil
	}
	return unquoted(c.skip(), &c.buf)
}

// text is a string, or a number as it is written, and "" for anything else.
func (c *cursor) text() string {
	b := c.bytes()
	if len(b) == 0 {
		return ""
	}
	if s, ok := c.texts[string(b)]; ok {
		return s
	}
	s := string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	if len(c.texts) >= maxTexts {
		clear(c.texts)
	}
	c.texts[s] = s
	return s
}

// time is a time in Unix milliseconds, 0 when it cannot be read.
func (c *cursor) time() int64 { return milliseconds(string(c.bytes())) }

// whole is a whole number, which may be written as a string.
func (c *cursor) whole() int {
	b := c.bytes()
	if n, err := strconv.Atoi(string(b)); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(string(b), 64); err == nil && f > -1e15 && f < 1e15 {
		return int(f)
	}
	if len(b) > 0 {
		c.odd++
	}
	return 0
}

// list is the strings of an array.
func (c *cursor) list() []string {
	var list []string
	c.array(func() {
		if s := c.text(); s != "" {
			list = append(list, s)
		}
	})
	return list
}

// people counts the names of an array of names or of objects with a name.
func (c *cursor) people() int {
	n := 0
	c.array(func() {
		named := false
		if c.kind() == '{' {
			c.object(func(key []byte) {
				switch string(key) {
				case "name", "displayName", "username", "userName":
					named = len(c.bytes()) > 0 || named
				}
			})
		} else {
			named = len(c.bytes()) > 0
		}
		if named {
			n++
		}
	})
	return n
}
