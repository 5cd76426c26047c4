package overview

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is the first page of somebody's data.
type pageView struct {
	Span     string // "29 Mar 2018 – 28 Feb 2026"
	Headline prose.Text
	Lede     []prose.Text // one or two sentences, each on its own line
	Artists  list.CardListView
	Tracks   list.CardListView
	Albums   list.CardListView
	Shows    list.CardListView // left out when it has no rows
	Clock    charts.ClockView
	Receipt  receiptCardView
	// Breakdowns are small: kinds, countries, platforms. Those with fewer than
	// two rows say nothing and are better left out.
	Breakdowns []list.BreakdownView
	// Empty replaces everything but the receipt when the lens sees nothing.
	Empty *list.EmptyView
	// Ask says what the packages at hand leave out; nil for nothing.
	Ask *askView
}

// askView says what is missing and how to get it.
type askView struct {
	Title string
	Text  []prose.Text // a paragraph each
}

// receiptCardView is the card that accounts for the rows.
type receiptCardView struct {
	URL      string
	Sentence string // "Every row accounted for."
	Total    string // "59,404"
	Parts    []list.ReceiptPartView
}
