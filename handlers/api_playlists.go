package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

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

func newThingJSON(v view, t *thing) thingJSON {
	out := thingJSON{
		ID: t.heard.ID, Kind: t.kind, Name: t.Name, Artist: t.Creator, Album: t.Collection, URI: t.URI,
		Added: day(t.added), Times: t.times, Rows: t.heard.Rows, Plays: t.heard.Plays, MsPlayed: t.heard.Ms,
		First: rfc3339(t.heard.First), Last: rfc3339(t.heard.Last),
	}
	for _, i := range t.in {
		out.Playlists = append(out.Playlists, v.account().Playlists[i].ID)
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
func newListJSON[T, J any](c echo.Context, v view, list *collection[T], item func(*T) J) (listJSON[J], error) {
	limit, err := apiLimit(c)
	if err != nil {
		return listJSON[J]{}, err
	}
	all := list.chosen(v.lens.Q)
	page := max(v.lens.Page, 1)
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

func (s *Server) apiPlaylists(c echo.Context, v view) error {
	list, err := playlistsOf(v, c.QueryParam(fieldOrder))
	if err != nil {
		return err
	}
	out, err := newListJSON(c, v, list, newPlaylistJSON)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

func (s *Server) apiPlaylist(c echo.Context, v view) error {
	p, ok := v.account().Playlist(c.Param("id"))
	if !ok {
		return errNotFound
	}
	list, err := playlistItemsOf(v, p, c.QueryParam(fieldOrder))
	if err != nil {
		return err
	}
	items, err := newListJSON(c, v, list, func(t *thing) thingJSON { return newThingJSON(v, t) })
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, struct {
		Playlist playlistJSON `json:"playlist"`
		listJSON[thingJSON]
	}{newPlaylistJSON(&playlist{p, playlistHeard(v, p)}), items})
}

func (s *Server) apiPlaylistTracks(c echo.Context, v view) error {
	list, err := playlistTracksOf(v, c.QueryParam(fieldOrder))
	if err != nil {
		return err
	}
	out, err := newListJSON(c, v, list, func(t *thing) thingJSON { return newThingJSON(v, t) })
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
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

func newPlaylistOverviewJSON(v view) playlistOverviewJSON {
	s := newPlaylistSummary(v)
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
	artists := playlistArtists(v, s.tracks)
	for _, a := range artists[:min(apiOverviewTop, len(artists))] {
		out.TopArtists = append(out.TopArtists, playlistArtistJSON(a))
	}
	top := func(o order[thing]) []thingJSON {
		list := collection[thing]{items: s.tracks, order: o}
		items := []thingJSON{}
		for _, t := range list.first(apiOverviewTop) {
			items = append(items, newThingJSON(v, t))
		}
		return items
	}
	out.TopPlaylists, out.TopPlays = top(playlistTrackOrders[0]), top(thingsByPlays)
	return out
}

func (s *Server) apiPlaylistOverview(c echo.Context, v view) error {
	return c.JSON(http.StatusOK, newPlaylistOverviewJSON(v))
}

func (s *Server) apiLibrary(c echo.Context, v view) error {
	part, err := libraryPartOf(c.QueryParam(fieldPart), v.account())
	if err != nil {
		return err
	}
	list, err := libraryOf(newLibraryView(v), part, c.QueryParam(fieldOrder))
	if err != nil {
		return err
	}
	items, err := newListJSON(c, v, list, func(t *thing) thingJSON { return newThingJSON(v, t) })
	if err != nil {
		return err
	}
	counts := make(map[string]int)
	for i := range libraryParts {
		if p := &libraryParts[i]; p.count != nil {
			counts[p.value] = p.count(v.account())
		}
	}
	return c.JSON(http.StatusOK, struct {
		Part   string         `json:"part"`
		Counts map[string]int `json:"counts"`
		listJSON[thingJSON]
	}{part.value, counts, items})
}
