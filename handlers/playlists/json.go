package playlists

import (
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
)

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

func newPlaylistJSON(_ *web.Request, p *playlist) playlistJSON {
	return playlistJSON{
		ID: p.ID, Name: p.Name, DisplayName: p.DisplayName, Description: p.Description, Modified: web.Day(p.Modified),
		Collaborators: p.Collaborators, Followers: p.Followers, Current: p.Current,
		Items: len(p.Items), Different: p.heard.Items, Plays: p.heard.Plays, MsPlayed: p.heard.Ms,
		NeverPlayed: p.heard.NeverPlayed, Last: web.RFC3339(p.heard.Last),
	}
}

type playlistOverviewJSON struct {
	account.Overview
	Matched     int   `json:"tracks_matched"`   // with the history, whatever the lens
	Unmatched   int   `json:"tracks_unmatched"` // the rest
	NeverPlayed int   `json:"tracks_never_played"`
	Plays       int   `json:"plays"` // of these tracks
	MsPlayed    int64 `json:"ms_played"`
	History     struct {
		Plays          int     `json:"plays"`
		MsPlayed       int64   `json:"ms_played"`
		Hours          float64 `json:"hours"`
		Days           float64 `json:"days"` // of 24 hours
		MinutesPerPlay float64 `json:"minutes_per_play"`
	} `json:"history"`
	TopArtists   []playlistArtist `json:"top_artists"`
	TopPlaylists []web.ItemJSON   `json:"top_tracks_by_playlists"`
	TopPlays     []web.ItemJSON   `json:"top_tracks_by_plays"`
}

const apiOverviewTop = 10

func newPlaylistOverviewJSON(req *web.Request) playlistOverviewJSON {
	s := newPlaylistSummary(req)
	out := playlistOverviewJSON{
		Overview: s.Overview, Matched: s.Matched, Unmatched: s.Tracks - s.Matched, NeverPlayed: s.NotPlayed,
		Plays: s.Plays, MsPlayed: s.Ms,
	}
	const minuteMs, hourMs = 60_000.0, 3_600_000.0
	h := &out.History
	h.Plays, h.MsPlayed = s.History.Plays, s.History.Ms
	h.Hours, h.Days = float64(s.History.Ms)/hourMs, float64(s.History.Ms)/float64(web.DayMs)
	if n := h.Plays - s.History.UnknownLength; n > 0 {
		h.MinutesPerPlay = float64(s.PlayedMs) / minuteMs / float64(n)
	}
	artists := playlistArtists(req, s.tracks)
	out.TopArtists = append([]playlistArtist{}, artists[:min(apiOverviewTop, len(artists))]...)
	top := func(o web.Order[web.Item]) []web.ItemJSON {
		list := web.Collection[web.Item]{Items: s.tracks, Order: o}
		items := []web.ItemJSON{}
		for _, t := range list.First(apiOverviewTop) {
			items = append(items, web.NewItemJSON(req, t))
		}
		return items
	}
	out.TopPlaylists, out.TopPlays = top(playlistTrackOrders[0]), top(web.ItemsByPlays)
	return out
}
