package accounts

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// renameDataset gives a dataset another name.
func (s *Service) renameDataset(c echo.Context, st state) error {
	name := accountstore.CleanName(field(c, "name"))
	if name == "" {
		return ErrName
	}
	if err := s.update(c.Request().Context(), st, func(contents *accountstore.Contents) error {
		d, err := contents.Find(c.Param("id"))
		if err == nil {
			d.Name = name
		}
		return err
	}); err != nil {
		return err
	}
	return s.done(c, http.StatusOK)
}

// unkept reports whether the session has data of its own that opening another dataset
// would delete.
func (s *Service) unkept(ctx context.Context) bool { return s.data.HasOwnData(ctx) && !s.Keeps(ctx) }

// openDataset makes a kept dataset the session's.
func (s *Service) openDataset(c echo.Context, st state, d accountstore.Dataset) error {
	ctx := c.Request().Context()
	if s.unkept(ctx) && !isSet(c, "discard") {
		if web.WantsJSON(c.Request()) {
			return ErrUnkept
		}
		return s.shell.Redirect(c, web.PathAccount+"/datasets/"+d.ID+"/open")
	}
	trail, err := s.Vault.Current(ctx, d.Ref, d.Line)
	if err != nil {
		return missing(err)
	}
	// Before what the session has is given up for it.
	newest, err := s.Vault.Open(ctx, trail.Ref)
	if err != nil {
		return missing(err)
	}
	if trail.Moved() {
		// A device that knows no account has gone on from it.
		if err := s.replace(ctx, st, d.ID, append(trail.Passed, d.Ref), trail.Ref, d.Line, newest); err != nil {
			return err
		}
	}
	if err := s.data.Enter(ctx, trail.Ref, d.ID); err != nil {
		return err
	}
	if web.WantsJSON(c.Request()) {
		return s.done(c, http.StatusOK)
	}
	return s.shell.Redirect(c, web.PathHome)
}

// ErrDatasetGone: the account lists a dataset that has expired, or was deleted in a
// session. Unlike vault.ErrGone it says nothing of the session's own data.
var ErrDatasetGone = errors.New("kept dataset is gone")

func missing(err error) error {
	if errors.Is(err, vault.ErrGone) {
		return ErrDatasetGone
	}
	return err
}

// deleteDataset deletes a dataset for every device.
func (s *Service) deleteDataset(c echo.Context, st state, d accountstore.Dataset) error {
	ctx := c.Request().Context()
	if err := s.data.RenewSession(ctx); err != nil {
		return err
	}
	// The data first: what is not in the list any more, nobody could delete.
	if err := s.retire(ctx, d); err != nil {
		return err
	}
	if err := s.update(ctx, st, func(contents *accountstore.Contents) error { return contents.Remove(d.ID) }); err != nil && !errors.Is(err, accountstore.ErrNoDataset) {
		return err
	}
	if st.current == d.ID {
		s.data.Leave(ctx)
	}
	return s.done(c, http.StatusOK)
}

// retire deletes a dataset and what has taken its place.
func (s *Service) retire(ctx context.Context, d accountstore.Dataset) error {
	return s.Vault.Retire(ctx, d.Ref, d.Line, s.Store.Expires())
}

// removeKey removes a passkey or passphrase. Removing the last is deleting everything,
// and has to be asked for as such.
func (s *Service) removeKey(c echo.Context, st state) error {
	id := c.Param("id")
	err := s.update(c.Request().Context(), st, func(contents *accountstore.Contents) error { return contents.RemoveSlot(id) })
	if errors.Is(err, accountstore.ErrLastSlot) && isSet(c, "loses_data") {
		return s.deleteAccount(c, st)
	}
	if err != nil {
		return err
	}
	return s.done(c, http.StatusOK)
}

// deleteAccount deletes the account with all that it keeps. Where it is locked, the
// datasets cannot be named and expire: nobody can open them any more.
func (s *Service) deleteAccount(c echo.Context, st state) error {
	ctx := c.Request().Context()
	if err := s.data.RenewSession(ctx); err != nil {
		return err
	}
	for _, d := range st.datasets {
		if err := s.retire(ctx, d); err != nil {
			return err
		}
	}
	if err := s.Store.Delete(ctx, st.person.Person); err != nil {
		return err
	}
	s.Close(ctx)
	return s.done(c, http.StatusOK)
}
