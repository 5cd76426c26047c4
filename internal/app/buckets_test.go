package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// clouds are the object stores, each with a server that speaks like it.
var clouds = map[string]struct {
	start func(testing.TB) *servers.ObjectStore
	open  cloudDriver
	// missing is the URL of a bucket that is not there.
	missing func(url string) string
}{
	"s3":     {servers.S3, openS3, otherBucket},
	"gs":     {servers.GCS, openGS, otherBucket},
	"azblob": {servers.Azure, openAzure, otherBucket},
}

func otherBucket(url string) string { return strings.Replace(url, "://datasets", "://elsewhere", 1) }

func openCloud(t *testing.T, open cloudDriver, url string, now func() time.Time) bucket.Bucket {
	t.Helper()
	b, err := open(t.Context(), url, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return b
}

// One server a cloud for all these tests: starting them takes longer than using
// them.
func TestObjectStores(t *testing.T) {
	for name, cloud := range clouds {
		t.Run(name, func(t *testing.T) {
			server := cloud.start(t)
			server.Setenv(t)
			var prefixes atomic.Int32
			// Each test has a part of the store to itself.
			part := func() string { return fmt.Sprintf("%s&prefix=part%d/", server.URL, prefixes.Add(1)) }

			t.Run("conforms", func(t *testing.T) {
				buckettest.Run(t, func(t *testing.T) buckettest.Subject {
					clock, url := buckettest.NewTrueClock(), part()
					open := func(t *testing.T) bucket.Bucket { return openCloud(t, cloud.open, url, clock.Now) }
					ahead := func(t *testing.T, by time.Duration) bucket.Bucket {
						return openCloud(t, cloud.open, url, func() time.Time { return clock.Now().Add(by) })
					}
					return buckettest.Subject{Bucket: open(t), Now: clock.Now, Advance: clock.Advance, Again: open, Ahead: ahead, Sweeps: true}
				})
			})
			t.Run("a foreign object is not a blob", func(t *testing.T) {
				url := part()
				ours := openCloud(t, cloud.open, url, time.Now)
				// Under another prefix, the same object has another name.
				theirs := openCloud(t, cloud.open, strings.TrimSuffix(url, "/"), time.Now)
				if err := theirs.Put(t.Context(), "k", []byte("x"), time.Now().Add(time.Hour)); err != nil {
					t.Fatal(err)
				}
				if _, err := ours.Get(t.Context(), "k"); !errors.Is(err, bucket.ErrNotFound) {
					t.Errorf("Get: %v", err)
				}
			})
			t.Run("a missing bucket is not missing data", func(t *testing.T) {
				b := openCloud(t, cloud.open, cloud.missing(server.URL), time.Now)
				for name, op := range map[string]func(context.Context) error{
					"Get":    func(ctx context.Context) error { _, err := b.Get(ctx, "k"); return err },
					"Stat":   func(ctx context.Context) error { _, err := b.Stat(ctx, "k"); return err },
					"Put":    func(ctx context.Context) error { return b.Put(ctx, "k", nil, time.Now().Add(time.Hour)) },
					"Create": func(ctx context.Context) error { return b.Create(ctx, "k", nil, time.Now().Add(time.Hour)) },
					"Ping":   b.Ping,
				} {
					if err := op(t.Context()); !errors.Is(err, bucket.ErrUnavailable) || errors.Is(err, bucket.ErrNotFound) {
						t.Errorf("%s: %v, want ErrUnavailable", name, err)
					}
				}
			})
			t.Run("a large blob", func(t *testing.T) {
				// More than the SDKs send in one piece.
				b := openCloud(t, cloud.open, part(), time.Now)
				blob := bytes.Repeat([]byte("0123456789abcdef"), 20<<16)
				if err := b.Create(t.Context(), "large", blob, time.Now().Add(time.Hour)); err != nil {
					t.Fatal(err)
				}
				if got, err := b.Get(t.Context(), "large"); err != nil || !bytes.Equal(got, blob) {
					t.Errorf("Get: %d bytes, %v", len(got), err)
				}
				if err := b.Create(t.Context(), "large", blob, time.Now().Add(time.Hour)); !errors.Is(err, bucket.ErrExists) {
					t.Errorf("second Create: %v", err)
				}
			})
			t.Run("a deadline", func(t *testing.T) {
				b := openCloud(t, cloud.open, part(), time.Now)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				server.Stop()
				start := time.Now()
				if _, err := b.Get(ctx, "k"); err == nil || errors.Is(err, bucket.ErrNotFound) {
					t.Errorf("a store that is down: %v", err)
				}
				if took := time.Since(start); took > 2*time.Second {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}
