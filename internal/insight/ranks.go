package insight

import (
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Ranks are the places of the most heard things of a kind, period by period.
type Ranks struct {
	Periods []lens.Date // the first day of each
	// Firsts are at number one in each period; the zero Thing where nothing is.
	Firsts []Thing
	Lines  []RankLine // the most heard of the range first
	// Leaders have most weeks at number one, the most first; at most [RankLines].
	Leaders []Leader
	Weeks   int // with a number one
	// Up and Down moved most between the last two periods, what entered or left
	// the first [RankDepth] among them.
	Up, Down []Move
}

// RankLine is one thing in a chart of ranks.
type RankLine struct {
	Thing
	// Ranks are its places in each period from 1, 0 where it is beyond
	// [RankDepth] or had no play.
	Ranks []int
	Each  []int64 // its time in each period; of a cumulative chart until its end
}

// Leader is a thing that was at number one.
type Leader struct {
	Thing
	Weeks int
}

// Move is a change of place between two periods; 0 is beyond [RankDepth].
type Move struct {
	dataset.Entity
	From, To int
}

const (
	// RankLines is how many lines a chart of ranks has at most.
	RankLines = 10
	// RankDepth is down to which place ranks are told.
	RankDepth = 50
	// rankMoves is how many moves of each direction are told.
	rankMoves = 5
)

// Every is how long a period is.
type Every uint8

// The periods.
const (
	EveryYear Every = iota
	EveryMonth
)

// RanksOf ranks the things of a kind by their time in each period, or until the
// end of each when it is cumulative. Tracks are songs. It must not be changed.
func RanksOf(s dataset.Selection, by lens.EntityKind, every Every, cumulative bool) Ranks {
	key := "ranks " + string('0'+rune(by)) + string('0'+rune(every))
	if cumulative {
		key += " cumulative"
	}
	return dataset.MemoizeSelection(s, key, func() Ranks { return ranks(s, by, every, cumulative) })
}

// place is a thing at a rank.
type place struct {
	code uint32
	ms   int64
}

func ranks(s dataset.Selection, by lens.EntityKind, every Every, cumulative bool) (r Ranks) {
	cal := Days(s)
	if len(cal.Days) == 0 {
		return r
	}
	things := s.Things(by, lens.GroupTitle)
	whole, period, week := newTally(things), newTally(things), newTally(things)
	weeks := make(map[uint32]int)
	var charts [][]place // of each period, the first RankDepth
	at := cal.Date(0).FirstOfMonth()
	if every == EveryYear {
		at = lens.Date{Year: at.Year, Month: 1, Day: 1}
	}
	next := after(at, every)
	finishPeriod := func() {
		var before []place
		if cumulative && len(charts) > 0 {
			before = charts[len(charts)-1]
		}
		places := chart(period, whole, before, cumulative)
		charts = append(charts, places)
		var first Thing
		if len(places) > 0 {
			sums := period
			if cumulative {
				sums = whole
			}
			first = sums.thing(places[0].code)
		}
		r.Firsts = append(r.Firsts, first)
		r.Periods = append(r.Periods, at)
		period.next()
		at, next = next, after(next, every)
	}
	finishWeek := func() {
		if top := week.top(1, nil); len(top) > 0 {
			weeks[top[0]]++
			r.Weeks++
		}
		week.next()
	}
	weekEnd, periodEnd := -1<<31, next.Number()
	for p := range timeline(s) {
		if p.Day >= weekEnd {
			finishWeek()
			// 1970-01-01 was a Thursday, the fourth day of its week.
			weekEnd = p.Day - (p.Day+3)%7 + 7
		}
		for p.Day >= periodEnd {
			finishPeriod()
			periodEnd = next.Number()
		}
		period.add(p)
		week.add(p)
		whole.add(p)
	}
	finishWeek()
	finishPeriod()

	for _, code := range whole.top(RankLines, nil) {
		line := RankLine{Thing: whole.thing(code), Ranks: make([]int, len(charts)), Each: make([]int64, len(charts))}
		for i, c := range charts {
			if j := slices.IndexFunc(c, func(p place) bool { return p.code == code }); j >= 0 {
				line.Ranks[i], line.Each[i] = j+1, c[j].ms
			}
		}
		r.Lines = append(r.Lines, line)
	}
	for code, n := range weeks {
		r.Leaders = append(r.Leaders, Leader{whole.thing(code), n})
	}
	slices.SortFunc(r.Leaders, func(a, b Leader) int {
		return cmp.Or(cmp.Compare(b.Weeks, a.Weeks), cmp.Compare(b.Ms, a.Ms), cmp.Compare(a.ID, b.ID))
	})
	r.Leaders = r.Leaders[:min(len(r.Leaders), RankLines)]
	if n := len(charts); n > 1 {
		r.Up, r.Down = moves(things, charts[n-2], charts[n-1])
	}
	return r
}

func after(first lens.Date, every Every) lens.Date {
	if every == EveryYear {
		return lens.Date{Year: first.Year + 1, Month: 1, Day: 1}
	}
	return first.NextMonth()
}

// chart is the first places of a period. Cumulative sums only grow, so nothing
// enters their chart but what was played in the period.
func chart(period, whole *tally, before []place, cumulative bool) []place {
	sums := period
	if cumulative {
		sums = whole
		for _, p := range before {
			if !period.heard[p.code] {
				period.heard[p.code] = true
				period.codes = append(period.codes, p.code)
			}
		}
	}
	best := sums.topOf(period.codes, RankDepth, nil)
	list := make([]place, len(best))
	for i, code := range best {
		list[i] = place{code, sums.ms[code]}
	}
	return list
}

// moves are the greatest changes between two charts.
func moves(things dataset.Things, before, now []place) (up, down []Move) {
	rank := func(chart []place, code uint32) int {
		return slices.IndexFunc(chart, func(p place) bool { return p.code == code }) + 1
	}
	// What is beyond the chart counts as one place below it.
	size := func(m Move) int {
		from, to := m.From, m.To
		if from == 0 {
			from = RankDepth + 1
		}
		if to == 0 {
			to = RankDepth + 1
		}
		return from - to
	}
	for i, p := range now {
		if m := (Move{things.Entity(p.code), rank(before, p.code), i + 1}); size(m) > 0 {
			up = append(up, m)
		}
	}
	for i, p := range before {
		if m := (Move{things.Entity(p.code), i + 1, rank(now, p.code)}); size(m) < 0 {
			down = append(down, m)
		}
	}
	slices.SortStableFunc(up, func(a, b Move) int { return cmp.Compare(size(b), size(a)) })
	slices.SortStableFunc(down, func(a, b Move) int { return cmp.Compare(size(a), size(b)) })
	return up[:min(len(up), rankMoves)], down[:min(len(down), rankMoves)]
}
