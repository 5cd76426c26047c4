package dataset

import (
	"cmp"
	"slices"
	"sort"
)

// source is a run, or base as the source of the rows that were there before.
type source struct {
	run
	base    *Dataset // nil for a run
	columns          // of base
	file    uint32   // of the merge, for a run

	segments []span // of base: rows of each file
	doubles  []double
	files    []uint32 // of each row, where base had left them all out

	taken  bitset // rows whose partner by name is in an account package
	absent bitset // account rows whose partner is there
	loose  bitset // of these, whose partner has another name

	*meaning
}

// meaning translates the codes of a part, or of base, into those of the merge.
type meaning struct {
	items     []uint32
	platforms []uint32
	reasons   []uint32
}

// before is the number of rows before ts.
func (s *source) before(ts uint64) int {
	switch {
	case ts >= endOfTime:
		return s.size
	case s.base != nil:
		return s.base.rowAt(int64(ts))
	}
	return s.run.before(uint32(ts))
}

// fileOf finds the file of row i.
func (s *source) fileOf(i int) uint32 {
	if s.files != nil {
		return s.files[i]
	}
	if s.base == nil {
		return s.file
	}
	at, _ := slices.BinarySearchFunc(s.segments, i, func(g span, i int) int { return cmp.Compare(g.end, i+1) })
	return s.segments[at].file
}

// mergeIterator yields the rows of all sources in order of time. Rows of one
// second come in the order of the sources, and of each source in its own.
type mergeIterator struct {
	sources  []*source
	cursors  []cursor                   // a heap, the earliest row on top
	released func(s *source, block int) // called with every block that is read, when set
}

// cursor is a position in a source.
type cursor struct {
	ts     uint32
	source uint32
	at     int
	first  int // where it started
	end    int
	rows   []row // of a run: the rest of the block, from at on
}

func (c *cursor) less(o *cursor) bool {
	return c.ts < o.ts || c.ts == o.ts && c.source < o.source
}

// endOfTime is later than any row.
const endOfTime = 1 << 32

// newMergeIterator yields the rows at or after from and before to.
func newMergeIterator(sources []*source, from, to uint64) *mergeIterator {
	w := &mergeIterator{sources: sources}
	for i, s := range sources {
		c := cursor{source: uint32(i), at: s.before(from), end: s.before(to)}
		if c.at < c.end {
			c.first = c.at
			c.load(s)
			w.cursors = append(w.cursors, c)
		}
	}
	for i := len(w.cursors)/2 - 1; i >= 0; i-- {
		w.siftDown(i)
	}
	return w
}

// load reads the row at c.at, which is the first of a block or of c.
func (c *cursor) load(s *source) {
	if s.base != nil {
		c.ts = s.base.ts[c.at]
		return
	}
	c.rows = s.blocks[c.at>>blockShift][c.at&(blockRows-1):]
	c.ts = c.rows[0].ts
}

// next moves from the row at cursors[0] to the one after it.
func (w *mergeIterator) next() {
	c := &w.cursors[0]
	s := w.sources[c.source]
	c.at++
	if c.at < c.end && len(c.rows) > 1 {
		c.rows = c.rows[1:]
		c.ts = c.rows[0].ts
	} else {
		w.release(c, s)
		if c.at < c.end {
			c.load(s)
		} else {
			last := len(w.cursors) - 1
			w.cursors[0] = w.cursors[last]
			w.cursors = w.cursors[:last]
		}
	}
	w.siftDown(0)
}

// release reports the block before c.at, unless a part of it lies outside the
// range of c: then another iterator may still read it.
func (w *mergeIterator) release(c *cursor, s *source) {
	if w.released == nil || s.base != nil {
		return
	}
	block := (c.at - 1) >> blockShift
	if block<<blockShift >= c.first && (c.at&(blockRows-1) == 0 || c.at == s.size) {
		w.released(s, block)
	}
}

func (w *mergeIterator) siftDown(i int) {
	h := w.cursors
	for {
		least := i
		if l := 2*i + 1; l < len(h) && h[l].less(&h[least]) {
			least = l
		}
		if r := 2*i + 2; r < len(h) && h[r].less(&h[least]) {
			least = r
		}
		if least == i {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}

// flagsAndMs are those of the current row.
func (w *mergeIterator) flagsAndMs() (flags uint16, ms uint32) {
	c := &w.cursors[0]
	if s := w.sources[c.source]; s.base != nil {
		return s.columns.flags[c.at], s.columns.ms[c.at]
	}
	return c.rows[0].flags, c.rows[0].ms
}

// quantile is a time before which at least that part of the rows lies.
func quantile(sources []*source, rows int) uint64 {
	return uint64(sort.Search(1<<32, func(ts int) bool {
		n := 0
		for _, s := range sources {
			n += s.before(uint64(ts))
		}
		return n >= rows
	}))
}
