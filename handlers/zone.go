package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A homeZone is the zone whose days and hours a person's pages show when their
// address names none.
type homeZone struct {
	zone   *time.Location
	source zoneSource
}

// zoneSource is who said which zone is home.
type zoneSource uint8

const (
	zoneUnknown zoneSource = iota // nobody: it is UTC
	zoneGuessed                   // the countries in the data
	zoneTold                      // the browser, by script
	zoneChosen                    // the person
)

const (
	// zoneLife is how long a zone is remembered.
	zoneLife = 365 * 24 * time.Hour
	// chosenMark begins the cookie of a zone that a person chose. What a browser
	// tells never takes its place.
	chosenMark = "chosen:"
)

// zoneCookie names the cookie of the zone, as [Server.themeCookie] does.
func (s *Server) zoneCookie() string {
	if s.SecureCookies {
		return "__Host-zone"
	}
	return "zone"
}

// rememberedZone is the zone that the request's cookie names.
func (s *Server) rememberedZone(r *http.Request) homeZone {
	c, err := r.Cookie(s.zoneCookie())
	if err != nil {
		return homeZone{zone: time.UTC}
	}
	name, chosen := strings.CutPrefix(c.Value, chosenMark)
	zone := dataset.LoadZone(name)
	switch {
	case zone == nil:
		return homeZone{zone: time.UTC}
	case chosen:
		return homeZone{zone, zoneChosen}
	}
	return homeZone{zone, zoneTold}
}

// homeOf is the zone for somebody's pages: the one they chose, the one their
// browser told, or else the one that their data suggests.
func (s *Server) homeOf(r *http.Request, ds *dataset.Dataset) homeZone {
	home := s.rememberedZone(r)
	if home.source == zoneUnknown {
		if zone := dataset.LoadZone(ds.ZoneGuess()); zone != nil {
			return homeZone{zone, zoneGuessed}
		}
	}
	return home
}

// rememberZone keeps a zone in a cookie of its own. The page's script sends the
// browser's zone once; the form sends what a person chose.
func (s *Server) rememberZone(c echo.Context) error {
	r := c.Request()
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("%w: %w", errBadForm, err)
	}
	told := r.PostForm.Get("told")
	lens, err := dataset.ParseLens(map[string][]string{"tz": {r.PostForm.Get("tz") + told}})
	if err != nil {
		if told == "" && !wantsJSON(r) {
			// The page explains it beside the field, with what was typed.
			return s.redirect(c, withParameter(localPath(r.PostForm.Get("return")), "tz", r.PostForm.Get("tz")))
		}
		return err
	}
	cookie := &http.Cookie{
		Name: s.zoneCookie(), Value: lens.Zone().String(), Path: "/", MaxAge: int(zoneLife / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.SecureCookies,
	}
	if told != "" {
		if s.rememberedZone(r).source != zoneChosen {
			c.SetCookie(cookie)
		}
		return c.NoContent(http.StatusNoContent)
	}
	cookie.Value = chosenMark + cookie.Value
	c.SetCookie(cookie)
	return s.redirect(c, withParameter(localPath(r.PostForm.Get("return")), "tz", ""))
}

// zoneView tells the page's script whether to tell the browser's zone: not when
// the person chose one.
func (s *Server) zoneView(r *http.Request) layout.ZoneView {
	switch home := s.rememberedZone(r); home.source {
	case zoneChosen:
		return layout.ZoneView{}
	case zoneTold:
		return layout.ZoneView{URL: pathZone, Known: home.zone.String()}
	default:
		return layout.ZoneView{URL: pathZone}
	}
}

// zoneTime is what a page says beside hours and days: "Warsaw time".
func (req *Request) zoneTime() string {
	if name := req.Lens.Zone().String(); name != "UTC" {
		return dataset.ZoneCity(name) + " time"
	}
	return "UTC"
}
