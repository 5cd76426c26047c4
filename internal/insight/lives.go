package insight

import (
	"iter"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// lives are the plays of each thing of a kind, by their days, whatever the range.
// What is asked about things is answered by walking along them one after the
// other: that is many times faster than to take the plays as they came and to look
// up of what each is.
type lives struct {
	*dataset.ByThing
	minMs uint32
	list  *[]periodSum // the memory of sums
}

func livesOf(s dataset.Selection, things dataset.Things) lives {
	return lives{s.ByThing(things), s.Lens.MinMs(), new([]periodSum)}
}

// codes yields the code of each thing.
func (v lives) codes() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for code := range uint32(v.N) {
			if len(v.Rows(code)) > 0 && !yield(code) {
				return
			}
		}
	}
}

// periodSum is what was heard of a thing in a period.
type periodSum struct {
	sum
	period int
}

// sums are what was heard of a thing in each of the periods in which it was. They are
// valid until the next are asked for.
func (v lives) sums(code uint32, in periods) []periodSum {
	rows := v.Rows(code)
	if len(*v.list) < len(rows) {
		*v.list = make([]periodSum, 2*len(rows))
	}
	list, n, at := *v.list, 0, int32(outside)
	var ms int64
	var plays uint32
	end := func() {
		if at != outside {
			of := &list[n]
			of.code, of.plays, of.ms, of.period = code, plays, ms, int(at)
			n++
		}
	}
	for _, row := range rows {
		if period := in.of[row.Day]; period != at {
			end()
			at, ms, plays = period, 0, 0
		}
		ms += dataset.Ms(row.Length)
		plays += dataset.IsPlay(row.Length, v.minMs)
	}
	end()
	return list[:n]
}

// timeIn is the time of all things in each period.
func (v lives) timeIn(in periods) []int64 {
	list := make([]int64, len(in.starts))
	for code := range v.codes() {
		for _, row := range v.Rows(code) {
			if period := in.of[row.Day]; period != outside {
				list[period] += dataset.Ms(row.Length)
			}
		}
	}
	return list
}

// total is what was heard of a thing from one day to another.
func (v lives) total(code uint32, from, to int) sum {
	s := sum{code: code}
	for _, row := range v.Rows(code) {
		if day := v.First + int(row.Day); day >= from && day <= to {
			s.ms += dataset.Ms(row.Length)
			s.plays += dataset.IsPlay(row.Length, v.minMs)
		}
	}
	return s
}

// numberOnes are what ranks first in each period; without a play where nothing does.
func (v lives) numberOnes(in periods) []sum {
	list := make([]sum, len(in.starts))
	for code := range v.codes() {
		for _, heard := range v.sums(code, in) {
			if first := &list[heard.period]; heard.before(*first, &v.Things) {
				*first = heard.sum
			}
		}
	}
	return list
}

// novelties are how many things were heard in each period, and how many of them first
// in it.
func (v lives) novelties(first firsts, in periods) []Novelty {
	list := make([]Novelty, len(in.starts))
	for code := range v.codes() {
		debut := v.period(int(first.days[code]), in)
		for _, heard := range v.sums(code, in) {
			list[heard.period].add(heard.sum, heard.period == debut)
		}
	}
	return list
}

// playDays appends the day of each play of a thing from one day to another.
func (v lives) playDays(days []int, code uint32, from, to int) []int {
	for _, row := range v.Rows(code) {
		if day := v.First + int(row.Day); day >= from && day <= to && dataset.IsPlay(row.Length, v.minMs) == 1 {
			days = append(days, day)
		}
	}
	return days
}

// lastPlay is the day of the last play of a thing, if it has any.
func (v lives) lastPlay(code uint32) (day int, ok bool) {
	rows := v.Rows(code)
	for i := len(rows) - 1; i >= 0; i-- {
		if dataset.IsPlay(rows[i].Length, v.minMs) == 1 {
			return v.First + int(rows[i].Day), true
		}
	}
	return 0, false
}

// periods divide days.
type periods struct {
	starts []int   // the first day of each
	of     []int32 // the period of each day, counted as lives count theirs; outside for none
}

const outside = -1

// divided are the days from first to last, each in the period that begins last of
// those that have begun.
func (v lives) divided(first, last int, starts []int) periods {
	p := periods{starts, make([]int32, v.Count)}
	at := outside
	for i := range p.of {
		day := v.First + i
		for at+1 < len(starts) && starts[at+1] <= day {
			at++
		}
		p.of[i] = outside
		if day >= first && day <= last {
			p.of[i] = int32(at)
		}
	}
	return p
}

// daily, weekly, monthly and yearly divide a calendar into days, weeks from Monday
// on, months and years.
func (v lives) daily(cal Calendar) periods { return v.every(1, cal.First, cal) }

func (v lives) weekly(cal Calendar) periods {
	// 1970-01-01 was a Thursday, the fourth day of its week.
	return v.every(7, cal.First-((cal.First+3)%7+7)%7, cal)
}

func (v lives) every(days, first int, cal Calendar) periods {
	var starts []int
	for day := first; day <= cal.Last(); day += days {
		starts = append(starts, day)
	}
	return v.divided(cal.First, cal.Last(), starts)
}

func (v lives) monthly(cal Calendar) periods {
	return v.from(cal, cal.Date(0).FirstOfMonth(), lens.Date.NextMonth)
}

func (v lives) yearly(cal Calendar) periods {
	next := func(d lens.Date) lens.Date { return lens.Date{Year: d.Year + 1, Month: time.January, Day: 1} }
	return v.from(cal, lens.Date{Year: cal.Date(0).Year, Month: time.January, Day: 1}, next)
}

func (v lives) from(cal Calendar, first lens.Date, next func(lens.Date) lens.Date) periods {
	var starts []int
	for d := first; d.Number() <= cal.Last(); d = next(d) {
		starts = append(starts, d.Number())
	}
	return v.divided(cal.First, cal.Last(), starts)
}

// period is the one of a day, or outside.
func (v lives) period(day int, in periods) int {
	if i := day - v.First; i >= 0 && i < len(in.of) {
		return int(in.of[i])
	}
	return outside
}
