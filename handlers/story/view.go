package story

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const breakdownRows = 5

// breakdowns are where and on what; one value alone says nothing.
func breakdowns(req *web.Request, total int64) []list.BreakdownView {
	var out []list.BreakdownView
	add := func(id, title, preposition string, shares []insight.Share, name func(string) string, narrow func(*lens.Lens, string)) {
		if len(shares) < 2 {
			return
		}
		b := list.BreakdownView{ID: id, Title: title, Sentence: shareSentence(req, shares, total, preposition, name)}
		for _, s := range shares[:min(len(shares), breakdownRows)] {
			row := list.ShareRowView{
				Label: name(s.Value), Percent: req.Locale.Percent(s.Ms, total), Hours: req.Locale.Hours(s.Ms),
				Share: float64(s.Ms) / float64(max(total, 1)),
			}
			if s.Value != "" {
				l := req.Lens.ClearedPaging()
				narrow(&l, s.Value)
				row.URL = req.Href(l)
			}
			b.Rows = append(b.Rows, row)
		}
		out = append(out, b)
	}
	add("countries", "Where", "in ", insight.Countries(req.Data.Select(req.Lens)), words.CountryName, func(l *lens.Lens, c string) { l.Country = c })
	add("platforms", "On what", "on ", insight.Platforms(req.Data.Select(req.Lens)), words.FamilyName, func(l *lens.Lens, p string) { l.Platform = p })
	return out
}

// shareSentence says how much of the time the largest share has.
func shareSentence(req *web.Request, shares []insight.Share, total int64, preposition string, name func(string) string) string {
	top, there := shares[0].Ms, preposition+words.InSentence(name(shares[0].Value))
	switch share := float64(top) / float64(max(total, 1)); {
	case top == total:
		return "All of it " + there + "."
	case share >= 0.95:
		return "Nearly all of it " + there + "."
	case share >= 0.5:
		return req.Locale.Percent(top, total) + " of it " + there + "."
	}
	return "Most " + there + ", " + req.Locale.Percent(top, total) + " of the hours."
}

// receiptLine accounts for the rows in one sentence.
func receiptLine(req *web.Request) prose.Text {
	totals := req.Data.Receipt().Totals()
	kept := req.Locale.Number(req.Data.Rows()) + " of " + req.Locale.Count(totals.Rows, "row", "rows")
	return prose.Of(kept+" kept; ").Link("every one accounted for", web.Href(web.PathReceipt, web.Kept(req.Lens))).Plain(".")
}

// title is the figure of the headline: "631 hours in 2025".
func title(req *web.Request) string {
	if ms := insight.Days(req.Data.Select(req.Lens)).Total().Ms; ms > 0 {
		return req.Locale.HoursInWords(ms) + words.Selection(req.Lens)
	}
	return "Story" + words.Selection(req.Lens)
}

// View is the story: what a person reads first.
var View = web.View{
	Path: web.PathHome, Title: "Story", Group: web.TheStory, API: "/summary",
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		return web.Page{Title: title(req), Content: page(req, req.Data.Summary(req.Lens))}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		m := req.Data.Summary(req.Lens)
		return summaryJSON{
			m.Rows, m.Plays, m.Ms, m.Artists, m.Albums, m.Tracks, m.Shows, m.Episodes, m.Audiobooks, m.Chapters, m.Skips, m.Ended, m.UnknownLength,
			web.RFC3339(m.First), web.RFC3339(m.Last), web.NewReceiptJSON(req.Data, web.ReceiptOf(req.Data)),
		}, nil
	},
}

type summaryJSON struct {
	Rows              int             `json:"rows"`
	Plays             int             `json:"plays"`
	MsPlayed          int64           `json:"ms_played"`
	Artists           int             `json:"artists"`
	Albums            int             `json:"albums"`
	Tracks            int             `json:"tracks"`
	Shows             int             `json:"shows"`
	Episodes          int             `json:"episodes"`
	Audiobooks        int             `json:"audiobooks"`
	AudiobookChapters int             `json:"audiobook_chapters"`
	Skips             int             `json:"skips"`
	Ended             int             `json:"ended"`          // of which is known how they ended
	UnknownLength     int             `json:"unknown_length"` // plays that add no time, because no file tells how long they were
	First             *string         `json:"first"`
	Last              *string         `json:"last"`
	Receipt           web.ReceiptJSON `json:"receipt"`
}
