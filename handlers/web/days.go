package web

import (
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Addresses of pages about days and years, which many others link to.
const (
	PathYears       = "/years"
	PathDays        = "/days"
	PathCalendar    = "/calendar"
	PathObsessions  = "/obsessions"
	PathDiscoveries = "/discoveries"
	PathEras        = "/eras"
	PathRanks       = "/ranks"
	PathMilestones  = "/milestones"
	PathOnThisDay   = "/on-this-day"
	PathCompare     = "/compare"
	PathSearch      = "/search"
	PathMore        = "/more"
)

// Unbounded is a lens over the whole history, at the start of its list.
func Unbounded(l lens.Lens) lens.Lens { return l.WithRange(lens.Date{}, lens.Date{}) }

// DayHref is the page of a day, as a lens sees it.
func DayHref(l lens.Lens, d lens.Date) string {
	around := dayLinks(l)
	return around[0] + d.String() + around[1]
}

// dayLinks are the parts before and behind the date in the address of a day: a calendar
// holds thousands.
func dayLinks(l lens.Lens) [2]string {
	return [2]string{PathDays + "/", strings.TrimPrefix(Href("", Unbounded(Kept(l))), "/")}
}

// YearHref is the page of a year, as a lens sees it.
func YearHref(l lens.Lens, year int) string {
	return Href(PathYears+"/"+lens.Date{Year: year, Month: 1, Day: 1}.String()[:4], Unbounded(Kept(l)))
}

// NewRecordView draws a record.
func NewRecordView(req *Request, r insight.Record) charts.RecordView {
	v := charts.RecordView{Note: "one line a day", Rays: make([]charts.RayView, len(r.Rays))}
	hues := make([]string, len(r.Top))
	for i, artist := range r.Top {
		hues[i] = identity.Class(words.IdentityOf(artist))
	}
	around := dayLinks(req.Lens)
	for i, ray := range r.Rays {
		if ray.Ms <= 0 {
			continue
		}
		d := lens.DateOfNumber(int64(r.First + i))
		view := charts.RayView{Ms: ray.Ms, URL: around[0] + d.String() + around[1], Title: DayAndMonth(d) + ": " + req.Locale.Hours(ray.Ms)}
		if ray.Top >= 0 {
			view.Hue = hues[ray.Top]
			view.Title += ", " + words.Untitled(r.Top[ray.Top].Name)
		}
		v.Rays[i] = view
	}
	if len(r.Rays) == 0 {
		return v
	}
	first, last := r.Dates()
	switch yearly := first.Year == last.Year; {
	case first == last:
		v.Label = DayAndMonth(first)
	case r.Year != 0 || yearly && first.Month == 1 && last.Month == 12:
		v.Label = YearLabel(first.Year)
	case yearly && first.Month == last.Month:
		v.Label = format.Month(words.Civil(first))
	case yearly:
		v.Label = YearLabel(first.Year)
	default:
		v.Label = YearLabel(first.Year) + "–" + YearLabel(last.Year)[2:]
	}
	v.Says = "A record with a line for each day from " + format.Date(words.Civil(first)) + " to " + format.Date(words.Civil(last)) + ", as long as what was heard on it."
	return v
}

// YearLabel is a year in four digits.
func YearLabel(year int) string { return lens.Date{Year: year, Month: 1, Day: 1}.String()[:4] }

// NewCalendarView is the days of a calendar, a row for each year.
func NewCalendarView(req *Request, c insight.Calendar) charts.CalendarView {
	v := charts.CalendarView{Label: "Hours a day"}
	cell, around := calendarCells(req, c), dayLinks(req.Lens)
	for i, day := range c.Days {
		d := c.Date(i)
		if i == 0 || d.Month == 1 && d.Day == 1 {
			first := lens.Date{Year: d.Year, Month: 1, Day: 1}.Number()
			v.Years = append(v.Years, charts.CalendarYearView{
				Label: YearLabel(d.Year), URL: YearHref(req.Lens, d.Year), Empty: weekday(first) + d.Number() - first,
				Days: make([]charts.CalendarDayView, 0, 366), DayURL: around,
			})
		}
		year := &v.Years[len(v.Years)-1]
		year.Days = append(year.Days, cell(d, day))
	}
	return v
}

// NewCalendarStrip is the days of a calendar in one row, whatever their years.
func NewCalendarStrip(req *Request, c insight.Calendar) charts.CalendarYearView {
	last := c.Date(len(c.Days) - 1)
	v := charts.CalendarYearView{Label: YearLabel(last.Year), URL: YearHref(req.Lens, last.Year), Empty: weekday(c.First), Strip: true, Days: make([]charts.CalendarDayView, 0, len(c.Days)), DayURL: dayLinks(req.Lens)}
	cell := calendarCells(req, c)
	for i, day := range c.Days {
		v.Days = append(v.Days, cell(c.Date(i), day))
	}
	return v
}

// weekday is the weekday of a day number, from Monday; 1970-01-01 was a Thursday.
func weekday(day int) int { return ((day+3)%7 + 7) % 7 }

// calendarCells makes the cells of a calendar.
func calendarCells(req *Request, c insight.Calendar) func(lens.Date, insight.Day) charts.CalendarDayView {
	tones := tonesOf(c)
	return func(d lens.Date, day insight.Day) charts.CalendarDayView {
		v := charts.CalendarDayView{Month: d.Month, Day: d.Day}
		switch {
		case day.Rows > 0:
			v.Tone, v.Date, v.Heard = tones(day.Ms), d.String(), req.shortHours(day.Ms, day.Plays)
		case day.Covered:
			v.Heard = "nothing"
		default:
			v.Tone, v.Heard = charts.ToneUncovered, "no file"
		}
		return v
	}
}

// tonesOf divides the days with time into [charts.CalendarTones] equal parts, so
// that a tone says how a day stands among this person's days.
func tonesOf(c insight.Calendar) func(ms int64) int {
	bounds := c.Quantiles(charts.CalendarTones)
	return func(ms int64) int {
		tone := 1
		for _, bound := range bounds {
			if ms > bound {
				tone++
			}
		}
		return tone
	}
}
