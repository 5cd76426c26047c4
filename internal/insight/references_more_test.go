package insight_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"pgregory.net/rapid"

	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func checkRecord(t *rapid.T, h history) {
	r := insight.RecordOf(h.Selection)
	from, to := h.from, h.to
	if to-from+1 > insight.RecordDays {
		year, most := 0, int64(-1)
		for y := parsed(day(to)).Year; y >= parsed(day(from)).Year; y-- {
			f, l := max(from, number(fmt.Sprintf("%d-01-01", y))), min(to, number(fmt.Sprintf("%d-12-31", y)))
			if h.coveredFrom(f, l) >= 300 {
				year = y
				break
			}
			if ms := aloneMs(on(h.rows, f, l)); ms > most {
				year, most = y, ms
			}
		}
		from, to = max(from, number(fmt.Sprintf("%d-01-01", year))), min(to, number(fmt.Sprintf("%d-12-31", year)))
	}
	top := ranked(on(h.rows, from, to), ofArtist)
	top = top[:min(len(top), insight.RecordColours)]
	same(t, "first ray", r.First, from)
	same(t, "rays", len(r.Rays), to-from+1)
	for i, ray := range r.Rays {
		rows := on(h.rows, from+i, from+i)
		colour := -1
		if of := ranked(rows, ofArtist); len(of) > 0 {
			colour = slices.IndexFunc(top, func(s sum) bool { return s.name == of[0].name })
		}
		same(t, "ray of "+day(from+i), ray, insight.Ray{Ms: aloneMs(rows), Top: colour})
	}
}

func aloneMs(rows []row) (ms int64) {
	for _, r := range rows {
		ms += r.alone
	}
	return ms
}

func countBetween(days []int, from, to int) (n int) {
	for _, day := range days {
		if day >= from && day <= to {
			n++
		}
	}
	return n
}

func checkObsessions(t *rapid.T, h history) {
	var got, want []string
	for _, o := range insight.Obsessions(h.Selection) {
		got = append(got, words(o.Song.Name, day(o.First), day(o.Last), o.Plays, o.All, o.Fate))
	}
	whole := playDays(h.through, ofSong)
	for song, days := range playDays(h.rows, ofSong) {
		first, last, most := 0, 0, 0
		for _, to := range days { // the window that ends on this day
			if n := countBetween(days, to-insight.ObsessionDays+1, to); n >= most {
				most, last = n, to
			}
		}
		for _, d := range days {
			if first == 0 && d > last-insight.ObsessionDays {
				first = d
			}
		}
		if most < insight.ObsessionPlays {
			continue
		}
		fate := insight.FateUnknown
		if countBetween(whole[song], last+1, last+insight.AfterglowDays) > 0 {
			fate = insight.Kept
		} else if h.coveredFrom(last+1, last+insight.AfterglowDays) == insight.AfterglowDays {
			fate = insight.BurntOut
		}
		want = append(want, words(song, day(first), day(last), most, len(days), fate))
	}
	same(t, "obsessions", sortedLines(got), sortedLines(want))
}

func checkComebacks(t *rapid.T, h history) {
	songs, artists := insight.Comebacks(h.Selection)
	same(t, "songs that came back", comebackNames(songs), h.comebacks(ofSong, 3, 30))
	same(t, "artists that came back", comebackNames(artists), h.comebacks(ofArtist, 10, 90))
}

func comebackNames(list []insight.Comeback) string {
	var lines []string
	for _, c := range list {
		lines = append(lines, words(c.Thing.Name, day(c.Until), day(c.Since), c.Silent, c.Plays))
	}
	return sortedLines(lines)
}

func (h history) comebacks(of func(row) string, plays, window int) string {
	var lines []string
	for name, days := range playDays(h.through, of) {
		longest, line := 0, ""
		for i := range days[1:] {
			until, since := days[i], days[i+1]
			silent, n := h.coveredFrom(until+1, since-1), countBetween(days, since, since+window-1)
			if since >= h.from && since <= h.to && silent >= 365 && n >= plays && silent >= longest {
				longest, line = silent, words(name, day(until), day(since), silent, n)
			}
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return sortedLines(lines)
}

func checkForgotten(t *rapid.T, h history) {
	songs, artists := insight.Forgotten(h.Selection)
	for i, got := range [][]insight.Lost{songs, artists} {
		of := []func(row) string{ofSong, ofArtist}[i]
		var lines, want []string
		for _, l := range got {
			lines = append(lines, words(l.Name, l.Ms, l.Last, l.Silent))
		}
		list := ranked(h.rows, of)
		for _, s := range list[:len(list)/20] {
			days := playDays(h.through, of)[s.name]
			last := days[len(days)-1]
			if silent := h.coveredFrom(last+1, h.lastCovered()); silent >= 365 {
				want = append(want, words(s.name, s.ms, last, silent))
			}
		}
		same(t, "forgotten", lines, want)
	}
}

func checkRemarkable(t *rapid.T, h history) {
	got := insight.RemarkableDays(h.Selection)
	var want insight.Remarkable
	firstArtists, firstSongs := h.firstOf(ofArtist), h.firstOf(ofSong)
	heard := playDays(h.rows, ofArtist)
	for at := h.from; at <= h.to; at++ {
		rows := on(h.rows, at, at)
		if ms := aloneMs(rows); ms > 0 && ms >= want.LongestMs {
			want.Longest, want.LongestMs = at, ms
		}
		fresh := 0
		for name := range heard {
			if firstArtists[name].day == at && at >= h.settled() && countBetween(heard[name], at, at) > 0 {
				fresh++
			}
		}
		if fresh >= 3 && fresh >= want.NewArtists {
			want.Newest, want.NewArtists = at, fresh
		}
		if top := ranked(rows, ofArtist); len(top) > 0 && top[0].ms > 0 && top[0].ms >= want.DevotedTo.Ms {
			want.Devoted, want.DevotedTo.Ms, want.DevotedOf = at, top[0].ms, aloneMs(rows)
			want.DevotedTo.Name = top[0].name
		}
		ages, plays := 0, 0
		for _, r := range rows {
			if r.counts && r.song != "" {
				plays++
				ages += at - firstSongs[r.song].day
			}
		}
		if age := float64(ages) / float64(max(plays, 1)); plays >= 10 && age > 0 && age >= want.NostalgicAge {
			want.Nostalgic, want.NostalgicAge = at, age
		}
		for _, s := range sums(rows, ofSong) {
			if s.plays > 0 && s.plays >= want.LoopedPlays {
				want.LoopedDay, want.LoopedPlays = at, s.plays
			}
		}
		today, before := sums(rows, ofArtist), sums(on(h.through, at-insight.UsualDays, at-1), ofArtist)
		if d := divergence(today, before); d > 1e-9 && d >= want.UnusualDivergence-1e-9 {
			want.Unusual, want.UnusualDivergence = at, d
		}
	}
	line := func(r insight.Remarkable) string {
		return words(r.Longest, r.LongestMs, r.Newest, r.NewArtists, r.Devoted, r.DevotedTo.Ms, r.DevotedOf, r.DevotedTo.Name, " ",
			r.Nostalgic, r.NostalgicAge, r.LoopedDay, r.LoopedPlays, fmt.Sprintf("%.6f", r.UnusualDivergence))
	}
	same(t, "remarkable days", line(got), line(want))
}

// divergence is that of Jensen and Shannon as the entropy of the mean less the
// mean of the entropies; 0 where too little was heard.
func divergence(a, b map[string]sum) float64 {
	total := func(m map[string]sum) (ms float64) {
		for _, s := range m {
			ms += float64(s.ms)
		}
		return ms
	}
	ofA, ofB := total(a), total(b)
	if ofA < 3_600_000 || ofB < 36_000_000 {
		return 0
	}
	names := make(map[string]bool)
	for name := range a {
		names[name] = true
	}
	for name := range b {
		names[name] = true
	}
	entropy := func(p float64) float64 {
		if p == 0 {
			return 0
		}
		return -p * math.Log2(p)
	}
	d := 0.0
	for name := range names {
		p, q := float64(a[name].ms)/ofA, float64(b[name].ms)/ofB
		d += entropy((p+q)/2) - entropy(p)/2 - entropy(q)/2
	}
	return d
}

// checkEras tries every division of the months.
func checkEras(t *rapid.T, h history) {
	months := make(map[string]map[string]sum)
	for _, r := range h.rows {
		month := day(r.day)[:7]
		months[month] = sums(append(on(h.rows, number(month+"-01"), r.day-1), on(h.rows, r.day, number(month+"-01")+40)...), ofArtist)
	}
	var list []map[string]float64 // unit vectors
	for _, month := range sortedKeys(months) {
		rows := slices.DeleteFunc(slices.Clone(h.rows), func(r row) bool { return day(r.day)[:7] != month })
		v, all := make(map[string]float64), 0.0
		for name, s := range sums(rows, ofArtist) {
			v[name], all = math.Sqrt(float64(s.ms)), all+float64(s.ms)
		}
		if all == 0 {
			continue
		}
		for name := range v {
			v[name] /= math.Sqrt(all)
		}
		list = append(list, v)
	}
	got := insight.Eras(h.Selection)
	if len(list) < insight.EraMonths {
		same(t, "eras", len(got), 0)
		return
	}
	if len(list) > 12 {
		return // there are too many ways
	}
	cost := 0.0
	at := 0
	for _, e := range got {
		cost += eraCost(list[at : at+e.Months])
		at += e.Months
	}
	same(t, "months of eras", at, len(list))
	same(t, "cost of the eras", fmt.Sprintf("%.6f", cost), fmt.Sprintf("%.6f", cheapest(list)))
}

// cheapest is the cost of the best division.
func cheapest(months []map[string]float64) float64 {
	if len(months) == 0 {
		return 0
	}
	best := math.Inf(1)
	for n := insight.EraMonths; n <= len(months); n++ {
		best = min(best, eraCost(months[:n])+cheapest(months[n:]))
	}
	return best
}

func eraCost(months []map[string]float64) float64 {
	centroid, length := make(map[string]float64), 0.0
	for _, m := range months {
		for name, x := range m {
			centroid[name] += x
		}
	}
	for _, x := range centroid {
		length += x * x
	}
	cost := insight.EraPenalty
	for _, m := range months {
		dot := 0.0
		for name, x := range m {
			dot += x * centroid[name]
		}
		cost += 1 - dot/math.Sqrt(length)
	}
	return cost
}

func checkRanks(t *rapid.T, h history) {
	for _, cumulative := range []bool{false, true} {
		r := insight.RanksOf(h.Selection, lens.Track, insight.EveryMonth, cumulative)
		for i, first := range r.Periods {
			from := first.Number()
			if cumulative {
				from = h.from
			}
			list := ranked(on(h.rows, from, first.NextMonth().Number()-1), ofSong)
			best := ""
			if len(list) > 0 {
				best = sumLines(list)[0]
			}
			number1 := ""
			if r.Firsts[i].Name != "" {
				number1 = thingLines(r.Firsts[i : i+1])[0]
			}
			same(t, first.String()+": number one", number1, best)
			for _, line := range r.Lines {
				place := slices.IndexFunc(list, func(s sum) bool { return s.name == line.Name })
				same(t, first.String()+": place of "+line.Name, line.Ranks[i], place+1)
			}
		}
		weeks := make(map[string]int)
		for monday := h.from - (h.from+3)%7; monday <= h.to; monday += 7 {
			if list := ranked(on(h.rows, monday, monday+6), ofSong); len(list) > 0 {
				weeks[list[0].name]++
			}
		}
		for _, l := range r.Leaders {
			same(t, "weeks of "+l.Name, l.Weeks, weeks[l.Name])
		}
	}
}

func checkMilestones(t *rapid.T, h history) {
	var want []string
	hours := 0
	var ms int64
	first := true
	for _, r := range h.rows {
		if ms += r.alone; r.counts && first {
			first = false
			want = append(want, words(insight.MilestonePlay, 1, r.day, r.Name))
		}
		if n := int(ms / 360_000_000); n > hours {
			hours = n
			if n == 1 {
				want = append(want, words(insight.MilestoneHour, 100, r.day, r.Name))
			}
		}
	}
	var got []string
	for _, m := range insight.Milestones(h.Selection) {
		got = append(got, words(m.Kind, m.N, m.Day, m.Play.Name))
	}
	same(t, "milestones", got, want)
}

func checkAnniversaries(t *rapid.T, h history) {
	today := lens.DateOfNumber(int64(h.to))
	var want, got []string
	for _, s := range ranked(h.rows, ofArtist) {
		first := h.firstOf(ofArtist)[s.name].day
		if first < h.settled() {
			continue
		}
		came := parsed(day(first))
		for years := 1; years < 200; years++ {
			on := number(fmt.Sprintf("%d-03-01", came.Year+years)) // of who came on 29 February
			if came.Month != 2 || came.Day != 29 || (came.Year+years)%4 == 0 {
				on = number(fmt.Sprintf("%d-%02d-%02d", came.Year+years, came.Month, came.Day))
			}
			if away := on - today.Number(); away >= -14 && away <= 14 {
				want = append(want, words(s.name, s.ms, first, day(on), years))
			}
		}
	}
	for _, a := range insight.Anniversaries(h.Selection, today, 14) {
		got = append(got, words(a.Name, a.Ms, a.First, a.On, a.Years))
	}
	same(t, "anniversaries", sortedLines(got), sortedLines(want))
}

func checkLife(t *rapid.T, h history) {
	list := ranked(h.rows, ofArtist)
	for i, s := range list {
		var rows []row
		for _, r := range h.rows {
			if r.artist == s.name {
				rows = append(rows, r)
			}
		}
		v, ok := insight.LifeOf(h.Selection, lens.Artist, rows[0].CreatorID)
		days := playDays(rows, ofArtist)[s.name]
		var all, peak int64
		for _, x := range sums(h.rows, ofArtist) {
			all += x.ms
		}
		months := make(map[string]int64)
		for _, r := range rows {
			months[day(r.day)[:7]] += r.Ms
			peak = max(peak, months[day(r.day)[:7]])
		}
		gap, heard := 0, make(map[int]bool)
		for j, d := range days {
			heard[d] = true
			if j > 0 {
				gap = max(gap, h.coveredFrom(days[j-1]+1, d-1))
			}
		}
		half := slices.IndexFunc(days, func(d int) bool { return 2*countBetween(days, days[0], d) >= len(days) })
		first := h.firstOf(ofArtist)[s.name]
		same(t, "life of "+s.name, words(ok, v.Rank, v.Among, v.Ms, v.AllMs, v.Plays, v.First, v.Reason, v.PeakMs, v.Gap, v.HalfDays, v.LastPlay, v.DaysHeard),
			words(true, i+1, len(list), s.ms, all, s.plays, first.day, first.ReasonStart, peak, gap, days[half]-days[0], slices.Max(days), len(heard)))
	}
}

func checkCompare(t *rapid.T, h history) {
	whole := newHistory(h.Select(h.Lens.WithRange(lens.Date{}, lens.Date{})))
	c := insight.Compare(h.Selection, whole.Selection, lens.Artist)
	same(t, "plays on both sides", words(c.A.Plays, c.B.Plays), words(playsIn(h.rows), playsIn(whole.rows)))
	same(t, "artists on both sides", words(c.A.Artists, c.B.Artists), words(len(ranked(h.rows, ofArtist)), len(ranked(whole.rows, ofArtist))))
	same(t, "departures from a part to the whole", len(c.Departures), 0)
	all := func(m map[string]sum) (ms int64) {
		for _, s := range m {
			ms += s.ms
		}
		return max(ms, 1)
	}
	inA, inB := sums(h.rows, ofArtist), sums(whole.rows, ofArtist)
	for _, list := range [][]insight.Shift{c.Risers, c.Fallers, c.Shared, c.Newcomers} {
		for _, s := range list {
			a, b := inA[s.Name], inB[s.Name]
			same(t, "shares of "+s.Name, words(s.A, s.B), words(
				insight.SideShare{Ms: a.ms, Plays: a.plays, Share: float64(a.ms) / float64(all(inA))},
				insight.SideShare{Ms: b.ms, Plays: b.plays, Share: float64(b.ms) / float64(all(inB))}))
		}
	}
	same(t, "risers come in order", slices.IsSortedFunc(c.Risers, func(x, y insight.Shift) int {
		return cmp.Compare(y.B.Share-y.A.Share, x.B.Share-x.A.Share)
	}), true)
}

func playsIn(rows []row) (n int) {
	for _, r := range rows {
		if r.counts {
			n++
		}
	}
	return n
}
