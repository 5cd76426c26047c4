package history

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is every play, newest first.
type pageView struct {
	Headline prose.Text
	Search   list.SearchView
	List     list.HistoryListView
}
