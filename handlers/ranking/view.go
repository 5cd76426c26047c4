package ranking

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// named reports whether the data names anything of a section. Account data names no
// album, whatever was listened to.
func named(req *web.Request, sec web.Section) bool {
	return req.Data.Rank(lens.Lens{}, sec.By, 0, 1).Total > 0
}

func headline(req *web.Request, sec web.Section, total int) prose.Text {
	switch {
	case total > 0:
		return prose.Of("You listened to ").Accent(req.Locale.Count(total, sec.One, sec.Many)).Plain(words.Selection(req.Lens) + ".")
	case named(req, sec):
		return prose.Of("You listened to no " + sec.Many + words.Selection(req.Lens) + ".")
	}
	return prose.Of("Your data names no " + sec.Many + ".")
}

// lede tells of what was heard most.
func lede(req *web.Request, top dataset.Ranked) prose.Text {
	t := web.EntityLink(prose.Of("Most of all "), top.Entity, req.Lens)
	if top.Creator != "" {
		t = t.Plain(" by " + words.Untitled(top.Creator))
	}
	t = t.Plain(": ")
	plays := req.Locale.Count(top.Plays, "play", "plays")
	if req.OfUnknownLength(top.Ms, top.Plays) {
		return t.Strong(plays).Plain(" of unknown length.")
	}
	t = t.Strong(req.Locale.HoursInWords(top.Ms))
	if top.Plays == 0 {
		return t.Plain(", never long enough to count as a play.")
	}
	return t.Plain(", " + plays + ".")
}

var sorts = []struct {
	sort  lens.Sort
	label string
}{
	{lens.SortHours, "Hours"},
	{lens.SortPlays, "Plays"},
	{lens.SortName, "Name"},
	{lens.SortFirst, "First heard"},
	{lens.SortLast, "Last heard"},
}

func newRankedListView(req *web.Request, sec web.Section) list.RankedListView {
	page := max(req.Lens.Page, 1)
	r := req.Data.Rank(req.Lens, sec.By, (page-1)*web.RankingPageSize, web.RankingPageSize)
	m := list.RankedListView{Frame: req.Frame("List", r.Total, sec.One, sec.Many), Rows: web.NewRows(req, sec.By, r, true)}
	m.Pager = req.Pager(len(r.Items), r.Total, func(label string, page int) list.StepView {
		return web.NewStep(label, sec.Path, nil, req.Lens.WithPage(page))
	})
	sorts := sorts
	if r.Total == 0 {
		sorts = nil
	}
	order := req.Lens.Sort
	if order == "" {
		order = lens.SortHours
	}
	for _, o := range sorts {
		l := req.Lens.WithSort(o.sort)
		if o.sort == lens.SortHours {
			l.Sort = ""
		}
		step := web.NewStep(o.label, sec.Path, nil, l)
		step.Current = o.sort == order
		m.Sorts = append(m.Sorts, step)
	}
	switch {
	case len(m.Rows) > 0:
	case r.Total > 0:
		m.Empty = req.BeyondEnd(r.Total, m.Count)
	default:
		m.Empty = new(web.NewEmptyView(req, sec.Many))
	}
	return m
}

// View is the list page of a section.
func View(sec web.Section) web.View {
	return web.View{
		Path: sec.Path, Title: sec.Title, Group: web.TheCharts, API: "/top" + sec.Path, Covers: sec.Covers,
		Holds: func(req *web.Request) bool {
			return req.Data.Rank(lens.Lens{Min: req.Lens.Min}, sec.By, 0, 1).Total > 0
		},
		Page: func(req *web.Request) (web.Page, error) {
			ranked := newRankedListView(req, sec)
			return web.Page{
				Title: sec.Title + words.Selection(req.Lens), Content: page(req, sec, ranked), Partial: list.RankedList(ranked),
			}, nil
		},
		JSON: func(req *web.Request) (any, error) { return topJSON(req, sec.By) },
	}
}

// Answer is a ranking that only the API gives.
func Answer(sec web.Section) web.View {
	return web.View{API: "/top" + sec.Path, JSON: func(req *web.Request) (any, error) { return topJSON(req, sec.By) }}
}

type rankedJSON struct {
	Rank     int     `json:"rank"`
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Artist   string  `json:"artist"`
	Album    string  `json:"album,omitempty"`
	URI      string  `json:"uri"`
	MsPlayed int64   `json:"ms_played"`
	Plays    int     `json:"plays"`
	Rows     int     `json:"rows"`
	First    *string `json:"first"`
	Last     *string `json:"last"`
}

func topJSON(req *web.Request, by lens.EntityKind) (any, error) {
	limit, err := req.Limit()
	if err != nil {
		return nil, err
	}
	page := max(req.Lens.Page, 1)
	r := req.Data.Rank(req.Lens, by, (page-1)*limit, limit)
	out := web.ListJSON[rankedJSON]{Total: r.Total, Items: web.Each(r.Items, func(it dataset.Ranked) rankedJSON {
		artist := it.Creator
		if it.By == lens.Artist {
			artist = it.Name
		}
		return rankedJSON{
			Rank: it.Rank, ID: it.ID, Name: it.Name, Artist: artist, Album: it.Collection,
			URI:      req.Uri(it.URI, it.By == lens.Track, artist, it.Name),
			MsPlayed: it.Ms, Plays: it.Plays, Rows: it.Rows, First: web.RFC3339(it.First), Last: web.RFC3339(it.Last),
		}
	})}
	if page*limit < r.Total {
		out.Next = new(page + 1)
	}
	return out, nil
}
