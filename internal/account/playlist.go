package account

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Playlist is one playlist.
type Playlist struct {
	ID            string // safe in URLs; stays when items are added at the end
	Name          string // as the person named it, may be empty
	DisplayName   string // told apart from others of the name: "Chill (2)"
	Description   string
	Modified      lens.Date
	Collaborators int // how many others work on it; their names are not kept
	Followers     int
	Items         []PlaylistItem
	Current       bool // in the newest package; else it was changed or deleted since
	Package       string
}

// PlaylistItem is one entry of a playlist.
type PlaylistItem struct {
	Kind Kind
	Item
	Added lens.Date // zero in packages of 2020
}

// idItems is how many items take part in a playlist's ID. New items mostly go
// to the end, and three are enough to distinguish playlists of the same name.
const idItems = 3

func (r *reading) readPlaylists(sources []source) {
	groups := perPackage(r, sources, (*cursor).playlists)
	for _, list := range groups {
		identify(list)
	}
	r.account.Playlists = unite(groups)
	tellApart(r.account.Playlists)
}

// playlists appends the playlists of one document.
func (c *cursor) playlists(s *source, list []Playlist) []Playlist {
	one := func() { list = append(list, c.playlist(s.Package)) }
	if c.kind() == '[' { // somebody took the list out of its object
		c.objects(one)
		return list
	}
	c.object(func(key []byte) {
		if string(key) == "playlists" {
			c.objects(one)
		}
	})
	return list
}

func (c *cursor) playlist(pkg string) Playlist {
	p := Playlist{Package: pkg}
	c.object(func(key []byte) {
		switch string(key) {
		case "name":
			p.Name = c.text()
		case "description":
			p.Description = c.text()
		case "lastModifiedDate":
			p.Modified = date(c.text())
		case "numberOfFollowers":
			p.Followers = c.whole()
		case "collaborators":
			p.Collaborators = c.people()
		case "items", "tracks":
			c.objects(func() { p.Items = append(p.Items, c.playlistItem()) })
		}
	})
	return p
}

// itemKinds are the keys of an item, of which exactly one is not null.
var itemKinds = map[string]Kind{
	"track": KindTrack, "episode": KindEpisode, "audiobook": KindAudiobook, "localTrack": KindLocal,
}

func (c *cursor) playlistItem() PlaylistItem {
	var it PlaylistItem
	var bare Item // until 2019 an item is the track itself
	c.object(func(key []byte) {
		if kind, ok := itemKinds[string(key)]; ok {
			if c.kind() == '"' || c.expect('{') {
				it.Kind = kind
				it.Item = c.item()
			}
			return
		}
		if string(key) == "addedDate" {
			it.Added = date(c.text())
			return
		}
		c.itemField(&bare, key)
	})
	if it.Kind == KindNothing && bare.Name != "" {
		it.Kind, it.Item = KindTrack, bare
	}
	if it.Kind == KindLocal {
		it.fillLocal()
	}
	return it
}

// identify gives the playlists of one package their IDs. Where name and first
// items are the same, as with empty playlists, their order tells them apart.
func identify(list []Playlist) {
	seen := make(map[[sha256.Size]byte]int)
	for i := range list {
		p := &list[i]
		key := []byte("playlist\x00" + p.Name)
		for j := range p.Items[:min(idItems, len(p.Items))] {
			// By names, because packages of 2020 have no URIs.
			it := &p.Items[j]
			name := it.names()
			if name == "" {
				name = it.URI
			}
			key = append(append(key, 0), name...)
		}
		sum := sha256.Sum256(key)
		seen[sum]++
		if n := seen[sum]; n > 1 {
			sum = sha256.Sum256(strconv.AppendInt(append(key, 0), int64(n), 10))
		}
		p.ID = base64.RawURLEncoding.EncodeToString(sum[:8])
	}
}

// maxNamesakes bounds how many playlists of one name are compared with each
// other, which takes time in the square of their number.
const maxNamesakes = 32

// unite puts the playlists of several packages together, the newest first. A
// playlist of an older package is left out when a newer one has it: under the
// same ID, or under the same name with at least half of its items.
func unite(groups [][]Playlist) []Playlist {
	if len(groups) == 1 {
		for i := range groups[0] {
			groups[0][i].Current = true
		}
		return groups[0]
	}
	var out []Playlist
	var items []map[uint64]struct{} // of out, by names, where somebody asked
	var takenBy []int               // of out: the last group of which it continues a playlist
	byID := make(map[string]int)
	byName := make(map[string][]int)
	for g, list := range groups {
		newer := len(out)
		left := make([]Playlist, 0, len(list))
		for _, p := range list {
			if i, ok := byID[p.ID]; ok {
				takenBy[i] = g
				continue
			}
			left = append(left, p)
		}
	next:
		for _, p := range left {
			same := byName[p.Name]
			var names []uint64 // of p's items
			for n, i := range same {
				if n == maxNamesakes {
					break
				}
				if takenBy[i] == g {
					continue // each newer playlist continues one older
				}
				if items[i] == nil {
					items[i] = itemSet(out[i].Items)
				}
				if names == nil {
					names = itemNames(p.Items)
				}
				if continues(items[i], names) {
					takenBy[i] = g
					continue next
				}
			}
			p.Current = g == 0
			out, items, takenBy = append(out, p), append(items, nil), append(takenBy, -1)
		}
		for i := newer; i < len(out); i++ {
			byID[out[i].ID] = i
			byName[out[i].Name] = append(byName[out[i].Name], i)
		}
	}
	return out
}

// continues reports whether a newer playlist, given by the set of its items,
// has at least half of the items of the older one.
func continues(newer map[uint64]struct{}, older []uint64) bool {
	common := 0
	for _, name := range older {
		if _, ok := newer[name]; ok {
			common++
		}
	}
	return 2*common >= len(older)
}

// itemNames are hashes of the names of items.
func itemNames(items []PlaylistItem) []uint64 {
	names := make([]uint64, len(items))
	for i := range items {
		names[i] = xxhash.Sum64String(items[i].names())
	}
	return names
}

func itemSet(items []PlaylistItem) map[uint64]struct{} {
	set := make(map[uint64]struct{}, len(items))
	for _, name := range itemNames(items) {
		set[name] = struct{}{}
	}
	return set
}

// tellApart gives playlists of the same name numbers in their order.
func tellApart(list []Playlist) {
	used := make(map[string]bool, len(list))
	for i := range list {
		used[list[i].Name] = true
	}
	count := make(map[string]int)
	for i := range list {
		p := &list[i]
		count[p.Name]++
		p.DisplayName = p.Name
		for n := count[p.Name]; n > 1; n++ {
			// The number may be part of another playlist's real name.
			if name := p.Name + " (" + strconv.Itoa(n) + ")"; !used[name] {
				p.DisplayName, count[p.Name] = name, n
				break
			}
		}
	}
}

// Playlist is the playlist with that ID.
func (a *Account) Playlist(id string) (*Playlist, bool) {
	for i := range a.Playlists {
		if a.Playlists[i].ID == id {
			return &a.Playlists[i], true
		}
	}
	return nil, false
}
