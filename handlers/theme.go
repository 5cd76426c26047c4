package handlers

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const themeLife = 365 * 24 * time.Hour

// themeOf reads the person's choice; without one the page follows the system.
func (s *Server) themeOf(r *http.Request) layout.Theme {
	if c, err := r.Cookie(web.CookieName("theme", s.SecureCookies)); err == nil {
		switch t := layout.Theme(c.Value); t {
		case layout.ThemeLight, layout.ThemeDark:
			return t
		}
	}
	return layout.ThemeAuto
}

// chooseTheme keeps the choice in a cookie of its own: it says nothing about
// the person and is set only when asked for.
func (s *Server) chooseTheme(c echo.Context) error {
	// Echo's FormValue would also take a multipart body, and put it on the disk.
	r := c.Request()
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("%w: %w", uploads.ErrBadForm, err)
	}
	theme := layout.Theme(r.PostForm.Get("theme"))
	value := string(theme)
	switch theme {
	case layout.ThemeLight, layout.ThemeDark:
	case layout.ThemeAuto:
		value = ""
	default:
		return &lens.FieldError{Field: "theme", Message: "The theme is “auto”, “light” or “dark”."}
	}
	c.SetCookie(web.NewCookie("theme", value, themeLife, s.SecureCookies))
	return s.Redirect(c, web.LocalPath(r.PostForm.Get("return")))
}
