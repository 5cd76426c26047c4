package uploads

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// adopt makes ref, which took the place of after, the session's dataset, under a
// token that nobody can have planted. What the old token names stays until the
// browser comes back with the new one: should the answer be lost, the old data is
// still there.
func (s *Service) adopt(ctx context.Context, ref, after vault.Ref, sample bool, in namespace) error {
	if err := s.checkNotDeleted(ctx, ref, after, in); err != nil {
		return err
	}
	if err := s.renew(ctx); err != nil {
		return err
	}
	s.nameDataset(ctx, ref, after, sample)
	if in.fresh {
		s.enterNamespace(ctx, in)
		s.Sessions.Put(ctx, keyRead, true)
	}
	return nil
}

// checkNotDeleted is errChanged, and deletes ref, when the person has deleted meanwhile
// what it took the place of, with a session that knows of nothing newer.
func (s *Service) checkNotDeleted(ctx context.Context, ref, after vault.Ref, in namespace) error {
	if after.ID == "" {
		return nil
	}
	line := importer.Line(in.Scope)
	_, err := s.Vault.Current(ctx, after.Again(), line)
	if !errors.Is(err, vault.ErrDeleted) {
		return err
	}
	return errors.Join(ErrChanged, s.Vault.Retire(ctx, ref, line, s.expires(ctx, false)))
}

// names is what the session names: a dataset, or the place where its first goes.
func (s *Service) names(ctx context.Context) (vault.Ref, bool) {
	if ref, ok := s.Ref(ctx, KeyDataset); ok {
		return ref, true
	}
	return s.origin(ctx)
}

// renew gives the session another token. Whoever writes a session renews it: an
// answer that was on its way for longer would otherwise bring back a token that is
// nobody's any more.
func (s *Service) renew(ctx context.Context) error {
	if err := s.Sessions.Renew(ctx); err != nil {
		return fmt.Errorf("%w: %w", web.ErrSessions, err)
	}
	return nil
}

// nameDataset writes the reference of a dataset into the session, and whose place it
// took.
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

// enterNamespace writes a new namespace of uploads into the session. In the one before no
// file is waiting; what is written down there of imports that are over goes.
func (s *Service) enterNamespace(ctx context.Context, in namespace) {
	if before, ok := s.scope(ctx); ok {
		if _, err := s.Files.Clear(ctx, before); err != nil {
			s.Log.WarnContext(ctx, "records of imports stay until they expire", "error", err)
		}
	}
	s.Sessions.Put(ctx, keyUploads, in.Text())
	s.noteStore(ctx, keyUploadsStore)
}

// noteStore writes into the session where its data, or its uploads, lie.
func (s *Service) noteStore(ctx context.Context, key string) {
	if s.StoreID != "" {
		s.Sessions.Put(ctx, key, s.StoreID)
	} else {
		s.Sessions.Remove(ctx, key)
	}
}

// releaseDataset takes the reference of a dataset out of the session. An import that began
// over it still takes its place, unless it was deleted.
func (s *Service) releaseDataset(ctx context.Context, deleted bool) {
	if old := s.Sessions.GetString(ctx, KeyDataset); old != "" && !deleted {
		s.Sessions.Put(ctx, keyOrigin, old)
	} else {
		s.Sessions.Remove(ctx, keyOrigin)
	}
	for _, key := range []string{KeyDataset, keyPrevious, keyStore, keySample} {
		s.Sessions.Remove(ctx, key)
	}
}

// enterAnew gives the session a new namespace, for its first file. A session that
// is written is to name the newest data: st is where it stands.
func (s *Service) enterAnew(ctx context.Context, in namespace, st snapshot) error {
	origin, placed := s.origin(ctx)
	if err := s.renew(ctx); err != nil {
		return err
	}
	switch {
	case st.deleted:
		s.releaseDataset(ctx, true)
	case st.moved:
		names, _ := s.names(ctx)
		s.nameDataset(ctx, st.data, names, st.sample)
	case placed && !s.Sessions.Exists(ctx, KeyDataset):
		s.Sessions.Put(ctx, keyOrigin, origin.String())
	}
	s.enterNamespace(ctx, in)
	s.Sessions.Remove(ctx, keyRead)
	return nil
}

// confirmArrival is for requests that bring a session which names a dataset: the browser
// has it, so what that took the place of is deleted. It is vault.ErrDeleted when
// the person has deleted that meanwhile, with the session that knew of nothing
// newer; then the newer goes as well.
//
// The session goes on naming what is deleted, until another dataset is replaced.
// Sessions are saved whole, and the last to be saved wins: a request that only
// looks at data must not save one, or it could bring back the reference that an
// upload beside it has just replaced.
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
	// Others may have come between it and the one that the session names.
	trail, err := s.Vault.Current(ctx, previous, line)
	if err != nil && !errors.Is(err, vault.ErrGone) {
		return err
	}
	s.drop(ctx, previous)
	for _, ref := range trail.Passed {
		if ref.ID == named.ID {
			break // what took its place may not have reached the browser yet
		}
		s.drop(ctx, ref)
	}
	s.arrived.add(named.ID)
	return nil
}

// drop deletes a dataset whose place was taken, once. Failing is no reason to
// fail the request: the data expires by itself.
func (s *Service) drop(ctx context.Context, ref vault.Ref) {
	if s.dropped.has(ref.ID) {
		return
	}
	if err := s.discard(ctx, ref); err != nil {
		s.Log.WarnContext(ctx, "delete replaced dataset", "error", err)
		return
	}
	s.dropped.add(ref.ID)
}

// discard deletes a dataset that no session is to open, also when whoever asked
// has left.
func (s *Service) discard(ctx context.Context, ref vault.Ref) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discardTime)
	defer cancel()
	return s.Vault.Delete(ctx, ref)
}

const discardTime = 5 * time.Second

// idSet holds the IDs of datasets for which this instance has done something, so
// that not every request does it again. It may forget: then one more does.
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
