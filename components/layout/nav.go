package layout

import (
	"strings"

	"github.com/a-h/templ"
)

// title is what a group of one link is called in the masthead.
func (g NavGroupView) title() string {
	if len(g.Links) == 1 {
		return g.Links[0].Label
	}
	return g.Label
}

// Current marks a link to what is shown, as a "page" of several or, with "true", as one
// of several choices.
func Current(shown bool, as string) templ.Attributes {
	if !shown {
		return nil
	}
	return templ.Attributes{"aria-current": as}
}

// pathOf is an address without its query: forms send their own.
func pathOf(url string) string {
	path, _, _ := strings.Cut(url, "?")
	return path
}

// phoneItem is a link at the foot of narrow screens.
type phoneItem struct {
	LinkView
	icon string
}

// phoneItems are the pages that a thumb reaches; all others are under More.
func (v PageView) phoneItems() []phoneItem {
	var items []phoneItem
	icons := map[string]string{
		"Story":  "M4 4l7 3 7-3v14l-7-3-7 3z",
		"Years":  "M3 5h16v14H3zM3 9h16M7 3v4M15 3v4",
		"Charts": "M5 19V9M11 19V4M17 19v-7",
	}
	for _, g := range v.Nav {
		if icon := icons[g.Label]; icon != "" {
			items = append(items, phoneItem{LinkView{Label: g.Label, URL: g.Links[0].URL, Current: g.Current}, icon})
		}
	}
	return append(items,
		phoneItem{LinkView{Label: "Search", URL: v.SearchURL, Current: v.At == pathOf(v.SearchURL)}, "M9.5 3.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM14 14l5 5"},
		phoneItem{LinkView{Label: "More", URL: v.MoreURL, Current: v.At == pathOf(v.MoreURL)}, "M3 6h16M3 11h16M3 16h16"},
	)
}
