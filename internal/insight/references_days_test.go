package insight_test

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func checkDiscoveries(t *rapid.T, h history) {
	d := insight.DiscoveriesOf(h.Selection)
	for _, m := range d.Months {
		from, to := max(h.from, m.First.Number()), min(h.to, m.First.NextMonth().Number()-1)
		rows := on(h.rows, from, to)
		same(t, "new artists of "+m.First.String(), m.Artists, h.novelty(rows, ofArtist, from, to))
		same(t, "new songs of "+m.First.String(), m.Songs, h.novelty(rows, ofSong, from, to))
		same(t, m.First.String()+" is settled", m.Settled, from >= h.settled())
	}
	kept, decided := 0, 0
	for name, days := range playDays(h.through, ofArtist) {
		first := h.firstOf(ofArtist)[name].day
		if first < max(h.from, h.settled()) || first > h.to || h.coveredFrom(first+1, h.lastCovered()) < insight.KeptAfter {
			continue
		}
		decided++
		if days[len(days)-1] >= first+insight.KeptAfter {
			kept++
		}
	}
	same(t, "kept", words(d.Kept, d.Decided), words(kept, decided))
	var got, want []string
	for _, y := range d.Best {
		for _, f := range y.Songs {
			got = append(got, words(y.Year, f.Name, f.Day, f.Plays, f.OneYear))
		}
	}
	for name, days := range playDays(h.through, ofSong) {
		first := h.firstOf(ofSong)[name].day
		quick := countBetween(days, first, first+insight.Quickly-1)
		if days[0] == first && first >= max(h.from, h.settled()) && first <= h.to && countBetween(days, first, first+364) >= 4 {
			want = append(want, words(parsed(day(first)).Year, name, first, quick, countBetween(days, first, first+364)))
		}
	}
	if slices.Sort(want); len(want) <= 5 {
		same(t, "best discoveries", sortedLines(got), sortedLines(want))
	}
	for _, a := range d.Tree {
		first := h.firstOf(ofArtist)[a.Name]
		same(t, "arrival of "+a.Name, words(a.Day, a.Reason), words(first.day, first.ReasonStart))
	}
}

func checkDay(t *rapid.T, h history) {
	at := h.from + rapid.IntRange(0, h.to-h.from).Draw(t, "day")
	story := insight.DayOf(h.Selection, at)
	rows := on(h.through, at, at)
	same(t, "time of "+day(at), story.Ms, aloneMs(rows))
	var sittings [][]row
	for i, r := range rows {
		latest := int64(0)
		for _, before := range h.all {
			if before.Start < r.Start || before.Start == r.Start && before.number < r.number {
				latest = max(latest, before.TS)
			}
		}
		// A gap lies before this play, or before another that the filter left out.
		if i == 0 || h.sessionOf(r) != h.sessionOf(rows[i-1]) {
			sittings = append(sittings, nil)
		}
		sittings[len(sittings)-1] = append(sittings[len(sittings)-1], r)
	}
	same(t, "sittings", len(story.Sittings), len(sittings))
	for i, sitting := range story.Sittings {
		same(t, "time of a sitting", sitting.Ms, aloneMs(sittings[i]))
		for j, p := range sitting.Plays {
			r := sittings[i][j]
			same(t, "play", p, insight.Play{Row: r.number, Day: r.day, Start: r.Start, Ms: r.Ms, AloneMs: r.alone, Counts: r.counts})
		}
	}
	var fresh, want []string
	for _, a := range story.NewArtists {
		fresh = append(fresh, a.Name)
	}
	for _, r := range rows {
		if r.artist != "" && h.firstOf(ofArtist)[r.artist].number == r.number && r.counts {
			want = append(want, r.artist)
		}
	}
	same(t, "new artists of the day", fresh, want)
	before, after := 0, 0
	for _, r := range h.through {
		if r.day < at {
			before = r.day
		}
		if r.day > at && after == 0 {
			after = r.day
		}
	}
	same(t, "days with music around it", words(story.Before, story.After), words(before, after))
	for _, y := range insight.OnThisDay(h.Selection, parsed(day(at)), 0) {
		rows := on(h.through, y.Date.Number(), y.Date.Number())
		same(t, "plays on this day of "+y.Date.String(), words(y.Plays, y.Ms), words(playsIn(rows), aloneMs(rows)))
		songs := ranked(rows, ofSong)
		same(t, "songs on this day", thingLines(y.Songs), sumLines(songs[:min(len(songs), 5)]))
	}
}

// sessionOf is the number of the listening session of a row.
func (h history) sessionOf(of row) (n int) {
	latest := int64(-1 << 40)
	for _, r := range h.all {
		if r.Start > latest+30*minute {
			n++
		}
		latest = max(latest, r.TS)
		if r.number == of.number {
			break
		}
	}
	return n
}

// checkTotals: parts make up the whole, and no day is longer than it can be.
func checkTotals(t *rapid.T, h history) {
	whole := h.Select(h.Lens.WithRange(lens.Date{}, lens.Date{}))
	cal, all := insight.Days(h.Selection), insight.Days(whole)
	same(t, "part of the calendar", cal, all.Between(h.from, h.to))
	var longest int64
	for _, r := range h.all {
		longest = max(longest, r.Ms)
	}
	for i, d := range all.Days {
		if d.Ms > 25*3_600_000+longest || d.Plays > d.Rows {
			t.Fatal(all.Date(i), d)
		}
	}
	var total insight.DaysTotal
	for _, y := range insight.Years(h.Selection) {
		total.Ms += y.Ms
		total.Rows += y.Rows
		total.Plays += y.Plays
		total.Covered += y.Covered
		total.Heard += y.Heard
		for _, n := range []insight.Novelty{y.Artists, y.Songs} {
			if n.New > n.Heard || n.NewMs > n.Ms || n.New == 0 && n.NewMs > 0 {
				t.Fatal(y.Year, n)
			}
		}
	}
	same(t, "total of the years", total, cal.Total())
	// A thing is new in one month, unless a filter leaves its first play out.
	if h.Lens.Filtered() {
		return
	}
	months := 0
	for _, m := range insight.DiscoveriesOf(h.Selection).Months {
		months += m.Songs.New
	}
	same(t, "new songs of all months", months, h.novelty(h.rows, ofSong, h.from, h.to).New)
}
