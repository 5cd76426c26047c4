package uploads

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// adopt makes ref, which superseded after, the session's dataset, and renews the
// session's token, since the old one may have been planted. The old data stays until
// the browser sends the new token, so that a lost answer loses nothing.
func (s *Service) adopt(ctx context.Context, ref, after vault.Ref, d *dataset.Dataset, sample bool, in namespace) error {
	if err := s.checkNotDeleted(ctx, ref, after, in); err != nil {
		return err
	}
	if err := s.keepImported(ctx, ref, after, in, d); err != nil {
		return err
	}
	if err := s.RenewSession(ctx); err != nil {
		return err
	}
	if after.ID == "" {
		s.unlink(ctx) // other devices held what was here before
	} else if in.line != nil && !s.Linked(ctx) {
		// The account has said so: from here on this session is one of them.
		s.putLine(ctx, in.line, s.expires(ctx, sample))
	}
	s.nameDataset(ctx, ref, after, sample)
	if in.fresh {
		s.enterNamespace(ctx, in)
		s.Sessions.Put(ctx, keyRead, true)
	}
	return nil
}

// leaveImport ends an import whose session the browser has left since it began. To write
// that session would bring it back in the place of the newer one, so only the account
// hears of the outcome, where that keeps the data. It fails with ErrChanged when the
// browser has signed out.
func (s *Service) leaveImport(ctx context.Context, res importer.Result, after vault.Ref, in namespace, signedOut bool) error {
	if err := s.checkNotDeleted(ctx, res.Ref, after, in); err != nil {
		return err
	}
	kept, err := s.listImported(ctx, res.Ref, after, in, res.Dataset)
	switch {
	case err != nil || !signedOut:
		return err
	case kept:
		return ErrChanged
	}
	return errors.Join(ErrChanged, s.discard(ctx, res.Ref))
}

// checkNotDeleted fails with ErrChanged, and deletes ref, when the person has deleted
// the data that ref superseded while it was imported.
func (s *Service) checkNotDeleted(ctx context.Context, ref, after vault.Ref, in namespace) error {
	if after.ID == "" {
		return nil
	}
	line := s.lineIn(ctx, in)
	_, err := s.Vault.Current(ctx, after.Again(), line)
	if !errors.Is(err, vault.ErrDeleted) {
		return err
	}
	return errors.Join(ErrChanged, s.Vault.Retire(ctx, ref, line, s.expires(ctx, false)))
}

// names is the session's dataset, or what its first dataset will supersede.
func (s *Service) names(ctx context.Context) vault.Ref {
	ref, ok := s.Ref(ctx, KeyDataset)
	if !ok {
		ref, _ = s.origin(ctx)
	}
	return ref
}

// RenewSession gives the session another token. Every request that writes the session renews
// it, or an older answer that arrives late would bring an ended token back.
func (s *Service) RenewSession(ctx context.Context) error {
	if err := s.Sessions.Renew(ctx); err != nil {
		return fmt.Errorf("%w: %w", web.ErrSessions, err)
	}
	return nil
}

// nameDataset writes the reference of a dataset into the session, and what it
// superseded.
func (s *Service) nameDataset(ctx context.Context, ref, after vault.Ref, sample bool) {
	if after.ID != "" && after.ID != ref.ID {
		s.Sessions.Put(ctx, keyPrevious, after.String())
	} else {
		s.Sessions.Remove(ctx, keyPrevious)
	}
	s.Sessions.Put(ctx, KeyDataset, ref.String())
	s.Sessions.Remove(ctx, keyOrigin)
	s.noteStore(ctx, keyStore)
	if sample {
		s.Sessions.Put(ctx, keySample, true)
	} else {
		s.Sessions.Remove(ctx, keySample)
	}
}

// enterNamespace writes a new namespace into the session. No file waits in the one
// before, so the records of its finished imports are deleted.
func (s *Service) enterNamespace(ctx context.Context, in namespace) {
	if before, ok := s.namespace(ctx); ok {
		if _, err := s.Files.Clear(ctx, before); err != nil {
			s.Log.WarnContext(ctx, "records of imports stay until they expire", "error", err)
		}
	}
	s.Sessions.Put(ctx, keyUploads, in.Text())
	s.noteStore(ctx, keyUploadsStore)
}

// noteStore writes the ID of this instance's store into the session.
func (s *Service) noteStore(ctx context.Context, key string) {
	if s.StoreID != "" {
		s.Sessions.Put(ctx, key, s.StoreID)
	} else {
		s.Sessions.Remove(ctx, key)
	}
}

// releaseDataset removes the dataset's reference from the session. An import that is
// under way still supersedes it, unless the dataset was deleted.
func (s *Service) releaseDataset(ctx context.Context, deleted bool) {
	if old := s.Sessions.GetString(ctx, KeyDataset); old != "" && !deleted {
		s.Sessions.Put(ctx, keyOrigin, old)
	} else {
		s.Sessions.Remove(ctx, keyOrigin)
	}
	s.remove(ctx, KeyDataset, keyPrevious, keyStore, keySample, KeyKept)
	s.unlink(ctx)
}

// enterAnew gives the session a new namespace for its first file, and writes the newest
// data, as st has it, into the session.
func (s *Service) enterAnew(ctx context.Context, in namespace, st snapshot) error {
	origin, placed := s.origin(ctx)
	if err := s.RenewSession(ctx); err != nil {
		return err
	}
	switch {
	case st.deleted:
		s.releaseDataset(ctx, true)
	case st.moved:
		s.nameDataset(ctx, st.data, s.names(ctx), st.sample)
	case placed && !s.Sessions.Exists(ctx, KeyDataset):
		s.Sessions.Put(ctx, keyOrigin, origin.String())
	}
	s.enterNamespace(ctx, in)
	s.Sessions.Remove(ctx, keyRead)
	return nil
}

// confirmArrival deletes what the session's dataset superseded: the browser has sent
// the new reference, so it has arrived. It fails with vault.ErrDeleted when the person
// deleted the old data meanwhile with the old session; then the new data goes too.
//
// keyPrevious stays in the session until the next dataset is adopted. Sessions are
// saved whole and the last save wins, so a request that only reads must not save one:
// it could bring back a reference that an upload beside it has just replaced.
func (s *Service) confirmArrival(ctx context.Context) error {
	previous, ok := s.Ref(ctx, keyPrevious)
	named, has := s.Ref(ctx, KeyDataset)
	if !ok || !has || s.arrived.has(named.ID) {
		return nil
	}
	line, expires := s.line(ctx), s.expires(ctx, false)
	err := s.Vault.Arrive(ctx, previous, named, line, expires)
	if errors.Is(err, vault.ErrDeleted) {
		return errors.Join(err, s.Vault.Retire(ctx, named, line, expires))
	}
	if err != nil {
		return err
	}
	// Other datasets may lie between it and the session's.
	trail, err := s.Vault.Current(ctx, previous, line)
	if err != nil && !errors.Is(err, vault.ErrGone) {
		return err
	}
	newest := trail.Ref
	if !trail.Moved() {
		newest = named
	}
	arrived := s.drop(ctx, previous, newest)
	for _, ref := range trail.Passed {
		if ref.ID == named.ID {
			break // the browser may not know yet what superseded it
		}
		arrived = s.drop(ctx, ref, newest) && arrived
	}
	if arrived {
		s.arrived.add(named.ID)
	}
	return nil
}

// drop deletes a superseded dataset, once, and gives the newest what of it lasts. An
// error does not fail the request, since the data expires by itself.
func (s *Service) drop(ctx context.Context, ref, newest vault.Ref) (dropped bool) {
	if s.dropped.has(ref.ID) {
		return true
	}
	err := s.Vault.Carry(ctx, ref, newest)
	if err == nil || errors.Is(err, vault.ErrGone) { // then there is nobody to give it to
		err = s.discard(ctx, ref)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "delete replaced dataset", "error", err)
		return false
	}
	s.dropped.add(ref.ID)
	return true
}

// discard deletes a dataset that no session may open, even when the client has
// disconnected.
func (s *Service) discard(ctx context.Context, ref vault.Ref) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discardTime)
	defer cancel()
	return s.Vault.Delete(ctx, ref)
}

const discardTime = 5 * time.Second

// An idSet remembers for which datasets this instance has done something, so that not
// every request does it again. It may forget some.
type idSet struct {
	mu  sync.Mutex
	ids map[string]bool
}

const maxIDs = 10_000 // some 50 bytes each

func (d *idSet) has(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ids[id]
}

func (d *idSet) add(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids == nil || len(d.ids) >= maxIDs {
		d.ids = make(map[string]bool)
	}
	d.ids[id] = true
}
