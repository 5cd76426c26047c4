// Package example is the smallest view: how many months in a row somebody played
// something. It shows what a view needs, as CONTRIBUTING.md explains, and only the
// tests serve it.
package example

import (
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// View is all that the list of views needs to know: routes, partial, answer of the
// API and place in the navigation follow from it.
var View = web.View{
	Path: "/streaks", Title: "Streaks", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		return web.Page{Title: "Streaks" + words.Selection(req.Lens), Content: page(longestOf(req), req.Locale)}, nil
	},
	JSON: func(req *web.Request) (any, error) { return longestOf(req), nil },
}

// A streak is a run of months, each with a play, named by their first days.
type streak struct {
	Months int    `json:"months"`
	First  string `json:"first"`
	Last   string `json:"last"`
}

func longestOf(req *web.Request) streak {
	return longest(req.Data.Months(req.Lens), req.Lens.From, req.Lens.To)
}

// longest returns the first of the longest streaks from one day to another. The
// series has no gaps, and goes beyond these days.
func longest(months []dataset.Month, from, to lens.Date) streak {
	var best, current streak
	for _, m := range months {
		before := !from.IsZero() && m.Date.NextMonth().Compare(from) <= 0
		after := !to.IsZero() && m.Date.Compare(to) > 0
		if m.Plays == 0 || before || after {
			current = streak{}
			continue
		}
		if current.Months == 0 {
			current.First = m.Date.String()
		}
		current.Months++
		current.Last = m.Date.String()
		if current.Months > best.Months {
			best = current
		}
	}
	return best
}
