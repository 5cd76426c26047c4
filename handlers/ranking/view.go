package ranking

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func newRankedPageView(req *web.Request, sec web.Section) pageView {
	entries := newRankedListView(req, sec)
	all := req.Data.Rank(web.Kept(req.Lens), sec.By, 0, 1)
	m := pageView{
		Heading:  sec.Title,
		Headline: prose.Of("You listened to ").Accent(req.Locale.Count(all.Total, sec.One, sec.Many)).Plain(words.Selection(req.Lens) + "."),
		Kinds:    req.PagesOf(web.TheCharts),
		Search:   req.Search("Search "+sec.Many, "Search "+sec.Many),
		List:     entries,
	}
	switch {
	case all.Total > 0:
	case req.Data.Rank(lens.Lens{}, sec.By, 0, 1).Total == 0:
		m.Search = list.SearchView{} // nothing could be found
		// Account data names no album, whatever was listened to.
		m.Headline = prose.Of("Your data names no " + sec.Many + ".")
	default:
		m.Headline = prose.Of("You listened to no " + sec.Many + words.Selection(req.Lens) + ".")
	}
	if len(all.Items) > 0 {
		top := all.Items[0]
		m.Lede = prose.Of("Most of all ").Link(words.Untitled(top.Name), web.EntityHref(sec.By, top.ID, req.Lens))
		if top.Creator != "" {
			m.Lede = m.Lede.Plain(" by " + words.Untitled(top.Creator))
		}
		m.Lede = m.Lede.Plain(": ")
		if req.OfUnknownLength(top.Ms, top.Plays) {
			m.Lede = m.Lede.Strong(req.Locale.Count(top.Plays, "play", "plays")).Plain(" of unknown length.")
		} else {
			m.Lede = m.Lede.Strong(req.Locale.HoursInWords(top.Ms))
			if top.Plays == 0 {
				m.Lede = m.Lede.Plain(", never long enough to count as a play.")
			} else {
				m.Lede = m.Lede.Plain(", " + req.Locale.Count(top.Plays, "play", "plays") + ".")
			}
		}
	}
	return m
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
		return web.NewStep(label, sec.Path, req.Lens.WithPage(page), false)
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
		m.Sorts = append(m.Sorts, web.NewStep(o.label, sec.Path, l, o.sort == order))
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
			m := newRankedPageView(req, sec)
			return web.Page{
				Title: sec.Title + words.Selection(req.Lens), Content: page(m), Partial: list.RankedList(m.List),
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
