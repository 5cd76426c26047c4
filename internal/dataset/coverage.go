package dataset

// coverage says which account rows the extended history already holds.
//
// The extended history is complete wherever it exists, so an account row inside
// a stretch of it is a row we have, whatever name it carries. A stretch ends
// where the extended rows pause for longer than maxGap: then a file may be
// missing, and account rows in the pause are all there is of those days. Where
// both packages are whole, a pause has no account rows either, so maxGap only
// decides about holes that damaged or missing files leave: it is longer than a
// weekend without music and far shorter than what any one file spans (months).
//
// An export may begin and end within a minute, so the first and last minute of
// a stretch are covered only in part; there an account row is matched with an
// extended row of the same minute and length. Names need not be compared: the
// match by minute, names and length is contained in the one by minute and
// length, and a renamed track must match too.
//
// More extended rows can only close gaps, lengthen stretches and add matches.
// So a row that was elsewhere once stays elsewhere, and the order of uploads
// cannot matter.
type coverage struct {
	stretches []stretch
	edges     map[edge]struct{} // extended rows in first and last minutes
}

type stretch struct{ first, last uint32 } // minutes, as seconds

type edge struct{ minute, ms uint32 }

const maxGap = 3 * 86400

// see takes the ts of the next extended row, in order of time.
func (c *coverage) see(ts uint32) {
	m := ts - ts%60
	if n := len(c.stretches); n > 0 && m-c.stretches[n-1].last <= maxGap {
		c.stretches[n-1].last = m
		return
	}
	c.stretches = append(c.stretches, stretch{m, m})
}

// mark takes every extended row again, in order of time, once all were seen.
// at is the cursor, to be kept between calls and begun at 0.
func (c *coverage) mark(at int, ts, ms uint32) int {
	m := ts - ts%60
	for c.stretches[at].last < m {
		at++
	}
	if s := c.stretches[at]; m == s.first || m == s.last {
		if c.edges == nil {
			c.edges = make(map[edge]struct{})
		}
		c.edges[edge{m, ms}] = struct{}{}
	}
	return at
}

// covers answers for an account row; at is a cursor as in mark.
func (c *coverage) covers(at int, minute, ms uint32) (int, bool) {
	for at < len(c.stretches) && c.stretches[at].last < minute {
		at++
	}
	if at == len(c.stretches) || minute < c.stretches[at].first {
		return at, false
	}
	if s := c.stretches[at]; s.first < minute && minute < s.last {
		return at, true
	}
	_, ok := c.edges[edge{minute, ms}]
	return at, ok
}
