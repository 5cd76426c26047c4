package account

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// Playlist is one playlist.
type Playlist struct {
	ID            string // safe in URLs; stays when items are added at the end
	Name          string // as the person named it, may be empty
	DisplayName   string // told apart from others of the name: "Chill (2)"
	Description   string
	Modified      dataset.Date
	Collaborators int // how many others work on it; their names are not kept
	Followers     int
	Items         []PlaylistItem
	Current       bool // in the newest package; else it was changed or deleted since
	Package       string
}

// PlaylistItem is one entry of a playlist.
type PlaylistItem struct {
	Kind Kind
	Thing
	Added dataset.Date // zero in packages of 2020
}

// idItems is how many items take part in a playlist's ID. New ones mostly go to
// the end, and three tell playlists of one name apart.
const idItems = 3

func (r *reading) readPlaylists(sources []Source) {
	var groups [][]Playlist
	for _, handout := range handouts(sources) {
		var list []Playlist
		for i := range handout {
			list = r.playlists(&handout[i], list)
		}
		identify(list)
		groups = append(groups, list)
	}
	r.account.Playlists = unite(groups)
	tellApart(r.account.Playlists)
}

// playlists appends the playlists of one document.
func (r *reading) playlists(s *Source, list []Playlist) []Playlist {
	c, done := r.open(s)
	defer done()
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
	c.object(func(key []byte) {
		if kind, ok := itemKinds[string(key)]; ok {
			if c.kind() == '"' || c.take('{') {
				it.Kind = kind
				it.Thing = c.thing()
			}
			return
		}
		if string(key) == "addedDate" {
			it.Added = date(c.text())
		}
	})
	if it.Kind == KindLocal {
		it.fillLocal()
	}
	return it
}

// people counts the names of an array of names or of objects with a name.
func (c *cursor) people() int {
	n := 0
	c.array(func() {
		named := false
		if c.kind() == '{' {
			c.object(func(key []byte) {
				switch string(key) {
				case "name", "displayName", "username", "userName":
					named = len(c.bytes()) > 0 || named
				}
			})
		} else {
			named = len(c.bytes()) > 0
		}
		if named {
			n++
		}
	})
	return n
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
		if n := seen[sum]; n > 0 {
			seen[sum]++
			sum = sha256.Sum256(strconv.AppendInt(append(key, 0), int64(n+1), 10))
		} else {
			seen[sum] = 1
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
	var out []Playlist
	for g, list := range groups {
		newer := out[:len(out):len(out)]
		taken := make([]bool, len(newer)) // each newer playlist continues one older
		byID := make(map[string]int, len(newer))
		byName := make(map[string][]int, len(newer))
		for i := range newer {
			byID[newer[i].ID] = i
			byName[newer[i].Name] = append(byName[newer[i].Name], i)
		}
		left := make([]Playlist, 0, len(list))
		for _, p := range list {
			if i, ok := byID[p.ID]; ok {
				taken[i] = true
				continue
			}
			left = append(left, p)
		}
	next:
		for _, p := range left {
			same := byName[p.Name]
			for _, i := range same[:min(maxNamesakes, len(same))] {
				if !taken[i] && continues(&newer[i], &p) {
					taken[i] = true
					continue next
				}
			}
			p.Current = g == 0
			out = append(out, p)
		}
	}
	return out
}

// continues reports whether the newer playlist is the older one grown or pruned.
func continues(newer, older *Playlist) bool {
	has := make(map[string]bool, len(newer.Items))
	for i := range newer.Items {
		has[newer.Items[i].names()] = true
	}
	common := 0
	for i := range older.Items {
		if has[older.Items[i].names()] {
			common++
		}
	}
	return 2*common >= len(older.Items)
}

// tellApart numbers the playlists of one name in their order.
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
				p.DisplayName, count[p.Name], used[name] = name, n, true
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
