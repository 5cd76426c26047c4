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
	List     list.SearchListView
	Missing  *list.EmptyView
}
