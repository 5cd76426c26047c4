package account

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// cursor walks a document value by value. Each method takes exactly one value;
// a value of another kind than asked for is passed over and, unless it is null,
// counted. After the first error in the syntax every method does nothing.
type cursor struct {
	dec   *jsontext.Decoder
	texts map[string]string
	buf   []byte
	odd   int // values of another kind than asked for
	err   error
}

func newCursor(json []byte, texts map[string]string) *cursor {
	json = withoutMark(json)
	// From a bytes.Buffer the decoder reads in place.
	return &cursor{texts: texts, dec: jsontext.NewDecoder(bytes.NewBuffer(json),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
}

var errDamaged = errors.New("the document cannot be unpacked")

// open starts reading a document; the returned function notes what was wrong.
func (r *reading) open(s *Source) (*cursor, func()) {
	json, ok := r.content(s)
	c := newCursor(json, r.texts)
	if !ok {
		c.err = errDamaged
		return c, func() {}
	}
	return c, func() {
		if c.err != nil && !s.cut {
			r.problem(s, CodeCutShort, 1)
		}
		r.problem(s, CodeOddKind, c.odd)
	}
}

// kind is the kind of the next value, 0 when there is none.
func (c *cursor) kind() jsontext.Kind {
	if c.err != nil {
		return 0
	}
	return c.dec.PeekKind()
}

// take begins a value of the kind, or passes over one of another.
func (c *cursor) take(kind jsontext.Kind) bool {
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

func (c *cursor) skip() {
	if c.err == nil {
		c.err = c.dec.SkipValue()
	}
}

func (c *cursor) token() {
	if c.err == nil {
		_, c.err = c.dec.ReadToken()
	}
}

// object calls f for each member. f need not read the member's value. The key
// is good until f reads.
func (c *cursor) object(f func(key []byte)) {
	if !c.take('{') {
		return
	}
	c.token()
	for c.kind() != '}' && c.err == nil {
		name, err := c.dec.ReadValue()
		if err != nil {
			c.err = err
			return
		}
		f(unquoted(name, &c.buf))
		// Names and values take turns, so an odd number means a value to go.
		if _, n := c.stack(); n%2 == 1 {
			c.skip()
		}
	}
	c.token()
}

// array calls f for each element. f need not read it.
func (c *cursor) array(f func()) {
	if !c.take('[') {
		return
	}
	c.token()
	for c.kind() != ']' && c.err == nil {
		if c.kind() == 0 { // the document ends here: no element, but the error
			c.skip()
			return
		}
		_, before := c.stack()
		f()
		if _, n := c.stack(); n == before {
			c.skip()
		}
	}
	c.token()
}

// objects calls f for each object of an array and passes over what is none.
func (c *cursor) objects(f func()) {
	c.array(func() {
		if c.kind() == '{' {
			f()
			return
		}
		c.take('{')
	})
}

func (c *cursor) stack() (jsontext.Kind, int64) { return c.dec.StackIndex(c.dec.StackDepth()) }

// withoutMark is a document without the mark that some programs begin texts with.
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

// bytes is a string's text, or a number as it stands. It is good until the next read.
func (c *cursor) bytes() []byte {
	if k := c.kind(); k != '"' && k != '0' {
		c.take('"')
		return nil
	}
	v, err := c.dec.ReadValue()
	if err != nil {
		c.err = err
		return nil
	}
	return unquoted(v, &c.buf)
}

// text is a string, or a number as it stands, and "" for anything else.
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

// whole is a whole number, which may stand in a string.
func (c *cursor) whole() int {
	b := c.bytes()
	n, err := strconv.Atoi(string(b))
	if err != nil {
		if f, err := strconv.ParseFloat(string(b), 64); err == nil && f > -1e15 && f < 1e15 {
			return int(f)
		}
		if len(b) > 0 {
			c.odd++
		}
		return 0
	}
	return n
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
