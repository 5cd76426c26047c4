package web

import (
	"net/url"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Href is a page as a lens sees it.
func Href(path string, l lens.Lens) string { return Address(path, nil, l) }

// Address is href with parameters of the page's own before those of the lens.
func Address(path string, own []layout.FieldView, l lens.Lens) string {
	var room [256]byte
	b := append(room[:0], path...)
	join := byte('?')
	for _, f := range own {
		b = append(append(b, join), url.QueryEscape(f.Name)...)
		b = append(append(b, '='), url.QueryEscape(f.Value)...)
		join = '&'
	}
	query := len(b) + 1
	if b = l.AppendQuery(append(b, join)); len(b) == query {
		b = b[:query-1] // the lens asks nothing
	}
	return string(b)
}

// NewStep is a link that htmx can follow within the page.
func NewStep(label, path string, own []layout.FieldView, l lens.Lens) list.StepView {
	return list.StepView{Label: label, URL: Address(path, own, l), Partial: Address(PathPartials+path, own, l)}
}

// NewOlder is the link to what htmx appends to the list of the page.
func NewOlder(label, path string, own []layout.FieldView, l lens.Lens) *list.StepView {
	return &list.StepView{Label: label, URL: Address(path, own, l), Partial: Address(PathPartials+path+PathOlder, own, l)}
}

// EntityPath is where an entity's page is; empty for things without one.
func EntityPath(by lens.EntityKind, id string) string {
	if id == "" {
		return ""
	}
	for _, s := range sections {
		if s.By == by {
			return s.Path + "/" + id
		}
	}
	return ""
}

// EntityHref is an entity's page under the same range, zone and choices.
func EntityHref(by lens.EntityKind, id string, l lens.Lens) string {
	path := EntityPath(by, id)
	if path == "" {
		return ""
	}
	return Href(path, Kept(l))
}

// creatorHref is the page of who made an entity, where there is one.
func creatorHref(req *Request, e dataset.Entity) string {
	switch e.By {
	case lens.Album, lens.Track:
		return EntityHref(lens.Artist, e.CreatorID, req.Lens)
	case lens.Episode:
		return EntityHref(lens.Show, e.CreatorID, req.Lens)
	}
	return ""
}

// Kept is what of a lens goes along to another page: everything that says
// which plays are looked at, nothing that belongs to one list.
func Kept(l lens.Lens) lens.Lens {
	l.Q, l.Sort = "", ""
	l.Artist, l.Album, l.Track, l.Show, l.Audiobook = "", "", "", "", ""
	return l.ClearedPaging()
}

// WithParameter is an address of this site with one parameter set, or taken out
// where the value is empty.
func WithParameter(address, name, value string) string {
	u, err := url.Parse(address)
	if err != nil {
		return PathHome
	}
	q := u.Query()
	if q.Del(name); value != "" {
		q.Set(name, value)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// FieldLit is a stretch of days that the calendar shows: FIRST_LAST.
const FieldLit = "lit"

// StreakHref is the calendar with a streak lit.
func StreakHref(l lens.Lens, s insight.Streak) string {
	own := []layout.FieldView{{Name: FieldLit, Value: s.First.String() + "_" + s.Last.String()}}
	return Address(PathCalendar, own, l) + "#" + YearLabel(s.Last.Year)
}

// PictureHref is where a picture of a kind is made, of what the kind may name.
func PictureHref(kind, of string, l lens.Lens) string {
	own := []layout.FieldView{{Name: "picture", Value: kind}}
	if of != "" {
		own = append(own, layout.FieldView{Name: "of", Value: of})
	}
	return Address(PathPictures, own, Kept(l))
}
