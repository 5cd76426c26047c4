package charts

// seriesBar is one month of one series.
type seriesBar struct {
	X, Width  string
	Y, Height string
	Title     string
}

// bars lays one series out on its own scale. Months of nothing have no bar, and
// values beyond the last month are not drawn.
func (v SeriesView) bars(r SeriesRowView) []seriesBar {
	var top int64
	values := r.Values[:min(len(r.Values), len(v.Months))]
	for _, value := range values {
		top = max(top, value)
	}
	n, share := float64(len(v.Months)), barShareOf(len(v.Months))
	var out []seriesBar
	for i, value := range values {
		if value <= 0 {
			continue
		}
		height := barHeight(value, top, seriesHeight)
		out = append(out, seriesBar{
			X:      percent(float64(i)+(1-share)/2, n),
			Width:  percent(share, n),
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
