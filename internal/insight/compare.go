package insight

import (
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Comparison lays two selections beside each other. Things are compared by
// their share of the time of their kind, so that lengths do not matter. At most
// [Shifts] are told of each direction.
type Comparison struct {
	A, B Side
	// Risers and Fallers were heard on both sides and changed their share most.
	Risers, Fallers []Shift
	// Newcomers were heard only in B, Departures only in A.
	Newcomers, Departures []Shift
	// Shared have most of the smaller of their two shares.
	Shared []Shift
}

// Side is one of two selections.
type Side struct {
	DaysTotal
	Days    int // of the range, covered or not
	Artists int // with a play
	Songs   int
}

// Shift is a thing on both sides.
type Shift struct {
	dataset.Entity
	A, B SideShare
}

// SideShare is a thing on one side.
type SideShare struct {
	Ms    int64
	Plays int
	Share float64 // of the time of all things of the kind
}

// Shifts is how many of each direction are told.
const Shifts = 10

// Compare compares two selections of one dataset by the things of a kind. It must not
// be changed.
func Compare(a, b dataset.Selection, by lens.EntityKind) Comparison {
	with := b.Lens
	with.Home = nil // its zone is part of what is asked
	key := "compared by " + string('0'+rune(by)) + " with " + with.Encode()
	return dataset.MemoizeSelection(a, key, func() Comparison { return compare(a, b, by) })
}

func compare(a, b dataset.Selection, by lens.EntityKind) (c Comparison) {
	things, artists, songs := a.Things(by, lens.GroupTitle), artists(a), songs(a)
	kinds := []*dataset.Things{&artists, &songs}
	at := slices.Index([]lens.EntityKind{lens.Artist, lens.Track}, by)
	if at < 0 {
		at, kinds = len(kinds), append(kinds, &things)
	}
	var inA, inB []sum
	c.A, inA = sideOf(a, kinds, at)
	c.B, inB = sideOf(b, kinds, at)
	type shift struct {
		code uint32
		a, b float64
	}
	var both, onlyA, onlyB []shift
	allA, allB := float64(max(timeOf(inA), 1)), float64(max(timeOf(inB), 1))
	for code := range uint32(things.N) {
		s := shift{code, float64(inA[code].ms) / allA, float64(inB[code].ms) / allB}
		switch playedA, playedB := inA[code].plays > 0, inB[code].plays > 0; {
		case playedA && playedB:
			both = append(both, s)
		case playedA:
			onlyA = append(onlyA, s)
		case playedB:
			onlyB = append(onlyB, s)
		}
	}
	first := func(list []shift, weight func(shift) float64) (out []Shift) {
		var most []shift
		for _, s := range list {
			if weight(s) > 0 {
				most = inserted(most, Shifts, s, func(a, b shift) bool {
					return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(a.code, b.code)) < 0
				})
			}
		}
		for _, s := range most {
			out = append(out, Shift{
				Entity: things.Entity(s.code),
				A:      SideShare{inA[s.code].ms, int(inA[s.code].plays), s.a},
				B:      SideShare{inB[s.code].ms, int(inB[s.code].plays), s.b},
			})
		}
		return out
	}
	c.Risers = first(both, func(s shift) float64 { return s.b - s.a })
	c.Fallers = first(both, func(s shift) float64 { return s.a - s.b })
	c.Shared = first(both, func(s shift) float64 { return min(s.a, s.b) })
	c.Newcomers = first(onlyB, func(s shift) float64 { return s.b })
	c.Departures = first(onlyA, func(s shift) float64 { return s.a })
	return c
}

// sideOf tells of a side, with the sums of one of the kinds, which begin with artists
// and songs.
func sideOf(s dataset.Selection, kinds []*dataset.Things, at int) (Side, []sum) {
	starts := s.Starts()
	sums := totals(s, starts, kinds...)
	cal := daysOf(s, func() dataset.Starts { return starts })
	return Side{DaysTotal: cal.Total(), Days: len(cal.Days), Artists: heardOf(sums[0]), Songs: heardOf(sums[1])}, sums[at]
}

// heardOf is how many things have a play.
func heardOf(sums []sum) (n int) {
	for _, of := range sums {
		if of.plays > 0 {
			n++
		}
	}
	return n
}

// timeOf is the time of all things.
func timeOf(sums []sum) (ms int64) {
	for _, of := range sums {
		ms += of.ms
	}
	return ms
}
