package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/pictures"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// route lays out the routes: those of the uploads and of the shell, then those of
// the views.
func (s *Server) route() {
	s.addAll(s.Service.Routes())
	s.addAll(s.signIn.Routes())
	s.add(http.MethodPost, web.PathTheme, s.chooseTheme)
	s.add(http.MethodPost, web.PathZone, s.rememberZone)
	drawn := pictures.New(pictures.Config{Meter: s.meter(), Work: s.Work}, s)
	s.add(http.MethodGet, pictures.Path, drawn.Show)
	for i := range views {
		s.serve(&views[i])
	}
}

// add adds a route. The log names it, because the path of a request may say what
// somebody looks at.
func (s *Server) add(method, path string, handle echo.HandlerFunc) {
	named := func(c echo.Context) error {
		edge.SetRoute(c.Request().Context(), path)
		return handle(c)
	}
	s.echo.Add(method, path, named)
	if method == http.MethodGet {
		s.echo.Add(http.MethodHead, path, named)
	}
}

func (s *Server) addAll(routes []web.Route) {
	for _, r := range routes {
		s.add(r.Method, r.Path, r.Handle)
	}
}

// serve adds the routes of a view.
func (s *Server) serve(v *web.View) {
	get := func(path string, answer func(c echo.Context, req *web.Request) error) {
		s.add(http.MethodGet, path, func(c echo.Context) error {
			return s.WithData(c, func(req *web.Request) error {
				release, err := s.admit(v, req)
				if err != nil {
					return err
				}
				defer release()
				// A slow reader of the answer holds no memory.
				c.Response().Before(release)
				return answer(c, req)
			})
		})
	}
	if v.JSON != nil {
		get(web.PathAPI+cmp.Or(v.API, v.Path), func(c echo.Context, req *web.Request) error {
			value, err := v.JSON(req)
			if err := cmp.Or(err, checkIntact(req)); err != nil {
				return err
			}
			return writeJSON(c, http.StatusOK, value)
		})
	}
	if v.Page == nil {
		return
	}
	show := func(c echo.Context, req *web.Request) error {
		page, err := v.Page(req)
		if err != nil {
			return err
		}
		if page.Redirect != "" {
			return c.Redirect(http.StatusSeeOther, page.Redirect)
		}
		return s.RenderPage(c, http.StatusOK, page, req)
	}
	if v.Path == web.PathHome {
		// Who has no data sees where it comes from.
		s.add(http.MethodGet, web.PathHome, func(c echo.Context) error {
			err := s.WithData(c, func(req *web.Request) error {
				req.Imported = s.TakeImported(c)
				return show(c, req)
			})
			if errors.Is(err, uploads.ErrNoSession) {
				return s.ShowStart(c)
			}
			return err
		})
	} else {
		get(v.Path, show)
	}
	get(web.PathPartials+v.Path, func(c echo.Context, req *web.Request) error {
		page, err := v.Page(req)
		if err != nil {
			return err
		}
		if page.Redirect != "" {
			return c.Redirect(http.StatusSeeOther, web.PathPartials+page.Redirect)
		}
		// While somebody types a search the last words take the place of those before
		// in the address bar, so that going back leaves the search.
		if c.Request().Header.Get("HX-Trigger") == "search" {
			c.Response().Header().Set("HX-Replace-Url", req.Href(req.Lens))
		}
		return s.renderPartial(c, page, req)
	})
	if v.More != nil {
		get(web.PathPartials+v.Path+web.PathOlder, func(c echo.Context, req *web.Request) error {
			more, err := v.More(req)
			if err != nil {
				return err
			}
			return s.Render(c, http.StatusOK, intact(req, more))
		})
	}
}

// admit waits until the memory is free that a view takes.
func (s *Server) admit(v *web.View, req *web.Request) (release func(), err error) {
	if v.Memory == nil {
		return func() {}, nil
	}
	if release, err = s.Work.Acquire(req.Context(), web.PageBytes+v.Memory(req)); err != nil {
		return nil, fmt.Errorf("build page: %w", err)
	}
	return release, nil
}

// WithData opens the session's data and reads the lens, once for everybody. A
// program is told which parameter it cannot use. A person gets the page without
// it, and a word about it.
func (s *Server) WithData(c echo.Context, handle func(*web.Request) error) error {
	var mended []web.MendedField
	for {
		// The data is in use until the answer goes on its way: a slow reader holds
		// no memory.
		ctx, done := context.WithCancel(c.Request().Context())
		req, err := s.Request(ctx, c, c.QueryParams())
		if err == nil {
			req.Mended = mended
			c.Response().Before(done)
			err = handle(req)
		}
		done()
		var field *lens.FieldError
		if web.IsAPI(c.Request()) || !errors.As(err, &field) || !c.QueryParams().Has(field.Field) {
			return err
		}
		mended = append(mended, web.Mend(c.QueryParams(), field))
	}
}

// Request opens the session's data under the lens of a query. Days and hours are
// those of the person's zone on pages, and those of UTC for programs, unless the
// query names another.
func (s *Server) Request(ctx context.Context, c echo.Context, query url.Values) (*web.Request, error) {
	r := c.Request()
	h, err := s.OpenCurrent(ctx)
	if err != nil {
		return nil, err
	}
	home := web.HomeZone{Zone: time.UTC}
	if !web.IsAPI(r) {
		home = s.homeOf(r, h.Data)
	}
	lens, err := lens.ParseAt(query, home.Zone)
	if err != nil {
		return nil, err
	}
	if err := s.ReadAccount(r.Context(), h.Data); err != nil {
		return nil, err
	}
	req := &web.Request{
		Data:   h.Data,
		Lens:   lens,
		ID:     c.Param("id"),
		Query:  query,
		Home:   home,
		Path:   pagePath(r.URL.Path),
		Sample: h.Sample,
		Linked: s.Linked(r.Context()),
		Upload: func() list.UploadView { return s.UploadView(c, true) },
		Now:    s.Now,
		Kept:   func() string { return s.KeptUntil(r.Context(), h.Sample, lens.Zone()) },
		Asset:  s.Asset,
		Work:   s.Work,
		Reels:  s.reels,
		Ctx:    r.Context(),
	}
	req.Attached = func() (vault.Attached, error) { return h.Attached(ctx) }
	req.Pages = func() []layout.NavGroupView { return pages(req) }
	req.Missing = func() []layout.LinkView { return missing(req) }
	return req, nil
}

// pagePath is the page that a path belongs to: a partial's links lead to the
// page it is part of.
func pagePath(path string) string {
	if rest, ok := strings.CutPrefix(path, web.PathPartials); ok {
		return strings.TrimSuffix(rest, web.PathOlder)
	}
	return path
}
