package inflate

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// sameAsFlate checks that packed unpacks as the standard library has it.
func sameAsFlate(t *testing.T, packed []byte, src io.Reader) {
	t.Helper()
	want, wantErr := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	r := NewReader(src)
	got, err := io.ReadAll(r)
	if cerr := r.Close(); cerr != nil {
		t.Fatal(cerr)
	}
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("error %v, want %v", err, wantErr)
	}
	if err == nil && !bytes.Equal(got, want) {
		t.Fatalf("%d bytes, want %d, or others", len(got), len(want))
	}
}

func packedBy(t testing.TB, level int, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, level)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// deflatable are texts that bring every kind of block, code and copy.
func deflatable() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	skewed := make([]byte, 400_000) // codes of every length
	for i := range skewed {
		skewed[i] = byte(r.ExpFloat64() * 9)
	}
	var rows strings.Builder
	for i := range 4_000 {
		fmt.Fprintf(&rows, `{"ts":"2023-01-%02dT00:00:00Z","ms_played":%d,"name":"Sóng %d","x":null},`, i%28+1, r.IntN(300_000), r.IntN(500))
	}
	far := append(append(bytes.Clone(noise[:100]), make([]byte, 32<<10-100)...), noise[:100]...)
	return map[string][]byte{
		"nothing": nil, "a byte": []byte("x"), "noise": noise, "skewed": skewed, "rows": []byte(rows.String()),
		"one byte often": bytes.Repeat([]byte("a"), 500_000), "short period": bytes.Repeat([]byte("abc"), 100_000),
		"as far back as can be": far,
	}
}

func TestInflaterAgreesWithTheStandardLibrary(t *testing.T) {
	damages := 20
	if testing.Short() {
		damages = 4
	}
	for name, text := range deflatable() {
		for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, 1, 6, 9} {
			t.Run(fmt.Sprint(name, level), func(t *testing.T) {
				packed := packedBy(t, level, text)
				sameAsFlate(t, packed, bytes.NewReader(packed))
				sameAsFlate(t, packed, iotest.HalfReader(bytes.NewReader(packed)))
				sameAsFlate(t, append(packed, "what follows"...), bytes.NewReader(append(packed, "what follows"...)))
				if len(packed) < 100_000 {
					sameAsFlate(t, packed, iotest.OneByteReader(bytes.NewReader(packed)))
				}
				r := rand.New(rand.NewPCG(uint64(level), 1))
				for range damages {
					cut := packed[:r.IntN(len(packed))]
					sameAsFlate(t, cut, bytes.NewReader(cut))
					harmed := bytes.Clone(packed)
					harmed[r.IntN(min(len(harmed), 200))] ^= 1 << r.IntN(8)
					sameAsFlate(t, harmed, bytes.NewReader(harmed))
				}
			})
		}
	}
}

func TestInflaterTellsOfItsSource(t *testing.T) {
	packed := packedBy(t, 6, deflatable()["rows"])
	_, err := io.ReadAll(NewReader(io.MultiReader(bytes.NewReader(packed[:1000]), iotest.ErrReader(iotest.ErrTimeout))))
	if !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

func FuzzInflate(f *testing.F) {
	for _, text := range deflatable() {
		for _, level := range []int{flate.HuffmanOnly, 0, 6} {
			f.Add(packedBy(f, level, text[:min(len(text), 2000)]))
		}
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		// A few bytes can stand for gigabytes.
		if n, _ := io.Copy(io.Discard, io.LimitReader(flate.NewReader(bytes.NewReader(packed)), 1<<22)); n == 1<<22 {
			t.Skip()
		}
		sameAsFlate(t, packed, bytes.NewReader(packed))
	})
}
