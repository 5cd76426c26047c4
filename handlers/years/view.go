// Package years shows the years of a record, and each of them on a page.
package years

import (
	"strconv"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// View lists the years.
var View = web.View{
	Path: web.PathYears, Title: "Years", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		years := insight.Years(req.Data.Select(req.Lens))
		return web.Page{Title: "Years" + words.Selection(req.Lens), Content: page(req, years)}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		return map[string]any{"years": web.Each(insight.Years(req.Data.Select(req.Lens)), newYearJSON)}, nil
	},
}

// Year is one of them.
var Year = web.View{
	Path: web.PathYears + "/:id", Title: "Year",
	Examples: func(req *web.Request) []string {
		var list []string
		for _, y := range insight.Years(req.Data.Select(lens.Lens{TZ: req.Lens.TZ, Min: lens.DefaultMin})) {
			list = append(list, web.PathYears+"/"+web.YearLabel(y.Year))
		}
		return list[max(0, len(list)-2):]
	},
	Page: func(req *web.Request) (web.Page, error) {
		t, err := newYear(req)
		if err != nil {
			return web.Page{}, err
		}
		return web.Page{Title: web.YearLabel(t.Year.Year) + words.Selection(web.Unbounded(req.Lens)), Content: yearPage(t)}, nil
	},
	JSON: web.AnswerOf(newYear, func(t *year) any {
		answer := wholeYearJSON{yearJSON: newYearJSON(t.Year)}
		streak := t.cal.LongestStreak()
		answer.LongestStreak = streakJSON{streak.Days(), streak.First.String(), streak.Last.String()}
		for i, first := range t.months.Firsts {
			if first.ID != "" {
				answer.NumberOnes = append(answer.NumberOnes, monthJSON{t.months.Periods[i].String()[:7], web.NewThingJSON(first)})
			}
		}
		for _, r := range t.remarkable() {
			answer.Remarkable = append(answer.Remarkable, remarkableJSON{r.kind, r.date.String()})
		}
		return answer
	}),
}

type yearJSON struct {
	Year        int             `json:"year"`
	MsPlayed    int64           `json:"ms_played"` // overlap counts once
	Plays       int             `json:"plays"`
	Rows        int             `json:"rows"`
	DaysHeard   int             `json:"days_heard"`
	DaysCovered int             `json:"days_covered"`
	Over        bool            `json:"over"`
	Settled     bool            `json:"settled"` // false while first plays are only the first of this record
	Artists     int             `json:"artists"`
	NewArtists  int             `json:"new_artists"`
	Songs       int             `json:"songs"`
	NewSongs    int             `json:"new_songs"`
	Top         []web.ThingJSON `json:"top_artists"`
}

type wholeYearJSON struct {
	yearJSON
	LongestStreak streakJSON       `json:"longest_streak"`
	NumberOnes    []monthJSON      `json:"number_ones"`
	Remarkable    []remarkableJSON `json:"remarkable_days"`
}

type streakJSON struct {
	Days  int    `json:"days"`
	First string `json:"first"`
	Last  string `json:"last"`
}

type monthJSON struct {
	Month  string        `json:"month"`
	Artist web.ThingJSON `json:"artist"`
}

type remarkableJSON struct {
	Kind string `json:"kind"`
	Date string `json:"date"`
}

func newYearJSON(y insight.Year) yearJSON {
	return yearJSON{
		Year: y.Year, MsPlayed: y.Ms, Plays: y.Plays, Rows: y.Rows, DaysHeard: y.Heard, DaysCovered: y.Covered,
		Over: y.Over, Settled: y.Settled, Artists: y.Artists.Heard, NewArtists: y.Artists.New,
		Songs: y.Songs.Heard, NewSongs: y.Songs.New, Top: web.Each(y.Top, web.NewThingJSON),
	}
}

// A year is what its page is told from.
type year struct {
	insight.Year
	req    *web.Request
	lens   lens.Lens // over the year
	sel    dataset.Selection
	cal    insight.Calendar
	months insight.Ranks
	// before is the year before, or the same part of it; nil where the record does
	// not cover it.
	before *insight.Year
	part   bool // whether only a part of both is compared
	// previous and next are the neighbouring years with plays, or 0.
	previous, next int
}

func newYear(req *web.Request) (*year, error) {
	n, err := strconv.Atoi(req.ID)
	if err != nil || len(req.ID) != 4 {
		return nil, web.ErrNotFound
	}
	req.Lens = web.Kept(req.Lens)
	all := insight.Years(req.Data.Select(web.Unbounded(req.Lens)))
	t := &year{req: req, lens: req.Lens.WithRange(web.YearOf(n))}
	for i := range all {
		switch y := &all[i]; {
		case y.Year == n:
			t.Year = *y
		case y.Year < n && y.Rows > 0:
			t.previous = y.Year
		case y.Year > n && y.Rows > 0 && t.next == 0:
			t.next = y.Year
		}
	}
	if t.Year.Year == 0 {
		return nil, web.ErrNotFound
	}
	t.req.Lens = t.lens
	t.sel = req.Data.Select(t.lens)
	t.cal = insight.Days(t.sel)
	t.months = insight.RanksOf(t.sel, lens.Artist, insight.EveryMonth, false)
	t.compare()
	return t, nil
}

// compare finds the year before, as far as this one goes.
func (t *year) compare() {
	from, to := web.YearOf(t.Year.Year - 1)
	if last := lens.DateOfNumber(int64(t.cal.Last())); !t.Over && len(t.cal.Days) > 0 {
		t.part = last.Month < time.December || last.Day < 31
		to = lens.Date{Year: from.Year, Month: last.Month, Day: last.Day}
	}
	for _, y := range insight.Years(t.req.Data.Select(t.lens.WithRange(from, to))) {
		if y.Year == from.Year && y.Covered*2 > to.Number()-from.Number() {
			t.before = &y
		}
	}
}

func (t *year) headline() prose.Text {
	when := " in " + web.YearLabel(t.Year.Year)
	switch {
	case len(t.cal.Days) == 1:
		when = " on " + format.Date(words.Civil(t.cal.Date(0)))
	case !t.Over && t.next == 0:
		when += ", until " + web.DayAndMonth(lens.DateOfNumber(int64(t.cal.Last())))
	}
	return prose.Text{}.Accent(t.req.Locale.HoursInWords(t.Ms)).Plain(words.Selection(web.Unbounded(t.lens)) + when + ".")
}

func (t *year) lede() prose.Text {
	loc := t.req.Locale
	if first := t.firstPlay(); t.Plays == 1 && first.Name != "" {
		return web.OnlyPlay(first, t.lens)
	}
	text := prose.Of(loc.Count(t.Plays, "play", "plays") + " on " + loc.Count(t.Heard, "day", "days"))
	if t.Artists.Heard > 0 {
		text = text.Plain(", by " + loc.Count(t.Artists.Heard, "artist", "artists"))
		if t.Settled && t.Artists.New > 0 {
			text = text.Plain(", " + loc.Number(t.Artists.New) + " of them new")
		}
	}
	text = text.Plain(".")
	if first := t.firstPlay(); first.Name != "" {
		text = web.EntityLink(text.Plain(" It began with "), first, t.lens).Plain(".")
	}
	return text
}

// firstPlay is the first play of the year that counts.
func (t *year) firstPlay() dataset.Entity {
	if m := insight.Milestones(t.sel); len(m) > 0 && m[0].Kind == insight.MilestonePlay {
		return m[0].Play
	}
	return dataset.Entity{}
}

// A change is a figure beside that of the year before.
type change struct {
	what, now, before string
	percent           string // "+12%"; empty without a figure before
}

func (t *year) changes() []change {
	if t.before == nil {
		return nil
	}
	loc := t.req.Locale
	row := func(what string, show func(int64) string, now, before int64) change {
		c := change{what: what, now: show(now), before: show(before)}
		if before > 0 {
			sign := "+"
			if now < before {
				sign = "−"
			}
			c.percent = sign + loc.Percent(max(now-before, before-now), before)
		}
		return c
	}
	number := func(n int64) string { return loc.Number(int(n)) }
	list := []change{
		row("Hours", loc.Hours, t.Ms, t.before.Ms),
		row("Plays", number, int64(t.Plays), int64(t.before.Plays)),
		row("Days with music", number, int64(t.Heard), int64(t.before.Heard)),
		row("Artists", number, int64(t.Artists.Heard), int64(t.before.Artists.Heard)),
		row("Songs", number, int64(t.Songs.Heard), int64(t.before.Songs.Heard)),
	}
	if t.Settled && t.before.Settled {
		list = append(list, row("New artists", number, int64(t.Artists.New), int64(t.before.Artists.New)),
			row("New songs", number, int64(t.Songs.New), int64(t.before.Songs.New)))
	}
	return list
}

// A topRow is a line of the five most heard of a kind.
type topRow struct {
	dataset.Ranked
	change string
}

const topRows = 5

// top are the five most heard of a kind, with their change from the year before.
func (t *year) top(sec web.Section) []topRow {
	now := t.req.Data.Rank(t.lens, sec.By, 0, topRows).Items
	var places map[string]int
	if t.before != nil {
		places = make(map[string]int)
		for _, it := range t.req.Data.Rank(t.lens.WithRange(web.YearOf(t.before.Year)), sec.By, 0, insight.RankDepth).Items {
			places[it.ID] = it.Rank
		}
	}
	rows := make([]topRow, len(now))
	for i, it := range now {
		rows[i].Ranked = it
		if places == nil {
			continue
		}
		switch before := places[it.ID]; {
		case before == 0:
			rows[i].change = "new in the list"
		case before == it.Rank:
			rows[i].change = "as before"
		case before > it.Rank:
			rows[i].change = "up from " + t.req.Locale.Number(before)
		default:
			rows[i].change = "down from " + t.req.Locale.Number(before)
		}
	}
	return rows
}

// A remarkableDay is a day that stands out, with the evidence.
type remarkableDay struct {
	kind  string // for the API
	title string
	date  lens.Date
	text  prose.Text
}

func (t *year) remarkable() []remarkableDay {
	r, loc, l := insight.RemarkableDays(t.sel), t.req.Locale, t.lens
	var list []remarkableDay
	add := func(kind, title string, day int, text prose.Text) {
		if day != 0 {
			list = append(list, remarkableDay{kind, title, lens.DateOfNumber(int64(day)), text.Plain(".")})
		}
	}
	add("longest", "The longest", r.Longest, prose.Of(loc.HoursInWords(r.LongestMs)))
	add("most_new_artists", "The newest", r.Newest, prose.Of(loc.Count(r.NewArtists, "artist", "artists")+" you had never heard"))
	add("most_of_one_artist", "The most devoted", r.Devoted, web.EntityLink(prose.Of(loc.HoursInWords(r.DevotedTo.Ms)+" of "), r.DevotedTo.Entity, l))
	add("most_nostalgic", "The most nostalgic", r.Nostalgic, prose.Of("songs first heard "+loc.Count(int(r.NostalgicAge+0.5), "day", "days")+" before, on average"))
	if r.Unusual != 0 {
		add("most_unusual", "The most unusual", r.Unusual, web.EntityLink(prose.Of("unlike the three months before it, most of all for "), r.UnusualArtist, l))
	}
	return list
}

const countedYear = "Hours are those of the plays that began in the year, and count once where plays overlap. New is what was first heard in this year in your whole history. "

const remarkableCounted = "New artists are those whose first play in your whole history was on that day, from three on. Nostalgic is the mean time since the first play of each song, on days with ten plays or more. Unusual is the Jensen–Shannon divergence between the artists of a day with at least an hour and those of the 90 days before it. Of equal days the later is named."

// without says why nobody was first in a month: silence is not missing data.
func (t *year) without(month lens.Date) string {
	if t.cal.Between(month.Number(), month.NextMonth().Number()-1).Total().Covered == 0 {
		return "no file"
	}
	return "no music"
}

// numberOnes says who was first in most months.
func (t *year) numberOnes() (prose.Text, bool) {
	most, best, months := make(map[string]int), insight.Thing{}, 0
	for _, first := range t.months.Firsts {
		if first.ID == "" {
			continue
		}
		months++
		if most[first.ID]++; most[first.ID] > most[best.ID] || best.ID == "" {
			best = first
		}
	}
	if months < 2 {
		return nil, false
	}
	name := words.Untitled(best.Name)
	switch n := most[best.ID]; {
	case n == months && months == len(t.months.Firsts):
		return prose.Text{}.Accent(name).Plain(" was first in every month."), true
	case n == months && n == 2:
		return prose.Text{}.Accent(name).Plain(" was first in both months with music."), true
	case n == months:
		return prose.Text{}.Accent(name).Plain(" was first in all " + words.Cardinal(t.req.Locale, n) + " months with music."), true
	case n > 1:
		return prose.Text{}.Accent(name).Plain(" was first in " + words.Cardinal(t.req.Locale, n) + " of " + words.Cardinal(t.req.Locale, months) + " months."), true
	}
	return prose.Of("A new number one in every month."), len(most) == months
}

// listHeadline says which year was the fullest.
func listHeadline(req *web.Request, years []insight.Year) prose.Text {
	if len(years) == 0 {
		return prose.Of("No year with a play.")
	}
	best := web.Fullest(years)
	if len(years) == 1 {
		return prose.Text{}.Accent(req.Locale.HoursInWords(best.Ms)).Plain(" in " + web.YearLabel(best.Year) + ".")
	}
	return prose.Of(words.Capital(words.Cardinal(req.Locale, len(years))) + " years. The fullest was ").Accent(web.YearLabel(best.Year)).
		Plain(", with " + req.Locale.HoursInWords(best.Ms) + ".")
}

// beforeHeadline compares the hours with those of the year before.
func (t *year) beforeHeadline() prose.Text {
	than := " than " + web.YearLabel(t.before.Year)
	if t.part {
		than = " than in the same part of " + web.YearLabel(t.before.Year)
	}
	loc := t.req.Locale
	switch more := t.Ms - t.before.Ms; {
	case more > 0:
		return prose.Text{}.Accent(loc.HoursInWords(more)).Plain(" more" + than + ".")
	case more < 0:
		return prose.Text{}.Accent(loc.HoursInWords(-more)).Plain(" less" + than + ".")
	}
	return prose.Of("As much as in " + web.YearLabel(t.before.Year) + ".")
}

// yearLine is a year in a line: "8,678 plays on 222 days, 127 new artists".
func yearLine(req *web.Request, y *insight.Year) string {
	line := req.Locale.Count(y.Plays, "play", "plays") + " on " + req.Locale.Count(y.Heard, "day", "days")
	if y.Settled && y.Artists.New > 0 {
		line += ", " + req.Locale.Count(y.Artists.New, "new artist", "new artists")
	}
	return line
}
