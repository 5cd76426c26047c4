package day

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// fieldDate is the day of the year that is asked for, as a date of any year.
const fieldDate = "date"

// aWeek is how many days to each side stand in for a day on which nothing was
// ever played.
const aWeek = 3

type onThisDay struct {
	req   *web.Request
	date  lens.Date
	years []insight.SameDay
	week  bool // the days around it stand in
}

func newOnThisDay(req *web.Request) (*onThisDay, error) {
	req.Lens = web.Unbounded(web.Kept(req.Lens))
	o := &onThisDay{req: req, date: lens.DateIn(req.Now().Unix(), req.Lens.Zone())}
	if asked := req.Query.Get(fieldDate); asked != "" {
		date, ok := lens.ParseDate(asked)
		if !ok {
			return nil, &lens.FieldError{Field: fieldDate, Message: "The date is a day such as 2025-12-18."}
		}
		o.date = date
	}
	sel := req.Data.Select(req.Lens)
	if o.years = insight.OnThisDay(sel, o.date, 0); len(o.years) == 0 {
		o.years, o.week = insight.OnThisDay(sel, o.date, aWeek), true
	}
	return o, nil
}

func (o *onThisDay) headline() prose.Text {
	on := web.DayAndMonth(o.date)
	switch n := len(o.years); {
	case n == 0:
		return prose.Of("Nothing was ever played around " + on + ".")
	case o.week:
		return prose.Of("Nothing was ever played on " + on + ", but ").Accent(words.Cardinal(o.req.Locale, n) + words.Plural(n, " year", " years")).Plain(" had music in the week around it.")
	case n == 1:
		return prose.Of("You played something on " + on + " in ").Accent(web.YearLabel(o.years[0].Date.Year)).Plain(".")
	}
	return prose.Of("You played something on " + on + " in ").Accent(words.Cardinal(o.req.Locale, len(o.years)) + " years").Plain(".")
}

// neighbour is this page a day before or after. The year is a leap year's, so that
// 29 February is on the way.
func (o *onThisDay) neighbour(days int) (label, url string) {
	d := lens.Date{Year: 2024, Month: o.date.Month, Day: o.date.Day}.AddDays(days)
	d.Year = 2024
	return web.DayAndMonth(d), web.Address(web.PathOnThisDay, own(d), o.req.Lens)
}

func own(d lens.Date) []layout.FieldView {
	return []layout.FieldView{{Name: fieldDate, Value: d.String()}}
}

// otherYears says in how many other years the day had music.
func (d *day) otherYears() prose.Text {
	n := len(d.years)
	return prose.Of(words.Capital(words.Cardinal(d.req.Locale, n)) + words.Plural(n, " other year", " other years") + " had music on " + web.DayAndMonth(d.date) + ".")
}
