// Package buckettest holds the conformance suite that every bucket driver
// passes, and a wrapper that makes a bucket fail.
package buckettest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// Subject is a bucket under test.
type Subject struct {
	Bucket bucket.Bucket
	// Now is the clock by which the bucket expires blobs.
	Now func() time.Time
	// Advance moves the clock, or what is stored in the other direction: a store
	// with a clock of its own has its blobs expire that much sooner.
	Advance func(time.Duration)
	// Again opens the same store once more, as a second process would. It is
	// nil for a store that cannot be shared.
	Again func(t *testing.T) bucket.Bucket
	// Ahead opens the same store as a process would whose clock is ahead of the
	// store's. It is nil for a store that has no other clock than the process.
	Ahead func(t *testing.T, by time.Duration) bucket.Bucket
	// Sweeps is whether the driver removes expired blobs itself, in Sweep.
	Sweeps bool
}

// lifetime is that of what tests store: longer than the slowest of them takes. A
// test that wants to see its end moves the clock.
const lifetime = time.Minute

// Run runs the suite. open is called once a test and returns an empty bucket.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s Subject)
	}{
		{"RoundTrip", testRoundTrip},
		{"Missing", testMissing},
		{"Replace", testReplace},
		{"OwnCopies", testOwnCopies},
		{"Create", testCreate},
		{"CreateConcurrently", testCreateConcurrently},
		{"CreateOverExpired", testCreateOverExpired},
		{"CreateAfterSweep", testCreateAfterSweep},
		{"PutsAreAtomic", testPutsAreAtomic},
		{"Expiry", testExpiry},
		{"BornExpired", testBornExpired},
		{"Delete", testDelete},
		{"List", testList},
		{"Namespaces", testNamespaces},
		{"NamespaceExpires", testNamespaceExpires},
		{"NamespaceConcurrently", testNamespaceConcurrently},
		{"Sweep", testSweep},
		{"SweepSparesReplaced", testSweepSparesReplaced},
		{"ClockAhead", testClockAhead},
		{"KeysThatContainOneAnother", testNestedKeys},
		{"BadKeys", testBadKeys},
		{"LongestKey", testLongestKey},
		{"CanceledContext", testCanceledContext},
		{"Ping", testPing},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			test.run(t, s)
		})
	}
}

func testRoundTrip(t *testing.T, s Subject) {
	for name, data := range map[string][]byte{
		"empty":  {},
		"small":  []byte("plays"),
		"binary": {0, 1, 2, 0xff, 0, '\n', 0xfe},
		"large":  bytes.Repeat([]byte("0123456789abcdef"), 1<<16),
	} {
		s.put(t, "round/"+name, data)
		s.want(t, "round/"+name, data)
	}
	if s.Again != nil {
		again := s
		again.Bucket = s.Again(t)
		again.want(t, "round/small", []byte("plays"))
	}
}

func testMissing(t *testing.T, s Subject) {
	s.wantMissing(t, "nothing/here")
}

func testReplace(t *testing.T, s Subject) {
	s.put(t, "k", []byte("a longer first value"))
	s.put(t, "k", []byte("second"))
	s.want(t, "k", []byte("second"))
}

func testOwnCopies(t *testing.T, s Subject) {
	data := []byte("before")
	s.put(t, "k", data)
	copy(data, "AFTER!")
	s.want(t, "k", []byte("before"))
	got, err := s.Bucket.Get(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	copy(got, "AFTER!")
	s.want(t, "k", []byte("before"))
}

func testCreate(t *testing.T, s Subject) {
	s.create(t, "k", []byte("first"))
	if err := s.Bucket.Create(t.Context(), "k", []byte("second"), s.later()); !errors.Is(err, bucket.ErrExists) {
		t.Fatalf("second Create: %v, want ErrExists", err)
	}
	s.want(t, "k", []byte("first"))

	s.put(t, "put", []byte("first"))
	if err := s.Bucket.Create(t.Context(), "put", []byte("second"), s.later()); !errors.Is(err, bucket.ErrExists) {
		t.Fatalf("Create after Put: %v, want ErrExists", err)
	}
	if err := s.Bucket.Delete(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	s.create(t, "k", []byte("third"))
	s.want(t, "k", []byte("third"))
}

func testCreateConcurrently(t *testing.T, s Subject) {
	for round := range 10 {
		s.wantOneWinner(t, fmt.Sprintf("race/%d", round))
	}
}

// A key may be used again before its expired blob was swept. Then Create may
// refuse, but whoever deletes what has expired creates, and only one does.
func testCreateOverExpired(t *testing.T, s Subject) {
	keys := []string{"k", "up/1/a"}
	for _, key := range keys {
		s.put(t, key, []byte("old"))
	}
	s.Advance(2 * lifetime)
	for _, key := range keys {
		if err := s.Bucket.Create(t.Context(), key, []byte("new"), s.later()); err != nil && !errors.Is(err, bucket.ErrExists) {
			t.Fatalf("Create(%q): %v", key, err)
		} else if err != nil {
			s.wantMissing(t, key) // it lends no life to what was there
		} else if err := s.Bucket.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	create := func(key, data string) error {
		return bucket.CreateOverExpired(t.Context(), s.Bucket, key, []byte(data), s.later())
	}
	for _, key := range keys {
		if err := create(key, "newer"); err != nil {
			t.Fatalf("CreateOverExpired(%q): %v", key, err)
		}
		if err := create(key, "newest"); !errors.Is(err, bucket.ErrExists) {
			t.Fatalf("second CreateOverExpired(%q): %v, want ErrExists", key, err)
		}
		s.want(t, key, []byte("newer"))
	}
	s.wantKeys(t, "up/1/", "up/1/a")
	// What was expired is not swept with what came after it.
	if _, err := s.Bucket.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.wantKeys(t, "", keys...)
}

// Once swept, a key is as new.
func testCreateAfterSweep(t *testing.T, s Subject) {
	const rounds = 10
	for round := range rounds {
		s.put(t, fmt.Sprintf("race/%d", round), []byte("old"))
	}
	s.Advance(2 * lifetime)
	if _, err := s.Bucket.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for round := range rounds {
		s.wantOneWinner(t, fmt.Sprintf("race/%d", round))
	}
}

// wantOneWinner lets several writers, half of them through a second handle
// where there is one, and a sweeper race for key.
func (s Subject) wantOneWinner(t *testing.T, key string) {
	t.Helper()
	handles := []bucket.Bucket{s.Bucket}
	if s.Again != nil {
		handles = append(handles, s.Again(t))
	}
	expires := s.later()
	var group sync.WaitGroup
	var winners atomic.Int32
	var winner atomic.Value
	start := make(chan struct{})
	for i := range 8 {
		group.Go(func() {
			<-start
			data := fmt.Appendf(nil, "writer %d", i)
			switch err := handles[i%len(handles)].Create(t.Context(), key, data, expires); {
			case err == nil:
				winners.Add(1)
				winner.Store(data)
			case !errors.Is(err, bucket.ErrExists):
				t.Errorf("Create: %v", err)
			}
		})
	}
	group.Go(func() {
		<-start
		if _, err := s.Bucket.Sweep(t.Context()); err != nil {
			t.Errorf("Sweep: %v", err)
		}
	})
	close(start)
	group.Wait()
	if n := winners.Load(); n != 1 {
		t.Fatalf("%s: %d concurrent Creates succeeded, want 1", key, n)
	}
	s.want(t, key, winner.Load().([]byte))
}

func testPutsAreAtomic(t *testing.T, s Subject) {
	// Large enough for drivers that store large blobs in pieces.
	versions := [][]byte{bytes.Repeat([]byte("a"), 700_000), bytes.Repeat([]byte("b"), 1_400_000)}
	expires := s.Now().Add(time.Hour)
	put := func(i int) {
		if err := s.Bucket.Put(t.Context(), "k", versions[i%2], expires); err != nil {
			t.Errorf("Put: %v", err)
		}
	}
	put(0)
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				got, err := s.Bucket.Get(t.Context(), "k")
				if err != nil {
					t.Errorf("Get: %v", err)
					return
				}
				if !bytes.Equal(got, versions[0]) && !bytes.Equal(got, versions[1]) {
					t.Errorf("Get saw %d bytes of no version", len(got))
					return
				}
			}
		})
	}
	for i := range 30 {
		put(i)
	}
	close(done)
	readers.Wait()
}

func testExpiry(t *testing.T, s Subject) {
	s.put(t, "short", []byte("x"))
	s.wantExpiry(t, "short", s.later())
	if err := s.Bucket.Put(t.Context(), "long", []byte("y"), s.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	s.wantExpiry(t, "long", s.Now().Add(time.Hour))
	s.put(t, "moved", []byte("z"))
	if err := s.Bucket.Put(t.Context(), "moved", []byte("z"), s.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	s.wantExpiry(t, "moved", s.Now().Add(time.Hour))
	s.Advance(2 * lifetime)
	s.wantMissing(t, "short")
	s.want(t, "long", []byte("y"))
	s.wantKeys(t, "", "long", "moved")
	s.put(t, "short", []byte("new"))
	s.want(t, "short", []byte("new"))
}

func testBornExpired(t *testing.T, s Subject) {
	for _, expires := range []time.Time{s.Now().Add(-time.Second), {}} {
		s.put(t, "k", []byte("live"))
		if err := s.Bucket.Put(t.Context(), "k", []byte("dead"), expires); err != nil {
			t.Fatal(err)
		}
		s.wantMissing(t, "k")
	}
}

func testDelete(t *testing.T, s Subject) {
	s.put(t, "a", []byte("x"))
	s.put(t, "b", []byte("x"))
	for range 2 {
		if err := s.Bucket.Delete(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		s.wantMissing(t, "a")
	}
	s.want(t, "b", []byte("x"))
}

func testList(t *testing.T, s Subject) {
	s.wantKeys(t, "")
	for _, key := range []string{"up/1/a", "up/1/b", "up/10/a", "up_1", "data/1"} {
		s.put(t, key, []byte("x"))
	}
	s.wantKeys(t, "", "data/1", "up/1/a", "up/1/b", "up/10/a", "up_1")
	s.wantKeys(t, "up/1", "up/1/a", "up/1/b", "up/10/a")
	s.wantKeys(t, "up/1/", "up/1/a", "up/1/b")
	s.wantKeys(t, "up/1/a", "up/1/a")
	s.wantKeys(t, "none")
}

func testNestedKeys(t *testing.T, s Subject) {
	keys := []string{"a", "a/b", "a/b/c", "a-b", "a_b", "a.b", ".a", "a..b"}
	for _, key := range keys {
		s.put(t, key, []byte(key))
	}
	for _, key := range keys {
		s.want(t, key, []byte(key))
	}
	if err := s.Bucket.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	s.want(t, "a/b", []byte("a/b"))
}

func testBadKeys(t *testing.T, s Subject) {
	ctx := t.Context()
	bad := []string{
		"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "../a", "a/.", "./a",
		"A", "a b", "a,b", "a\\b", "a:b", "a\x00b", "a*b", "ä", "a%2fb", "~a",
		strings.Repeat("a", bucket.MaxKeyBytes+1),
	}
	for _, key := range bad {
		_, getErr := s.Bucket.Get(ctx, key)
		_, statErr := s.Bucket.Stat(ctx, key)
		_, expiryErr := s.Bucket.Expires(ctx, key)
		for op, err := range map[string]error{
			"Get":     getErr,
			"Stat":    statErr,
			"Expires": expiryErr,
			"Put":     s.Bucket.Put(ctx, key, nil, s.later()),
			"Create":  s.Bucket.Create(ctx, key, nil, s.later()),
			"Delete":  s.Bucket.Delete(ctx, key),
		} {
			if !errors.Is(err, bucket.ErrKey) {
				t.Errorf("%s(%q): %v, want ErrKey", op, key, err)
			}
		}
	}
	if _, err := s.Bucket.List(ctx, "A*"); !errors.Is(err, bucket.ErrKey) {
		t.Errorf("List: %v, want ErrKey", err)
	}
	s.wantKeys(t, "")
}

func testLongestKey(t *testing.T, s Subject) {
	key := strings.Repeat("a/", bucket.MaxKeyBytes/2-1) + "aa"
	s.create(t, key, []byte("x"))
	s.want(t, key, []byte("x"))
}

func testCanceledContext(t *testing.T, s Subject) {
	s.put(t, "k", []byte("x"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, getErr := s.Bucket.Get(ctx, "k")
	_, statErr := s.Bucket.Stat(ctx, "k")
	_, expiryErr := s.Bucket.Expires(ctx, "k")
	_, listErr := s.Bucket.List(ctx, "")
	_, sweepErr := s.Bucket.Sweep(ctx)
	for op, err := range map[string]error{
		"Get":     getErr,
		"Stat":    statErr,
		"Expires": expiryErr,
		"Put":     s.Bucket.Put(ctx, "k", []byte("y"), s.later()),
		"Create":  s.Bucket.Create(ctx, "new", nil, s.later()),
		"Delete":  s.Bucket.Delete(ctx, "k"),
		"List":    listErr,
		"Ping":    s.Bucket.Ping(ctx),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", op, err)
		}
	}
	if s.Sweeps && !errors.Is(sweepErr, context.Canceled) {
		t.Errorf("Sweep: %v, want context.Canceled", sweepErr)
	}
	s.want(t, "k", []byte("x"))
	s.wantMissing(t, "new")
}

func testPing(t *testing.T, s Subject) {
	if err := s.Bucket.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.wantKeys(t, "")
}

func (s Subject) later() time.Time { return s.Now().Add(lifetime) }

func (s Subject) put(t *testing.T, key string, data []byte) {
	t.Helper()
	if err := s.Bucket.Put(t.Context(), key, data, s.later()); err != nil {
		t.Fatalf("Put(%q): %v", key, err)
	}
}

func (s Subject) create(t *testing.T, key string, data []byte) {
	t.Helper()
	if err := s.Bucket.Create(t.Context(), key, data, s.later()); err != nil {
		t.Fatalf("Create(%q): %v", key, err)
	}
}

func (s Subject) want(t *testing.T, key string, data []byte) {
	t.Helper()
	if got, err := s.Bucket.Get(t.Context(), key); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("Get(%q): %d bytes, %v, want %d bytes", key, len(got), err, len(data))
	}
	if size, err := s.Bucket.Stat(t.Context(), key); err != nil || size != int64(len(data)) {
		t.Fatalf("Stat(%q): %d, %v, want %d", key, size, err, len(data))
	}
}

// wantExpiry allows for the time that the test takes, which may be slow.
func (s Subject) wantExpiry(t *testing.T, key string, want time.Time) {
	t.Helper()
	if got, err := s.Bucket.Expires(t.Context(), key); err != nil || got.Sub(want).Abs() > lifetime/2 {
		t.Fatalf("Expires(%q): %s, %v, want %s", key, got, err, want)
	}
}

func (s Subject) wantMissing(t *testing.T, key string) {
	t.Helper()
	if got, err := s.Bucket.Get(t.Context(), key); !errors.Is(err, bucket.ErrNotFound) || got != nil {
		t.Fatalf("Get(%q): %d bytes, %v, want ErrNotFound", key, len(got), err)
	}
	if size, err := s.Bucket.Stat(t.Context(), key); !errors.Is(err, bucket.ErrNotFound) || size != 0 {
		t.Fatalf("Stat(%q): %d, %v, want ErrNotFound", key, size, err)
	}
	if at, err := s.Bucket.Expires(t.Context(), key); !errors.Is(err, bucket.ErrNotFound) || !at.IsZero() {
		t.Fatalf("Expires(%q): %s, %v, want ErrNotFound", key, at, err)
	}
}

func (s Subject) wantKeys(t *testing.T, prefix string, want ...string) {
	t.Helper()
	got, err := s.Bucket.List(t.Context(), prefix)
	if err != nil {
		t.Fatalf("List(%q): %v", prefix, err)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("List(%q): %q, want %q", prefix, got, want)
	}
}
