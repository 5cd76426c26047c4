// Package accounttest makes documents that were made to hurt: small in a ZIP,
// and much to build.
package accounttest

import (
	"bytes"
	"fmt"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// A Kind is a kind of document with a list in it, whose elements may be repeated
// for as long as somebody likes.
type Kind struct {
	Title  string
	Topic  export.Topic
	Name   string // of the file
	Before string
	// Element is one of the list; where it holds %d, that is its number.
	Element string
	After   string
	// Others is how many elements stand outside of the list.
	Others int
	Page   string // on which most of it is shown
}

// Kinds are documents of every topic that something is built of, and of some of
// which only a tree is.
var Kinds = []Kind{
	{"items that are nothing", export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"a","items":[`, `{}`, `]}]}`, 1, "/playlists"},
	{"items without a name", export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"a","items":[`, `{"track":{}}`, `]}]}`, 1, "/playlists"},
	{"playlists without a name", export.TopicPlaylists, "Playlist1.json", `{"playlists":[`, `{}`, `]}`, 0, "/playlists"},
	{"saved tracks", export.TopicLibrary, "YourLibrary.json", `{"tracks":[`, `{}`, `]}`, 0, "/library"},
	{"searches", export.TopicSearches, "SearchQueries.json", `[`, `{}`, `]`, 0, "/searches"},
	{"artists to advertise to", export.TopicMarquee, "Marquee.json", `[`, `{}`, `]`, 0, "/opinions"},
	{"guesses", export.TopicInferences, "Inferences.json", `{"inferences":[`, `"a"`, `]}`, 0, "/opinions"},
	{"statistics", export.TopicSoundCapsule, "YourSoundCapsule.json", `{"stats":[`, `{}`, `]}`, 0, "/opinions"},
	{"messages", export.TopicMessages, "MessageData.json", `{"c":{"messages":[`, `1`, `]}}`, 0, "/privacy"},
	{"ratings of podcasts", export.TopicPodcastInteractivity, "PodcastInteractivityRatedShow.json", `{"ratedShows":[`, `{}`, `]}`, 0, "/opinions"},
	{"payments", export.TopicPayments, "Payments.json", `[`, `{}`, `]`, 0, "/privacy"},
	{"what has no page of its own", export.TopicFestivals, "UserFestivalsDataForSAR.json", `{"x":[`, `[]`, `]}`, 0, "/privacy"},
}

// JSON is the document with so many elements in its list.
func (k Kind) JSON(elements int) []byte {
	var b bytes.Buffer
	b.WriteString(k.Before)
	numbered := bytes.Contains([]byte(k.Element), []byte("%"))
	for i := range elements {
		if i > 0 {
			b.WriteByte(',')
		}
		if numbered {
			b.WriteString(k.numbered(i))
		} else {
			b.WriteString(k.Element)
		}
	}
	b.WriteString(k.After)
	return b.Bytes()
}

// numbered is an element of its own. A %c is a letter that those beside it have not.
func (k Kind) numbered(i int) string {
	if bytes.Contains([]byte(k.Element), []byte("%[2]c")) {
		return fmt.Sprintf(k.Element, i, 'a'+i%26)
	}
	return fmt.Sprintf(k.Element, i)
}

// Full are documents that take as much as they can within the bounds: every
// element says something, and something else.
var Full = []Kind{
	{"items", export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"a","items":[`,
		`{"track":{"trackName":"t%[1]d","artistName":"a%[1]d","albumName":"b%[1]d","trackUri":"spotify:track:%022[1]d"},"addedDate":"2024-01-02"}`, `]}]}`, 1, "/playlists"},
	{"playlists", export.TopicPlaylists, "Playlist1.json", `{"playlists":[`, `{"name":"n%[1]d","description":"d%[1]d"}`, `]}`, 0, "/playlists"},
	{"playlists of one name", export.TopicPlaylists, "Playlist1.json", `{"playlists":[`, `{"name":"n","lastModifiedDate":"%d"}`, `]}`, 0, "/playlists"},
	{"saved tracks", export.TopicLibrary, "YourLibrary.json", `{"tracks":[`,
		`{"artist":"a%[1]d","album":"b%[1]d","track":"t%[1]d","uri":"spotify:track:%022[1]d"}`, `]}`, 0, "/library"},
	{"searches", export.TopicSearches, "SearchQueries.json", `[`,
		`{"platform":"p%[1]d","searchTime":"2024-01-02T03:04:05.678Z[UTC]","searchQuery":"%[2]c %[1]d","searchInteractionURIs":[]}`, `]`, 0, "/searches"}, // no two go on from each other
	{"what was opened", export.TopicSearches, "SearchQueries.json", `[{"searchTime":"2024-01-02T03:04:05Z","searchQuery":"q","searchInteractionURIs":[`,
		`"spotify:track:%022d"`, `]}]`, 1, "/searches"},
	{"changes", export.TopicChanges, "AddedToPlaylist.json", `[`,
		`{"change":"AddedToPlaylist","timestamp_utc":"2024-01-02T03:04:05Z","message_item_uri":"spotify:track:%022[1]d","message_playlist_uri":"spotify:playlist:%022[1]d","message_playlist_name":"p%[1]d"}`, `]`, 0, "/changes"},
	{"artists to advertise to", export.TopicMarquee, "Marquee.json", `[`, `{"artistName":"a%[1]d","segment":"s%[1]d"}`, `]`, 0, "/opinions"},
	{"guesses", export.TopicInferences, "Inferences.json", `{"inferences":[`, `"guess %d"`, `]}`, 0, "/opinions"},
	{"statistics", export.TopicSoundCapsule, "YourSoundCapsule.json", `{"stats":[`,
		`{"date":"2024-01-02","topTracks":[{"name":"t%[1]d"}],"topArtists":[{"name":"a%[1]d"}],"topGenres":[{"name":"g%[1]d"}]}`, `]}`, 0, "/opinions"},
	{"ratings of podcasts", export.TopicPodcastInteractivity, "PodcastInteractivityRatedShow.json", `{"ratedShows":[`, `{"showName":"s%[1]d","comment":"c%[1]d"}`, `]}`, 0, "/opinions"},
	{"prompts", export.TopicPrompts, "UserPrompts.json", `[`, `{"message":"m%d"}`, `]`, 0, "/opinions"},
	{"answers", export.TopicBottle, "PlaylistInABottle.json", `{"capsule2024":{"response":[`, `{"question":"q%[1]d","answer":"spotify:track:%022[1]d"}`, `]}}`, 0, "/opinions"},
	{"top tracks", export.TopicWrapped, "Wrapped2024.json", `{"topTracks":{"topTracks":[`, `"spotify:track:%022d"`, `]}}`, 0, "/wrapped"},
	{"messages", export.TopicMessages, "MessageData.json", `{"c":{"messages":[`, `{"k%[1]d":"m%[1]d"}`, `]}}`, 0, "/privacy"},
}
