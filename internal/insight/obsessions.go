package insight

import (
	"cmp"
	"math"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

const (
	// ObsessionDays is how long the window of an obsession is.
	ObsessionDays = 7
	// ObsessionPlays is how many plays of one song in the window make one.
	ObsessionPlays = 8
	// AfterglowDays is how long after the window it must stay silent to be burnt out.
	AfterglowDays = 30
)

// An Obsession is a song that was played again and again within a week.
type Obsession struct {
	Song dataset.Entity
	// First and Last are the first and last day with a play in the window.
	First, Last int
	Plays       int // in the window
	All         int // in the selection
	Fate        Fate
}

// A Fate is what became of an obsession.
type Fate uint8

// The fates. It is unknown before [AfterglowDays] covered days have passed.
const (
	FateUnknown Fate = iota
	BurntOut         // no play in the 30 days after the last
	Kept
)

// Obsessions are the songs of a selection with at least [ObsessionPlays] plays
// in [ObsessionDays] days, each at its best, the strongest first. They must not be
// changed.
func Obsessions(s dataset.Selection) []Obsession {
	return dataset.MemoizeSelection(s, "obsessions", func() []Obsession { return obsessions(s) })
}

func obsessions(s dataset.Selection) []Obsession {
	v := livesOf(s, songs(s))
	covered := CoveredDays(s.Dataset, s.Lens.Zone())
	first, last := dayBounds(s.Lens)
	var list []Obsession
	var all []int
	for code := range v.codes() {
		if !v.hasPlays(code, ObsessionPlays) {
			continue
		}
		all = v.playDays(all[:0], code, math.MinInt, math.MaxInt)
		days := within(all, first, last)
		from, to := densest(days, ObsessionDays)
		if to-from < ObsessionPlays {
			continue
		}
		o := Obsession{First: days[from], Last: days[to-1], Plays: to - from, All: len(days)}
		o.Fate = fate(all, o.Last, covered) // what comes after may lie beyond the range
		o.Song = v.Entity(code)
		list = append(list, o)
	}
	slices.SortStableFunc(list, func(a, b Obsession) int {
		return cmp.Or(cmp.Compare(b.Plays, a.Plays), cmp.Compare(b.Last, a.Last))
	})
	return list
}

// within are those of days that lie between two, both inclusive.
func within(days []int, first, last int) []int {
	from, _ := slices.BinarySearch(days, first)
	to, _ := slices.BinarySearch(days, last+1)
	return days[from:max(from, to)]
}

// densest is the window of so many days with most of the days, as a range of
// places in them: of equal ones the latest.
func densest(days []int, window int) (from, to int) {
	lo := 0
	for hi := range days {
		for days[hi]-days[lo] >= window {
			lo++
		}
		if hi+1-lo >= to-from {
			from, to = lo, hi+1
		}
	}
	return from, to
}

// fate is what became of a song after a day: days are all of its plays.
func fate(days []int, last int, covered Covered) Fate {
	next, _ := slices.BinarySearch(days, last+1)
	if next < len(days) && days[next] <= last+AfterglowDays {
		return Kept
	}
	if covered.Between(last+1, last+AfterglowDays) < AfterglowDays {
		return FateUnknown
	}
	return BurntOut
}
