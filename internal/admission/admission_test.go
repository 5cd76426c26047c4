package admission

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const wait = 30 * time.Second

// acquire is what must succeed at once.
func acquire(t *testing.T, g *Gate, bytes int64) (release func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	hold, err := g.Acquire(ctx, bytes)
	if err != nil {
		t.Fatalf("%d bytes: %v", bytes, err)
	}
	return hold.Release
}

func TestAQuarterIsForWorkWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(400, wait)
		if g.Bytes() != 300 {
			t.Fatalf("Acquire gives out %d of 400", g.Bytes())
		}
		defer acquire(t, g, 300)()
		// All who hold something can go on, whatever the others hold.
		hold, err := g.AcquireWithin(t.Context(), 1000)
		if err != nil {
			t.Fatal(err)
		}
		defer hold.Release()
		if _, err := g.AcquireWithin(t.Context(), 1); !errors.Is(err, ErrBusy) {
			t.Errorf("more than the share: %v", err)
		}
	})
}

func TestWhatIsFreeIsGivenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(400, wait)
		first, second := acquire(t, g, 100), acquire(t, g, 200)
		began := time.Now()
		if _, err := g.Acquire(t.Context(), 1); !errors.Is(err, ErrBusy) || time.Since(began) != wait {
			t.Errorf("a full gate: %v after %s", err, time.Since(began))
		}
		first()
		first() // counts once
		third := acquire(t, g, 100)
		if _, err := g.Acquire(t.Context(), 1); !errors.Is(err, ErrBusy) {
			t.Errorf("a gate that is full again: %v", err)
		}
		second()
		third()
		acquire(t, g, 300)()
	})
}

func TestMoreThanAllRunsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(400, wait)
		small := acquire(t, g, 1)
		done := make(chan func())
		go func() {
			hold, err := g.Acquire(t.Context(), 1<<40)
			if err != nil {
				t.Error(err)
			}
			done <- hold.Release
		}()
		synctest.Wait()
		select {
		case <-done:
			t.Fatal("the largest did not wait for the small one")
		default:
		}
		small()
		large := <-done
		if _, err := g.Acquire(t.Context(), 1); !errors.Is(err, ErrBusy) {
			t.Errorf("beside the largest: %v", err)
		}
		large()
		acquire(t, g, 300)()
	})
}

// Who asks for much is not passed by those who ask for little.
func TestInTheOrderOfAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(400, wait)
		held := acquire(t, g, 200)
		var order []int64
		var mu sync.Mutex
		var all sync.WaitGroup
		for _, bytes := range []int64{250, 60, 290} {
			all.Go(func() {
				hold, err := g.Acquire(t.Context(), bytes)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, bytes)
				mu.Unlock()
				time.Sleep(time.Second)
				hold.Release()
			})
			synctest.Wait()
		}
		if g.Short() != 500 {
			t.Errorf("short of %d, want 500", g.Short())
		}
		held()
		all.Wait()
		if !slices.Equal(order, []int64{250, 60, 290}) || g.Short() != 0 {
			t.Errorf("admitted in the order %v, short of %d", order, g.Short())
		}
	})
}

func TestWhoLeavesTheQueueHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(400, wait)
		defer acquire(t, g, 200)()
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error)
		go func() {
			_, err := g.Acquire(ctx, 300)
			left <- err
		}()
		synctest.Wait()
		admitted := make(chan error)
		go func() {
			_, err := g.Acquire(t.Context(), 100)
			admitted <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, ErrBusy) || !errors.Is(err, context.Canceled) {
			t.Errorf("who left: %v", err)
		}
		if err := <-admitted; err != nil {
			t.Errorf("who was behind: %v", err)
		}
		if _, err := g.Acquire(ctx, 0); !errors.Is(err, ErrBusy) {
			t.Errorf("who had left before: %v", err)
		}
	})
}

func TestAShortageIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(400, wait)
		var kept func()
		var told []int64
		g.OnShortage(func(bytes int64) {
			told = append(told, bytes)
			kept()
		})
		kept = acquire(t, g, 200)
		acquire(t, g, 250)()
		if len(told) != 1 || told[0] != 150 {
			t.Errorf("told of %v", told)
		}
	})
}

func TestNeverMoreThanTheWhole(t *testing.T) {
	g := New(4000, wait)
	var taken, most atomic.Int64
	var all sync.WaitGroup
	for seed := range uint64(16) {
		all.Go(func() {
			random := rand.New(rand.NewPCG(seed, 1))
			for range 2000 {
				bytes := random.Int64N(5000)
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(random.IntN(2000))*time.Microsecond)
				hold, err := g.Acquire(ctx, bytes)
				cancel()
				if err != nil {
					continue
				}
				now := taken.Add(min(bytes, g.Bytes()))
				for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
				}
				taken.Add(-min(bytes, g.Bytes()))
				hold.Release()
			}
		})
	}
	all.Wait()
	if most.Load() > g.Bytes() || most.Load() == 0 {
		t.Errorf("%d bytes of %d were taken at once", most.Load(), g.Bytes())
	}
	acquire(t, g, g.Bytes())() // nothing is left behind
}

func TestAHoldIsResized(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(400, wait)
		h, err := g.Acquire(t.Context(), 200)
		if err != nil {
			t.Fatal(err)
		}
		if g.TryAcquire(101) != nil {
			t.Error("more than is free was given")
		}
		if !h.Resize(50) {
			t.Error("it did not become smaller")
		}
		other := g.TryAcquire(200)
		if other == nil {
			t.Fatal("what was given back is not free")
		}
		if h.Resize(101) || !h.Resize(100) {
			t.Error("it became larger than what is free, or not as large")
		}
		other.Release()
		other.Release()
		if other.Resize(1) {
			t.Error("what was released became larger")
		}
		if !h.Resize(1 << 40) {
			t.Error("it could not become all there is")
		}
		// Who waits comes before who wants more.
		h.Resize(10)
		waits, cancel := context.WithCancel(t.Context())
		go func() { _, _ = g.Acquire(waits, 300) }()
		synctest.Wait()
		if h.Resize(11) || g.TryAcquire(1) != nil {
			t.Error("somebody who waited was passed")
		}
		cancel()
		synctest.Wait()
		h.Release()
		acquire(t, g, 300)()
	})
}

func TestWhatIsSpentIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(400, wait)
		h, err := g.Acquire(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		other := g.TryAcquire(150)
		for _, bytes := range []int64{60, 40, 50} {
			if err := h.Spend(bytes); err != nil {
				t.Fatalf("%d bytes: %v", bytes, err)
			}
		}
		var need *NeedError
		if err := h.Spend(30); !errors.As(err, &need) || need.Bytes != 180 {
			t.Errorf("more than is free: %v", err)
		}
		other.Release()
		if err := h.Spend(30); err != nil {
			t.Errorf("what has become free: %v", err)
		}
		h.Release()
		// Who holds everything is never sent away.
		if h, err = g.Acquire(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
		if err := h.Spend(1 << 40); err != nil {
			t.Errorf("who holds everything: %v", err)
		}
		if Of(With(t.Context(), h)) != h || Of(t.Context()) != nil {
			t.Error("the context does not tell of the hold")
		}
		h.Release()
		acquire(t, g, 300)()
	})
}
