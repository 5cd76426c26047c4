package uploads

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
)

// importedLife is how long the story waits to be seen after an import.
const importedLife = 10 * time.Minute

// importedCookie is the cookie that says that an import has just ended. It is no
// part of the session, because a page that only shows data never writes that.
func (s *Service) importedCookie(value string) *http.Cookie {
	return web.NewCookie("imported", value, importedLife, s.SecureCookies)
}

// announceImport makes the next page of the story begin with a line of the receipt.
func (s *Service) announceImport(c echo.Context) {
	c.SetCookie(s.importedCookie("1"))
}

// TakeImported reports whether an import has just ended, once: neither reloading nor
// going back shows its line again.
func (s *Service) TakeImported(c echo.Context) bool {
	gone := s.importedCookie("")
	if _, err := c.Cookie(gone.Name); err != nil || c.Request().Method != http.MethodGet {
		return false
	}
	c.SetCookie(gone)
	return true
}
