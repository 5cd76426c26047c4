package handlers

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// day is a date for programs; no date is null.
func day(d dataset.Date) *string {
	if d.IsZero() {
		return nil
	}
	s := d.String()
	return &s
}

type playlistJSON struct {
	ID            string  `json:"id"`
	Name          string  `json:"name"`
	DisplayName   string  `json:"display_name"` // differs from those of all other playlists
	Description   string  `json:"description"`
	Modified      *string `json:"modified"`
	Collaborators int     `json:"collaborators"`
	Followers     int     `json:"followers"`
	Current       bool    `json:"current"` // in the newest package
	Items         int     `json:"items"`
	Different     int     `json:"different_items"`
	Plays         int     `json:"plays"`
	MsPlayed      int64   `json:"ms_played"`
	NeverPlayed   int     `json:"never_played"`
	Last          *string `json:"last"`
}

func newPlaylistJSON(p *playlist) playlistJSON {
	return playlistJSON{
		ID: p.ID, Name: p.Name, DisplayName: p.DisplayName, Description: p.Description, Modified: day(p.Modified),
		Collaborators: p.Collaborators, Followers: p.Followers, Current: p.Current,
		Items: len(p.Items), Different: p.heard.Items, Plays: p.heard.Plays, MsPlayed: p.heard.Ms,
		NeverPlayed: p.heard.NeverPlayed, Last: rfc3339(p.heard.Last),
	}
}

type thingJSON struct {
	ID        string   `json:"id"` // in the history; empty when it was never played
	Kind      string   `json:"kind,omitempty"`
	Name      string   `json:"name"`
	Artist    string   `json:"artist"`
	Album     string   `json:"album,omitempty"`
	URI       string   `json:"uri"`
	Added     *string  `json:"added,omitempty"`
	Playlists []string `json:"playlists,omitempty"` // their IDs
	Times     int      `json:"times,omitempty"`     // how often it is in them
	Rows      int      `json:"rows"`
	Plays     int      `json:"plays"`
	MsPlayed  int64    `json:"ms_played"`
	First     *string  `json:"first"`
	Last      *string  `json:"last"`
}

func newThingJSON(req *Request, t *thing) thingJSON {
	out := thingJSON{
		ID: t.heard.ID, Kind: t.kind, Name: t.Name, Artist: t.Creator, Album: t.Collection, URI: t.URI,
		Added: day(t.added), Times: t.times, Rows: t.heard.Rows, Plays: t.heard.Plays, MsPlayed: t.heard.Ms,
		First: rfc3339(t.heard.First), Last: rfc3339(t.heard.Last),
	}
	for _, i := range t.in {
		out.Playlists = append(out.Playlists, req.account().Playlists[i].ID)
	}
	return out
}

// listJSON is a page of a collection.
type listJSON[T any] struct {
	Items []T  `json:"items"`
	Total int  `json:"total"`
	Next  *int `json:"next"` // the page after this one
}

// newListJSON is the page of a collection that a request asks for.
func newListJSON[T, J any](req *Request, list *collection[T], item func(*T) J) (listJSON[J], error) {
	limit, err := req.Limit()
	if err != nil {
		return listJSON[J]{}, err
	}
	all := list.chosen(req.Lens.Q)
	page := max(req.Lens.Page, 1)
	shown := cut(all, page, limit)
	out := listJSON[J]{Items: make([]J, len(shown)), Total: len(all)}
	for i := range shown {
		out.Items[i] = item(shown[i])
	}
	if len(shown) > 0 && page*limit < len(all) {
		next := page + 1
		out.Next = &next
	}
	return out, nil
}

type playlistArtistJSON struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Tracks int    `json:"tracks"` // different ones in playlists
	Plays  int    `json:"plays"`
	Ms     int64  `json:"ms_played"`
}

type playlistOverviewJSON struct {
	Playlists        int     `json:"playlists"`
	Empty            int     `json:"empty_playlists"`
	Items            int     `json:"items"`
	ItemsPerPlaylist float64 `json:"items_per_playlist"`
	Tracks           int     `json:"tracks"`           // different ones
	Matched          int     `json:"tracks_matched"`   // with the history, whatever the lens
	Unmatched        int     `json:"tracks_unmatched"` // the rest
	NeverPlayed      int     `json:"tracks_never_played"`
	Plays            int     `json:"plays"` // of these tracks
	MsPlayed         int64   `json:"ms_played"`
	History          struct {
		Plays          int     `json:"plays"`
		MsPlayed       int64   `json:"ms_played"`
		Hours          float64 `json:"hours"`
		Days           float64 `json:"days"` // of 24 hours
		MinutesPerPlay float64 `json:"minutes_per_play"`
	} `json:"history"`
	TopArtists   []playlistArtistJSON `json:"top_artists"`
	TopPlaylists []thingJSON          `json:"top_tracks_by_playlists"`
	TopPlays     []thingJSON          `json:"top_tracks_by_plays"`
}

const apiOverviewTop = 10

func newPlaylistOverviewJSON(req *Request) playlistOverviewJSON {
	s := newPlaylistSummary(req)
	out := playlistOverviewJSON{
		Playlists: s.Playlists, Empty: s.Empty, Items: s.Items, ItemsPerPlaylist: s.Average,
		Tracks: s.Tracks, Matched: s.Matched, Unmatched: s.Tracks - s.Matched, NeverPlayed: s.NotPlayed,
		Plays: s.Plays, MsPlayed: s.Ms,
		TopArtists: []playlistArtistJSON{},
	}
	const minuteMs, hourMs = 60_000.0, 3_600_000.0
	h := &out.History
	h.Plays, h.MsPlayed = s.History.Plays, s.History.Ms
	h.Hours, h.Days = float64(s.History.Ms)/hourMs, float64(s.History.Ms)/float64(dayMs)
	if n := h.Plays - s.History.UnknownLength; n > 0 {
		h.MinutesPerPlay = float64(s.PlayedMs) / minuteMs / float64(n)
	}
	artists := playlistArtists(req, s.tracks)
	for _, a := range artists[:min(apiOverviewTop, len(artists))] {
		out.TopArtists = append(out.TopArtists, playlistArtistJSON(a))
	}
	top := func(o order[thing]) []thingJSON {
		list := collection[thing]{items: s.tracks, order: o}
		items := []thingJSON{}
		for _, t := range list.first(apiOverviewTop) {
			items = append(items, newThingJSON(req, t))
		}
		return items
	}
	out.TopPlaylists, out.TopPlays = top(playlistTrackOrders[0]), top(thingsByPlays)
	return out
}

var playlistsView = View{
	Path: pathPlaylists, Title: "Playlists", Group: Kept, Memory: playlistBytes,
	Holds: func(req *Request) bool { return len(req.account().Playlists) > 0 },
	Page:  collectionPage(buildPlaylists),
	JSON: func(req *Request) (any, error) {
		list, err := playlistsOf(req, req.Query.Get(fieldOrder))
		if err != nil {
			return nil, err
		}
		return newListJSON(req, list, newPlaylistJSON)
	},
}

var playlistOverview = View{
	API: pathPlaylists + "/overview", Memory: playlistBytes,
	JSON: func(req *Request) (any, error) { return newPlaylistOverviewJSON(req), nil },
}

var playlistTracksView = View{
	Path: pathPlaylistTracks, Title: "Tracks of playlists", Memory: playlistBytes,
	Page: collectionPage(buildPlaylistTracks),
	JSON: func(req *Request) (any, error) {
		list, err := playlistTracksOf(req, req.Query.Get(fieldOrder))
		if err != nil {
			return nil, err
		}
		return newListJSON(req, list, func(t *thing) thingJSON { return newThingJSON(req, t) })
	},
}

var playlistView = View{
	Path: pathPlaylists + "/:id", Title: "Playlist", Memory: playlistBytes,
	Examples: func(req *Request) []string {
		var out []string
		for _, p := range req.account().Playlists[:min(2, len(req.account().Playlists))] {
			out = append(out, pathPlaylists+"/"+p.ID)
		}
		return out
	},
	Page: collectionPage(buildPlaylist),
	JSON: func(req *Request) (any, error) {
		p, ok := req.account().Playlist(req.ID)
		if !ok {
			return nil, errNotFound
		}
		list, err := playlistItemsOf(req, p, req.Query.Get(fieldOrder))
		if err != nil {
			return nil, err
		}
		items, err := newListJSON(req, list, func(t *thing) thingJSON { return newThingJSON(req, t) })
		if err != nil {
			return nil, err
		}
		return struct {
			Playlist playlistJSON `json:"playlist"`
			listJSON[thingJSON]
		}{newPlaylistJSON(&playlist{p, playlistHeard(req, p)}), items}, nil
	},
}

var libraryPage = View{
	Path: pathLibrary, Title: "Library", Group: Kept, Memory: libraryBytes,
	Holds: func(req *Request) bool { return holdsLibrary(req.account()) },
	Page:  collectionPage(buildLibrary),
	JSON: func(req *Request) (any, error) {
		part, err := libraryPartOf(req.Query.Get(fieldPart), req.account())
		if err != nil {
			return nil, err
		}
		list, err := libraryOf(newLibraryView(req), part, req.Query.Get(fieldOrder))
		if err != nil {
			return nil, err
		}
		items, err := newListJSON(req, list, func(t *thing) thingJSON { return newThingJSON(req, t) })
		if err != nil {
			return nil, err
		}
		counts := make(map[string]int)
		for i := range libraryParts {
			if p := &libraryParts[i]; p.count != nil {
				counts[p.value] = p.count(req.account())
			}
		}
		return struct {
			Part   string         `json:"part"`
			Counts map[string]int `json:"counts"`
			listJSON[thingJSON]
		}{part.value, counts, items}, nil
	},
}
