package account

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// ChangeKind is what somebody did to their library or a playlist.
type ChangeKind string

// The kinds. The values stand in URLs.
const (
	ChangeSaved           ChangeKind = "saved"   // to the library
	ChangeUnsaved         ChangeKind = "removed" // from the library
	ChangePlaylistAdded   ChangeKind = "added_to_playlist"
	ChangePlaylistRemoved ChangeKind = "removed_from_playlist"
	ChangePlaylistCreated ChangeKind = "playlist_created"
	ChangeOther           ChangeKind = "other" // Event says what
)

// ChangeKinds lists all of them, in the order in which a form offers them.
var ChangeKinds = []ChangeKind{
	ChangeSaved, ChangeUnsaved, ChangePlaylistAdded, ChangePlaylistRemoved, ChangePlaylistCreated, ChangeOther,
}

// Change is one event of the technical log.
type Change struct {
	Time     int64 // Unix milliseconds, 0 when it cannot be read
	Kind     ChangeKind
	Event    string   // as Spotify calls it: "AddedToPlaylist"
	URIs     []string // of what was added, saved or removed, each once
	Name     string   // of it, when the log tells
	Playlist Named    // what it was added to or removed from, or which was created
	Position int      // its place in the playlist, counted from 0; -1 when nobody knows
}

// Named is a URI and a name, either of which may be missing.
type Named struct{ URI, Name string }

func changeKind(event string) ChangeKind {
	e := strings.ToLower(event)
	added, removed := strings.HasPrefix(e, "added"), strings.HasPrefix(e, "removed")
	playlist := strings.Contains(e, "playlist")
	library := strings.Contains(e, "collection") || strings.Contains(e, "library")
	switch {
	case e == "playlistcreated":
		return ChangePlaylistCreated
	case added && playlist:
		return ChangePlaylistAdded
	case removed && playlist:
		return ChangePlaylistRemoved
	case added && library:
		return ChangeSaved
	case removed && library:
		return ChangeUnsaved
	}
	return ChangeOther
}

// inLibrary reports whether a change is of the library, where a playlist is
// something to be saved like anything else.
func (k ChangeKind) inLibrary() bool { return k == ChangeSaved || k == ChangeUnsaved }

func (r *reading) readChanges(sources []source) {
	all := uniteRows(perPackage(r, sources, (*cursor).changes), func(h *xxhash.Digest, c *Change) {
		hashTexts(h, strconv.FormatInt(c.Time, 10), c.Event, c.Name, c.Playlist.URI, c.Playlist.Name, strconv.Itoa(c.Position))
		hashTexts(h, c.URIs...)
	})
	// The files of one package are in no order that says anything.
	slices.SortStableFunc(all, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(a.Time, b.Time), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Playlist.URI, b.Playlist.URI),
			cmp.Compare(a.Position, b.Position), slices.Compare(a.URIs, b.URIs), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Playlist.Name, b.Playlist.Name))
	})
	r.account.Changes = all
}

// changes reads the rows that package export has kept. Their keys are not
// documented, so the type of a URI counts for more than its key.
func (c *cursor) changes(_ *source, rows []Change) []Change {
	c.objects(func() {
		row := Change{Position: -1}
		var values [][2]string // with their keys; what they mean depends on the event
		c.object(func(key []byte) {
			name := string(key)
			switch {
			case name == "change":
				row.Event = c.text()
			case name == "timestamp_utc":
				row.Time = c.time()
			case c.kind() == '[':
				for _, uri := range c.list() {
					values = append(values, [2]string{name, uri})
				}
			default:
				values = append(values, [2]string{name, c.text()})
			}
		})
		row.Kind = changeKind(row.Event)
		for _, v := range values {
			row.set(v[0], v[1])
		}
		if row.Kind == ChangePlaylistCreated && row.Playlist.Name == "" {
			row.Playlist.Name, row.Name = row.Name, ""
		}
		if row.Time == 0 {
			c.timeless++
		}
		rows = append(rows, row)
	})
	return rows
}

// set fills in what a value of a change says.
func (c *Change) set(key, value string) {
	ofPlaylist := strings.Contains(key, "playlist")
	switch {
	case strings.HasPrefix(value, "spotify:playlist:") && !c.Kind.inLibrary() && (c.Playlist.URI == "" || ofPlaylist):
		c.Playlist.URI = value
	case strings.HasPrefix(value, "spotify:"):
		// The context only says where in the app the person was.
		if !strings.Contains(key, "context") && !slices.Contains(c.URIs, value) {
			c.URIs = append(c.URIs, value)
		}
	case strings.HasSuffix(key, "name") || strings.HasSuffix(key, "title"):
		if ofPlaylist && !c.Kind.inLibrary() {
			c.Playlist.Name = value
		} else if c.Name == "" {
			c.Name = value
		}
	case strings.HasSuffix(key, "position") || strings.HasSuffix(key, "index"):
		if n, err := strconv.Atoi(value); err == nil {
			c.Position = n
		}
	}
}

// ResolvedChange is a change with the names of all that it is about.
type ResolvedChange struct {
	Change
	Items []ChangedItem
	// PlaylistID is the playlist's in Account.Playlists; "" when it is not there,
	// or when several have its name.
	PlaylistID string
}

// ChangedItem is what was added, saved or removed.
type ChangedItem struct {
	Item
	Entity dataset.Entity // in the history; without an ID when it was never played
}

// ResolvedChanges returns every change, the newest first, with the names that
// the history, the library and the playlists have for its URIs.
func (a *Account) ResolvedChanges(h *dataset.Dataset) []ResolvedChange {
	names := a.In(h)
	playlists := a.playlistNames()
	ids := make(map[string]string)
	for i := range a.Playlists {
		p := &a.Playlists[i]
		if _, twice := ids[p.Name]; twice {
			ids[p.Name] = ""
		} else {
			ids[p.Name] = p.ID
		}
	}
	var uris []string
	for i := range a.Changes {
		uris = append(uris, a.Changes[len(a.Changes)-1-i].URIs...)
	}
	entities := names.Entities(uris)
	out := make([]ResolvedChange, len(a.Changes))
	for i := range a.Changes {
		c := ResolvedChange{Change: a.Changes[len(a.Changes)-1-i]}
		for _, uri := range c.URIs {
			item := ChangedItem{Item: names.Item(uri), Entity: entities[0]}
			entities = entities[1:]
			if item.Name == "" {
				item.Name = playlists[uri]
			}
			if len(c.URIs) == 1 {
				item.Name = cmp.Or(item.Name, c.Name)
			}
			item.fillLocal()
			c.Items = append(c.Items, item)
		}
		if len(c.URIs) == 0 && c.Name != "" {
			c.Items = []ChangedItem{{Item: Item{Name: c.Name}}}
		}
		c.Playlist.Name = cmp.Or(c.Playlist.Name, playlists[c.Playlist.URI])
		if c.Playlist.Name != "" {
			c.PlaylistID = ids[c.Playlist.Name]
		}
		out[i] = c
	}
	return out
}

// playlistNames are the latest names of playlists by URI. Only the log has
// both.
func (a *Account) playlistNames() map[string]string {
	names := make(map[string]string)
	for i := range a.Changes {
		if p := a.Changes[i].Playlist; p.URI != "" && p.Name != "" {
			names[p.URI] = p.Name
		}
	}
	return names
}
