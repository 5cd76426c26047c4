package uploads

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// confirmForget is the page that asks before everything is deleted.
func (s *Service) confirmForget(c echo.Context) error {
	ds, err := s.open(c.Request().Context())
	if err != nil {
		return err
	}
	return s.shell.RenderPlain(c, http.StatusOK, "Delete my data", Forget(ForgetView{
		Rows:   forgotten(ds.Rows()),
		Kept:   s.Kept(c.Request().Context()),
		Token:  s.shell.CSRFToken(c),
		Linked: s.Linked(c.Request().Context()),
	}))
}

// forgotten says what will be deleted.
func forgotten(plays int) string {
	if plays == 0 {
		return "Everything you uploaded"
	}
	return format.Locale{}.Count(plays, "play", "plays")
}

// forget deletes the dataset with all that it superseded and that superseded it, the
// uploads, and the session. A note without a name stays in its place, so that an
// import that ends later finds it and brings nothing back. When the store fails, the
// session stays, because it is the only way to try again.
func (s *Service) forget(c echo.Context) error {
	ctx := c.Request().Context()
	if err := s.deleteData(ctx); err != nil {
		return err
	}
	if err := s.end(ctx); err != nil {
		return err
	}
	if web.WantsJSON(c.Request()) {
		return c.JSON(http.StatusOK, map[string]bool{"deleted": true})
	}
	return s.shell.Redirect(c, web.PathForgotten)
}

// SignOut deletes the session's data that is not kept with an account, the uploads and
// the session.
func (s *Service) SignOut(ctx context.Context) error {
	if err := s.Release(ctx); err != nil {
		return err
	}
	return s.end(ctx)
}

// end ends the session.
func (s *Service) end(ctx context.Context) error {
	if err := s.Sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("%w: %w", web.ErrSessions, err)
	}
	return nil
}

// deleteData deletes the session's data, also where it is kept with an account, and
// the uploads.
func (s *Service) deleteData(ctx context.Context) error {
	expires := s.expires(ctx, false)
	if s.Kept(ctx) {
		newest, line, err := s.Keeper.Newest(ctx)
		if err == nil {
			err = s.Vault.Retire(ctx, newest, line, expires)
		}
		if err != nil && !errors.Is(err, vault.ErrGone) {
			return fmt.Errorf("delete dataset: %w", err)
		}
	}
	var refs []vault.Ref
	for _, key := range []string{KeyDataset, keyPrevious} {
		if ref, ok := s.Ref(ctx, key); ok {
			refs = append(refs, ref)
		}
	}
	if origin, ok := s.origin(ctx); ok {
		refs = append(refs, origin)
	}
	s.withdraw(ctx)
	for _, ref := range refs {
		if err := s.Vault.Retire(ctx, ref, s.line(ctx), expires); err != nil {
			return fmt.Errorf("delete dataset: %w", err)
		}
	}
	if s.Kept(ctx) {
		if err := s.Keeper.Remove(ctx); err != nil && !errors.Is(err, vault.ErrGone) {
			return fmt.Errorf("delete dataset: %w", err)
		}
	}
	return s.clearUploads(ctx)
}

// clearUploads deletes what the session has uploaded and not read yet.
func (s *Service) clearUploads(ctx context.Context) error {
	ns, ok := s.namespace(ctx)
	if !ok {
		return nil
	}
	return s.Tasks.Clear(ctx, ns)
}

// HasData reports whether the session leads to data or uploads.
func (s *Service) HasData(ctx context.Context) bool {
	return slices.ContainsFunc([]string{KeyDataset, keyOrigin, keyUploads}, func(key string) bool { return s.Sessions.Exists(ctx, key) })
}

// showForgotten says that the data is deleted, unless the session still has data.
func (s *Service) showForgotten(c echo.Context) error {
	if _, err := s.open(c.Request().Context()); err == nil {
		return s.shell.Redirect(c, web.PathForget)
	}
	return s.shell.RenderPlain(c, http.StatusOK, "Deleted", Forgotten())
}

// showGone is the page for a session whose data has expired. It checks again, because
// the request that was sent here may have carried a stale cookie. Only its button
// changes the session.
func (s *Service) showGone(c echo.Context) error {
	err := s.isGone(c)
	if !errors.Is(err, vault.ErrGone) {
		return err
	}
	return s.renderGone(c, GoneView{Elsewhere: s.deletedElsewhere(c, err)})
}

// isGone fails with vault.ErrGone when the session's data has expired. Otherwise it has
// answered the request.
func (s *Service) isGone(c echo.Context) error {
	switch _, err := s.open(c.Request().Context()); {
	case err == nil, errors.Is(err, ErrNoSession):
		return s.shell.Redirect(c, web.PathHome)
	case errors.Is(err, ErrForeign):
		// The session is kept, because another instance can open its data.
		f := s.shell.Describe(err)
		c.Response().Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		return s.shell.RenderPlain(c, f.Status, f.Title, Foreign(f.Title, f.Message, s.UploadView(c, false)))
	default:
		return err
	}
}

// clearGone ends a session whose data has expired. Where files wait, or the data was
// invented, it removes only the reference, because an upload may be under way.
func (s *Service) clearGone(c echo.Context) error {
	err := s.isGone(c)
	if !errors.Is(err, vault.ErrGone) {
		return err
	}
	ctx := c.Request().Context()
	deleted, elsewhere := errors.Is(err, vault.ErrDeleted), s.deletedElsewhere(c, err)
	if !deleted {
		// With a wrong clock here, the data may only seem to have expired.
		if err := s.Files.Records().Bucket.CheckClock(ctx); err != nil {
			return err
		}
	}
	if deleted && s.Kept(ctx) {
		// A linked device that deletes it knows nothing of the account.
		if err := s.Keeper.Remove(ctx); err != nil && !errors.Is(err, vault.ErrGone) {
			return fmt.Errorf("forget kept dataset: %w", err)
		}
	}
	ns, uploads := s.namespace(ctx)
	stays := uploads && !deleted && s.Sessions.GetBool(ctx, keySample)
	if uploads && !deleted && !stays {
		if stays, err = s.Files.Waiting(ctx, ns); err != nil {
			return err
		}
	}
	if !deleted && !s.Sessions.GetBool(ctx, keySample) {
		s.Log.WarnContext(ctx, "session without its data",
			"hint", "expired, or stored where this instance cannot see it: instances must share DATASET_URL")
	}
	if uploads && !stays {
		if err := s.Tasks.Clear(ctx, ns); err != nil {
			s.Log.WarnContext(ctx, "uploads stay until they expire", "error", err)
		}
	}
	// Who is signed in stays so: what is gone may be one of several that are kept.
	ends := !stays && s.Sessions.GetString(ctx, web.KeyUser) == ""
	if ends {
		err = s.end(ctx)
	} else {
		err = s.RenewSession(ctx)
	}
	switch {
	case err != nil:
		return err
	case stays:
		s.releaseDataset(ctx, false)
	case !ends:
		s.Leave(ctx)
	}
	return s.renderGone(c, GoneView{Tidy: true, Upload: s.UploadView(c, false), Elsewhere: elsewhere})
}

// deletedElsewhere reports whether another device has deleted the session's data.
func (s *Service) deletedElsewhere(c echo.Context, err error) bool {
	return errors.Is(err, vault.ErrDeleted) && s.Linked(c.Request().Context())
}

func (s *Service) renderGone(c echo.Context, v GoneView) error {
	p := s.shell.PageView(c, "Your data is no longer here", nil)
	p.ForgetURL = ""
	return s.shell.Render(c, http.StatusGone, layout.Page(p, Gone(v)))
}
