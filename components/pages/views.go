// Package pages holds one component a page. A page takes the frame's view and
// its own; it renders the whole document.
package pages

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// StartView is the page of somebody who has uploaded nothing.
type StartView struct {
	Upload    partials.UploadView
	SampleURL string // where "Try it with sample data" is posted; empty in the sample
	BackURL   string // back to the sample; empty outside of it
	Lifetime  string // how long data is kept: "7 days"
	// NoData is for somebody who wanted a page of data that is not here.
	NoData bool
}

// ImportView is the page of an import that is under way.
type ImportView struct {
	URL      string // of this page, to look again without script; posted to, to take over or to fetch what is stored
	Progress partials.ProgressView
	Stored   bool // the import is done
}

// OverviewView is the first page of somebody's data.
type OverviewView struct {
	Span     string // "29 Mar 2018 – 28 Feb 2026"
	Headline prose.Text
	Lede     []prose.Text // one or two sentences, each on its own line
	Artists  partials.CardListView
	Tracks   partials.CardListView
	Albums   partials.CardListView
	Shows    partials.CardListView // left out when it has no rows
	Clock    ClockView
	Receipt  ReceiptCardView
	// Breakdowns are small: kinds, countries, platforms. Those with fewer than
	// two rows say nothing and are better left out.
	Breakdowns []partials.BreakdownView
	// Empty replaces everything but the receipt when the lens sees nothing.
	Empty *partials.EmptyView
	// Ask says what the packages at hand leave out; nil for nothing.
	Ask *AskView
}

// AskView says what is missing and how to get it.
type AskView struct {
	Title string
	Text  []prose.Text // a paragraph each
}

// ClockView is the card "When you listen".
type ClockView struct {
	Sentence string // "Mostly on weekday evenings. The quietest hour …"
	Heatmap  charts.HeatmapView
}

// ReceiptCardView is the card that accounts for the rows.
type ReceiptCardView struct {
	URL      string
	Sentence string // "Every row accounted for."
	Total    string // "59,404"
	Parts    []partials.ReceiptPartView
}

// RankedPageView is a ranked list: artists, albums, tracks, shows, audiobooks.
type RankedPageView struct {
	Heading  string     // "Artists"
	Headline prose.Text // "You listened to 1,233 artists."
	Lede     prose.Text // optional
	Search   partials.SearchView
	List     partials.RankedListView
}

// EntityPageView is the page of an artist, album, track, show, episode,
// audiobook or chapter.
type EntityPageView struct {
	Kind     string // "Artist"
	Name     string
	Identity string // the name that gives monogram and hue; empty means Name
	// Trail leads up: the artist and album of a track, the show of an episode.
	Trail []layout.LinkView
	// Headline is the hero sentence beneath the name, with its figures.
	Headline prose.Text
	Facts    []partials.FactView
	Months   charts.MonthsView
	Clock    *ClockView // optional
	Lists    []partials.CardListView
	// Actions lead on: "Every play", "Leave out of everything".
	Actions []layout.LinkView
	// Empty replaces chart and lists when the lens sees nothing of it.
	Empty *partials.EmptyView
}

// HistoryPageView is every play, newest first.
type HistoryPageView struct {
	Headline prose.Text
	Search   partials.SearchView
	List     partials.HistoryListView
}

// ReceiptPageView accounts for every file and every row.
type ReceiptPageView struct {
	Headline prose.Text // "59,404 rows in 14 files. Every one accounted for."
	Lede     prose.Text // optional
	Total    string
	Parts    []partials.ReceiptPartView // they add up to Total
	// Problems are the files that were not read as a whole, to be seen first; they
	// stand among the others as well. MoreProblems says how many there are beyond.
	Problems     []ReceiptProblemView
	MoreProblems string
	Uploads      []ReceiptUploadView
	// Coverage is which source covers which days; nil leaves it out.
	Coverage *charts.CoverageView
	// OverviewURL is where to go from here.
	OverviewURL string
	Kept        string // until when the data is here
	ForgetURL   string // where it is deleted
	// Upload adds to it, with Merge set; BringURL is where one's own data goes
	// instead, in the sample.
	Upload   partials.UploadView
	BringURL string
}

// ReceiptUploadView is one package on the receipt.
type ReceiptUploadView struct {
	Name    string // "my_spotify_data.zip"
	Summary string // "36 files, 13 of them history, 59,404 rows"
	Groups  []ReceiptGroupView
}

// ReceiptGroupView is what belongs together in a package, folded until it is
// asked for.
type ReceiptGroupView struct {
	Title string // "13 files of history"
	Open  bool
	Files []ReceiptFileView
}

// ReceiptProblemView is a file that was not read as a whole.
type ReceiptProblemView struct {
	Name    string
	Package string // the upload that it lies in
	Status  FileStatus
	Reasons []string
}

// ReceiptFileView is one file on the receipt. Counts are formatted; empty ones
// are shown as a dash.
type ReceiptFileView struct {
	Name       string
	Holds      string // "extended history", "playlists"
	Span       string // "29 Mar 2018 – 1 Jan 2020", optional
	Status     FileStatus
	Reason     string // one sentence, optional
	Problems   []string
	Rows       string
	Kept       string
	Duplicate  string
	Elsewhere  string
	Unreadable string
}

// FileStatus is what became of a file.
type FileStatus string

// What can become of a file.
const (
	FileRead    FileStatus = "read"
	FilePartly  FileStatus = "partly read"
	FileIgnored FileStatus = "not needed"
	FileUnknown FileStatus = "not understood"
)

// ForgetView asks before everything is deleted.
type ForgetView struct {
	Action  string // POST
	Rows    string // "53,411 plays", what will be gone
	BackURL string
}

// ForgottenView says that everything is deleted.
type ForgottenView struct {
	StartURL string
}

// GoneView says that the session's data is no longer here.
type GoneView struct {
	ClearURL  string // posted to, to tidy the session up; empty when that is done
	Upload    partials.UploadView
	SampleURL string
}

// ElsewhereView says that the session's data lies with another instance.
type ElsewhereView struct {
	Title, Message string
	RetryURL       string
	Upload         partials.UploadView
}

// ErrorView is a page that could not be shown.
type ErrorView struct {
	Status    int
	Title     string // "There is no such artist here."
	Message   string // what to do
	Action    layout.LinkView
	RequestID string
}
