package playlists

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

var playlistItemOrders = []web.Order[web.Item]{
	{Value: "playlist", Label: "As in the playlist", Compare: func(*web.Item, *web.Item) int { return 0 }},
	web.ItemsByHours, web.ItemsByPlays, web.ItemsByLast, web.ItemsByAdded, web.ItemsByName,
}

func playlistItemsOf(req *web.Request, p *account.Playlist) (*web.Collection[web.Item], error) {
	items := make([]web.Item, len(p.Items))
	for i, heard := range account.ItemPlays(req.Data, req.Played(), p) {
		it := &p.Items[i]
		items[i] = web.Item{Item: it.Item, By: web.LikelyBy(it.Item), Kind: web.ItemKindWords[it.Kind], Added: it.Added, Heard: heard}
		items[i].FillNames(req.Data)
	}
	return web.Sorted(req, web.Collection[web.Item]{
		Label: "Items", One: "item", Many: "items", Head: "Title",
		LooksAt: "the names of tracks, artists and albums in this playlist",
		None:    "This playlist is empty.",
		Items:   items, Names: (*web.Item).Names, Orders: playlistItemOrders,
		Columns: slices.Concat([]list.ColumnView{{Label: "Added"}}, req.HeardColumns()),
		Row: func(t *web.Item) list.TableRowView {
			r := t.Row(req)
			r.Cells = slices.Concat([]list.CellView{web.DateCell(t.Added)}, web.HeardCells(req, t.Heard))
			return r
		},
	})
}

func buildPlaylist(req *web.Request) (list.CollectionView, error) {
	p, ok := req.Account().Playlist(req.ID)
	if !ok {
		return list.CollectionView{}, web.ErrNotFound
	}
	entries, err := playlistItemsOf(req, p)
	if err != nil {
		return list.CollectionView{}, err
	}
	heard := playlistHeard(req, p)
	m := list.CollectionView{
		Eyebrow: "Playlist",
		Trail:   []layout.LinkView{{Label: "All playlists", URL: web.Href(web.PathPlaylists, web.Kept(req.Lens))}},
		Title:   words.Untitled(p.DisplayName),
		Search:  entries.Search(req), List: entries.List(req),
	}
	m.Search.Label, m.Search.Placeholder = "Search this playlist", "Search this playlist"
	switch {
	case len(p.Items) == 0:
		m.Headline = prose.Of("There is nothing in it.")
	case !req.HasPlays():
		m.Headline = prose.Of(req.Locale.Count(len(p.Items), "item", "items") + ".")
	case heard.Plays == 0:
		m.Headline = prose.Of(words.Capital(req.Never())).Plain(": none of its " + req.Locale.Count(len(p.Items), "item", "items") + ".")
	default:
		m.Headline = prose.Text{}.Strong(req.Locale.HoursInWords(heard.Ms)).Plain(" in ").
			Plain(req.Locale.Count(heard.Plays, "play", "plays")).Plain(" of its ").
			Plain(req.Locale.Count(len(p.Items), "item", "items")).Plain(". ")
		m.Headline = append(m.Headline, unplayedSentence(req, req.HasExtended(), heard.Items, heard.NeverPlayed, prose.Text.Strong)...)
	}
	if p.Description != "" {
		m.Lede = prose.Of("“" + p.Description + "”")
	}
	m.Facts = newPlaylistPageFacts(req, p, heard)
	return m, nil
}

// playlistHeard is what was heard of one playlist.
func playlistHeard(req *web.Request, p *account.Playlist) account.PlaylistPlays {
	a := req.Account()
	for i, heard := range a.PlaylistPlays(req.Data, req.Played()) {
		if &a.Playlists[i] == p {
			return heard
		}
	}
	return account.PlaylistPlays{}
}

func newPlaylistPageFacts(req *web.Request, p *account.Playlist, heard account.PlaylistPlays) []list.FactView {
	items := list.FactView{Label: "Items", Value: prose.Of(req.Locale.Number(len(p.Items)))}
	if heard.Items < len(p.Items) {
		items.Note = req.Locale.Number(heard.Items) + " different ones"
	}
	facts := []list.FactView{items}
	add := func(label string, value prose.Text) {
		facts = append(facts, list.FactView{Label: label, Value: value})
	}
	if len(p.Items) > 0 && req.HasPlays() {
		add(words.Capital(req.Never()), prose.Of(req.Locale.Number(heard.NeverPlayed)))
	}
	if heard.Last > 0 {
		d := lens.DateIn(heard.Last, req.Lens.Zone())
		add("Last played", prose.Text{}.Link(format.Date(words.Civil(d)), web.Href(web.PathHistory, web.Kept(req.Lens).WithRange(d, d))))
	}
	if !p.Modified.IsZero() {
		add("Changed", prose.Of(format.Date(words.Civil(p.Modified))))
	}
	if p.Followers > 0 {
		add("Followers", prose.Of(req.Locale.Number(p.Followers)))
	}
	if p.Collaborators > 0 {
		add("Made with", prose.Of(req.Locale.Count(p.Collaborators, "other", "others")))
	}
	if !p.Current {
		facts = append(facts, list.FactView{
			Label: "Package", Value: prose.Of(p.Package), Note: "your newest package does not hold it",
		})
	}
	return facts
}
