package wrapped

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView holds each Wrapped against the person's own data.
type pageView struct {
	Headline prose.Text
	Lede     prose.Text
	Years    []yearView // newest first
	Missing  *list.EmptyView
}

// yearView is one year's audit.
type yearView struct {
	Year     string // "2024"
	Sentence prose.Text
	Figures  []list.ComparisonView
	Lists    []list.SideBySideView
	// Rest is what the file says that the data cannot check: "Listening age".
	Rest []list.FactView
	// Tree is what else the file says, under its own keys, folded away.
	Tree   *list.NodeView
	Source layout.LinkView // the document it is read from
}

// tabs lead to the years further down.
func (v pageView) tabs() []list.TabView {
	var out []list.TabView
	for _, y := range v.Years {
		out = append(out, list.TabView{Label: y.Year, URL: "#" + y.id()})
	}
	return out
}

func (y yearView) id() string { return "wrapped-" + y.Year }
