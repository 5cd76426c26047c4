package insight_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A row is a row of a history as the slow references of this file see it: by
// names, with everything that is asked of it worked out anew.
type row struct {
	dataset.Item
	number       uint32
	day          int
	alone        int64
	counts       bool
	artist, song string // "" where it is none
}

// history is a selection with its rows and what is known of the whole.
type history struct {
	dataset.Selection
	all      []row // the whole dataset, in the order of starts
	through  []row // what the filter lets through, whatever the range
	rows     []row // of these the range
	covered  []int // days, in order
	from, to int   // the days of the range within the record
}

// drawHistory invents a history of a few artists and a lens on it.
func drawHistory(t *rapid.T) history {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	plays := make([]export.Play, rapid.IntRange(rapid.SampledFrom([]int{0, 40}).Draw(t, "at least"), 120).Draw(t, "plays"))
	artists := []string{"X", "Y", "Z", "W", "V"}[:rapid.SampledFrom([]int{1, 2, 5}).Draw(t, "artists")]
	titles := []string{"A", "B", "C"}[:rapid.SampledFrom([]int{1, 3}).Draw(t, "titles")]
	ts := unix("2021-11-20 22:50")
	far := rapid.SampledFrom([]int64{3600, 7200, 86_400, 20 * 86_400}).Draw(t, "far")
	for i := range plays {
		ts += rapid.SampledFrom([]int64{0, 1, 30, 59, 240, 1799, 1800, 1801, 86_399, far, far, 8 * 86_400, 9 * 86_400, 370 * 86_400}[:rapid.SampledFrom([]int{7, 11, 11, 14}).Draw(t, "pauses")]).Draw(t, "pause")
		artist := pick("artist", artists...)
		plays[i] = datasettest.Music(ts, rapid.SampledFrom([]uint32{0, 29_999, 30_000, 59_999, 60_000, 200_000, 4_000_000}).Draw(t, "ms"), pick("title", titles...)+" of "+artist, artist, "")
		plays[i].ReasonStart = []byte(pick("begin", "clickrow", "trackdone", ""))
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			plays[i].Kind, plays[i].Title, plays[i].Creator = export.KindUnknown, nil, nil
		case 1:
			plays[i].Kind, plays[i].Title, plays[i].Creator = export.KindPodcast, []byte("Episode"), []byte("Show")
		case 2:
			plays[i] = elsewhere(plays[i])[0]
		}
	}
	// Without a record that runs for long nothing is new, silent or burnt out.
	plays = append(plays, evenings("2021-11-01", rapid.SampledFrom([]int{0, 0, 0, 0, 250, 600}).Draw(t, "evenings"), "A of U", "U")...)
	d := datasettest.Of(t, plays...)
	l := lens.Lens{Min: rapid.SampledFrom([]int{0, 30, 60}).Draw(t, "min")}
	l.TZ, _ = time.LoadLocation(pick("zone", "UTC", "Europe/Warsaw", "America/New_York", "Asia/Kolkata"))
	switch rapid.IntRange(0, 5).Draw(t, "filter") {
	case 0:
		l.Not = []string{"X"}
	case 1:
		l.Weekdays = 0b1010101
	case 2:
		l.Hours = 0xfff << 10
	case 3:
		l.Kinds = lens.KindMusic
	}
	if rapid.Bool().Draw(t, "range") {
		from := number("2021-11-20") + rapid.IntRange(0, 500).Draw(t, "from")
		l = l.WithRange(lens.DateOfNumber(int64(from)), lens.DateOfNumber(int64(from+rapid.SampledFrom([]int{0, 6, 100, 365, 900}).Draw(t, "days"))))
	}
	return newHistory(d.Select(l))
}

func newHistory(s dataset.Selection) history {
	h := history{Selection: s}
	h.all = slowRows(s, lens.Lens{Min: s.Lens.Min, TZ: s.Lens.TZ})
	h.through = slowRows(s, s.Lens.WithRange(lens.Date{}, lens.Date{}))
	began, days := map[int]bool{}, map[int]bool{}
	for _, r := range h.all {
		began[r.day] = true
	}
	before := -1000
	for _, day := range sortedKeys(began) {
		for d := day; d > before && (d == day || day-before <= 8); d-- {
			days[d] = true
		}
		before = day
	}
	for _, r := range h.all {
		days[dayIn(r.TS, s.Lens.Zone())] = true
	}
	h.covered = sortedKeys(days)
	if len(h.covered) > 0 {
		h.from, h.to = h.covered[0], h.covered[len(h.covered)-1]
	}
	if !s.Lens.From.IsZero() {
		h.from, h.to = max(h.from, s.Lens.From.Number()), min(h.to, s.Lens.To.Number())
	}
	h.rows = on(h.through, h.from, h.to)
	return h
}

func slowRows(s dataset.Selection, l lens.Lens) (rows []row) {
	for block := range s.Select(l).Blocks() {
		for _, i := range block {
			rows = append(rows, row{number: i})
		}
	}
	for i := range rows {
		r := &rows[i]
		r.Item = s.Play(int(r.number))
		r.day, r.counts = dayIn(r.Start, l.Zone()), r.Ms >= int64(l.Min)*1000
		if r.Kind == export.KindMusic && r.Name != "" {
			r.artist, r.song = r.Creator, r.Name
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.Start, b.Start) })
	for i := range rows {
		begin, end := rows[i].Start*1000, rows[i].Start*1000+rows[i].Ms
		for _, before := range rows[:i] {
			begin = max(begin, before.Start*1000+before.Ms)
		}
		rows[i].alone = max(0, end-begin)
	}
	return rows
}

// dayIn is the number of the day of a time.
func dayIn(at int64, tz *time.Location) int {
	return number(time.Unix(at, 0).In(tz).Format(time.DateOnly))
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// on are the rows from one day to another.
func on(rows []row, from, to int) (list []row) {
	for _, r := range rows {
		if r.day >= from && r.day <= to {
			list = append(list, r)
		}
	}
	return list
}

func ofArtist(r row) string { return r.artist }
func ofSong(r row) string   { return r.song }

// sum is the time and the plays of a thing.
type sum struct {
	name  string
	ms    int64
	plays int
}

// sums are those of all things with a row.
func sums(rows []row, of func(row) string) map[string]sum {
	m := make(map[string]sum)
	for _, r := range rows {
		if name := of(r); name != "" {
			s := m[name]
			s.name, s.ms = name, s.ms+r.Ms
			if r.counts {
				s.plays++
			}
			m[name] = s
		}
	}
	return m
}

// ranked are the things with a play, most time first.
func ranked(rows []row, of func(row) string) (list []sum) {
	for _, s := range sums(rows, of) {
		if s.plays > 0 {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b sum) int {
		return cmp.Or(cmp.Compare(b.ms, a.ms), cmp.Compare(b.plays, a.plays), cmp.Compare(a.name, b.name))
	})
	return list
}

// firstOf is the first play of each thing in the whole history.
func (h history) firstOf(of func(row) string) map[string]row {
	m := make(map[string]row)
	for _, r := range h.all {
		if _, ok := m[of(r)]; !ok && r.counts && of(r) != "" {
			m[of(r)] = r
		}
	}
	return m
}

// playDays are the days of the plays of each thing in rows.
func playDays(rows []row, of func(row) string) map[string][]int {
	m := make(map[string][]int)
	for _, r := range rows {
		if r.counts && of(r) != "" {
			m[of(r)] = append(m[of(r)], r.day)
		}
	}
	return m
}

func (h history) coveredFrom(from, to int) (n int) {
	for _, day := range h.covered {
		if day >= from && day <= to {
			n++
		}
	}
	return n
}

func (h history) settled() int {
	if len(h.covered) > insight.SettlingDays {
		return h.covered[insight.SettlingDays]
	}
	return h.lastCovered() + 1
}

func (h history) lastCovered() int { return h.covered[len(h.covered)-1] }

func (h history) novelty(rows []row, of func(row) string, from, to int) (n insight.Novelty) {
	first := h.firstOf(of)
	for _, s := range ranked(rows, of) {
		n.Heard++
		n.Ms += s.ms
		if day := first[s.name].day; day >= from && day <= to {
			n.New++
			n.NewMs += s.ms
		}
	}
	return n
}

// words are several values with a space between each two.
func words(values ...any) string { return strings.TrimSpace(fmt.Sprintln(values...)) }

// same compares what an analysis says with what the reference does.
func same(t *rapid.T, of string, got, want any) {
	if a, b := fmt.Sprint(got), fmt.Sprint(want); a != b {
		t.Fatalf("%s:\ngot  %s\nwant %s", of, a, b)
	}
}

// TestAnalysesAreThoseOfSlowReferences asks all analyses of one invented history
// after the other.
func TestAnalysesAreThoseOfSlowReferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if h.Rows() == 0 || h.from > h.to {
			same(t, "days of nothing", len(insight.Days(h.Selection).Days), 0)
			return
		}
		checkDays(t, h)
		checkYears(t, h)
		checkRecord(t, h)
		checkObsessions(t, h)
		checkComebacks(t, h)
		checkForgotten(t, h)
		checkRemarkable(t, h)
		checkEras(t, h)
		checkRanks(t, h)
		checkMilestones(t, h)
		checkAnniversaries(t, h)
		checkDiscoveries(t, h)
		checkLife(t, h)
		checkDay(t, h)
		checkCompare(t, h)
		checkTotals(t, h)
	})
}

func checkDays(t *rapid.T, h history) {
	var want []insight.Day
	for day := h.from; day <= h.to; day++ {
		d := insight.Day{Covered: h.coveredFrom(day, day) > 0}
		for _, r := range on(h.rows, day, day) {
			d.Ms += r.alone
			d.Rows++
			if r.counts {
				d.Plays++
			}
		}
		want = append(want, d)
	}
	cal := insight.Days(h.Selection)
	same(t, "first day", cal.First, h.from)
	same(t, "days", cal.Days, want)
	longest, from := 0, 0
	for day := h.from; day <= h.to; day++ {
		run := 0
		for day+run <= h.to && want[day+run-h.from].Plays > 0 {
			run++
		}
		if run > 0 && run >= longest {
			longest, from = run, day
		}
	}
	streak := cal.LongestStreak()
	same(t, "streak", streak.Days(), longest)
	if longest > 0 {
		// Runs that begin within the longest are shorter, those of the same length later.
		same(t, "begin of the streak", streak.First, day(from))
	}
	var clock [7][24]int64
	whole := h.Select(h.Lens.WithRange(lens.Date{}, lens.Date{}))
	for _, r := range h.through {
		at := time.Unix(r.Start, 0).In(h.Lens.Zone())
		clock[(at.Weekday()+6)%7][at.Hour()] += r.alone
	}
	same(t, "clock", insight.Clock(whole), clock)
}

func checkYears(t *rapid.T, h history) {
	years := insight.Years(h.Selection)
	i := 0
	for y := parsed(day(h.from)).Year; y <= parsed(day(h.to)).Year; y++ {
		jan, dec := number(fmt.Sprintf("%d-01-01", y)), number(fmt.Sprintf("%d-12-31", y))
		from, to := max(jan, h.from), min(dec, h.to)
		rows := on(h.rows, from, to)
		got := years[i]
		i++
		of := fmt.Sprintf("%d: ", y)
		same(t, of+"over", got.Over, h.lastCovered() >= dec)
		same(t, of+"settled", got.Settled, from >= h.settled())
		same(t, of+"covered", got.Covered, h.coveredFrom(from, to))
		top := ranked(rows, ofArtist)
		same(t, of+"top", thingLines(got.Top), sumLines(top[:min(len(top), insight.ReignSize)]))
		same(t, of+"artists", got.Artists, h.novelty(rows, ofArtist, from, to))
		same(t, of+"songs", got.Songs, h.novelty(rows, ofSong, from, to))
		best, rank := sum{}, 0
		for j, s := range top {
			if first := h.firstOf(ofArtist)[s.name].day; best.name == "" && first >= from && first <= to {
				best, rank = s, j+1
			}
		}
		same(t, of+"best newcomer", words(got.Best.Name, got.Best.Ms, got.BestRank), words(best.name, best.ms, rank))
	}
	same(t, "number of years", len(years), i)
}

func thingLines(list []insight.Thing) (lines []string) {
	for _, x := range list {
		lines = append(lines, words(x.Name, x.Ms, x.Plays))
	}
	return lines
}

func sumLines(list []sum) (lines []string) {
	for _, x := range list {
		lines = append(lines, words(x.name, x.ms, x.plays))
	}
	return lines
}
