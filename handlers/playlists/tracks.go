package playlists

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

var playlistTrackOrders = []web.Order[web.Item]{
	{Value: "playlists", Label: "Playlists", Compare: func(x, y *web.Item) int {
		return cmp.Or(cmp.Compare(len(y.In), len(x.In)), cmp.Compare(y.Times, x.Times))
	}},
	web.ItemsByHours, web.ItemsByPlays, web.ItemsByLast, web.ItemsByAdded, web.ItemsByName,
}

func playlistTracksOf(req *web.Request) (*web.Collection[web.Item], error) {
	lists := req.Account().Playlists
	return web.Sorted(req, web.Collection[web.Item]{
		Label: "Tracks of playlists", One: "track", Many: "tracks", Head: "Track",
		LooksAt: "the names of tracks, artists and albums in your playlists",
		None:    "Your playlists hold no tracks.",
		Items:   web.PlaylistItems(req), Names: (*web.Item).Names, Orders: playlistTrackOrders,
		Columns: slices.Concat([]list.ColumnView{{Label: "Playlists", Figure: true}, {Label: "Added first"}}, req.HeardColumns()),
		Row: func(t *web.Item) list.TableRowView {
			r := t.Row(req)
			for _, i := range t.In {
				r.In = append(r.In, layout.LinkView{Label: words.Untitled(lists[i].DisplayName), URL: playlistHref(req, &lists[i])})
			}
			count := list.CellView{Text: req.Locale.Number(len(t.In))}
			if t.Times > len(t.In) {
				count.Title = req.Locale.Number(t.Times) + " times in all"
			}
			r.Cells = slices.Concat([]list.CellView{count, web.DateCell(t.Added)}, web.HeardCells(req, t.Heard))
			return r
		},
	})
}

func buildPlaylistTracks(req *web.Request) (list.CollectionView, error) {
	m := list.CollectionView{Eyebrow: "Tracks of playlists"}
	entries, err := playlistTracksOf(req)
	if err != nil {
		return m, err
	}
	lists := len(req.Account().Playlists)
	if lists == 0 {
		m.Headline = prose.Of("No playlists here yet.")
		m.Missing = web.Missing(req, web.PartPlaylists)
		return m, nil
	}
	n := len(entries.Items)
	m.Trail = []layout.LinkView{{Label: "All playlists", URL: web.Href(web.PathPlaylists, web.Kept(req.Lens))}}
	m.Headline = prose.Text{}.Accent(req.Locale.Number(n)).Plain(words.Plural(n, " track in ", " different tracks in ")).
		Plain(req.Locale.Count(lists, "playlist", "playlists")).Plain(".")
	if shared := countShared(entries.Items); shared > 0 {
		m.Lede = prose.Text{}.Strong(req.Locale.Number(shared)).Plain(words.Plural(shared, " of them is", " of them are")).Plain(" in more than one.")
	}
	m.Search, m.List = entries.Search(req), entries.List(req)
	return m, nil
}

// countShared counts the tracks of more than one playlist.
func countShared(tracks []web.Item) int {
	n := 0
	for i := range tracks {
		if len(tracks[i].In) > 1 {
			n++
		}
	}
	return n
}

// A playlistArtist is an artist with what was heard of their tracks in playlists.
type playlistArtist struct {
	ID     string `json:"id"` // empty when the history does not know the artist
	Name   string `json:"name"`
	Tracks int    `json:"tracks"` // different ones
	Plays  int    `json:"plays"`
	Ms     int64  `json:"ms_played"`
}

// playlistArtists are the artists of the playlists' tracks, those with most
// time first.
func playlistArtists(req *web.Request, tracks []web.Item) []playlistArtist {
	var out []playlistArtist
	at := make(map[string]int)
	counted := make(map[string]bool)
	for i := range tracks {
		t := &tracks[i]
		if t.Creator == "" {
			continue
		}
		key := fold.Key(t.Creator)
		n, ok := at[key]
		if !ok {
			n = len(out)
			at[key] = n
			out = append(out, playlistArtist{Name: t.Creator})
		}
		a := &out[n]
		a.Tracks++
		if t.Heard.ID == "" || counted[t.Heard.ID] {
			continue
		}
		counted[t.Heard.ID] = true
		a.Plays += t.Heard.Plays
		a.Ms += t.Heard.Ms
		if a.ID == "" {
			if e, ok := t.Entity(req.Data); ok && e.By == lens.Track {
				a.ID = e.CreatorID
			}
		}
	}
	slices.SortStableFunc(out, func(x, y playlistArtist) int {
		return cmp.Or(cmp.Compare(y.Ms, x.Ms), cmp.Compare(y.Plays, x.Plays), cmp.Compare(y.Tracks, x.Tracks), strings.Compare(x.Name, y.Name))
	})
	return out
}
