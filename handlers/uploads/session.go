package uploads

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// What a session holds. The reference names the dataset and carries the only
// key to it.
const (
	KeyDataset = "dataset"
	// keyPrevious is what KeyDataset superseded. It is deleted only once the browser has
	// sent the new reference, so that a lost answer to an upload loses no data. It may
	// name something that is deleted already.
	keyPrevious = "previous"
	// keyStore is the ID of the store of the dataset, where instances may have different
	// ones.
	keyStore = "place"
	// keySample marks invented data, which a real upload never adds to.
	keySample = "sample"
	// KeyKept is how the account of who is signed in names KeyDataset, where it keeps it.
	KeyKept = "kept"
	// keyUploads is the namespace of the session's uploads, with its key.
	keyUploads = "uploads"
	// keyUploadsStore is the ID of the store of the uploads.
	keyUploadsStore = "uploads-place"
	// keyRead says that no file waits in the namespace, so that pages need not ask.
	keyRead = "uploads-read"
	// keyOrigin is what the first dataset of a session supersedes, where that does not
	// follow from keyUploads: an import that began before the session changed its
	// namespace or lost its data still finds its way.
	keyOrigin = "origin"
)

// remove removes what a session holds under keys.
func (s *Service) remove(ctx context.Context, keys ...string) {
	for _, key := range keys {
		s.Sessions.Remove(ctx, key)
	}
}

// Ref reads a reference to a dataset from the session.
func (s *Service) Ref(ctx context.Context, key string) (vault.Ref, bool) {
	ref, err := vault.ParseRef(s.Sessions.GetString(ctx, key))
	return ref, err == nil
}

// line is the secret that opens the notes from one dataset of the session to the next.
func (s *Service) line(ctx context.Context) vault.Line {
	ns, ok := s.namespace(ctx)
	if !ok {
		return s.sharedLine(ctx)
	}
	return s.lineIn(ctx, namespace{Namespace: ns})
}

// lineIn is the line of what is imported in a namespace.
func (s *Service) lineIn(ctx context.Context, in namespace) vault.Line {
	if in.line != nil {
		return in.line
	}
	if shared := s.sharedLine(ctx); shared != nil {
		return shared
	}
	return importer.Line(in.Namespace)
}

// An opened dataset is the newest that a session leads to.
type opened struct {
	Data   *dataset.Dataset
	Sample bool
	ref    vault.Ref
	vault  *vault.Vault
}

// Attached is what is stored beside the data.
func (o opened) Attached(ctx context.Context) (vault.Attached, error) {
	expires, err := o.vault.Expires(ctx, o.ref)
	if err != nil {
		return vault.Attached{}, fmt.Errorf("look beside dataset: %w", err)
	}
	return o.vault.Attached(o.ref, expires), nil
}

// OpenCurrent opens the newest data that the session leads to. It fails with
// ErrNoSession when the session names none and with vault.ErrGone when the data has
// expired. It does not write the session.
func (s *Service) OpenCurrent(ctx context.Context) (opened, error) {
	ref, named := s.Ref(ctx, KeyDataset)
	if !named {
		var ok bool
		if ref, ok = s.Ref(ctx, keyOrigin); !ok {
			return opened{}, ErrNoSession
		}
	}
	if err := s.confirmArrival(ctx); err != nil {
		return opened{}, fmt.Errorf("open dataset: %w", err)
	}
	open := func() (*dataset.Dataset, vault.Trail, error) { return s.Vault.OpenCurrent(ctx, ref, s.line(ctx)) }
	if s.Kept(ctx) {
		open = func() (*dataset.Dataset, vault.Trail, error) { return s.openKept(ctx, ref) }
	}
	ds, trail, err := open()
	switch {
	case errors.Is(err, vault.ErrGone) && !named && !trail.Moved():
		return opened{}, ErrNoSession
	case errors.Is(err, vault.ErrGone) && !errors.Is(err, vault.ErrDeleted) && s.isForeign(ctx, keyStore):
		return opened{}, fmt.Errorf("open dataset: %w: %w", ErrForeign, err)
	case err != nil:
		return opened{}, fmt.Errorf("open dataset: %w", err)
	}
	h := opened{ds, s.Sessions.GetBool(ctx, keySample), trail.Ref, s.Vault}
	if trail.Moved() {
		h.Sample = trail.Sample
	}
	for _, passed := range trail.Passed {
		s.drop(ctx, passed, trail.Ref)
	}
	if s.Kept(ctx) {
		if err := s.Keeper.Renew(ctx); err != nil {
			s.Log.WarnContext(ctx, "kept data is not renewed", "error", err)
		}
	}
	return h, nil
}

// open is OpenCurrent for callers that need the data alone.
func (s *Service) open(ctx context.Context) (*dataset.Dataset, error) {
	h, err := s.OpenCurrent(ctx)
	return h.Data, err
}

// foreignLogInterval bounds how often data in another store is logged.
const foreignLogInterval = time.Minute

// isForeign reports whether the session's data, or its uploads, were stored in another
// store than this instance's, which happens when several run without a bucket in
// common. It is logged, because only the operator can mend it.
func (s *Service) isForeign(ctx context.Context, key string) bool {
	place := s.Sessions.GetString(ctx, key)
	if s.StoreID == "" || place == "" || place == s.StoreID {
		return false
	}
	now, last := s.Now().UnixNano(), s.foreignLoggedAt.Load()
	if now-last >= int64(foreignLogInterval) && s.foreignLoggedAt.CompareAndSwap(last, now) {
		s.Log.ErrorContext(ctx, "data of a session lies with another instance: set DATASET_URL to a bucket that all instances share")
	}
	return true
}

// sampleLife is short, because a sample costs one click to have and no time to
// make again.
const sampleLife = 24 * time.Hour

// expires is when the session ends, and with it the data. Linked data ends on all
// devices at once.
func (s *Service) expires(ctx context.Context, sample bool) time.Time {
	end := s.Sessions.Deadline(ctx)
	if !sample && s.Kept(ctx) {
		return s.Keeper.Expires()
	}
	if s.Linked(ctx) {
		if until := s.linkedUntil(ctx); s.Now().Before(until) {
			end = until
		}
	}
	if soon := s.Now().Add(sampleLife); sample && soon.Before(end) {
		return soon
	}
	return end
}

// KeptUntil says until when the session's data is here.
func (s *Service) KeptUntil(ctx context.Context, sample bool, zone *time.Location) string {
	if sample {
		return "The invented listener is here for a day at most."
	}
	if s.Kept(ctx) {
		return s.keptWithAccount(zone)
	}
	end := s.expires(ctx, false)
	if own := s.Sessions.Deadline(ctx); own.Before(end) {
		end = own
	}
	return keptUntil(end.In(zone), s.Now(), s.SessionIdle, s.Sessions.GetString(ctx, web.KeyUser) != "")
}

// keptUntil says when data expires: with its session, which ends at a fixed time, or
// earlier when the session is idle for so long.
func keptUntil(end, now time.Time, idle time.Duration, signedIn bool) string {
	when := format.Date(end)
	if end.Sub(now) < 48*time.Hour {
		when += " at " + format.Clock(end)
	}
	if signedIn {
		when += ", until you sign out"
	}
	if idle > 0 {
		return "Your data is here until " + when + ", until you stay away for " + words.Lifetime(idle) + ", or until you delete it."
	}
	return "Your data is here until " + when + ", or until you delete it."
}
