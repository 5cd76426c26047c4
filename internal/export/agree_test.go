package export

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// TestTheDecodersAgreeOnWholePackages reads every history of the sample
// packages, and of the genuine ones where they are, with both decoders and with
// windows of several sizes.
func TestTheDecodersAgreeOnWholePackages(t *testing.T) {
	packages, plays := map[string][]byte{}, 2_000
	if testing.Short() {
		plays = 500
	}
	to := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	for name, g := range map[string]sampletest.Generation{
		"v1": sampletest.V1, "v2": sampletest.V2, "v3a": sampletest.V3a, "v3b": sampletest.V3b, "v4": sampletest.V4,
	} {
		var b bytes.Buffer
		o := sampletest.Options{Plays: plays, Seed: 11, Generation: g, From: to.AddDate(-4, 0, 0), To: to}
		if _, err := sampletest.Extended(&b, o); err != nil {
			t.Fatal(err)
		}
		packages[name] = bytes.Clone(b.Bytes())
		b.Reset()
		if _, err := sampletest.Account(&b, o); err != nil {
			t.Fatal(err)
		}
		packages[name+" account"] = b.Bytes()
	}
	genuine, err := filepath.Glob(filepath.Join(realPackages, "*.zip"))
	if err != nil {
		t.Fatal(err)
	}
	if len(genuine) == 0 {
		t.Log("the genuine packages are not here; comparing the sample ones alone")
	}
	for _, path := range genuine {
		if testing.Short() {
			break
		}
		if packages[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	for name, pkg := range packages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
			if err != nil {
				t.Fatal(err)
			}
			compared := 0
			for _, f := range z.File {
				class := classOfName(f.Name)
				if class == ClassNone || strings.HasSuffix(f.Name, "/") {
					continue
				}
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				src, err := io.ReadAll(r)
				if err != nil {
					t.Fatal(err)
				}
				src = src[:min(len(src), 2<<20)] // cut off, so that it ends in a row
				limits := DefaultLimits
				sameReading(t, src, class, &limits, scanBytes)
				limits.RowBytes = 700 // some rows are longer
				sameReading(t, src, class, &limits, 331)
				compared++
			}
			if compared == 0 {
				t.Error("no history in the package")
			}
		})
	}
}
