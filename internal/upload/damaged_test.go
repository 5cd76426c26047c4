package upload_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

// spoil changes a byte of every object whose key ends so.
func spoil(t testing.TB, b bucket.Bucket, suffix string) {
	t.Helper()
	found := false
	for key := range blobs(t, b) {
		if !strings.HasSuffix(key, suffix) {
			continue
		}
		found = true
		blob, err := b.Get(context.Background(), key)
		if err != nil {
			t.Fatal(err)
		}
		blob[len(blob)/2] ^= 1
		if err := b.Put(context.Background(), key, blob, tomorrow()); err != nil {
			t.Fatal(err)
		}
	}
	if !found {
		t.Fatalf("nothing ends in %s", suffix)
	}
}

// TestDamaged: of what is damaged, only what cannot be done without is lost, and
// nothing is taken for a failure of the store.
func TestDamaged(t *testing.T) {
	ctx := context.Background()
	for name, test := range map[string]struct {
		spoiled    string // the end of a key, from the file's ID
		stat, read error
	}{
		"index": {"parts/%s/index", nil, nil},
		"info":  {"files/%s", upload.ErrDamaged, upload.ErrDamaged},
		"part":  {"parts/%s/000000000000", nil, upload.ErrDamaged},
	} {
		b := memory.New(time.Now)
		st, s := newStore(b), upload.NewNamespace()
		f := create(t, st, s, upload.NewFile{Name: "a.zip", Size: 10})
		for _, part := range []string{"12345", "67890"} {
			if _, err := st.Append(ctx, s, &f, strings.NewReader(part)); err != nil {
				t.Fatal(err)
			}
		}
		other := create(t, st, s, upload.NewFile{Name: "b.zip", Size: 10})
		spoil(t, b, fmt.Sprintf(test.spoiled, f.ID))
		if got, err := st.Stat(ctx, s, f.ID); !errors.Is(err, test.stat) || err == nil && !got.Done() {
			t.Errorf("%s: Stat: %+v, %v", name, got, err)
		}
		if got, err := content(st, s, f.ID); !errors.Is(err, test.read) || err == nil && string(got) != "1234567890" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		files, err := st.List(ctx, s)
		if want := map[bool]int{true: 1, false: 2}[test.stat != nil]; err != nil || len(files) != want || files[len(files)-1].ID != other.ID {
			t.Errorf("%s: List: %+v, %v", name, files, err)
		}
		if err := st.Remove(ctx, s, f.ID); err != nil {
			t.Errorf("%s: Remove: %v", name, err)
		}
		if n := len(blobs(t, b)); n != 1 {
			t.Errorf("%s: %d objects are left, want the other file's", name, n)
		}
	}
}
