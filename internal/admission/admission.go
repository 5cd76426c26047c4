// Package admission bounds the memory that work takes at the same time. Work
// says how many bytes it will take and waits until they are free, so that a
// crowd waits instead of filling the memory.
//
// Nobody who holds bytes may wait for more of them: two that did would wait for
// each other. So there are two shares. [Gate.Acquire] is for who holds nothing
// yet, an import or the opening of a dataset, and asks once for everything.
// [Gate.AcquireWithin] is for what a request does with a dataset it holds, such
// as reading a document or drawing a picture. It takes from a share of its own,
// and who holds some of that asks for nothing further.
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

// Acquire waits until bytes are free and takes them until release, which may be
// called more than once. More than there is counts as all there is, so that what
// is largest runs alone. Only who holds nothing of the gate may call it.
//
// The error is ErrBusy when the bytes do not become free in time, or before ctx
// is done; then it is the cause of that as well.
func (g *Gate) Acquire(ctx context.Context, bytes int64) (release func(), err error) {
	return g.outer.acquire(ctx, bytes, g.wait)
}

// AcquireWithin is Acquire for work that a request does beside what it acquired.
// It takes from a quarter of the whole that is kept for such work.
func (g *Gate) AcquireWithin(ctx context.Context, bytes int64) (release func(), err error) {
	return g.within.acquire(ctx, bytes, g.wait)
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

func (s *share) acquire(ctx context.Context, bytes int64, wait time.Duration) (release func(), err error) {
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
	return sync.OnceFunc(func() { s.release(bytes) }), nil
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

func (s *share) release(bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken -= bytes
	s.admit()
}

func (s *share) short() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return 0
	}
	return max(0, s.queued-(s.whole-s.taken))
}
