package playlists

import (
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	pathPlaylistTracks = web.PathPlaylists + "/tracks"
	playlistCardSize   = 6
)

// A playlist is one of the account's, with what was heard of it.
type playlist struct {
	*account.Playlist
	heard account.PlaylistPlays
}

var playlistOrders = []web.Order[playlist]{
	{Value: "hours", Label: "Hours", Compare: func(x, y *playlist) int { return cmp.Compare(y.heard.Ms, x.heard.Ms) }},
	{Value: "plays", Label: "Plays", Compare: func(x, y *playlist) int { return cmp.Compare(y.heard.Plays, x.heard.Plays) }},
	{Value: "items", Label: "Items", Compare: func(x, y *playlist) int { return cmp.Compare(len(y.Items), len(x.Items)) }},
	{Value: "never", Label: "Unplayed", Compare: func(x, y *playlist) int { return cmp.Compare(y.heard.NeverPlayed, x.heard.NeverPlayed) }},
	{Value: "last", Label: "Last played", Compare: func(x, y *playlist) int { return cmp.Compare(y.heard.Last, x.heard.Last) }},
	{Value: "modified", Label: "Changed", Compare: func(x, y *playlist) int { return y.Modified.Compare(x.Modified) }},
	{Value: "name", Label: "Name", Compare: nil},
}

// playlistsOf are all playlists.
func playlistsOf(req *web.Request) (*web.Collection[playlist], error) {
	a := req.Account()
	items := make([]playlist, len(a.Playlists))
	for i, heard := range a.PlaylistPlays(req.Data, req.Played()) {
		items[i] = playlist{&a.Playlists[i], heard}
	}
	return web.Sorted(req, web.Collection[playlist]{
		Label: "Playlists", One: "playlist", Many: "playlists", Head: "Playlist",
		LooksAt: "the names and descriptions of your playlists",
		None:    "There are no playlists.",
		Items:   items, Orders: playlistOrders,
		Names:   func(p *playlist) []string { return []string{p.DisplayName, p.Description} },
		Columns: playlistColumns(req),
		Row:     func(p *playlist) list.TableRowView { return newPlaylistRow(req, p) },
	})
}

func playlistColumns(req *web.Request) []list.ColumnView {
	columns := []list.ColumnView{{Label: "Items", Figure: true}}
	if req.HasPlays() {
		columns = append(append(columns, list.ColumnView{Label: words.Capital(req.Never()), Figure: true}), req.HeardColumns()...)
	}
	return append(columns, list.ColumnView{Label: "Changed"})
}

func newPlaylistRow(req *web.Request, p *playlist) list.TableRowView {
	r := list.TableRowView{Name: words.Untitled(p.DisplayName), URL: playlistHref(req, p.Playlist)}
	if !p.Current {
		r.Detail = "only in an older package"
	}
	items, changed := list.CellView{Text: req.Locale.Number(len(p.Items))}, web.DateCell(p.Modified)
	if !req.HasPlays() {
		r.Cells = []list.CellView{items, changed}
		return r
	}
	r.Quiet = p.heard.Plays == 0
	heard := web.HeardCells(req, dataset.Stats{Rows: p.heard.Plays, Plays: p.heard.Plays, Ms: p.heard.Ms, Last: p.heard.Last})
	unplayed := list.CellView{}
	if len(p.Items) > 0 {
		unplayed.Text = req.Locale.Number(p.heard.NeverPlayed)
	} else {
		heard[1] = list.CellView{} // nothing in it could have been played
	}
	r.Cells = []list.CellView{items, unplayed, heard[0], heard[1], heard[2], changed}
	return r
}

func playlistHref(req *web.Request, p *account.Playlist) string {
	return web.Href(web.PathPlaylists+"/"+p.ID, web.Kept(req.Lens))
}

func buildPlaylists(req *web.Request) (list.CollectionView, error) {
	m := list.CollectionView{Eyebrow: "Playlists"}
	entries, err := playlistsOf(req)
	if err != nil {
		return m, err
	}
	if len(entries.Items) == 0 {
		m.Headline = prose.Of("No playlists here yet.")
		m.Missing = web.Missing(req, web.PartPlaylists)
		return m, nil
	}
	sum := newPlaylistSummary(req)
	tracksHref := web.Href(pathPlaylistTracks, web.Kept(req.Lens))
	m.Headline = prose.Text{}.Accent(req.Locale.Number(sum.Playlists)).Plain(words.Plural(sum.Playlists, " playlist holds ", " playlists hold ")).
		Strong(req.Locale.Number(sum.Tracks)).Plain(words.Plural(sum.Tracks, " track.", " different tracks."))
	if sum.Tracks > 0 && req.HasPlays() {
		m.Headline = append(m.Headline.Plain(" "), unplayedSentence(req, req.HasExtended(), sum.Tracks, sum.NotPlayed, prose.Text.Accent)...)
	}
	if top := slices.MaxFunc(entries.Items, func(x, y playlist) int { return cmp.Compare(x.heard.Ms, y.heard.Ms) }); top.heard.Ms > 0 {
		m.Lede = prose.Of("You spent most time with the contents of ").Link(words.Untitled(top.DisplayName), playlistHref(req, top.Playlist)).
			Plain(": ").Strong(req.Locale.HoursInWords(top.heard.Ms)).Plain(", wherever you played them from.")
	}
	m.Facts = newPlaylistFacts(req, sum, tracksHref)
	m.Search, m.List = entries.Search(req), entries.List(req)
	m.Actions = []layout.LinkView{{Label: "All tracks of all playlists", URL: tracksHref}}
	if req.Lens.Q == "" {
		m.Cards = newPlaylistCards(req, sum, tracksHref)
	}
	return m, nil
}

// unplayedSentence says how many of some things there is no play of; set gives
// the figure its voice. Without the extended history nobody knows what was never
// played.
func unplayedSentence(req *web.Request, extended bool, all, unplayed int, set func(prose.Text, string) prose.Text) prose.Text {
	played, not := "You played ", "You never played "
	switch {
	case !web.IsWide(req.Played()):
		played, not = "In this selection you played ", "In this selection you did not play "
	case !extended:
		played, not = "In the time that your account data covers, you played ", "In the time that your account data covers, you did not play "
	}
	switch {
	case unplayed == 0 && all == 1:
		return prose.Of(played + "it.")
	case unplayed == 0:
		return prose.Of(played + "every one of them.")
	case all == 1:
		return prose.Of(not + "it.")
	case unplayed == all:
		return prose.Of(not + "any of them.")
	}
	return set(prose.Of(not), req.Locale.Number(unplayed)).Plain(" of them.")
}

// A playlistSummary is what all playlists amount to, beside the history.
type playlistSummary struct {
	account.Overview
	Matched   int   // different tracks that the history knows, whatever the lens
	NotPlayed int   // different tracks without a play under the lens
	Plays     int   // of the different tracks
	Ms        int64 // of the different tracks
	History   dataset.Summary
	PlayedMs  int64 // of the history, rows that count as plays
	tracks    []web.Item
}

func newPlaylistSummary(req *web.Request) playlistSummary {
	l := req.Played()
	s := playlistSummary{History: req.Data.Summary(l), PlayedMs: insight.PlayedMs(req.Data.Select(l)), tracks: web.PlaylistItems(req)}
	s.Overview = req.Account().PlaylistOverview(len(s.tracks))
	counted := make(map[string]bool, len(s.tracks))
	for i := range s.tracks {
		h := &s.tracks[i].Heard
		if h.ID != "" {
			s.Matched++
		}
		if h.Plays == 0 {
			s.NotPlayed++
		}
		// A recording with several URIs answers to each of them.
		if h.ID != "" && !counted[h.ID] {
			counted[h.ID] = true
			s.Plays += h.Plays
			s.Ms += h.Ms
		}
	}
	return s
}

// itemsNote is how many items a playlist has; of one it is all of them.
func itemsNote(loc format.Locale, o account.Overview) string {
	if o.Playlists < 2 {
		return ""
	}
	return loc.Decimal(int64(o.Average*10+0.5)) + " a playlist, on average"
}

func newPlaylistFacts(req *web.Request, s playlistSummary, tracksHref string) []list.FactView {
	facts := []list.FactView{
		{Label: "Items", Value: prose.Of(req.Locale.Number(s.Items)), Note: itemsNote(req.Locale, s.Overview)},
		{Label: "Different tracks", Value: prose.Text{}.Link(req.Locale.Number(s.Tracks), tracksHref)},
	}
	if !req.HasPlays() {
		return facts
	}
	facts = append(facts, list.FactView{Label: "Found in your history", Value: prose.Of(req.Locale.Number(s.Matched)), Note: notFound(req, s.Tracks-s.Matched)})
	if s.Plays > 0 {
		facts = append(facts,
			list.FactView{Label: "Time with these tracks", Value: prose.Of(req.Locale.Hours(s.Ms)), Note: req.Locale.Percent(s.Ms, s.History.Ms) + " of all your listening"},
			list.FactView{Label: "Plays of these tracks", Value: prose.Of(req.Locale.Number(s.Plays)), Note: req.Locale.Percent(int64(s.Plays), int64(s.History.Plays)) + " of all your plays"})
	}
	if n := s.History.Plays - s.History.UnknownLength; n > 0 {
		facts = append(facts, list.FactView{
			Label: "Length of a play", Value: prose.Of(format.Length(s.PlayedMs / int64(n))),
			Note: "on average, over everything you played",
		})
	}
	return facts
}

// notFound says how many tracks there is no play of.
func notFound(req *web.Request, n int) string {
	if n == 0 {
		return "all of them"
	}
	return req.Locale.Number(n) + words.Plural(n, " is not", " are not")
}

func newPlaylistCards(req *web.Request, s playlistSummary, tracksHref string) []list.CardListView {
	all := "all " + req.Locale.Number(s.Tracks)
	inMost := list.CardListView{ID: "in-most", Title: "In most playlists", AllLabel: all, AllURL: tracksHref, Empty: "Your playlists hold no tracks."}
	for i := range s.tracks[:min(playlistCardSize, len(s.tracks))] { // in this order already
		t := &s.tracks[i]
		r := t.CardRow(req, i+1)
		r.Hours = req.Locale.Count(len(t.In), "playlist", "playlists")
		r.Share = float64(len(t.In)) / float64(len(s.tracks[0].In))
		inMost.Rows = append(inMost.Rows, r)
	}
	if !req.HasPlays() {
		return []list.CardListView{inMost}
	}
	byPlays := web.Collection[web.Item]{Items: s.tracks, Order: web.ItemsByPlays}
	played := list.CardListView{
		ID: "played-most", Title: "Played most", AllLabel: all,
		AllURL: web.Address(pathPlaylistTracks, []layout.FieldView{{Name: web.FieldOrder, Value: web.ItemsByPlays.Value}}, web.Kept(req.Lens)),
		Empty:  "None in this selection.",
	}
	top := byPlays.First(playlistCardSize)
	for i, t := range top {
		if t.Heard.Plays > 0 {
			r := t.CardRow(req, i+1)
			r.Hours, r.Plays, r.Share = r.Plays, r.Hours, float64(t.Heard.Plays)/float64(top[0].Heard.Plays)
			played.Rows = append(played.Rows, r)
		}
	}
	makers := list.CardListView{ID: "artists", Title: "Artists in them", Empty: "None in this selection."}
	artists := playlistArtists(req, s.tracks)
	for i := range artists[:min(playlistCardSize, len(artists))] {
		a := &artists[i]
		makers.Rows = append(makers.Rows, list.RowView{
			Rank: i + 1, Name: a.Name, URL: web.EntityHref(lens.Artist, a.ID, req.Lens),
			Hours: req.Locale.Hours(a.Ms), Title: req.Locale.Exact(a.Ms) + " of " + req.Locale.Count(a.Tracks, "track", "tracks"),
			Plays: req.Locale.Count(a.Plays, "play", "plays"), Share: float64(a.Ms) / float64(max(artists[0].Ms, 1)),
		})
	}
	return []list.CardListView{inMost, played, makers}
}

var View = web.View{
	Path: web.PathPlaylists, Title: "Playlists", Group: web.AboutLibrary, Memory: web.PlaylistBytes,
	Holds: func(req *web.Request) bool { return len(req.Account().Playlists) > 0 },
	Page:  web.CollectionPage(buildPlaylists),
	JSON:  web.CollectionJSON(playlistsOf, newPlaylistJSON),
}

var Overview = web.View{
	API: web.PathPlaylists + "/overview", Memory: web.PlaylistBytes,
	JSON: func(req *web.Request) (any, error) { return newPlaylistOverviewJSON(req), nil },
}

var Tracks = web.View{
	Path: pathPlaylistTracks, Title: "Tracks of playlists", Memory: web.PlaylistBytes,
	Page: web.CollectionPage(buildPlaylistTracks),
	JSON: web.CollectionJSON(playlistTracksOf, web.NewItemJSON),
}

var Playlist = web.View{
	Path: web.PathPlaylists + "/:id", Title: "Playlist", Memory: web.PlaylistBytes,
	Examples: func(req *web.Request) []string {
		var out []string
		for _, p := range req.Account().Playlists[:min(2, len(req.Account().Playlists))] {
			out = append(out, web.PathPlaylists+"/"+p.ID)
		}
		return out
	},
	Page: web.CollectionPage(buildPlaylist),
	JSON: func(req *web.Request) (any, error) {
		p, ok := req.Account().Playlist(req.ID)
		if !ok {
			return nil, web.ErrNotFound
		}
		entries, err := playlistItemsOf(req, p)
		if err != nil {
			return nil, err
		}
		items, err := web.PageJSON(req, entries.Chosen(req.Lens.Q), web.NewItemJSON)
		if err != nil {
			return nil, err
		}
		return struct {
			Playlist playlistJSON `json:"playlist"`
			web.ListJSON[web.ItemJSON]
		}{newPlaylistJSON(req, &playlist{p, playlistHeard(req, p)}), items}, nil
	},
}
