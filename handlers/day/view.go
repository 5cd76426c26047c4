// Package day shows one day as a timeline of listening sessions, and the same day
// in other years.
package day

import (
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// View is the page of a day.
var View = web.View{
	Path: web.PathDays + "/:id", Title: "Day",
	Examples: func(req *web.Request) []string {
		cal := insight.Days(req.Data.Select(lens.Lens{TZ: req.Lens.TZ, Min: lens.DefaultMin}))
		if len(cal.Days) == 0 {
			return nil
		}
		return []string{web.PathDays + "/" + cal.Date(0).String(), web.PathDays + "/" + cal.Date(len(cal.Days)-1).String()}
	},
	Page: func(req *web.Request) (web.Page, error) {
		d, err := newDay(req)
		if err != nil {
			return web.Page{}, err
		}
		return web.Page{Title: format.Date(words.Civil(d.date)) + words.Selection(web.Unbounded(req.Lens)), Content: page(d)}, nil
	},
	JSON: web.AnswerOf(newDay, (*day).json),
}

// OnThisDay is a day of the year in every year.
var OnThisDay = web.View{
	Path: web.PathOnThisDay, Title: "On this day", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		o, err := newOnThisDay(req)
		if err != nil {
			return web.Page{}, err
		}
		return web.Page{Title: "On " + web.DayAndMonth(o.date), Content: onThisDayPage(o), Undated: true}, nil
	},
	JSON: web.AnswerOf(newOnThisDay, func(o *onThisDay) any {
		return onThisDayJSON{o.date.String()[5:], o.week, web.Each(o.years, newSameDayJSON)}
	}),
}

type day struct {
	insight.DayStory
	req   *web.Request
	lens  lens.Lens // over the day
	date  lens.Date
	years []insight.SameDay // others than this one
}

func newDay(req *web.Request) (*day, error) {
	date, ok := lens.ParseDate(req.ID)
	if !ok || date.String() != req.ID || !req.HasPlays() {
		return nil, web.ErrNotFound
	}
	req.Lens = web.Unbounded(web.Kept(req.Lens))
	sel := req.Data.Select(req.Lens)
	d := &day{req: req, date: date, DayStory: insight.DayOf(sel, date.Number()), lens: req.Lens.WithRange(date, date)}
	d.years = slices.DeleteFunc(slices.Clone(insight.OnThisDay(sel, date, 0)), func(y insight.SameDay) bool { return y.Date == date })
	return d, nil
}

func (d *day) headline() prose.Text {
	when := " on " + format.LongDate(words.Civil(d.date)) + words.Selection(d.req.Lens) + "."
	switch {
	case d.Rows == 0 && !d.Covered:
		return prose.Of("No file speaks of " + format.LongDate(words.Civil(d.date)) + ".")
	case d.Rows == 0:
		return prose.Of("Silence" + when)
	case d.Ms == 0:
		return prose.Text{}.Accent(d.req.Locale.Count(d.Plays, "play", "plays")).Plain(when)
	}
	return prose.Text{}.Accent(d.req.Locale.HoursInWords(d.Ms)).Plain(when)
}

func (d *day) lede() prose.Text {
	if d.Rows == 0 {
		return nil
	}
	t := prose.Of(d.req.Locale.Count(d.Plays, "play", "plays") + " in " + d.req.Locale.Count(len(d.Sittings), "sitting", "sittings") + ".")
	if d.Settled && len(d.NewArtists) > 0 {
		t = t.Plain(" New: ")
		var names []prose.Text
		for _, a := range d.NewArtists[:min(3, len(d.NewArtists))] {
			names = append(names, web.EntityLink(nil, a, d.req.Lens))
		}
		if more := len(d.NewArtists) - len(names); more > 0 {
			names = append(names, prose.Of(d.req.Locale.Count(more, "other artist", "other artists")))
		}
		t = append(t, prose.List(names)...).Plain(".")
	}
	return t
}

// trail leads to the days before and after with music.
func (d *day) trail() []layout.LinkView {
	var links []layout.LinkView
	for _, n := range [...]int{d.Before, d.After} {
		if n != 0 {
			date := lens.DateOfNumber(int64(n))
			links = append(links, layout.LinkView{Label: format.Date(words.Civil(date)), URL: web.DayHref(d.req.Lens, date)})
		}
	}
	return links
}

func (d *day) clock(unix int64) string { return format.Clock(time.Unix(unix, 0).In(d.req.Lens.Zone())) }

// A line is a play of a sitting, or several of one song in a row.
type line struct {
	dataset.Entity
	start int64
	ms    int64
	times int
	short bool // none of them counts as a play
}

// lines are the plays of a sitting; the same song again and again is one line.
func (d *day) lines(s *insight.Sitting) []line {
	var list []line
	for _, p := range s.Plays {
		e := d.req.Data.Played(p.Row)
		if n := len(list); n > 0 && e.ID != "" && list[n-1].ID == e.ID && list[n-1].By == e.By {
			list[n-1].ms += p.Ms
			list[n-1].times++
			list[n-1].short = list[n-1].short && !p.Counts
			continue
		}
		list = append(list, line{Entity: e, start: p.Start, ms: p.Ms, times: 1, short: !p.Counts})
	}
	return list
}

type dayJSON struct {
	Date       string           `json:"date"`
	MsPlayed   int64            `json:"ms_played"` // overlap counts once
	Plays      int              `json:"plays"`
	Rows       int              `json:"rows"`
	Covered    bool             `json:"covered"`
	Sittings   []sittingJSON    `json:"sittings"`
	NewArtists []web.EntityJSON `json:"new_artists"`
	NewSongs   []web.EntityJSON `json:"new_songs"`
	Before     *string          `json:"before"` // the nearest days with music
	After      *string          `json:"after"`
	OtherYears []sameDayJSON    `json:"other_years"`
}

type sittingJSON struct {
	Start    *string `json:"start"`
	End      *string `json:"end"`
	MsPlayed int64   `json:"ms_played"`
	Rows     int     `json:"rows"`
}

type sameDayJSON struct {
	Date     string          `json:"date"`
	MsPlayed int64           `json:"ms_played"`
	Plays    int             `json:"plays"`
	Top      *web.ThingJSON  `json:"top_artist"`
	Songs    []web.ThingJSON `json:"songs"`
}

type onThisDayJSON struct {
	Day   string        `json:"day"`  // MM-DD
	Week  bool          `json:"week"` // no year has the day itself, so the days around it are told
	Years []sameDayJSON `json:"years"`
}

func (d *day) json() any {
	sitting := func(s insight.Sitting) sittingJSON {
		return sittingJSON{web.RFC3339(s.Start), web.RFC3339(s.End), s.Ms, len(s.Plays)}
	}
	return dayJSON{
		Date: d.date.String(), MsPlayed: d.Ms, Plays: d.Plays, Rows: d.Rows, Covered: d.Covered, Sittings: web.Each(d.Sittings, sitting),
		NewArtists: web.Each(d.NewArtists, web.NewEntityJSON), NewSongs: web.Each(d.NewSongs, web.NewEntityJSON),
		Before: web.DateJSON(d.Before), After: web.DateJSON(d.After), OtherYears: web.Each(d.years, newSameDayJSON),
	}
}

func newSameDayJSON(y insight.SameDay) sameDayJSON {
	s := sameDayJSON{Date: y.Date.String(), MsPlayed: y.Ms, Plays: y.Plays, Songs: web.Each(y.Songs, web.NewThingJSON)}
	if y.Top.ID != "" {
		s.Top = new(web.NewThingJSON(y.Top))
	}
	return s
}
