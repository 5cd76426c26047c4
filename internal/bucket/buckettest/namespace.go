package buckettest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// What is in one namespace, drivers keep and find together. To whoever uses a
// bucket it makes no difference.
func testNamespaces(t *testing.T, s Subject) {
	keys := []string{"up/1/a", "up/1/b/c", "up/1/b/d", "up/10/a", "up/2/a", "up/1", "up/1a", "up", "other/1/a"}
	for _, key := range keys {
		s.create(t, key, []byte(key))
	}
	s.wantKeys(t, "", keys...)
	s.wantKeys(t, "up/1/", "up/1/a", "up/1/b/c", "up/1/b/d")
	s.wantKeys(t, "up/1/b", "up/1/b/c", "up/1/b/d")
	s.wantKeys(t, "up/1/b/", "up/1/b/c", "up/1/b/d")
	s.wantKeys(t, "up/1/b/c", "up/1/b/c")
	s.wantKeys(t, "up/1/c")
	s.wantKeys(t, "up/3/")
	s.wantKeys(t, "up/1", "up/1", "up/1/a", "up/1/b/c", "up/1/b/d", "up/10/a", "up/1a")
	s.wantKeys(t, "up/", "up/1", "up/1/a", "up/1/b/c", "up/1/b/d", "up/10/a", "up/1a", "up/2/a")
	for _, key := range keys {
		s.want(t, key, []byte(key))
	}
	if s.Again != nil {
		again := s
		again.Bucket = s.Again(t)
		again.wantKeys(t, "up/1/", "up/1/a", "up/1/b/c", "up/1/b/d")
	}

	s.put(t, "up/1/a", []byte("replaced"))
	s.want(t, "up/1/a", []byte("replaced"))
	if err := s.Bucket.Create(t.Context(), "up/1/a", nil, s.later()); !errors.Is(err, bucket.ErrExists) {
		t.Errorf("Create: %v, want ErrExists", err)
	}
	for range 2 {
		if err := s.Bucket.Delete(t.Context(), "up/1/a"); err != nil {
			t.Fatal(err)
		}
		s.wantMissing(t, "up/1/a")
		s.wantKeys(t, "up/1/", "up/1/b/c", "up/1/b/d")
	}
	for _, key := range []string{"up/1/b/c", "up/1/b/d"} {
		if err := s.Bucket.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	s.wantKeys(t, "up/1/")
	s.put(t, "up/1/b/c", []byte("again"))
	s.wantKeys(t, "up/1/", "up/1/b/c")
	large := make([]byte, 3<<20)
	s.put(t, "up/1/large", large)
	s.want(t, "up/1/large", large)
	s.wantKeys(t, "up/1/", "up/1/b/c", "up/1/large")
}

func testNamespaceExpires(t *testing.T, s Subject) {
	s.put(t, "up/1/short", []byte("x"))
	s.put(t, "up/1/again", []byte("x"))
	s.put(t, "up/2/short", []byte("x"))
	if err := s.Bucket.Put(t.Context(), "up/1/long", []byte("y"), s.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	// One that is refused does not make the one that is there live longer, nor
	// shorter.
	for _, expires := range []time.Time{s.Now().Add(time.Hour), s.Now().Add(time.Second)} {
		if err := s.Bucket.Create(t.Context(), "up/1/short", nil, expires); !errors.Is(err, bucket.ErrExists) {
			t.Fatalf("Create: %v, want ErrExists", err)
		}
	}
	s.wantKeys(t, "up/1/", "up/1/short", "up/1/again", "up/1/long")
	s.Advance(2 * lifetime)
	s.wantKeys(t, "up/1/", "up/1/long")
	s.wantKeys(t, "up/2/")
	s.put(t, "up/1/again", []byte("new"))
	s.wantKeys(t, "up/1/", "up/1/long", "up/1/again")
	if _, err := s.Bucket.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.wantKeys(t, "", "up/1/long", "up/1/again")
	if err := s.Bucket.Put(t.Context(), "up/1/long", nil, s.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	s.wantKeys(t, "up/1/", "up/1/again")
}

// Whoever writes and deletes at once: what is there is listed, and nothing else.
func testNamespaceConcurrently(t *testing.T, s Subject) {
	expires := s.Now().Add(time.Hour)
	var group sync.WaitGroup
	for writer := range 4 {
		group.Go(func() {
			for i := range 15 {
				key := fmt.Sprintf("up/1/%d", (writer+i)%5)
				var err error
				switch i % 3 {
				case 0:
					err = s.Bucket.Put(t.Context(), key, []byte("x"), expires)
				case 1:
					err = s.Bucket.Create(t.Context(), key, []byte("x"), expires)
				default:
					err = s.Bucket.Delete(t.Context(), key)
				}
				if err != nil && !errors.Is(err, bucket.ErrExists) {
					t.Errorf("%s: %v", key, err)
				}
			}
		})
	}
	group.Go(func() {
		for range 5 {
			if _, err := s.Bucket.Sweep(t.Context()); err != nil {
				t.Errorf("Sweep: %v", err)
			}
		}
	})
	group.Wait()
	var there []string
	for i := range 5 {
		key := fmt.Sprintf("up/1/%d", i)
		switch _, err := s.Bucket.Stat(t.Context(), key); {
		case err == nil:
			there = append(there, key)
		case !errors.Is(err, bucket.ErrNotFound):
			t.Fatal(err)
		}
	}
	s.wantKeys(t, "up/1/", there...)
}
