package uploads

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// What a session holds. The reference names the dataset and carries the only
// key to it.
const (
	KeyDataset = "dataset"
	// keyPrevious is what keyDataset took the place of: a dataset, or the name of a
	// place. It is deleted once the browser has come back with the new reference:
	// should the answer to an upload be lost on its way, the old data is still
	// there. So it may name what is gone.
	keyPrevious = "previous"
	// keyStore is where the dataset was stored, when that is a place which not
	// every instance may see.
	keyStore = "place"
	// keySample marks invented data, which a real upload never adds to.
	keySample = "sample"
	// keyUploads is the scope of the session's uploads, with its key.
	keyUploads = "uploads"
	// keyUploadsStore is for them what keyPlace is for the dataset.
	keyUploadsStore = "uploads-place"
	// keyRead says that all of them have been read, so that pages need not ask.
	keyRead = "uploads-read"
	// keyOrigin names the place where the first dataset goes, in a session that
	// has none, where that is not the origin of keyUploads: imports that began
	// before the session got other uploads, or lost its data, take that place.
	keyOrigin = "origin"
)

// Ref reads the session's dataset reference.
func (s *Service) Ref(ctx context.Context, key string) (vault.Ref, bool) {
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

// line is who may follow from one dataset of the session to the next.
func (s *Service) line(ctx context.Context) vault.Line {
	scope, ok := s.scope(ctx)
	if !ok {
		return nil
	}
	return importer.Line(scope)
}

// A opened is the newest data that a session leads to.
type opened struct {
	Data   *dataset.Dataset
	Sample bool
}

// OpenCurrent opens the newest data that the session leads to: errNoSession when it
// names none, vault.ErrGone when it outlived its data. It leaves the session as it
// is.
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
	ds, trail, err := s.Vault.OpenCurrent(ctx, ref, s.line(ctx))
	switch {
	case errors.Is(err, vault.ErrGone) && !named && !trail.Moved():
		return opened{}, ErrNoSession
	case errors.Is(err, vault.ErrGone) && !errors.Is(err, vault.ErrDeleted) && s.isForeign(ctx, keyStore):
		return opened{}, fmt.Errorf("open dataset: %w: %w", ErrForeign, err)
	case err != nil:
		return opened{}, fmt.Errorf("open dataset: %w", err)
	}
	h := opened{ds, s.Sessions.GetBool(ctx, keySample)}
	if trail.Moved() {
		h.Sample = trail.Sample
	}
	for _, passed := range trail.Passed {
		s.drop(ctx, passed)
	}
	return h, nil
}

// open is hold for those who need the data alone.
func (s *Service) open(ctx context.Context) (*dataset.Dataset, error) {
	h, err := s.OpenCurrent(ctx)
	return h.Data, err
}

// foreignLogInterval is how often the log hears of data in another place.
const foreignLogInterval = time.Minute

// isForeign reports whether the session says of its dataset, or its uploads, that
// they were stored in a place other than this instance's: several run without a
// bucket in common. The operator hears of it, because nobody else can do
// something about it.
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

// expires is when the session ends, and with it the data.
func (s *Service) expires(ctx context.Context, sample bool) time.Time {
	end := s.Sessions.Deadline(ctx)
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
	return keptUntil(s.expires(ctx, false).In(zone), s.Now(), s.SessionIdle)
}

// keptUntil says when data goes by itself: with its session, which ends at a fixed
// time, or sooner where nobody comes back to it for so long as idle.
func keptUntil(end, now time.Time, idle time.Duration) string {
	when := format.Date(end)
	if end.Sub(now) < 48*time.Hour {
		when += " at " + format.Clock(end)
	}
	if idle > 0 {
		return "Your data is here until " + when + ", until you stay away for " + lifetime(idle) + ", or until you delete it."
	}
	return "Your data is here until " + when + ", or until you delete it."
}
