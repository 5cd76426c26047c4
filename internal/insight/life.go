package insight

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Life is what one artist, album, track, show or book has been to a person.
// How and when it came is of the whole history; all other figures are of the
// selection.
type Life struct {
	// Rank is its place among all of its kind by time, of Among with a play.
	Rank, Among int
	// BestYear is the year in which it stood highest, at BestRank with BestPlays.
	BestYear, BestRank, BestPlays int
	// Ms is its time, of AllMs of all of its kind.
	Ms, AllMs int64
	Plays     int
	// First is the day of its first play in the whole history, and Reason why that
	// began, in Spotify's words.
	// Settled is false where that is only the first in this record.
	First   int
	Reason  string
	Settled bool
	// Peak is the month with most time.
	Peak   lens.Date
	PeakMs int64
	Streak Streak
	// Gap is the longest silence between two plays, in covered days without one,
	// and GapAfter the day of the play before it.
	Gap, GapAfter int
	// HalfDays is in how many days after the first play of the selection half of
	// all plays had been.
	HalfDays  int
	LastPlay  int
	DaysHeard int
}

// LifeOf is the life of a thing. It is false when it has no play in the selection.
// The focus of the selection's lens does not matter. It must not be changed.
func LifeOf(s dataset.Selection, by lens.EntityKind, id string) (Life, bool) {
	type found struct {
		life Life
		ok   bool
	}
	s.Lens.Focus = lens.Focus{}
	f := dataset.MemoizeSelection(s, "life "+string('0'+rune(by))+id, func() found {
		life, ok := lifeOf(s, by, id)
		return found{life, ok}
	})
	return f.life, f.ok
}

func lifeOf(s dataset.Selection, by lens.EntityKind, id string) (life Life, ok bool) {
	things := s.Things(by, s.Lens.Group)
	code := things.Find(id)
	cal := Days(s)
	if code == dataset.NoThing || len(cal.Days) == 0 {
		return life, false
	}
	v := livesOf(s, things)
	days := v.playDays(nil, code, cal.First, cal.Last())
	if len(days) == 0 {
		return life, false
	}
	life.rank(v, code, cal)
	months := v.monthly(cal)
	for _, heard := range v.sums(code, months) {
		if heard.ms > 0 && heard.ms >= life.PeakMs {
			life.Peak, life.PeakMs = date(months.starts[heard.period]), heard.ms
		}
	}
	first, covered := firstPlays(s, things), CoveredDays(s.Dataset, s.Lens.Zone())
	life.First, life.Reason = int(first.days[code]), s.StartReason(first.rows[code])
	life.Settled = life.First >= covered.Settled()
	life.LastPlay = days[len(days)-1]
	life.HalfDays = days[(len(days)-1)/2] - days[0]
	run := 0
	for i, day := range days {
		switch {
		case i == 0 || day > days[i-1]+1:
			run = 1
		case day == days[i-1]+1:
			run++
		default:
			continue // the same day
		}
		if i > 0 {
			if silent := covered.Between(days[i-1]+1, day-1); silent > life.Gap {
				life.Gap, life.GapAfter = silent, days[i-1]
			}
		}
		life.DaysHeard++
		if run >= life.Streak.Days() {
			life.Streak = Streak{date(day - run + 1), date(day)}
		}
	}
	return life, true
}

// rank places a thing among all of its kind, in all and in each year.
func (life *Life) rank(v lives, code uint32, cal Calendar) {
	whole, years := v.total(code, cal.First, cal.Last()), v.yearly(cal)
	own, ranks := make([]sum, len(years.starts)), make([]int, len(years.starts))
	for _, heard := range v.sums(code, years) {
		own[heard.period] = heard.of(code)
	}
	life.Ms, life.Plays, life.Rank = whole.ms, int(whole.plays), 1
	for other := range v.codes() {
		heard := sum{code: other}
		for _, year := range v.sums(other, years) {
			heard.add(year.of(other))
			if year.of(other).before(own[year.period], &v.Things) {
				ranks[year.period]++
			}
		}
		life.AllMs += heard.ms
		if heard.plays > 0 {
			life.Among++
		}
		if heard.before(whole, &v.Things) {
			life.Rank++
		}
	}
	for i, year := range own {
		if rank := ranks[i] + 1; year.plays > 0 && (life.BestRank == 0 || rank <= life.BestRank) {
			life.BestRank, life.BestYear, life.BestPlays = rank, date(years.starts[i]).Year, int(year.plays)
		}
	}
}
