package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// confirmForget asks once.
func (s *Server) confirmForget(c echo.Context) error {
	ds, err := s.open(c.Request().Context())
	if err != nil {
		return err
	}
	loc := format.ForLanguages(c.Request().Header.Get("Accept-Language"))
	return s.render(c, http.StatusOK, pages.Forget(s.pageView(c, "Delete my data", nil), pages.ForgetView{
		Action:  pathReset,
		Rows:    loc.Count(ds.Rows(), "play", "plays"),
		BackURL: pathHome,
	}))
}

// forget deletes the dataset, what it replaced, what was uploaded and imported,
// and the session, at once. When the store cannot delete, the session stays: it
// is the only way to try again.
func (s *Server) forget(c echo.Context) error {
	ctx := c.Request().Context()
	for _, key := range []string{keyDataset, keyPrevious} {
		ref, ok := s.ref(ctx, key)
		if !ok {
			continue
		}
		if err := s.Vault.Delete(ctx, ref); err != nil {
			return fmt.Errorf("delete dataset: %w", err)
		}
	}
	if scope, ok := s.scope(ctx); ok {
		if err := s.Tasks.Clear(ctx, scope); err != nil {
			return err
		}
	}
	if err := s.Sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrSessions, err)
	}
	if wantsJSON(c.Request()) {
		return c.JSON(http.StatusOK, map[string]bool{"deleted": true})
	}
	return s.redirect(c, pathForgotten)
}

// showForgotten says that the data is gone, unless somebody comes here whose
// data is not.
func (s *Server) showForgotten(c echo.Context) error {
	if _, err := s.open(c.Request().Context()); err == nil {
		return s.redirect(c, pathForget)
	}
	return s.render(c, http.StatusOK, pages.Forgotten(s.pageView(c, "Deleted", nil), pages.ForgottenView{StartURL: pathHome}))
}

// showGone is where requests end up whose session outlived its data. It looks
// again before it cleans up: a request that was under way while an upload
// finished has seen a stale cookie, this one has the newest.
func (s *Server) showGone(c echo.Context) error {
	ctx := c.Request().Context()
	switch _, err := s.open(ctx); {
	case err == nil, errors.Is(err, errNoSession):
		return s.redirect(c, pathHome)
	case errors.Is(err, errElsewhere):
		// The session stays: it opens the data where that is.
		f := describe(err)
		c.Response().Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		return s.render(c, f.Status, pages.Elsewhere(s.pageView(c, f.Title, nil), pages.ElsewhereView{
			Title: f.Title, Message: f.Message, RetryURL: pathHome, Upload: s.uploadView(c, false),
		}))
	case !errors.Is(err, vault.ErrGone):
		return err
	}
	s.Log.WarnContext(ctx, "session without its data",
		"hint", "deleted, expired, or stored where this instance cannot see it: instances must share DATASET_URL")
	if scope, ok := s.scope(ctx); ok {
		if err := s.Tasks.Clear(ctx, scope); err != nil {
			s.Log.WarnContext(ctx, "uploads stay until they expire", "error", err)
		}
	}
	if err := s.Sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrSessions, err)
	}
	p := s.pageView(c, "Your data is no longer here", nil)
	p.ForgetURL = ""
	return s.render(c, http.StatusGone, pages.Gone(p, pages.GoneView{
		Upload: s.uploadView(c, false), SampleURL: pathSample,
	}))
}
