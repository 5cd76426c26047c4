package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
)

var testExpires = time.Date(2026, time.March, 8, 12, 0, 0, 0, time.UTC)

func refNumber(n int) Ref {
	return Ref{ID: fmt.Sprintf("%032x", n), Key: bytes.Repeat([]byte{byte(n)}, keyBytes)}
}

func newTextCache(limit int64) *cache[string] {
	return newGatedCache(limit, admission.New(1<<20, time.Minute))
}

func newGatedCache(limit int64, gate *admission.Gate) *cache[string] {
	return newCache(limit, func(s string) int64 { return int64(len(s)) }, gate)
}

// peek returns what ref opens, and uses it no longer.
func (c *cache[V]) peek(ref Ref) (e *entry[V], ok bool) {
	if e, _, ok = c.use(ref); ok {
		c.leave(e)
	}
	return e, ok
}

// fetch is load for who uses the value no longer.
func (c *cache[V]) fetch(ctx context.Context, ref Ref, f func(context.Context) (V, time.Time, error)) (value V, err error) {
	e, err := c.load(ctx, ref, func(ctx context.Context) (*entry[V], error) {
		value, expires, err := f(ctx)
		if err != nil {
			return nil, err
		}
		hold, err := c.gate.Acquire(ctx, c.size(value))
		return &entry[V]{value: value, expires: expires, hold: hold}, err
	}, time.Time{})
	if err != nil {
		return value, err
	}
	c.leave(e)
	return e.value, nil
}

func TestCacheDropsTheLeastRecentlyUsed(t *testing.T) {
	c := newTextCache(10)
	expires := testExpires
	c.put(refNumber(1), "aaaa", expires, time.Time{})
	c.put(refNumber(2), "bbbb", expires, time.Time{})
	if _, ok := c.peek(refNumber(1)); !ok {
		t.Fatal("1 is not held")
	}
	c.put(refNumber(3), "cccc", expires, time.Time{})
	for n, want := range map[int]bool{1: true, 2: false, 3: true} {
		if _, ok := c.peek(refNumber(n)); ok != want {
			t.Errorf("%d held: %v, want %v", n, ok, want)
		}
	}
	c.put(refNumber(4), "too large to be held", expires, time.Time{})
	if _, ok := c.peek(refNumber(4)); ok || c.bytes != 8 {
		t.Errorf("a value beyond the limit is held: %v, %d bytes", ok, c.bytes)
	}
}

func TestCacheWantsTheKey(t *testing.T) {
	c := newTextCache(10)
	c.put(refNumber(1), "a", testExpires, time.Time{})
	stranger := Ref{ID: refNumber(1).ID, Key: refNumber(2).Key}
	if e, ok := c.peek(stranger); ok {
		t.Fatalf("got %q with another key", e.value)
	}
	if _, ok := c.peek(refNumber(1)); !ok {
		t.Fatal("the owner lost it")
	}
}

func TestCacheBoundUnderConcurrency(t *testing.T) {
	const limit = 1000
	c := newTextCache(limit)
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(worker)))
			for range 2000 {
				n := random.IntN(50)
				switch random.IntN(4) {
				case 0:
					c.put(refNumber(n), string(make([]byte, random.IntN(400))), testExpires, time.Time{})
				case 1:
					c.peek(refNumber(n))
				case 2:
					c.drop(refNumber(n).ID)
				case 3:
					_, _ = c.fetch(t.Context(), refNumber(n), func(context.Context) (string, time.Time, error) {
						return string(make([]byte, 100)), testExpires, nil
					})
				}
				c.mu.Lock()
				sum := int64(0)
				for e := c.order.Front(); e != nil; e = e.Next() {
					sum += e.Value.(*entry[string]).size
				}
				if sum != c.bytes || sum > limit || len(c.held) != c.order.Len() {
					t.Errorf("holds %d bytes, counts %d, limit %d; %d and %d entries", sum, c.bytes, limit, len(c.held), c.order.Len())
				}
				c.mu.Unlock()
			}
		})
	}
	group.Wait()
	if len(c.calls) != 0 {
		t.Errorf("%d calls left", len(c.calls))
	}
}

func TestOneLoadingForMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTextCache(100)
		var calls atomic.Int32
		release := make(chan struct{})
		load := func(ctx context.Context) (string, error) {
			return c.fetch(ctx, refNumber(1), func(context.Context) (string, time.Time, error) {
				calls.Add(1)
				<-release
				return "plays", testExpires, nil
			})
		}
		// The one whose request begins the loading leaves first.
		first, leave := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			_, err := load(first)
			left <- err
		}()
		synctest.Wait()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if got, err := load(t.Context()); got != "plays" || err != nil {
					t.Errorf("load: %q, %v", got, err)
				}
			})
		}
		synctest.Wait()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v", err)
		}
		close(release)
		group.Wait()
		if n := calls.Load(); n != 1 {
			t.Errorf("%d loadings, want 1", n)
		}
		if e, ok := c.peek(refNumber(1)); !ok || e.value != "plays" || !e.expires.Equal(testExpires) {
			t.Errorf("held: %v, %+v", ok, e)
		}
	})
}

func TestLoadingEndsWithItsLastWaiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTextCache(100)
		ended := make(chan struct{})
		ctx, leave := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				_, err := c.fetch(ctx, refNumber(1), func(ctx context.Context) (string, time.Time, error) {
					<-ctx.Done()
					close(ended)
					return "", time.Time{}, ctx.Err()
				})
				if !errors.Is(err, context.Canceled) {
					t.Errorf("load: %v", err)
				}
			})
		}
		synctest.Wait()
		leave()
		group.Wait()
		<-ended
		// Who comes afterwards does not inherit the canceled loading.
		got, err := c.fetch(t.Context(), refNumber(1), func(context.Context) (string, time.Time, error) {
			return "plays", testExpires, nil
		})
		if got != "plays" || err != nil {
			t.Errorf("load: %q, %v", got, err)
		}
	})
}

// What is deleted while it is being loaded must not be held afterwards.
func TestDropDuringLoading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTextCache(100)
		release := make(chan struct{})
		go func() {
			_, _ = c.fetch(t.Context(), refNumber(1), func(context.Context) (string, time.Time, error) {
				<-release
				return "plays", testExpires, nil
			})
		}()
		synctest.Wait()
		c.drop(refNumber(1).ID)
		close(release)
		synctest.Wait()
		if _, ok := c.peek(refNumber(1)); ok {
			t.Error("the dropped value is held")
		}
	})
}

func TestFailedLoadingsAreNotKept(t *testing.T) {
	c := newTextCache(100)
	broken := errors.New("broken")
	for _, f := range []func(context.Context) (string, time.Time, error){
		func(context.Context) (string, time.Time, error) { return "", time.Time{}, broken },
		func(context.Context) (string, time.Time, error) { panic(broken) },
	} {
		if _, err := c.fetch(t.Context(), refNumber(1), f); err == nil {
			t.Error("no error")
		}
		if _, ok := c.peek(refNumber(1)); ok || len(c.calls) != 0 {
			t.Errorf("held: %v, %d calls", ok, len(c.calls))
		}
	}
}

func TestDifferentKeysDoNotShareALoading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTextCache(100)
		release := make(chan struct{})
		go func() {
			_, _ = c.fetch(t.Context(), refNumber(1), func(context.Context) (string, time.Time, error) {
				<-release
				return "plays", testExpires, nil
			})
		}()
		synctest.Wait()
		stranger := Ref{ID: refNumber(1).ID, Key: refNumber(2).Key}
		got, err := c.fetch(t.Context(), stranger, func(context.Context) (string, time.Time, error) {
			return "", time.Time{}, ErrSealed
		})
		if got != "" || !errors.Is(err, ErrSealed) {
			t.Errorf("load with another key: %q, %v", got, err)
		}
		close(release)
	})
}

func TestExpiredEntriesAreDropped(t *testing.T) {
	c := newTextCache(100)
	c.put(refNumber(1), "a", testExpires, time.Time{})
	c.put(refNumber(2), "b", testExpires.Add(time.Second), time.Time{})
	c.dropExpired(testExpires)
	if _, ok := c.peek(refNumber(1)); ok {
		t.Error("1 has expired and is held")
	}
	if _, ok := c.peek(refNumber(2)); !ok {
		t.Error("2 has not expired and is gone")
	}
}
