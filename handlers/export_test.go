package handlers

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
)

// AllRoutes is the table of routes, for tests that walk along it.
func (s *Server) AllRoutes() []*echo.Route { return s.echo.Routes() }

// AddView adds a view to the list until remove is called. Servers made in between
// have it. No test may run in parallel meanwhile.
func AddView(v web.View) (remove func()) {
	before := views
	views = append(slices.Clip(views), v)
	return func() { views = before }
}

// ListExamples answers with the examples of each view whose path has a parameter,
// for the data of the session.
func (s *Server) ListExamples(w http.ResponseWriter, r *http.Request) {
	c := s.echo.NewContext(r, w)
	req, err := s.Request(r.Context(), c, url.Values{})
	if err != nil {
		s.answerError(err, c)
		return
	}
	examples := make(map[string][]string)
	for i := range views {
		if v := &views[i]; v.Examples != nil {
			examples[v.Path] = v.Examples(req)
		}
	}
	if err := c.JSON(http.StatusOK, examples); err != nil {
		s.answerError(err, c)
	}
}
