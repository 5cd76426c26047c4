package changes

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is what somebody changed, newest first.
type pageView struct {
	Headline prose.Text
	Lede     prose.Text
	Kinds    []list.TabView
	Search   list.SearchView
	List     list.ChangeListView
	Missing  *list.EmptyView
}
