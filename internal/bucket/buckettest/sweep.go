package buckettest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

func testSweep(t *testing.T, s Subject) {
	s.put(t, "old/1", []byte("x"))
	s.put(t, "old/2", []byte("x"))
	s.Advance(2 * lifetime)
	s.put(t, "new", []byte("y"))
	want := 0
	if s.Sweeps {
		want = 2
	}
	if n, err := s.Bucket.Sweep(t.Context()); err != nil || n != want {
		t.Fatalf("Sweep: %d, %v, want %d", n, err, want)
	}
	if n, err := s.Bucket.Sweep(t.Context()); err != nil || n != 0 {
		t.Fatalf("second Sweep: %d, %v, want 0", n, err)
	}
	s.want(t, "new", []byte("y"))
	s.wantKeys(t, "", "new")
}

func testSweepSparesReplaced(t *testing.T, s Subject) {
	const keys = 20
	for i := range keys {
		s.put(t, fmt.Sprintf("k/%d", i), []byte("old"))
	}
	s.Advance(2 * lifetime)
	expires := s.Now().Add(time.Hour)
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for range 5 {
				if _, err := s.Bucket.Sweep(t.Context()); err != nil {
					t.Errorf("Sweep: %v", err)
				}
			}
		})
	}
	group.Go(func() {
		for i := range keys {
			if err := s.Bucket.Put(t.Context(), fmt.Sprintf("k/%d", i), []byte("new"), expires); err != nil {
				t.Errorf("Put: %v", err)
			}
		}
	})
	group.Wait()
	for i := range keys {
		s.want(t, fmt.Sprintf("k/%d", i), []byte("new"))
	}
}

// A process that does not know what time it is deletes nothing.
func testClockAhead(t *testing.T, s Subject) {
	if s.Ahead == nil {
		t.Skip("this store has the clock of its process")
	}
	keys := []string{"k", "up/1/a"}
	for _, key := range keys {
		if err := s.Bucket.Create(t.Context(), key, []byte("x"), s.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	const days = 3 * 24 * time.Hour
	ahead := s.Ahead(t, days)
	if err := ahead.CheckClock(t.Context()); errors.Is(err, bucket.ErrClock) != s.Sweeps {
		t.Errorf("CheckClock: %v", err)
	}
	if err := s.Bucket.CheckClock(t.Context()); err != nil {
		t.Errorf("CheckClock of the right time: %v", err)
	}
	for range 2 {
		if n, err := ahead.Sweep(t.Context()); n != 0 || errors.Is(err, bucket.ErrClock) != s.Sweeps {
			t.Errorf("Sweep: %d, %v", n, err)
		}
	}
	for _, key := range keys {
		if err := bucket.CreateOverExpired(t.Context(), ahead, key, []byte("y"), s.Now().Add(days+time.Hour)); !errors.Is(err, bucket.ErrExists) {
			t.Errorf("CreateOverExpired(%q): %v, want ErrExists", key, err)
		}
		s.want(t, key, []byte("x"))
	}
	// Its own blobs it may write, and delete.
	if err := ahead.Create(t.Context(), "up/1/b", []byte("z"), s.Now().Add(days+time.Hour)); err != nil {
		t.Error(err)
	}
	s.want(t, "up/1/b", []byte("z"))
	if err := ahead.Delete(t.Context(), "up/1/b"); err != nil {
		t.Error(err)
	}
	s.wantKeys(t, "", keys...)
}
