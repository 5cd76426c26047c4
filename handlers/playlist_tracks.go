package handlers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

var playlistTrackOrders = []order[thing]{
	{"playlists", "Playlists", func(x, y *thing) int {
		return cmp.Or(cmp.Compare(len(y.in), len(x.in)), cmp.Compare(y.times, x.times))
	}},
	thingsByHours, thingsByPlays, thingsByLast, thingsByAdded, thingsByName,
}

// playlistThings are the different tracks of all playlists, those in most of
// them first.
func playlistThings(req *Request) []thing {
	tracks := dataset.Memoize(req.Data, "playlist tracks", req.account().PlaylistTracks)
	heard := req.account().TrackPlays(req.Data, req.played(), tracks)
	out := make([]thing, len(tracks))
	for i := range tracks {
		t := &tracks[i]
		out[i] = thing{Item: t.Item, by: dataset.ByTrack, added: t.Added, in: t.In, times: t.Times, heard: heard[i]}
		if t.Local {
			out[i].kind = itemKindWords[account.KindLocal]
		}
		out[i].fillNames(req.Data)
	}
	return out
}

func playlistTracksOf(req *Request, orderValue string) (*collection[thing], error) {
	o, err := orderBy(orderValue, playlistTrackOrders)
	if err != nil {
		return nil, err
	}
	lists := req.account().Playlists
	return &collection[thing]{
		label: "Tracks of playlists", one: "track", many: "tracks", head: "Track",
		looksAt: "the names of tracks, artists and albums in your playlists",
		none:    "Your playlists hold no tracks.",
		items:   playlistThings(req), names: (*thing).names, orders: playlistTrackOrders, order: o,
		columns: slices.Concat([]partials.ColumnView{{Label: "Playlists", Figure: true}, {Label: "Added first"}}, req.heardColumns()),
		row: func(t *thing) partials.TableRowView {
			r := t.row(req)
			for _, i := range t.in {
				r.In = append(r.In, layout.LinkView{Label: untitled(lists[i].DisplayName), URL: playlistHref(req, &lists[i])})
			}
			count := partials.CellView{Text: req.Locale.Number(len(t.in))}
			if t.times > len(t.in) {
				count.Title = req.Locale.Number(t.times) + " times in all"
			}
			r.Cells = slices.Concat([]partials.CellView{count, dateCell(t.added)}, heardCells(req, t.heard))
			return r
		},
	}, nil
}

func buildPlaylistTracks(req *Request) (string, pages.CollectionPageView, error) {
	list, err := playlistTracksOf(req, req.Query.Get(fieldOrder))
	if err != nil {
		return "", pages.CollectionPageView{}, err
	}
	req.Own = list.own(list.order, nil)
	return "Tracks of playlists", newPlaylistTracksPageView(req, list), nil
}

func newPlaylistTracksPageView(req *Request, list *collection[thing]) pages.CollectionPageView {
	m := pages.CollectionPageView{Eyebrow: "Tracks of playlists"}
	lists := len(req.account().Playlists)
	if lists == 0 {
		m.Headline = prose.Of("No playlists here yet.")
		m.Missing = missing(req, pages.PartPlaylists)
		return m
	}
	n := len(list.items)
	m.Trail = []layout.LinkView{{Label: "All playlists", URL: href(pathPlaylists, kept(req.Lens))}}
	m.Headline = prose.Text{}.Accent(req.Locale.Number(n)).Plain(plural(n, " track in ", " different tracks in ")).
		Plain(req.Locale.Count(lists, "playlist", "playlists")).Plain(".")
	if shared := countShared(list.items); shared > 0 {
		m.Lede = prose.Text{}.Strong(req.Locale.Number(shared)).Plain(plural(shared, " of them is", " of them are")).Plain(" in more than one.")
	}
	m.Search, m.List = list.search(req), list.list(req, nil)
	return m
}

// countShared counts the tracks of more than one playlist.
func countShared(tracks []thing) int {
	n := 0
	for i := range tracks {
		if len(tracks[i].in) > 1 {
			n++
		}
	}
	return n
}

// A playlistArtist is an artist with what was heard of their tracks in playlists.
type playlistArtist struct {
	ID, Name      string // no ID when the history does not know the artist
	Tracks, Plays int
	Ms            int64
}

// playlistArtists are the artists of the playlists' tracks, those with most
// time first.
func playlistArtists(req *Request, tracks []thing) []playlistArtist {
	var out []playlistArtist
	at := make(map[string]int)
	counted := make(map[string]bool)
	for i := range tracks {
		t := &tracks[i]
		if t.Creator == "" {
			continue
		}
		key := dataset.Folded(t.Creator)
		n, ok := at[key]
		if !ok {
			n = len(out)
			at[key] = n
			out = append(out, playlistArtist{Name: t.Creator})
		}
		a := &out[n]
		a.Tracks++
		if t.heard.ID == "" || counted[t.heard.ID] {
			continue
		}
		counted[t.heard.ID] = true
		a.Plays += t.heard.Plays
		a.Ms += t.heard.Ms
		if a.ID == "" {
			if e, ok := t.entity(req.Data); ok && e.By == dataset.ByTrack {
				a.ID = e.CreatorID
			}
		}
	}
	slices.SortStableFunc(out, func(x, y playlistArtist) int {
		return cmp.Or(cmp.Compare(y.Ms, x.Ms), cmp.Compare(y.Plays, x.Plays), cmp.Compare(y.Tracks, x.Tracks), strings.Compare(x.Name, y.Name))
	})
	return out
}
