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
	// Zone is the chip with the time zone.
	Zone ChoiceView
	// Choices stand among the filters: kinds, what counts as a play, country,
	// platform. Leave one out when it offers no choice. One form sends them all
	// to Action (GET), with the rest of the lens as Hidden.
	Choices []ChoiceView
	Action  string
	Hidden  []FieldView
	// Exclusions are the artists and shows left out.
	Exclusions ExclusionsView
	// Filters are what is set beside range and zone, each with the way to take it off.
	Filters []FilterView
	// ResetURL shows everything again; empty when nothing is narrowed.
	ResetURL string
}

// set is how many filters are set.
func (v *LensView) set() int { return len(v.Filters) + len(v.Exclusions.Items) }

// rangeShown names the range that is shown.
func (v *LensView) rangeShown() string {
	for _, p := range v.Presets {
		if p.Current {
			return p.Label
		}
	}
	return v.Range.Label
}

// RangeView is the chip with the form for a range of dates.
type RangeView struct {
	Label   string // "Custom…", or the range itself when it is no preset: "3 Jan – 9 Mar 2021"
	Brief   string // the range itself for the narrowest screens: "Jan–Mar ’21"; empty beside "Custom…"
	Current bool
	Action  string // path the form is sent to (GET)
	From    string // "2021-01-03", the chosen bounds; empty for none
	To      string
	Min     string // "2018-03-29", the first and last day of the history
	Max     string
	Hidden  []FieldView // the other lens parameters, page and cursor left out
}

// ChoiceView is a choice of a filter, or of the zone: that is a text field which suggests
// the options, sent by POST.
type ChoiceView struct {
	ID      string // "kind", "min", "tz", "country", "platform"; unique on the page
	Label   string // what is chosen now: "Music + podcasts", "Plays ≥ 30 s"
	Changed bool   // differs from the default
	Legend  string // "What to count", the heading inside
	Note    string // one sentence beneath, optional
	Many    bool   // check boxes, not radio buttons
	Field   string // the query parameter
	Value   string // for the zone: what stands in the field
	Options []OptionView
	// Action and Hidden are, for the zone, where it is sent and what along with it.
	Action string
	Hidden []FieldView
	// Shown is, for the zone, its name: what the script compares the browser's with.
	Shown string
	// Error says, for the zone, why the value cannot be used; optional.
	Error string
	// Offer is, for the zone, one option that has a button of its own; optional.
	Offer *OptionView
}

// OptionView is one option of a choice.
type OptionView struct {
	Value   string // "" means the default (no such parameter)
	Label   string
	Detail  string // "1,204 h", optional
	Checked bool
}

// inLine is an option with its detail in one line: "Germany – 1,204 h".
func (o *OptionView) inLine() string {
	if o.Detail == "" {
		return o.Label
	}
	return o.Label + " – " + o.Detail
}

// FilterView is a chip that takes a filter off.
type FilterView struct {
	Label     string // "Mondays"
	Remove    string // what following it does: "Show every weekday"
	RemoveURL string
}

// ExclusionsView is what is left out.
type ExclusionsView struct {
	Items []ExclusionView
	Names []string // suggestions, most heard first; a few dozen at most
	// Missing says of each name that is not in the data that it is not.
	Missing []string
}

// ExclusionView is one name that is left out.
type ExclusionView struct {
	Name      string
	RemoveURL string // the page with this name let back in
	Note      string // why it has no effect; optional
}
