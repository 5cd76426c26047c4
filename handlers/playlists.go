package handlers

import (
	"cmp"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

const (
	pathPlaylistTracks = pathPlaylists + "/tracks"
	playlistCardSize   = 6
)

// A playlist is one of the account's, with what was heard of it.
type playlist struct {
	*account.Playlist
	heard account.PlaylistPlays
}

var playlistOrders = []order[playlist]{
	{"hours", "Hours", func(x, y *playlist) int { return cmp.Compare(y.heard.Ms, x.heard.Ms) }},
	{"plays", "Plays", func(x, y *playlist) int { return cmp.Compare(y.heard.Plays, x.heard.Plays) }},
	{"items", "Items", func(x, y *playlist) int { return cmp.Compare(len(y.Items), len(x.Items)) }},
	{"never", "Unplayed", func(x, y *playlist) int { return cmp.Compare(y.heard.NeverPlayed, x.heard.NeverPlayed) }},
	{"last", "Last played", func(x, y *playlist) int { return cmp.Compare(y.heard.Last, x.heard.Last) }},
	{"modified", "Changed", func(x, y *playlist) int { return y.Modified.Compare(x.Modified) }},
	{"name", "Name", nil},
}

// playlistsOf are all playlists, in the given order.
func playlistsOf(req *Request, orderValue string) (*collection[playlist], error) {
	o, err := orderBy(orderValue, playlistOrders)
	if err != nil {
		return nil, err
	}
	a := req.account()
	items := make([]playlist, len(a.Playlists))
	for i, heard := range a.PlaylistPlays(req.Data, req.played()) {
		items[i] = playlist{&a.Playlists[i], heard}
	}
	return &collection[playlist]{
		label: "Playlists", one: "playlist", many: "playlists", head: "Playlist",
		looksAt: "the names and descriptions of your playlists",
		none:    "There are no playlists.",
		items:   items, orders: playlistOrders, order: o,
		names:   func(p *playlist) []string { return []string{p.DisplayName, p.Description} },
		columns: playlistColumns(req),
		row:     func(p *playlist) partials.TableRowView { return newPlaylistRow(req, p) },
	}, nil
}

func playlistColumns(req *Request) []partials.ColumnView {
	columns := []partials.ColumnView{{Label: "Items", Figure: true}}
	if req.hasPlays() {
		columns = append(append(columns, partials.ColumnView{Label: capital(req.never()), Figure: true}), req.heardColumns()...)
	}
	return append(columns, partials.ColumnView{Label: "Changed"})
}

func newPlaylistRow(req *Request, p *playlist) partials.TableRowView {
	r := partials.TableRowView{Name: untitled(p.DisplayName), URL: playlistHref(req, p.Playlist)}
	if !p.Current {
		r.Detail = "only in an older package"
	}
	items, changed := partials.CellView{Text: req.Locale.Number(len(p.Items))}, dateCell(p.Modified)
	if !req.hasPlays() {
		r.Cells = []partials.CellView{items, changed}
		return r
	}
	r.Quiet = p.heard.Plays == 0
	heard := heardCells(req, dataset.Heard{Rows: p.heard.Plays, Plays: p.heard.Plays, Ms: p.heard.Ms, Last: p.heard.Last})
	unplayed := partials.CellView{}
	if len(p.Items) > 0 {
		unplayed.Text = req.Locale.Number(p.heard.NeverPlayed)
	} else {
		heard[1] = partials.CellView{} // nothing in it could have been played
	}
	r.Cells = []partials.CellView{items, unplayed, heard[0], heard[1], heard[2], changed}
	return r
}

func playlistHref(req *Request, p *account.Playlist) string {
	return href(pathPlaylists+"/"+p.ID, kept(req.Lens))
}

// capital is a phrase at the beginning of a line.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func buildPlaylists(req *Request) (string, pages.CollectionPageView, error) {
	list, err := playlistsOf(req, req.Query.Get(fieldOrder))
	if err != nil {
		return "", pages.CollectionPageView{}, err
	}
	req.Own = list.own(list.order, nil)
	return "Playlists", newPlaylistsPageView(req, list), nil
}

func newPlaylistsPageView(req *Request, list *collection[playlist]) pages.CollectionPageView {
	m := pages.CollectionPageView{Eyebrow: "Playlists"}
	if len(list.items) == 0 {
		m.Headline = prose.Of("No playlists here yet.")
		m.Missing = missing(req, pages.PartPlaylists)
		return m
	}
	sum := newPlaylistSummary(req)
	tracksHref := href(pathPlaylistTracks, kept(req.Lens))
	m.Headline = prose.Text{}.Accent(req.Locale.Number(sum.Playlists)).Plain(plural(sum.Playlists, " playlist holds ", " playlists hold ")).
		Strong(req.Locale.Number(sum.Tracks)).Plain(plural(sum.Tracks, " track.", " different tracks."))
	if sum.Tracks > 0 && req.hasPlays() {
		m.Headline = append(m.Headline.Plain(" "), unplayedSentence(req, req.hasExtended(), sum.Tracks, sum.NotPlayed, prose.Text.Accent)...)
	}
	if top := mostLived(list.items); top != nil {
		m.Lede = prose.Of("You spent most time with the contents of ").Link(untitled(top.DisplayName), playlistHref(req, top.Playlist)).
			Plain(": ").Strong(req.Locale.HoursInWords(top.heard.Ms)).Plain(", wherever you played them from.")
	}
	m.Facts = newPlaylistFacts(req, sum, tracksHref)
	m.Search, m.List = list.search(req), list.list(req, nil)
	m.Actions = []layout.LinkView{{Label: "All tracks of all playlists", URL: tracksHref}}
	if req.Lens.Q == "" {
		m.Cards = newPlaylistCards(req, sum, tracksHref)
	}
	return m
}

// unplayedSentence says how many of some things there is no play of; set gives
// the figure its voice. Without the extended history nobody knows what was never
// played.
func unplayedSentence(req *Request, extended bool, all, unplayed int, set func(prose.Text, string) prose.Text) prose.Text {
	played, not := "You played ", "You never played "
	switch {
	case !isWide(req.played()):
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

// mostLived is the playlist with most time, nil when nothing was heard of any.
func mostLived(list []playlist) *playlist {
	var top *playlist
	for i := range list {
		if p := &list[i]; p.heard.Ms > 0 && (top == nil || p.heard.Ms > top.heard.Ms) {
			top = p
		}
	}
	return top
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
	tracks    []thing
}

func newPlaylistSummary(req *Request) playlistSummary {
	l := req.played()
	s := playlistSummary{History: req.Data.Summary(l), PlayedMs: req.Data.PlayedMs(l), tracks: playlistThings(req)}
	s.Overview = req.account().PlaylistOverview(len(s.tracks))
	counted := make(map[string]bool, len(s.tracks))
	for i := range s.tracks {
		h := &s.tracks[i].heard
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

func newPlaylistFacts(req *Request, s playlistSummary, tracksHref string) []partials.FactView {
	facts := []partials.FactView{
		{Label: "Items", Value: prose.Of(req.Locale.Number(s.Items)), Note: itemsNote(req.Locale, s.Overview)},
		{Label: "Different tracks", Value: prose.Text{}.Link(req.Locale.Number(s.Tracks), tracksHref)},
	}
	if !req.hasPlays() {
		return facts
	}
	facts = append(facts, partials.FactView{Label: "Found in your history", Value: prose.Of(req.Locale.Number(s.Matched)), Note: notFound(req, s.Tracks-s.Matched)})
	if s.Plays > 0 {
		facts = append(facts,
			partials.FactView{Label: "Time with these tracks", Value: prose.Of(req.Locale.Hours(s.Ms)), Note: req.Locale.Percent(s.Ms, s.History.Ms) + " of all your listening"},
			partials.FactView{Label: "Plays of these tracks", Value: prose.Of(req.Locale.Number(s.Plays)), Note: req.Locale.Percent(int64(s.Plays), int64(s.History.Plays)) + " of all your plays"})
	}
	if n := s.History.Plays - s.History.UnknownLength; n > 0 {
		facts = append(facts, partials.FactView{
			Label: "Length of a play", Value: prose.Of(format.Length(s.PlayedMs / int64(n))),
			Note: "on average, over everything you played",
		})
	}
	return facts
}

// notFound says how many tracks there is no play of.
func notFound(req *Request, n int) string {
	if n == 0 {
		return "all of them"
	}
	return req.Locale.Number(n) + plural(n, " is not", " are not")
}

func newPlaylistCards(req *Request, s playlistSummary, tracksHref string) []partials.CardListView {
	all := "all " + req.Locale.Number(s.Tracks)
	inMost := partials.CardListView{ID: "in-most", Title: "In most playlists", AllLabel: all, AllURL: tracksHref, Empty: "Your playlists hold no tracks."}
	for i := range s.tracks[:min(playlistCardSize, len(s.tracks))] { // in this order already
		t := &s.tracks[i]
		r := t.cardRow(req, i+1)
		r.Hours = req.Locale.Count(len(t.in), "playlist", "playlists")
		r.Share = float64(len(t.in)) / float64(len(s.tracks[0].in))
		inMost.Rows = append(inMost.Rows, r)
	}
	if !req.hasPlays() {
		return []partials.CardListView{inMost}
	}
	byPlays := collection[thing]{items: s.tracks, order: thingsByPlays}
	played := partials.CardListView{
		ID: "played-most", Title: "Played most", AllLabel: all,
		AllURL: address(pathPlaylistTracks, []layout.FieldView{{Name: fieldOrder, Value: thingsByPlays.value}}, kept(req.Lens)),
		Empty:  "None in this selection.",
	}
	top := byPlays.first(playlistCardSize)
	for i, t := range top {
		if t.heard.Plays > 0 {
			r := t.cardRow(req, i+1)
			r.Hours, r.Plays, r.Share = r.Plays, r.Hours, float64(t.heard.Plays)/float64(top[0].heard.Plays)
			played.Rows = append(played.Rows, r)
		}
	}
	makers := partials.CardListView{ID: "artists", Title: "Artists in them", Empty: "None in this selection."}
	artists := playlistArtists(req, s.tracks)
	for i := range artists[:min(playlistCardSize, len(artists))] {
		a := &artists[i]
		makers.Rows = append(makers.Rows, partials.RowView{
			Rank: i + 1, Name: a.Name, URL: entityHref(dataset.ByArtist, a.ID, req.Lens),
			Hours: req.Locale.Hours(a.Ms), Title: req.Locale.Exact(a.Ms) + " of " + req.Locale.Count(a.Tracks, "track", "tracks"),
			Plays: req.Locale.Count(a.Plays, "play", "plays"), Share: float64(a.Ms) / float64(max(artists[0].Ms, 1)),
		})
	}
	return []partials.CardListView{inMost, played, makers}
}

// missing says that no package holds a part, and leads to where one is added.
func missing(req *Request, p pages.Part) *partials.EmptyView {
	empty := pages.Missing(p, href(pathReceipt, kept(req.Lens))+"#more")
	return &empty
}
