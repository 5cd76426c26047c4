package story

import (
	"cmp"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A story is what the chapters are told from.
type story struct {
	req   *web.Request
	sum   dataset.Summary
	sel   dataset.Selection
	cal   insight.Calendar
	total insight.DaysTotal
	years []insight.Year
}

func newStory(req *web.Request, sum dataset.Summary) *story {
	s := &story{req: req, sum: sum, sel: req.Data.Select(req.Lens)}
	s.cal = insight.Days(s.sel)
	s.total = s.cal.Total()
	s.years = insight.Years(s.sel)
	return s
}

// span is the range of days that the page is about: "29 Mar 2018 – 28 Feb 2026".
func span(req *web.Request) string {
	from, to := req.ShownRange()
	return format.Span(words.Civil(from), words.Civil(to))
}

// emptyHero is the headline and lede where no play is in the selection.
func emptyHero(req *web.Request) (headline, lede prose.Text) {
	if req.HasPlays() {
		return prose.Of("Silence."), nil
	}
	return prose.Of("No plays here yet."), req.Holdings()
}

// headline is the one big sentence: the figure and its surprise. "2,589 hours in
// eight years, more than a third of them in the last fourteen months."
func (s *story) headline() prose.Text {
	if web.OnlyUnknown(s.sum) {
		figure, unit, _ := strings.Cut(s.req.PlaysOfUnknownLength(s.sum), " ")
		t := prose.Text{}.Accent(figure).Plain(" " + unit + words.Selection(s.req.Lens))
		if s.sum.Artists > 0 {
			t = t.Plain(", by " + s.req.Locale.Count(s.sum.Artists, "artist", "artists"))
		}
		return t.Plain(".")
	}
	figure := s.req.Locale.HoursInWords(s.total.Ms)
	t := prose.Text{}.Accent(figure).Plain(words.Selection(s.req.Lens))
	if !s.req.Lens.HasRange() {
		t = t.Plain(web.InTime(s.req.Locale, s.cal))
	}
	if surprise := s.surprise(); surprise != "" {
		return t.Plain(", " + surprise + ".")
	}
	if days := int((s.total.Ms + web.DayMs/2) / web.DayMs); days >= 2 {
		return t.Plain(", or " + s.req.Locale.Number(days) + " days of your life.")
	}
	return t.Plain(".")
}

const (
	// surprising is how many times its even share a part must have to be told.
	surprising = 1.8
	// leastSurprise is the least share of all hours that is told.
	leastSurprise = 1.0 / 3
)

// surprise is where most of the hours lie, if they lie together: in the last
// months, in one year, or in one month.
func (s *story) surprise() string {
	if s.total.Plays < web.Few || s.total.Ms <= 0 || len(s.cal.Days) < 45 {
		return ""
	}
	if t := s.lateSurprise(); t != "" {
		return t
	}
	last := lens.DateOfNumber(int64(s.cal.Last()))
	if len(s.years) > 2 {
		best := web.Fullest(s.years)
		if s.concentrated(best.Ms, 365, 0.2) {
			return words.Fraction(best.Ms, s.total.Ms) + " of them in " + web.YearLabel(best.Year)
		}
		return ""
	}
	var bestMs int64
	var best lens.Date
	for m := s.cal.Date(0).FirstOfMonth(); m.Compare(last) <= 0; m = m.NextMonth() {
		if ms := s.cal.Between(m.Number(), words.MonthEnd(m).Number()).Total().Ms; ms >= bestMs {
			bestMs, best = ms, m
		}
	}
	if s.concentrated(bestMs, 30, 0.1) {
		return words.Fraction(bestMs, s.total.Ms) + " of them in " + best.Month.String()
	}
	return ""
}

// lateSurprise is for those who have listened more and more: the least number of
// years at the end of the record with a third of the hours.
func (s *story) lateSurprise() string {
	if len(s.years) < 3 {
		return ""
	}
	var ms int64
	for i := len(s.years) - 1; i > 0; i-- {
		ms += s.years[i].Ms
		from := max(s.cal.First, lens.Date{Year: s.years[i].Year, Month: 1, Day: 1}.Number())
		days := s.cal.Last() - from + 1
		if float64(ms) < leastSurprise*float64(s.total.Ms) {
			continue
		}
		if !s.concentrated(ms, days, leastSurprise) {
			return ""
		}
		months := (days + 15) / 30
		if months <= 1 {
			return words.Fraction(ms, s.total.Ms) + " of them in the last month"
		}
		return words.Fraction(ms, s.total.Ms) + " of them in the last " + words.Cardinal(s.req.Locale, months) + " months"
	}
	return ""
}

// concentrated reports whether so many days have at least the share of the hours,
// and clearly more than their even part.
func (s *story) concentrated(ms int64, days int, share float64) bool {
	of := float64(ms) / float64(s.total.Ms)
	return of >= share && of >= surprising*float64(days)/float64(len(s.cal.Days))
}

// A reign is a run of years with the same artist first.
type reign struct {
	insight.Thing
	first, last int // years
}

// reigns are the runs of years, and how many artists ruled.
func (s *story) reigns() (runs []reign, rulers int) {
	seen := make(map[string]bool)
	for i := range s.years {
		y := &s.years[i]
		if y.Plays < web.Few || len(y.Top) == 0 {
			continue // nobody ruled
		}
		first := y.Top[0]
		if n := len(runs); n > 0 && runs[n-1].ID == first.ID {
			runs[n-1].last = y.Year
			continue
		}
		runs = append(runs, reign{first, y.Year, y.Year})
		seen[first.ID] = true
	}
	return runs, len(seen)
}

// lede says who was first at the beginning and who is now: "It began with Imz
// Imbotersh. It has been Pelwynfai since 2024. Three others ruled in between."
func (s *story) lede() prose.Text {
	runs, rulers := s.reigns()
	switch {
	case len(runs) > 0:
	case s.total.Rows == 1:
		return s.onlyPlay()
	default:
		return s.mostHeard()
	}
	first, now := runs[0], runs[len(runs)-1]
	link := func(t prose.Text, r reign) prose.Text { return web.EntityLink(t, r.Entity, s.req.Lens) }
	switch {
	case len(runs) == 1 && first.first == first.last:
		return link(nil, first).Plain(" was first, with " + s.req.Locale.HoursInWords(first.Ms) + ".")
	case len(runs) == 1:
		return link(nil, first).Plain(" was first in every year.")
	}
	t := link(prose.Of("It began with "), first).Plain(". ")
	if now.first == now.last {
		t = link(t.Plain("In "+web.YearLabel(now.first)+" it was "), now).Plain(".")
	} else {
		t = link(t.Plain("It has been "), now).Plain(" since " + web.YearLabel(now.first) + ".")
	}
	others := rulers - 2
	if now.ID == first.ID {
		others++ // who came back is no other
	}
	switch {
	case others == 1:
		t = t.Plain(" One other ruled in between.")
	case others > 1:
		t = t.Plain(" " + words.Capital(words.Cardinal(s.req.Locale, others)) + " others ruled in between.")
	}
	return t
}

// onlyPlay names the one play that there is.
func (s *story) onlyPlay() prose.Text {
	for _, sec := range []web.Section{web.Tracks, web.Shows, web.Audiobooks} {
		if things := s.req.Data.Rank(s.req.Lens.ClearedPaging(), sec.By, 0, 1).Items; len(things) == 1 {
			return web.OnlyPlay(things[0].Entity, s.req.Lens)
		}
	}
	return nil
}

// mostHeard names the show or book with most time, for who hears no music.
func (s *story) mostHeard() prose.Text {
	if s.total.Plays < web.Few || s.sum.Artists > 0 {
		return nil
	}
	var most dataset.Ranked
	for _, sec := range []web.Section{web.Shows, web.Audiobooks} {
		if things := s.req.Data.Rank(s.req.Lens.ClearedPaging(), sec.By, 0, 1).Items; len(things) == 1 && things[0].Ms > most.Ms {
			most = things[0]
		}
	}
	if most.Ms == 0 {
		return nil
	}
	return web.EntityLink(nil, most.Entity, s.req.Lens).Plain(" was first, with " + s.req.Locale.HoursInWords(most.Ms) + ".")
}

// A reading is where the story goes on in detail: a year, or the only day.
func (s *story) reading(r insight.Record) (layout.LinkView, bool) {
	if len(s.cal.Days) == 1 {
		d := s.cal.Date(0)
		return layout.LinkView{Label: web.DayAndMonth(d), URL: web.DayHref(s.req.Lens, d)}, true
	}
	year := cmp.Or(s.chosenYear(r), web.Fullest(s.years))
	if year == nil {
		return layout.LinkView{}, false
	}
	return layout.LinkView{Label: web.YearLabel(year.Year), URL: web.YearHref(s.req.Lens, year.Year)}, true
}

// countedTotal defines the hours of the headline.
func (s *story) countedTotal() string {
	how := "From the start of each play for as long as it was played, on the day on which it began in your time zone. Where plays overlap, time counts once."
	if s.sum.Ms-s.total.Ms >= 60_000 {
		how += " Added up play by play it would be " + s.req.Locale.HoursInWords(s.sum.Ms) + "."
	}
	return how
}

// inShort says how often something started, how often it went on, what was skipped
// and which day was the longest.
func inShort(req *web.Request, sum dataset.Summary) []prose.Text {
	rows, plays := sum.Rows-sum.UnknownLength, sum.Plays-sum.UnknownLength
	t := prose.Of("Something started playing ")
	t = t.Strong(req.Locale.Times(sum.Rows))
	if req.Lens.Min > 0 && rows > 0 {
		length := "for " + req.Locale.HoursInWords(int64(req.Lens.Min)*1000) + " or more"
		if req.Lens.Min == lens.DefaultMin {
			length = "for at least half a minute"
		}
		switch {
		case sum.UnknownLength > 0:
			t = append(t.Plain("; "), req.KnownLede(rows, plays, length)...)
		case plays == 0 && sum.Rows == 1:
			t = t.Plain(", and did not go on " + length)
		case plays == 0:
			t = t.Plain(", and never went on " + length)
		case sum.Rows == 1:
			t = t.Plain(" and went on " + length)
		case plays == sum.Rows:
			t = t.Plain(" and went on " + length + " every time")
		default:
			t = t.Plain("; ").Strong(req.Locale.Times(plays)).Plain(" it went on " + length)
		}
	}
	lede := append([]prose.Text{t.Plain(".")}, req.UnknownLede(sum)...)
	if share, link, ok := req.Skipped(sum); ok {
		of := " of what started."
		if sum.Ended*10 < sum.Rows*9 { // account data does not say how plays ended
			of = " of the " + req.Locale.Number(sum.Ended) + " whose end is known."
		}
		switch {
		case sum.Skips > 0 && sum.Ended < web.Few:
			lede = append(lede, prose.Of("You skipped ").Link(req.Locale.Number(sum.Skips), link).Plain(of))
		case sum.Skips > 0:
			lede = append(lede, prose.Of("You skipped ").Link(share, link).Plain(of))
		case sum.Rows > 1:
			lede = append(lede, prose.Of("You skipped none"+of))
		}
	}
	if sum.LongestDayMs > 0 && sum.Days > 1 {
		d := sum.LongestDay
		lede = append(lede, prose.Of("Your longest day was ").
			Link(format.Date(words.Civil(d)), web.Href(web.PathHistory, req.Lens.WithRange(d, d))).
			Plain(", with "+req.Locale.HoursInWords(sum.LongestDayMs)+"."))
	}
	return lede
}
