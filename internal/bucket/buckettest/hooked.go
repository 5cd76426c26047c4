package buckettest

import (
	"context"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// Op is an operation of a bucket.
type Op string

// The operations a [Hooked] bucket announces.
const (
	OpGet     Op = "get"
	OpStat    Op = "stat"
	OpExpires Op = "expires"
	OpPut     Op = "put"
	OpCreate  Op = "create"
	OpDelete  Op = "delete"
	OpList    Op = "list"
	OpSweep   Op = "sweep"
	OpPing    Op = "ping"
)

// Hooked is a bucket that calls Before ahead of each operation. An error of
// Before is what the operation returns, without the bucket being asked. A
// Before may also count, or wait. It is called from several goroutines.
type Hooked struct {
	bucket.Bucket
	Before func(ctx context.Context, op Op, key string) error
}

// Get implements [bucket.Bucket].
func (h Hooked) Get(ctx context.Context, key string) ([]byte, error) {
	if err := h.Before(ctx, OpGet, key); err != nil {
		return nil, err
	}
	return h.Bucket.Get(ctx, key)
}

// Stat implements [bucket.Bucket].
func (h Hooked) Stat(ctx context.Context, key string) (int64, error) {
	if err := h.Before(ctx, OpStat, key); err != nil {
		return 0, err
	}
	return h.Bucket.Stat(ctx, key)
}

// Expires implements [bucket.Bucket].
func (h Hooked) Expires(ctx context.Context, key string) (time.Time, error) {
	if err := h.Before(ctx, OpExpires, key); err != nil {
		return time.Time{}, err
	}
	return h.Bucket.Expires(ctx, key)
}

// Put implements [bucket.Bucket].
func (h Hooked) Put(ctx context.Context, key string, data []byte, expires time.Time) error {
	if err := h.Before(ctx, OpPut, key); err != nil {
		return err
	}
	return h.Bucket.Put(ctx, key, data, expires)
}

// Create implements [bucket.Bucket].
func (h Hooked) Create(ctx context.Context, key string, data []byte, expires time.Time) error {
	if err := h.Before(ctx, OpCreate, key); err != nil {
		return err
	}
	return h.Bucket.Create(ctx, key, data, expires)
}

// Delete implements [bucket.Bucket].
func (h Hooked) Delete(ctx context.Context, key string) error {
	if err := h.Before(ctx, OpDelete, key); err != nil {
		return err
	}
	return h.Bucket.Delete(ctx, key)
}

// List implements [bucket.Bucket].
func (h Hooked) List(ctx context.Context, prefix string) ([]string, error) {
	if err := h.Before(ctx, OpList, prefix); err != nil {
		return nil, err
	}
	return h.Bucket.List(ctx, prefix)
}

// Sweep implements [bucket.Bucket].
func (h Hooked) Sweep(ctx context.Context) (int, error) {
	if err := h.Before(ctx, OpSweep, ""); err != nil {
		return 0, err
	}
	return h.Bucket.Sweep(ctx)
}

// Ping implements [bucket.Bucket].
func (h Hooked) Ping(ctx context.Context) error {
	if err := h.Before(ctx, OpPing, ""); err != nil {
		return err
	}
	return h.Bucket.Ping(ctx)
}
