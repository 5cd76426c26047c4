package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView is the frame of a page. v is nil on pages without data.
func (s *Server) pageView(c echo.Context, title string, req *Request) layout.PageView {
	r := c.Request()
	p := layout.PageView{
		Title:    title,
		Path:     r.URL.RequestURI(),
		Theme:    s.themeOf(r),
		ThemeURL: pathTheme,
		Zone:     s.zoneView(r),
		HomeURL:  pathHome,
		Assets: layout.AssetsView{
			CSS:      s.Asset("app.css"),
			JS:       s.Asset("app.js"),
			HTMX:     s.Asset("vendor/htmx.min.js"),
			Icon:     s.Asset("icon.svg"),
			Touch:    s.Asset("icons/apple-touch-icon.png"),
			Manifest: s.Asset("manifest.webmanifest"),
			Fonts:    []string{s.Asset("fonts/inter-latin.woff2"), s.Asset("fonts/bricolage-grotesque-latin.woff2")},
		},
	}
	if r.Method != http.MethodGet {
		p.Path = pathHome
	}
	if inSession(r.Context()) {
		if _, ok := s.ref(r.Context(), keyDataset); ok {
			p.ForgetURL = pathForget
		}
	}
	if req != nil {
		p.Zone.Time, p.Zone.Shown, p.Zone.ChangeURL = req.zoneTime(), req.Lens.Zone().String(), href(pathHome, kept(req.Lens))+"#chip-tz"
		for _, m := range req.Mended {
			p.Mended = append(p.Mended, layout.MendedView{Field: m.field, Message: m.message})
		}
		p.HomeURL = href(pathHome, kept(req.Lens))
		p.Nav = newNav(req)
		p.More = newMore(req)
		if req.Sample {
			p.Notice = prose.Of("You are looking at an invented listener. ").Link("Bring your own data", pathBring).Plain(".")
		}
	}
	return p
}

// frame is what stands around a view's page.
func (s *Server) frame(c echo.Context, page Page, req *Request) layout.PageView {
	p := s.pageView(c, page.Title, req)
	if !page.Undated && req.Data.Rows() > 0 { // without a play there is no time to look at
		lens := newLensView(req, page.Subject)
		p.Lens = &lens
		for _, message := range lens.Exclusions.Missing {
			p.Mended = append(p.Mended, layout.MendedView{Field: "not", Message: message})
		}
		p.Zone.ChangeURL = "#chip-tz"
	}
	return p
}

// newNav lists the pages about plays that hold something.
func newNav(req *Request) []layout.LinkView { return req.navGroup(Listening) }

// newMore lists the pages of what the packages hold beside the plays.
func newMore(req *Request) []layout.NavGroupView {
	var more []layout.NavGroupView
	for _, g := range []layout.NavGroupView{
		{Label: "What you keep", Inline: true, Links: req.navGroup(Kept)},
		{Label: "What Spotify keeps", Links: req.navGroup(Spotify)},
		// On a phone the row shows its beginning, and this must be found.
		{Label: "Add and delete", Inline: true, Links: req.navGroup(Yours)},
	} {
		if len(g.Links) > 0 {
			more = append(more, g)
		}
	}
	return more
}

// navGroup lists the pages of a group that hold something, under the same lens.
func (req *Request) navGroup(g Group) []layout.LinkView {
	var links []layout.LinkView
	for i := range views {
		if v := &views[i]; v.Group == g && (v.Holds == nil || v.Holds(req)) {
			links = append(links, layout.LinkView{Label: v.Title, URL: href(v.Path, kept(req.Lens)), Current: v.covers(req.Path)})
		}
	}
	return links
}

// covers reports whether a page is the view's or belongs to it.
func (v *View) covers(path string) bool {
	return under(path, v.Path) || slices.ContainsFunc(v.Covers, func(covered string) bool { return under(path, covered) })
}

// under reports whether a page lies at or below a path.
func under(path, above string) bool {
	return path == above || above != pathHome && strings.HasPrefix(path, above+"/")
}
