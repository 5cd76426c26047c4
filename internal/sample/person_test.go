package sample

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export/exporttest"
)

// anyDay is a day on which the start page is visited.
var anyDay = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)

// A told is a person, the three packages of her, and what must be found in them.
type told struct {
	*Person
	zips          [3][]byte
	history, year Counts
	log           LogCounts
}

func tell(t testing.TB, to time.Time) told {
	t.Helper()
	var b [3]bytes.Buffer
	var err [4]error
	of := told{}
	if of.Person, err[0] = NewPerson(to); err[0] == nil {
		of.history, err[1] = of.Extended(&b[0])
		of.year, err[2] = of.Account(&b[1])
		of.log, err[3] = of.TechnicalLog(&b[2])
	}
	if err := errors.Join(err[:]...); err != nil {
		t.Fatal(err)
	}
	of.zips = [3][]byte{b[0].Bytes(), b[1].Bytes(), b[2].Bytes()}
	return of
}

var known = make(map[time.Time]told)

// once tells of a day once for all tests, none of which changes anything.
func once(t testing.TB, to time.Time) told {
	t.Helper()
	if _, ok := known[to]; !ok {
		known[to] = tell(t, to)
	}
	return known[to]
}

func TestAPersonIsReadAsPromised(t *testing.T) {
	days := []time.Time{anyDay, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC)}
	if testing.Short() {
		days = days[:1]
	}
	for _, to := range days {
		t.Run(to.Format(time.DateOnly), func(t *testing.T) {
			p := once(t, to)
			zips, history, year, log := p.zips, p.history, p.year, p.log
			got, _ := exporttest.ReadBack(t, zips[0])
			if Counts(got.Counts) != history {
				t.Errorf("history\n got %+v\nwant %+v", got.Counts, history)
			}
			if history.Rows < 40_000 || history.Rows > 65_000 || history.Distinct >= history.Rows || history.Distinct < history.Rows*98/100 {
				t.Errorf("%d rows, %d of them different", history.Rows, history.Distinct)
			}
			if history.Video == 0 || history.First < to.AddDate(-8, 0, 0).Unix() || history.Last >= to.Unix() || history.Last < to.AddDate(0, 0, -4).Unix() {
				t.Errorf("%+v", history)
			}
			lately, receipt := exporttest.ReadBack(t, zips[1])
			if Counts(lately.Counts) != year {
				t.Errorf("account\n got %+v\nwant %+v", lately.Counts, year)
			}
			plays := make(map[string]bool)
			for _, m := range got.Minutes {
				plays[m] = true
			}
			for _, m := range lately.Minutes {
				if !plays[m] {
					t.Fatalf("%q is not in the extended history", m)
				}
			}
			for _, k := range []export.Kind{export.KindMusic, export.KindPodcast, export.KindAudiobook} {
				if got.Kinds[k] == 0 || lately.Kinds[k] == 0 {
					t.Errorf("%d and %d plays of kind %d", got.Kinds[k], lately.Kinds[k], k)
				}
			}
			var wrappeds []string
			for _, f := range receipt.Files {
				if name := path.Base(f.Name); strings.HasPrefix(name, "Wrapped") {
					wrappeds = append(wrappeds, name)
				}
				if f.Status == export.StatusUnknown && path.Base(f.Name) != "UserAddress.json" {
					t.Errorf("%s is not understood", f.Name)
				}
			}
			var want []string
			for y := max(2021, to.AddDate(-8, 0, 0).Year()+1); y < to.Year(); y++ {
				want = append(want, fmt.Sprintf("Wrapped%d.json", y))
			}
			if slices.Sort(wrappeds); !slices.Equal(wrappeds, want) {
				t.Errorf("%q, want %q", wrappeds, want)
			}
			_, changes := exporttest.ReadBack(t, zips[2])
			if s := changes.Totals(); s.Changes != log.Changes || s.Telemetry != log.Telemetry || log.Changes < 40 {
				t.Errorf("%+v, want %+v", s, log)
			}
		})
	}
}

func TestADayHasOnePerson(t *testing.T) {
	one, two := once(t, anyDay), tell(t, anyDay.Add(17*time.Hour))
	for i := range one.zips {
		if !bytes.Equal(one.zips[i], two.zips[i]) {
			t.Errorf("package %d differs", i)
		}
	}
}

// TestTheLifeIsLived holds the history to the story that life.go tells.
func TestTheLifeIsLived(t *testing.T) {
	p := once(t, anyDay)
	at := func(year float64) int64 { return p.from + int64(p.dayOf(year))*Day }
	if first := p.plays[0]; first.song.by.name != firstLove || first.TS > p.from+2*Day {
		t.Errorf("the first play is of %s at %d", first.song.by.name, first.TS)
	}

	// The song: hundreds of times in a month, dozens of times in a row.
	one, row, longest := 0, 0, 0
	for i := range p.plays {
		l := &p.plays[i]
		if l.song != p.performer(theOne).songs[0] {
			row = 0
			continue
		}
		row++
		longest = max(longest, row)
		if l.TS >= at(obsessed) && l.TS < at(obsessed)+31*Day {
			one++
		}
	}
	if one < 250 || longest < 30 {
		t.Errorf("the song was played %d times in a month, %d times in a row", one, longest)
	}

	// Silence, and a year that is thin around it.
	heard := make(map[int64]bool) // days
	pause, last := int64(0), p.plays[0].TS
	for i := range p.plays {
		l := &p.plays[i]
		heard[l.TS/Day] = true
		if l.Start > at(fellSilent)+Day && l.Start < at(heardAgain)-Day {
			t.Fatalf("a play in the silence, at %v", time.Unix(l.Start, 0).UTC())
		}
		pause, last = max(pause, l.TS-last), l.TS
	}
	if pause < 100*Day || pause > 160*Day {
		t.Errorf("the longest pause is of %d days", pause/Day)
	}
	off := p.tally(time.Unix(at(fellSilent), 0), time.Unix(at(moved), 0)).plays
	before := p.tally(time.Unix(at(3), 0), time.Unix(at(3+moved-fellSilent), 0)).plays
	if off*5 > before || off == 0 {
		t.Errorf("%d plays in the year off, %d in one like others", off, before)
	}
	streak := 0
	for d := range heard {
		n := 1
		for ; heard[d-int64(n)]; n++ {
		}
		streak = max(streak, n)
	}
	if streak < 100 {
		t.Errorf("the longest streak is of %d days", streak)
	}

	// The countries, and the hours in them.
	hours := map[bool]*[24]int{false: {}, true: {}} // by whether she has moved
	for i := range p.plays {
		l := &p.plays[i]
		// Her day begins and ends before or after that of Greenwich.
		d := int(l.Start-p.from) / Day
		year := p.yearOf(d)
		in := landAt(year)
		if l.Country != in.country && l.Country != landAt(p.yearOf(d-1)).country && l.Country != landAt(p.yearOf(d+1)).country {
			t.Fatalf("at %.3f in %s, want %s", year, l.Country, in.country)
		}
		if in == portugal && year < studied || in == finland {
			hours[in == finland][(l.Start+in.clockAt(l.Start))/3600%24]++
		}
	}
	sum := func(h *[24]int, of ...int) int {
		n := 0
		for _, i := range of {
			n += h[i]
		}
		return n
	}
	night, morning := []int{23, 0, 1, 2}, []int{6, 7, 8, 9}
	if sum(hours[false], night...) < 4*sum(hours[false], morning...) {
		t.Errorf("no night owl: %v", hours[false])
	}
	if sum(hours[true], morning...) < 4*sum(hours[true], night...) {
		t.Errorf("no early bird: %v", hours[true])
	}

	// Podcasts on the way to work, in two years.
	talked := p.tally(time.Unix(at(studied), 0), time.Unix(at(fellSilent), 0))
	if talked.talked < 100*3_600_000 {
		t.Errorf("%d hours of podcasts", talked.talked/3_600_000)
	}
	if n := p.tally(time.Unix(p.from, 0), time.Unix(at(studied), 0)).talked; n > 0 {
		t.Errorf("%d ms of podcasts before there was a way to work", n)
	}
	// Carols in December alone.
	for i := range p.plays {
		l := &p.plays[i]
		if by := l.song.by; by != nil && by.genre == feastGenre && time.Unix(l.Start, 0).UTC().Month() != time.December {
			if p.yearOf(int(l.Start-p.from)/Day) < moved { // there is a playlist of them since
				t.Fatalf("%s at %v", by.name, time.Unix(l.Start, 0).UTC())
			}
		}
	}
	// A love that came back.
	love := p.performer(firstLove)
	for _, y := range []struct {
		from, to    float64
		least, most int
	}{{0, 1, 700, 5000}, {4, 5, 1, 300}, {7, 8, 350, 3000}} {
		if n := p.tally(time.Unix(at(y.from), 0), time.Unix(at(y.to), 0)).artists[love].plays; n < y.least || n > y.most {
			t.Errorf("%d plays of %s from %v to %v, want %d to %d", n, love.name, y.from, y.to, y.least, y.most)
		}
	}
}

// TestPlaysArePossible: a song is as long as it always was, nothing begins
// before the last has ended, and skips end as skips do.
func TestPlaysArePossible(t *testing.T) {
	p := once(t, anyDay)
	now := int64(0)
	skips, shuffled, offline, private := 0, 0, 0, 0
	for i := range p.plays {
		l := &p.plays[i]
		if l.again {
			continue
		}
		if l.MS > l.song.MS || l.MS < 0 || l.ReasonEnd == `"trackdone"` && l.song.of == nil && l.MS != l.song.MS {
			t.Fatalf("%d ms of %s with %d, ended by %s", l.MS, l.song.title, l.song.MS, l.ReasonEnd)
		}
		if l.Start+int64(l.MS/1000) > l.TS {
			t.Fatalf("%s ends before it was played", l.song.title)
		}
		if !l.Offline {
			if l.Start < now {
				t.Fatalf("%s begins %d s before the last has ended", l.song.title, now-l.Start)
			}
			now = l.TS
		} else {
			offline++
		}
		if l.ReasonEnd == `"fwdbtn"` {
			skips++
		}
		if l.Shuffle {
			shuffled++
		}
		if l.Incognito {
			private++
		}
	}
	n := len(p.plays)
	if skips < n/20 || skips > n/4 || shuffled < n/10 || offline < 200 || private < 100 || private > n/20 {
		t.Errorf("of %d plays %d skips, %d shuffled, %d offline, %d private", n, skips, shuffled, offline, private)
	}
}

// TestNamesAreNames: nothing that a visitor sees is made to break a program.
// Names that do are in the fixtures of the tests of pages.
func TestNamesAreNames(t *testing.T) {
	p := once(t, anyDay)
	check := func(where, s string) {
		t.Helper()
		if strings.ContainsAny(s, "<>\\") || strings.Contains(s, "://") && !strings.HasPrefix(s, "https://example.org/") ||
			utf8.RuneCountInString(s) > 240 || strings.ContainsFunc(s, func(r rune) bool {
			return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
		}) {
			t.Errorf("%s: %q", where, s)
		}
		if strings.Contains(s, "@") && !strings.HasSuffix(s, "@example.org") {
			t.Errorf("%s: %q is somebody's", where, s)
		}
	}
	for _, pkg := range p.zips[1:] {
		z, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			if strings.HasSuffix(f.Name, "/") || path.Base(f.Name) == "UserAddress.json" {
				continue
			}
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(raw, &v); err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			eachText(v, func(s string) { check(f.Name, s) })
		}
	}
	for i := range p.plays {
		l := &p.plays[i]
		for _, s := range []string{l.Track.Name, l.Track.Artist, l.Track.Album} {
			check("history", strings.Trim(s, `"`))
		}
	}
	scripts := map[string]*unicode.RangeTable{
		"Latin": unicode.Latin, "Cyrillic": unicode.Cyrillic, "Greek": unicode.Greek, "Kanji": unicode.Han, "Hiragana": unicode.Hiragana,
		"Hangul": unicode.Hangul, "Arabic": unicode.Arabic, "Hebrew": unicode.Hebrew, "Thai": unicode.Thai, "Devanagari": unicode.Devanagari,
	}
	played := p.tally(time.Unix(p.from, 0), p.to)
	for name, table := range scripts {
		artists, songs := 0, 0
		for a := range played.artists {
			if strings.ContainsFunc(a.name, func(r rune) bool { return unicode.Is(table, r) }) {
				artists++
			}
		}
		for s := range played.songs {
			if strings.ContainsFunc(s.title, func(r rune) bool { return unicode.Is(table, r) }) {
				songs++
			}
		}
		if artists < 3 || songs < 15 {
			t.Errorf("%s: %d artists, %d songs", name, artists, songs)
		}
	}
	names := make(map[string]bool)
	for _, list := range [][]*performer{p.world.performers, p.world.fringe} {
		for _, a := range list {
			if a.name == "" || names[a.name] || utf8.RuneCountInString(a.name) > 40 {
				t.Errorf("an artist is called %q", a.name)
			}
			names[a.name] = true
			titles := make(map[string]bool)
			for _, s := range a.songs {
				if titles[s.title] {
					t.Errorf("%s has two songs called %q", a.name, s.title)
				}
				titles[s.title] = true
				if s.title == "" || s.title != strings.TrimSpace(s.title) || utf8.RuneCountInString(s.title) > 70 {
					t.Errorf("a song is called %q", s.title)
				}
			}
		}
	}
	for _, s := range append(slices.Clone(p.world.shows), p.world.books...) {
		titles := make(map[string]bool)
		for _, part := range s.parts {
			if titles[part.title] {
				t.Errorf("%s has two parts called %q", s.name, part.title)
			}
			titles[part.title] = true
		}
	}
	for name := range loves {
		if !names[name] {
			t.Errorf("nobody is called %s", name)
		}
	}
	for _, name := range []string{firstLove, theOne} {
		if p.performer(name).name != name {
			t.Errorf("nobody is called %s", name)
		}
	}
}

func eachText(v any, do func(string)) {
	switch v := v.(type) {
	case string:
		do(v)
	case []any:
		for _, e := range v {
			eachText(e, do)
		}
	case map[string]any:
		for k, e := range v {
			do(k)
			eachText(e, do)
		}
	}
}

// TestBelongingsFitTheLife: playlists grow within it, searches lead somewhere,
// most of what is saved was played.
func TestBelongingsFitTheLife(t *testing.T) {
	p := once(t, anyDay)
	current := 0
	for _, l := range p.lists {
		if !l.deleted {
			current++
		}
		if len(l.items) < l.size*2/3 || l.modified > p.to.Unix() {
			t.Errorf("%s has %d of %d songs", l.name, len(l.items), l.size)
		}
		for i, it := range l.items {
			if it.at < p.from || it.at > l.modified || slices.IndexFunc(l.items, func(o item) bool { return o.song == it.song }) != i {
				t.Errorf("%s holds %s, added at %d", l.name, it.song.title, it.at)
			}
		}
	}
	if current < 12 || current > 20 || current == len(p.lists) {
		t.Errorf("%d of %d playlists are left", current, len(p.lists))
	}
	if len(p.kept.songs) < 300 || len(p.kept.songs) > 5_000 || len(p.kept.records) < 20 || len(p.kept.artists) < 20 || len(p.kept.episodes) < 5 {
		t.Errorf("saved %d songs, %d records, %d artists, %d episodes", len(p.kept.songs), len(p.kept.records), len(p.kept.artists), len(p.kept.episodes))
	}

	// Whatever was opened from the results was played within ten minutes.
	opened, played := 0, 0
	for _, s := range p.searches {
		for _, uri := range s.opened {
			opened++
			i := slices.IndexFunc(p.plays, func(l listened) bool { return l.Start*1000 >= s.at })
			if i >= 0 && p.plays[i].Start*1000 < s.at+600_000 && slices.Contains([]string{p.plays[i].song.id, p.plays[i].song.by.uri, p.plays[i].song.on.uri}, uri) {
				played++
			}
		}
	}
	if opened < 100 || played < opened*9/10 || len(p.searches) < 500 || len(p.searches) > 20_000 {
		t.Errorf("%d rows of searches, %d opened something, %d led to a play", len(p.searches), opened, played)
	}
}

// TestCapsule: months to October 2025, weeks without sums from then on.
func TestCapsule(t *testing.T) {
	line, err := compact(once(t, anyDay).capsule())
	if err != nil {
		t.Fatal(err)
	}
	type top []struct {
		Name          string
		StreamCount   int
		SecondsPlayed int64
	}
	var got struct {
		Stats []struct {
			Date                             string
			StreamCount                      int
			SecondsPlayed                    int64
			TopTracks, TopArtists, TopGenres top
		}
		Highlights []map[string]any
	}
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	months, weeks := 0, 0
	for _, s := range got.Stats {
		if len(s.TopTracks) == 0 || len(s.TopArtists) == 0 || s.TopArtists[0].SecondsPlayed == 0 {
			t.Errorf("%s has no favourites", s.Date)
		}
		if week, err := time.Parse(time.DateOnly, s.Date); err == nil {
			weeks++
			if week.Weekday() != time.Monday || s.StreamCount != 0 || s.SecondsPlayed != 0 || week.Before(weeklyFrom) {
				t.Errorf("week %+v", s)
			}
			continue
		}
		months++
		if s.Date >= "2025-11" || s.StreamCount == 0 || s.SecondsPlayed == 0 {
			t.Errorf("month %+v", s)
		}
	}
	if months != 12 || weeks < 50 || len(got.Highlights) == 0 {
		t.Errorf("%d months, %d weeks, %d highlights", months, weeks, len(got.Highlights))
	}
}

func BenchmarkPerson(b *testing.B) {
	for b.Loop() {
		tell(b, anyDay)
	}
}
