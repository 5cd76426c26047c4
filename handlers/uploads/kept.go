package uploads

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// A Keeper knows which dataset of a session is kept with the account of who is signed
// in. Its methods but Keeps are called only where that is true.
type Keeper interface {
	// Keeps reports whether the session's dataset is kept. It asks the session alone.
	Keeps(ctx context.Context) bool
	// Expires is until when what is stored now is kept.
	Expires() time.Time
	// Newest is what the account has in the dataset's place, and the line that leads on
	// from there. It is vault.ErrGone when the account keeps it no more.
	Newest(ctx context.Context) (vault.Ref, vault.Line, error)
	// Line is the line that leads on from the dataset, and whether devices follow it that
	// know no account. It is vault.ErrGone as for Newest.
	Line(ctx context.Context) (line vault.Line, shared bool, err error)
	// Share says of the dataset that such devices follow it from now on, and returns its
	// line: fresh where it has none.
	Share(ctx context.Context, fresh vault.Line) (vault.Line, error)
	// Replace makes next what the account has, if that is one of before now.
	Replace(ctx context.Context, before []vault.Ref, next vault.Ref, line vault.Line, d *dataset.Dataset) error
	// Remove takes the dataset, which is deleted, out of the account.
	Remove(ctx context.Context) error
	// Renew keeps the dataset for longer, once its time has become shorter.
	Renew(ctx context.Context) error
}

// Kept reports whether the session's dataset is kept with an account.
func (s *Service) Kept(ctx context.Context) bool {
	return s.Keeper != nil && s.Sessions.Exists(ctx, KeyDataset) && s.Sessions.Exists(ctx, KeyKept) && s.Keeper.Keeps(ctx)
}

// openKept is Vault.OpenCurrent for a dataset that is kept. Where another device has
// gone on from it, the session's own line does not lead there, and the account does.
func (s *Service) openKept(ctx context.Context, ref vault.Ref) (*dataset.Dataset, vault.Trail, error) {
	line := s.line(ctx)
	// Who opens another dataset must not hold this one.
	first, release := context.WithCancel(ctx)
	d, trail, err := s.Vault.OpenCurrent(first, ref, line)
	if err == nil && !trail.Closed || err != nil && !errors.Is(err, vault.ErrGone) || errors.Is(err, vault.ErrDeleted) {
		context.AfterFunc(ctx, release)
		return d, trail, errors.Join(err, s.list(ctx, ref, trail, line, d))
	}
	newest, line, newestErr := s.Keeper.Newest(ctx)
	if newestErr != nil || newest.ID == trail.Ref.ID {
		context.AfterFunc(ctx, release)
		return d, trail, errors.Join(err, newestErr)
	}
	release()
	d, on, err := s.Vault.OpenCurrent(ctx, newest, line)
	if err == nil {
		err = s.list(ctx, newest, on, line, d)
	}
	return d, on, err
}

// list writes into the account what the notes have led to, before what that took the
// place of is deleted.
func (s *Service) list(ctx context.Context, ref vault.Ref, trail vault.Trail, line vault.Line, d *dataset.Dataset) error {
	if d == nil || !trail.Moved() || s.listed.has(trail.Ref.ID) {
		return nil
	}
	if err := s.Keeper.Replace(ctx, append(trail.Passed, ref), trail.Ref, line, d); err != nil {
		return fmt.Errorf("keep dataset: %w", err)
	}
	s.listed.add(trail.Ref.ID)
	return nil
}

// current follows the notes from ref, and where another device has gone on from a
// dataset that is kept, the account.
func (s *Service) current(ctx context.Context, ref vault.Ref) (vault.Trail, error) {
	trail, err := s.Vault.Current(ctx, ref, s.line(ctx))
	if err != nil || !trail.Closed || !s.Kept(ctx) {
		return trail, err
	}
	newest, line, err := s.Keeper.Newest(ctx)
	if errors.Is(err, vault.ErrGone) {
		return trail, vault.ErrDeleted
	}
	if err != nil || newest.ID == trail.Ref.ID {
		return trail, err
	}
	on, err := s.Vault.Current(ctx, newest, line)
	on.Passed = append(append(trail.Passed, trail.Ref), on.Passed...)
	return on, err
}

// keepImported writes the outcome of an import into the account, if the data that it
// adds to is kept there.
func (s *Service) keepImported(ctx context.Context, ref, after vault.Ref, in namespace, d *dataset.Dataset) error {
	kept := s.Kept(ctx)
	listed, err := s.listImported(ctx, ref, after, in, d)
	if err == nil && kept && !listed {
		// It was deleted on another device. What has just come is this session's alone.
		s.Sessions.Remove(ctx, KeyKept)
	}
	return err
}

// listImported is keepImported without writing the session. It reports whether the
// account has the outcome.
func (s *Service) listImported(ctx context.Context, ref, after vault.Ref, in namespace, d *dataset.Dataset) (listed bool, err error) {
	if !s.Kept(ctx) {
		return false, nil
	}
	before := []vault.Ref{after}
	for _, key := range []string{KeyDataset, keyPrevious} {
		if ref, ok := s.Ref(ctx, key); ok {
			before = append(before, ref)
		}
	}
	err = s.Keeper.Replace(ctx, before, ref, s.lineIn(ctx, in), d)
	if err != nil && !errors.Is(err, vault.ErrGone) {
		return false, fmt.Errorf("keep dataset: %w", err)
	}
	s.listed.add(ref.ID)
	return err == nil, nil
}

// Enter makes a dataset that is kept the session's, in the place of what it had, which
// is deleted unless it is kept as well. id is the account's name for it.
func (s *Service) Enter(ctx context.Context, ref vault.Ref, id string) error {
	if err := s.Release(ctx); err != nil {
		return err
	}
	if err := s.RenewSession(ctx); err != nil {
		return err
	}
	s.unlink(ctx)
	s.nameDataset(ctx, ref, vault.Ref{}, false)
	s.Sessions.Put(ctx, KeyKept, id)
	s.remove(ctx, keyUploads, keyUploadsStore, keyRead)
	return nil
}

// Release deletes the session's data that is neither kept with an account nor goes on
// being that of other devices, and the uploads. It is what signing out does.
func (s *Service) Release(ctx context.Context) error {
	stays := s.Kept(ctx)
	if !stays {
		var err error
		if stays, err = s.staysElsewhere(ctx); err != nil {
			return err
		}
	}
	if !stays {
		return s.deleteData(ctx)
	}
	s.withdraw(ctx)
	return s.clearUploads(ctx)
}

// Parting says what Release will do.
func (s *Service) Parting(ctx context.Context) (web.Parting, error) {
	switch {
	case s.Kept(ctx):
		return web.DataStays, nil
	case !s.HasData(ctx):
		return web.NothingParts, nil
	}
	stays, err := s.staysElsewhere(ctx)
	switch {
	case err != nil:
		return 0, err
	case stays:
		return web.DataStaysLinked, nil
	case s.Linked(ctx):
		return web.DataGoesFromMore, nil
	}
	return web.DataGoes, nil
}

// Leave takes the names of datasets and uploads out of the session. It deletes nothing.
func (s *Service) Leave(ctx context.Context) {
	s.releaseDataset(ctx, true)
	s.remove(ctx, keyUploads, keyUploadsStore, keyRead)
}

// OwnData is the session's own dataset: its newest reference with the line that leads
// on from it. It fails with ErrNoSession without any, or when it is invented.
func (s *Service) OwnData(ctx context.Context) (*dataset.Dataset, vault.Ref, vault.Line, error) {
	h, err := s.OpenCurrent(ctx)
	if err == nil && h.Sample {
		err = ErrNoSession
	}
	if err != nil {
		return nil, vault.Ref{}, nil, err
	}
	return h.Data, h.ref, s.line(ctx), nil
}

// HasOwnData reports whether the session names data that is not invented.
func (s *Service) HasOwnData(ctx context.Context) bool {
	_, named := s.Ref(ctx, KeyDataset)
	return named && !s.Sessions.GetBool(ctx, keySample)
}

// keptWithAccount says until when data that is kept is here.
func (s *Service) keptWithAccount(zone *time.Location) string {
	return "Your data is kept with your account until " + format.Date(s.Keeper.Expires().In(zone)) +
		", for longer each time you come back, or until you delete it."
}
