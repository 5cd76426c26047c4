package insight

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A Year is what was heard in one year, or in the part of it that lies in the
// lens's range.
type Year struct {
	Year int
	DaysTotal
	// Over is true when the year is covered to its end.
	Over bool
	// Top are the artists with most time, at most [ReignSize].
	Top []Thing
	// Best is the artist first heard in this year with most time; the zero Thing
	// when there is none.
	Best           Thing
	BestSince      int // the day on which that artist was first heard
	BestRank       int // its place among the artists of the year, from 1
	Artists, Songs Novelty
	// Settled is false where a first play says only that something is the first in
	// this record, because the record had just begun; see [SettlingDays].
	Settled bool
}

// ReignSize is how many artists of a year are named.
const ReignSize = 3

// Years are the years of a selection from the first to the last, silent ones
// too. They must not be changed.
func Years(s dataset.Selection) []Year {
	return dataset.MemoizeSelection(s, "years", func() []Year { return years(s) })
}

func years(s dataset.Selection) []Year {
	cal := Days(s)
	if len(cal.Days) == 0 {
		return nil
	}
	covered := CoveredDays(s.Dataset, s.Lens.Zone())
	settled := covered.Settled()
	_, lastCovered := covered.Bounds()
	ofArtists, ofSongs := newTally(artists(s)), newTally(songs(s))
	firstArtists, firstSongs := firstPlays(s, ofArtists.things), firstPlays(s, ofSongs.things)

	var list []Year
	first := date(cal.First).Year
	lensFrom, lensTo := dayBounds(s.Lens)
	for y := first; y <= date(cal.Last()).Year; y++ {
		from, to := yearBounds(y)
		list = append(list, Year{Year: y, DaysTotal: cal.Between(from, to).Total(), Over: lastCovered >= to, Settled: max(from, lensFrom) >= settled})
	}
	finish := func(y *Year) {
		from, to := yearBounds(y.Year)
		from, to = max(from, lensFrom), min(to, lensTo)
		isNew := func(code uint32) bool { return firstArtists.between(code, from, to) }
		y.Top = ofArtists.describe(ofArtists.top(ReignSize, nil))
		y.Artists, y.Songs = ofArtists.novelty(firstArtists, from, to), ofSongs.novelty(firstSongs, from, to)
		if best := ofArtists.top(1, isNew); len(best) > 0 {
			y.Best, y.BestSince, y.BestRank = ofArtists.thing(best[0]), int(firstArtists.days[best[0]]), ofArtists.rank(best[0])
		}
		ofArtists.next()
		ofSongs.next()
	}
	at, end := -1, 0 // the year whose plays are added up, and the day after it
	for p := range timeline(s) {
		if at < 0 || p.Day >= end {
			if at >= 0 {
				finish(&list[at])
			}
			at = date(p.Day).Year - first
			_, last := yearBounds(first + at)
			end = last + 1
		}
		ofArtists.add(p)
		ofSongs.add(p)
	}
	if at >= 0 {
		finish(&list[at])
	}
	return list
}
