// Package memory is a bucket in the memory of one process, for tests.
package memory

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// Bucket is a bucket in the memory of one process, for tests. Make one with
// [New].
type Bucket struct {
	now func() time.Time

	mu    sync.Mutex
	blobs map[string]blob
}

type blob struct {
	data    []byte
	expires time.Time
}

var _ bucket.Bucket = (*Bucket)(nil)

// New returns an empty bucket whose blobs expire by the clock now.
func New(now func() time.Time) *Bucket {
	return &Bucket{now: now, blobs: make(map[string]blob)}
}

func (m *Bucket) Get(ctx context.Context, key string) ([]byte, error) {
	b, err := m.get(ctx, key)
	return bytes.Clone(b.data), err
}

func (m *Bucket) Stat(ctx context.Context, key string) (int64, error) {
	b, err := m.get(ctx, key)
	return int64(len(b.data)), err
}

func (m *Bucket) Expires(ctx context.Context, key string) (time.Time, error) {
	b, err := m.get(ctx, key)
	return b.expires, err
}

// get is a live blob, whose data is never changed in its place.
func (m *Bucket) get(ctx context.Context, key string) (blob, error) {
	if err := bucket.Check(ctx, key); err != nil {
		return blob{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.live(key) {
		return blob{}, bucket.ErrNotFound
	}
	return m.blobs[key], nil
}

func (m *Bucket) Put(ctx context.Context, key string, data []byte, expires time.Time) error {
	return m.write(ctx, key, data, expires, false)
}

func (m *Bucket) Create(ctx context.Context, key string, data []byte, expires time.Time) error {
	return m.write(ctx, key, data, expires, true)
}

func (m *Bucket) write(ctx context.Context, key string, data []byte, expires time.Time, exclusive bool) error {
	if err := bucket.Check(ctx, key); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.blobs[key]; there && exclusive {
		return bucket.ErrExists
	}
	m.blobs[key] = blob{append([]byte{}, data...), expires}
	return nil
}

func (m *Bucket) Delete(ctx context.Context, key string) error {
	if err := bucket.Check(ctx, key); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.blobs, key)
	return nil
}

func (m *Bucket) List(ctx context.Context, prefix string) (keys []string, err error) {
	if err := errors.Join(bucket.CheckPrefix(prefix), ctx.Err()); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for key := range m.blobs {
		if strings.HasPrefix(key, prefix) && m.live(key) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

func (m *Bucket) Sweep(ctx context.Context) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for key := range m.blobs {
		if !m.live(key) {
			delete(m.blobs, key)
			n++
		}
	}
	return n, nil
}

func (m *Bucket) CheckClock(ctx context.Context) error { return ctx.Err() }

func (m *Bucket) Ping(ctx context.Context) error { return ctx.Err() }

func (m *Bucket) Close() error { return nil }

// live reports whether key has a blob that has not expired. m.mu is held.
func (m *Bucket) live(key string) bool {
	b, ok := m.blobs[key]
	return ok && m.now().Before(b.expires)
}
