package web

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Uri is that of the history or, for a track of account data, which has none,
// that of the library or of a playlist.
func (req *Request) Uri(known string, track bool, artist, title string) string {
	if known != "" || !track {
		return known
	}
	return req.Names().TrackURI(artist, title)
}

// PlayJSON is a play in the answers of the API.
type PlayJSON struct {
	TS          *string `json:"ts"`
	Start       *string `json:"start"`
	MsPlayed    int64   `json:"ms_played"`
	NoLength    bool    `json:"unknown_length"` // no file tells how long it was played, and ms_played is 0
	Kind        string  `json:"kind"`
	Video       bool    `json:"video"`
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Artist      string  `json:"artist"`
	Album       string  `json:"album"`
	URI         string  `json:"uri"`
	Platform    string  `json:"platform"`
	Country     string  `json:"country"`
	ReasonStart string  `json:"reason_start"`
	ReasonEnd   string  `json:"reason_end"`
	Shuffle     *bool   `json:"shuffle"`
	Skipped     *bool   `json:"skipped"` // as Spotify wrote it
	Skip        bool    `json:"skip"`    // derived, for all years
	Offline     *bool   `json:"offline"`
	Incognito   *bool   `json:"incognito"`
	MinuteOnly  bool    `json:"minute_only"` // from the account package: exact to the minute
}

var kindNames = map[export.Kind]string{
	export.KindUnknown: "unknown", export.KindMusic: "music",
	export.KindPodcast: "podcast", export.KindAudiobook: "audiobook",
}

// NewPlayJSON is a play as the API tells it.
func NewPlayJSON(req *Request, it dataset.Item) PlayJSON {
	return PlayJSON{
		TS: RFC3339(it.TS), Start: RFC3339(it.Start), MsPlayed: it.Ms, NoLength: it.UnknownLength,
		Kind: kindNames[it.Kind], Video: it.Video,
		ID: it.ID, Name: it.Name, Artist: it.Creator, Album: it.Collection,
		URI:      req.Uri(it.URI, it.Kind == export.KindMusic, it.Creator, it.Name),
		Platform: it.Platform, Country: it.Country,
		ReasonStart: it.ReasonStart, ReasonEnd: it.ReasonEnd,
		Shuffle: it.Shuffle.Bool(), Skipped: it.Skipped.Bool(), Skip: it.Traits&lens.Skipped != 0,
		Offline: it.Offline.Bool(), Incognito: it.Incognito.Bool(),
		MinuteOnly: it.Minute,
	}
}
