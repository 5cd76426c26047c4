package list

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
)

// step gives a link both its ways: the page without JavaScript, and with it the
// partial, the page going to the address bar. The id lets the focus survive the
// swap.
func step(s StepView, id string) templ.Attributes {
	attributes := templ.Attributes{
		"id":   strings.ToLower(strings.ReplaceAll(id, " ", "-")),
		"href": string(templ.URL(s.URL)),
	}
	if s.Partial != "" {
		attributes["hx-get"] = s.Partial
		attributes["hx-push-url"] = s.URL
		attributes["hx-target"] = "#list"
		attributes["hx-swap"] = "outerHTML show:#list:top"
	}
	return attributes
}

// identity is the name whose colour and letter a row wears.
func (r RowView) identity() string { return cmp.Or(r.Identity, r.Name) }

// ofOne reports whether several rows wear one name.
func ofOne(rows []RowView) bool {
	return len(rows) > 1 && !slices.ContainsFunc(rows, func(r RowView) bool { return r.identity() != rows[0].identity() })
}

// StackOf lays a receipt's parts out as a bar.
func StackOf(parts []ReceiptPartView) []charts.StackPartView {
	out := make([]charts.StackPartView, len(parts))
	for i, p := range parts {
		out[i] = charts.StackPartView{
			Title: p.Label + ": " + p.Rows + " rows, " + p.Percent,
			Value: p.Value,
			Tone:  tones[p.End],
		}
	}
	return out
}

var tones = [...]charts.Tone{
	EndKept: charts.ToneAccent, EndDuplicate: charts.ToneSoft, EndElsewhere: charts.ToneFaint, EndUnreadable: charts.ToneWarn,
}

// highestSpark is the largest value of the sparks of a list: they share its scale.
func highestSpark(rows []RowView) int64 {
	var top int64
	for _, r := range rows {
		for _, v := range r.Spark {
			top = max(top, v)
		}
	}
	return top
}
