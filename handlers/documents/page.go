package documents

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// documentView is a document of a package, whatever it holds.
type documentView struct {
	Name     string // "FamilyPlan.json"
	Trail    []layout.LinkView
	Headline prose.Text // what it is, in words, with its size
	Facts    []list.FactView
	// Reveal is nil when nothing in it is masked.
	Reveal *list.RevealView
	Root   list.NodeView
	// Unreadable is said instead of the tree when the document is no JSON.
	Unreadable *list.EmptyView
}
