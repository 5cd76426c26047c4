package memory_test

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
)

func TestConforms(t *testing.T) {
	buckettest.Run(t, func(*testing.T) buckettest.Subject {
		clock := buckettest.NewClock()
		return buckettest.Subject{
			Bucket:  memory.New(clock.Now),
			Now:     clock.Now,
			Advance: clock.Advance,
			Sweeps:  true,
		}
	})
}
