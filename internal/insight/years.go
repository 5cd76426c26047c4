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
	_, lastCovered := covered.Bounds()
	lensFrom, _ := dayBounds(s.Lens)
	var list []Year
	for y := date(cal.First).Year; y <= date(cal.Last()).Year; y++ {
		from, to := yearBounds(y)
		list = append(list, Year{Year: y, DaysTotal: cal.Between(from, to).Total(), Over: lastCovered >= to, Settled: max(from, lensFrom) >= covered.Settled()})
	}
	artistsOfYears(s, cal, list)
	songs := livesOf(s, songs(s))
	first, in := firstPlays(s, songs.Things), songs.yearly(cal)
	for i, n := range songs.novelties(first, in) {
		list[i].Songs = n
	}
	return list
}

func artistsOfYears(s dataset.Selection, cal Calendar, list []Year) {
	v := livesOf(s, artists(s))
	first, in := firstPlays(s, v.Things), v.yearly(cal)
	heard, tops, best := make([][]sum, len(list)), make([]top, len(list)), make([]sum, len(list))
	for i := range tops {
		tops[i] = top{of: &v.Things, room: ReignSize}
	}
	for code := range v.codes() {
		debut := v.period(int(first.days[code]), in)
		for _, year := range v.sums(code, in) {
			i, of := year.period, year.of(code)
			list[i].Artists.add(of, i == debut)
			heard[i] = append(heard[i], of)
			tops[i].offer(of)
			if i == debut && of.before(best[i], &v.Things) {
				best[i] = of
			}
		}
	}
	for i := range list {
		y := &list[i]
		y.Top = tops[i].things()
		if best[i].plays == 0 {
			continue
		}
		y.Best, y.BestSince, y.BestRank = best[i].thing(&v.Things), int(first.days[best[i].code]), 1
		for _, of := range heard[i] {
			if of.before(best[i], &v.Things) {
				y.BestRank++
			}
		}
	}
}
