package accountstore_test

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
)

// Many who try their passphrase at once wait for each other, and whoever waits for
// too long is told so.
func TestPassphrasesAreAdmitted(t *testing.T) {
	const room = 2 // beside each other
	f := newFixture()
	// Three quarters are for who holds nothing yet.
	gate := admission.New(room*64<<20*4/3+1024, 400*time.Millisecond)
	s, err := accountstore.New(accountstore.Config{Bucket: f.bucket, Now: f.clock.Now, Secret: secretA, Lifetime: lifetime, Memory: gate})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&now)
				peak.Store(max(peak.Load(), now.HeapAlloc))
			}
		}
	})
	id, key := accountstore.NewIdentity(), accountstore.NewKey()
	var group sync.WaitGroup
	var opened, busy atomic.Int64
	for range 40 {
		group.Go(func() {
			_, err := s.WrapWithPassphrase(t.Context(), id, key, "", phrase)
			switch {
			case err == nil:
				opened.Add(1)
			case errors.Is(err, admission.ErrBusy):
				busy.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	group.Wait()
	close(done)
	watching.Wait()
	if opened.Load() == 0 || busy.Load() == 0 {
		t.Errorf("%d opened, %d told to wait", opened.Load(), busy.Load())
	}
	// What is over is garbage until the collector runs, which doubles it at most.
	if grown := peak.Load() - before.HeapAlloc; grown > (2*room+1)*64<<20 {
		t.Errorf("%d MB beside each other", grown>>20)
	}
	t.Logf("%d opened, %d told to wait, %d MB", opened.Load(), busy.Load(), (peak.Load()-before.HeapAlloc)>>20)
}
