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

func ranks(s dataset.Selection, by lens.EntityKind, every Every, cumulative bool) (r Ranks) {
	cal := Days(s)
	if len(cal.Days) == 0 {
		return r
	}
	v := livesOf(s, s.Things(by, lens.GroupTitle))
	most := top{of: &v.Things, room: RankLines}
	in := v.yearly(cal)
	if every == EveryMonth {
		in = v.monthly(cal)
	}
	charts := make([]top, len(in.starts))
	for i := range charts {
		charts[i] = top{of: &v.Things, room: RankDepth}
	}
	for code := range v.codes() {
		all := sum{code: code}
		for _, heard := range v.sums(code, in) {
			of := heard.of(code)
			all.add(of)
			if cumulative {
				of = all
			}
			charts[heard.period].offer(of)
		}
		most.offer(all)
	}
	if cumulative {
		accumulate(charts)
	}
	for i, start := range in.starts {
		r.Periods = append(r.Periods, date(start))
		var first Thing
		if list := charts[i].list; len(list) > 0 {
			first = list[0].thing(&v.Things)
		}
		r.Firsts = append(r.Firsts, first)
	}
	for _, thing := range most.list {
		line := RankLine{Thing: thing.thing(&v.Things), Ranks: make([]int, len(charts)), Each: make([]int64, len(charts))}
		for i := range charts {
			if rank := charts[i].rank(thing.code); rank > 0 {
				line.Ranks[i], line.Each[i] = rank, charts[i].list[rank-1].ms
			}
		}
		r.Lines = append(r.Lines, line)
	}
	r.Leaders, r.Weeks = leaders(v, cal)
	if n := len(charts); n > 1 {
		r.Up, r.Down = moves(&v.Things, charts[n-2], charts[n-1])
	}
	return r
}

// accumulate adds to charts of sums that only grow what was not played in a period
// and still stands from the one before.
func accumulate(charts []top) {
	for i := 1; i < len(charts); i++ {
		for _, of := range charts[i-1].list {
			if charts[i].rank(of.code) == 0 {
				charts[i].offer(of)
			}
		}
	}
}

// leaders are the things that were at number one for most weeks, of so many weeks
// that had a number one.
func leaders(v lives, cal Calendar) (list []Leader, weeks int) {
	led := make(map[uint32]int)
	for _, first := range v.numberOnes(v.weekly(cal)) {
		if first.plays > 0 {
			led[first.code]++
			weeks++
		}
	}
	for code, n := range led {
		list = append(list, Leader{v.total(code, cal.First, cal.Last()).thing(&v.Things), n})
	}
	slices.SortFunc(list, func(a, b Leader) int {
		return cmp.Or(cmp.Compare(b.Weeks, a.Weeks), cmp.Compare(b.Ms, a.Ms), cmp.Compare(a.ID, b.ID))
	})
	return list[:min(len(list), RankLines)], weeks
}

// moves are the greatest changes between two charts.
func moves(things *dataset.Things, before, now top) (up, down []Move) {
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
	for i, p := range now.list {
		if m := (Move{things.Entity(p.code), before.rank(p.code), i + 1}); size(m) > 0 {
			up = append(up, m)
		}
	}
	for i, p := range before.list {
		if m := (Move{things.Entity(p.code), i + 1, now.rank(p.code)}); size(m) < 0 {
			down = append(down, m)
		}
	}
	slices.SortStableFunc(up, func(a, b Move) int { return cmp.Compare(size(b), size(a)) })
	slices.SortStableFunc(down, func(a, b Move) int { return cmp.Compare(size(a), size(b)) })
	return up[:min(len(up), rankMoves)], down[:min(len(down), rankMoves)]
}
