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

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
)

// cache holds opened values: those that somebody uses, and up to a number of
// bytes those that somebody may use again, of which the one unused for longest
// goes first. Requests that miss the same value wait for one loading of it. A
// value is found only with the key that opened it: holding an ID gives access to
// nothing.
//
// What a value takes is held of a gate until it is neither used nor kept. When
// somebody waits at the gate nothing is kept.
type cache[V any] struct {
	limit int64
	size  func(V) int64
	gate  *admission.Gate

	mu    sync.Mutex
	bytes int64
	held  map[string]*entry[V] // by ID
	order *list.List           // of these, most recently used first
	calls map[callKey]*call[V]
}

// entry is an opened value. What is not guarded never changes.
type entry[V any] struct {
	id      string
	keySum  [sha256.Size]byte
	value   V
	expires time.Time
	hold    *admission.Hold // nil where another's covers it

	// Guarded by cache.mu.
	size    int64
	checked time.Time     // when the bucket was last known to hold it
	users   int           // requests that have it
	element *list.Element // in order; nil once nobody new may have it
}

func newCache[V any](limit int64, size func(V) int64, gate *admission.Gate) *cache[V] {
	c := &cache[V]{
		limit: limit,
		size:  size,
		gate:  gate,
		held:  make(map[string]*entry[V]),
		order: list.New(),
		calls: make(map[callKey]*call[V]),
	}
	gate.OnShortage(func(bytes int64) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.dropIdle(bytes)
	})
	return c
}

// use returns the entry that ref opens, and when the bucket was last known to
// hold it. Whoever gets it must call leave.
func (c *cache[V]) use(ref Ref) (e *entry[V], checked time.Time, ok bool) {
	sum := sha256.Sum256(ref.Key)
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok = c.held[ref.ID]
	if !ok || subtle.ConstantTimeCompare(e.keySum[:], sum[:]) != 1 {
		return nil, time.Time{}, false
	}
	c.order.MoveToFront(e.element)
	e.users++
	return e, e.checked, true
}

// leave ends one use of e.
func (c *cache[V]) leave(e *entry[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leaveLocked(e)
}

func (c *cache[V]) leaveLocked(e *entry[V]) {
	if e.users--; e.users > 0 {
		return
	}
	if e.element == nil {
		e.release()
		return
	}
	c.trim()
}

func (e *entry[V]) release() {
	if e.hold != nil {
		e.hold.Release()
	}
}

// put keeps a value that nobody uses yet, if it fits.
func (c *cache[V]) put(ref Ref, value V, expires, checked time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropLocked(ref.ID)
	size := c.size(value)
	if size > c.limit {
		return
	}
	hold := c.gate.TryAcquire(size)
	if hold == nil {
		return
	}
	c.insert(&entry[V]{
		id: ref.ID, keySum: sha256.Sum256(ref.Key), value: value, expires: expires, checked: checked, hold: hold, size: size,
	})
	c.trim()
}

func (c *cache[V]) insert(e *entry[V]) {
	c.dropLocked(e.id)
	e.element = c.order.PushFront(e)
	c.held[e.id] = e
	c.bytes += e.size
}

// trim drops unused entries beyond the limit, and as many as others wait for
// memory.
func (c *cache[V]) trim() { c.dropIdle(max(c.bytes-c.limit, c.gate.Short())) }

// dropIdle drops entries that nobody uses, until so many bytes are dropped.
func (c *cache[V]) dropIdle(bytes int64) {
	for element := c.order.Back(); element != nil && bytes > 0; {
		e := element.Value.(*entry[V])
		element = element.Prev()
		if e.users == 0 {
			bytes -= e.size
			c.dropLocked(e.id)
		}
	}
}

// touch records when the bucket was last known to hold the value.
func (c *cache[V]) touch(e *entry[V], checked time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.checked = checked
}

// drop forgets the value; requests that use it go on. A call that is under way
// goes on for those who wait for it, but its value is not kept.
func (c *cache[V]) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropLocked(id)
	for key := range c.calls {
		if key.id == id {
			delete(c.calls, key)
		}
	}
}

func (c *cache[V]) dropLocked(id string) {
	e, ok := c.held[id]
	if !ok {
		return
	}
	c.order.Remove(e.element)
	e.element = nil
	delete(c.held, id)
	c.bytes -= e.size
	if e.users == 0 {
		e.release()
	}
}

func (c *cache[V]) dropExpired(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, e := range c.held {
		if !now.Before(e.expires) {
			c.dropLocked(id)
		}
	}
}

// A call is one loading and the requests that wait for it. It is cancelled when
// the last of them has left; one that leaves does not fail the others.
type call[V any] struct {
	cancel context.CancelFunc
	// Guarded by cache.mu. Requests that wait when the call is done use its entry.
	waiters int
	entry   *entry[V]

	done chan struct{} // closed when entry and err are set
	err  error
}

type callKey struct {
	id  string
	sum [sha256.Size]byte
}

// load waits for f, which is called once for all who load ref at the same time and
// sets the value of an entry, its expiry and its hold. Whoever gets the entry must
// call leave.
func (c *cache[V]) load(ctx context.Context, ref Ref, f func(context.Context) (*entry[V], error), now time.Time) (*entry[V], error) {
	key := callKey{ref.ID, sha256.Sum256(ref.Key)}
	c.mu.Lock()
	cl, ok := c.calls[key]
	if !ok {
		// The first request's values, such as its ID, serve the log; its end
		// does not end the loading.
		loading, cancel := context.WithCancel(context.WithoutCancel(ctx))
		cl = &call[V]{cancel: cancel, done: make(chan struct{})}
		c.calls[key] = cl
		go c.do(loading, key, cl, f, now)
	}
	cl.waiters++
	c.mu.Unlock()

	select {
	case <-cl.done:
		return cl.entry, cl.err
	case <-ctx.Done():
		c.depart(key, cl)
		return nil, ctx.Err()
	}
}

// depart takes one waiter off the call, and cancels it when that was the last.
func (c *cache[V]) depart(key callKey, cl *call[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cl.entry != nil {
		c.leaveLocked(cl.entry) // it was done in the same moment
		return
	}
	cl.waiters--
	if cl.waiters > 0 {
		return
	}
	cl.cancel()
	if c.calls[key] == cl {
		delete(c.calls, key) // later requests begin a new call
	}
}

func (c *cache[V]) do(ctx context.Context, key callKey, cl *call[V], f func(context.Context) (*entry[V], error), now time.Time) {
	defer cl.cancel()
	e, err := guard(ctx, f)
	c.mu.Lock()
	defer c.mu.Unlock()
	defer close(cl.done)
	wanted := c.calls[key] == cl
	if wanted {
		delete(c.calls, key)
	}
	if cl.err = err; err != nil {
		return
	}
	e.id, e.keySum = key.id, key.sum
	e.size, e.checked, e.users = c.size(e.value), now, cl.waiters
	cl.entry = e
	switch {
	case wanted:
		c.insert(e)
		c.trim()
	case e.users == 0:
		e.release()
	}
}

var errPanic = errors.New("panic while loading")

// guard turns a panic into an error. On this goroutine there is no request's
// recover above, and one broken dataset must not end the process.
func guard[V any](ctx context.Context, f func(context.Context) (*entry[V], error)) (e *entry[V], err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", errPanic, cause)
		}
	}()
	return f(ctx)
}
