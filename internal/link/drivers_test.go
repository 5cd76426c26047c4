package link_test

import (
	"context"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
	"gocloud.dev/gcerrors"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/file"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/object"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/redis"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestTakenOnce: of several devices that type one code at once, on several instances
// over one store, exactly one gets what it hands over.
func TestTakenOnce(t *testing.T) {
	t.Run("memory", func(t *testing.T) { takenOnce(t, memory.New(time.Now)) })
	t.Run("file", func(t *testing.T) {
		dir := t.TempDir()
		one, err := file.Open(dir, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		two, err := file.Open(dir, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		takenOnce(t, closing(t, one), closing(t, two))
	})
	t.Run("object", func(t *testing.T) {
		store := memblob.OpenBucket(nil)
		refused := func(err error) bool {
			code := gcerrors.Code(err)
			return code == gcerrors.FailedPrecondition || code == gcerrors.AlreadyExists
		}
		provider := object.Provider{
			Open:    func(context.Context) (*blob.Bucket, error) { return store, nil },
			Absent:  func(err error) bool { return gcerrors.Code(err) == gcerrors.NotFound },
			Refused: refused,
		}
		takenOnce(t, closing(t, object.New(provider, time.Now)), object.New(provider, time.Now))
	})
	t.Run("redis", func(t *testing.T) {
		server := servers.Redis(t)
		handles := make([]bucket.Bucket, 2)
		for i := range handles {
			b, err := redis.Open(server.URL(), time.Now)
			if err != nil {
				t.Fatal(err)
			}
			handles[i] = closing(t, b)
		}
		takenOnce(t, handles...)
	})
}

func closing(t *testing.T, b bucket.Bucket) bucket.Bucket {
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}
