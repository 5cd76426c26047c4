package importer_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// repacked is a package as a person's program would zip the same files again.
func repacked(t testing.TB, pkg []byte, method uint16) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, f := range from.File {
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		w, err := to.CreateHeader(&zip.FileHeader{Name: f.Name, Method: method})
		if err == nil {
			_, err = io.Copy(w, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A played row is what must not come out of a damaged package otherwise than
// it went in. Where its file is named in the archive's directory, which no
// checksum covers, that it is of a video is not part of it.
type played struct {
	ts, ms     int64
	title, uri string
}

func playedRows(t testing.TB, d *dataset.Dataset) map[played]int {
	t.Helper()
	page, err := d.Plays(lens.Lens{}, d.Rows())
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[played]int)
	for _, it := range page.Items {
		rows[played{it.TS, it.Ms, it.Name, it.URI}]++
	}
	return rows
}

// readAndMerge does what an import does short of storing.
func readAndMerge(t testing.TB, pkg []byte) (*dataset.Dataset, error) {
	t.Helper()
	plays, beside := dataset.NewPart(), dataset.NewPart()
	in := export.Input{Name: "package.zip", R: bytes.NewReader(pkg), Size: int64(len(pkg))}
	r, err := export.Read(t.Context(), []export.Input{in},
		export.Options{Sinks: []export.Sink{plays}, Document: beside.AddDocument})
	if err != nil {
		return nil, err
	}
	d, err := dataset.Merge(nil, []*dataset.Part{plays, beside}, r)
	if err != nil {
		t.Fatalf("what was read cannot be merged: %v", err)
	}
	return d, nil
}

// TestACorruptedByteAnywhere damages a package at every fifth place, and by "task
// matrix" at every one. Whatever that does, the import ends, with a dataset or with a
// refusal; and a dataset holds nothing that the package did not.
func TestACorruptedByteAnywhere(t *testing.T) {
	o := sampletest.Options{Plays: 12, Seed: 5, Generation: sampletest.V4, Small: true,
		From: time.Date(2024, 12, 20, 0, 0, 0, 0, time.UTC), To: time.Date(2025, 1, 10, 0, 0, 0, 0, time.UTC)}
	var extended, besides bytes.Buffer
	if _, err := sampletest.Extended(&extended, o); err != nil {
		t.Fatal(err)
	}
	o.Plays = 2
	if _, err := sampletest.Account(&besides, o); err != nil {
		t.Fatal(err)
	}
	var few bytes.Buffer
	if _, err := sampletest.Extended(&few, o); err != nil {
		t.Fatal(err)
	}
	for name, pkg := range map[string][]byte{
		"as Spotify sends a history":  extended.Bytes(),
		"as Spotify sends an account": besides.Bytes(),
		"zipped again, stored":        repacked(t, few.Bytes(), zip.Store),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole, err := readAndMerge(t, pkg)
			if err != nil {
				t.Fatal(err)
			}
			rows := playedRows(t, whole)
			taken, refused := 0, 0
			try := func(what string, damaged []byte) {
				started := time.Now()
				d, err := readAndMerge(t, damaged)
				if took := time.Since(started); took > 5*time.Second {
					t.Errorf("%s: took %v", what, took)
				}
				var refusal *export.InputError
				if errors.As(err, &refusal) && refusal.Code != "" {
					refused++
					return
				}
				if err != nil {
					t.Errorf("%s: neither taken nor refused: %v", what, err)
					return
				}
				taken++
				for row, n := range playedRows(t, d) {
					if n > rows[row] {
						t.Errorf("%s: %+v was played %d times, not %d", what, row, rows[row], n)
					}
				}
				account.Of(d)
			}
			damaged := bytes.Clone(pkg)
			step := 5 // odd, so that every kind of damage occurs
			switch {
			case os.Getenv("MATRIX") == "on":
				step = 1
			case testing.Short():
				step = 41
			}
			for i := 0; i < len(pkg); i += step {
				b := pkg[i]
				// Neighbours suffer differently, so that every field of the format
				// suffers in several ways.
				damaged[i] = [...]byte{b ^ 1, ^b, b ^ 0x80, b + 1}[i%4]
				try(fmt.Sprintf("byte %d is %#x, not %#x", i, damaged[i], b), damaged)
				damaged[i] = b
				if i%3 == 0 {
					try(fmt.Sprintf("the first %d bytes", i), pkg[:i:i])
				}
			}
			if taken == 0 || refused == 0 {
				t.Errorf("%d taken, %d refused", taken, refused)
			}
		})
	}
}
