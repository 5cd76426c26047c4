package charts

// seriesBar is one month of one series.
type seriesBar struct {
	X, Width  string
	Y, Height string
	Title     string
}

// highest is the series and month of the tallest bar, whose value all series are
// drawn against; ok is false where there is no bar.
func (v SeriesView) highest() (row, month int, ok bool) {
	var top int64
	for i, r := range v.Rows {
		for j, value := range v.values(r) {
			if value > top {
				row, month, ok, top = i, j, true, value
			}
		}
	}
	return row, month, ok
}

// scale says what the tallest bar stands for: "The tallest bar is 92 h: Android,
// March 2019."
func (v SeriesView) scale() string {
	row, month, ok := v.highest()
	if !ok {
		return ""
	}
	s := "The tallest bar is " + v.Rows[row].figure(month) + ": "
	if len(v.Rows) > 1 {
		return "All on one scale. " + s + v.Rows[row].Label + ", " + v.Months[month] + "."
	}
	return s + v.Months[month] + "."
}

// values are those of the months that are drawn.
func (v SeriesView) values(r SeriesRowView) []int64 {
	return r.Values[:min(len(r.Values), len(v.Months))]
}

// bars lays one series out on the scale of all. Months of nothing have no bar,
// and values beyond the last month are not drawn.
func (v SeriesView) bars(r SeriesRowView) []seriesBar {
	row, month, ok := v.highest()
	if !ok {
		return nil
	}
	top, values := v.Rows[row].Values[month], v.values(r)
	n, share := float64(len(v.Months)), barShareOf(len(v.Months))
	width := percent(share, n)
	var out []seriesBar
	for i, value := range values {
		if value <= 0 {
			continue
		}
		height := barHeight(value, top, seriesHeight)
		out = append(out, seriesBar{
			X:      percent(float64(i)+(1-share)/2, n),
			Width:  width,
			Y:      short(seriesHeight-height, 1),
			Height: short(height, 1),
			Title:  r.Label + ", " + v.Months[i] + ": " + r.figure(i),
		})
	}
	return out
}

// figure is a month's value in words.
func (r SeriesRowView) figure(i int) string {
	if i < len(r.Figures) {
		return r.Figures[i]
	}
	return ""
}
