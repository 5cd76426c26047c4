package account

import (
	"errors"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// errBroken says that a document ends, or is no JSON, before its value does.
var errBroken = errors.New("the JSON breaks off")

// A walk goes through a document that is known to be well-formed, and passes
// over values at the speed of a search for brackets and quotes. Of what is no
// JSON it notices no more than that it cannot go on.
type walk struct {
	b      []byte
	p      int
	buf    []byte // see unquoted
	broken bool
}

// next is the byte at which something stands, 0 at the end of the document.
func (w *walk) next() byte {
	for !w.broken && w.p < len(w.b) {
		switch c := w.b[w.p]; c {
		case ' ', '\n', '\r', '\t':
			w.p++
		default:
			return c
		}
	}
	return 0
}

// skip passes over the next value and returns it as it stands, nothing when it
// is broken.
func (w *walk) skip() []byte {
	if w.next() == 0 {
		w.broken = true
		return nil
	}
	start, end := w.p, export.SkipValue(w.b, w.p)
	if end < 0 {
		w.broken = true
		return nil
	}
	w.p = end
	return w.b[start:end]
}

// each goes through what stands within the brackets of which the first is next.
// It calls f before each value, with the key of a member as it stands, and f
// takes the value.
func (w *walk) each(f func(key []byte)) {
	object := w.b[w.p] == '{'
	end := w.b[w.p] + 2 // the bracket that closes it
	w.p++
	for first := true; ; first = false {
		c := w.next()
		if c == end && !w.broken {
			w.p++
			return
		}
		if !first && c == ',' {
			w.p++
			c = w.next()
		} else if !first {
			c = 0
		}
		var key []byte
		if object && c == '"' {
			key = w.skip()
			if c = w.next(); c == ':' {
				w.p++
				c = w.next()
			} else {
				c = 0
			}
		} else if object {
			c = 0
		}
		if c == 0 || c == ',' || c == ']' || c == '}' {
			w.broken = true
			return
		}
		f(key)
	}
}
