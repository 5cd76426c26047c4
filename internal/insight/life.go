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

func lifeOf(s dataset.Selection, by lens.EntityKind, id string) (v Life, ok bool) {
	things := s.Things(by, s.Lens.Group)
	code := things.Find(id)
	if code == dataset.NoThing {
		return v, false
	}
	whole, year, month := newTally(things), newTally(things), int64(0)
	var days []int32 // of its plays
	yearEnd := -1 << 31
	var monthFirst lens.Date
	finishYear := func() {
		if year.plays[code] > 0 {
			if rank := year.rank(code); v.BestRank == 0 || rank <= v.BestRank {
				v.BestRank, v.BestYear, v.BestPlays = rank, date(yearEnd-1).Year, int(year.plays[code])
			}
		}
		year.next()
	}
	finishMonth := func() {
		if month > 0 && month >= v.PeakMs {
			v.Peak, v.PeakMs = monthFirst, month
		}
		month = 0
	}
	monthEnd := -1 << 31
	for p := range timeline(s) {
		if p.Day >= yearEnd {
			finishYear()
			_, last := yearBounds(date(p.Day).Year)
			yearEnd = last + 1
		}
		whole.add(p)
		year.add(p)
		if things.Of(p.Row) != code {
			continue
		}
		if p.Day >= monthEnd {
			finishMonth()
			monthFirst = date(p.Day).FirstOfMonth()
			monthEnd = monthFirst.NextMonth().Number()
		}
		month += p.Ms
		if p.Counts {
			days = append(days, int32(p.Day))
		}
	}
	finishYear()
	finishMonth()
	if len(days) == 0 {
		return v, false
	}
	v.Rank, v.Among, v.Ms, v.AllMs, v.Plays = whole.rank(code), whole.played(), whole.ms[code], whole.total(), len(days)
	first := firstPlays(s, things)
	v.First, v.Reason = int(first.days[code]), s.StartReason(first.rows[code])
	v.Settled = v.First >= CoveredDays(s.Dataset, s.Lens.Zone()).Settled()
	v.LastPlay = int(days[len(days)-1])
	v.HalfDays = int(days[(len(days)-1)/2] - days[0])
	covered := CoveredDays(s.Dataset, s.Lens.Zone())
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
			if silent := covered.Between(int(days[i-1])+1, int(day)-1); silent > v.Gap {
				v.Gap, v.GapAfter = silent, int(days[i-1])
			}
		}
		v.DaysHeard++
		if run >= v.Streak.Days() {
			v.Streak = Streak{date(int(day) - run + 1), date(int(day))}
		}
	}
	return v, true
}
