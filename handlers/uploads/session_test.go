package uploads

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// attentive is a bucket that does nothing for who has left, as drivers over a
// network do.
type attentive struct{ bucket.Bucket }

func (b attentive) Delete(ctx context.Context, key string) error {
	return errors.Join(ctx.Err(), b.Bucket.Delete(ctx, key))
}

func TestDiscardOutlivesTheRequest(t *testing.T) {
	v := vault.New(vault.Config{Bucket: attentive{memory.New(time.Now)}, Now: time.Now})
	d := datasettest.Of(t)
	ref, err := v.Store(t.Context(), d, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{Config: Config{Vault: v}}
	left, leave := context.WithCancel(t.Context())
	leave()
	if err := s.discard(left, ref); err != nil {
		t.Error(err)
	}
	if there, err := v.Exists(t.Context(), ref); there || err != nil {
		t.Errorf("there: %t, %v", there, err)
	}
}

func TestKeptUntil(t *testing.T) {
	now := time.Date(2026, 11, 28, 16, 0, 0, 0, time.UTC)
	for want, c := range map[string]struct{ left, idle time.Duration }{
		"Your data is here until 5 December 2026, or until you delete it.":                                     {left: 7 * 24 * time.Hour},
		"Your data is here until 29 November 2026 at 06:30, or until you delete it.":                           {left: 14*time.Hour + 30*time.Minute},
		"Your data is here until 5 December 2026, until you stay away for 2 days, or until you delete it.":     {left: 7 * 24 * time.Hour, idle: 48 * time.Hour},
		"Your data is here until 5 December 2026, until you stay away for 30 minutes, or until you delete it.": {left: 7 * 24 * time.Hour, idle: 30 * time.Minute},
	} {
		if got := keptUntil(now.Add(c.left), now, c.idle, false); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
