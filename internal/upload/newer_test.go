package upload_test

import (
	"errors"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

func TestARecordOfALaterVersionIsNotRead(t *testing.T) {
	records := upload.Records{Bucket: memory.New(time.Now)}
	s := upload.NewNamespace()
	type record struct {
		Version int    `json:"version,omitempty"`
		Name    string `json:"name"`
	}
	for version, want := range map[int]error{0: nil, 1: nil, 2: upload.ErrNewer} {
		if err := records.Put(t.Context(), s, "x", record{version, "y"}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		var got record
		err := records.Get(t.Context(), s, "x", &got)
		if !errors.Is(err, want) || (want == nil) != (got.Name == "y") {
			t.Errorf("version %d: %+v, %v; want %v", version, got, err, want)
		}
	}
	// What is no object has no version.
	if err := records.Put(t.Context(), s, "x", "holder", time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	var holder string
	if err := records.Get(t.Context(), s, "x", &holder); err != nil || holder != "holder" {
		t.Errorf("%q, %v", holder, err)
	}
}
