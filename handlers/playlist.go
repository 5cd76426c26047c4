package handlers

import (
	"slices"

	"github.com/labstack/echo/v4"

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

func playlistItemsOf(v view, p *account.Playlist, orderValue string) (*collection[thing], error) {
	o, err := orderBy(orderValue, playlistItemOrders)
	if err != nil {
		return nil, err
	}
	items := make([]thing, len(p.Items))
	for i, heard := range account.ItemPlays(v.data, v.played(), p) {
		it := &p.Items[i]
		items[i] = thing{Item: it.Item, by: likelyBy(it.Item), kind: itemKindWords[it.Kind], added: it.Added, heard: heard}
		items[i].fillNames(v.data)
	}
	return &collection[thing]{
		label: "Items", one: "item", many: "items", head: "Title",
		looksAt: "the names of tracks, artists and albums in this playlist",
		none:    "This playlist is empty.",
		items:   items, names: (*thing).names, orders: playlistItemOrders, order: o,
		columns: slices.Concat([]partials.ColumnView{{Label: "Added"}}, v.heardColumns()),
		row: func(t *thing) partials.TableRowView {
			r := t.row(v)
			r.Cells = slices.Concat([]partials.CellView{dateCell(t.added)}, heardCells(v, t.heard))
			return r
		},
	}, nil
}

func buildPlaylist(c echo.Context, v *view) (string, pages.CollectionPageView, error) {
	var none pages.CollectionPageView
	p, ok := v.account().Playlist(c.Param("id"))
	if !ok {
		return "", none, errNotFound
	}
	list, err := playlistItemsOf(*v, p, c.QueryParam(fieldOrder))
	if err != nil {
		return "", none, err
	}
	v.own = list.own(list.order, nil)
	return untitled(p.DisplayName), newPlaylistPageView(*v, p, list), nil
}

func newPlaylistPageView(v view, p *account.Playlist, list *collection[thing]) pages.CollectionPageView {
	heard := playlistHeard(v, p)
	m := pages.CollectionPageView{
		Eyebrow: "Playlist",
		Trail:   []layout.LinkView{{Label: "All playlists", URL: href(pathPlaylists, kept(v.lens))}},
		Title:   untitled(p.DisplayName),
		Search:  list.search(v), List: list.list(v, nil),
	}
	m.Search.Label, m.Search.Placeholder = "Search this playlist", "Search this playlist"
	switch {
	case len(p.Items) == 0:
		m.Headline = prose.Of("There is nothing in it.")
	case !v.hasPlays():
		m.Headline = prose.Of(v.loc.Count(len(p.Items), "item", "items") + ".")
	case heard.Plays == 0:
		m.Headline = prose.Of(capital(v.never())).Plain(": none of its " + v.loc.Count(len(p.Items), "item", "items") + ".")
	default:
		m.Headline = prose.Text{}.Strong(v.loc.HoursInWords(heard.Ms)).Plain(" in ").
			Plain(v.loc.Count(heard.Plays, "play", "plays")).Plain(" of its ").
			Plain(v.loc.Count(len(p.Items), "item", "items")).Plain(". ")
		m.Headline = append(m.Headline, unplayedSentence(v, v.hasExtended(), heard.Items, heard.NeverPlayed, prose.Text.Strong)...)
	}
	if p.Description != "" {
		m.Lede = prose.Of("“" + p.Description + "”")
	}
	m.Facts = newPlaylistPageFacts(v, p, heard)
	return m
}

// playlistHeard is what was heard of one playlist.
func playlistHeard(v view, p *account.Playlist) account.PlaylistPlays {
	a := v.account()
	for i, heard := range a.PlaylistPlays(v.data, v.played()) {
		if &a.Playlists[i] == p {
			return heard
		}
	}
	return account.PlaylistPlays{}
}

func newPlaylistPageFacts(v view, p *account.Playlist, heard account.PlaylistPlays) []partials.FactView {
	items := partials.FactView{Label: "Items", Value: prose.Of(v.loc.Number(len(p.Items)))}
	if heard.Items < len(p.Items) {
		items.Note = v.loc.Number(heard.Items) + " different ones"
	}
	facts := []partials.FactView{items}
	add := func(label string, value prose.Text) {
		facts = append(facts, partials.FactView{Label: label, Value: value})
	}
	if len(p.Items) > 0 && v.hasPlays() {
		add(capital(v.never()), prose.Of(v.loc.Number(heard.NeverPlayed)))
	}
	if heard.Last > 0 {
		d := dataset.DateIn(heard.Last, v.lens.Zone())
		add("Last played", prose.Text{}.Link(format.Date(civil(d)), href(pathHistory, kept(v.lens).WithRange(d, d))))
	}
	if !p.Modified.IsZero() {
		add("Changed", prose.Of(format.Date(civil(p.Modified))))
	}
	if p.Followers > 0 {
		add("Followers", prose.Of(v.loc.Number(p.Followers)))
	}
	if p.Collaborators > 0 {
		add("Made with", prose.Of(v.loc.Count(p.Collaborators, "other", "others")))
	}
	if !p.Current {
		facts = append(facts, partials.FactView{
			Label: "Package", Value: prose.Of(p.Package), Note: "your newest package does not hold it",
		})
	}
	return facts
}
