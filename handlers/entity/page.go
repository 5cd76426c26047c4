package entity

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is the page of an artist, album, track, show, episode,
// audiobook or chapter.
type pageView struct {
	Kind     string // "Artist"
	Name     string
	Identity string // the name that gives monogram and hue; empty means Name
	// Trail leads up: the artist and album of a track, the show of an episode.
	Trail []layout.LinkView
	// Headline is the hero sentence beneath the name, with its figures.
	Headline prose.Text
	Facts    []list.FactView
	Months   charts.MonthsView
	Clock    *charts.ClockView // optional
	Lists    []list.CardListView
	// Actions lead on: "Every play", "Leave out of everything".
	Actions []layout.LinkView
	// Empty replaces chart and lists when the lens sees nothing of it.
	Empty *list.EmptyView
}

// identity is the name whose colour and letter the page wears.
func (v pageView) identity() string {
	if v.Identity != "" {
		return v.Identity
	}
	return v.Name
}

// entityListClass gives the first list two thirds and the second one third of
// the width; a list on its own has all of it.
func entityListClass(i, n int) string {
	switch {
	case n == 1:
		return "span-3"
	case i%2 == 0 && i == n-1:
		return "span-3"
	case i%2 == 0:
		return "span-2"
	default:
		return "compact"
	}
}
