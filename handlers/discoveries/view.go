// Package discoveries shows what was heard for the first time, and how it came.
package discoveries

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// View is the page.
var View = web.View{
	Path: web.PathDiscoveries, Title: "Discoveries", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		return web.Page{Title: "Discoveries" + words.Selection(req.Lens), Content: page(&told{req, insight.DiscoveriesOf(req.Data.Select(req.Lens))})}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		d := insight.DiscoveriesOf(req.Data.Select(req.Lens))
		found := func(f insight.Found) foundJSON {
			return foundJSON{web.NewEntityJSON(f.Entity), *web.DateJSON(f.Day), f.Plays, f.OneYear, f.YearOver}
		}
		return answerJSON{
			Months: web.Each(d.Months, func(m insight.NewMonth) monthJSON {
				return monthJSON{m.First.String()[:7], m.Artists.New, m.Songs.New, m.Artists.NewMs, m.Artists.Ms, m.Settled}
			}),
			Kept: d.Kept, Decided: d.Decided,
			Best: web.Each(d.Best, func(b insight.BestOfYear) bestJSON { return bestJSON{b.Year, web.Each(b.Songs, found)} }),
			Arrivals: web.Each(d.Tree, func(a insight.Arrival) arrivalJSON {
				arrival := arrivalJSON{ThingJSON: web.NewThingJSON(a.Thing), Date: *web.DateJSON(a.Day), Reason: a.Reason}
				if a.After.ID != "" {
					arrival.After = new(web.NewEntityJSON(a.After))
				}
				return arrival
			}),
		}, nil
	},
}

type answerJSON struct {
	Months   []monthJSON   `json:"months"`
	Kept     int           `json:"kept_after_a_year"`
	Decided  int           `json:"decided"` // new artists whose year is covered
	Best     []bestJSON    `json:"best"`
	Arrivals []arrivalJSON `json:"arrivals"`
}

type monthJSON struct {
	Month      string `json:"month"`
	NewArtists int    `json:"new_artists"`
	NewSongs   int    `json:"new_songs"`
	NewMs      int64  `json:"new_artists_ms_played"`
	Ms         int64  `json:"ms_played"`
	Settled    bool   `json:"settled"`
}

type bestJSON struct {
	Year  int         `json:"year"`
	Songs []foundJSON `json:"songs"`
}

type foundJSON struct {
	web.EntityJSON
	Date           string `json:"date"`
	FourteenDays   int    `json:"plays_in_14_days"`
	FirstYearPlays int    `json:"plays_in_first_year"`
	FirstYearOver  bool   `json:"first_year_over"` // else more may come
}

type arrivalJSON struct {
	web.ThingJSON
	Date   string          `json:"date"`
	Reason string          `json:"reason_start"`
	After  *web.EntityJSON `json:"after"` // the artist that came right before
}

type told struct {
	req *web.Request
	insight.Discoveries
}

func (t *told) headline() prose.Text {
	artists, songs := 0, 0
	for _, m := range t.Months {
		if m.Settled {
			artists += m.Artists.New
			songs += m.Songs.New
		}
	}
	if artists+songs == 0 {
		return prose.Of("Nothing that can be called new" + words.Selection(t.req.Lens) + ".")
	}
	loc := t.req.Locale
	return prose.Text{}.Accent(loc.Count(artists, "new artist", "new artists")).Plain(" and ").Accent(loc.Count(songs, "new song", "new songs")).Plain(words.Selection(t.req.Lens) + ".")
}

func (t *told) lede() prose.Text {
	if t.Decided < web.Few {
		return nil
	}
	return prose.Of("Of the " + t.req.Locale.Number(t.Decided) + " artists whose first year is over, you still played " + t.req.Locale.Number(t.Kept) + " a year later.")
}

// months draws new artists a month.
func (t *told) months() charts.ColumnsView {
	v := charts.ColumnsView{ID: "new-artists", Label: "New artists a month"}
	for _, m := range t.Months {
		from, to := m.First, words.MonthEnd(m.First)
		label := format.Month(words.Civil(m.First))
		c := charts.ColumnView{Label: label, URL: web.Href(web.PathDiscoveries, t.req.Lens.WithRange(from, to)), Value: int64(m.Artists.New), Year: m.First.Year}
		c.Title = label + ": " + t.req.Locale.Count(m.Artists.New, "new artist", "new artists") + ", " + t.req.Locale.Count(m.Songs.New, "new song", "new songs")
		if !m.Settled {
			c.Title, c.Quiet = label+": "+t.req.Locale.Count(m.Artists.New, "artist", "artists")+" first in this record", true
		}
		v.Columns = append(v.Columns, c)
	}
	return v
}

func date(day int) lens.Date { return lens.DateOfNumber(int64(day)) }
