package list

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// CollectionView is a page around one searchable table: the playlists, one
// playlist, the tracks of all playlists, the library, the documents.
type CollectionView struct {
	Eyebrow string            // "Playlists"
	Trail   []layout.LinkView // leads up, beside the eyebrow
	// Title is the name of the one thing the page is about, a playlist: it is
	// the heading then, and Headline the sentence beneath.
	Title    string
	Headline prose.Text
	Lede     prose.Text // optional
	Facts    []FactView
	Tabs     []TabView
	TabsName string // accessible name of the tabs: "Parts of the library"
	// Cards are up to three short lists above the table; they are left out
	// while somebody searches.
	Cards   []CardListView
	Search  SearchView
	List    TableListView
	Actions []layout.LinkView
	// Missing takes the place of all below the headline when no package holds
	// any of it.
	Missing *EmptyView
}
