package history

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is every play, newest first.
type pageView struct {
	Headline prose.Text
	Search   list.SearchView
	List     list.Timeline
}

// playView is one line of the history.
type playView struct {
	Time    string // "21:47"
	Instant string // RFC 3339, for <time>
	Title   string // "Unknown title" when the row has none
	URL     string // empty when there is no page for it
	Artist  string // or show, or author
	// ArtistURL is empty when there is no page for it.
	ArtistURL string
	Played    string // "3:42"
	// End says how it ended: "finished", "skipped", "stopped"; Skipped dims it.
	End     string
	Skipped bool
	Detail  string // what Spotify wrote, for the tooltip: "ended by fwdbtn, shuffle on"
	Device  string // platform family: "Android"
	Kind    string // "podcast", "audiobook", "video"; empty for music
}

func (p playView) classes() string {
	classes := "play " + identity.Class(p.Artist)
	if p.Skipped {
		classes += " skipped"
	}
	return classes
}
