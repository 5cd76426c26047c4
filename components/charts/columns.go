package charts

import (
	"strconv"

	"github.com/a-h/templ"
)

// ColumnsView is one figure a month, each a link.
type ColumnsView struct {
	ID, Label string
	Columns   []ColumnView
}

// ColumnView is a month.
type ColumnView struct {
	Label, URL, Title string
	Value             int64
	Year              int
	Quiet             bool // it stands apart from the others
}

const columnsHeight = 120

// bars are written without a template: they may be two hundred.
func (v *ColumnsView) bars() templ.Component {
	b, top, n := make([]byte, 0, 200*len(v.Columns)), int64(0), float64(len(v.Columns))
	for _, c := range v.Columns {
		top = max(top, c.Value)
	}
	for i, c := range v.Columns {
		h := barHeight(c.Value, top, columnsHeight)
		b = append(appendHref(append(b, `<a`...), c.URL), ` tabindex="-1"`...)
		if c.Quiet {
			b = append(b, ` class="quiet"`...)
		}
		b = append(append(append(b, `><title>`...), templ.EscapeString(c.Title)...), `</title>`...)
		rect := func(class string, y, height float64) {
			b = appendAttribute(append(b, `<rect`...), "class", class)
			b = appendAttribute(b, "x", percent(float64(i), n))
			b = appendAttribute(b, "width", percent(barShareOf(len(v.Columns)), n))
			b = appendAttribute(appendAttribute(b, "y", short(y, 1)), "height", short(height, 1))
			b = append(b, `></rect>`...)
		}
		rect("hit", 0, columnsHeight)
		if h > 0 {
			rect("bar", columnsHeight-h, h)
		}
		b = append(b, `</a>`...)
	}
	return templ.Raw(string(b))
}

// years are the labels beneath.
func (v *ColumnsView) years() []YearView {
	var years []YearView
	for i, c := range v.Columns {
		if n := len(years); n == 0 || v.Columns[i-1].Year != c.Year {
			years = append(years, YearView{Label: strconv.Itoa(c.Year), First: i})
		}
		years[len(years)-1].Count++
	}
	return years
}
