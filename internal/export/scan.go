package export

import (
	"bytes"
	"errors"
	"io"
)

// ending is how a history file ended.
type ending uint8

const (
	endWhole   ending = iota // with its closing bracket
	endEarly                 // inside a row or before the closing bracket
	endInvalid               // something that is not JSON came after some rows
	endEmpty                 // there was nothing in it
	endNotJSON               // it does not begin like JSON
	endNotList               // it is JSON, but no list
)

// scanBytes is how much of a file is inflated at a time.
const scanBytes = 256 << 10

// scanner reads history files row by row. It knows their schema and how little
// of it changes from row to row, keeps one window of the file in memory, and
// allocates nothing once its buffers have grown. One scanner serves one worker.
//
// jsontextDecoder in the tests does the same with a JSON library, plainly; the
// two must never differ.
type scanner struct {
	limits *Limits
	src    io.Reader
	ended  bool  // src gives no more
	srcErr error // why, nil at the end of the file
	buf    []byte
	lo, hi int // buf[lo:hi] is read and not yet consumed
	chunk  int // how much is read at a time

	layout layout
	spans  []span
	key    []byte
	row    row
	reader reader

	tally rowCounts
}

func newScanner(l *Limits) *scanner {
	return &scanner{limits: l, chunk: scanBytes}
}

// scan reads the history file src. Each readable row goes to add; the rows are
// counted in s.tally, and more is called now and then with the number of
// further rows. The error is that of src, of add or of more.
func (s *scanner) scan(src io.Reader, class Class, add func(*Play) error, more func(rows int) error) (ending, error) {
	s.src, s.ended, s.srcErr = src, false, nil
	s.lo, s.hi = 0, 0
	s.layout.known = false
	s.tally = rowCounts{}
	s.reader.class, s.reader.cut = class, s.limits.StringBytes
	s.reader.clock.known = false
	s.reader.broken = 0
	if need := s.limits.RowBytes + s.chunk; len(s.buf) < need {
		s.buf = make([]byte, need)
	}

	for s.hi < len(utf8BOM) && s.fill() {
	}
	if bytes.HasPrefix(s.buf[:s.hi], utf8BOM) {
		s.lo = len(utf8BOM)
	}
	c, ok := s.peek()
	switch {
	case !ok:
		return endEmpty, s.failure()
	case c == '{':
		return endNotList, nil
	case c != '[':
		return endNotJSON, nil
	}
	// Someone may have put several lists into one file, one after the other.
	for ok && c == '[' {
		s.lo++
		end, err := s.list(add, more)
		if end != endWhole || err != nil {
			return end, err
		}
		c, ok = s.peek()
	}
	if ok {
		return endInvalid, nil
	}
	return endWhole, s.failure()
}

var utf8BOM = []byte("\xEF\xBB\xBF")

// errSource marks an error of the file itself: it cannot be unpacked.
var errSource = errors.New("damaged file")

// failure is the error of the source, if it ended with one.
func (s *scanner) failure() error { return asSourceError(s.srcErr) }

// fill reads more of the file into the window. What is not consumed moves to
// the window's front. It answers false at the end of the file.
func (s *scanner) fill() bool {
	if s.ended {
		return false
	}
	copy(s.buf, s.buf[s.lo:s.hi])
	s.lo, s.hi = 0, s.hi-s.lo
	want := min(len(s.buf), s.hi+s.chunk)
	for s.hi < want && !s.ended {
		n, err := s.src.Read(s.buf[s.hi:want])
		s.hi += n
		s.ended = err != nil
		if err != io.EOF { // a wrapped EOF is a connection that broke
			s.srcErr = err
		}
	}
	return true
}

// peek returns the next byte that is not white space, without consuming it.
func (s *scanner) peek() (byte, bool) {
	for {
		if s.lo = skipSpace(s.buf[:s.hi], s.lo); s.lo < s.hi {
			return s.buf[s.lo], true
		}
		if !s.fill() {
			return 0, false
		}
	}
}

// list reads the rest of a list, whose opening bracket is consumed.
func (s *scanner) list(add func(*Play) error, more func(rows int) error) (ending, error) {
	const often = 512 // rows between two calls of more
	told := s.tally.rows
	for first := true; ; first = false {
		c, ok := s.peek()
		if !ok {
			return endEarly, s.failure()
		}
		if c == ']' && first {
			s.lo++
			break
		}
		end, err := s.element(c, add)
		if end != endWhole || err != nil {
			return end, err
		}
		if s.tally.rows-told >= often {
			if err := more(s.tally.rows - told); err != nil {
				return endWhole, err
			}
			told = s.tally.rows
		}
		if c, ok = s.peek(); !ok {
			return endEarly, s.failure()
		}
		if c != ',' && c != ']' {
			return endInvalid, nil
		}
		s.lo++
		if c == ']' {
			break
		}
	}
	return endWhole, more(s.tally.rows - told)
}

// element reads one element of the list, which begins with c, and counts it.
func (s *scanner) element(c byte, add func(*Play) error) (ending, error) {
	for {
		// The window is never looked at beyond the longest row allowed, so that
		// what becomes of a row does not depend on how the file is cut up.
		window := s.buf[:min(s.hi, s.lo+s.limits.RowBytes+1)]
		next, st := s.readElement(c, window)
		switch {
		case st == needMore && s.hi-s.lo <= s.limits.RowBytes:
			if !s.fill() {
				return endEarly, s.failure()
			}
			continue
		case st == needMore:
			return s.pass(problemTooLong)
		case st == tooDeep:
			return s.pass(problemTooDeep)
		case st == malformed:
			return endInvalid, nil
		}
		longer := next-s.lo > s.limits.RowBytes
		s.tally.rows++
		s.lo = next
		switch {
		case longer:
			s.tally.fail(problemTooLong)
			return endWhole, nil
		case c != '{':
			s.tally.fail(problemNotObject)
			return endWhole, nil
		}
		s.row.b = window
		if bad := s.reader.read(&s.row); bad != problemNone {
			s.tally.fail(bad)
			return endWhole, nil
		}
		s.tally.seen(s.reader.play.TS)
		return endWhole, add(&s.reader.play)
	}
}

// readElement reads the element at the window's unconsumed part.
func (s *scanner) readElement(c byte, window []byte) (int, progress) {
	if c != '{' {
		var v value
		return readValue(window, s.lo, &v)
	}
	if s.layout.known {
		if next := s.layout.readRow(window, s.lo, &s.row.values); next >= 0 {
			return next, done
		}
	}
	return s.readAnyRow(window, s.lo)
}

// pass skips an element that is too long for the window, or too deep to check,
// and counts it as unreadable. It looks at strings and brackets only.
func (s *scanner) pass(bad problem) (ending, error) {
	for depth := 0; ; {
		if s.lo == s.hi && !s.fill() {
			return endEarly, s.failure()
		}
		if s.lo == s.hi {
			continue
		}
		passed := false
		switch c := s.buf[s.lo]; c {
		case '"':
			s.lo++
			if !s.passString() {
				return endEarly, s.failure()
			}
			passed = depth == 0
		case '{', '[':
			s.lo++
			depth++
		case '}', ']':
			// At depth 0 it closes the list, after a number that is too long.
			if passed = depth <= 1; depth > 0 {
				s.lo++
				depth--
			}
		case ',', ' ', '\n', '\r', '\t':
			if passed = depth == 0; !passed {
				s.lo++
			}
		default:
			s.lo++
		}
		if passed {
			s.tally.rows++
			s.tally.fail(bad)
			return endWhole, nil
		}
	}
}

// passString consumes the rest of a string, closing quote included.
func (s *scanner) passString() bool {
	for {
		i := bytes.IndexAny(s.buf[s.lo:s.hi], `"\`)
		switch {
		case i < 0:
			s.lo = s.hi
			if !s.fill() {
				return false
			}
		case s.buf[s.lo+i] == '"':
			s.lo += i + 1
			return true
		default:
			// What a backslash escapes may lie in the next window.
			s.lo += i + 1
			if s.lo == s.hi && !s.fill() {
				return false
			}
			if s.lo < s.hi {
				s.lo++
			}
		}
	}
}
