// Package search finds artists, albums, tracks, shows, playlists and pages by what
// they are called.
package search

import (
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// most is how many of each kind are shown.
const most = 8

// View is the search of everything.
var View = web.View{
	Path: web.PathSearch, Title: "Search",
	Page: func(req *web.Request) (web.Page, error) {
		f := find(req)
		return web.Page{Title: f.title(), Content: page(f), Undated: true}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		f := find(req)
		things := make(map[lens.EntityKind][]web.ThingJSON)
		for _, g := range f.groups {
			things[g.sec.By] = web.Each(g.items, func(it dataset.Ranked) web.ThingJSON {
				return web.ThingJSON{EntityJSON: web.NewEntityJSON(it.Entity), Plays: it.Plays, MsPlayed: it.Ms}
			})
		}
		page := func(p layout.LinkView) pageJSON { return pageJSON{p.Label, p.URL} }
		return searchJSON{
			f.q, things[lens.Artist], things[lens.Album], things[lens.Track], things[lens.Show], things[lens.Audiobook],
			web.Each(f.playlists, page), web.Each(f.pages, page),
		}, nil
	},
}

type searchJSON struct {
	Query      string          `json:"q"`
	Artists    []web.ThingJSON `json:"artists,omitempty"`
	Albums     []web.ThingJSON `json:"albums,omitempty"`
	Tracks     []web.ThingJSON `json:"tracks,omitempty"`
	Shows      []web.ThingJSON `json:"shows,omitempty"`
	Audiobooks []web.ThingJSON `json:"audiobooks,omitempty"`
	Playlists  []pageJSON      `json:"playlists"`
	Pages      []pageJSON      `json:"pages"`
}

type pageJSON struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// found is what a search has found.
type found struct {
	req       *web.Request
	q         string
	groups    []group
	playlists []layout.LinkView
	pages     []layout.LinkView
}

// group are the things of a kind, those with most time first.
type group struct {
	sec   web.Section
	items []dataset.Ranked
	total int
}

func find(req *web.Request) *found {
	f := &found{req: req, q: req.Lens.Q}
	asked := req.Lens.Words()
	if len(asked) == 0 {
		return f
	}
	l := f.lens().WithQ(f.q)
	for _, sec := range []web.Section{web.Artists, web.Albums, web.Tracks, web.Shows, web.Audiobooks} {
		if r := req.Data.Rank(l, sec.By, 0, most); r.Total > 0 {
			f.groups = append(f.groups, group{sec, r.Items, r.Total})
		}
	}
	names := func(label string) bool { return web.Matches([]string{label}, asked) }
	for _, p := range req.Account().Playlists {
		if len(f.playlists) < most && names(p.Name) {
			f.playlists = append(f.playlists, layout.LinkView{Label: words.Untitled(p.Name), URL: web.Href(web.PathPlaylists+"/"+p.ID, web.Kept(req.Lens))})
		}
	}
	for _, g := range req.Pages() {
		for _, link := range g.Links {
			if names(link.Label) || strings.HasPrefix(fold.Key(g.Label), asked[0]) {
				f.pages = append(f.pages, link)
			}
		}
	}
	return f
}

func (f *found) title() string {
	if f.q == "" {
		return "Search"
	}
	return "Search for “" + f.q + "”"
}

// lens is that of the pages found: all time, without the search.
func (f *found) lens() lens.Lens { return web.Unbounded(web.Kept(f.req.Lens)) }

func (f *found) headline() prose.Text {
	if f.q == "" {
		return prose.Of("What are you looking for?")
	}
	n := len(f.playlists) + len(f.pages)
	for _, g := range f.groups {
		n += g.total
	}
	if n == 0 {
		return prose.Of("Nothing here is called “" + f.q + "”.")
	}
	return prose.Text{}.Accent(f.req.Locale.Count(n, "thing", "things")).Plain(" called “" + f.q + "”.")
}
