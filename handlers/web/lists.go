package web

import (
	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Frame is what a list of so many things has around its lines.
func (req *Request) Frame(label string, total int, one, many string) list.Frame {
	f := list.Frame{Label: label, Count: req.Locale.Count(total, one, many), Hidden: req.Hidden("q")}
	if req.Lens.Q != "" {
		f.Count += " for “" + req.Lens.Q + "”"
	}
	return f
}

// Search is the search field of the page's list.
func (req *Request) Search(label, placeholder string) list.SearchView {
	return list.SearchView{
		Label: label, Placeholder: placeholder,
		Action: req.Path, Partial: PathPartials + req.Path, Query: req.Lens.Q,
	}
}

// Pager leads to the pages around one that shows so many of all lines. turn makes the
// link to a page.
func (req *Request) Pager(shown, total int, turn func(label string, page int) list.StepView) list.PagerView {
	var p list.PagerView
	if shown == 0 {
		return p
	}
	page := max(req.Lens.Page, 1)
	first := (page-1)*RankingPageSize + 1
	p.Text = req.Locale.Number(first) + "–" + req.Locale.Number(first+shown-1) + " of " + req.Locale.Number(total)
	if page > 1 {
		p.Previous = new(turn("Previous", page-1))
	}
	if page*RankingPageSize < total {
		p.Next = new(turn("Next", page+1))
	}
	return p
}

// BeyondEnd stands on a page behind the last of a list. count says how many lines
// the list has: "41 playlists".
func (req *Request) BeyondEnd(total int, count string) *list.EmptyView {
	return &list.EmptyView{
		Title:   "The list ends before page " + req.Locale.Number(req.Lens.Page) + ".",
		Message: "It has " + count + " on " + req.Locale.Count((total+RankingPageSize-1)/RankingPageSize, "page", "pages") + ".",
		Action:  layout.LinkView{Label: "Go to its beginning", URL: req.Href(req.Lens.ClearedPaging())},
	}
}

// NoMatch stands where a search finds nothing. looksAt says what it looks at.
func (req *Request) NoMatch(looksAt string) list.EmptyView {
	return list.EmptyView{
		Title:   "Nothing matches “" + req.Lens.Q + "”.",
		Message: "The search looks at " + looksAt + ".",
		Action:  layout.LinkView{Label: "Clear the search", URL: req.Href(req.Lens.WithQ(""))},
	}
}

// Days groups things by their day, the zero Date where it is not known. A day leads
// to its plays under l.
func Days[T any](l lens.Lens, things []T, day func(T) lens.Date, entry func(T) templ.Component) []list.Day {
	var days []list.Day
	var current lens.Date
	for i, thing := range things {
		if d := day(thing); i == 0 || d != current {
			current = d
			of := list.Day{Date: "At an unknown time"}
			if !d.IsZero() {
				of = list.Day{Date: format.LongDate(words.Civil(d)), ISO: d.String(), URL: Href(PathHistory, l.WithRange(d, d))}
			}
			days = append(days, of)
		}
		of := &days[len(days)-1]
		of.Entries = append(of.Entries, entry(thing))
	}
	return days
}
