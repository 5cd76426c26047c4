package bucket_test

import (
	"context"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
)

func TestMemoryConforms(t *testing.T) {
	buckettest.Run(t, func(*testing.T) buckettest.Subject {
		clock := buckettest.NewClock()
		return buckettest.Subject{
			Bucket:  bucket.NewMemory(clock.Now),
			Now:     clock.Now,
			Advance: clock.Advance,
			Sweeps:  true,
		}
	})
}

// A hooked bucket whose hook does nothing is the bucket itself.
func TestHookedConforms(t *testing.T) {
	buckettest.Run(t, func(*testing.T) buckettest.Subject {
		clock := buckettest.NewClock()
		return buckettest.Subject{
			Bucket: buckettest.Hooked{
				Bucket: bucket.NewMemory(clock.Now),
				Before: func(context.Context, buckettest.Op, string) error { return nil },
			},
			Now:     clock.Now,
			Advance: clock.Advance,
			Sweeps:  true,
		}
	})
}

func TestFileConforms(t *testing.T) {
	buckettest.Run(t, func(t *testing.T) buckettest.Subject {
		clock := buckettest.NewTrueClock()
		dir := t.TempDir()
		open := func(t *testing.T, now func() time.Time) bucket.Bucket {
			b, err := bucket.OpenFile(dir, now)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		return buckettest.Subject{
			Bucket:  open(t, clock.Now),
			Now:     clock.Now,
			Advance: clock.Advance,
			Again:   func(t *testing.T) bucket.Bucket { return open(t, clock.Now) },
			Ahead: func(t *testing.T, by time.Duration) bucket.Bucket {
				return open(t, func() time.Time { return clock.Now().Add(by) })
			},
			Sweeps: true,
		}
	})
}
