package list

import (
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
func (r RowView) identity() string {
	if r.Identity != "" {
		return r.Identity
	}
	return r.Name
}

// ofOne reports whether several rows wear one name.
func ofOne(rows []RowView) bool {
	return len(rows) > 1 && !slices.ContainsFunc(rows, func(r RowView) bool { return r.identity() != rows[0].identity() })
}

// StackOf lays a receipt's parts out as a bar.
func StackOf(parts []ReceiptPartView) []charts.StackPartView {
	out := make([]charts.StackPartView, len(parts))
	for i, p := range parts {
		out[i] = charts.StackPartView{
			Label: p.Label,
			Title: p.Label + ": " + p.Rows + " rows, " + p.Percent,
			Value: p.Value,
			Tone:  p.End.tone(),
		}
	}
	return out
}

func (e RowEnd) tone() charts.Tone {
	switch e {
	case EndKept:
		return charts.ToneAccent
	case EndDuplicate:
		return charts.ToneSoft
	case EndElsewhere:
		return charts.ToneFaint
	default:
		return charts.ToneWarn
	}
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
