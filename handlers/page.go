package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
)

// PageView is the frame of a page. v is nil on pages without data.
func (s *Server) PageView(c echo.Context, title string, req *web.Request) layout.PageView {
	r := c.Request()
	p := layout.PageView{
		Title:    title,
		Path:     r.URL.RequestURI(),
		Theme:    s.themeOf(r),
		ThemeURL: web.PathTheme,
		Zone:     s.zoneView(r),
		HomeURL:  web.PathHome,
		Assets: layout.AssetsView{
			CSS:      s.Asset("app.css"),
			JS:       s.Asset("app.js"),
			Charts:   s.Asset("charts.js"),
			HTMX:     s.Asset("vendor/htmx.min.js"),
			Icon:     s.Asset("icon.svg"),
			Touch:    s.Asset("icons/apple-touch-icon.png"),
			Manifest: s.Asset("manifest.webmanifest"),
			Fonts:    []string{s.Asset("fonts/inter-latin.woff2"), s.Asset("fonts/bricolage-grotesque-latin.woff2")},
		},
	}
	if r.Method != http.MethodGet {
		p.Path = web.PathHome
	}
	if inSession(r.Context()) {
		p.Account = s.signIn.Account(r)
		if s.Keeper != nil && p.Account.SignOutURL != "" {
			p.Account.URL = web.PathAccount
		}
		if _, ok := s.Ref(r.Context(), uploads.KeyDataset); ok {
			p.ForgetURL = web.PathForget
		}
	}
	if req != nil {
		p.Zone.Time, p.Zone.Shown, p.Zone.ChangeURL = req.ZoneTime(), req.Lens.Zone().String(), web.Href(web.PathHome, web.Kept(req.Lens))+"#chip-tz"
		for _, m := range req.Mended {
			p.Mended = append(p.Mended, layout.MendedView{Field: m.Field, Message: m.Message})
		}
		p.HomeURL = web.Href(web.PathHome, web.Kept(req.Lens))
		p.Nav = pages(req)
		p.AddURL = req.AddURL()
		p.SearchURL, p.SearchFor = web.Href(web.PathSearch, web.Kept(req.Lens)), req.Hidden()
		p.MoreURL = web.Href(web.PathMore, web.Kept(req.Lens))
		p.At = req.Path
		if req.Sample {
			p.Notice = prose.Of("You are looking at an invented listener. ").Link("Bring your own data", web.PathBring).Plain(".")
		}
	}
	return p
}

// frame is what stands around a view's page.
func (s *Server) frame(c echo.Context, page web.Page, req *web.Request) layout.PageView {
	p := s.PageView(c, page.Title, req)
	if !page.Undated && req.Data.Rows() > 0 { // without a play there is no time to look at
		lens := web.NewLensView(req, page.Subject)
		p.Lens = &lens
		for _, message := range lens.Exclusions.Missing {
			p.Mended = append(p.Mended, layout.MendedView{Field: "not", Message: message})
		}
	}
	return p
}

// pages lists the pages that hold something by groups, under the same lens.
func pages(req *web.Request) []layout.NavGroupView {
	var groups []layout.NavGroupView
	for g := web.TheStory; g <= web.AboutData; g++ {
		group := layout.NavGroupView{Label: web.Groups[g]}
		for i := range views {
			v := &views[i]
			if v.Group != g || v.Holds != nil && !v.Holds(req) {
				continue
			}
			link := layout.LinkView{Label: v.Title, URL: web.Href(v.Path, web.Kept(req.Lens)), Current: v.Includes(req.Path)}
			group.Links = append(group.Links, link)
			group.Current = group.Current || link.Current
		}
		if g == web.AboutData && !req.Sample {
			// Invented data is one click away on any device.
			group.Links = append(group.Links, layout.LinkView{Label: "Continue on my phone", URL: web.PathLink})
		}
		if len(group.Links) > 0 {
			// What is told of time is found on the page of the years.
			group.Plain = g == web.TheYears || len(group.Links) == 1
			groups = append(groups, group)
		}
	}
	return groups
}

// missing lists the pages that hold nothing.
func missing(req *web.Request) []layout.LinkView {
	var links []layout.LinkView
	for i := range views {
		if v := &views[i]; v.Group != web.Unlisted && v.Holds != nil && !v.Holds(req) {
			links = append(links, layout.LinkView{Label: v.Title, URL: web.Href(v.Path, web.Kept(req.Lens))})
		}
	}
	return links
}

// CSRFToken is that of who is signed in, and "" otherwise.
func (s *Server) CSRFToken(c echo.Context) string { return s.signIn.Token(c.Request().Context()) }

// Left reports whether the browser has left the session of a request since that began.
func (s *Server) Left(ctx context.Context) (left, signedOut bool, err error) {
	return s.signIn.Left(ctx)
}

// Protected is handle for requests with that token.
func (s *Server) Protected(handle echo.HandlerFunc) echo.HandlerFunc {
	return s.signIn.Protected(handle)
}
