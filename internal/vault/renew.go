package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// Renew makes a dataset expire then, if it would expire earlier: the blob is sealed
// anew under the reference that it has. It is ErrGone when the dataset is gone, or
// something has taken its place, which a dataset renewed at the same moment would
// bring back. Whoever calls it holds nothing of the gate, or only a dataset.
func (v *Vault) Renew(ctx context.Context, ref Ref, expires time.Time) error {
	if err := ref.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrGone, err)
	}
	key := blobKey(ref.ID)
	size, err := v.bucket.Stat(ctx, key)
	if err == nil {
		var hold *admission.Hold
		// As it is, and once more as it becomes.
		if hold, err = v.memory.AcquireWithin(ctx, 2*size); err == nil {
			defer hold.Release()
			err = v.renew(ctx, ref, key, expires)
		}
	}
	if errors.Is(err, bucket.ErrNotFound) {
		return ErrGone
	}
	if err != nil {
		return fmt.Errorf("renew dataset: %w", err)
	}
	return nil
}

func (v *Vault) renew(ctx context.Context, ref Ref, key string, expires time.Time) error {
	switch noted, err := v.noted(ctx, ref); {
	case err != nil:
		return err
	case noted:
		return ErrGone
	}
	blob, err := v.bucket.Get(ctx, key)
	if err != nil {
		return err
	}
	content, before, err := seal.Open(ref.Key, ref.ID, blob)
	switch {
	case errors.Is(err, seal.ErrVersion):
		return fmt.Errorf("%w: %w", ErrNewer, err)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrGone, err)
	case !v.now().Before(before):
		return ErrGone
	case !before.Before(expires):
		return nil
	}
	room := make([]byte, seal.HeaderBytes, len(content)+seal.Overhead)
	if blob, err = seal.InPlace(ref.Key, ref.ID, expires, append(room, content...)); err != nil {
		return err
	}
	if err := v.bucket.Put(ctx, key, blob, expires); err != nil {
		return err
	}
	if err := v.renewAttached(ctx, ref, expires); err != nil {
		return err
	}
	// Deleting writes its note first. So whoever deleted it meanwhile, or replaced it,
	// has left a note by now, or deletes what was just written.
	noted, err := v.noted(ctx, ref)
	if noted {
		err = errors.Join(ErrGone, v.Delete(ctx, ref))
	}
	return err
}

// noted reports whether there is a note of ref now, whatever is remembered.
func (v *Vault) noted(ctx context.Context, ref Ref) (bool, error) {
	v.notes.forget(ref.ID)
	_, noted, err := v.readNote(ctx, ref, true)
	return noted, err
}

// forget makes the next reading of a note ask the bucket.
func (r *remembered) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if held, ok := r.held[id]; ok && held.blob == nil {
		delete(r.held, id)
	}
}
