package charts

// SeriesView is several series over the same months, one under the other, each
// named where it begins: devices, platforms, countries, networks. All rows share
// one scale, for they are compared; whatever is not nothing is still seen.
type SeriesView struct {
	ID       string   // unique on the page
	Title    string   // "Platforms"
	Sentence string   // what is to be seen
	Label    string   // accessible name: "Hours a month by platform"
	Months   []string // "March 2018": one for each value of a row
	Years    []YearView
	Rows     []SeriesRowView
}

// SeriesRowView is one series.
type SeriesRowView struct {
	Label  string // "Android"
	URL    string // narrows the lens to it, optional
	Total  string // "1,204 h"
	Span   string // "Mar 2018 – Feb 2026", optional
	Values []int64
	// Figures are the values in words, for titles and for the table: "34 h".
	Figures []string
}

// CoverageView is which source covers which days. Days are counted from the
// first one of the map.
type CoverageView struct {
	ID       string     // unique on the page
	Label    string     // accessible name: "Covered days, 29 March 2018 to 28 February 2026"
	Sentence string     // "Every day since March 2018 is covered but for 12 in 2021."
	Days     int        // how long the map is
	Years    []YearView // First and Count in days
	Rows     []CoverageRowView
	// Gaps are the days that no source covers.
	Gaps []StretchView
}

// CoverageRowView is one source, or the days that both cover.
type CoverageRowView struct {
	Label string // "Extended history"
	Span  string // "29 March 2018 to 28 February 2026, to the second"
	Total string // "2,790 days"
	Kind  CoverageKind
	// Bands are what is drawn: stretches with less than a month between them are
	// one, for at a glance they are. Stretches are the exact ones of the table.
	Bands     []StretchView
	Stretches []StretchView
}

// CoverageKind is how a row of coverage is painted.
type CoverageKind string

// The kinds.
const (
	CoverageExact CoverageKind = "exact" // known to the second
	CoverageRough CoverageKind = "rough" // known to the minute
	CoverageBoth  CoverageKind = "both"
)

// StretchView is a run of days.
type StretchView struct {
	First int    // day of the chart
	Days  int    // at least 1
	Label string // "29 Mar 2018 – 1 Jan 2020"
	Count string // "643 days"
	Plays string // "12,204 plays"; empty for gaps
	URL   string // narrows the range to it
}
