package searches

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is everything somebody searched for, newest first.
type pageView struct {
	Headline prose.Text
	Lede     prose.Text
	Facts    []list.FactView
	Top      list.CardListView // left out when it has no rows
	Search   list.SearchView
	List     list.Timeline
	Missing  *list.EmptyView
}

// searchedView is one search: what its records came to.
type searchedView struct {
	Time    string // "21:47"
	Instant string // RFC 3339, for <time>
	Text    string // "pelwynfai live"
	URL     string // every search for the same words
	Records string // "recorded 14 times", optional
	Device  string // "Android", optional
	// Played is what was played afterwards; empty says that nothing was.
	Played []playedView
}

// playedView is something that was played after a search.
type playedView struct {
	Name    string
	URL     string
	Creator string
	After   string // "after 40 s"
}
