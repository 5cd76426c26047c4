package vault_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission/admissiontest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

const memoryWait = 30 * time.Second

// stored is a vault whose memory takes so many of its datasets, and what it has
// stored.
func stored(t *testing.T, datasets, fit int, cache bool) (fixture, *admission.Gate, []vault.Ref) {
	t.Helper()
	// Opening takes a little more than what is opened: room for that, and no more.
	size := makeDataset(t, 2000).Size()
	gate := admission.New((int64(fit)*size+size/2)*4/3, memoryWait)
	f := newFixture(func(c *vault.Config) {
		c.Memory = gate
		if c.CacheBytes = 0; cache {
			c.CacheBytes = 1 << 40
		}
	})
	var refs []vault.Ref
	for range datasets {
		refs = append(refs, f.store(t, makeDataset(t, 2000)))
	}
	return f, gate, refs
}

// TestWhatDoesNotFitTakesTurns: many requests for different datasets, of which
// only two fit, wait for each other, and all are served.
func TestWhatDoesNotFitTakesTurns(t *testing.T) {
	for _, cache := range []bool{false, true} {
		f, gate, refs := stored(t, 6, 2, cache)
		var mu sync.Mutex
		users, most := map[int]int{}, 0
		var all sync.WaitGroup
		for i := range 48 {
			all.Go(func() {
				ctx, done := context.WithCancel(t.Context())
				d, err := f.Open(ctx, refs[i%len(refs)])
				if err != nil {
					t.Errorf("cache %v: %v", cache, err)
					done()
					return
				}
				mu.Lock()
				users[i%len(refs)]++
				most = max(most, len(users))
				mu.Unlock()
				if d.Rows() != 2000 {
					t.Errorf("%d rows", d.Rows())
				}
				mu.Lock()
				if users[i%len(refs)]--; users[i%len(refs)] == 0 {
					delete(users, i%len(refs))
				}
				mu.Unlock()
				done()
			})
		}
		all.Wait()
		if most < 1 || most > 2 {
			t.Errorf("cache %v: %d datasets were in use at once, and two fit", cache, most)
		}
		admissiontest.WantFree(t, gate)
	}
}

// TestWhoeverUsesADatasetHoldsItsMemory until the request ends, also when the
// dataset is deleted meanwhile; who waits in vain is told that it is busy.
func TestWhoeverUsesADatasetHoldsItsMemory(t *testing.T) {
	f, gate, refs := stored(t, 2, 1, true)
	ctx, done := context.WithCancel(t.Context())
	if _, err := f.Open(ctx, refs[0]); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := f.Open(short, refs[1]); !errors.Is(err, admission.ErrBusy) && !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, vault.ErrGone) {
		t.Errorf("no memory: %v", err)
	}
	if err := f.Delete(t.Context(), refs[0]); err != nil {
		t.Fatal(err)
	}
	if hold := gate.TryAcquire(gate.Bytes()); hold != nil {
		t.Error("the memory of a dataset that is in use was given away")
	}
	done()
	admissiontest.WantFree(t, gate)
}

// TestWaitingForMemoryEnds with an error that says so.
func TestWaitingForMemoryEnds(t *testing.T) {
	f, gate, refs := stored(t, 1, 1, false)
	hold, err := gate.Acquire(t.Context(), gate.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Release()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if _, err := f.Open(t.Context(), refs[0]); !errors.Is(err, admission.ErrBusy) || time.Since(began) != memoryWait {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}

// TestWhatIsKeptGivesWay to an import, or to whatever else needs the memory.
func TestWhatIsKeptGivesWay(t *testing.T) {
	f, gate, refs := stored(t, 3, 3, true)
	for _, ref := range refs {
		if _, err := f.Open(context.Background(), ref); err != nil {
			t.Fatal(err)
		}
	}
	if hold := gate.TryAcquire(gate.Bytes() / 2); hold != nil {
		t.Fatal("nothing is kept")
	}
	admissiontest.WantFree(t, gate)
}

// TestOpeningWithinWorkSpendsOfItsMemory: it neither waits nor takes of the gate.
func TestOpeningWithinWorkSpendsOfItsMemory(t *testing.T) {
	f, gate, refs := stored(t, 1, 1, false)
	hold, err := gate.Acquire(t.Context(), gate.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Release()
	var d *dataset.Dataset
	if d, err = f.Open(admission.With(t.Context(), hold), refs[0]); err != nil || d.Rows() != 2000 {
		t.Fatalf("%v, %v", d, err)
	}

	other := admission.New(4<<10, memoryWait)
	small, err := other.Acquire(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := other.Acquire(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer blocks.Release()
	var need *admission.NeedError
	if _, err := f.Open(admission.With(t.Context(), small), refs[0]); !errors.As(err, &need) || errors.Is(err, vault.ErrGone) {
		t.Errorf("more than the work has: %v", err)
	}
}
