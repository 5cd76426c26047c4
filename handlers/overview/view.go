package overview

import (
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// span is the range of days that the page is about: "29 Mar 2018 – 28 Feb 2026".
func span(req *web.Request) string {
	if !req.HasPlays() {
		return ""
	}
	from, to := req.ShownRange()
	return format.Span(words.Civil(from), words.Civil(to))
}

// emptyHero is the headline and lede where no play is in the selection.
func emptyHero(req *web.Request) (headline prose.Text, lede []prose.Text) {
	if req.HasPlays() {
		return prose.Of("Silence."), nil
	}
	if holdings := req.Holdings(); holdings != nil {
		lede = []prose.Text{holdings}
	}
	return prose.Of("No plays here yet."), lede
}

// overviewHeadline is the one big sentence: "351 hours in 2023, or 15 days of
// your life, across 1,233 artists."
func overviewHeadline(req *web.Request, sum dataset.Summary) prose.Text {
	figure, unit, _ := strings.Cut(req.Locale.HoursInWords(sum.Ms), " ")
	if web.OnlyUnknown(sum) {
		figure, unit, _ = strings.Cut(req.PlaysOfUnknownLength(sum), " ")
	}
	t := prose.Text{}.Accent(figure).Plain(" " + unit + words.Selection(req.Lens))
	if days := int((sum.Ms + web.DayMs/2) / web.DayMs); days >= 2 {
		t = t.Plain(", or " + req.Locale.Number(days) + " days of your life")
	}
	switch {
	case sum.Artists > 0:
		t = t.Plain(", across ").Accent(req.Locale.Number(sum.Artists)).Plain(words.Plural(sum.Artists, " artist", " artists"))
	case sum.Shows > 0:
		t = t.Plain(", across ").Accent(req.Locale.Number(sum.Shows)).Plain(words.Plural(sum.Shows, " show", " shows"))
	}
	return t.Plain(".")
}

func overviewLede(req *web.Request, sum dataset.Summary) []prose.Text {
	rows, plays := sum.Rows-sum.UnknownLength, sum.Plays-sum.UnknownLength
	t := prose.Of("Something started playing ")
	t = t.Strong(req.Locale.Times(sum.Rows))
	if req.Lens.Min > 0 && rows > 0 {
		length := "for " + req.Locale.HoursInWords(int64(req.Lens.Min)*1000) + " or more"
		if req.Lens.Min == lens.DefaultMin {
			length = "for at least half a minute"
		}
		switch {
		case sum.UnknownLength > 0:
			t = append(t.Plain("; "), req.KnownLede(rows, plays, length)...)
		case plays == 0 && sum.Rows == 1:
			t = t.Plain(", and did not go on " + length)
		case plays == 0:
			t = t.Plain(", and never went on " + length)
		case sum.Rows == 1:
			t = t.Plain(" and went on " + length)
		case plays == sum.Rows:
			t = t.Plain(" and went on " + length + " every time")
		default:
			t = t.Plain("; ").Strong(req.Locale.Times(plays)).Plain(" it went on " + length)
		}
	}
	lede := append([]prose.Text{t.Plain(".")}, req.UnknownLede(sum)...)
	if share, link, ok := req.Skipped(sum); ok {
		of := " of what started."
		if sum.Ended*10 < sum.Rows*9 { // account data does not say how plays ended
			of = " of the " + req.Locale.Number(sum.Ended) + " whose end is known."
		}
		switch {
		case sum.Skips > 0 && sum.Ended < web.Few:
			lede = append(lede, prose.Of("You skipped ").Link(req.Locale.Number(sum.Skips), link).Plain(of))
		case sum.Skips > 0:
			lede = append(lede, prose.Of("You skipped ").Link(share, link).Plain(of))
		case sum.Rows > 1:
			lede = append(lede, prose.Of("You skipped none"+of))
		}
	}
	if sum.LongestDayMs > 0 && sum.Days > 1 {
		d := sum.LongestDay
		lede = append(lede, prose.Of("Your longest day was ").
			Link(format.Date(words.Civil(d)), web.Href(web.PathHistory, req.Lens.WithRange(d, d))).
			Plain(", with "+req.Locale.HoursInWords(sum.LongestDayMs)+"."))
	}
	return lede
}

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

var View = web.View{
	Path: web.PathHome, Title: "Overview", Group: web.AboutPlays, API: "/summary",
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		return web.Page{Title: "Overview" + words.Selection(req.Lens), Content: page(req, req.Data.Summary(req.Lens))}, nil
	},
	JSON: func(req *web.Request) (any, error) { return newSummaryJSON(req.Data, req.Lens), nil },
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

func newSummaryJSON(d *dataset.Dataset, l lens.Lens) summaryJSON {
	m := d.Summary(l)
	return summaryJSON{
		Rows: m.Rows, Plays: m.Plays, MsPlayed: m.Ms,
		Artists: m.Artists, Albums: m.Albums, Tracks: m.Tracks,
		Shows: m.Shows, Episodes: m.Episodes,
		Audiobooks: m.Audiobooks, AudiobookChapters: m.Chapters,
		Skips: m.Skips, Ended: m.Ended, UnknownLength: m.UnknownLength,
		First: web.RFC3339(m.First), Last: web.RFC3339(m.Last),
		Receipt: web.NewReceiptJSON(d, web.ReceiptOf(d)),
	}
}
