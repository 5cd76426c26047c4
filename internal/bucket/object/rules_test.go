package object_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/object"
)

// The rules that count are those for blobs that last; the shortest of them does.
func TestRemovedAfterDays(t *testing.T) {
	for name, c := range map[string]struct {
		rules []object.Rule
		want  int
	}{
		"none":             {nil, 0},
		"for all":          {[]object.Rule{{Days: 91}, {Days: 8}}, 8},
		"for uploads":      {[]object.Rule{{Prefix: "own/uploads,", Days: 1}}, 0},
		"for accounts":     {[]object.Rule{{Prefix: "own/uploads,", Days: 1}, {Prefix: "own/accounts,", Days: 30}}, 30},
		"for what is ours": {[]object.Rule{{Prefix: "own/", Days: 9}}, 9},
		"for some of it":   {[]object.Rule{{Prefix: "own/datasets,ab", Days: 7}}, 7},
		"for others":       {[]object.Rule{{Prefix: "theirs/", Days: 1}}, 0},
	} {
		b := object.New(object.Provider{
			Open:   func(context.Context) (*blob.Bucket, error) { return memblob.OpenBucket(nil), nil },
			Absent: func(error) bool { return false },
			Rules:  func(context.Context, *blob.Bucket) ([]object.Rule, error) { return c.rules, nil },
			Prefix: "own/",
		}, time.Now)
		if got, err := b.RemovedAfterDays(t.Context()); got != c.want || err != nil {
			t.Errorf("%s: %d days, %v, want %d", name, got, err, c.want)
		}
	}
	refused := object.New(object.Provider{
		Open:   func(context.Context) (*blob.Bucket, error) { return memblob.OpenBucket(nil), nil },
		Absent: func(error) bool { return false },
		Rules:  func(context.Context, *blob.Bucket) ([]object.Rule, error) { return nil, errors.New("access denied") },
	}, time.Now)
	if _, err := refused.RemovedAfterDays(t.Context()); !errors.Is(err, bucket.ErrUnavailable) {
		t.Errorf("without permission: %v", err)
	}
}
