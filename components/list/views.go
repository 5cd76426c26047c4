// Package list holds the parts of pages that htmx swaps on their own, and
// those that several pages share.
package list

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// StepView is a link that htmx can follow without leaving the page: Partial is
// what is fetched, URL what the address bar shows and what is followed without
// JavaScript.
type StepView struct {
	Label   string
	URL     string
	Partial string
	Current bool
}

// EmptyView says what is missing, why, and the one thing to do next.
type EmptyView struct {
	Title   string // "No artist is called “zzz”."
	Message string // "The search looks at names in the chosen range."
	// How says how to get what is missing, optional.
	How    prose.Text
	Action layout.LinkView
}

// AlertView says what went wrong, in the page where it happened.
type AlertView struct {
	Title     string // "That ZIP is encrypted."
	Message   string // what to do
	File      string // the file it is about, optional
	RequestID string // to quote when asking for help, optional
}

// SearchView is the search field of a list.
type SearchView struct {
	Label       string // accessible name: "Search artists"
	Placeholder string
	Action      string // the page, for the form without JavaScript
	Partial     string // the partial's path; htmx sends the form's fields with it
	Query       string
}

// RowView is one line of a ranked list.
type RowView struct {
	Rank       int
	Name       string
	URL        string
	Creator    string // second line: the artist of a track; optional
	CreatorURL string
	// Identity is the name that gives monogram and hue: the artist's, also for
	// albums and tracks. Empty means Name.
	Identity string
	Spark    []int64 // may be empty: then no spark line
	Share    float64 // 0 to 1 of the longest bar
	Hours    string  // "289 h"
	Plays    string  // "2,780 plays"
	Title    string  // the exact value: "289 hours 12 minutes, 2,780 plays"
}

// LineView is a thing of a short list.
type LineView struct {
	Name, URL string
	Identity  string // the name that gives monogram and hue
	Figure    string // "63.8 h"
}

// RankedListView is the part of a ranked page that search, sort and paging
// replace.
type RankedListView struct {
	Frame
	Rows []RowView
}

// PagerView is the way through a list of pages.
type PagerView struct {
	Text     string    // "51–100 of 1,233"
	Previous *StepView // nil on the first page
	Next     *StepView // nil on the last
}

// CardListView is a short ranked list in a card.
type CardListView struct {
	ID       string // unique on the page: "artists"
	Title    string // "Artists"
	AllLabel string // "all 1,233"
	AllURL   string
	Rows     []RowView
	// Empty is shown instead of rows: "Nothing in this range."
	Empty string
}

// ShareRowView is one line of a breakdown.
type ShareRowView struct {
	Label   string // "Germany"
	URL     string // narrows the lens to it; optional
	Share   float64
	Percent string // "83%", or another figure that Count names
	Hours   string
}

// BreakdownView is a small table of shares: kinds, countries, platforms.
type BreakdownView struct {
	ID       string // unique on the page
	Title    string
	Sentence string // computed: "Nearly all of it in Germany."
	Count    string // heads the last column, for screen readers; empty means "Share"
	Rows     []ShareRowView
}

// ReceiptPartView is one of the ways a row can end.
type ReceiptPartView struct {
	Label   string // "Kept"
	Rows    string // "53,411"
	Percent string // "89.9%"
	Note    string // what it means, on the receipt page
	Value   int64
	End     RowEnd
}

// RowEnd is what became of rows.
type RowEnd uint8

// What can become of rows.
const (
	EndKept RowEnd = iota
	EndDuplicate
	EndElsewhere
	EndUnreadable
)

// UploadView is the form that takes packages.
type UploadView struct {
	Action      string // "/uploads", for the form in one request
	FilesURL    string // "/files", where the script sends files in parts
	ImportsURL  string // "/imports", where it says that they are there
	ProgressURL string // "/partials/imports/", polled while the server reads
	DiscardURL  string // "/files/discard"
	DoneURL     string // "/", where the browser goes afterwards
	ImportID    string // of the import that the form without script begins
	Token       string // CSRF token of who is signed in
	PartBytes   int    // how much the script sends in one request
	MaxBytes    int64  // how much one upload may have
	Accept      string // ".zip,.json,application/zip,application/json"
	Limit       string // "Up to 2 GB in one go.", optional
	PlainLimit  string // what the form without script takes, optional
	// Files have arrived, whole or in part, and were not read yet.
	Files []UploadFileView
	// Scripts are those of the form: modules, but for the first.
	Scripts []string
	// Merge offers the choice between adding to what is here and replacing it;
	// Replace is the choice made before, when the form is shown again.
	Merge, Replace bool
	Alert          *AlertView
}

// UploadFileView is a file that has arrived, whole or in part.
type UploadFileView struct {
	ID            string
	Name          string
	Size, Arrived string // "12.4 MB"
	Bytes         int64
	ArrivedBytes  int64
	Done          bool
}

// ProgressView is how far the reading of an upload has come.
type ProgressView struct {
	PollURL     string // fetched again after a moment; empty when it is over
	TakeOverURL string // posted to at once, when nobody is reading any more; optional
	Sentence    string // "File 3 of 7 · 84,000 plays so far"
	Done        int64  // bytes
	All         int64  // 0 while unknown
}

// FactView is a figure with its name.
type FactView struct {
	Label string     // "First play"
	Value prose.Text // "29 March 2018"
	Note  string     // "Lo Or Renloto", optional
}
