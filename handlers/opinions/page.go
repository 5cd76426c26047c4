package opinions

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is what Spotify thinks of somebody.
type pageView struct {
	Headline prose.Text
	Lede     prose.Text
	// Opinions are follow, Marquee, inferences, taste profile, prompts and Sound
	// Capsule, also those that the packages do not hold.
	Opinions []opinionView
	Missing  *list.EmptyView
}

// opinionView is one side of what Spotify thinks. Whatever is empty is left out.
type opinionView struct {
	ID       string // unique on the page: "marquee"
	Title    string // "How much of a fan you are"
	Sentence prose.Text
	// Absent is an honest line that takes the place of the rest: "No package
	// holds Marquee.json."
	Absent string
	Facts  []list.FactView
	Groups []list.GroupView
	Quotes []quoteView
	Months []list.CapsuleMonthView
	// Source leads to the document it is read from.
	Source layout.LinkView
}

// quoteView is something the person wrote, or that Spotify wrote about them.
type quoteView struct {
	Text string
	When string // "3 May 2025", optional
	Note string // optional
}

// held are the opinions that the packages hold.
func (v pageView) held() []opinionView { return v.filter(false) }

// absent are those that they do not hold.
func (v pageView) absent() []opinionView { return v.filter(true) }

func (v pageView) filter(absent bool) []opinionView {
	var out []opinionView
	for _, o := range v.Opinions {
		if (o.Absent != "") == absent {
			out = append(out, o)
		}
	}
	return out
}

// tabs lead to the opinions further down.
func (v pageView) tabs() []list.TabView {
	var out []list.TabView
	for _, o := range v.held() {
		out = append(out, list.TabView{Label: o.Title, URL: "#" + o.ID})
	}
	return out
}
