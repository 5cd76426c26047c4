package handlers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// What a session holds. The reference names the dataset and carries the only
// key to it.
const (
	keyDataset = "dataset"
	// keyPrevious is the dataset that keyDataset took the place of. It is
	// deleted once the browser has come back with the new reference: should the
	// answer to an upload be lost on its way, the old data is still there. So it
	// may name what is gone.
	keyPrevious = "previous"
	// keyPlace is where the dataset was stored, when that is a place which not
	// every instance may see.
	keyPlace = "place"
	// keySample marks invented data, which a real upload never adds to.
	keySample = "sample"
	// keyUploads is the scope of the session's uploads, with its key.
	keyUploads = "uploads"
	// keyUploadsPlace is for them what keyPlace is for the dataset.
	keyUploadsPlace = "uploads-place"
	// keyRead says that all of them have been read, so that pages need not ask.
	keyRead = "uploads-read"
)

// ref reads the session's dataset reference.
func (s *Server) ref(ctx context.Context, key string) (vault.Ref, bool) {
	text := s.Sessions.GetString(ctx, key)
	if text == "" {
		return vault.Ref{}, false
	}
	ref, err := vault.ParseRef(text)
	if err != nil {
		return vault.Ref{}, false
	}
	return ref, true
}

// open opens the session's dataset: errNoSession without one, vault.ErrGone
// when the session outlived its data.
func (s *Server) open(ctx context.Context) (*dataset.Dataset, error) {
	ref, ok := s.ref(ctx, keyDataset)
	if !ok {
		return nil, errNoSession
	}
	ds, err := s.Vault.Open(ctx, ref)
	switch {
	case errors.Is(err, vault.ErrGone) && s.elsewhere(ctx, keyPlace):
		return nil, fmt.Errorf("open dataset: %w: %w", errElsewhere, err)
	case err != nil:
		return nil, fmt.Errorf("open dataset: %w", err)
	}
	return ds, nil
}

// elsewhereEvery is how often the log hears of data in another place.
const elsewhereEvery = time.Minute

// elsewhere reports whether the session says of its dataset, or its uploads, that
// they were stored in a place other than this instance's: several run without a
// bucket in common. The operator hears of it, because nobody else can do
// something about it.
func (s *Server) elsewhere(ctx context.Context, key string) bool {
	place := s.Sessions.GetString(ctx, key)
	if s.Place == "" || place == "" || place == s.Place {
		return false
	}
	now, last := s.Now().UnixNano(), s.elsewhereAt.Load()
	if now-last >= int64(elsewhereEvery) && s.elsewhereAt.CompareAndSwap(last, now) {
		s.Log.ErrorContext(ctx, "data of a session lies with another instance: set DATASET_URL to a bucket that all instances share")
	}
	return true
}

// openIfAny is open for pages that do without data: nil when there is none.
func (s *Server) openIfAny(ctx context.Context) (*dataset.Dataset, error) {
	ds, err := s.open(ctx)
	if errors.Is(err, errNoSession) || errors.Is(err, vault.ErrGone) {
		return nil, nil
	}
	return ds, err
}

// adopt makes ref the session's dataset.
func (s *Server) adopt(ctx context.Context, ref vault.Ref, sample bool) error {
	if !s.hasOwnData(ctx) {
		// Nobody can have planted a session that now fills with data. Later
		// uploads keep the token: should their answer be lost, the old cookie
		// must still open the old data.
		if err := s.Sessions.RenewToken(ctx); err != nil {
			return fmt.Errorf("%w: %w", ErrSessions, err)
		}
	}
	if old := s.Sessions.GetString(ctx, keyDataset); old != "" {
		s.Sessions.Put(ctx, keyPrevious, old)
	}
	s.Sessions.Put(ctx, keyDataset, ref.String())
	if s.Place != "" {
		s.Sessions.Put(ctx, keyPlace, s.Place)
	} else {
		s.Sessions.Remove(ctx, keyPlace)
	}
	if sample {
		s.Sessions.Put(ctx, keySample, true)
	} else {
		s.Sessions.Remove(ctx, keySample)
	}
	return nil
}

// hasOwnData reports whether the session names data, and not the sample.
func (s *Server) hasOwnData(ctx context.Context) bool {
	return s.Sessions.Exists(ctx, keyDataset) && !s.Sessions.GetBool(ctx, keySample)
}

// standing is the dataset a session names when a request begins, if it is
// there. The request that takes its place asks again at its end: what was
// deleted meanwhile must not come back, and what was added not be lost.
type standing struct {
	ref   vault.Ref
	there bool
}

func (s *Server) stand(ctx context.Context) (standing, error) {
	ref, ok := s.ref(ctx, keyDataset)
	if !ok {
		return standing{}, nil
	}
	there, err := s.Vault.Exists(ctx, ref)
	if err != nil {
		return standing{}, fmt.Errorf("look for dataset: %w", err)
	}
	return standing{ref, there}, nil
}

// still returns errChanged when the dataset has gone since.
func (st standing) still(ctx context.Context, v *vault.Vault) error {
	if !st.there {
		return nil
	}
	there, err := v.Exists(ctx, st.ref)
	if err != nil {
		return fmt.Errorf("look for dataset: %w", err)
	}
	if !there {
		return errChanged
	}
	return nil
}

// dropPrevious deletes what the current dataset replaced. Call it on requests
// that prove the browser holds the new reference. Failing is no reason to fail
// the request: the data expires by itself.
//
// The session goes on naming what is deleted, until another dataset is replaced.
// Sessions are saved whole, and the last to be saved wins: a request that only
// looks at data must not save one, or it could bring back the reference that an
// upload beside it has just replaced.
func (s *Server) dropPrevious(ctx context.Context) {
	ref, ok := s.ref(ctx, keyPrevious)
	if !ok || s.dropped.has(ref.ID) {
		return
	}
	if err := s.Vault.Delete(ctx, ref); err != nil {
		s.Log.WarnContext(ctx, "delete replaced dataset", "error", err)
		return
	}
	s.dropped.add(ref.ID)
}

// discard deletes a dataset that no session is to open, also when whoever sent
// the files has left.
func (s *Server) discard(ctx context.Context, ref vault.Ref) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discardTime)
	defer cancel()
	return s.Vault.Delete(ctx, ref)
}

const discardTime = 5 * time.Second

// dropped are the IDs of datasets that this instance has deleted, so that not
// every request deletes them again. It may forget: then one more does.
type dropped struct {
	mu  sync.Mutex
	ids map[string]bool
}

const maxDropped = 10_000 // some 50 bytes each

func (d *dropped) has(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ids[id]
}

func (d *dropped) add(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids == nil || len(d.ids) >= maxDropped {
		d.ids = make(map[string]bool)
	}
	d.ids[id] = true
}

// sampleLife is short, because a sample costs one click to have and no time to
// make again.
const sampleLife = 24 * time.Hour

// expires is when the session ends, and with it the data.
func (s *Server) expires(ctx context.Context, sample bool) time.Time {
	end := s.Sessions.Deadline(ctx)
	if soon := s.Now().Add(sampleLife); sample && soon.Before(end) {
		return soon
	}
	return end
}
