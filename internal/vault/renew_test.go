package vault_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// A dataset that is kept lasts for longer, under the same reference. Instances that
// have read it before notice.
func TestRenew(t *testing.T) {
	ctx, f := t.Context(), newFixture(nil)
	ref, err := f.Store(ctx, makeDataset(t, 10), f.clock.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Open(ctx, ref); err != nil {
		t.Fatal(err)
	}
	other := f.another()
	if err := other.Renew(ctx, ref, f.clock.Now().Add(100*time.Hour)); err != nil {
		t.Fatal(err)
	}
	f.clock.Advance(2 * time.Hour)
	if _, err := f.Open(ctx, ref); err != nil {
		t.Errorf("after the first expiry: %v", err)
	}
	// The instance that had it open knows, without reading it again.
	if until, err := f.StoredUntil(ctx, ref); err != nil || until.Sub(f.clock.Now()) != 98*time.Hour {
		t.Errorf("stored until %s: %v", until, err)
	}
	if err := f.Renew(ctx, ref, f.clock.Now().Add(time.Minute)); err != nil {
		t.Errorf("with an earlier expiry: %v", err)
	}
	f.clock.Advance(50 * time.Hour)
	if _, err := f.Open(ctx, ref); err != nil {
		t.Errorf("before the second expiry: %v", err)
	}
	f.clock.Advance(50 * time.Hour)
	wantGone(t, f.Vault, ref)
	wantGone(t, other, ref)
	if _, err := f.StoredUntil(ctx, ref); !errors.Is(err, vault.ErrGone) {
		t.Errorf("stored until after its end: %v", err)
	}
	if err := f.Renew(ctx, ref, f.clock.Now().Add(time.Hour)); !errors.Is(err, vault.ErrGone) {
		t.Errorf("renew what has expired: %v", err)
	}
}

// Whoever deletes or replaces a dataset while it is renewed is obeyed.
func TestRenewBringsNothingBack(t *testing.T) {
	for name, end := range map[string]func(context.Context, *vault.Vault, vault.Ref, time.Time) error{
		"deleted": func(ctx context.Context, v *vault.Vault, ref vault.Ref, expires time.Time) error {
			return v.Retire(ctx, ref, nil, expires)
		},
		"replaced": func(ctx context.Context, v *vault.Vault, ref vault.Ref, expires time.Time) error {
			next, err := v.Store(ctx, makeDataset(t, 11), expires)
			return errors.Join(err, v.Supersede(ctx, ref, vault.Successor{Ref: next}, nil, expires), v.Delete(ctx, ref))
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, f := t.Context(), newFixture(nil)
			expires := f.clock.Now().Add(time.Hour)
			ref := f.store(t, makeDataset(t, 10))
			ended := false
			config := f.config
			config.Bucket = buckettest.Hooked{Bucket: f.bucket, Before: func(ctx context.Context, op buckettest.Op, _ string) error {
				if op != buckettest.OpPut || ended {
					return nil
				}
				ended = true
				return end(ctx, f.Vault, ref, expires)
			}}
			if err := vault.New(config).Renew(ctx, ref, f.clock.Now().Add(100*time.Hour)); !errors.Is(err, vault.ErrGone) {
				t.Errorf("renew: %v", err)
			}
			if there, err := f.Exists(ctx, ref); there || err != nil || !ended {
				t.Errorf("there %v, ended %v: %v", there, ended, err)
			}
		})
	}
}
