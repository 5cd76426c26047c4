package accounts

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

var _ uploads.Keeper = (*Service)(nil)

// Keeps implements [uploads.Keeper].
func (s *Service) Keeps(ctx context.Context) bool {
	if s.Sessions.GetString(ctx, uploads.KeyKept) == "" {
		return false
	}
	_, signedIn := s.SignIn.Person(ctx)
	_, opened := s.key(ctx)
	return signedIn && opened
}

// Expires implements [uploads.Keeper].
func (s *Service) Expires() time.Time { return s.Store.Expires() }

// kept is the account's entry for the session's dataset.
func (s *Service) kept(ctx context.Context) (state, accountstore.Dataset, error) {
	st, err := s.opened(ctx)
	var d accountstore.Dataset
	if err == nil {
		d, err = st.find(st.current)
	}
	return st, d, gone(err)
}

// gone turns what says that an account keeps a dataset no more into vault.ErrGone.
func gone(err error) error {
	if errors.Is(err, accountstore.ErrNone) || errors.Is(err, accountstore.ErrNoDataset) || errors.Is(err, ErrLocked) {
		return errors.Join(vault.ErrGone, err)
	}
	return err
}

// Newest implements [uploads.Keeper].
func (s *Service) Newest(ctx context.Context) (vault.Ref, vault.Line, error) {
	_, d, err := s.kept(ctx)
	return d.Ref, d.Line, err
}

// Line implements [uploads.Keeper].
func (s *Service) Line(ctx context.Context) (line vault.Line, shared bool, err error) {
	_, d, err := s.kept(ctx)
	return d.Line, d.Shared, err
}

// Share implements [uploads.Keeper].
func (s *Service) Share(ctx context.Context, fresh vault.Line) (line vault.Line, err error) {
	st, _, err := s.kept(ctx)
	if err != nil {
		return nil, err
	}
	return line, gone(s.update(ctx, st, func(c *accountstore.Contents) error {
		entry, err := c.Find(st.current)
		if err != nil {
			return err
		}
		if len(entry.Line) == 0 {
			entry.Line = fresh
		}
		line = entry.Line
		if entry.Shared {
			return accountstore.ErrUnchanged
		}
		entry.Shared = true
		return nil
	}))
}

// Replace implements [uploads.Keeper].
func (s *Service) Replace(ctx context.Context, before []vault.Ref, next vault.Ref, line vault.Line, d *dataset.Dataset) error {
	st, _, err := s.kept(ctx)
	if err != nil {
		return err
	}
	return gone(s.replace(ctx, st, st.current, before, next, line, d))
}

// replace makes next what the account has under an ID, if that is one of before now.
func (s *Service) replace(ctx context.Context, st state, id string, before []vault.Ref, next vault.Ref, line vault.Line, d *dataset.Dataset) error {
	// A device that knows no account, or an import that began before the data was kept,
	// may have stored it for less than the account lasts. It is renewed when that is due.
	expires, err := s.Vault.StoredUntil(ctx, next)
	if err != nil {
		return err
	}
	return s.update(ctx, st, func(c *accountstore.Contents) error {
		entry, err := c.Find(id)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(before, func(ref vault.Ref) bool { return ref.ID == entry.Ref.ID }) {
			return accountstore.ErrUnchanged // it is there, or another device has gone on
		}
		entry.Ref, entry.Line, entry.Expires = next, line, expires
		describe(entry, d)
		return nil
	})
}

// describe writes down what a dataset holds.
func describe(entry *accountstore.Dataset, d *dataset.Dataset) {
	entry.Plays, entry.First, entry.Last = d.Rows(), time.Time{}, time.Time{}
	if entry.Plays > 0 {
		first, last := d.Span()
		entry.First, entry.Last = time.Unix(first, 0), time.Unix(last, 0)
	}
}

// Remove implements [uploads.Keeper].
func (s *Service) Remove(ctx context.Context) error {
	st, _, err := s.kept(ctx)
	if err != nil {
		return err
	}
	return gone(s.update(ctx, st, func(c *accountstore.Contents) error { return c.Remove(st.current) }))
}

// Renew implements [uploads.Keeper]. On each instance it looks twice a day.
func (s *Service) Renew(ctx context.Context) error {
	if !s.due.take(s.Sessions.GetString(ctx, uploads.KeyKept), s.Now()) {
		return nil
	}
	st, err := s.opened(ctx)
	if err != nil {
		return gone(err)
	}
	return s.renew(ctx, st, func(d accountstore.Dataset) bool { return d.ID == st.current })
}

// renewTime bounds what a request spends on keeping other datasets for longer. What it
// does not get to is done by the next use.
const renewTime = 10 * time.Second

// renew keeps the account, and those of its datasets, for the whole lifetime from now
// on, where a week of it is over.
func (s *Service) renew(ctx context.Context, st state, which func(accountstore.Dataset) bool) error {
	ctx, cancel := context.WithTimeout(ctx, renewTime)
	defer cancel()
	type step struct{ from, to vault.Ref }
	renewed := make(map[string]step)
	expires := s.Store.Expires()
	var failed error
	for _, d := range st.datasets {
		if !which(d) || !s.Store.Due(d.Expires) {
			continue
		}
		// The notes lead on from where the account has it.
		trail, err := s.Vault.Current(ctx, d.Ref, d.Line)
		if err == nil {
			err = s.Vault.Renew(ctx, trail.Ref, expires)
		}
		switch {
		case errors.Is(err, vault.ErrGone):
		case err != nil:
			failed = err
		default:
			renewed[d.ID] = step{d.Ref, trail.Ref}
		}
	}
	if len(renewed) == 0 && !s.Store.Due(st.account.Expires) {
		return failed
	}
	return errors.Join(failed, s.update(ctx, st, func(c *accountstore.Contents) error {
		for i := range c.Datasets {
			// The note that leads from one to the other may expire before the next time.
			if d, step := &c.Datasets[i], renewed[c.Datasets[i].ID]; step.from.ID == d.Ref.ID && d.Ref.ID != "" {
				d.Ref, d.Expires = step.to, expires
			}
		}
		return nil
	}))
}
