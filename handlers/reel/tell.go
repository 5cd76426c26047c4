package reel

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/clip"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/picture"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
)

// A told clip is what it shows, in figures and in words.
type told struct {
	Kind  reel.Kind
	Story clip.Story
	// Text says what the clip shows, for who cannot see it.
	Text string
	// Choice is what the kind's own choice is, and Choices what it may be.
	Choice  string
	Choices []choice
}

// A choice is one of what a clip may be about.
type choice struct{ Value, Label string }

// titles are what the kinds are called.
var titles = map[reel.Kind]string{
	reel.Race: "The race", reel.Months: "The months", reel.Clock: "The hours of the day", reel.Obsession: "The obsession",
	reel.Discoveries: "Discoveries", reel.Day: "One day", reel.Milestones: "Milestones", reel.Finale: "The record",
}

// A teller tells clips of one selection.
type teller struct {
	req  *web.Request
	sel  dataset.Selection
	cal  insight.Calendar
	hide bool // the names of what was heard
}

func newTeller(req *web.Request, hide bool) *teller {
	sel := req.Data.Select(req.Lens)
	return &teller{req, sel, insight.Days(sel), hide}
}

// tell is the clip of a kind, or false where the figures are too thin for one.
func (t *teller) tell(kind reel.Kind, choice string) (told, bool) {
	if len(t.cal.Days) == 0 || t.cal.Total().Plays < web.Few {
		return told{}, false
	}
	c, ok := map[reel.Kind]func(string) (told, bool){
		reel.Race: t.race, reel.Months: t.months, reel.Clock: t.clock, reel.Obsession: t.obsession,
		reel.Discoveries: t.discoveries, reel.Day: t.day, reel.Milestones: t.milestones, reel.Finale: t.finale,
	}[kind](choice)
	c.Kind = kind
	return c, ok
}

// all are the clips of all kinds that offer themselves.
func (t *teller) all(own map[reel.Kind]string) []told {
	var list []told
	for _, kind := range reel.Kinds {
		if c, ok := t.tell(kind, own[kind]); ok {
			list = append(list, c)
		}
	}
	return list
}

// span is what the clips are of: "2025", or "3 March – 5 May 2025".
func (t *teller) span() string {
	first, last := t.cal.Date(0), lens.DateOfNumber(int64(t.cal.Last()))
	l := t.req.Lens
	if from, to := web.YearOf(first.Year); l.From == from && l.To == to {
		return web.YearLabel(first.Year)
	}
	return format.Span(words.Civil(first), words.Civil(last))
}

func (t *teller) head(what string, sentence ...clip.Run) clip.Head {
	if what != "" {
		what += " · "
	}
	return clip.Head{Over: what + t.span() + t.filters(), Sentence: sentence, Foot: t.req.MadeFrom() + " · nobody tracked"}
}

// filters says what of the time is looked at, where that is not all.
func (t *teller) filters() string {
	return words.Selection(web.Unbounded(t.req.Lens))
}

func plain(s string) clip.Run  { return clip.Run{Text: s} }
func accent(s string) clip.Run { return clip.Run{Text: s, Accent: true} }

// together keeps a date on one line.
func together(date string) string { return strings.ReplaceAll(date, " ", "\u00a0") }

// sentence is a head's sentence as text.
func sentence(h clip.Head) string {
	var b strings.Builder
	for _, run := range h.Sentence {
		b.WriteString(run.Text)
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

// said is the text of a clip: its sentence, and the figures in it.
func said(h clip.Head, figures ...string) string {
	s := sentence(h)
	if len(figures) > 0 {
		s += " " + strings.Join(figures, ", ") + "."
	}
	return s
}

// row is a thing in a clip; the n-th of its kind where its name is hidden.
func (t *teller) row(e dataset.Entity, n int, figure string) clip.Row {
	of := words.IdentityOf(e)
	r := clip.Row{Name: words.Untitled(e.Name), Letter: identity.Monogram(of), Hue: identity.Hue(of), Figure: figure}
	if t.hide {
		r.Name, r.Letter = "Number "+strconv.Itoa(n), strconv.Itoa(n)
	}
	return r
}

const (
	raceRows  = 6
	leastRace = 3 // rows and periods
	most      = 24
)

func (t *teller) race(string) (told, bool) {
	ranks := insight.RanksOf(t.sel, lens.Artist, insight.EveryMonth, true)
	if len(ranks.Lines) < leastRace || len(ranks.Periods) < leastRace || ranks.Lines[0].Ms < hourMs {
		return told{}, false
	}
	story := clip.Race{Figure: t.req.Locale.Hours}
	for i, line := range ranks.Lines[:min(raceRows, len(ranks.Lines))] {
		story.Rows = append(story.Rows, clip.Runner{Row: t.row(line.Entity, i+1, t.req.Locale.Hours(line.Ms)), Sums: line.Each})
	}
	// Runners that pass each other must not look alike.
	hues := make([]int, len(story.Rows))
	for i, r := range story.Rows {
		hues[i] = r.Hue
	}
	for i, hue := range picture.Apart(hues) {
		story.Rows[i].Hue = hue
	}
	for _, p := range ranks.Periods {
		story.Steps = append(story.Steps, t.month(p))
	}
	winner := story.Rows[0]
	story.Head = t.head("Artists", accent(winner.Name), plain(t.since(ranks)))
	var figures []string
	for _, r := range story.Rows {
		figures = append(figures, r.Name+" "+r.Figure)
	}
	return told{Story: story, Text: said(story.Head, figures...)}, true
}

// since says since when the first of the race was first: " led from March."
func (t *teller) since(ranks insight.Ranks) string {
	winner := ranks.Lines[0]
	from := len(ranks.Periods)
	for from > 0 && ranks.Firsts[from-1].ID == winner.ID {
		from--
	}
	switch {
	case from == 0:
		return " led from " + t.month(ranks.Periods[0]) + " on."
	case from == len(ranks.Periods):
		return " came first."
	case from == len(ranks.Periods)-1:
		return " took the lead in the last month."
	}
	return " took the lead in " + t.month(ranks.Periods[from]) + "."
}

// month is a month of the selection, with its year where there are several.
func (t *teller) month(d lens.Date) string {
	if t.cal.Date(0).Year == lens.DateOfNumber(int64(t.cal.Last())).Year {
		return d.Month.String()
	}
	return format.Month(words.Civil(d))
}

const (
	hourMs     = 3_600_000
	daySeconds = 86_400
)

func (t *teller) months(string) (told, bool) {
	story := clip.Months{Figure: t.req.Locale.Hours}
	last := t.cal.Last()
	first := t.cal.Date(0).FirstOfMonth()
	months := 12*(lens.DateOfNumber(int64(last)).Year-first.Year) + int(lens.DateOfNumber(int64(last)).Month-first.Month) + 1
	what, best, heard := "Months", "", 0
	add := func(label, name string, from, to int) {
		ms := t.cal.Between(from, to).Total().Ms
		if ms > 0 {
			heard++
		}
		story.Labels, story.Values = append(story.Labels, label), append(story.Values, ms)
		if i := len(story.Values) - 1; best == "" || ms >= story.Values[story.Best] {
			story.Best, best = i, name
		}
	}
	if months <= most {
		for m := first; m.Number() <= last; m = m.NextMonth() {
			add(m.Month.String()[:1], t.month(m), m.Number(), m.NextMonth().Number()-1)
		}
	} else {
		what = "Years"
		for year := first.Year; year <= lens.DateOfNumber(int64(last)).Year; year++ {
			from, to := web.YearOf(year)
			add("’"+web.YearLabel(year)[2:], web.YearLabel(year), from.Number(), to.Number())
		}
	}
	total := t.cal.Total().Ms
	if heard < leastRace || total < hourMs {
		return told{}, false
	}
	story.Head = t.head(what, accent(t.req.Locale.HoursInWords(total)), plain(". The fullest was "+best+"."))
	return told{Story: story, Text: said(story.Head, best+" "+t.req.Locale.HoursInWords(story.Values[story.Best]))}, true
}

// marks are the hours around a dial.
var marks = [4]string{"0", "6", "12", "18"}

func (t *teller) clock(string) (told, bool) {
	story := clip.Clock{Marks: marks}
	var total int64
	for _, day := range insight.Clock(t.sel) {
		for h, ms := range day {
			story.Hours[h] += ms
			total += ms
		}
	}
	heard := 0
	for h, ms := range story.Hours {
		if ms > 0 {
			heard++
		}
		if ms > story.Hours[story.Peak] {
			story.Peak = h
		}
	}
	if heard < 6 || total < 5*hourMs {
		return told{}, false
	}
	story.Center = fmt.Sprintf("%02d:00", story.Peak)
	story.Head = t.head("The day", plain("Your hour is "), accent(web.ClockHour(story.Peak)), plain("."))
	return told{Story: story, Text: said(story.Head, t.req.Locale.HoursInWords(story.Hours[story.Peak])+" in that hour of the day")}, true
}

// offered is of how many things a person may choose one.
const offered = 8

func (t *teller) obsession(chosen string) (told, bool) {
	all := insight.Obsessions(t.sel)
	if len(all) == 0 {
		return told{}, false
	}
	all = all[:min(offered, len(all))]
	o, c := all[0], told{}
	for i, other := range all {
		label := words.Untitled(other.Song.Name)
		if t.hide {
			label = "Number " + strconv.Itoa(i+1)
		}
		c.Choices = append(c.Choices, choice{other.Song.ID, label})
		if other.Song.ID == chosen {
			o = other
		}
	}
	if chosen != "" && o.Song.ID != chosen {
		return told{}, false
	}
	c.Choice = chosen
	from, to := lens.DateOfNumber(int64(o.First)), lens.DateOfNumber(int64(o.Last))
	l := web.Unbounded(t.req.Lens).WithGroup(lens.GroupTitle).WithEntity(lens.Track, o.Song.ID).WithRange(from, to)
	days := insight.Days(t.req.Data.Select(l))
	story := clip.Obsession{Song: t.row(o.Song, 1, t.req.Locale.Times(o.Plays)), By: o.Song.Creator, Figure: t.req.Locale.Number}
	if t.hide {
		story.Song.Name, story.By = "One song", ""
	}
	for day := o.First; day <= o.Last; day++ {
		story.Days = append(story.Days, words.Civil(lens.DateOfNumber(int64(day))).Weekday().String()[:3])
		story.Plays = append(story.Plays, days.At(day).Plays)
	}
	n := o.Last - o.First + 1
	story.Head = t.head("The obsession", accent(t.req.Locale.Times(o.Plays)), plain(" in "+words.Cardinal(t.req.Locale, n)+words.Plural(n, " day", " days")+", from "+together(web.DayAndMonth(from))+"."))
	c.Story, c.Text = story, said(story.Head, strings.TrimSuffix(story.Song.Name+" by "+story.By, " by "))
	return c, true
}

func (t *teller) discoveries(string) (told, bool) {
	d := insight.DiscoveriesOf(t.sel)
	story := clip.Discoveries{Figure: t.req.Locale.Number}
	sum := 0
	period := func(day int) int {
		for i := len(d.Months) - 1; i > 0; i-- {
			if day >= d.Months[i].First.Number() {
				return i
			}
		}
		return 0
	}
	for _, m := range d.Months {
		if !m.Settled {
			return told{}, false // what was first heard is not new, it is the record that begins
		}
		sum += m.Artists.New
		story.Sums = append(story.Sums, sum)
	}
	if sum < 5 || len(d.Months) < leastRace || len(d.Tree) < leastRace {
		return told{}, false
	}
	var figures []string
	for i, a := range d.Tree[:min(5, len(d.Tree))] {
		r := t.row(a.Entity, i+1, web.DayAndMonth(lens.DateOfNumber(int64(a.Day))))
		story.Names = append(story.Names, clip.Arrival{Row: r, Period: period(a.Day)})
		figures = append(figures, r.Name+" on "+r.Figure)
	}
	story.Head = t.head("Discoveries", accent(t.req.Locale.Count(sum, "artist", "artists")), plain(" you had never heard before."))
	return told{Story: story, Text: said(story.Head, figures...)}, true
}

func (t *teller) day(chosen string) (told, bool) {
	r := insight.RemarkableDays(t.sel)
	day, c := r.Longest, told{}
	for _, of := range []struct {
		day   int
		label string
	}{{r.Longest, "the longest"}, {r.Newest, "most new artists"}, {r.Devoted, "the most devoted"}, {r.Nostalgic, "the most nostalgic"}, {r.Unusual, "the most unusual"}} {
		if of.day == 0 {
			continue
		}
		d := lens.DateOfNumber(int64(of.day))
		c.Choices = append(c.Choices, choice{d.String(), format.Date(words.Civil(d)) + ", " + of.label})
		if d.String() == chosen {
			day, c.Choice = of.day, chosen
		}
	}
	if chosen != "" && c.Choice == "" {
		return told{}, false
	}
	total := t.cal.At(day)
	if day == 0 || total.Ms < 2*hourMs {
		return told{}, false
	}
	date := lens.DateOfNumber(int64(day))
	story := clip.Day{Marks: marks, Figure: t.req.Locale.HoursInWords}
	for _, sitting := range insight.DayOf(t.sel, day).Sittings {
		for _, p := range sitting.Plays {
			at := time.Unix(p.Start, 0).In(t.req.Lens.Zone())
			from := float64(at.Hour()*3600+at.Minute()*60+at.Second()) / daySeconds
			story.Plays = append(story.Plays, clip.Stretch{
				From: from, To: min(1, from+float64(p.Ms)/1000/daySeconds), Hue: identity.Hue(words.IdentityOf(t.req.Data.Played(p.Row))), Adds: p.AloneMs,
			})
			story.Total += p.AloneMs
		}
	}
	var figures []string
	for i, it := range t.req.Data.Rank(t.req.Lens.WithRange(date, date), lens.Artist, 0, 3).Items {
		r := t.row(it.Entity, i+1, t.req.Locale.Hours(it.Ms))
		story.Names = append(story.Names, r)
		figures = append(figures, r.Name+" "+r.Figure)
	}
	story.Head = t.head("", accent(t.req.Locale.HoursInWords(total.Ms)), plain(" on "+together(format.Date(words.Civil(date)))+"."))
	c.Story, c.Text = story, said(story.Head, figures...)
	return c, true
}

func (t *teller) milestones(string) (told, bool) {
	story := clip.Milestones{Figure: t.req.Locale.Number}
	var figures []string
	all := insight.Milestones(t.sel)
	all = slices.DeleteFunc(slices.Clone(all), func(m insight.Milestone) bool { return m.N == 1 })
	if len(all) < 2 {
		return told{}, false
	}
	for i, m := range all[max(0, len(all)-mostStops):] {
		r := t.row(m.Play, i+1, "")
		if t.hide {
			r.Name = ""
		}
		date, unit := format.Date(words.Civil(lens.DateOfNumber(int64(m.Day)))), milestoneUnits[m.Kind]
		story.Stops = append(story.Stops, clip.Stop{N: m.N, Unit: unit, Date: date, What: r})
		figures = append(figures, t.req.Locale.Number(m.N)+" "+unit+" on "+date)
	}
	last := story.Stops[len(story.Stops)-1]
	story.Head = t.head("Milestones", accent(t.req.Locale.Number(last.N)+" "+last.Unit), plain(", reached on "+together(web.DayAndMonth(lens.DateOfNumber(int64(all[len(all)-1].Day))))+"."))
	return told{Story: story, Text: said(story.Head, figures...)}, true
}

// mostStops is how many round numbers are told at most.
const mostStops = 4

var milestoneUnits = [...]string{
	insight.MilestonePlay: "plays", insight.MilestoneArtist: "artists", insight.MilestoneSong: "songs", insight.MilestoneHour: "hours",
}

func (t *teller) finale(string) (told, bool) {
	record := insight.RecordOf(t.sel)
	total := t.cal.Total()
	if total.Heard < 7 || len(record.Top) == 0 {
		return told{}, false
	}
	var longest int64
	for _, ray := range record.Rays {
		longest = max(longest, ray.Ms)
	}
	view := web.NewRecordView(t.req, record)
	story := clip.Finale{Label: view.Label, Note: view.Note}
	for _, ray := range record.Rays {
		story.Rays = append(story.Rays, clip.Ray{Length: float64(ray.Ms) / float64(longest), Of: ray.Top})
	}
	var figures []string
	ranked := t.req.Data.Rank(t.req.Lens, lens.Artist, 0, 100).Items
	for i, e := range record.Top {
		figure := ""
		for _, it := range ranked {
			if it.ID == e.ID {
				figure = t.req.Locale.Hours(it.Ms)
			}
		}
		r := t.row(e, i+1, figure)
		story.Names = append(story.Names, r)
		figures = append(figures, strings.TrimSpace(r.Name+" "+figure))
	}
	loc := t.req.Locale
	story.Facts = append(story.Facts, clip.Fact{Figure: loc.Count(total.Heard, "day", "days"), Name: "with music"})
	if streak := t.cal.LongestStreak(); streak.Days() > 2 {
		story.Facts = append(story.Facts, clip.Fact{Figure: loc.Count(streak.Days(), "day", "days"), Name: "in a row"})
	}
	story.Facts = append(story.Facts, clip.Fact{Figure: loc.Number(total.Plays), Name: words.Plural(total.Plays, "play", "plays")})
	artists := t.req.Data.Summary(t.req.Lens).Artists
	story.Head = t.head("", accent(loc.HoursInWords(total.Ms)), plain(", by "+loc.Count(artists, "artist", "artists")+"."))
	return told{Story: story, Text: said(story.Head, figures...)}, true
}
