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

// Compare compares two selections of one dataset by the things of a kind.
func Compare(a, b dataset.Selection, by lens.EntityKind) (c Comparison) {
	things := a.Things(by, lens.GroupTitle)
	inA, inB := newTally(things), newTally(things)
	c.A, c.B = sideOf(a, inA), sideOf(b, inB)
	type shift struct {
		code uint32
		a, b float64
	}
	var both, onlyA, onlyB []shift
	allA, allB := float64(max(inA.total(), 1)), float64(max(inB.total(), 1))
	for code := range uint32(things.N) {
		s := shift{code, float64(inA.ms[code]) / allA, float64(inB.ms[code]) / allB}
		switch playedA, playedB := inA.plays[code] > 0, inB.plays[code] > 0; {
		case playedA && playedB:
			both = append(both, s)
		case playedA:
			onlyA = append(onlyA, s)
		case playedB:
			onlyB = append(onlyB, s)
		}
	}
	first := func(list []shift, weight func(shift) float64) []Shift {
		slices.SortStableFunc(list, func(x, y shift) int { return cmp.Compare(weight(y), weight(x)) })
		var out []Shift
		for _, s := range list {
			if len(out) == Shifts || weight(s) <= 0 {
				break
			}
			out = append(out, Shift{
				Entity: things.Entity(s.code),
				A:      SideShare{inA.ms[s.code], int(inA.plays[s.code]), s.a},
				B:      SideShare{inB.ms[s.code], int(inB.plays[s.code]), s.b},
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

func heardIn(s dataset.Selection, things dataset.Things) *tally {
	t := newTally(things)
	for p := range timeline(s) {
		t.add(p)
	}
	return t
}

// sideOf tells of a side, and adds up what it holds of the things that are compared.
func sideOf(s dataset.Selection, of *tally) Side {
	cal := Days(s)
	ofArtists, ofSongs := newTally(artists(s)), newTally(songs(s))
	for p := range timeline(s) {
		of.add(p)
		ofArtists.add(p)
		ofSongs.add(p)
	}
	return Side{DaysTotal: cal.Total(), Days: len(cal.Days), Artists: ofArtists.played(), Songs: ofSongs.played()}
}
