package story

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// fewestYears is from how many years on reigns are told.
const fewestYears = 3

// reignsChapter tells who was first in each year; false where years are too few.
func (s *story) reignsChapter() (layout.ChapterView, charts.ReignsView, bool) {
	runs, rulers := s.reigns()
	if len(s.years) < fewestYears || len(runs) == 0 {
		return layout.ChapterView{}, charts.ReignsView{}, false
	}
	now := runs[len(runs)-1]
	held := now.last - now.first + 1
	name := words.Untitled(now.Name)
	var t prose.Text
	switch {
	case rulers == 1 && len(s.years) > 1:
		t = t.Accent(name).Plain(" has been first in every year.")
	case held > 1:
		t = t.Plain(words.Capital(words.Cardinal(s.req.Locale, rulers)) + " artists have ruled. ").Accent(name).
			Plain(" has held the top for " + words.Cardinal(s.req.Locale, held) + " years.")
	default:
		t = t.Plain(words.Capital(words.Cardinal(s.req.Locale, rulers)) + " artists have ruled. ").Accent(name).Plain(" came last.")
	}
	chapter := layout.ChapterView{
		ID: "reigns", Headline: t,
		Lede:    prose.Of("Hours of music a year, the three most heard at the foot. Each block opens the artist in that year."),
		Counted: "The time of everything by artists that began in a year, added up play by play. First is who has most of it, where at least ten plays were counted.",
		Links:   []layout.LinkView{{Label: "All years", URL: web.Href(web.PathYears, web.Kept(s.req.Lens))}, {Label: "Ranks over time", URL: web.Href(web.PathRanks, web.Kept(s.req.Lens))}},
	}
	v := charts.ReignsView{ID: "reigns-chart", Label: "Hours of music a year and the most heard artists"}
	for i := range s.years {
		v.Years = append(v.Years, s.reignView(&s.years[i]))
	}
	return chapter, v, true
}

func (s *story) reignView(y *insight.Year) charts.ReignView {
	label := web.YearLabel(y.Year)
	view := charts.ReignView{
		Label: label, Hours: s.req.Locale.Hours(y.Artists.Ms), Ms: y.Artists.Ms, URL: web.YearHref(s.req.Lens, y.Year),
	}
	if !y.Over && y.Covered > 0 && y.Year == s.years[len(s.years)-1].Year {
		view.Note = " so far"
	}
	of := web.Kept(s.req.Lens).WithRange(web.YearOf(y.Year))
	for _, a := range y.Top {
		name := words.Untitled(a.Name)
		view.Blocks = append(view.Blocks, charts.BlockView{
			Name: name, Ms: a.Ms, Hue: identity.Class(words.IdentityOf(a.Entity)),
			URL:   web.EntityHref(lens.Artist, a.ID, of),
			Title: name + " in " + label + ": " + s.req.Locale.Hours(a.Ms) + ", " + s.req.Locale.Count(a.Plays, "play", "plays"),
		})
	}
	return view
}

// chosenYear is the year that the story tells more of: that of the record where it
// is one year's, else the only one; nil where there are several.
func (s *story) chosenYear(r insight.Record) *insight.Year {
	for i := range s.years {
		if s.years[i].Year == r.Year || len(s.years) == 1 {
			return &s.years[i]
		}
	}
	return nil
}

// fewestNew is how many artists must have been heard to say how many were new.
const fewestNew = 10

// discoveryChapter tells how much was new in a year.
func (s *story) discoveryChapter(y *insight.Year) (layout.ChapterView, bool) {
	a := y.Artists
	if !y.Settled || a.Heard < fewestNew || a.New == 0 {
		return layout.ChapterView{}, false
	}
	loc := s.req.Locale
	year := web.YearLabel(y.Year)
	t := prose.Of("In " + year + ", ").Accent(loc.Number(a.New) + " of " + loc.Number(a.Heard)).
		Plain(" artists were new to you.")
	if share := words.Fraction(a.NewMs, a.Ms); share != "" {
		t = t.Plain(" They took " + share + " of the hours.")
	}
	chapter := layout.ChapterView{
		ID: "discovery", Headline: t,
		Counted: "New is an artist whose first play in your whole history was in this year. Nothing is called new in the first half year of the record. " + words.Heard(s.req.Lens),
		Links:   []layout.LinkView{{Label: "Discoveries", URL: web.Href(web.PathDiscoveries, web.Kept(s.req.Lens))}},
	}
	if y.Best.Plays >= web.Few {
		since := lens.DateOfNumber(int64(y.BestSince))
		lede := web.EntityLink(nil, y.Best.Entity, s.req.Lens).Plain(" came on ").Link(web.DayAndMonth(since), web.DayHref(s.req.Lens, since))
		switch {
		case y.BestRank <= 10 && y.Over:
			lede = lede.Plain(" and ended the year " + words.Ordinal(loc, y.BestRank) + ": ")
		case y.BestRank <= 10:
			lede = lede.Plain(" and is " + words.Ordinal(loc, y.BestRank) + " so far: ")
		default:
			lede = lede.Plain(": ")
		}
		chapter.Lede = lede.Plain(loc.HoursInWords(y.Best.Ms) + ".")
	}
	return chapter, true
}

// A tale is one of the strongest things that happened.
type tale struct {
	eyebrow string
	title   prose.Text
	text    prose.Text
	hue     string
}

// tales are the strongest obsession, the longest streak and the longest return.
func (s *story) tales() (list []tale) {
	l, loc := s.req.Lens, s.req.Locale
	if o := insight.Obsessions(s.sel); len(o) > 0 {
		first, last := lens.DateOfNumber(int64(o[0].First)), lens.DateOfNumber(int64(o[0].Last))
		text := prose.Of(words.Capital(loc.Times(o[0].Plays)) + " in " + loc.Count(o[0].Last-o[0].First+1, "day", "days") + ", " + web.Stretch(first, last) + " " + web.YearLabel(last.Year))
		if share := words.Fraction(int64(o[0].Plays), int64(o[0].All)); share != "" && o[0].Plays < o[0].All {
			text = text.Plain(": " + share + " of all its plays")
		}
		text = text.Plain(".")
		if o[0].Fate == insight.BurntOut {
			text = text.Plain(" Then not once for a month.")
		}
		list = append(list, tale{
			"Obsession", web.EntityLink(nil, o[0].Song, l),
			text.Plain(" ").Link(loc.Count(len(o), "obsession", "obsessions")+" in all", web.Href(web.PathObsessions, web.Kept(l))),
			identity.Class(words.IdentityOf(o[0].Song)),
		})
	}
	if streak := s.cal.LongestStreak(); streak.Days() > 2 {
		text := prose.Of("Something was played every day from "+format.Date(words.Civil(streak.First))+" to "+format.Date(words.Civil(streak.Last))+". ").
			Link("See it in the calendar", web.StreakHref(web.Kept(l), streak)).Plain(" or ").Link("make a picture", web.PictureHref("streak", "", l))
		list = append(list, tale{"Streak", prose.Of(loc.Count(streak.Days(), "day", "days") + " in a row"), text, ""})
	}
	songs, artists := insight.Comebacks(s.sel)
	if back := slices.Concat(artists, songs); len(back) > 0 {
		b := back[0] // an artist's return before a song's
		text := prose.Of("Silent for "+silence(loc, b.Silent)+", then back on ").
			Link(format.Date(words.Civil(lens.DateOfNumber(int64(b.Since)))), web.DayHref(l, lens.DateOfNumber(int64(b.Since)))).Plain(". ").
			Link(loc.Count(len(artists)+len(songs), "return", "returns")+" in all", web.Href(web.PathObsessions, web.Kept(l))+"#comebacks")
		list = append(list, tale{"Return", web.EntityLink(nil, b.Thing, l), text, identity.Class(words.IdentityOf(b.Thing))})
	}
	return list
}

// silence is a number of covered days in words.
func silence(loc format.Locale, days int) string {
	if days < 548 {
		return loc.Count(days, "day", "days")
	}
	return loc.Decimal(int64(float64(days)/365.25*10+0.5)) + " years"
}

// stripDays is how many days the calendar of the story shows: the last 26 weeks.
const stripDays = 26 * 7

// rhythmCalendar is the end of the calendar; false where it is too short to show a
// rhythm.
func (s *story) rhythmCalendar() (charts.CalendarYearView, bool) {
	last := s.cal.Last()
	cal := s.cal.Between(last-stripDays+1, last)
	if len(cal.Days) < 60 || cal.Total().Heard < web.Few {
		return charts.CalendarYearView{}, false
	}
	return web.NewCalendarStrip(s.req, cal), true
}
