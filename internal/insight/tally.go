package insight

import (
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A Thing is an artist, album or track with its time and plays in a range.
type Thing struct {
	dataset.Entity
	Ms    int64
	Plays int
}

// tally adds up the plays of things, over one range after the other.
type tally struct {
	things dataset.Things
	ms     []int64
	plays  []uint32
	heard  []bool
	codes  []uint32 // those heard
}

func newTally(things dataset.Things) *tally {
	return &tally{things: things, ms: make([]int64, things.N), plays: make([]uint32, things.N), heard: make([]bool, things.N)}
}

func (t *tally) add(p Play) {
	if code := t.things.Of(p.Row); code != dataset.NoThing {
		t.addTo(code, p)
	}
}

// addTo adds a play of the thing of a code.
func (t *tally) addTo(code uint32, p Play) {
	if !t.heard[code] {
		t.heard[code] = true
		t.codes = append(t.codes, code)
	}
	t.ms[code] += p.Ms
	if p.Counts {
		t.plays[code]++
	}
}

// next begins the next range.
func (t *tally) next() {
	for _, code := range t.codes {
		t.ms[code], t.plays[code], t.heard[code] = 0, 0, false
	}
	t.codes = t.codes[:0]
}

// compare orders by time, plays, name and ID, the most first.
func (t *tally) compare(a, b uint32) int {
	if c := cmp.Or(cmp.Compare(t.ms[b], t.ms[a]), cmp.Compare(t.plays[b], t.plays[a])); c != 0 || a == b {
		return c
	}
	if t.things.Less(a, b) {
		return -1
	}
	return 1
}

// top are the n codes of most time, of those for which keep is true; nil keeps
// all. Without a play nothing is first.
func (t *tally) top(n int, keep func(code uint32) bool) []uint32 { return t.topOf(t.codes, n, keep) }

// topOf is top of these codes only.
func (t *tally) topOf(codes []uint32, n int, keep func(code uint32) bool) []uint32 {
	if n <= 0 {
		return nil
	}
	best := make([]uint32, 0, n+1)
	for _, code := range codes {
		if t.plays[code] == 0 || keep != nil && !keep(code) {
			continue
		}
		if len(best) == n && t.compare(code, best[n-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, code, t.compare)
		best = slices.Insert(best, at, code)
		best = best[:min(n, len(best))]
	}
	return best
}

// thing describes the thing of a code.
func (t *tally) thing(code uint32) Thing {
	return Thing{t.things.Entity(code), t.ms[code], int(t.plays[code])}
}

func (t *tally) describe(codes []uint32) []Thing {
	list := make([]Thing, len(codes))
	for i, code := range codes {
		list[i] = t.thing(code)
	}
	return list
}

// novelty counts what was played in the range, and how much of it was first
// heard from one day to another.
func (t *tally) novelty(f firsts, from, to int) (n Novelty) {
	for _, code := range t.codes {
		if t.plays[code] == 0 {
			continue
		}
		n.Heard++
		n.Ms += t.ms[code]
		if f.between(code, from, to) {
			n.New++
			n.NewMs += t.ms[code]
		}
	}
	return n
}

// Novelty is how many things of a kind had a play in a range, and how much of it
// was new: first heard in this range.
type Novelty struct {
	Heard, New int
	Ms, NewMs  int64
}

// rank is the place of a thing among those with a play, from 1.
func (t *tally) rank(code uint32) int {
	n := 1
	for _, other := range t.codes {
		if t.plays[other] > 0 && t.compare(other, code) < 0 {
			n++
		}
	}
	return n
}

// played is how many things have a play.
func (t *tally) played() (n int) {
	for _, code := range t.codes {
		if t.plays[code] > 0 {
			n++
		}
	}
	return n
}

// total is the time of all things.
func (t *tally) total() (ms int64) {
	for _, code := range t.codes {
		ms += t.ms[code]
	}
	return ms
}
