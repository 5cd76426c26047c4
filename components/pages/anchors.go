package pages

import "github.com/spotify-data-tool/spotify-data-tool/components/partials"

// held are the opinions that the packages hold.
func (v OpinionsPageView) held() []OpinionView { return v.filter(false) }

// absent are those that they do not hold.
func (v OpinionsPageView) absent() []OpinionView { return v.filter(true) }

func (v OpinionsPageView) filter(absent bool) []OpinionView {
	var out []OpinionView
	for _, o := range v.Opinions {
		if (o.Absent != "") == absent {
			out = append(out, o)
		}
	}
	return out
}

// tabs lead to the opinions further down.
func (v OpinionsPageView) tabs() []partials.TabView {
	var out []partials.TabView
	for _, o := range v.held() {
		out = append(out, partials.TabView{Label: o.Title, URL: "#" + o.ID})
	}
	return out
}

// tabs lead to the years further down.
func (v WrappedPageView) tabs() []partials.TabView {
	var out []partials.TabView
	for _, y := range v.Years {
		out = append(out, partials.TabView{Label: y.Year, URL: "#" + y.id()})
	}
	return out
}

func (y WrappedYearView) id() string { return "wrapped-" + y.Year }
