package web

import (
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// DayAndMonth is a date within a year that is known: "7 October".
func DayAndMonth(d lens.Date) string { return strconv.Itoa(d.Day) + " " + d.Month.String() }

// InTime says how long a record is: " in eight years".
func InTime(loc format.Locale, c insight.Calendar) string {
	days := len(c.Days)
	switch {
	case days >= 548:
		return " in " + words.Cardinal(loc, (days+182)/365) + " years"
	case days >= 45:
		return " in " + words.Cardinal(loc, (days+15)/30) + " months"
	case days > 1:
		return " in " + words.Cardinal(loc, days) + " days"
	}
	return " on " + format.Date(words.Civil(c.Date(0)))
}

// Fullest is the year with most time, the latest of equal ones; nil of none.
func Fullest(years []insight.Year) (best *insight.Year) {
	for i := range years {
		if best == nil || years[i].Ms >= best.Ms {
			best = &years[i]
		}
	}
	return best
}

// YearFigures are up to six facts of a year, or of the part of it in the range.
func YearFigures(req *Request, y *insight.Year) []layout.FigureView {
	from, to := YearOf(y.Year)
	l := req.Lens
	if l.From.Compare(from) < 0 {
		l.From = from
	}
	if l.To.IsZero() || l.To.Compare(to) > 0 {
		l.To = to
	}
	sel := req.Data.Select(l)
	cal, loc := insight.Days(sel), req.Locale
	day := func(t prose.Text, d lens.Date) prose.Text { return t.Link(DayAndMonth(d), DayHref(l, d)) }
	var list []layout.FigureView
	if streak := cal.LongestStreak(); streak.Days() > 2 {
		list = append(list, layout.FigureView{Value: loc.Number(streak.Days()) + " days", What: prose.Of("in a row, ").
			Link(Stretch(streak.First, streak.Last), Href(PathCalendar, Kept(l))+"#"+YearLabel(y.Year))})
	}
	r := insight.RemarkableDays(sel)
	if r.LoopedPlays > 3 {
		list = append(list, layout.FigureView{Value: words.Capital(loc.Times(r.LoopedPlays)), What: day(prose.Text{}.
			Link(words.Untitled(r.Looped.Name), EntityHref(r.Looped.By, r.Looped.ID, l)).Plain(" on "), lens.DateOfNumber(int64(r.LoopedDay)))})
	}
	if hour, ok := fullestHour(sel); ok && y.Plays >= Few {
		list = append(list, layout.FigureView{Value: ClockHour(hour), What: prose.Of("your fullest hour")})
	}
	year, all := req.Data.Summary(l), req.Data.Summary(Unbounded(l))
	if share, link, ok := req.Skipped(year); ok && year.Ended >= Few && year.Skips > 0 {
		f := layout.FigureView{Value: share, What: prose.Text{}.Link("skipped", link)}
		if whole, _, ok := req.Skipped(all); ok && all.Rows > year.Rows {
			f.What = f.What.Plain("; " + whole + " over all years")
		}
		list = append(list, f)
	}
	if len(cal.Days) < 2 {
		return list // of a single day there is no other to speak of
	}
	total := cal.Total()
	silent := total.Covered - total.Heard
	list = append(list, layout.FigureView{Value: loc.Count(total.Heard, "day", "days"), What: prose.Of("with music, " + loc.Number(max(0, silent)) + " silent")})
	if r.LongestMs > 0 {
		list = append(list, layout.FigureView{Value: loc.HoursInWords(r.LongestMs), What: day(prose.Of("on "), lens.DateOfNumber(int64(r.Longest))).Plain(", your longest day")})
	}
	return list
}

// Stretch is a run of days without the year of its last: "5 – 29 October",
// "28 December 2024 – 3 January".
func Stretch(first, last lens.Date) string {
	switch {
	case first == last:
		return DayAndMonth(first)
	case first.Month == last.Month && first.Year == last.Year:
		return strconv.Itoa(first.Day) + " – " + DayAndMonth(last)
	case first.Year != last.Year:
		return DayAndMonth(first) + " " + YearLabel(first.Year) + " – " + DayAndMonth(last)
	}
	return DayAndMonth(first) + " – " + DayAndMonth(last)
}

// ClockHour is an hour as people say it: "10 at night".
func ClockHour(hour int) string {
	twelve := strconv.Itoa((hour+11)%12 + 1)
	switch {
	case hour < 5:
		return twelve + " at night"
	case hour < 12:
		return twelve + " in the morning"
	case hour < 18:
		return twelve + " in the afternoon"
	case hour < 21:
		return twelve + " in the evening"
	}
	return twelve + " at night"
}

func fullestHour(sel dataset.Selection) (hour int, ok bool) {
	var hours [24]int64
	for _, day := range insight.Clock(sel) {
		for h, ms := range day {
			hours[h] += ms
		}
	}
	for h, ms := range hours {
		if ms > hours[hour] {
			hour = h
		}
	}
	return hour, hours[hour] > 0
}
