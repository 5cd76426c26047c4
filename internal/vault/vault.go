// Package vault seals datasets, stores them in a bucket, opens them again and
// keeps recently opened ones in memory. The key of a dataset is in its [Ref]
// and nowhere else: whoever reads the bucket reads nothing.
package vault

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// Errors of Open. A store that does not answer is [bucket.ErrUnavailable].
var (
	// ErrGone: there is no dataset to be had under that Ref. It has expired, was
	// deleted, or cannot be opened.
	ErrGone = errors.New("vault: dataset is gone")
	// ErrSealed: something is stored there, but the key does not open it, or
	// what it opens is not a dataset this program reads. Such an error is
	// ErrGone too: to its owner it makes no difference.
	ErrSealed = errors.New("vault: dataset cannot be opened")
	// ErrNewer: a later version of the program has stored what is there. It is
	// neither gone nor damaged: an instance of that version opens it, and nobody
	// may delete it for that.
	ErrNewer = errors.New("vault: dataset stored by a later version")
	// ErrTooLarge: Store was given a dataset beyond MaxBlobBytes.
	ErrTooLarge = errors.New("vault: dataset is too large")
)

const (
	// MaxBlobBytes bounds what is stored for one dataset. A heavy listener's
	// 300,000 plays take about 4 MB.
	MaxBlobBytes = 1 << 30
	// defaultRecheck is how long a cached dataset is served without asking the
	// bucket whether another instance has deleted it.
	defaultRecheck = 5 * time.Second
)

// Config names what a vault needs. Bucket and Now are required.
type Config struct {
	Bucket bucket.Bucket
	Now    func() time.Time
	// Log hears of stored data that cannot be opened. Nil is slog.Default.
	Log *slog.Logger
	// CacheBytes bounds the datasets kept in memory though nobody uses them, as
	// [dataset.Dataset.Size] counts them. Zero keeps none.
	CacheBytes int64
	// Memory admits the opening of datasets, and bounds those in memory. Nil
	// bounds nothing.
	Memory *admission.Gate
	// Recheck is how long a cached dataset is trusted to be in the bucket
	// still. Zero means five seconds; what is negative, not at all.
	Recheck time.Duration
}

// Vault stores datasets. It is safe for concurrent use.
type Vault struct {
	bucket  bucket.Bucket
	now     func() time.Time
	log     *slog.Logger
	recheck time.Duration
	cache   *cache[*dataset.Dataset]
	memory  *admission.Gate
	notes   remembered
}

// New returns a vault.
func New(c Config) *Vault {
	memory := c.Memory
	if memory == nil {
		memory = admission.New(math.MaxInt64, time.Minute)
	}
	return &Vault{
		bucket:  c.Bucket,
		now:     c.Now,
		log:     cmp.Or(c.Log, slog.Default()),
		recheck: cmp.Or(c.Recheck, defaultRecheck),
		cache:   newCache(c.CacheBytes, (*dataset.Dataset).Size, memory),
		memory:  memory,
	}
}

// Store seals d under a fresh key and stores it under a fresh ID until expires.
// Blobs are never changed: a merged dataset is a new one.
func (v *Vault) Store(ctx context.Context, d *dataset.Dataset, expires time.Time) (Ref, error) {
	secret := make([]byte, RefBytes)
	_, _ = rand.Read(secret) // never fails; it ends the program instead
	ref := RefFrom(secret)
	return ref, v.StoreAs(ctx, ref, d, expires)
}

// StoreAs is Store under a given reference, so that work done twice stores one
// dataset: storing it again is no error.
func (v *Vault) StoreAs(ctx context.Context, ref Ref, d *dataset.Dataset, expires time.Time) error {
	if err := ref.check(); err != nil {
		return fmt.Errorf("store dataset: %w", err)
	}
	blob, err := d.AppendTo(make([]byte, seal.HeaderBytes), seal.Overhead)
	if err != nil {
		return fmt.Errorf("encode dataset: %w", err)
	}
	if len(blob) > MaxBlobBytes {
		return fmt.Errorf("%w: %d bytes", ErrTooLarge, len(blob))
	}
	if blob, err = seal.InPlace(ref.Key, ref.ID, expires, blob); err != nil {
		return fmt.Errorf("seal dataset: %w", err)
	}
	err = bucket.CreateOverExpired(ctx, v.bucket, blobKey(ref.ID), blob, expires)
	if errors.Is(err, bucket.ErrExists) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("store dataset: %w", err)
	}
	v.cache.put(ref, d, expires, v.now())
	return nil
}

// Open returns the dataset that ref names. Concurrent requests for the same
// dataset share one reading of it.
//
// The dataset is in use until ctx is done, which for a request is its end: until
// then it stays in memory, and what it takes is held of [Config.Memory]. Datasets
// for which there is no memory wait for those that others use; after a time it is
// [admission.ErrBusy]. A context that never ends holds nothing. Where an
// [admission.Hold] covers ctx, opening spends of that one and waits for nothing.
func (v *Vault) Open(ctx context.Context, ref Ref) (*dataset.Dataset, error) {
	e, err := v.open(ctx, ref)
	if err != nil {
		return nil, err
	}
	return v.useUntil(ctx, e), nil
}

// useUntil keeps e in use until ctx is done.
func (v *Vault) useUntil(ctx context.Context, e *entry[*dataset.Dataset]) *dataset.Dataset {
	if ctx.Done() == nil {
		v.cache.leave(e)
	} else {
		context.AfterFunc(ctx, func() { v.cache.leave(e) })
	}
	return e.value
}

// open is Open for callers that call leave themselves.
func (v *Vault) open(ctx context.Context, ref Ref) (*entry[*dataset.Dataset], error) {
	if err := ref.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGone, err)
	}
	now := v.now()
	e, checked, ok := v.cache.use(ref)
	if !ok {
		if hold := admission.Of(ctx); hold != nil {
			return v.openWithin(ctx, ref, hold)
		}
		return v.cache.load(ctx, ref, func(ctx context.Context) (*entry[*dataset.Dataset], error) {
			return v.load(ctx, ref)
		}, now)
	}
	if !now.Before(e.expires) {
		// Another instance may have renewed it since it was read.
		v.cache.leave(e)
		v.cache.drop(ref.ID)
		return v.open(ctx, ref)
	}
	err := v.recheckHeld(ctx, ref, e, checked, now)
	if err != nil {
		v.cache.leave(e)
		return nil, err
	}
	return e, nil
}

// recheckHeld makes sure that a cached dataset has neither expired nor been
// deleted.
func (v *Vault) recheckHeld(ctx context.Context, ref Ref, e *entry[*dataset.Dataset], checked, now time.Time) error {
	if now.Sub(checked) < v.recheck {
		return nil
	}
	there, err := v.Exists(ctx, ref)
	if err != nil {
		return fmt.Errorf("look for dataset: %w", err)
	}
	if !there {
		v.cache.drop(ref.ID)
		return ErrGone
	}
	v.cache.touch(e, now)
	return nil
}

// Exists reports whether the dataset that ref names is in the bucket now,
// whatever is cached.
func (v *Vault) Exists(ctx context.Context, ref Ref) (bool, error) {
	if ref.check() != nil {
		return false, nil
	}
	return bucket.Exists(ctx, v.bucket, blobKey(ref.ID))
}

// StoredUntil is when the dataset that ref names expires, by what is stored now:
// another instance may have renewed it since it was opened. It is ErrGone when there
// is none.
func (v *Vault) StoredUntil(ctx context.Context, ref Ref) (time.Time, error) {
	if err := ref.check(); err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", ErrGone, err)
	}
	expires, err := v.bucket.Expires(ctx, blobKey(ref.ID))
	switch {
	case errors.Is(err, bucket.ErrNotFound), err == nil && !v.now().Before(expires):
		return time.Time{}, ErrGone
	case err != nil:
		return time.Time{}, fmt.Errorf("look for dataset: %w", err)
	}
	return expires, nil
}

// An estimate of the memory that a stored dataset takes once it is opened. The
// header has the exact figure, but it is sealed.
const (
	openedAtLeast = 2 << 20
	openedPerByte = 10
)

// load reads the dataset when there is memory for it. If it takes more than
// estimated, load releases what it holds and waits for all of it: nobody who
// holds memory may wait for more.
func (v *Vault) load(ctx context.Context, ref Ref) (*entry[*dataset.Dataset], error) {
	need, err := v.guess(ctx, ref)
	if err != nil {
		return nil, err
	}
	for {
		hold, err := v.memory.Acquire(ctx, need)
		if err != nil {
			return nil, fmt.Errorf("open dataset: %w", err)
		}
		d, expires, err := v.read(ctx, ref, func(bytes int64) error {
			if bytes <= need || hold.Resize(bytes) {
				need = max(need, bytes)
				return nil
			}
			return &admission.NeedError{Bytes: bytes}
		})
		var more *admission.NeedError
		switch {
		case err == nil:
			hold.Resize(d.Size())
			return &entry[*dataset.Dataset]{value: d, expires: expires, hold: hold}, nil
		case errors.As(err, &more):
			need = more.Bytes
			hold.Release()
		default:
			hold.Release()
			return nil, err
		}
	}
}

// openWithin reads the dataset for work that a hold covers. It is not shared.
func (v *Vault) openWithin(ctx context.Context, ref Ref, hold *admission.Hold) (*entry[*dataset.Dataset], error) {
	spent := int64(0)
	spend := func(bytes int64) error {
		if bytes <= spent {
			return nil
		}
		if err := hold.Spend(bytes - spent); err != nil {
			return fmt.Errorf("open dataset: %w", err)
		}
		spent = bytes
		return nil
	}
	need, err := v.guess(ctx, ref)
	if err != nil {
		return nil, err
	}
	if err := spend(need); err != nil {
		return nil, err
	}
	d, expires, err := v.read(ctx, ref, spend)
	if err != nil {
		return nil, err
	}
	return &entry[*dataset.Dataset]{id: ref.ID, value: d, expires: expires, users: 1}, nil
}

// guess estimates how much memory the dataset takes.
func (v *Vault) guess(ctx context.Context, ref Ref) (int64, error) {
	stored, err := v.bucket.Stat(ctx, blobKey(ref.ID))
	if errors.Is(err, bucket.ErrNotFound) {
		return 0, ErrGone
	}
	if err != nil {
		return 0, fmt.Errorf("look for dataset: %w", err)
	}
	return openedAtLeast + openedPerByte*stored, nil
}

// read reads, opens and decodes the dataset. It calls ask with the memory this
// takes as soon as that is known.
func (v *Vault) read(ctx context.Context, ref Ref, ask func(bytes int64) error) (*dataset.Dataset, time.Time, error) {
	blob, err := v.bucket.Get(ctx, blobKey(ref.ID))
	if errors.Is(err, bucket.ErrNotFound) {
		return nil, time.Time{}, ErrGone
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read dataset: %w", err)
	}
	d, expires, err := decode(ref, blob, ask)
	var more *admission.NeedError
	switch {
	case errors.As(err, &more):
		return nil, time.Time{}, err
	case errors.Is(err, seal.ErrVersion), errors.Is(err, dataset.ErrVersion):
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrNewer, err)
	case err != nil:
		// Operators hear of it, because it is damage or a forged reference; the
		// owner only has to upload again.
		err = fmt.Errorf("%w: %w", ErrSealed, err)
		v.log.ErrorContext(ctx, "stored dataset cannot be opened", "dataset", ref.ID, "error", err)
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrGone, err)
	case !v.now().Before(expires):
		return nil, time.Time{}, ErrGone
	}
	return d, expires, nil
}

func decode(ref Ref, blob []byte, ask func(bytes int64) error) (*dataset.Dataset, time.Time, error) {
	content, expires, err := seal.Open(ref.Key, ref.ID, blob)
	if err != nil {
		return nil, time.Time{}, err
	}
	if need, err := dataset.DecodingBytes(content); err == nil {
		if err := ask(need); err != nil {
			return nil, time.Time{}, err
		}
	}
	d, err := dataset.Decode(content)
	if err != nil {
		return nil, time.Time{}, err
	}
	return d, expires, ask(d.Size())
}

// Delete removes the dataset and what is stored beside it from the bucket and from
// memory. Deleting what is gone returns nil. Other instances forget it within [Config.Recheck].
func (v *Vault) Delete(ctx context.Context, ref Ref) error {
	if err := ref.check(); err != nil {
		return fmt.Errorf("delete dataset: %w", err)
	}
	err := errors.Join(v.bucket.Delete(ctx, blobKey(ref.ID)), v.deleteAttached(ctx, ref))
	// Only now, or a reading that began in between would be cached.
	v.cache.drop(ref.ID)
	if err != nil {
		return fmt.Errorf("delete dataset: %w", err)
	}
	return nil
}

// Sweep removes what has expired, from memory and from the bucket, and returns
// how many blobs of the bucket that were.
func (v *Vault) Sweep(ctx context.Context) (int, error) {
	v.cache.dropExpired(v.now())
	n, err := v.bucket.Sweep(ctx)
	if err != nil {
		return n, fmt.Errorf("sweep bucket: %w", err)
	}
	return n, nil
}

func blobKey(id string) string { return "datasets/" + id }
