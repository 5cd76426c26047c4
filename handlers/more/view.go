// Package more lists every page that holds something for a person, and what is
// missing.
package more

import (
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
)

// View is the list of all pages.
var View = web.View{
	Path: web.PathMore, Title: "More",
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		return web.Page{Title: "More", Content: page(req), Undated: true}, nil
	},
}
