package dataset

import (
	"math"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// ByThing is what was heard of each thing of a kind, day by day, of a selection
// whatever its range. It must not be changed.
type ByThing struct {
	Things
	// First is the day from which days are counted, itself counted from
	// 1970-01-01, and Count how many there are.
	First, Count int
	days         []Heard
	ends         []uint32 // of the thing of code c: days[ends[c]:ends[c+1]]
}

// Heard is what was heard of a thing on the day on which it began. What does not fit, as
// no genuine day does, stands in another of the same day.
type Heard struct {
	Ms         uint32
	Plays, Day uint16 // the day counted from First
}

// Days are those of the thing of a code in their order.
func (b *ByThing) Days(code uint32) []Heard { return b.days[b.ends[code]:b.ends[code+1]] }

// Len is how many days all things have.
func (b *ByThing) Len() int { return len(b.days) }

const (
	// groupings is how many groupings by thing are kept: by artist, and by the things
	// that were asked for last.
	groupings = 2
	// keptByThing is how many rows a dataset has at most whose groupings are kept:
	// more than the longest history known. Of others they are made each time.
	keptByThing = 1 << 19
)

// ByThing groups the rows by things and days. Who asks about many things at once reads
// their days one after the other, where rows in order of time are of now this and now
// that.
func (s Selection) ByThing(t Things) *ByThing {
	group := func() *ByThing { return s.byThing(t) }
	if s.Rows() > keptByThing {
		return group()
	}
	type key struct{ artists bool }
	type grouping struct {
		by    lens.EntityKind
		group lens.Grouping
		lens  string
	}
	of := grouping{t.By, t.Group, lensKey(s.Lens.WithRange(lens.Date{}, lens.Date{}))}
	return MemoizeLatest(s.Dataset, key{t.By == lens.Artist}, of, group)
}

func (s Selection) byThing(t Things) *ByThing {
	starts, minMs := s.Starts(), s.Lens.MinMs()
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
	b.days = make([]Heard, ends[t.N])
	for i, row := range starts.Rows {
		code := t.Of(row)
		if code == none {
			continue
		}
		at, day, length := int(ends[code]), starts.Days[i], s.ms[row]
		ends[code]++
		// A later start is on an earlier day where the clocks went back over midnight.
		// Before the first row of a thing are those of the thing before, or none yet.
		for ; at > int(b.ends[code]) && b.days[at-1].Day > day; at-- {
			b.days[at] = b.days[at-1]
		}
		b.days[at] = Heard{uint32(Ms(length)), uint16(IsPlay(length, minMs)), day}
	}
	b.ends = b.ends[:t.N+1]
	b.join()
	return b
}

// join makes one of the rows of a thing that began on one day.
func (b *ByThing) join() {
	n, from := uint32(0), uint32(0)
	for code := range b.N {
		first, end := n, b.ends[code+1]
		for _, of := range b.days[from:end] {
			if n == first || !b.days[n-1].add(of) {
				b.days[n] = of
				n++
			}
		}
		b.ends[code], from = first, end
	}
	b.ends[b.N] = n
	b.days = b.days[:n]
}

// add adds what else was heard, if that is of the same day and fits.
func (h *Heard) add(other Heard) bool {
	if h.Day != other.Day || h.Ms > math.MaxUint32-other.Ms || h.Plays > math.MaxUint16-other.Plays {
		return false
	}
	h.Ms += other.Ms
	h.Plays += other.Plays
	return true
}
