package buckettest_test

import (
	"context"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
)

// A hooked bucket whose hook does nothing is the bucket itself.
func TestHookedConforms(t *testing.T) {
	buckettest.Run(t, func(*testing.T) buckettest.Subject {
		clock := buckettest.NewClock()
		return buckettest.Subject{
			Bucket: buckettest.Hooked{
				Bucket: memory.New(clock.Now),
				Before: func(context.Context, buckettest.Op, string) error { return nil },
			},
			Now:     clock.Now,
			Advance: clock.Advance,
			Sweeps:  true,
		}
	})
}
