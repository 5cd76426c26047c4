package list

import (
	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
)

// A Frame is what every list has around its lines. Search, sort and paging replace
// it with them.
type Frame struct {
	Label  string // accessible name: "Plays"
	Count  string // "37,330 plays", announced after each change
	Sorts  []StepView
	Hidden []layout.FieldView // the parameters that a search keeps
	Newer  *StepView          // leads to the page before; without JavaScript only
	Pager  PagerView
	Empty  *EmptyView // set when there are no lines
}

// A Timeline is a list of what happened, day by day.
type Timeline struct {
	Frame
	Days  []Day
	Older *StepView // its Partial appends to the list
}

// A Day is what happened on one day.
type Day struct {
	Date      string // "Monday, 18 December 2023"
	ISO       string // "2023-12-18"; empty where the day is not known
	URL       string // the history of that day, optional
	Continued bool   // the day began on the page before
	Entries   []templ.Component
}
