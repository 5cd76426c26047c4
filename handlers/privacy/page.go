package privacy

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView shows what the packages give away.
type pageView struct {
	Headline prose.Text
	Lede     prose.Text
	Facts    []list.FactView
	// Series are devices, platforms, countries and networks over time.
	Series []seriesCardView
	// Hidden are plays offline and in private sessions, by year.
	Hidden []list.BreakdownView
	// Documents are those with personal fields; None is the line that stands
	// instead when there are none.
	Documents []list.PersonalDocumentView
	None      string
	Fields    prose.Text // "37 fields about you in 4 documents."
	Reveal    list.RevealView
}

// seriesCardView is a card with series over time.
type seriesCardView struct {
	Title    string // "Platforms"
	Sentence string // computed: what is to be seen
	Chart    charts.SeriesView
}
