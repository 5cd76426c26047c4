// Package eras divides a listening life into stretches in which much the same
// artists were heard.
package eras

import (
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// maxName bounds the name that somebody gives an era, in characters.
const maxName = 60

// View is the page of the eras. Names that somebody gives them stand in the
// address: name1, name2 and so on.
var View = web.View{
	Path: web.PathEras, Title: "Eras", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		eras := insight.Eras(req.Data.Select(req.Lens))
		t := &told{req, eras, names(req, len(eras))}
		for i, name := range t.names {
			if name != "" {
				req.Own = append(req.Own, layout.FieldView{Name: fieldName(i), Value: name})
			}
		}
		return web.Page{Title: "Eras" + words.Selection(req.Lens), Content: page(t)}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		list := []eraJSON{}
		for _, e := range insight.Eras(req.Data.Select(req.Lens)) {
			era := eraJSON{From: e.From.String(), To: e.To.String(), Months: e.Months, MsPlayed: e.Ms}
			for _, a := range e.Artists {
				era.Artists = append(era.Artists, artistJSON{web.NewThingJSON(a.Thing), a.AllMs})
			}
			list = append(list, era)
		}
		return map[string]any{"eras": list, "penalty": insight.EraPenalty}, nil
	},
}

type eraJSON struct {
	From     string       `json:"from"`
	To       string       `json:"to"`
	Months   int          `json:"months"` // with music
	MsPlayed int64        `json:"ms_played"`
	Artists  []artistJSON `json:"artists"`
}

type artistJSON struct {
	web.ThingJSON
	AllMs int64 `json:"all_ms_played"`
}

type told struct {
	req   *web.Request
	eras  []insight.Era
	names []string
}

func fieldName(i int) string { return "name" + strconv.Itoa(i+1) }

func names(req *web.Request, n int) []string {
	list := make([]string, n)
	for i := range list {
		name := []rune(req.Query.Get(fieldName(i)))
		list[i] = string(name[:min(maxName, len(name))])
	}
	return list
}

func (t *told) headline() prose.Text {
	switch n := len(t.eras); n {
	case 0:
		return prose.Of("Not enough months with music to tell eras apart" + words.Selection(t.req.Lens) + ".")
	case 1:
		return prose.Of("All of it is ").Accent("one era").Plain(".")
	default:
		return prose.Text{}.Accent(words.Capital(words.Cardinal(t.req.Locale, n)) + " eras").Plain(" in your listening" + words.Selection(t.req.Lens) + ".")
	}
}

// years is when an era was, in years: "2021–22".
func years(e insight.Era) string {
	if e.From.Year == e.To.Year {
		return web.YearLabel(e.From.Year)
	}
	return web.YearLabel(e.From.Year) + "–" + web.YearLabel(e.To.Year)[2:]
}

func (t *told) lensOf(e insight.Era) lens.Lens { return t.req.Lens.WithRange(e.From, e.To) }

// sentence says what sets an era apart: "73% of all you ever heard of Skiims."
func (t *told) sentence(e insight.Era) prose.Text {
	var best insight.EraArtist
	for _, a := range e.Artists {
		if best.AllMs == 0 || a.Ms*best.AllMs > best.Ms*a.AllMs {
			best = a
		}
	}
	if best.AllMs == 0 || best.Ms*2 < best.AllMs {
		return nil
	}
	share := t.req.Locale.Percent(best.Ms, best.AllMs) + " of all you ever heard of "
	if best.Ms == best.AllMs {
		share = "Everything you ever heard of "
	}
	return web.EntityLink(prose.Of(share), best.Entity, t.lensOf(e)).Plain(".")
}

const counted = "Each month with music is a list of its artists, weighted by the root of their time. The months are cut into stretches of at least three so that months resemble their stretch as closely as possible: the sum of 1 − cosine to the stretch’s centre is least, where every stretch costs 1.5. A stretch is named after the artists that set it apart: those with the greatest p·ln(p/q), p being an artist’s part of the stretch and q of everything."

// hue is the colour of an era: that of the artist who sets it apart most.
func hue(e insight.Era) string {
	if len(e.Artists) == 0 {
		return ""
	}
	return identity.Class(words.IdentityOf(e.Artists[0].Entity))
}
