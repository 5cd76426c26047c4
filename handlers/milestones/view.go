// Package milestones shows the plays with which round numbers were reached, and the
// anniversaries that are near.
package milestones

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// View is the page.
var View = web.View{
	Path: web.PathMilestones, Title: "Milestones", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		list := insight.Milestones(req.Data.Select(req.Lens))
		return web.Page{Title: "Milestones" + words.Selection(req.Lens), Content: page(req, list, near(req))}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		list := web.Each(insight.Milestones(req.Data.Select(req.Lens)), func(m insight.Milestone) milestoneJSON {
			return milestoneJSON{kinds[m.Kind].code, m.N, *web.DateJSON(m.Day), web.NewEntityJSON(m.Play)}
		})
		return map[string]any{"milestones": list}, nil
	},
}

type milestoneJSON struct {
	Kind string         `json:"kind"` // play, artist, song, hour
	N    int            `json:"n"`
	Date string         `json:"date"`
	Play web.EntityJSON `json:"play"`
}

// kinds are what milestones are called.
var kinds = [...]struct{ code, one, many string }{
	insight.MilestonePlay:   {"play", "play", "plays"},
	insight.MilestoneArtist: {"artist", "artist", "artists"},
	insight.MilestoneSong:   {"song", "song", "songs"},
	insight.MilestoneHour:   {"hour", "hour", "hours"},
}

// title is "10,000 plays", and "First play" for the first.
func title(loc format.Locale, m insight.Milestone) string {
	if m.N == 1 {
		return "First " + kinds[m.Kind].one
	}
	return loc.Count(m.N, kinds[m.Kind].one, kinds[m.Kind].many)
}

func headline(req *web.Request, list []insight.Milestone) prose.Text {
	if len(list) == 0 {
		return prose.Of("No milestone yet" + words.Selection(req.Lens) + ".")
	}
	last := list[len(list)-1]
	if len(list) == 1 {
		return prose.Of("It began on ").Accent(format.Date(words.Civil(lens.DateOfNumber(int64(last.Day))))).Plain(".")
	}
	return prose.Of("The latest: ").Accent(title(req.Locale, last)).Plain(", on " + format.Date(words.Civil(lens.DateOfNumber(int64(last.Day)))) + ".")
}

// fortnight is how many days before and after an anniversary it is told.
const fortnight = 14

// near are the anniversaries of the artists with most time.
func near(req *web.Request) []insight.Anniversary {
	today := lens.DateIn(req.Now().Unix(), req.Lens.Zone())
	return insight.Anniversaries(req.Data.Select(web.Unbounded(req.Lens)), today, fortnight)
}
