package accounts

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
)

// done answers a change: programs get the account as it is now, browsers go to its page.
func (s *Service) done(c echo.Context, status int) error {
	if web.WantsJSON(c.Request()) {
		st, err := s.look(c.Request().Context())
		if err != nil {
			return err
		}
		return c.JSON(status, s.newAccountJSON(st))
	}
	return s.shell.Redirect(c, web.PathAccount)
}

// openWithPassphrase opens the account in this session. Attempts are counted for the
// account over all instances, and for the address on each.
func (s *Service) openWithPassphrase(c echo.Context, st state) error {
	ctx := c.Request().Context()
	if address := s.data.Address(c); address.IsValid() {
		if wait := s.tries.Take(address, 1); wait > 0 {
			return &accountstore.TooManyAttemptsError{Wait: wait}
		}
	}
	succeeded, err := s.Store.Attempt(ctx, st.person.Person)
	if err != nil {
		return err
	}
	key, err := s.Store.OpenWithPassphrase(ctx, st.account, field(c, "passphrase"))
	if err != nil {
		return err
	}
	succeeded(ctx)
	return s.open(c, st, key)
}

// open puts the account key into the session and renews what is due.
func (s *Service) open(c echo.Context, st state, key accountstore.Key) error {
	ctx := c.Request().Context()
	datasets, err := st.account.Datasets(key)
	if err != nil {
		return err
	}
	if err := s.enter(ctx, key); err != nil {
		return err
	}
	st.key, st.datasets = key, datasets
	if err := s.renew(ctx, st, func(accountstore.Dataset) bool { return true }); err != nil {
		s.Log.WarnContext(ctx, "kept data is not renewed", "error", err)
	}
	return s.done(c, http.StatusOK)
}

// lock takes the account key out of the session, and the data with it that it opens.
func (s *Service) lock(c echo.Context) error {
	if err := s.data.RenewSession(c.Request().Context()); err != nil {
		return err
	}
	s.Close(c.Request().Context())
	return s.done(c, http.StatusOK)
}

// addPassphrase adds a way to open the account, which the first one creates.
func (s *Service) addPassphrase(c echo.Context) error {
	ctx := c.Request().Context()
	passphrase := field(c, "passphrase")
	person, _ := s.SignIn.Person(ctx)
	name, _, _ := strings.Cut(person.Email, "@")
	if err := accountstore.CheckPassphrase(passphrase, person.Email, name, person.Subject); err != nil {
		return err
	}
	return s.addSlot(c, accountstore.NewIdentity(), func(id accountstore.Identity, key accountstore.Key) (accountstore.Slot, error) {
		return s.Store.WrapWithPassphrase(ctx, id, key, label(c, "Passphrase"), passphrase)
	})
}

// label is what the person calls a passkey or passphrase.
func label(c echo.Context, fallback string) string {
	return cmp.Or(accountstore.CleanName(field(c, "label")), fallback)
}

// addSlot adds what wrap makes to the account, or creates the account with it under
// that identity. With the field "keep" a new account keeps the session's data at once.
func (s *Service) addSlot(c echo.Context, id accountstore.Identity, wrap func(accountstore.Identity, accountstore.Key) (accountstore.Slot, error)) error {
	ctx := c.Request().Context()
	st, err := s.look(ctx)
	if err != nil {
		return err
	}
	if st.account != nil {
		if st.key == nil {
			return ErrLocked
		}
		slot, err := wrap(st.account.Identity, st.key)
		if err == nil {
			err = s.update(ctx, st, func(c *accountstore.Contents) error { return c.AddSlot(slot) })
		}
		if err != nil {
			return err
		}
		if s.Sessions.Exists(ctx, keyCeremony) {
			if err := s.enter(ctx, st.key); err != nil {
				return err
			}
		}
		return s.done(c, http.StatusCreated)
	}
	key := accountstore.NewKey()
	slot, err := wrap(id, key)
	if err != nil {
		return err
	}
	account, err := s.Store.Create(ctx, st.person.Person, id, key, accountstore.Contents{Slots: []accountstore.Slot{slot}})
	if err != nil {
		return err
	}
	if err := s.enter(ctx, key); err != nil {
		return err
	}
	if st.account, st.key = account, key; isSet(c, "keep") && s.data.HasOwnData(ctx) {
		if err := s.keep(ctx, st, ""); err != nil {
			return err
		}
	}
	return s.done(c, http.StatusCreated)
}

// keepData keeps the session's data with the account.
func (s *Service) keepData(c echo.Context, st state) error {
	ctx := c.Request().Context()
	if st.current != "" {
		if _, err := st.find(st.current); err == nil {
			return s.done(c, http.StatusOK) // it is kept already
		}
	}
	if !s.data.HasOwnData(ctx) {
		return ErrNoData
	}
	if err := s.data.RenewSession(ctx); err != nil {
		return err
	}
	if err := s.keep(ctx, st, accountstore.CleanName(field(c, "name"))); err != nil {
		return err
	}
	return s.done(c, http.StatusCreated)
}

// keep adds the session's data to the list. The blob lasts as long as the account from
// then on.
func (s *Service) keep(ctx context.Context, st state, name string) error {
	d, ref, line, err := s.data.OwnData(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoData, err)
	}
	for _, kept := range st.datasets {
		// Another device keeps it, from which it came here by a code.
		if trail, err := s.Vault.Current(ctx, kept.Ref, kept.Line); err == nil && trail.Ref.ID == ref.ID {
			s.Sessions.Put(ctx, uploads.KeyKept, kept.ID)
			return nil
		}
	}
	entry := accountstore.Dataset{Ref: ref, Line: line, Shared: s.data.Linked(ctx), Name: name, Added: s.Now(), Expires: s.Store.Expires()}
	describe(&entry, d)
	entry.Name = cmp.Or(entry.Name, defaultName(entry))
	if len(st.datasets) >= accountstore.MaxDatasets {
		return accountstore.ErrTooManyDatasets
	}
	if err := s.Vault.Renew(ctx, ref, entry.Expires); err != nil {
		return err
	}
	var id string
	if err := s.update(ctx, st, func(c *accountstore.Contents) error {
		id, err = c.Add(entry)
		return err
	}); err != nil {
		return err
	}
	s.Sessions.Put(ctx, uploads.KeyKept, id)
	return nil
}

// defaultName names data by its time: "2011 to 2026".
func defaultName(d accountstore.Dataset) string {
	switch first, last := d.First.UTC().Year(), d.Last.UTC().Year(); {
	case d.Plays == 0:
		return "My data"
	case first == last:
		return "Listening of " + d.First.UTC().Format("2006")
	default:
		return "Listening of " + d.First.UTC().Format("2006") + " to " + d.Last.UTC().Format("2006")
	}
}

// plays is how many there are, in words.
func plays(n int) string { return format.Locale{}.Count(n, "play", "plays") }
