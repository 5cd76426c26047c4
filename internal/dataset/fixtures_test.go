package dataset

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// TestDatasetsOfEarlierVersions: what was stored opens, and holds the same. The
// words of the receipts are compared where they are made, in handlers.
func TestDatasetsOfEarlierVersions(t *testing.T) {
	blobs, err := filepath.Glob("testdata/*/*.dataset")
	if err != nil || len(blobs) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, blob := range blobs {
		t.Run(blob, func(t *testing.T) {
			d := decodeFile(t, blob)
			var want struct {
				Rows, Plays int
				Digest      string
				Receipt     export.Totals
				Documents   []json.RawMessage

				UnknownLength int `json:"unknown_length"`
				Tracks        int // 0 where nobody wrote it down
			}
			b, err := os.ReadFile(blob[:len(blob)-len(".dataset")] + ".json")
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			plays := d.Summary(lens.Lens{TZ: time.UTC, Min: lens.DefaultMin}).Plays
			if d.Rows() != want.Rows || plays != want.Plays || fmt.Sprintf("%x", d.Digest()) != want.Digest || len(d.Documents()) != len(want.Documents) {
				t.Errorf("%d rows, %d plays, %d documents, %x; want %+v", d.Rows(), plays, len(d.Documents()), d.Digest(), want)
			}
			if s := d.Summary(lens.Lens{}); s.UnknownLength != want.UnknownLength || want.Tracks != 0 && s.Tracks != want.Tracks {
				t.Errorf("%d plays of unknown length, %d tracks; want %d and %d", s.UnknownLength, s.Tracks, want.UnknownLength, want.Tracks)
			}
			if got := d.Receipt().Totals(); got != want.Receipt {
				t.Errorf("%+v, want %+v", got, want.Receipt)
			}
			for _, f := range d.Receipt().Files {
				if f.Sentence != "" {
					t.Errorf("%s: %q has no code", f.Name, f.Sentence)
				}
				for _, p := range f.Problems {
					if p.Sentence != "" {
						t.Errorf("%s: %q has no code", f.Name, p.Sentence)
					}
				}
			}
			// Stored again it holds no sentences.
			receipt, err := d.section(nil, sectionReceipt)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{`"reason":`, `"holds":`} {
				if bytes.Contains(receipt, []byte(key)) {
					t.Errorf("the receipt is stored with %s", key)
				}
			}
			again, err := d.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if e, err := Decode(again); err != nil || e.Digest() != d.Digest() {
				t.Errorf("stored again: %v", err)
			}
		})
	}
}

func decodeFile(t *testing.T, name string) *Dataset {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
