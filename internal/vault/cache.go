package vault

import (
	"container/list"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"sync"
	"time"
)

// cache keeps opened values up to a number of bytes, drops the one unused for
// longest first, and lets requests that miss the same value wait for one
// loading of it. A value is found only with the key that opened it: holding an
// ID gives access to nothing.
type cache[V any] struct {
	limit int64
	size  func(V) int64

	mu      sync.Mutex
	bytes   int64
	held    map[string]*list.Element // by ID; elements hold *entry[V]
	order   *list.List               // most recently used first
	flights map[flightKey]*flight[V]
}

type entry[V any] struct {
	id      string
	keySum  [sha256.Size]byte
	value   V
	size    int64
	expires time.Time
	checked time.Time // when the bucket was last known to hold it
}

func newCache[V any](limit int64, size func(V) int64) *cache[V] {
	return &cache[V]{
		limit:   limit,
		size:    size,
		held:    make(map[string]*list.Element),
		order:   list.New(),
		flights: make(map[flightKey]*flight[V]),
	}
}

// get returns a copy of the entry that ref opens.
func (c *cache[V]) get(ref Ref) (entry[V], bool) {
	sum := sha256.Sum256(ref.Key)
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.held[ref.ID]
	if !ok {
		return entry[V]{}, false
	}
	e := element.Value.(*entry[V])
	if subtle.ConstantTimeCompare(e.keySum[:], sum[:]) != 1 {
		return entry[V]{}, false
	}
	c.order.MoveToFront(element)
	return *e, true
}

// put keeps the value, if it fits at all.
func (c *cache[V]) put(ref Ref, value V, expires, checked time.Time) {
	sum := sha256.Sum256(ref.Key)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.putLocked(ref.ID, sum, value, expires, checked)
}

func (c *cache[V]) putLocked(id string, sum [sha256.Size]byte, value V, expires, checked time.Time) {
	c.dropLocked(id)
	size := c.size(value)
	if size > c.limit {
		return
	}
	for c.bytes+size > c.limit {
		c.dropLocked(c.order.Back().Value.(*entry[V]).id)
	}
	c.held[id] = c.order.PushFront(&entry[V]{id, sum, value, size, expires, checked})
	c.bytes += size
}

// touch notes that the bucket was found to hold the value.
func (c *cache[V]) touch(id string, checked time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.held[id]; ok {
		element.Value.(*entry[V]).checked = checked
	}
}

// drop forgets the value. A loading that is under way goes on for those who
// wait for it, but what it brings is not kept.
func (c *cache[V]) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropLocked(id)
	for key := range c.flights {
		if key.id == id {
			delete(c.flights, key)
		}
	}
}

func (c *cache[V]) dropLocked(id string) {
	element, ok := c.held[id]
	if !ok {
		return
	}
	c.bytes -= c.order.Remove(element).(*entry[V]).size
	delete(c.held, id)
}

func (c *cache[V]) dropExpired(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, element := range c.held {
		if !now.Before(element.Value.(*entry[V]).expires) {
			c.dropLocked(id)
		}
	}
}

// A flight is one loading and those who wait for it. It ends early when the
// last of them has left; one that leaves does not fail the others.
type flight[V any] struct {
	cancel  context.CancelFunc
	waiters int // guarded by cache.mu

	done  chan struct{} // closed when value and err are set
	value V
	err   error
}

type flightKey struct {
	id  string
	sum [sha256.Size]byte
}

// load waits for f, which is called once for all who load ref at the same time,
// and keeps what it returns.
func (c *cache[V]) load(ctx context.Context, ref Ref, f func(context.Context) (V, time.Time, error), now time.Time) (V, error) {
	key := flightKey{ref.ID, sha256.Sum256(ref.Key)}
	c.mu.Lock()
	fl, ok := c.flights[key]
	if !ok {
		// The first request's values, such as its ID, serve the log; its end
		// does not end the loading.
		loading, cancel := context.WithCancel(context.WithoutCancel(ctx))
		fl = &flight[V]{cancel: cancel, done: make(chan struct{})}
		c.flights[key] = fl
		go c.fly(loading, key, fl, f, now)
	}
	fl.waiters++
	c.mu.Unlock()

	select {
	case <-fl.done:
		return fl.value, fl.err
	case <-ctx.Done():
		c.leave(key, fl)
		var none V
		return none, ctx.Err()
	}
}

// leave takes one waiter off the flight, and ends it when that was the last:
// nothing goes on that nobody waits for.
func (c *cache[V]) leave(key flightKey, fl *flight[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fl.waiters--
	if fl.waiters > 0 {
		return
	}
	fl.cancel()
	if c.flights[key] == fl {
		delete(c.flights, key) // who comes now begins anew
	}
}

func (c *cache[V]) fly(ctx context.Context, key flightKey, fl *flight[V], f func(context.Context) (V, time.Time, error), now time.Time) {
	defer fl.cancel()
	var expires time.Time
	fl.value, expires, fl.err = guard(ctx, f)
	c.mu.Lock()
	if c.flights[key] == fl {
		delete(c.flights, key)
		if fl.err == nil {
			c.putLocked(key.id, key.sum, fl.value, expires, now)
		}
	}
	c.mu.Unlock()
	close(fl.done)
}

var errPanic = errors.New("panic while loading")

// guard turns a panic into an error. On this goroutine there is no request's
// recover above, and one broken dataset must not end the process.
func guard[V any](ctx context.Context, f func(context.Context) (V, time.Time, error)) (value V, expires time.Time, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", errPanic, cause)
		}
	}()
	return f(ctx)
}
