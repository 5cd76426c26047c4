package export

import (
	"encoding/binary"
	"math/bits"
)

// The functions of this file read JSON tokens from a window of bytes. They are
// pure: given the same bytes they give the same answer, and nothing is kept
// between calls, so that a row that runs into the window's end can simply be
// read again once the window has grown.

// progress is how reading a token ended.
type progress uint8

const (
	done      progress = iota
	needMore           // the window ends inside the token
	malformed          // no more bytes can make this JSON
	tooDeep            // nested beyond maxNesting
	enough             // the callback needs no more of the value
)

// maxNesting bounds the brackets inside one value of a row. Genuine rows are
// flat; the bound allows an array on the stack.
const maxNesting = 128

// kind is the JSON type of a value.
type kind uint8

const (
	kindAbsent kind = iota
	kindNull
	kindFalse
	kindTrue
	kindNumber
	kindString
	kindNested // an object or an array
)

// value is where a value of a row stands in the window. For a string, start
// and end are inside the quotes.
type value struct {
	start, end int32
	kind       kind
	escaped    bool // a string with a backslash
	wide       bool // a string with a byte beyond ASCII
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// skipSpace returns the position of the first byte from p on that is not JSON
// white space, or len(b).
func skipSpace(b []byte, p int) int {
	for p < len(b) {
		switch b[p] {
		case ' ', '\n', '\r', '\t':
			p++
		default:
			return p
		}
	}
	return p
}

// plainRun returns the position of the first byte from p on that a JSON string
// does not hold as it is: a quote, a backslash or a control character. It looks
// at eight bytes at a time: subtracting a byte's bound from each lane borrows
// into the lane's top bit exactly when the byte is below the bound, at least up
// to the first such lane, which is the one asked for.
func plainRun(b []byte, p int) (end int, wide bool) {
	var seen uint64
	for p+8 <= len(b) {
		x := binary.LittleEndian.Uint64(b[p:])
		quote := x ^ '"'*ones
		slash := x ^ '\\'*ones
		hit := ((quote - ones) | (slash - ones) | (x - 0x20*ones)) &^ x & highs
		if hit != 0 {
			n := bits.TrailingZeros64(hit) >> 3
			seen |= x & (1<<(8*n) - 1)
			return p + n, seen&highs != 0
		}
		seen |= x
		p += 8
	}
	wide = seen&highs != 0
	for p < len(b) {
		c := b[p]
		if c == '"' || c == '\\' || c < 0x20 {
			break
		}
		wide = wide || c >= 0x80
		p++
	}
	return p, wide
}

// readString reads the string whose opening quote is at p and returns the
// position after its closing quote.
func readString(b []byte, p int, v *value) (int, progress) {
	start := p + 1
	p, wide := plainRun(b, start)
	escaped := false
	for p < len(b) {
		switch c := b[p]; {
		case c == '"':
			*v = value{start: int32(start), end: int32(p), kind: kindString, escaped: escaped, wide: wide}
			return p + 1, done
		case c != '\\':
			return p, malformed
		}
		escaped = true
		n, st := escapeLen(b[p:])
		if st != done {
			return p, st
		}
		var more bool
		p, more = plainRun(b, p+n)
		wide = wide || more
	}
	return p, needMore
}

// escapeLen returns the length of the escape sequence that b begins with.
func escapeLen(b []byte) (int, progress) {
	if len(b) < 2 {
		return 0, needMore
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, done
	case 'u':
		for i := 2; i < 6; i++ {
			if i == len(b) {
				return 0, needMore
			}
			if hexDigit(b[i]) < 0 {
				return 0, malformed
			}
		}
		return 6, done
	}
	return 0, malformed
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// readNumber reads the number at p by JSON's grammar. A number that touches the
// window's end may go on beyond it.
func readNumber(b []byte, p int, v *value) (int, progress) {
	start := p
	if b[p] == '-' {
		p++
	}
	if p == len(b) {
		return p, needMore
	}
	switch {
	case b[p] == '0':
		p++
	case isDigit(b[p]):
		p = skipDigits(b, p)
	default:
		return p, malformed
	}
	if p < len(b) && b[p] == '.' {
		fraction := p + 1
		if p = skipDigits(b, fraction); p == fraction && p < len(b) {
			return p, malformed
		}
	}
	if p < len(b) && b[p]|0x20 == 'e' {
		p++
		if p < len(b) && (b[p] == '+' || b[p] == '-') {
			p++
		}
		exponent := p
		if p = skipDigits(b, exponent); p == exponent && p < len(b) {
			return p, malformed
		}
	}
	if p == len(b) {
		return p, needMore
	}
	*v = value{start: int32(start), end: int32(p), kind: kindNumber}
	return p, done
}

func skipDigits(b []byte, p int) int {
	for p < len(b) && isDigit(b[p]) {
		p++
	}
	return p
}

// readLiteral reads word at p.
func readLiteral(b []byte, p int, word string, k kind, v *value) (int, progress) {
	for i := range len(word) {
		if p+i == len(b) {
			return p, needMore
		}
		if b[p+i] != word[i] {
			return p, malformed
		}
	}
	*v = value{start: int32(p), end: int32(p + len(word)), kind: k}
	return p + len(word), done
}

// readScalar reads the value at p unless it is an object or an array.
func readScalar(b []byte, p int, v *value) (int, progress) {
	switch c := b[p]; {
	case c == '"':
		return readString(b, p, v)
	case c == 'n':
		return readLiteral(b, p, "null", kindNull, v)
	case c == 't':
		return readLiteral(b, p, "true", kindTrue, v)
	case c == 'f':
		return readLiteral(b, p, "false", kindFalse, v)
	case c == '-' || isDigit(c):
		return readNumber(b, p, v)
	}
	return p, malformed
}

// readValue reads the value at p, whatever it is.
func readValue(b []byte, p int, v *value) (int, progress) {
	if c := b[p]; c == '{' || c == '[' {
		start := p
		p, st := skipNested(b, p)
		*v = value{start: int32(start), end: int32(p), kind: kindNested}
		return p, st
	}
	return readScalar(b, p, v)
}

// readKey reads an object's key at p and the colon after it, and returns the
// position of the key's value.
func readKey(b []byte, p int, key *value) (int, progress) {
	if p == len(b) {
		return p, needMore
	}
	if b[p] != '"' {
		return p, malformed
	}
	p, st := readString(b, p, key)
	if st != done {
		return p, st
	}
	if p = skipSpace(b, p); p == len(b) {
		return p, needMore
	}
	if b[p] != ':' {
		return p, malformed
	}
	if p = skipSpace(b, p+1); p == len(b) {
		return p, needMore
	}
	return p, done
}

// eachMember reads the object that begins at p and calls f for each member, whose
// value begins at the position given; f reads the value. It ends with the first
// progress of f that is not done.
func eachMember(b []byte, p int, f func(key value, p int) (int, progress)) (int, progress) {
	return each(b, p, '}', func(p int) (int, progress) {
		var key value
		p, st := readKey(b, p, &key)
		if st != done {
			return p, st
		}
		return f(key, p)
	})
}

// eachElement reads the array that begins at p like eachMember an object.
func eachElement(b []byte, p int, f func(p int) (int, progress)) (int, progress) {
	return each(b, p, ']', f)
}

// each reads what begins with the bracket at p and ends with end. f reads what
// stands between the commas.
func each(b []byte, p int, end byte, f func(p int) (int, progress)) (int, progress) {
	if p = skipSpace(b, p+1); p < len(b) && b[p] == end {
		return p + 1, done
	}
	for {
		if p == len(b) {
			return p, needMore
		}
		var st progress
		if p, st = f(p); st != done {
			return p, st
		}
		if p = skipSpace(b, p); p == len(b) {
			return p, needMore
		}
		switch b[p] {
		case end:
			return p + 1, done
		case ',':
			p = skipSpace(b, p+1)
		default:
			return p, malformed
		}
	}
}

// skipNested passes over the object or array that begins at p and checks its
// grammar on the way.
func skipNested(b []byte, p int) (int, progress) {
	var (
		object [maxNesting]bool
		depth  int
		v      value
		st     progress
	)
	for {
		// A value begins at p, or the window ends there.
		if p == len(b) {
			return p, needMore
		}
		opened := false
		switch c := b[p]; c {
		case '{', '[':
			if depth == maxNesting {
				return p, tooDeep
			}
			object[depth] = c == '{'
			depth++
			opened = true
			p++
		default:
			if p, st = readScalar(b, p, &v); st != done {
				return p, st
			}
		}
		// What follows closes brackets or leads to the next value.
		for {
			if p = skipSpace(b, p); p == len(b) {
				return p, needMore
			}
			inObject := object[depth-1]
			if (inObject && b[p] == '}') || (!inObject && b[p] == ']') {
				opened = false
				p++
				if depth--; depth == 0 {
					return p, done
				}
				continue
			}
			if !opened {
				if b[p] != ',' {
					return p, malformed
				}
				p = skipSpace(b, p+1)
			}
			if inObject {
				if p, st = readKey(b, p, &v); st != done {
					return p, st
				}
			}
			break
		}
	}
}
