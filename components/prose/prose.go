// Package prose holds sentences whose numbers and names stand out: computed by
// whoever knows the figures, set in type by whoever knows the page.
package prose

import "strings"

// Emphasis is how loudly a run of text speaks.
type Emphasis uint8

// The voices a run can have.
const (
	Plain  Emphasis = iota
	Strong          // ink instead of dim, bold
	Accent          // the accent colour, extra bold: the one or two figures of a headline
)

// Run is a stretch of text in one voice. With a URL it is a link.
type Run struct {
	Text     string
	Emphasis Emphasis
	URL      string
}

// Leaves reports whether the run is a link to another site, which learns nothing
// of the page that it was followed from.
func (r Run) Leaves() bool { return strings.HasPrefix(r.URL, "https://") }

// Text is a sentence or a few, made of runs. Spaces between runs are part of
// the runs.
type Text []Run

// Of starts a text with a plain run.
func Of(s string) Text { return Text{{Text: s}} }

// Plain adds quiet words.
func (t Text) Plain(s string) Text { return append(t, Run{Text: s}) }

// Strong adds a figure or a name that should be found at a glance.
func (t Text) Strong(s string) Text { return append(t, Run{Text: s, Emphasis: Strong}) }

// Accent adds a figure in the accent colour.
func (t Text) Accent(s string) Text { return append(t, Run{Text: s, Emphasis: Accent}) }

// Link adds a run that leads somewhere.
func (t Text) Link(s, url string) Text { return append(t, Run{Text: s, URL: url}) }

// List joins texts as a sentence does: "a, b and c".
func List(parts []Text) Text {
	var t Text
	for i, p := range parts {
		switch {
		case i > 0 && i == len(parts)-1:
			t = t.Plain(" and ")
		case i > 0:
			t = t.Plain(", ")
		}
		t = append(t, p...)
	}
	return t
}

// String is the text without its voices, for titles and accessible names.
func (t Text) String() string {
	var b strings.Builder
	for _, r := range t {
		b.WriteString(r.Text)
	}
	return b.String()
}
