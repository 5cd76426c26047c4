// Package obsessions shows what was played again and again, what came back after a
// silence, and what was forgotten.
package obsessions

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// shown is how many of each are on the page; the API tells all.
const shown = 20

// View is the page.
var View = web.View{
	Path: web.PathObsessions, Title: "Obsessions", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		return web.Page{Title: "Obsessions" + words.Selection(req.Lens), Content: page(newTold(req))}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		t := newTold(req)
		return answerJSON{
			Obsessions: web.Each(t.obsessions, func(o insight.Obsession) obsessionJSON {
				return obsessionJSON{web.NewEntityJSON(o.Song), *web.DateJSON(o.First), *web.DateJSON(o.Last), o.Plays, o.All, fates[o.Fate].code}
			}),
			Comebacks: web.Each(slices.Concat(t.artistsBack, t.songsBack), func(c insight.Comeback) comebackJSON {
				return comebackJSON{kinds[c.Thing.By], web.NewEntityJSON(c.Thing), *web.DateJSON(c.Until), *web.DateJSON(c.Since), c.Silent, c.Plays}
			}),
			Forgotten: web.Each(slices.Concat(t.artistsLost, t.songsLost), func(l insight.Lost) lostJSON {
				return lostJSON{kinds[l.By], web.NewThingJSON(l.Thing), *web.DateJSON(l.Last), l.Silent}
			}),
		}, nil
	},
}

// fates say what became of an obsession.
var fates = [...]struct{ code, words string }{
	insight.FateUnknown: {"unknown", ""}, insight.BurntOut: {"burnt_out", "burnt out"}, insight.Kept: {"kept", "stayed"},
}

var kinds = map[lens.EntityKind]string{lens.Artist: "artist", lens.Track: "track"}

type answerJSON struct {
	Obsessions []obsessionJSON `json:"obsessions"`
	Comebacks  []comebackJSON  `json:"comebacks"`
	Forgotten  []lostJSON      `json:"forgotten"`
}

type obsessionJSON struct {
	web.EntityJSON
	First    string `json:"first"`
	Last     string `json:"last"`
	Plays    int    `json:"plays"` // within seven days
	AllPlays int    `json:"all_plays"`
	Fate     string `json:"fate"` // unknown, burnt_out, kept
}

type comebackJSON struct {
	Kind string `json:"kind"` // artist, track
	web.EntityJSON
	Until      string `json:"until"`
	Since      string `json:"since"`
	SilentDays int    `json:"silent_days"` // covered days
	Plays      int    `json:"plays"`
}

type lostJSON struct {
	Kind string `json:"kind"`
	web.ThingJSON
	Last       string `json:"last"`
	SilentDays int    `json:"silent_days"`
}

type told struct {
	req                    *web.Request
	obsessions             []insight.Obsession
	songsBack, artistsBack []insight.Comeback
	songsLost, artistsLost []insight.Lost
}

func newTold(req *web.Request) *told {
	sel := req.Data.Select(req.Lens)
	t := &told{req: req, obsessions: insight.Obsessions(sel)}
	t.songsBack, t.artistsBack = insight.Comebacks(sel)
	t.songsLost, t.artistsLost = insight.Forgotten(sel)
	return t
}

func (t *told) headline() prose.Text {
	if len(t.obsessions) == 0 {
		return prose.Of("No song was ever an obsession" + words.Selection(t.req.Lens) + ".")
	}
	o := t.obsessions[0]
	return prose.Text{}.Accent(t.req.Locale.Times(o.Plays)).
		Plain(" in "+words.Cardinal(t.req.Locale, o.Last-o.First+1)+words.Plural(o.Last-o.First+1, " day: ", " days: ")).
		Link(words.Untitled(o.Song.Name), web.EntityHref(o.Song.By, o.Song.ID, t.req.Lens)).Plain(".")
}

func (t *told) lede() prose.Text {
	if len(t.obsessions) < 2 {
		return nil
	}
	burnt, kept := 0, 0
	for _, o := range t.obsessions {
		switch o.Fate {
		case insight.BurntOut:
			burnt++
		case insight.Kept:
			kept++
		}
	}
	loc := t.req.Locale
	return prose.Of(loc.Count(len(t.obsessions), "song", "songs") + " had such a week. " + loc.Number(burnt) + " burnt out within a month; " + loc.Number(kept) + " stayed.")
}

// when is the stretch of an obsession: "29 January – 4 February 2021".
func when(o insight.Obsession) string {
	first, last := lens.DateOfNumber(int64(o.First)), lens.DateOfNumber(int64(o.Last))
	return web.Stretch(first, last) + " " + web.YearLabel(last.Year)
}

func (t *told) date(day int) (label, url string) {
	d := lens.DateOfNumber(int64(day))
	return format.Date(words.Civil(d)), web.DayHref(t.req.Lens, d)
}

func (t *told) comebacks() layout.ChapterView {
	n := len(t.artistsBack) + len(t.songsBack)
	return layout.ChapterView{
		ID: "comebacks", Headline: prose.Text{}.Accent(t.req.Locale.Count(n, "return", "returns")).Plain(" after a year of silence or more."),
		Counted: "Silent for at least 365 days that your files speak of; then three plays of a song within 30 days, or ten of an artist within 90. Days that no file covers do not count as silence.",
	}
}

func (t *told) forgotten() layout.ChapterView {
	return layout.ChapterView{
		ID: "forgotten", Headline: prose.Of("Once loved, ").Accent("silent for a year").Plain("."),
		Lede:    prose.Of("Among your most heard, and not played since."),
		Counted: "The top twentieth by hours of the artists and of the songs you played, of which the last 365 covered days of the record have no play.",
	}
}
