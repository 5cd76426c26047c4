package charts

import (
	"strings"

	"github.com/a-h/templ"
)

// Months and hours of the week are hundreds of links on a page. They are written
// without a template, which would take several times as long.

// monthLinks are laid over the bars, each as wide as its month.
func monthLinks(months []MonthView) templ.Component {
	b := append(make([]byte, 0, 64+128*len(months)), `<div class="month-links">`...)
	for _, run := range litRuns(months) {
		if run[0].Lit {
			b = append(b, `<span class="lit">`...)
		} else {
			b = append(b, `<span>`...)
		}
		for _, m := range run {
			b = appendHref(append(b, `<a`...), m.URL)
			b = append(appendAttribute(b, "title", m.Title), `></a>`...)
		}
		b = append(b, `</span>`...)
	}
	return templ.Raw(string(append(b, `</div>`...)))
}

// heatCells are the hours of a week, row by row. A silent one is no link.
func heatCells(v *HeatmapView) templ.Component {
	b, top := make([]byte, 0, 24<<10), v.top()
	for i := range v.Cells {
		for _, cell := range v.Cells[i] {
			element := "span"
			if cell.URL != "" {
				element = "a"
			}
			b = appendAttribute(append(append(b, '<'), element...), "class", heatClass(cell.Value, top))
			if cell.URL != "" {
				b = append(appendHref(b, cell.URL), ` tabindex="-1"`...)
			}
			b = append(appendAttribute(b, "title", cell.Title), `></`...)
			b = append(append(b, element...), '>')
		}
	}
	return templ.Raw(string(b))
}

func appendHref(b []byte, url string) []byte {
	return append(append(append(b, ` href="`...), hrefText(url)...), '"')
}

// hrefText is an address in an attribute. It leaves the ampersands of a query as they
// are: what follows one is the name of a parameter and "=", which HTML takes for no
// character reference.
func hrefText(url string) string {
	if strings.ContainsAny(url, `"'<>;`) {
		return templ.EscapeString(url)
	}
	return url
}

func appendAttribute(b []byte, name, value string) []byte {
	b = append(append(append(b, ' '), name...), `="`...)
	return append(append(b, templ.EscapeString(value)...), '"')
}
