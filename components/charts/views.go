// Package charts draws small charts on the server. Geometry is plain Go, rendering
// is templ. No chart needs an inline style: what differs from bar to bar is an
// attribute or a path, the rest is in the style sheet. The figures of every chart
// can be had as a table.
package charts

// MonthView is one month of a series. Series have no gaps.
type MonthView struct {
	Label string // "March 2019"
	Title string // the exact value: "March 2019: 34 h, 512 plays"
	URL   string // narrows the range to this month: "?from=2019-03&to=2019-03"
	Hours string // "34 h", for the table where it is shown
	Plays string // "512", for the table where it is shown
	Value int64  // height of the bar, in any unit: milliseconds
	Part  int64  // on an entity's page: the entity's share of Value, in the same unit
	Lit   bool   // inside the chosen range
}

// TableView says where the figures of a chart stand as text.
type TableView struct {
	ID    string // of the link to them; unique on the page
	URL   string // this page with them
	Shown bool   // they are asked for here
}

// YearView is a year that labels a series.
type YearView struct {
	Label string // "2019"
	Title string // the exact value: "2019: 412 h, 8,112 plays"; empty for the label alone
	URL   string // narrows the range to this year
	First int    // index into the months of its first month there
	Count int    // how many of the months belong to it
	Lit   bool   // the whole year is inside the chosen range
}

// SpineView is the strip of bars under the navigation: one a month over the
// whole history. The chosen range is lit, the rest dimmed.
type SpineView struct {
	Label  string // accessible name: "Hours a month, March 2018 to February 2026"
	Months []MonthView
	Years  []YearView
	Table  TableView
	// Subject is the artist, album, … whose Part is drawn against the whole;
	// empty on pages about everything.
	Subject string
	// Identity is the name that gives the Subject its hue.
	Identity string
}

// MonthsView is a bar chart of an entity's own months, on its own scale.
type MonthsView struct {
	ID       string // unique on the page
	Sentence string // says what is to be seen: "Most of it fell in the winter of 2021."
	Label    string // accessible name: "Hours of Pelwynfai a month"
	Months   []MonthView
	Years    []YearView
	Table    TableView
	Identity string // the name that gives the hue
	// Max is the value that the top gridline stands for, and MaxLabel its
	// label ("40 h"); 0 draws no gridline and scales to the largest month.
	Max      int64
	MaxLabel string
}

// HeatCellView is one hour of the week.
type HeatCellView struct {
	Value int64  // milliseconds
	Title string // "Monday, 15 to 16: 34 h"
	Hours string // "34 h", for the table
	URL   string // the plays that began in that hour; empty for a silent one
}

// HeatmapView is the hours of a week, Monday first.
type HeatmapView struct {
	ID    string // unique on the page
	Label string // accessible name
	Table TableView
	Cells [7][24]HeatCellView
	// DayURLs and HourURLs lead to the plays of a whole weekday, and to those of
	// an hour of any day.
	DayURLs  [7]string
	HourURLs [24]string
}

// StackPartView is one part of a stacked bar.
type StackPartView struct {
	Title string // "Kept: 53,411 rows, 89.9%"
	Value int64
	Tone  Tone
}

// Tone is how a part of a stacked bar is painted.
type Tone string

// The tones.
const (
	ToneAccent Tone = "accent" // what counts
	ToneSoft   Tone = "soft"   // known and left out
	ToneFaint  Tone = "faint"  // known from elsewhere
	ToneWarn   Tone = "warn"   // lost
)
