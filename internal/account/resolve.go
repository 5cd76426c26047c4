package account

import (
	"cmp"
	"sync"

	"github.com/cespare/xxhash/v2"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Resolver translates between URIs and names. Wrapped, searches, letters and
// changes have URIs, plays of account data have names; library and playlists
// have both.
type Resolver struct {
	h       *dataset.Dataset
	byURI   map[string]*Item         // named items of library and playlists, the library's first
	tracks  map[uint64]*Item         // with a URI, by the hash of their names
	artists func() map[string]string // IDs of artists of the history by folded name
}

// In returns the resolver between the account and a history, which is made
// once.
func (a *Account) In(h *dataset.Dataset) *Resolver {
	return dataset.Memoize(h, matchKey{a, "names"}, func() *Resolver {
		r := &Resolver{h: h, byURI: make(map[string]*Item), tracks: make(map[uint64]*Item)}
		r.artists = sync.OnceValue(r.artistIDs)
		a.eachItem(func(t *Item) {
			if t.URI == "" || t.Name == "" {
				return
			}
			if _, ok := r.byURI[t.URI]; !ok {
				r.byURI[t.URI] = t
			}
		})
		for i := range a.Library.Tracks {
			r.addTrack(&a.Library.Tracks[i])
		}
		for i := range a.Playlists {
			for j := range a.Playlists[i].Items {
				if it := &a.Playlists[i].Items[j]; it.Kind == KindTrack {
					r.addTrack(&it.Item)
				}
			}
		}
		return r
	})
}

// eachItem calls f with every item of library and playlists.
func (a *Account) eachItem(f func(*Item)) {
	l := &a.Library
	for _, list := range [...][]Item{l.Tracks, l.Albums, l.Shows, l.Episodes, l.Artists, l.BannedTracks, l.BannedArtists} {
		for i := range list {
			f(&list[i])
		}
	}
	for i := range l.Other {
		for j := range l.Other[i].Items {
			f(&l.Other[i].Items[j])
		}
	}
	for i := range a.Playlists {
		for j := range a.Playlists[i].Items {
			f(&a.Playlists[i].Items[j].Item)
		}
	}
}

// fillNames gives items without a name the names that another list has for the
// same URI.
func (a *Account) fillNames() {
	nameless := make(map[string]*Item)
	a.eachItem(func(t *Item) {
		if t.Name == "" && t.URI != "" {
			nameless[t.URI] = nil
		}
	})
	if len(nameless) == 0 {
		return
	}
	a.eachItem(func(t *Item) {
		if known, ok := nameless[t.URI]; ok && known == nil && t.Name != "" {
			nameless[t.URI] = t
		}
	})
	a.eachItem(func(t *Item) {
		if known := nameless[t.URI]; t.Name == "" && known != nil {
			*t = *known
		}
	})
}

func (r *Resolver) addTrack(t *Item) {
	names := trackNames(t.Creator, t.Name)
	if _, ok := r.tracks[names]; !ok && t.URI != "" && t.Name != "" {
		r.tracks[names] = t
	}
}

// trackNames is the hash of what a track is called and by whom, exactly as
// Spotify writes it: the names themselves would take several times the room.
func trackNames(artist, title string) uint64 {
	h := xxhash.New()
	hashTexts(h, artist, title)
	return h.Sum64()
}

// Item returns the names that the packages have for a URI, or else the history.
// Name is empty when neither has one.
func (r *Resolver) Item(uri string) Item {
	t := Item{URI: uri}
	if known := r.byURI[uri]; known != nil {
		t = *known
	}
	if t.Name == "" || t.Creator == "" {
		e, _ := r.h.FindURI(uri)
		t.Name, t.Creator = cmp.Or(t.Name, e.Name), cmp.Or(t.Creator, e.Creator, e.Collection)
	}
	return t
}

// Entities returns for each URI the track, episode or chapter of the history
// with that URI or with its names, and one without an ID for what was never
// played.
func (r *Resolver) Entities(uris []string) []dataset.Entity {
	refs := make([]dataset.TrackRef, len(uris))
	for i, uri := range uris {
		refs[i] = r.Ref(uri)
	}
	out := make([]dataset.Entity, len(uris))
	for i, heard := range r.h.Lookup(lens.Lens{}, refs) {
		if e, ok := r.h.FindURI(uris[i]); ok {
			out[i] = e
			continue
		}
		for _, by := range [...]lens.EntityKind{lens.Track, lens.Episode, lens.Chapter} {
			if e, ok := r.h.Find(by, heard.ID); ok && heard.ID != "" {
				out[i] = e
				break
			}
		}
	}
	return out
}

// Ref refers to a URI, and to its names as well: what was played may be another
// release, or known by names alone.
func (r *Resolver) Ref(uri string) dataset.TrackRef {
	t := r.Item(uri)
	return t.Ref()
}

// TrackURI is the URI that library or playlists have for a track which the
// history knows by its names alone, or nothing. Of several the first counts, the
// library's before those of playlists.
func (r *Resolver) TrackURI(artist, title string) string {
	if t := r.tracks[trackNames(artist, title)]; t != nil && t.Creator == artist && t.Name == title {
		return t.URI
	}
	return ""
}

// ArtistID is the artist of the history with that name, or nothing: packages
// name artists and give no ID for them.
func (r *Resolver) ArtistID(name string) string { return r.artists()[fold.Key(name)] }

func (r *Resolver) artistIDs() map[string]string {
	const most = 1 << 20
	items := r.h.Rank(lens.Lens{}, lens.Artist, 0, most).Items
	ids := make(map[string]string, len(items))
	for _, it := range items {
		if name := fold.Key(it.Name); ids[name] == "" {
			ids[name] = it.ID
		}
	}
	return ids
}
