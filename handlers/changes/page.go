package changes

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is what somebody changed, newest first.
type pageView struct {
	Headline prose.Text
	Lede     prose.Text
	Kinds    []list.TabView
	Search   list.SearchView
	List     list.Timeline
	Missing  *list.EmptyView
}

// changeView is one change.
type changeView struct {
	Time     string // "21:47"
	Instant  string // RFC 3339, for <time>
	Label    string // "Added to playlist"
	Items    []changedItemView
	More     string           // "and 12 more", optional
	Where    string           // "to", "from": leads to Playlist
	Playlist *layout.LinkView // optional; without a URL when there is no page for it
}

// changedItemView is something that was saved, added or removed.
type changedItemView struct {
	Name    string
	URL     string // optional
	Creator string // optional
}
