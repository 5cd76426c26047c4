// Package bucket stores blobs that expire. One interface, several drivers, one
// conformance suite (package buckettest) that every driver passes.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Errors of every driver.
var (
	// ErrNotFound: no such blob, or it has expired.
	ErrNotFound = errors.New("bucket: not found")
	// ErrExists: Create found a blob under that key.
	ErrExists = errors.New("bucket: already exists")
	// ErrUnavailable wraps any failure of the store itself; worth a retry.
	ErrUnavailable = errors.New("bucket: store unavailable")
	// ErrKey: the key is not one a bucket takes; a mistake of the caller.
	ErrKey = errors.New("bucket: not a valid key")
)

// Bucket keeps blobs under keys. Keys are slash-separated, made of
// [a-z0-9._-] and "/", at most 200 bytes, no empty or dot segments; anything
// else is an error of the caller and refused.
//
// Writes are atomic: a reader sees the whole old blob or the whole new one.
// All methods are safe for concurrent use, by several processes too.
type Bucket interface {
	// Get returns the blob. ErrNotFound when missing or expired.
	Get(ctx context.Context, key string) ([]byte, error)
	// Stat returns the size of what Get would return, without reading it.
	// ErrNotFound when missing or expired.
	Stat(ctx context.Context, key string) (size int64, err error)
	// Expires returns when the blob expires, without reading it. Where the store counts
	// the time itself, it is exact to a second. ErrNotFound when missing or expired.
	Expires(ctx context.Context, key string) (time.Time, error)
	// Put writes the blob, replacing what was there. It is gone after expires.
	Put(ctx context.Context, key string, data []byte, expires time.Time) error
	// Create is Put that fails with ErrExists when a blob is there, be it one that
	// has expired and was not swept yet. Of several concurrent Creates of one key
	// exactly one succeeds. See [CreateOverExpired].
	Create(ctx context.Context, key string, data []byte, expires time.Time) error
	// Delete removes the blob. Deleting a missing key returns nil.
	Delete(ctx context.Context, key string) error
	// List returns the live keys with the prefix, in no particular order. A prefix
	// that names a [Namespace] costs what is in it, however much is beside.
	List(ctx context.Context, prefix string) ([]string, error)
	// Sweep removes what has expired and returns how many blobs that were.
	// Drivers whose store expires by itself return 0. ErrClock when this process
	// does not know what time it is: then nothing is removed.
	Sweep(ctx context.Context) (int, error)
	// CheckClock returns ErrClock when this process does not know what time it is:
	// then what it takes for expired may be alive. Nil where the store alone says
	// what has expired.
	CheckClock(ctx context.Context) error
	// Ping reports whether the store answers.
	Ping(ctx context.Context) error
	// Close releases connections.
	Close() error
}

// Check is what every driver begins an operation on a key with: it returns
// [ErrKey] for a key that no bucket takes, and the error of a ctx that is done.
func Check(ctx context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	return ctx.Err()
}

// Unavailable wraps what a store answered, or failed to, into [ErrUnavailable].
func Unavailable(operation string, err error) error {
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, operation, err)
}

// Exists reports whether Get would find a blob.
func Exists(ctx context.Context, b Bucket, key string) (bool, error) {
	_, err := b.Stat(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// CreateOverExpired is Create for a key that may have been in use before, and
// whose blob may have expired without being swept yet: that blob is deleted. When
// several do so at once, the last of them may replace what the others created. So
// whoever needs exactly one winner uses keys whose blobs outlive their use.
func CreateOverExpired(ctx context.Context, b Bucket, key string, data []byte, expires time.Time) error {
	err := b.Create(ctx, key, data, expires)
	if !errors.Is(err, ErrExists) {
		return err
	}
	switch there, statErr := Exists(ctx, b, key); {
	case statErr != nil:
		return statErr
	case there:
		return err
	}
	switch clockErr := b.CheckClock(ctx); {
	case errors.Is(clockErr, ErrClock):
		return err // what seems to have expired may be alive
	case clockErr != nil:
		return clockErr
	}
	if err := b.Delete(ctx, key); err != nil {
		return err
	}
	return b.Create(ctx, key, data, expires)
}
