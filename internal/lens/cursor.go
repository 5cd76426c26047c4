package lens

import "fmt"

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
	side := 'o'
	if c.Newer {
		side = 'n'
	}
	return fmt.Sprintf("%c%d.%d", side, c.TS, c.Ordinal)
}

// ParseCursor is the inverse of String.
func ParseCursor(s string) (c Cursor, ok bool) {
	var side rune
	_, err := fmt.Sscanf(s, "%c%d.%d", &side, &c.TS, &c.Ordinal)
	c.Newer = side == 'n'
	return c, err == nil && c.String() == s
}
