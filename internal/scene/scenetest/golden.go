// Package scenetest compares what was painted with golden files.
package scenetest

import (
	"bytes"
	"flag"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// Compare holds an image against the golden file of a name in testdata. Processors
// differ in the last bit, and a bit at an edge is some shades: of all samples it says
// how many are clearly different, and what one differs by at most.
func Compare(t *testing.T, name string, got *image.RGBA) (differ, all, most int) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		var b bytes.Buffer
		if err := png.Encode(&b, got); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoded, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	want := image.NewRGBA(decoded.Bounds())
	draw.Draw(want, want.Rect, decoded, decoded.Bounds().Min, draw.Src)
	if got.Rect != want.Rect {
		t.Fatalf("%s is %v, want %v", name, got.Rect, want.Rect)
	}
	for i := range want.Pix {
		off := int(got.Pix[i]) - int(want.Pix[i])
		off = max(off, -off)
		if most = max(most, off); off > 3 {
			differ++
		}
	}
	return differ, len(want.Pix), most
}
