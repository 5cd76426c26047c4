package lens

import (
	"strconv"
	"strings"
)

// Cursor is a place in the history, or in another list in the order of time:
// between an entry and its neighbour. An entry is named by its time and its
// number among those of the same time, which more uploads hardly disturb.
type Cursor struct {
	Newer   bool // the entries before this one, as newer ones are, not those after it
	TS      uint32
	Ordinal uint32
}

// BadCursor is what is wrong with a text that is no cursor.
const BadCursor = "This is not a place in the history. Follow a link from a page of it."

// String is the cursor as it stands in URLs: o or n, ts, dot, ordinal.
func (c Cursor) String() string {
	b := []byte{'o'}
	if c.Newer {
		b[0] = 'n'
	}
	b = strconv.AppendUint(b, uint64(c.TS), 10)
	b = append(b, '.')
	return string(strconv.AppendUint(b, uint64(c.Ordinal), 10))
}

// ParseCursor is the inverse of String.
func ParseCursor(s string) (Cursor, bool) {
	var c Cursor
	if s == "" || s[0] != 'o' && s[0] != 'n' {
		return c, false
	}
	c.Newer = s[0] == 'n'
	ts, ordinal, ok := strings.Cut(s[1:], ".")
	t, err1 := strconv.ParseUint(ts, 10, 32)
	o, err2 := strconv.ParseUint(ordinal, 10, 32)
	if !ok || err1 != nil || err2 != nil {
		return c, false
	}
	c.TS, c.Ordinal = uint32(t), uint32(o)
	return c, c.String() == s
}
