package insight

import (
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// lives are the days of each thing of a kind, whatever the range. What is asked about
// things is answered by walking along them one after the other: that is many times
// faster than to take the plays as they came and to look up of what each is.
type lives struct {
	*dataset.ByThing
	list *[]periodSum // the memory of sums
}

func livesOf(s dataset.Selection, things dataset.Things) lives {
	return lives{s.ByThing(things), new([]periodSum)}
}

// codes yields the code of each thing.
func (v lives) codes() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for code := range uint32(v.N) {
			if len(v.Days(code)) > 0 && !yield(code) {
				return
			}
		}
	}
}

// periodSum is what was heard of a thing in a period.
type periodSum struct {
	ms     int64
	plays  uint32
	period int32
}

// of is that of the thing of a code.
func (p periodSum) of(code uint32) sum { return sum{code, p.plays, p.ms} }

// sums are what was heard of a thing in each of the periods in which it was. They are
// valid until the next are asked for. Whether a day is of the period of the one before
// cannot be predicted, and so it is asked without a branch: each writes the sum so far,
// over that of the one before or after it.
func (v lives) sums(code uint32, in periods) []periodSum {
	days := v.within(code, in)
	if len(*v.list) < len(days) {
		*v.list = make([]periodSum, 2*len(days))
	}
	list, n, at := *v.list, -1, int32(outside)
	var ms int64
	var plays uint32
	for _, heard := range days {
		period := in.of[heard.Day]
		next := 0 // 1 where another period begins
		if period != at {
			next = 1
		}
		n += next
		at = period
		ms = ms&int64(next-1) + int64(heard.Ms)
		plays = plays&uint32(next-1) + uint32(heard.Plays)
		list[n] = periodSum{ms, plays, period}
	}
	return list[:n+1]
}

// within are the days of a thing in periods.
func (v lives) within(code uint32, in periods) []dataset.Heard {
	days := v.Days(code)
	if len(days) > 0 && int(days[0].Day) < in.from {
		days = days[sort.Search(len(days), func(i int) bool { return int(days[i].Day) >= in.from }):]
	}
	if len(days) > 0 && int(days[len(days)-1].Day) >= in.to {
		days = days[:sort.Search(len(days), func(i int) bool { return int(days[i].Day) >= in.to })]
	}
	return days
}

// timeIn is the time of all things in each period.
func (v lives) timeIn(in periods) []int64 {
	list := make([]int64, len(in.starts))
	for code := range v.codes() {
		for _, heard := range v.within(code, in) {
			list[in.of[heard.Day]] += int64(heard.Ms)
		}
	}
	return list
}

// total is what was heard of a thing from one day to another.
func (v lives) total(code uint32, from, to int) sum {
	s := sum{code: code}
	for _, heard := range v.Days(code) {
		if day := v.First + int(heard.Day); day >= from && day <= to {
			s.ms += int64(heard.Ms)
			s.plays += uint32(heard.Plays)
		}
	}
	return s
}

// numberOnes are what ranks first in each period; without a play where nothing does.
func (v lives) numberOnes(in periods) []sum {
	list := make([]sum, len(in.starts))
	for code := range v.codes() {
		for _, heard := range v.sums(code, in) {
			if first, of := &list[heard.period], heard.of(code); of.before(*first, &v.Things) {
				*first = of
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
			list[heard.period].add(heard.of(code), heard.period == debut)
		}
	}
	return list
}

// playDays appends the day of each play of a thing from one day to another.
func (v lives) playDays(days []int, code uint32, from, to int) []int {
	for _, heard := range v.Days(code) {
		if day := v.First + int(heard.Day); day >= from && day <= to {
			for range heard.Plays {
				days = append(days, day)
			}
		}
	}
	return days
}

// hasPlays reports whether a thing has at least so many plays, whatever the range.
func (v lives) hasPlays(code uint32, atLeast int) bool {
	n := 0
	for _, heard := range v.Days(code) {
		n += int(heard.Plays)
	}
	return n >= atLeast
}

// lastPlay is the day of the last play of a thing, if it has any.
func (v lives) lastPlay(code uint32) (day int, ok bool) {
	for _, heard := range slices.Backward(v.Days(code)) {
		if heard.Plays > 0 {
			return v.First + int(heard.Day), true
		}
	}
	return 0, false
}

// periods divide the days from one to before another, counted as lives count theirs.
type periods struct {
	from, to int
	starts   []int   // the first day of each period, counted from 1970-01-01
	of       []int32 // the period of each day; outside for none
}

const outside = -1

// divided are the days from first to last, each in the period that begins last of
// those that have begun.
func (v lives) divided(first, last int, starts []int) periods {
	p := periods{from: v.Count, starts: starts, of: make([]int32, v.Count)}
	at := outside
	for i := range p.of {
		day := v.First + i
		for at+1 < len(starts) && starts[at+1] <= day {
			at++
		}
		p.of[i] = outside
		if day >= first && day <= last && at != outside {
			p.of[i] = int32(at)
			p.from, p.to = min(p.from, i), i+1
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
func (v lives) period(day int, in periods) int32 {
	if i := day - v.First; i >= 0 && i < len(in.of) {
		return in.of[i]
	}
	return outside
}
