package account

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Overview is what all playlists amount to.
type Overview struct {
	Playlists int     `json:"playlists"`
	Empty     int     `json:"empty_playlists"` // playlists without an item
	Items     int     `json:"items"`
	Average   float64 `json:"items_per_playlist"`
	Tracks    int     `json:"tracks"` // different ones
}

// PlaylistOverview counts the playlists; tracks is the number of their
// different tracks.
func (a *Account) PlaylistOverview(tracks int) Overview {
	o := Overview{Playlists: len(a.Playlists), Tracks: tracks}
	for i := range a.Playlists {
		n := len(a.Playlists[i].Items)
		o.Items += n
		if n == 0 {
			o.Empty++
		}
	}
	if o.Playlists > 0 {
		o.Average = float64(o.Items) / float64(o.Playlists)
	}
	return o
}

// PlaylistTrack is a track with the playlists it is in.
type PlaylistTrack struct {
	Item
	Local bool
	In    []int     // indexes into Account.Playlists, ascending, each once
	Times int       // how often it is in them altogether
	Added lens.Date // when it was added to any of them first
}

// PlaylistTracks is every track of the playlists once, those in most playlists
// first, then by how often they are in them, then by names.
func (a *Account) PlaylistTracks() []PlaylistTrack {
	var tracks []PlaylistTrack
	byKey := make(map[string]int)
	byNames := make(map[string]int) // the first with a URI
	add := func(list int, it *PlaylistItem, at int, known bool) int {
		if !known {
			at = len(tracks)
			tracks = append(tracks, PlaylistTrack{Item: it.Item, Local: it.Kind == KindLocal})
		}
		t := &tracks[at]
		if n := len(t.In); n == 0 || t.In[n-1] != list {
			// Items without a URI are added last, and may belong to an earlier
			// playlist.
			if i, ok := slices.BinarySearch(t.In, list); !ok {
				t.In = slices.Insert(t.In, i, list)
			}
		}
		t.Times++
		if !it.Added.IsZero() && (t.Added.IsZero() || it.Added.Compare(t.Added) < 0) {
			t.Added = it.Added
		}
		return at
	}
	isTrack := func(it *PlaylistItem) bool { return it.Kind == KindTrack || it.Kind == KindLocal }
	for i := range a.Playlists {
		for j := range a.Playlists[i].Items {
			it := &a.Playlists[i].Items[j]
			if !isTrack(it) || it.URI == "" {
				continue
			}
			at, ok := byKey[it.URI]
			at = add(i, it, at, ok)
			byKey[it.URI] = at
			if !ok && it.Kind == KindTrack {
				if names := it.names(); names != "" {
					if _, ok := byNames[names]; !ok {
						byNames[names] = at
					}
				}
			}
		}
	}
	for i := range a.Playlists {
		for j := range a.Playlists[i].Items {
			it := &a.Playlists[i].Items[j]
			names := it.names()
			if !isTrack(it) || it.URI != "" || names == "" {
				continue
			}
			at, ok := byNames[names]
			byNames[names] = add(i, it, at, ok)
		}
	}
	slices.SortFunc(tracks, func(x, y PlaylistTrack) int {
		return cmp.Or(
			cmp.Compare(len(y.In), len(x.In)), cmp.Compare(y.Times, x.Times),
			strings.Compare(x.Name, y.Name), strings.Compare(x.Creator, y.Creator), strings.Compare(x.URI, y.URI),
		)
	})
	return tracks
}
