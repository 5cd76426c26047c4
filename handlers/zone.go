package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	// zoneLife is how long a zone is remembered.
	zoneLife = 365 * 24 * time.Hour
	// chosenMark begins the cookie of a zone that a person chose. What a browser
	// tells never takes its place.
	chosenMark = "chosen:"
)

// rememberedZone is the zone that the request's cookie names.
func (s *Server) rememberedZone(r *http.Request) web.HomeZone {
	c, err := r.Cookie(web.CookieName("zone", s.SecureCookies))
	if err != nil {
		return web.HomeZone{Zone: time.UTC}
	}
	name, chosen := strings.CutPrefix(c.Value, chosenMark)
	zone := lens.LoadZone(name)
	switch {
	case zone == nil:
		return web.HomeZone{Zone: time.UTC}
	case chosen:
		return web.HomeZone{Zone: zone, Source: web.ZoneChosen}
	}
	return web.HomeZone{Zone: zone, Source: web.ZoneTold}
}

// homeOf is the zone for somebody's pages: the one they chose, the one their
// browser told, or else the one that their data suggests.
func (s *Server) homeOf(r *http.Request, ds *dataset.Dataset) web.HomeZone {
	home := s.rememberedZone(r)
	if home.Source == web.ZoneUnknown {
		if zone := lens.LoadZone(insight.ZoneGuess(ds)); zone != nil {
			return web.HomeZone{Zone: zone, Source: web.ZoneGuessed}
		}
	}
	return home
}

// rememberZone keeps a zone in a cookie of its own. The page's script sends the
// browser's zone once; the form sends what a person chose.
func (s *Server) rememberZone(c echo.Context) error {
	r := c.Request()
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("%w: %w", uploads.ErrBadForm, err)
	}
	told := r.PostForm.Get("told")
	lens, err := lens.Parse(map[string][]string{"tz": {r.PostForm.Get("tz") + told}})
	if err != nil {
		if told == "" && !web.WantsJSON(r) {
			// The page explains it beside the field, with what was typed.
			return s.Redirect(c, web.WithParameter(web.LocalPath(r.PostForm.Get("return")), "tz", r.PostForm.Get("tz")))
		}
		return err
	}
	cookie := web.NewCookie("zone", lens.Zone().String(), zoneLife, s.SecureCookies)
	if told != "" {
		if s.rememberedZone(r).Source != web.ZoneChosen {
			c.SetCookie(cookie)
		}
		return c.NoContent(http.StatusNoContent)
	}
	cookie.Value = chosenMark + cookie.Value
	c.SetCookie(cookie)
	return s.Redirect(c, web.WithParameter(web.LocalPath(r.PostForm.Get("return")), "tz", ""))
}

// zoneView tells the page's script whether to tell the browser's zone: not when
// the person chose one.
func (s *Server) zoneView(r *http.Request) layout.ZoneView {
	switch home := s.rememberedZone(r); home.Source {
	case web.ZoneChosen:
		return layout.ZoneView{}
	case web.ZoneTold:
		return layout.ZoneView{URL: web.PathZone, Known: home.Zone.String()}
	default:
		return layout.ZoneView{URL: web.PathZone}
	}
}
