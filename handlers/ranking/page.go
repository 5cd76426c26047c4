package ranking

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is a ranked list: artists, albums, tracks, shows, audiobooks.
type pageView struct {
	Kinds    []layout.LinkView // the charts, this one among them
	Heading  string            // "Artists"
	Headline prose.Text        // "You listened to 1,233 artists."
	Lede     prose.Text        // optional
	Search   list.SearchView
	List     list.RankedListView
}
