package web

import "github.com/spotify-data-tool/spotify-data-tool/components/list"

// fieldReveal asks for personal values. It is not "show", which narrows the lens
// to a show.
const fieldReveal = "reveal"

// Reveals reports whether the request asks for personal values as they are.
func Reveals(req *Request) bool { return req.Query.Get(fieldReveal) == "1" }

// NewRevealView asks before this very page shows what is personal.
func NewRevealView(req *Request, show bool) *list.RevealView {
	l := req.Lens.ClearedPaging()
	return &list.RevealView{Action: req.Path, Hidden: req.Hidden(), Shown: show, HideURL: req.Href(l)}
}
