package handlers

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// itemKindWords are what an item is called that is no track of Spotify's.
var itemKindWords = map[account.Kind]string{
	account.KindEpisode: "episode", account.KindAudiobook: "audiobook",
	account.KindLocal: "local file", account.KindNothing: "nothing",
}

var playlistItemOrders = []order[thing]{
	{"playlist", "As in the playlist", func(*thing, *thing) int { return 0 }},
	thingsByHours, thingsByPlays, thingsByLast, thingsByAdded, thingsByName,
}

func playlistItemsOf(req *Request, p *account.Playlist, orderValue string) (*collection[thing], error) {
	o, err := orderBy(orderValue, playlistItemOrders)
	if err != nil {
		return nil, err
	}
	items := make([]thing, len(p.Items))
	for i, heard := range account.ItemPlays(req.Data, req.played(), p) {
		it := &p.Items[i]
		items[i] = thing{Item: it.Item, by: likelyBy(it.Item), kind: itemKindWords[it.Kind], added: it.Added, heard: heard}
		items[i].fillNames(req.Data)
	}
	return &collection[thing]{
		label: "Items", one: "item", many: "items", head: "Title",
		looksAt: "the names of tracks, artists and albums in this playlist",
		none:    "This playlist is empty.",
		items:   items, names: (*thing).names, orders: playlistItemOrders, order: o,
		columns: slices.Concat([]partials.ColumnView{{Label: "Added"}}, req.heardColumns()),
		row: func(t *thing) partials.TableRowView {
			r := t.row(req)
			r.Cells = slices.Concat([]partials.CellView{dateCell(t.added)}, heardCells(req, t.heard))
			return r
		},
	}, nil
}

func buildPlaylist(req *Request) (string, pages.CollectionPageView, error) {
	var none pages.CollectionPageView
	p, ok := req.account().Playlist(req.ID)
	if !ok {
		return "", none, errNotFound
	}
	list, err := playlistItemsOf(req, p, req.Query.Get(fieldOrder))
	if err != nil {
		return "", none, err
	}
	req.Own = list.own(list.order, nil)
	return untitled(p.DisplayName), newPlaylistPageView(req, p, list), nil
}

func newPlaylistPageView(req *Request, p *account.Playlist, list *collection[thing]) pages.CollectionPageView {
	heard := playlistHeard(req, p)
	m := pages.CollectionPageView{
		Eyebrow: "Playlist",
		Trail:   []layout.LinkView{{Label: "All playlists", URL: href(pathPlaylists, kept(req.Lens))}},
		Title:   untitled(p.DisplayName),
		Search:  list.search(req), List: list.list(req, nil),
	}
	m.Search.Label, m.Search.Placeholder = "Search this playlist", "Search this playlist"
	switch {
	case len(p.Items) == 0:
		m.Headline = prose.Of("There is nothing in it.")
	case !req.hasPlays():
		m.Headline = prose.Of(req.Locale.Count(len(p.Items), "item", "items") + ".")
	case heard.Plays == 0:
		m.Headline = prose.Of(capital(req.never())).Plain(": none of its " + req.Locale.Count(len(p.Items), "item", "items") + ".")
	default:
		m.Headline = prose.Text{}.Strong(req.Locale.HoursInWords(heard.Ms)).Plain(" in ").
			Plain(req.Locale.Count(heard.Plays, "play", "plays")).Plain(" of its ").
			Plain(req.Locale.Count(len(p.Items), "item", "items")).Plain(". ")
		m.Headline = append(m.Headline, unplayedSentence(req, req.hasExtended(), heard.Items, heard.NeverPlayed, prose.Text.Strong)...)
	}
	if p.Description != "" {
		m.Lede = prose.Of("“" + p.Description + "”")
	}
	m.Facts = newPlaylistPageFacts(req, p, heard)
	return m
}

// playlistHeard is what was heard of one playlist.
func playlistHeard(req *Request, p *account.Playlist) account.PlaylistPlays {
	a := req.account()
	for i, heard := range a.PlaylistPlays(req.Data, req.played()) {
		if &a.Playlists[i] == p {
			return heard
		}
	}
	return account.PlaylistPlays{}
}

func newPlaylistPageFacts(req *Request, p *account.Playlist, heard account.PlaylistPlays) []partials.FactView {
	items := partials.FactView{Label: "Items", Value: prose.Of(req.Locale.Number(len(p.Items)))}
	if heard.Items < len(p.Items) {
		items.Note = req.Locale.Number(heard.Items) + " different ones"
	}
	facts := []partials.FactView{items}
	add := func(label string, value prose.Text) {
		facts = append(facts, partials.FactView{Label: label, Value: value})
	}
	if len(p.Items) > 0 && req.hasPlays() {
		add(capital(req.never()), prose.Of(req.Locale.Number(heard.NeverPlayed)))
	}
	if heard.Last > 0 {
		d := dataset.DateIn(heard.Last, req.Lens.Zone())
		add("Last played", prose.Text{}.Link(format.Date(civil(d)), href(pathHistory, kept(req.Lens).WithRange(d, d))))
	}
	if !p.Modified.IsZero() {
		add("Changed", prose.Of(format.Date(civil(p.Modified))))
	}
	if p.Followers > 0 {
		add("Followers", prose.Of(req.Locale.Number(p.Followers)))
	}
	if p.Collaborators > 0 {
		add("Made with", prose.Of(req.Locale.Count(p.Collaborators, "other", "others")))
	}
	if !p.Current {
		facts = append(facts, partials.FactView{
			Label: "Package", Value: prose.Of(p.Package), Note: "your newest package does not hold it",
		})
	}
	return facts
}
