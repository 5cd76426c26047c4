// Package admission bounds the memory that work takes at the same time. Work
// says how many bytes it will take and waits until they are free, so that a
// crowd waits instead of filling the memory.
//
// Nobody who holds bytes may wait for more of them: two that did would wait for
// each other. Work that turns out larger than it said gives everything back and
// begins again, see [Hold]. And there are two shares. [Gate.Acquire] is for who
// holds nothing yet, an import or the opening of a dataset, and asks once for
// everything. [Gate.AcquireWithin] is for what a request does with a dataset it
// holds, such as reading a document or drawing a picture. It takes from a share of
// its own, and who holds some of that asks for nothing further.
package admission

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrBusy says that what was asked for did not become free in time. Nothing has
// been done; it is worth another try later.
var ErrBusy = errors.New("admission: no memory became free in time")

// withinPart of all bytes is the share of AcquireWithin.
const withinPart = 4

// Gate admits work by bytes, in the order of asking. It is safe for concurrent
// use.
type Gate struct {
	wait          time.Duration
	outer, within share
}

// New makes a gate for work that takes so many bytes together. Who waits for
// longer than wait is refused.
func New(bytes int64, wait time.Duration) *Gate {
	bytes = max(bytes, withinPart)
	g := &Gate{wait: wait}
	g.within.whole = bytes / withinPart
	g.outer.whole = bytes - g.within.whole
	return g
}

// Bytes is how much Acquire can give out.
func (g *Gate) Bytes() int64 { return g.outer.whole }

// Acquire waits until bytes are free and takes them until the hold is released.
// More than there is counts as all there is, so that the largest work runs alone.
// Only callers that hold nothing of the gate may call it.
//
// The error is ErrBusy when the bytes do not become free in time, or before ctx
// is done; then it wraps the cause of that as well.
func (g *Gate) Acquire(ctx context.Context, bytes int64) (*Hold, error) {
	return g.outer.acquire(ctx, bytes, g.wait)
}

// AcquireWithin is Acquire for work that a request does beside what it acquired.
// It takes from a quarter of the whole that is kept for such work.
func (g *Gate) AcquireWithin(ctx context.Context, bytes int64) (*Hold, error) {
	return g.within.acquire(ctx, bytes, g.wait)
}

// TryAcquire is Acquire without waiting. It returns nil when the bytes are not free,
// or somebody waits for them.
func (g *Gate) TryAcquire(bytes int64) *Hold {
	h := &Hold{share: &g.outer}
	if !h.Resize(bytes) {
		return nil
	}
	return h
}

// OnShortage sets what is called, from any goroutine, when Acquire has to wait
// for so many bytes: whoever holds some only to have them at hand, as a cache
// does, is to release them. It must be called before the gate is used.
func (g *Gate) OnShortage(reclaim func(bytes int64)) { g.outer.reclaim = reclaim }

// Short is how many bytes are missing for those who wait in Acquire.
func (g *Gate) Short() int64 { return g.outer.short() }

// share is a part of the memory and the queue of those who wait for some of it.
type share struct {
	whole   int64
	reclaim func(bytes int64)

	mu     sync.Mutex
	taken  int64
	queue  []*waiter // in the order of asking
	queued int64     // bytes that the queue asks for
}

// waiter is somebody in the queue.
type waiter struct {
	bytes    int64
	admitted chan struct{} // closed when the bytes are taken
}

func (s *share) acquire(ctx context.Context, bytes int64, wait time.Duration) (_ *Hold, err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBusy, err)
	}
	bytes = min(max(bytes, 0), s.whole)
	w := &waiter{bytes: bytes, admitted: make(chan struct{})}
	s.mu.Lock()
	s.queue, s.queued = append(s.queue, w), s.queued+bytes
	s.admit()
	s.mu.Unlock()
	if s.reclaim != nil {
		if missing := s.short(); missing > 0 {
			s.reclaim(missing)
		}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-w.admitted:
	case <-timer.C:
		err = ErrBusy
	case <-ctx.Done():
		err = fmt.Errorf("%w: %w", ErrBusy, ctx.Err())
	}
	if err != nil && s.leave(w) {
		return nil, err
	}
	return &Hold{share: s, bytes: bytes}, nil
}

// admit lets in who is first in the queue for as long as there is room. The
// second does not pass the first, or what is large would wait for ever.
func (s *share) admit() {
	for len(s.queue) > 0 && s.taken+s.queue[0].bytes <= s.whole {
		w := s.queue[0]
		s.queue[0] = nil
		s.queue, s.queued, s.taken = s.queue[1:], s.queued-w.bytes, s.taken+w.bytes
		close(w.admitted)
	}
}

// leave takes w out of the queue. It answers false for one that has been
// admitted in the same moment.
func (s *share) leave(w *waiter) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.queue {
		if s.queue[i] == w {
			s.queue, s.queued = append(s.queue[:i:i], s.queue[i+1:]...), s.queued-w.bytes
			s.admit() // it may have been the one that did not fit
			return true
		}
	}
	return false
}

// A Hold is bytes of a gate. It is safe for concurrent use.
type Hold struct {
	share *share
	// The rest is guarded by share.mu.
	bytes    int64
	spent    int64
	released bool
}

// Release gives everything back. It may be called more than once.
func (h *Hold) Release() {
	s := h.share
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken -= h.bytes
	h.bytes, h.released = 0, true
	s.admit()
}

// Resize makes h hold so many bytes. It gives back at once and takes more only
// when that is free: false says that h holds what it held. Who holds all there
// is holds enough for anything.
func (h *Hold) Resize(bytes int64) bool {
	s := h.share
	s.mu.Lock()
	defer s.mu.Unlock()
	if bytes = min(bytes, s.whole); bytes > h.bytes || h.released {
		return h.grow(bytes - h.bytes)
	}
	s.taken -= h.bytes - bytes
	h.bytes = bytes
	s.admit()
	return true
}

// grow takes more bytes if they are free. share.mu is held.
func (h *Hold) grow(more int64) bool {
	s := h.share
	if h.released || len(s.queue) > 0 || s.taken+more > s.whole {
		return false
	}
	h.bytes += more
	s.taken += more
	return true
}

// Spend takes bytes of the hold for a part of the work, and more of the gate
// where they are free. A *NeedError says that they are not: nobody who holds
// something waits, so the work is to begin again with a larger hold.
func (h *Hold) Spend(bytes int64) error {
	s := h.share
	s.mu.Lock()
	defer s.mu.Unlock()
	need := h.spent + bytes
	if need > h.bytes && h.bytes < s.whole && !h.grow(min(need, s.whole)-h.bytes) {
		return &NeedError{need}
	}
	h.spent = need
	return nil
}

// NeedError is how many bytes work turned out to need, where it holds fewer.
type NeedError struct{ Bytes int64 }

func (e *NeedError) Error() string {
	return fmt.Sprintf("admission: %d bytes are needed", e.Bytes)
}

type holdKey struct{}

// With returns a context for work that h covers: what it opens is to spend of h
// instead of waiting for bytes of its own.
func With(ctx context.Context, h *Hold) context.Context {
	return context.WithValue(ctx, holdKey{}, h)
}

// Of returns the hold that covers the work of ctx, or nil.
func Of(ctx context.Context) *Hold {
	h, _ := ctx.Value(holdKey{}).(*Hold)
	return h
}

func (s *share) short() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return 0
	}
	return max(0, s.queued-(s.whole-s.taken))
}
