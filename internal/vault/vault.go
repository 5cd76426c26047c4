// Package vault seals datasets, stores them in a bucket, opens them again and
// keeps recently opened ones in memory. The key of a dataset is in its [Ref]
// and nowhere else: whoever reads the bucket reads nothing.
package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

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
	// maxLoads is how many datasets are read and decoded at a time. While it
	// is, a dataset is in memory three times: sealed, opened and decoded.
	maxLoads = 8
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
	// CacheBytes bounds the datasets kept in memory, as [dataset.Dataset.Size]
	// counts them. Zero keeps none.
	CacheBytes int64
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
	loads   chan struct{}
	notes   remembered
}

// New returns a vault.
func New(c Config) *Vault {
	recheck := c.Recheck
	if recheck == 0 {
		recheck = defaultRecheck
	}
	log := c.Log
	if log == nil {
		log = slog.Default()
	}
	return &Vault{
		bucket:  c.Bucket,
		now:     c.Now,
		log:     log,
		recheck: recheck,
		cache:   newCache(c.CacheBytes, (*dataset.Dataset).Size),
		loads:   make(chan struct{}, maxLoads),
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

// StoreAs is Store under a reference that was settled beforehand, so that work
// which is done twice stores one dataset: whoever comes second finds it there,
// and that is no error.
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
	err = v.bucket.Create(ctx, blobKey(ref.ID), blob, expires)
	if errors.Is(err, bucket.ErrExists) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("store dataset: %w", err)
	}
	v.cache.put(ref, d, expires, v.now())
	return nil
}

// Open returns the dataset that ref names. Requests that want the same dataset
// at the same time share one reading of it.
func (v *Vault) Open(ctx context.Context, ref Ref) (*dataset.Dataset, error) {
	if err := ref.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGone, err)
	}
	now := v.now()
	held, ok := v.cache.get(ref)
	if !ok {
		return v.cache.load(ctx, ref, func(ctx context.Context) (*dataset.Dataset, time.Time, error) {
			return v.read(ctx, ref)
		}, now)
	}
	if !now.Before(held.expires) {
		v.cache.drop(ref.ID)
		return nil, ErrGone
	}
	if now.Sub(held.checked) < v.recheck {
		return held.value, nil
	}
	there, err := v.Exists(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("look for dataset: %w", err)
	}
	if !there {
		v.cache.drop(ref.ID)
		return nil, ErrGone
	}
	v.cache.touch(ref.ID, now)
	return held.value, nil
}

// Exists reports whether the dataset that ref names is in the bucket now,
// whatever is remembered of it.
func (v *Vault) Exists(ctx context.Context, ref Ref) (bool, error) {
	if ref.check() != nil {
		return false, nil
	}
	switch _, err := v.bucket.Stat(ctx, blobKey(ref.ID)); {
	case err == nil:
		return true, nil
	case errors.Is(err, bucket.ErrNotFound):
		return false, nil
	default:
		return false, err
	}
}

// read reads, opens and decodes the dataset.
func (v *Vault) read(ctx context.Context, ref Ref) (*dataset.Dataset, time.Time, error) {
	select {
	case v.loads <- struct{}{}:
		defer func() { <-v.loads }()
	case <-ctx.Done():
		return nil, time.Time{}, ctx.Err()
	}
	blob, err := v.bucket.Get(ctx, blobKey(ref.ID))
	if errors.Is(err, bucket.ErrNotFound) {
		return nil, time.Time{}, ErrGone
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read dataset: %w", err)
	}
	d, expires, err := decode(ref, blob)
	if errors.Is(err, seal.ErrVersion) || errors.Is(err, dataset.ErrVersion) {
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrNewer, err)
	}
	if err != nil {
		// Operators hear of it, because it is damage or a forged reference; the
		// owner only has to upload again.
		v.log.ErrorContext(ctx, "stored dataset cannot be opened", "dataset", ref.ID, "error", err)
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrGone, err)
	}
	if !v.now().Before(expires) {
		return nil, time.Time{}, ErrGone
	}
	return d, expires, nil
}

func decode(ref Ref, blob []byte) (*dataset.Dataset, time.Time, error) {
	content, expires, err := seal.Open(ref.Key, ref.ID, blob)
	if errors.Is(err, seal.ErrVersion) {
		return nil, time.Time{}, err
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	d, err := dataset.Decode(content)
	if errors.Is(err, dataset.ErrVersion) {
		return nil, time.Time{}, err
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return d, expires, nil
}

// Delete removes the dataset from the bucket and from memory. Deleting what is
// gone returns nil. Other instances forget it within [Config.Recheck].
func (v *Vault) Delete(ctx context.Context, ref Ref) error {
	if err := ref.check(); err != nil {
		return fmt.Errorf("delete dataset: %w", err)
	}
	err := v.bucket.Delete(ctx, blobKey(ref.ID))
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
