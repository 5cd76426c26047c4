package dataset

import (
	"math"
	"sync"

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
		large.Lock()
		defer large.Unlock()
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

// large is held while the rows of a large dataset are grouped, which takes 12 bytes a row
// besides what comes of it.
var large sync.Mutex

func (s Selection) byThing(t Things) *ByThing {
	starts, minMs := s.Starts(), s.Lens.MinMs()
	b := &ByThing{Things: t, First: starts.First, Count: starts.Count, ends: make([]uint32, t.N+2)}
	ends := b.ends[1:] // where the next day of each thing goes, until all are there
	// Each day of a thing as it comes, and which of them is the latest of each thing.
	days, codes := make([]Heard, 0, len(starts.Rows)), make([]uint32, 0, len(starts.Rows))
	type last struct {
		at  uint32
		day uint16
	}
	latest := make([]last, t.N)
	for i, row := range starts.Rows {
		code := t.Of(row)
		if code == none {
			continue
		}
		length, day := s.ms[row], starts.Days[i]
		heard := Heard{uint32(Ms(length)), uint16(IsPlay(length, minMs)), day}
		if of := latest[code]; of.day == day && int(of.at) < len(days) && codes[of.at] == code && days[of.at].add(heard) {
			continue
		}
		latest[code] = last{uint32(len(days)), day}
		days, codes = append(days, heard), append(codes, code)
		ends[code+1]++
	}
	for i := range t.N {
		ends[i+1] += ends[i]
	}
	b.days = make([]Heard, len(days))
	again := false // a day came again
	for i, of := range days {
		code := codes[i]
		at := int(ends[code])
		ends[code]++
		// A later start is on an earlier day where the clocks went back over midnight.
		// Before the first day of a thing are those of the thing before, or none yet.
		for ; at > int(b.ends[code]) && b.days[at-1].Day > of.Day; at-- {
			b.days[at] = b.days[at-1]
		}
		b.days[at] = of
		again = again || at > int(b.ends[code]) && b.days[at-1].Day == of.Day
	}
	b.ends = b.ends[:t.N+1]
	if again {
		b.join()
	}
	return b
}

// join makes one of the days of a thing that stand there twice.
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

// add adds what was heard later, if that is of the same day and fits.
func (h *Heard) add(later Heard) bool {
	if h.Day != later.Day || h.Ms > math.MaxUint32-later.Ms || h.Plays > math.MaxUint16-later.Plays {
		return false
	}
	h.Ms += later.Ms
	h.Plays += later.Plays
	return true
}
