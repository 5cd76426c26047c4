package insight

import (
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Day is what began on one day.
type Day struct {
	Ms          int64 // overlap counts once
	Rows, Plays int
	// Covered is false where no file says what was heard.
	Covered bool
}

// A Calendar is every day of a selection's range, silent ones too.
type Calendar struct {
	First int // of the days, counted from 1970-01-01
	Days  []Day
}

// Last is the number of the last day.
func (c Calendar) Last() int { return c.First + len(c.Days) - 1 }

// At is the day of that number, the zero Day outside of the calendar.
func (c Calendar) At(day int) Day {
	if day < c.First || day > c.Last() {
		return Day{}
	}
	return c.Days[day-c.First]
}

// Date is the date of the i-th day.
func (c Calendar) Date(i int) lens.Date { return lens.DateOfNumber(int64(c.First + i)) }

// Between is the part of the calendar from one day to another, both inclusive.
func (c Calendar) Between(from, to int) Calendar {
	from, to = max(from, c.First), min(to, c.Last())
	if from > to {
		return Calendar{}
	}
	return Calendar{from, c.Days[from-c.First : to-c.First+1]}
}

// Total adds up the days.
func (c Calendar) Total() (t DaysTotal) {
	for _, d := range c.Days {
		t.Ms += d.Ms
		t.Rows += d.Rows
		t.Plays += d.Plays
		if d.Covered {
			t.Covered++
		}
		if d.Plays > 0 {
			t.Heard++
		}
	}
	return t
}

// DaysTotal is the sum of several days.
type DaysTotal struct {
	Ms          int64
	Rows, Plays int
	Covered     int // days that the files speak of
	Heard       int // days with a play
}

// Days is the calendar of a selection: from the first to the last day of its
// record, or of its range where that is shorter. It must not be changed.
func Days(s dataset.Selection) Calendar { return daysOf(s, s.Starts) }

// daysOf is Days for who may have the rows already: to filter them takes as long as
// to count them.
func daysOf(s dataset.Selection, starts func() dataset.Starts) Calendar {
	return dataset.MemoizeSelection(s, "days", func() Calendar {
		all := allDays(unbounded(s), starts)
		return all.Between(dayBounds(s.Lens))
	})
}

// allDays is the calendar of the whole record. Of these the latest is kept: a
// story asks for each of its years.
func allDays(s dataset.Selection, starts func() dataset.Starts) Calendar {
	return dataset.MemoizeSelection(s, "all days", func() Calendar {
		cover := CoveredDays(s.Dataset, s.Lens.Zone())
		if cover.n == 0 {
			return Calendar{}
		}
		c := Calendar{First: cover.first, Days: make([]Day, cover.n)}
		for i := range c.Days {
			c.Days[i].Covered = cover.Has(c.First + i)
		}
		for p := timelineOf(s, starts()); p.next(); {
			day := &c.Days[p.Day-c.First]
			day.Ms += p.AloneMs
			day.Rows++
			if p.Counts {
				day.Plays++
			}
		}
		return c
	})
}

// Covered says which days the files speak of. The zero value knows of none.
type Covered struct {
	first, n int
	has      []bool
	until    []int // of days that are covered, up to and with each
}

// CoveredDays are the days of tz that a file speaks of: those on which a row began
// or ended, and pauses of up to a week between starts; see [Coverage].
func CoveredDays(d *dataset.Dataset, tz *time.Location) Covered {
	return dataset.MemoizeLatest(d, "covered days", tz.String(), func() Covered {
		m := Coverage(d, tz)
		if m.First.IsZero() {
			return Covered{}
		}
		c := Covered{first: m.First.Number(), has: make([]bool, m.Last.Number()-m.First.Number()+1)}
		for _, list := range [...][]DayStretch{m.Extended, m.Account} {
			for _, s := range list {
				for day := s.First.Number(); day <= s.Last.Number(); day++ {
					c.has[day-c.first] = true
				}
			}
		}
		c.n, c.until = len(c.has), make([]int, len(c.has))
		n := 0
		for i, has := range c.has {
			if has {
				n++
			}
			c.until[i] = n
		}
		return c
	})
}

// Has reports whether a day is covered.
func (c Covered) Has(day int) bool { return day >= c.first && day < c.first+c.n && c.has[day-c.first] }

// Between counts the covered days from one to another, both inclusive.
func (c Covered) Between(from, to int) int {
	from, to = max(from, c.first), min(to, c.first+c.n-1)
	if from > to {
		return 0
	}
	n := c.until[to-c.first]
	if from > c.first {
		n -= c.until[from-c.first-1]
	}
	return n
}

// Bounds are the first and last day that is covered.
func (c Covered) Bounds() (first, last int) { return c.first, c.first + c.n - 1 }

// SettlingDays is how long a record must have run before a first play in it
// means that something was new: before, it is only the first in this record.
const SettlingDays = 180

// Settled is the first day on which a first play means that something was new:
// after [SettlingDays] covered days.
func (c Covered) Settled() int {
	for i, n := range c.until {
		if n > SettlingDays {
			return c.first + i
		}
	}
	return c.first + c.n
}

// Quantiles are the n-1 bounds that divide the days with time into n parts of
// equal number, the shortest first.
func (c Calendar) Quantiles(n int) []int64 {
	var times []int64
	for _, day := range c.Days {
		if day.Ms > 0 {
			times = append(times, day.Ms)
		}
	}
	if len(times) == 0 {
		return nil
	}
	slices.Sort(times)
	bounds := make([]int64, n-1)
	for i := range bounds {
		bounds[i] = times[(i+1)*len(times)/n]
	}
	return bounds
}
