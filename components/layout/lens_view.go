package layout

import "github.com/spotify-data-tool/spotify-data-tool/components/charts"

// LensView is the spine with the chips beneath it.
type LensView struct {
	// Announce says in one sentence what the lens sees now, for screen readers
	// after a change: "18 December 2023 to 28 February 2026, music."
	Announce string
	Spine    charts.SpineView
	// Presets are the ranges: All time, Last 12 months, 2025, 2024.
	Presets []LinkView
	// Range is the chip with the from/to form; dragging on the spine fills in
	// and submits this very form.
	Range RangeView
	// Choices are the remaining chips: kinds, what counts as a play, time zone,
	// country, platform. Leave one out when it offers no choice.
	Choices []ChoiceView
	// Exclusions is the chip with the artists and shows left out; nil hides it.
	Exclusions *ExclusionsView
	// Filters are those that links set and no form: each a chip that takes it off.
	Filters []FilterView
	// ResetURL shows everything again; empty when nothing is narrowed.
	ResetURL string
}

// RangeView is the chip with the form for a range of dates.
type RangeView struct {
	Label   string // "Custom…", or the range itself when it is no preset: "3 Jan – 9 Mar 2021"
	Current bool
	Action  string // path the form is sent to (GET)
	From    string // "2021-01-03", the chosen bounds; empty for none
	To      string
	Min     string // "2018-03-29", the first and last day of the history
	Max     string
	Hidden  []FieldView // the other lens parameters, page and cursor left out
}

// ChoiceStyle is how a choice is made.
type ChoiceStyle uint8

// The styles of choice.
const (
	ChooseOne  ChoiceStyle = iota // radio buttons
	ChooseMany                    // check boxes
	ChooseText                    // a text field that suggests the options, sent by POST: time zones
)

// ChoiceView is a chip that opens a small form.
type ChoiceView struct {
	ID      string // "kind", "min", "tz", "country", "platform"; unique on the page
	Label   string // what is chosen now: "Music + podcasts", "Plays ≥ 30 s"
	Changed bool   // differs from the default
	Legend  string // "What to count", the heading inside
	Note    string // one sentence beneath, optional
	Style   ChoiceStyle
	Field   string // the query parameter
	Value   string // for ChooseText: what stands in the field
	Options []OptionView
	Action  string
	Hidden  []FieldView // the other lens parameters
	// Error says, for ChooseText, why the value cannot be used; optional.
	Error string
	// Offer is, for ChooseText, one option that has a button of its own; optional.
	Offer *OptionView
}

// OptionView is one option of a choice.
type OptionView struct {
	Value   string // "" means the default (no such parameter)
	Label   string
	Detail  string // "1,204 h", optional
	Checked bool
}

// FilterView is a chip that takes a filter off.
type FilterView struct {
	Label     string // "Mondays"
	Remove    string // what following it does: "Show every weekday"
	RemoveURL string
}

// ExclusionsView is the chip with what is left out.
type ExclusionsView struct {
	Label  string // "Nothing left out", "2 left out"
	Items  []ExclusionView
	Action string
	Field  string      // "not"
	Hidden []FieldView // the other lens parameters, those left out already included
	Names  []string    // suggestions, most heard first; a few dozen at most
	// Missing says of each name that is not in the data that it is not.
	Missing []string
}

// ExclusionView is one name that is left out.
type ExclusionView struct {
	Name      string
	RemoveURL string // the page with this name let back in
	Note      string // why it has no effect; optional
}
