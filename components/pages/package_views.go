package pages

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// CollectionPageView is a page around one searchable table: the playlists, one
// playlist, the tracks of all playlists, the library, the documents.
type CollectionPageView struct {
	Eyebrow string            // "Playlists"
	Trail   []layout.LinkView // leads up, beside the eyebrow
	// Title is the name of the one thing the page is about, a playlist: it is
	// the heading then, and Headline the sentence beneath.
	Title    string
	Headline prose.Text
	Lede     prose.Text // optional
	Facts    []partials.FactView
	Tabs     []partials.TabView
	TabsName string // accessible name of the tabs: "Parts of the library"
	// Cards are up to three short lists above the table; they are left out
	// while somebody searches.
	Cards   []partials.CardListView
	Search  partials.SearchView
	List    partials.TableListView
	Actions []layout.LinkView
	// Missing takes the place of all below the headline when no package holds
	// any of it.
	Missing *partials.EmptyView
}

// SearchesPageView is everything somebody searched for, newest first.
type SearchesPageView struct {
	Headline prose.Text
	Lede     prose.Text
	Facts    []partials.FactView
	Top      partials.CardListView // left out when it has no rows
	Search   partials.SearchView
	List     partials.SearchListView
	Missing  *partials.EmptyView
}

// ChangesPageView is what somebody changed, newest first.
type ChangesPageView struct {
	Headline prose.Text
	Lede     prose.Text
	Kinds    []partials.TabView
	Search   partials.SearchView
	List     partials.ChangeListView
	Missing  *partials.EmptyView
}

// OpinionsPageView is what Spotify thinks of somebody.
type OpinionsPageView struct {
	Headline prose.Text
	Lede     prose.Text
	// Opinions are follow, Marquee, inferences, taste profile, prompts and Sound
	// Capsule, also those that the packages do not hold.
	Opinions []OpinionView
	Missing  *partials.EmptyView
}

// OpinionView is one side of what Spotify thinks. Whatever is empty is left out.
type OpinionView struct {
	ID       string // unique on the page: "marquee"
	Title    string // "How much of a fan you are"
	Sentence prose.Text
	// Absent is an honest line that takes the place of the rest: "No package
	// holds Marquee.json."
	Absent string
	Facts  []partials.FactView
	Groups []partials.GroupView
	Quotes []QuoteView
	Months []partials.CapsuleMonthView
	// Source leads to the document it is read from.
	Source layout.LinkView
}

// QuoteView is something the person wrote, or that Spotify wrote about them.
type QuoteView struct {
	Text string
	When string // "3 May 2025", optional
	Note string // optional
}

// WrappedPageView holds each Wrapped against the person's own data.
type WrappedPageView struct {
	Headline prose.Text
	Lede     prose.Text
	Years    []WrappedYearView // newest first
	Missing  *partials.EmptyView
}

// WrappedYearView is one year's audit.
type WrappedYearView struct {
	Year     string // "2024"
	Sentence prose.Text
	Figures  []partials.ComparisonView
	Lists    []partials.SideBySideView
	// Rest is what the file says that the data cannot check: "Listening age".
	Rest []partials.FactView
	// Tree is what else the file says, under its own keys, folded away.
	Tree   *partials.NodeView
	Source layout.LinkView // the document it is read from
}

// PrivacyPageView shows what the packages give away.
type PrivacyPageView struct {
	Headline prose.Text
	Lede     prose.Text
	Facts    []partials.FactView
	// Series are devices, platforms, countries and networks over time.
	Series []SeriesCardView
	// Hidden are plays offline and in private sessions, by year.
	Hidden []partials.BreakdownView
	// Documents are those with personal fields; None is the line that stands
	// instead when there are none.
	Documents []partials.PersonalDocumentView
	None      string
	Fields    prose.Text // "37 fields about you in 4 documents."
	Reveal    partials.RevealView
}

// SeriesCardView is a card with series over time.
type SeriesCardView struct {
	Title    string // "Platforms"
	Sentence string // computed: what is to be seen
	Chart    charts.SeriesView
}

// DocumentPageView is a document of a package, whatever it holds.
type DocumentPageView struct {
	Name     string // "FamilyPlan.json"
	Trail    []layout.LinkView
	Headline prose.Text // what it is, in words, with its size
	Facts    []partials.FactView
	// Reveal is nil when nothing in it is masked.
	Reveal *partials.RevealView
	Root   partials.NodeView
	// Unreadable is said instead of the tree when the document is no JSON.
	Unreadable *partials.EmptyView
}
