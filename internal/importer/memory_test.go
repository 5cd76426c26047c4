package importer_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission/admissiontest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// names is a small package of many different names: rows of them, of so many
// bytes each.
func names(t *testing.T, rows, bytesEach int) export.Input {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("Spotify Extended Streaming History/Streaming_History_Audio_2020_0.json")
	if err != nil {
		t.Fatal(err)
	}
	filler := strings.Repeat("n", bytesEach)
	_, _ = fmt.Fprint(w, "[")
	for i := range rows {
		if i > 0 {
			_, _ = fmt.Fprint(w, ",")
		}
		_, err := fmt.Fprintf(w, `{"ts":%q,"ms_played":60000,"master_metadata_track_name":"%s t%d","master_metadata_album_artist_name":"%s a%d","master_metadata_album_album_name":"%s l%d","spotify_track_uri":"spotify:track:%022d"}`,
			time.Unix(1_500_000_000+int64(i)*100, 0).UTC().Format(time.RFC3339), filler, i, filler, i, filler, i, i)
		if err != nil {
			t.Fatal(err)
		}
	}
	_, _ = fmt.Fprint(w, "]")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return export.Input{Name: "names.zip", R: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}
}

// gated is an importer with so much memory, over a vault that keeps nothing.
func gated(b bucket.Bucket, memory int64, wait time.Duration) (*importer.Importer, *vault.Vault, *admission.Gate) {
	gate := admission.New(memory, wait)
	v := vault.New(vault.Config{Bucket: b, Now: time.Now, Memory: gate})
	return importer.New(importer.Config{Vault: v, Now: time.Now, Memory: gate, Concurrent: 8}), v, gate
}

// TestWhatTurnsOutLargerIsImported although its size did not tell, and although
// it had to wait for others in between.
func TestWhatTurnsOutLargerIsImported(t *testing.T) {
	im, v, _ := gated(memory.New(time.Now), 210<<20, time.Minute)
	input := names(t, 20_000, 200) // 12 MB of names
	if input.Size > 2<<20 {
		t.Fatalf("the package has %d bytes", input.Size)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			res, err := im.Import(t.Context(), importer.Job{Inputs: []export.Input{input}, Expires: time.Now().Add(time.Hour)})
			if err != nil || res.Dataset.Rows() != 20_000 {
				t.Errorf("%v, %v", res.Ref, err)
				return
			}
			if d, err := v.Open(t.Context(), res.Ref); err != nil || d.Rows() != 20_000 {
				t.Errorf("opened: %v", err)
			}
		})
	}
	all.Wait()
}

// TestImportsWaitForMemory: many at once, each of which adds to a dataset, in a
// memory that takes one of them. None waits for what another waits for.
func TestImportsWaitForMemory(t *testing.T) {
	b := memory.New(time.Now)
	im, v, gate := gated(b, 60<<20, time.Minute)
	base, counts := extended(t, 20_000, 1)
	first, err := im.Import(t.Context(), importer.Job{Inputs: []export.Input{base}, Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	more, _ := extended(t, 5_000, 2)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			target := importer.Target{After: first.Ref, Base: first.Ref, Line: bytes.Repeat([]byte{1}, 32)}
			res, err := im.ImportAt(t.Context(), importer.Job{Inputs: []export.Input{more}, Expires: time.Now().Add(time.Hour)}, target)
			if err != nil {
				t.Errorf("import: %v", err)
				return
			}
			if rows := res.Dataset.Rows(); rows <= counts.Distinct {
				t.Errorf("%d rows, of which %d were there", rows, counts.Distinct)
			}
		})
	}
	all.Wait()
	admissiontest.WantFree(t, gate)
	if _, err := v.Open(t.Context(), first.Ref); err != nil {
		t.Errorf("the first dataset: %v", err)
	}
}

func TestNoMemoryInTimeIsBusy(t *testing.T) {
	im, _, gate := gated(memory.New(time.Now), 60<<20, 20*time.Millisecond)
	hold, err := gate.Acquire(t.Context(), gate.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	input, _ := extended(t, 100, 1)
	job := importer.Job{Inputs: []export.Input{input}, Expires: time.Now().Add(time.Hour)}
	if _, err := im.Import(t.Context(), job); !errors.Is(err, importer.ErrBusy) {
		t.Errorf("without memory: %v", err)
	}
	hold.Release()
	if _, err := im.Import(t.Context(), job); err != nil {
		t.Errorf("with memory: %v", err)
	}
	admissiontest.WantFree(t, gate)
}
