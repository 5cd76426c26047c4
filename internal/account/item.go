package account

import (
	"net/url"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
)

// Kind is what kind of thing stands in a playlist.
type Kind string

// The kinds. Spotify has used an item with nothing in it, too.
const (
	KindTrack     Kind = "track"
	KindEpisode   Kind = "episode"
	KindAudiobook Kind = "audiobook"
	KindLocal     Kind = "local" // a file of the person's own
	KindNothing   Kind = ""
)

// Item is something that was saved or put into a playlist.
type Item struct {
	Name       string // of a track, album, artist, show, episode, audiobook; may be empty
	Creator    string // artist, the show of an episode, publisher of a show, author
	Collection string // album of a track
	URI        string // empty in packages of 2020
}

// item reads any item. Lists use different keys for the same, but no key for
// two things, so one reader serves all.
func (c *cursor) item() Item {
	var t Item
	if c.kind() == '"' { // lists of 2026 hold bare URIs here and there
		if s := c.text(); strings.HasPrefix(s, "spotify:") {
			t.URI = s
		} else {
			t.Name = s
		}
		return t
	}
	c.object(func(key []byte) { c.itemField(&t, key) })
	return t
}

// itemField reads a member of an item.
func (c *cursor) itemField(t *Item, key []byte) {
	switch string(key) {
	case "trackName", "episodeName", "audiobookName", "name", "title", "track":
		t.Name = c.text()
	case "artistName", "artist", "showName", "show", "publisher", "authorName", "author":
		t.Creator = c.text()
	case "albumName", "album":
		t.Collection = c.text()
	case "trackUri", "episodeUri", "audiobookUri", "uri":
		t.URI = c.text()
	}
}

const localURI = "spotify:local:"

// fillLocal fills in the names of a person's own file from its URI, which has
// artist, album, title and seconds.
func (t *Item) fillLocal() {
	parts := strings.Split(strings.TrimPrefix(t.URI, localURI), ":")
	if !strings.HasPrefix(t.URI, localURI) || len(parts) < 3 {
		return
	}
	for i, name := range [...]*string{&t.Creator, &t.Collection, &t.Name} {
		if *name != "" {
			continue
		}
		// Names have plus signs for spaces. One that cannot be unescaped is
		// kept as it is.
		if s, err := url.QueryUnescape(parts[i]); err == nil {
			*name = s
		} else {
			*name = parts[i]
		}
	}
}

// names identifies an item where there are no URIs, or several for the same
// recording. It is empty for an item without a name.
func (t *Item) names() string {
	if t.Name == "" {
		return ""
	}
	return fold.Key(t.Name) + "\x00" + fold.Key(t.Creator)
}

// key tells items apart: by URI, and where there is none by names.
func (t *Item) key() string {
	if t.URI != "" {
		return t.URI
	}
	return t.names()
}

// Ref is how the item is looked up in a history: by URI and names.
func (t *Item) Ref() dataset.TrackRef {
	return dataset.TrackRef{URI: t.URI, Title: t.Name, Creator: t.Creator}
}
