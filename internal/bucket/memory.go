package bucket

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"time"
)

// Memory is a bucket in the memory of one process, for tests. Make one with
// [NewMemory].
type Memory struct {
	now func() time.Time

	mu    sync.Mutex
	blobs map[string]memoryBlob
}

type memoryBlob struct {
	data    []byte
	expires time.Time
}

var _ Bucket = (*Memory)(nil)

// NewMemory returns an empty bucket whose blobs expire by the clock now.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{now: now, blobs: make(map[string]memoryBlob)}
}

// Get implements [Bucket].
func (m *Memory) Get(ctx context.Context, key string) ([]byte, error) {
	if err := check(ctx, key); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.live(key) {
		return nil, ErrNotFound
	}
	return bytes.Clone(m.blobs[key].data), nil
}

// Stat implements [Bucket].
func (m *Memory) Stat(ctx context.Context, key string) (int64, error) {
	if err := check(ctx, key); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.live(key) {
		return 0, ErrNotFound
	}
	return int64(len(m.blobs[key].data)), nil
}

// Put implements [Bucket].
func (m *Memory) Put(ctx context.Context, key string, data []byte, expires time.Time) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.blobs[key] = memoryBlob{append([]byte{}, data...), expires}
	return nil
}

// Create implements [Bucket].
func (m *Memory) Create(ctx context.Context, key string, data []byte, expires time.Time) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.live(key) {
		return ErrExists
	}
	m.blobs[key] = memoryBlob{append([]byte{}, data...), expires}
	return nil
}

// Delete implements [Bucket].
func (m *Memory) Delete(ctx context.Context, key string) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.blobs, key)
	return nil
}

// List implements [Bucket]. The keys are collected first, so that f may use
// the bucket.
func (m *Memory) List(ctx context.Context, prefix string, f func(key string) error) error {
	if err := CheckPrefix(prefix); err != nil {
		return err
	}
	m.mu.Lock()
	var keys []string
	for key := range m.blobs {
		if strings.HasPrefix(key, prefix) && m.live(key) {
			keys = append(keys, key)
		}
	}
	m.mu.Unlock()
	for _, key := range keys {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(key); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Sweep implements [Bucket].
func (m *Memory) Sweep(ctx context.Context) (int, error) {
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

// CheckClock implements [Bucket].
func (m *Memory) CheckClock(ctx context.Context) error { return ctx.Err() }

// Ping implements [Bucket].
func (m *Memory) Ping(ctx context.Context) error { return ctx.Err() }

// Close implements [Bucket].
func (m *Memory) Close() error { return nil }

// live reports whether key has a blob that has not expired. m.mu is held.
func (m *Memory) live(key string) bool {
	b, ok := m.blobs[key]
	return ok && m.now().Before(b.expires)
}

// check is what every operation on a key begins with.
func check(ctx context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	return ctx.Err()
}
