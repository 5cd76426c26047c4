package reel

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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

// of is the clip as it is stored, drawn in one way.
func (c *told) of(req *web.Request, look reel.Look) reel.Clip {
	return reel.Clip{Kind: c.Kind, Lens: lensText(req.Lens), Choice: c.Choice, Look: look}
}

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

// Stories are the stories of all kinds of clips that the data of a request offers, for
// who measures what they take.
func Stories(req *web.Request) map[reel.Kind]clip.Story {
	stories := make(map[reel.Kind]clip.Story)
	for _, c := range newTeller(req, false).all(nil) {
		stories[c.Kind] = c.Story
	}
	return stories
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
	artists := insight.HeardIn(t.sel).Artists
	story.Head = t.head("", accent(loc.HoursInWords(total.Ms)), plain(", by "+loc.Count(artists, "artist", "artists")+"."))
	return told{Story: story, Text: said(story.Head, figures...)}, true
}
