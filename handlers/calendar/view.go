// Package calendar shows every day of a record: a row a year, a cell a day.
package calendar

import (
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// unfolded is how many years stand open; the older ones are folded.
const unfolded = 8

// View is the calendar.
var View = web.View{
	Path: web.PathCalendar, Title: "Calendar", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		// An artist or track may be chosen: the days are those on which it was heard.
		focus := req.Lens.Focus
		req.Lens = web.Kept(req.Lens)
		l := req.Lens
		l.Focus = focus
		cal := insight.Days(req.Data.Select(l))
		return web.Page{Title: "Calendar" + words.Selection(req.Lens), Content: page(req, cal, viewOf(req, l, cal))}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		cal := insight.Days(req.Data.Select(req.Lens))
		list := make([]dayJSON, len(cal.Days))
		for i, d := range cal.Days {
			list[i] = dayJSON{cal.Date(i).String(), d.Ms, d.Plays, d.Rows, d.Covered}
		}
		return map[string]any{"days": list}, nil
	},
}

type dayJSON struct {
	Date     string `json:"date"`
	MsPlayed int64  `json:"ms_played"` // overlap counts once
	Plays    int    `json:"plays"`
	Rows     int    `json:"rows"`
	Covered  bool   `json:"covered"`
}

// viewOf draws the calendar, the latest year first, with the asked-for stretch lit.
func viewOf(req *web.Request, l lens.Lens, cal insight.Calendar) charts.CalendarView {
	v := web.NewCalendarView(req, cal)
	focused := *req
	focused.Lens = l
	v.Table = focused.Table("calendar")
	if first, last, ok := lit(req.Query.Get(web.FieldLit)); ok {
		at := cal.First
		for i := range v.Years {
			days := v.Years[i].Days
			for j := range days {
				days[j].Lit = at >= first && at <= last
				at++
			}
		}
	}
	return v
}

// lit reads a stretch of days.
func lit(s string) (first, last int, ok bool) {
	from, to, found := strings.Cut(s, "_")
	a, okA := lens.ParseDate(from)
	b, okB := lens.ParseDate(to)
	return a.Number(), b.Number(), found && okA && okB
}

func headline(req *web.Request, cal insight.Calendar) prose.Text {
	total := cal.Total()
	if total.Heard == 0 {
		return prose.Of("Not a day with music" + words.Selection(req.Lens) + ".")
	}
	t := prose.Of("Music on ").Accent(req.Locale.Count(total.Heard, "day", "days"))
	if total.Covered > total.Heard {
		t = t.Plain(" of the " + req.Locale.Number(total.Covered) + " that your files speak of")
	}
	return t.Plain(words.Selection(req.Lens) + ".")
}

func lede(req *web.Request, cal insight.Calendar) prose.Text {
	streak := cal.LongestStreak()
	if streak.Days() < 3 {
		return nil
	}
	return prose.Of("The longest streak: " + req.Locale.Count(streak.Days(), "day", "days") + ", from " + format.Date(words.Civil(streak.First)) + " to " + format.Date(words.Civil(streak.Last)) + ".")
}
