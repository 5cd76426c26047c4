package vault_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

var (
	ours   = vault.Line("ours")
	theirs = vault.Line("theirs")
)

// supersede stores a dataset of n plays in the place of base.
func (f *fixture) supersede(t *testing.T, base vault.Ref, n int, line vault.Line) vault.Ref {
	t.Helper()
	next := f.store(t, makeDataset(t, n))
	if err := f.Supersede(t.Context(), base, vault.Successor{Ref: next}, line, f.clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	return next
}

func ids(refs ...vault.Ref) string {
	var all []string
	for _, ref := range refs {
		all = append(all, ref.ID)
	}
	return strings.Join(all, " ")
}

// TestNotesLead: from any dataset of a line to its newest, on every instance, and
// nobody of another line.
func TestNotesLead(t *testing.T) {
	f := newFixture(nil)
	one := f.store(t, makeDataset(t, 1))
	two := f.supersede(t, one, 2, ours)
	three := f.supersede(t, two, 3, ours)
	for name, v := range map[string]*vault.Vault{"the same": f.Vault, "another": f.another()} {
		for passed, from := range []vault.Ref{one, two, three} {
			trail, err := v.Current(t.Context(), from, ours)
			if want := []vault.Ref{one, two}[passed:]; err != nil || trail.Ref.ID != three.ID || ids(trail.Passed...) != ids(want...) || trail.Closed {
				t.Errorf("%s, from %d: %+v, %v", name, passed, trail, err)
			}
			d, _, err := v.OpenCurrent(t.Context(), from, ours)
			if err != nil || d.Rows() != 3 {
				t.Errorf("%s, from %d: %v, %v", name, passed, d, err)
			}
		}
		trail, err := v.Current(t.Context(), one, theirs)
		if err != nil || trail.Ref.ID != one.ID || trail.Moved() || !trail.Closed || !trail.Since.Equal(f.clock.Now().Truncate(time.Millisecond)) {
			t.Errorf("%s, another line: %+v, %v", name, trail, err)
		}
		if d, _, err := v.OpenCurrent(t.Context(), one, theirs); err != nil || d.Rows() != 1 {
			t.Errorf("%s, another line: %v, %v", name, d, err)
		}
	}
	// What was there may go; the notes lead on.
	for _, ref := range []vault.Ref{one, two} {
		if err := f.Delete(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	if d, _, err := f.OpenCurrent(t.Context(), one, ours); err != nil || d.Rows() != 3 {
		t.Errorf("over what is deleted: %v, %v", d, err)
	}
	if _, _, err := f.another().OpenCurrent(t.Context(), one, theirs); !errors.Is(err, vault.ErrGone) || errors.Is(err, vault.ErrDeleted) {
		t.Errorf("another line: %v", err)
	}
}

// TestOneTakesThePlace: of many who would take one place, over two instances, one
// does; and doing it again is no error.
func TestOneTakesThePlace(t *testing.T) {
	f := newFixture(nil)
	base := f.store(t, makeDataset(t, 1))
	vaults := []*vault.Vault{f.Vault, f.another()}
	var mu sync.Mutex
	var won []vault.Ref
	var group sync.WaitGroup
	for i := range 8 {
		next := f.store(t, makeDataset(t, 2))
		group.Go(func() {
			for range 2 {
				err := vaults[i%2].Supersede(t.Context(), base, vault.Successor{Ref: next}, ours, f.clock.Now().Add(time.Hour))
				mu.Lock()
				switch {
				case err == nil:
					won = append(won, next)
				case !errors.Is(err, vault.ErrSuperseded):
					t.Error(err)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if len(won) != 2 || won[0].ID != won[1].ID {
		t.Fatalf("%v took the place", won)
	}
	if trail, err := f.Current(t.Context(), base, ours); err != nil || trail.Ref.ID != won[0].ID {
		t.Errorf("%+v, %v", trail, err)
	}
}

// TestRetire: with a dataset goes what took its place, and nothing takes it
// afterwards. Data of another line stays, and hears of it before it has arrived.
func TestRetire(t *testing.T) {
	f := newFixture(nil)
	end := f.clock.Now().Add(time.Hour)
	one := f.store(t, makeDataset(t, 1))
	two := f.supersede(t, one, 2, ours)
	for range 2 {
		if err := f.Retire(t.Context(), one, ours, end); err != nil {
			t.Fatal(err)
		}
		for _, ref := range []vault.Ref{one, two} {
			if _, err := f.Current(t.Context(), ref, ours); !errors.Is(err, vault.ErrDeleted) || !errors.Is(err, vault.ErrGone) {
				t.Errorf("%v: %v", ref, err)
			}
			wantGone(t, f.Vault, ref)
		}
	}
	late := f.store(t, makeDataset(t, 3))
	if err := f.Supersede(t.Context(), two, vault.Successor{Ref: late}, ours, end); !errors.Is(err, vault.ErrDeleted) {
		t.Errorf("after the deletion: %v", err)
	}

	for _, arrives := range []bool{true, false} {
		base := f.store(t, makeDataset(t, 4))
		next := f.supersede(t, base, 5, theirs)
		if arrives {
			for range 2 {
				if err := f.Arrive(t.Context(), base, next, theirs, end); err != nil {
					t.Error(err)
				}
			}
		}
		if err := f.Retire(t.Context(), base, ours, end); err != nil {
			t.Fatal(err)
		}
		wantGone(t, f.Vault, base)
		if d, err := f.Open(t.Context(), next); err != nil || d.Rows() != 5 {
			t.Errorf("another line lost its data: %v", err)
		}
		if err := f.Arrive(t.Context(), base, next, theirs, end); errors.Is(err, vault.ErrDeleted) == arrives {
			t.Errorf("arrived %t: %v", arrives, err)
		}
	}
}

// TestNotesExpire: with the data, and what is memorised of them too.
func TestNotesExpire(t *testing.T) {
	f := newFixture(nil)
	one := f.store(t, makeDataset(t, 1))
	f.supersede(t, one, 2, ours)
	f.clock.Advance(time.Hour)
	if trail, err := f.Current(t.Context(), one, ours); err != nil || trail.Moved() || trail.Closed {
		t.Errorf("%+v, %v", trail, err)
	}
	if err := f.Supersede(t.Context(), one, vault.Successor{Ref: one.Again()}, ours, f.clock.Now().Add(time.Hour)); err != nil {
		t.Errorf("a place that is free again: %v", err)
	}
	if trail, err := f.Current(t.Context(), one, ours); err != nil || !trail.Moved() {
		t.Errorf("%+v, %v", trail, err)
	}
}

// TestNotesAreAskedForAsRarely: as whether the dataset is there, and at the same
// time.
func TestNotesAreAskedForAsRarely(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 3))
	v := f.another()
	open := func(times, gets, stats int) {
		t.Helper()
		g, s := f.ops.of(buckettest.OpGet), f.ops.of(buckettest.OpStat)
		for range times {
			if _, _, err := v.OpenCurrent(t.Context(), ref, ours); err != nil {
				t.Fatal(err)
			}
		}
		if g, s = f.ops.of(buckettest.OpGet)-g, f.ops.of(buckettest.OpStat)-s; g != gets || s != stats {
			t.Errorf("%d reads and %d looks, want %d and %d", g, s, gets, stats)
		}
	}
	open(5, 2, 1) // the dataset, after a look at its size, and its note
	f.clock.Advance(4 * time.Second)
	open(5, 0, 0)
	f.clock.Advance(time.Second)
	open(5, 1, 1)
	next := f.supersede(t, ref, 4, ours)
	open(5, 0, 0) // within five seconds another instance's note is not seen
	f.clock.Advance(5 * time.Second)
	if d, trail, err := v.OpenCurrent(t.Context(), ref, ours); err != nil || d.Rows() != 4 || trail.Ref.ID != next.ID {
		t.Errorf("%v, %+v, %v", d, trail, err)
	}
	open(5, 0, 0)
	f.clock.Advance(5 * time.Second)
	open(5, 1, 1)
}

// note is the note of a dataset, as it is stored.
func (f fixture) note(t *testing.T, ref vault.Ref) (key string, blob []byte) {
	t.Helper()
	key = "notes/" + ref.ID
	blob, err := f.bucket.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return key, blob
}

// TestNotesSayNothing: to whoever reads the bucket. Damage leads nowhere, and a
// store that does not answer is no damage.
func TestNotesSayNothing(t *testing.T) {
	f := newFixture(nil)
	one := f.store(t, makeDataset(t, 1))
	two := f.supersede(t, one, 2, ours)
	key, blob := f.note(t, one)
	for _, secret := range []string{two.ID, two.String(), string(two.Key), string(one.Key)} {
		if bytes.Contains(blob, []byte(secret)) {
			t.Errorf("the note holds %q", secret)
		}
	}
	changed := bytes.Clone(blob)
	changed[len(changed)-1] ^= 1
	if err := f.bucket.Put(t.Context(), key, changed, f.clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	v := f.another()
	if trail, err := v.Current(t.Context(), one, ours); err != nil || trail.Moved() || !trail.Closed {
		t.Errorf("damaged: %+v, %v", trail, err)
	}
	if err := v.Supersede(t.Context(), one, vault.Successor{Ref: two}, ours, f.clock.Now().Add(time.Hour)); !errors.Is(err, vault.ErrSuperseded) {
		t.Errorf("over a damaged note: %v", err)
	}
	f.ops.fail = bucket.ErrUnavailable
	if _, err := f.another().Current(t.Context(), one, ours); !errors.Is(err, bucket.ErrUnavailable) {
		t.Errorf("a store that does not answer: %v", err)
	}
	if _, _, err := f.another().OpenCurrent(t.Context(), one, ours); !errors.Is(err, bucket.ErrUnavailable) || errors.Is(err, vault.ErrGone) {
		t.Errorf("a store that does not answer: %v", err)
	}
}

// TestNotesOfALaterVersion: they are no damage, and nothing is said to be gone.
func TestNotesOfALaterVersion(t *testing.T) {
	f := newFixture(nil)
	one := f.store(t, makeDataset(t, 1))
	two := f.supersede(t, one, 2, ours)
	key, blob := f.note(t, one)
	blob[len("sdtseal")]++
	end := f.clock.Now().Add(time.Hour)
	if err := f.bucket.Put(t.Context(), key, blob, end); err != nil {
		t.Fatal(err)
	}
	v := f.another()
	_, currentErr := v.Current(t.Context(), one, ours)
	_, _, openErr := v.OpenCurrent(t.Context(), one, ours)
	for what, err := range map[string]error{
		"Current": currentErr, "OpenCurrent": openErr,
		"Supersede": v.Supersede(t.Context(), one, vault.Successor{Ref: two}, ours, end),
		"Retire":    v.Retire(t.Context(), one, ours, end),
	} {
		if !errors.Is(err, vault.ErrNewer) || errors.Is(err, vault.ErrGone) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, ref := range []vault.Ref{one, two} {
		if there, err := v.Exists(t.Context(), ref); err != nil || !there {
			t.Errorf("%v is gone, %v", ref, err)
		}
	}
}
