package dataset

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// SessionGap is the longest pause within a listening session, in seconds.
const SessionGap = 30 * 60

// Firsts says of which things a row is the first play.
type Firsts uint8

// The things of which a row can be the first play.
const (
	FirstOfTrack Firsts = 1 << iota // or of an episode or chapter
	FirstOfArtist
	FirstOfAlbum
)

// Derived is what many analyses want to know of each row beyond its columns. It
// follows from all rows, whatever a lens leaves out. Each part is worked out when it is
// asked for first.
type Derived struct {
	d              *Dataset
	sessions, runs func() stretches
	byStart        func() []uint32
	naturalMs      func() []uint32 // of each item
}

// Derive is the derived layer of a dataset.
func (d *Dataset) Derive() *Derived {
	return Memoize(d, "derived layer", func() *Derived {
		v := &Derived{d: d, sessions: sync.OnceValue(d.sessions), byStart: sync.OnceValue(d.orderByStart), naturalMs: sync.OnceValue(d.naturalLengths)}
		v.runs = sync.OnceValue(func() stretches { return d.runs(v.sessions()) })
		return v
	})
}

// Session is the number of a row's listening session, from 0 in order of time. A
// row that begins more than SessionGap after everything before it has ended
// begins a new one.
func (v *Derived) Session(row uint32) uint32 { return v.sessions().number(row) }

// Sessions is the number of listening sessions.
func (v *Derived) Sessions() int { return v.sessions().count() }

// Run is the number of a row's run, from 0: rows of one track that follow each
// other directly within a session. A row without a title is a run of its own.
func (v *Derived) Run(row uint32) uint32 { return v.runs().number(row) }

// Runs is the number of runs.
func (v *Derived) Runs() int { return v.runs().count() }

// Firsts says of which things a row is the first play at the default minimum;
// see [Dataset.FirstsAt] for another.
func (v *Derived) Firsts(row uint32) Firsts { return v.d.FirstsAt(lens.DefaultMin)[row] }

// NaturalMs is the length of the track, episode or chapter of a row: the median
// of the plays that ended by themselves, 0 when there is none.
func (v *Derived) NaturalMs(row uint32) uint32 { return v.naturalMs()[v.d.item[row]] }

// ByStart is the rows in the order in which they began, where rows are numbered in
// the order in which they ended. It must not be changed.
func (v *Derived) ByStart() []uint32 { return v.byStart() }

// orderByStart sorts the rows by their starts. Nearly all are in that order
// already: only those that began before one that ended earlier are sorted, and
// merged into the others.
func (d *Dataset) orderByStart() []uint32 {
	order := make([]uint32, d.Rows())
	lead := d.lead()
	start := func(row uint32) int64 { return int64(d.ts[row]) - int64(lead[row]) }
	var late []uint32
	latest, n := int64(math.MinInt64), 0
	for i := range order {
		if begun := start(uint32(i)); begun < latest {
			late = append(late, uint32(i))
		} else {
			latest = begun
			order[n] = uint32(i)
			n++
		}
	}
	slices.SortStableFunc(late, func(a, b uint32) int { return cmp.Compare(start(a), start(b)) })
	for i := len(order) - 1; len(late) > 0; i-- {
		row := late[len(late)-1]
		if n > 0 && (start(order[n-1]) > start(row) || start(order[n-1]) == start(row) && order[n-1] > row) {
			n--
			order[i] = order[n]
			continue
		}
		order[i] = row
		late = late[:len(late)-1]
	}
	return order
}

// Start is when a row began, in Unix seconds.
func (d *Dataset) Start(row uint32) int64 { return int64(d.ts[row]) - int64(d.lead()[row]) }

// sessions numbers the sessions. Rows are in order of their ends and may
// overlap, so a session begins where the earliest start of all rows to come lies
// more than a gap behind the last end.
func (d *Dataset) sessions() stretches {
	var starts bitset
	earliest, lead := int64(math.MaxInt64), d.lead()
	for i := d.Rows() - 1; i >= 0; i-- {
		earliest = min(earliest, int64(d.ts[i])-int64(lead[i]))
		if i == 0 || earliest > int64(d.ts[i-1])+SessionGap {
			starts.set(i, d.Rows())
		}
	}
	return newStretches(starts)
}

func (d *Dataset) runs(sessions stretches) stretches {
	var starts bitset
	before := none
	for i, item := range d.item {
		leaf := d.leaf[item]
		if leaf == none || leaf != before || sessions.starts.has(i) {
			starts.set(i, d.Rows())
		}
		before = leaf
	}
	return newStretches(starts)
}

// FirstsAt tells the first plays when a play has at least min seconds. Those of
// the latest minimum are kept, and those of the default besides. They must not be changed.
func (d *Dataset) FirstsAt(minSeconds int) []Firsts {
	l := lens.Lens{Min: minSeconds}
	firsts := func() []Firsts { return d.firsts(l.MinMs()) }
	if minSeconds == lens.DefaultMin {
		return Memoize(d, "first plays", firsts)
	}
	return MemoizeLatest(d, "first plays", l.MinMs(), firsts)
}

func (d *Dataset) firsts(minMs uint32) []Firsts {
	firsts := make([]Firsts, d.Rows())
	seen := make([]Firsts, d.items()) // of each code what was heard: tracks, artists and albums number at most as many as items
	for row, item := range d.item {
		if d.ms[row] < minMs {
			continue
		}
		for bit, code := range [...]uint32{d.leaf[item], d.artistOf[item], d.albumOf[item]} {
			if flag := Firsts(1) << bit; code != none && seen[code]&flag == 0 {
				seen[code] |= flag
				firsts[row] |= flag
			}
		}
	}
	return firsts
}

// naturalLengths groups the plays that ended by themselves by what was played.
func (d *Dataset) naturalLengths() []uint32 {
	ended := slices.Index(d.reasons, "trackdone")
	lengths := make([]uint32, d.items())
	if ended < 0 {
		return lengths
	}
	end := d.end()
	counts := func(row int) bool {
		return int(end[row]) == ended && d.ms[row] != unknownLength && d.leaf[d.item[row]] != none
	}
	ends := make([]uint32, d.items()+1) // of each leaf's plays in ms; first where they begin
	for row, item := range d.item {
		if counts(row) {
			ends[d.leaf[item]+1]++
		}
	}
	for i := range d.items() {
		ends[i+1] += ends[i]
	}
	ms := make([]uint32, ends[d.items()])
	for row, item := range d.item {
		if counts(row) {
			leaf := d.leaf[item]
			ms[ends[leaf]] = d.ms[row]
			ends[leaf]++
		}
	}
	from := uint32(0)
	for leaf, to := range ends[:d.items()] {
		if of := ms[from:to]; len(of) > 0 {
			slices.Sort(of)
			lengths[leaf] = of[len(of)/2]
			if len(of)%2 == 0 {
				lengths[leaf] = uint32((uint64(of[len(of)/2-1]) + uint64(of[len(of)/2])) / 2)
			}
		}
		from = to
	}
	for item, leaf := range d.leaf {
		if leaf != none {
			lengths[item] = lengths[leaf]
		}
	}
	return lengths
}
