package charts

// SeriesView is several series over the same months, one under the other, each
// named where it begins: devices, platforms, countries, networks. Each row has
// its own scale, for the question is when, and the figure at its end says how
// much.
type SeriesView struct {
	ID     string   // unique on the page
	Label  string   // accessible name: "Hours a month by platform"
	Months []string // "March 2018": one for each value of a row
	Years  []YearView
	Rows   []SeriesRowView
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
	// Gaps are the days that no source covers, Overlaps those that several do.
	Gaps     []StretchView
	Overlaps []StretchView
}

// CoverageRowView is one source.
type CoverageRowView struct {
	Label     string // "Extended history"
	Note      string // "exact"
	Exact     bool   // to the second; otherwise to the minute
	Stretches []StretchView
}

// StretchView is a run of days.
type StretchView struct {
	First int    // day on the map
	Days  int    // at least 1
	Label string // "29 Mar 2018 – 1 Jan 2020"
	Count string // "643 days"
	Plays string // "12,204 plays"; empty for gaps
	URL   string // narrows the range to it
}
