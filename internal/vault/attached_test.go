package vault_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

func (f fixture) attached(ref vault.Ref) vault.Attached {
	return f.Attached(ref, f.clock.Now().Add(time.Hour))
}

func attach(t *testing.T, a vault.Attached, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := a.Create(t.Context(), name, []byte("content of "+name+" by "+testArtist)); err != nil {
			t.Fatal(err)
		}
	}
}

func namesOf(t *testing.T, a vault.Attached) string {
	t.Helper()
	names, err := a.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// What is stored beside a dataset is found by every instance that has its key, and
// tells nobody else anything.
func TestAttached(t *testing.T) {
	f := newFixture(nil)
	ref, beside := f.store(t, makeDataset(t, 1)), f.store(t, makeDataset(t, 2))
	a := f.attached(ref)
	secret := a.Name([]byte(testArtist))
	attach(t, a, secret, "l-one")
	attach(t, f.attached(beside), secret)
	if got := namesOf(t, a); got != strings.Join([]string{secret, "l-one"}, " ") {
		t.Errorf("listed %q", got)
	}
	if err := a.Create(t.Context(), "l-one", []byte("another")); !errors.Is(err, bucket.ErrExists) {
		t.Errorf("created twice: %v", err)
	}
	other := f.another().Attached(ref, f.clock.Now())
	if got, err := other.Get(t.Context(), "l-one"); err != nil || string(got) != "content of l-one by "+testArtist {
		t.Errorf("another instance: %q, %v", got, err)
	}
	if err := a.Put(t.Context(), "l-one", []byte("changed")); err != nil {
		t.Fatal(err)
	}
	if got, _ := other.Get(t.Context(), "l-one"); string(got) != "changed" {
		t.Errorf("after Put: %q", got)
	}
	forged := ref
	forged.Key = bytes.Clone(ref.Key)
	forged.Key[0] ^= 1
	if got, err := f.attached(forged).Get(t.Context(), "l-one"); !errors.Is(err, bucket.ErrNotFound) {
		t.Errorf("with another key: %q, %v", got, err)
	}
	keys, _ := f.bucket.List(t.Context(), "")
	for _, key := range keys {
		blob, _ := f.bucket.Get(t.Context(), key)
		if bytes.Contains(blob, []byte(testArtist)) || strings.Contains(key, ref.ID) && strings.HasPrefix(key, "attached/") {
			t.Errorf("%s tells what it is", key)
		}
	}
	f.clock.Advance(time.Hour)
	if _, err := a.Get(t.Context(), "l-one"); !errors.Is(err, bucket.ErrNotFound) {
		t.Errorf("after its time: %v", err)
	}
}

// Nothing stays beside a deleted dataset, at whatever moment it was being stored.
func TestAttachedIsDeletedWithItsDataset(t *testing.T) {
	for name, end := range map[string]func(context.Context, fixture, vault.Ref) error{
		"deleted": func(ctx context.Context, f fixture, ref vault.Ref) error { return f.Delete(ctx, ref) },
		"retired": func(ctx context.Context, f fixture, ref vault.Ref) error {
			return f.Retire(ctx, ref, nil, f.clock.Now().Add(time.Hour))
		},
	} {
		for _, moment := range []buckettest.Op{buckettest.OpCreate, buckettest.OpStat} {
			t.Run(name+" before "+string(moment), func(t *testing.T) {
				f := newFixture(nil)
				ref := f.store(t, makeDataset(t, 1))
				attach(t, f.attached(ref), "l-one", "two")
				var once sync.Once
				config := f.config
				config.Bucket = buckettest.Hooked{Bucket: f.bucket, Before: func(ctx context.Context, op buckettest.Op, _ string) (err error) {
					if op == moment {
						once.Do(func() { err = end(ctx, f, ref) })
					}
					return err
				}}
				racing := vault.New(config).Attached(ref, f.clock.Now().Add(time.Hour))
				if err := racing.Create(t.Context(), "three", []byte("late")); !errors.Is(err, vault.ErrGone) {
					t.Errorf("Create: %v", err)
				}
				if got := namesOf(t, f.attached(ref)); got != "" {
					t.Errorf("%q stay", got)
				}
			})
		}
	}
}

// A store that fails leaves nothing behind and is no sign that the data is gone.
func TestAttachedWithoutStore(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 1))
	config := f.config
	config.Bucket = buckettest.Hooked{Bucket: f.bucket, Before: func(_ context.Context, op buckettest.Op, _ string) error {
		if op == buckettest.OpStat {
			return bucket.ErrUnavailable
		}
		return nil
	}}
	err := vault.New(config).Attached(ref, f.clock.Now().Add(time.Hour)).Create(t.Context(), "one", nil)
	if !errors.Is(err, bucket.ErrUnavailable) || errors.Is(err, vault.ErrGone) || namesOf(t, f.attached(ref)) != "" {
		t.Errorf("%v, and %q", err, namesOf(t, f.attached(ref)))
	}
	if err := (vault.Attached{}).Create(t.Context(), "one", nil); !errors.Is(err, vault.ErrGone) {
		t.Errorf("beside nothing: %v", err)
	}
}

// What a person has made goes along to the dataset that takes the place of its own.
func TestCarry(t *testing.T) {
	f := newFixture(nil)
	one := f.store(t, makeDataset(t, 1))
	attach(t, f.attached(one), "l-one", "l-two", "clip")
	two := f.supersede(t, one, 2, ours)
	for range 2 {
		if err := f.Carry(t.Context(), one, two); err != nil {
			t.Fatal(err)
		}
	}
	if got := namesOf(t, f.attached(two)); got != "l-one l-two" {
		t.Errorf("%q were carried", got)
	}
	if got, err := f.attached(two).Get(t.Context(), "l-two"); err != nil || !strings.HasPrefix(string(got), "content of l-two") {
		t.Errorf("%q, %v", got, err)
	}
	if err := f.Delete(t.Context(), two); err != nil {
		t.Fatal(err)
	}
	if err := f.Carry(t.Context(), one, two); !errors.Is(err, vault.ErrGone) || namesOf(t, f.attached(two)) != "" {
		t.Errorf("to what is deleted: %v", err)
	}
}

// What a person has made lasts as long as the dataset does.
func TestRenewAttached(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 1))
	attach(t, f.attached(ref), "l-one", "clip")
	if err := f.Renew(t.Context(), ref, f.clock.Now().Add(100*time.Hour)); err != nil {
		t.Fatal(err)
	}
	f.clock.Advance(2 * time.Hour)
	expires, err := f.Expires(t.Context(), ref)
	if err != nil || !expires.Equal(f.clock.Now().Add(98*time.Hour).Truncate(time.Millisecond)) {
		t.Errorf("the dataset expires %v, %v", expires, err)
	}
	if got := namesOf(t, f.attached(ref)); got != "l-one" {
		t.Errorf("%q are left", got)
	}
}
