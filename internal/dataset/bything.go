package dataset

import "github.com/spotify-data-tool/spotify-data-tool/internal/lens"

// ByThing is the rows of a selection, whatever its range, thing by thing, and
// those of each in the order of the days on which they began. It must not be
// changed.
type ByThing struct {
	Things
	// First is the day from which days are counted, itself counted from
	// 1970-01-01, and Count how many there are.
	First, Count int
	rows         []Heard
	ends         []uint32 // of the thing of code c: rows[ends[c]:ends[c+1]]
}

// Heard is a row of a thing.
type Heard struct {
	Length uint32 // to be read by [Ms] and compared by [IsPlay]
	Day    uint16 // counted from First
}

// Rows are those of the thing of a code.
func (b *ByThing) Rows(code uint32) []Heard { return b.rows[b.ends[code]:b.ends[code+1]] }

// Len is how many rows there are.
func (b *ByThing) Len() int { return len(b.rows) }

const (
	// groupings is how many groupings by thing are kept: by artist, and by the things
	// that were asked for last.
	groupings = 2
	// keptByThing is how many rows a dataset has at most whose groupings are kept:
	// more than the longest history known. Of others they are made each time.
	keptByThing = 1 << 19
)

// ByThing groups the rows by things. Who asks about many things at once reads their
// rows one after the other, where rows in order of time are of now this and now
// that.
func (s Selection) ByThing(t Things) *ByThing {
	group := func() *ByThing { return s.byThing(t) }
	if s.Rows() > keptByThing {
		return group()
	}
	l := s.Lens.WithRange(lens.Date{}, lens.Date{})
	l.Min = 0 // what is a play is asked of each row
	type key struct{ artists bool }
	type grouping struct {
		by    lens.EntityKind
		group lens.Grouping
		lens  string
	}
	return MemoizeLatest(s.Dataset, key{t.By == lens.Artist}, grouping{t.By, t.Group, lensKey(l)}, group)
}

func (s Selection) byThing(t Things) *ByThing {
	starts := s.Starts()
	b := &ByThing{Things: t, First: starts.First, Count: starts.Count, ends: make([]uint32, t.N+2)}
	ends := b.ends[1:] // where the next row of each thing goes, until all are there
	for _, row := range starts.Rows {
		if code := t.Of(row); code != none {
			ends[code+1]++
		}
	}
	for i := range t.N {
		ends[i+1] += ends[i]
	}
	b.rows = make([]Heard, ends[t.N])
	for i, row := range starts.Rows {
		code := t.Of(row)
		if code == none {
			continue
		}
		at, day := int(ends[code]), starts.Days[i]
		ends[code]++
		// A later start is on an earlier day where the clocks went back over midnight.
		// Before the first row of a thing are those of the thing before, or none yet.
		for ; at > int(b.ends[code]) && b.rows[at-1].Day > day; at-- {
			b.rows[at] = b.rows[at-1]
		}
		b.rows[at] = Heard{s.ms[row], day}
	}
	b.ends = b.ends[:t.N+1]
	return b
}
