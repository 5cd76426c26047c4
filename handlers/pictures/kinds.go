package pictures

import (
	"slices"
	"strconv"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/picture"
	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
)

// A kind of picture.
type kind struct {
	name, label string
	// isDated says that what the picture is of is a date or year.
	isDated bool
	// find is what stands out most, for a picture that names nothing; false where
	// nothing does.
	find func(req *web.Request) (of string, ok bool)
	// check refuses what a picture cannot be of, where it names something.
	check func(req *web.Request, of string) error
	// tell fills the content; false where there is too little.
	tell func(t *teller, of string) bool
}

var kinds = []kind{
	{"story", "The story", false, anything, takesNone, story},
	{"year", "A year", true, lastYear, takesYear, year},
	{"era", "An era", true, longestEra, takesDate, era},
	{"artist", "An artist", false, first(web.Artists), takesThing(lens.Artist), thing(web.Artists)},
	{"album", "An album", false, first(web.Albums), takesThing(lens.Album), thing(web.Albums)},
	{"track", "A track", false, first(web.Tracks), takesThing(lens.Track), thing(web.Tracks)},
	{"day", "A day", true, longestDay, takesDate, day},
	{"streak", "A streak", false, longestStreak, takesNone, streak},
	{"obsession", "An obsession", false, strongest, takesThing(lens.Track), obsession},
}

// settable reports whether the fonts hold a name.
func settable(name string) bool { return scene.CanSet(words.Untitled(name)) }

func takesNone(*web.Request, string) error {
	return &lens.FieldError{Field: fieldOf, Message: "This picture is of the whole selection and takes none."}
}

func takesYear(_ *web.Request, of string) error {
	if n, err := strconv.Atoi(of); err != nil || len(of) != 4 || n < 1 {
		return &lens.FieldError{Field: fieldOf, Message: "A year is written as 2025."}
	}
	return nil
}

func takesDate(_ *web.Request, of string) error {
	if d, ok := lens.ParseDate(of); !ok || d.String() != of {
		return &lens.FieldError{Field: fieldOf, Message: "A day is written as 2025-10-07."}
	}
	return nil
}

func takesThing(by lens.EntityKind) func(*web.Request, string) error {
	return func(req *web.Request, of string) error {
		if _, ok := req.Data.Find(by, of); !ok {
			return web.ErrNotFound
		}
		return nil
	}
}

func selection(req *web.Request) insight.Calendar {
	return insight.Days(req.Data.Select(web.Kept(req.Lens)))
}

func anything(req *web.Request) (string, bool) { return "", selection(req).Total().Rows > 0 }

func story(t *teller, _ string) bool {
	if t.total.Rows == 0 {
		return false
	}
	if years := insight.Years(t.sel); len(years) == 1 && t.lens.HasRange() {
		if from, to := web.YearOf(years[0].Year); t.lens.From == from && t.lens.To == to {
			return yearly(t, &years[0])
		}
	}
	t.Title = "My listening" + words.Selection(t.lens)
	when := words.Selection(t.lens)
	if !t.lens.HasRange() {
		when += web.InTime(t.req.Locale, t.cal)
	}
	t.accent(t.much(t.total.Ms, t.total.Plays)).plain(when)
	heard, loc := insight.HeardIn(t.sel), t.req.Locale
	switch {
	case heard.Artists > 1 && heard.Songs > heard.Artists:
		t.plain(": ").accent(loc.Number(heard.Songs)).plain(" songs by ").accent(loc.Number(heard.Artists)).plain(" artists.")
	case heard.Artists > 1:
		t.plain(", by ").accent(loc.Number(heard.Artists)).plain(" artists.")
	default:
		t.plain(".")
	}
	t.record(t.sel, t.top(web.Artists))
	t.general()
	return true
}

func lastYear(req *web.Request) (string, bool) {
	years := insight.Years(req.Data.Select(web.Kept(req.Lens)))
	for _, y := range slices.Backward(years) {
		if y.Covered*2 > 365 || len(years) == 1 {
			return web.YearLabel(y.Year), true
		}
	}
	if len(years) == 0 {
		return "", false
	}
	return web.YearLabel(years[len(years)-1].Year), true
}

func year(t *teller, of string) bool {
	n, err := strconv.Atoi(of)
	if err != nil {
		return false
	}
	from, to := web.YearOf(n)
	t.over(t.lens.WithRange(from, to))
	for _, y := range insight.Years(t.sel) {
		if y.Year == n && y.Rows > 0 {
			return yearly(t, &y)
		}
	}
	return false
}

func yearly(t *teller, y *insight.Year) bool {
	loc, label := t.req.Locale, web.YearLabel(y.Year)
	t.Title = "My " + label
	t.accent(t.much(y.Ms, y.Plays)).plain(words.Selection(web.Unbounded(t.lens)) + " in " + label)
	switch a := y.Artists; {
	case y.Settled && a.New > 1 && a.Heard >= web.Few:
		t.plain(", and ").accent(loc.Number(a.New)).plain(" of " + loc.Number(a.Heard) + " artists were new.")
	case a.Heard > 1:
		t.plain(", by ").accent(loc.Number(a.Heard)).plain(" artists.")
	default:
		t.plain(".")
	}
	t.record(t.sel, t.top(web.Artists))
	t.streakFact()
	t.loopFact()
	t.against(y)
	t.general()
	return true
}

// against compares a whole year with the one before.
func (t *teller) against(y *insight.Year) {
	from, to := web.YearOf(y.Year - 1)
	for _, before := range insight.Years(t.req.Data.Select(t.lens.WithRange(from, to))) {
		if before.Year != from.Year || before.Ms <= 0 || y.Ms <= 0 || !y.Over || before.Covered*2 < 365 {
			continue
		}
		loc, label := t.req.Locale, "Against "+web.YearLabel(before.Year)
		switch {
		case y.Ms*10 >= before.Ms*19:
			t.fact(label, "", loc.Decimal(y.Ms*10/before.Ms)+" times the hours")
		case y.Ms >= before.Ms:
			t.fact(label, "", loc.Percent(y.Ms-before.Ms, before.Ms)+" more hours")
		default:
			t.fact(label, "", loc.Percent(before.Ms-y.Ms, before.Ms)+" fewer hours")
		}
	}
}

func longestEra(req *web.Request) (string, bool) {
	var best insight.Era
	for _, e := range insight.Eras(req.Data.Select(web.Kept(req.Lens))) {
		if e.Ms >= best.Ms {
			best = e
		}
	}
	return best.From.String(), best.Ms > 0
}

func era(t *teller, of string) bool {
	for _, e := range insight.Eras(t.sel) {
		if e.From.String() != of {
			continue
		}
		t.over(t.lens.WithRange(e.From, e.To))
		first, last := format.Month(words.Civil(e.From)), format.Month(words.Civil(e.To))
		t.Title = "An era of mine"
		t.accent(t.much(t.total.Ms, t.total.Plays)).plain(" from " + first + " to " + last)
		if len(e.Artists) > 0 {
			t.plain(": ").name(e.Artists[0].Name, "one artist").plain(" above all.")
		} else {
			t.plain(", a bit of everything.")
		}
		t.record(t.sel, t.top(web.Artists))
		t.general()
		return true
	}
	return false
}

// first is the most heard thing of a kind.
func first(sec web.Section) func(*web.Request) (string, bool) {
	return func(req *web.Request) (string, bool) {
		items := req.Data.Rank(web.Kept(req.Lens).ClearedPaging(), sec.By, 0, 1).Items
		if len(items) == 0 {
			return "", false
		}
		return items[0].ID, true
	}
}

func thing(sec web.Section) func(*teller, string) bool {
	return func(t *teller, id string) bool {
		e, ok := t.req.Data.Find(sec.By, id)
		if !ok {
			return false
		}
		life, ok := insight.LifeOf(t.sel, sec.By, id)
		t.over(t.lens.WithEntity(sec.By, id))
		if !ok || t.total.Rows == 0 {
			return false
		}
		loc := t.req.Locale
		t.Title = "My " + sec.One
		if !t.hide {
			t.Title = words.Untitled(e.Name)
		}
		unbound := t.lens.WithEntity(sec.By, "")
		if sec.By == lens.Track {
			t.accent(loc.Count(t.total.Plays, "play", "plays")).plain(" of ").name(e.Name, "one track")
		} else {
			t.accent(t.much(t.total.Ms, t.total.Plays)).plain(" of ").name(e.Name, "one "+sec.One)
		}
		if sec.By != lens.Artist {
			t.by(e.Creator)
		}
		t.plain(words.Selection(unbound) + ".")
		t.things(sec, words.IdentityOf(e))
		if life.Rank > 0 && life.Among >= web.Few {
			t.fact("Of "+loc.Number(life.Among)+" "+sec.Many, "", "Number "+loc.Number(life.Rank))
		}
		if life.Settled {
			t.fact("First heard", "", format.Date(words.Civil(date(life.First))))
		} else if life.First != 0 {
			t.fact("First in this record", "", format.Date(words.Civil(date(life.First))))
		}
		if r := insight.RemarkableDays(t.sel); r.LongestMs > 0 && t.total.Heard > 1 {
			t.fact("Most in a day, "+t.day(date(r.Longest)), "", loc.HoursInWords(r.LongestMs))
		}
		t.streakFact()
		t.heardFact()
		return true
	}
}

// things are the rows of a thing and its record, all in its colour.
func (t *teller) things(sec web.Section, name string) {
	hue := identity.Hue(name)
	if sec.By == lens.Track {
		t.Disc.Hues = []int{hue}
		years := slices.Clone(insight.Years(t.sel))
		slices.SortStableFunc(years, func(a, b insight.Year) int { return b.Plays - a.Plays })
		for _, y := range years[:min(len(years), picture.MaxRows)] {
			if y.Plays > 0 {
				t.row(web.YearLabel(y.Year), t.req.Locale.Count(y.Plays, "play", "plays"), float64(y.Plays)/float64(years[0].Plays))
			}
		}
	} else {
		t.top(web.Tracks)
		t.Disc.Hues = []int{hue}
		for i := range t.Rows {
			t.Rows[i].Hue = 0
		}
	}
	// Of many years the record shows the one with most of it.
	of := t.sel
	if len(t.cal.Days) > insight.RecordDays {
		var best insight.Year
		for _, y := range insight.Years(t.sel) {
			if y.Ms > best.Ms || best.Year == 0 {
				best = y
			}
		}
		from, to := web.YearOf(best.Year)
		of = t.req.Data.Select(t.lens.WithRange(from, to))
	}
	t.record(of, nil)
}

func longestDay(req *web.Request) (string, bool) {
	r := insight.RemarkableDays(req.Data.Select(web.Kept(req.Lens)))
	if r.Longest == 0 {
		return "", false
	}
	return date(r.Longest).String(), true
}

// quarters is how many rays a day has: one each quarter of an hour.
const quarters = 96

func day(t *teller, of string) bool {
	d, ok := lens.ParseDate(of)
	if !ok {
		return false
	}
	told := insight.DayOf(t.req.Data.Select(web.Unbounded(t.lens)), d.Number())
	t.over(t.lens.WithRange(d, d))
	if told.Rows == 0 {
		return false
	}
	loc := t.req.Locale
	t.Title = format.Date(words.Civil(d))
	t.accent(t.much(told.Ms, told.Plays)).plain(" on " + format.LongDate(words.Civil(d)) + words.Selection(web.Unbounded(t.lens)))
	if n := len(told.Sittings); n > 1 {
		t.plain(", in ").accent(words.Cardinal(loc, n) + " sittings")
	}
	t.plain(".")
	ids := t.top(web.Artists)
	t.quarters(told.Sittings, ids)
	t.loopFact()
	if n := len(told.NewArtists); told.Settled && n > 0 {
		t.fact("For the first time", "", loc.Count(n, "artist", "artists"))
	}
	if s := told.Sittings; len(s) > 0 {
		at := func(unix int64) string { return format.Clock(time.Unix(unix, 0).In(t.lens.Zone())) }
		t.fact("From the first to the last", "", at(s[0].Start)+" to "+at(s[len(s)-1].End))
	}
	t.fact("Plays", "", loc.Number(told.Plays))
	t.songsFact()
	return true
}

// quarters draws a day as a record: a ray each quarter of an hour from midnight, its
// colour the artist with most time in it.
func (t *teller) quarters(sittings []insight.Sitting, ids []string) {
	var each [quarters]map[string]int64
	for i := range sittings {
		for _, p := range sittings[i].Plays {
			e := t.req.Data.Played(p.Row)
			start := time.Unix(p.Start, 0).In(t.lens.Zone())
			at := int64(start.Hour()*3600+start.Minute()*60+start.Second()) * 1000
			for left := p.Ms; left > 0 && at < web.DayMs; {
				q := at / (web.DayMs / quarters)
				part := min(left, (q+1)*(web.DayMs/quarters)-at)
				if each[q] == nil {
					each[q] = make(map[string]int64)
				}
				each[q][e.CreatorID] += part
				at, left = at+part, left-part
			}
		}
	}
	for _, artists := range each {
		r := picture.Ray{Hue: -1}
		var most int64
		for _, ms := range artists {
			r.Ms += ms
			most = max(most, ms)
		}
		for i, id := range ids { // the one that is told of first, of equal ones
			if ms := artists[id]; ms > 0 && ms == most {
				r.Hue = i
				break
			}
		}
		t.Disc.Rays = append(t.Disc.Rays, r)
	}
	t.Disc.Label, t.Disc.Note = web.DayAndMonth(t.lens.From), "one line a quarter hour"
	t.says = "A record with a line for each quarter of an hour from midnight, as long as what was heard in it."
}

func longestStreak(req *web.Request) (string, bool) {
	return "", selection(req).LongestStreak().Days() > 2
}

func streak(t *teller, _ string) bool {
	s := t.cal.LongestStreak()
	if s.Days() < 3 {
		return false
	}
	t.over(t.lens.WithRange(s.First, s.Last))
	t.Title = t.req.Locale.Number(s.Days()) + " days in a row"
	t.accent(t.req.Locale.Number(s.Days()) + " days").plain(" in a row, " + web.Stretch(s.First, s.Last) + " " + web.YearLabel(s.Last.Year) + ": ")
	t.accent(t.much(t.total.Ms, t.total.Plays)).plain(words.Selection(web.Unbounded(t.lens)) + ".")
	t.record(t.sel, t.top(web.Artists))
	t.loopFact()
	t.longestFact()
	t.songsFact()
	return true
}

func strongest(req *web.Request) (string, bool) {
	if list := insight.Obsessions(req.Data.Select(web.Kept(req.Lens))); len(list) > 0 {
		return list[0].Song.ID, true
	}
	return "", false
}

func obsession(t *teller, id string) bool {
	for _, o := range insight.Obsessions(t.sel) {
		if o.Song.ID == id {
			t.obsession(o)
			return true
		}
	}
	return false
}

func (t *teller) obsession(o insight.Obsession) {
	loc, days := t.req.Locale, o.Last-o.First+1
	first, last := date(o.First), date(o.Last)
	song := t.lens.WithEntity(lens.Track, o.Song.ID).WithGroup(lens.GroupTitle)
	t.Title = "My obsession"
	t.accent(loc.Times(o.Plays)).plain(" in "+words.Cardinal(loc, days)+words.Plural(days, " day: ", " days: ")).name(o.Song.Name, "one song")
	t.by(o.Song.Creator)
	t.plain(".")
	t.over(song.WithRange(first, last))
	type played struct{ day, plays int }
	var list []played
	for i, d := range t.cal.Days {
		if d.Plays > 0 {
			list = append(list, played{t.cal.First + i, d.Plays})
		}
	}
	slices.SortStableFunc(list, func(a, b played) int { return b.plays - a.plays })
	for _, p := range list[:min(len(list), picture.MaxRows)] {
		d := date(p.day)
		t.row(words.Civil(d).Weekday().String()+", "+web.DayAndMonth(d), loc.Count(p.plays, "play", "plays"), float64(p.plays)/float64(list[0].plays))
	}
	t.fact("When", "", format.Month(words.Civil(last)))
	t.fact("Of all its plays", "", loc.Percent(int64(o.Plays), int64(o.All)))
	switch o.Fate {
	case insight.BurntOut:
		t.fact("And then", "", "Silence for a month")
	case insight.Kept:
		t.fact("And then", "", "It stayed")
	}
	// The year around it, in which the week stands out.
	t.Disc.Hues = []int{identity.Hue(words.IdentityOf(o.Song))}
	t.record(t.req.Data.Select(song.WithRange(first.AddDays(-182), first.AddDays(182))), nil)
}
