package export

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/minio/simdjson-go"

	"github.com/spotify-data-tool/spotify-data-tool/internal/inflate"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// benchPlays is the history of a heavy listener.
const benchPlays = 300_000

// benchPackage is that listener's package, packed as tightly as Spotify does.
var benchPackage = sync.OnceValues(func() ([]byte, error) {
	var b bytes.Buffer
	_, err := sampletest.Extended(&b, sampletest.Options{
		Plays: benchPlays, Seed: 1, Generation: sampletest.V3b, Small: true,
		From: time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC),
		To:   time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	return b.Bytes(), err
})

// adding is the least a sink can do.
type adding struct {
	rows int
	ms   int64
	_    [64]byte // keeps the workers off each other's cache lines
}

func (a *adding) Begin(int) {}
func (a *adding) End(bool)  {}
func (a *adding) Add(p *Play) error {
	a.rows++
	a.ms += int64(p.MS)
	return nil
}

// BenchmarkRead reads the package with one and two workers. The two benchmarks
// after it are what to hold it against; compare within one run.
func BenchmarkRead(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			pkg, _ := unpackable(b)
			b.ReportAllocs()
			for b.Loop() {
				sinks := make([]adding, workers)
				o := Options{}
				for i := range sinks {
					o.Sinks = append(o.Sinks, &sinks[i])
				}
				_, err := Read(b.Context(), []Input{{"bench.zip", bytes.NewReader(pkg), int64(len(pkg))}}, o)
				if err != nil {
					b.Fatal(err)
				}
				rows := 0
				for i := range sinks {
					rows += sinks[i].rows
				}
				if rows != benchPlays {
					b.Fatalf("%d rows", rows)
				}
			}
		})
	}
}

// BenchmarkScan reads the rows of what is inflated already, with one worker.
func BenchmarkScan(b *testing.B) {
	_, z := unpackable(b)
	var files [][]byte
	for _, f := range z.File[:len(z.File)-1] {
		raw, err := inflateInto(nil, f)
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, raw)
	}
	limits := DefaultLimits
	scanner, sink := newScanner(&limits), &adding{}
	b.ReportAllocs()
	for b.Loop() {
		for _, raw := range files {
			end, err := scanner.scan(bytes.NewReader(raw), ClassExtended, sink.Add, func(int) error { return nil })
			if end != endWhole || err != nil {
				b.Fatal(end, err)
			}
		}
	}
}

// BenchmarkInflateOnly inflates the package with two workers.
func BenchmarkInflateOnly(b *testing.B) {
	benchFiles(b, func(f *zip.File, _ *simdjson.ParsedJson, buf []byte) ([]byte, error) {
		return inflateInto(buf[:0], f)
	})
}

// BenchmarkInflateSimdjson inflates the package and takes it apart into tokens
// with SIMD instructions, with two workers. It makes no plays of them.
func BenchmarkInflateSimdjson(b *testing.B) {
	if !simdjson.SupportedCPU() {
		b.Skip("simdjson-go does not run on this processor")
	}
	benchFiles(b, func(f *zip.File, reuse *simdjson.ParsedJson, buf []byte) ([]byte, error) {
		raw, err := inflateInto(buf[:0], f)
		if err != nil {
			return raw, err
		}
		parsed, err := simdjson.Parse(raw, reuse, simdjson.WithCopyStrings(false))
		if err == nil {
			*reuse = *parsed
		}
		return raw, err
	})
}

func benchFiles(b *testing.B, do func(*zip.File, *simdjson.ParsedJson, []byte) ([]byte, error)) {
	_, z := unpackable(b)
	files := z.File[:len(z.File)-1]
	var reuse [2]simdjson.ParsedJson
	var bufs [2][]byte
	for b.Loop() {
		var next atomic.Int64
		var errs [2]error
		var group sync.WaitGroup
		for worker := range errs {
			group.Go(func() {
				for {
					i := int(next.Add(1)) - 1
					if i >= len(files) {
						return
					}
					var err error
					if bufs[worker], err = do(files[i], &reuse[worker], bufs[worker]); err != nil {
						errs[worker] = fmt.Errorf("%s: %w", path.Base(files[i].Name), err)
						return
					}
				}
			})
		}
		group.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			b.Fatal(err)
		}
	}
}

// unpackable returns the package and sets the bytes that b works through.
func unpackable(b *testing.B) ([]byte, *zip.Reader) {
	b.Helper()
	pkg, err := benchPackage()
	if err != nil {
		b.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
	if err != nil {
		b.Fatal(err)
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	var total int64
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "/") {
			total += int64(f.UncompressedSize64)
		}
	}
	b.SetBytes(total)
	b.ResetTimer()
	return pkg, z
}

// inflateInto appends an entry's content to buf, checksum included.
func inflateInto(buf []byte, f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return buf, err
	}
	defer r.Close()
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, make([]byte, 1<<20)...)[:len(buf)]
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
	}
}

// BenchmarkInflate unpacks a history with one worker, beside the fastest
// general reader.
func BenchmarkInflate(b *testing.B) {
	for name, open := range map[string]zip.Decompressor{"own": inflate.NewReader, "klauspost": flate.NewReader} {
		b.Run(name, func(b *testing.B) {
			_, z := unpackable(b)
			z.RegisterDecompressor(zip.Deflate, open)
			var buf []byte
			for b.Loop() {
				for _, f := range z.File[:len(z.File)-1] {
					var err error
					if buf, err = inflateInto(buf[:0], f); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
