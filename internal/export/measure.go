package export

import (
	"bytes"
	"math"
)

// Extent is how much a JSON document holds: what it costs to build something of
// it. Empty elements count like any other.
type Extent struct {
	Elements int // elements of arrays
	Members  int // members of objects
	Text     int // bytes of its strings and numbers, as they are written, without keys
}

// Room bounds an extent.
type Room struct {
	Elements int // of arrays
	Values   int // elements and members together
	Text     int // bytes
}

// Holds reports whether a document of that extent fits.
func (r Room) Holds(e Extent) bool {
	return e.Elements <= r.Elements && e.Elements+e.Members <= r.Values && e.Text <= r.Text
}

// Less is the room that remains after a document that fits.
func (r Room) Less(e Extent) Room {
	return Room{r.Elements - e.Elements, r.Values - e.Elements - e.Members, r.Text - e.Text}
}

// Measure counts what a well-formed document holds, and builds nothing.
func Measure(json []byte) Extent {
	_, e := Fitting(json, Room{math.MaxInt, math.MaxInt, math.MaxInt})
	return e
}

// Fitting is how many bytes of a well-formed document fit into a room, and what
// they hold. A document that does not fit ends before the first value that is
// too much. It looks at brackets, commas and strings, and takes everything else
// for numbers or words. What is not JSON gives meaningless counts.
func Fitting(b []byte, r Room) (end int, e Extent) {
	const whole, array, object = 0, 1, 2
	var within [maxNesting + 1]byte // what stands open at each depth
	var elements, members, text int
	depth, in, key := 0, byte(whole), false // key: whether a string would be one
	for p := 0; p < len(b); {
		start, c := p, b[p]
		switch c {
		case ' ', '\n', '\r', '\t':
			p++
			continue
		case ',':
			key = in == object
			p++
			continue
		case ':':
			key = false
			p++
			continue
		case '}', ']':
			if depth > 0 {
				depth--
				in = within[depth]
			}
			key = false
			p++
			continue
		case '"':
			p = SkipString(b, p+1)
			if key {
				if elements+members >= r.Values {
					return start, Extent{elements, members, text}
				}
				members++
				continue
			}
		case '{', '[':
			p++
			if depth == maxNesting {
				return start, Extent{elements, members, text}
			}
		default:
			for p++; p < len(b) && !endsScalar[b[p]]; p++ {
			}
		}
		// A value begins at start.
		if in == array && (elements >= r.Elements || elements+members >= r.Values) {
			return start, Extent{elements, members, text}
		}
		switch c {
		case '{', '[':
		case '"':
			if p-start-2 > r.Text-text {
				return start, Extent{elements, members, text}
			}
			text += max(p-start-2, 0)
		default:
			if p-start > r.Text-text {
				return start, Extent{elements, members, text}
			}
			text += p - start
		}
		if in == array {
			elements++
		}
		switch c {
		case '{':
			depth++
			within[depth], in, key = object, object, true
		case '[':
			depth++
			within[depth], in, key = array, array, false
		}
	}
	return len(b), Extent{elements, members, text}
}

// endsScalar are the bytes behind a number or a word.
var endsScalar = [256]bool{' ': true, '\n': true, '\r': true, '\t': true, ',': true, ':': true, '}': true, ']': true, '{': true, '[': true, '"': true}

// SkipString is the position behind the quote that ends the string whose text
// begins at p, or the end of b where none does.
func SkipString(b []byte, p int) int {
	for p < len(b) {
		i := bytes.IndexByte(b[p:], '"')
		if i < 0 {
			return len(b)
		}
		quote := p + i
		escapes := 0
		for quote-1-escapes >= p && b[quote-1-escapes] == '\\' {
			escapes++
		}
		p = quote + 1
		if escapes%2 == 0 {
			return p
		}
	}
	return len(b)
}

// SkipValue is the position behind the value that begins at p of a well-formed
// document, or -1 where it does not end.
func SkipValue(b []byte, p int) int {
	depth := 0
	for p < len(b) {
		switch c := b[p]; c {
		case ' ', '\n', '\r', '\t', ',', ':':
			p++
			continue
		case '{', '[':
			depth++
			p++
		case '}', ']':
			if depth == 0 {
				return -1
			}
			depth--
			p++
		case '"':
			end := SkipString(b, p+1)
			if end == len(b) && (end-p < 2 || b[end-1] != '"') {
				return -1
			}
			p = end
		default:
			for p++; p < len(b) && !endsScalar[b[p]]; p++ {
			}
		}
		if depth == 0 {
			return p
		}
	}
	return -1
}
