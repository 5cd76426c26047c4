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
	at := make(map[string]int) // by URI, and by names the first with a URI
	// Items without a URI are added last, and may belong to an earlier playlist.
	for _, withURI := range [...]bool{true, false} {
		for i := range a.Playlists {
			for j := range a.Playlists[i].Items {
				it := &a.Playlists[i].Items[j]
				key := it.key()
				if it.Kind != KindTrack && it.Kind != KindLocal || key == "" || (it.URI != "") != withURI {
					continue
				}
				n, known := at[key]
				if !known {
					n = len(tracks)
					at[key] = n
					tracks = append(tracks, PlaylistTrack{Item: it.Item, Local: it.Kind == KindLocal})
					if names := it.names(); it.Kind == KindTrack && names != "" {
						if _, taken := at[names]; !taken {
							at[names] = n
						}
					}
				}
				t := &tracks[n]
				if p, ok := slices.BinarySearch(t.In, i); !ok {
					t.In = slices.Insert(t.In, p, i)
				}
				t.Times++
				if !it.Added.IsZero() && (t.Added.IsZero() || it.Added.Compare(t.Added) < 0) {
					t.Added = it.Added
				}
			}
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
