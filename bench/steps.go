package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/minio/simdjson-go"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/file"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

const (
	stepInflate  = "step-inflate"
	stepSimdjson = "step-simdjson"
	stepImport   = "step-import"
	stepStore    = "step-store"
	stepLoad     = "step-load"
)

var steps = map[string]func(args []string) (outcome, error){
	stepInflate:  inflateOnly,
	stepSimdjson: inflateAndTokenise,
	stepImport:   importPackage,
	stepStore:    storePackage,
	stepLoad:     loadDataset,
	stepClips:    makeClips,
}

// cacheBytes is what a server keeps in memory unless told otherwise.
const cacheBytes = 512 << 20

// importPackage is what the server does with an upload, to the first answer.
func importPackage(args []string) (outcome, error) {
	dir, err := os.MkdirTemp("", "bench-import-*")
	if err != nil {
		return outcome{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	start := time.Now()
	o, _, err := importInto(dir, args[0])
	o.Seconds = time.Since(start).Seconds()
	return o, err
}

func importInto(dir, path string) (outcome, vault.Ref, error) {
	ctx := context.Background()
	b, err := file.Open(dir, time.Now)
	if err != nil {
		return outcome{}, vault.Ref{}, err
	}
	v := vault.New(vault.Config{Bucket: b, Now: time.Now, CacheBytes: cacheBytes})
	f, err := os.Open(path)
	if err != nil {
		return outcome{}, vault.Ref{}, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return outcome{}, vault.Ref{}, err
	}
	res, err := importer.New(importer.Config{Vault: v, Now: time.Now}).Import(ctx, importer.Job{
		Inputs:  []export.Input{{Name: filepath.Base(path), R: f, Size: info.Size()}},
		Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		return outcome{}, vault.Ref{}, err
	}
	ds, err := v.Open(ctx, res.Ref)
	if err != nil {
		return outcome{}, vault.Ref{}, err
	}
	if ds.Summary(lens.Lens{}).Rows == 0 {
		return outcome{}, vault.Ref{}, errors.New("nothing was imported")
	}
	return outcome{Rows: ds.Rows()}, res.Ref, nil
}

const refFile = "ref"

// storePackage leaves a stored dataset and its reference in a folder.
func storePackage(args []string) (outcome, error) {
	dir := args[1]
	o, ref, err := importInto(dir, args[0])
	if err != nil {
		return outcome{}, err
	}
	err = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			o.Stored += info.Size()
		}
		return err
	})
	if err != nil {
		return outcome{}, err
	}
	return o, os.WriteFile(filepath.Join(dir, refFile), []byte(ref.String()), 0o600)
}

// openStore opens the folder that storePackage has left.
func openStore(dir string) (*vault.Vault, vault.Ref, error) {
	text, err := os.ReadFile(filepath.Join(dir, refFile))
	if err != nil {
		return nil, vault.Ref{}, err
	}
	ref, err := vault.ParseRef(string(text))
	if err != nil {
		return nil, vault.Ref{}, err
	}
	b, err := file.Open(dir, time.Now)
	if err != nil {
		return nil, vault.Ref{}, err
	}
	return vault.New(vault.Config{Bucket: b, Now: time.Now}), ref, nil
}

func openStored(dir string) (*dataset.Dataset, error) {
	v, ref, err := openStore(dir)
	if err != nil {
		return nil, err
	}
	return v.Open(context.Background(), ref)
}

// loadDataset opens that dataset as the first request after a restart does, and
// then weighs it.
func loadDataset(args []string) (o outcome, err error) {
	v, ref, err := openStore(args[0])
	if err != nil {
		return outcome{}, err
	}
	before := heap()
	start := time.Now()
	ds, err := v.Open(context.Background(), ref)
	if err != nil {
		return outcome{}, err
	}
	o.Seconds = time.Since(start).Seconds()
	o.Rows, o.Heap = ds.Rows(), heap()-before
	l := lens.Lens{Min: 30}
	ds.Summary(l)
	ds.Months(l)
	insight.Clock(ds.Select(l))
	for _, by := range []lens.EntityKind{lens.Artist, lens.Album, lens.Track, lens.Show, lens.Episode, lens.Audiobook} {
		r := ds.Rank(l, by, 0, 50)
		ds.Rank(l.WithQ("an"), by, 0, 50)
		if len(r.Items) > 0 {
			ds.Summary(l.WithEntity(by, r.Items[0].ID))
		}
	}
	if _, err := ds.Plays(l, 100); err != nil {
		return outcome{}, err
	}
	ds.Lookup(l, []dataset.TrackRef{{Title: "x", Creator: "y"}})
	o.Asked = heap() - before
	runtime.KeepAlive(ds)
	return o, nil
}

// heap is what is alive, without what queries pass on to each other.
func heap() int64 {
	runtime.GC()
	runtime.GC() // the first only moves pools aside
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// inflateOnly unpacks every JSON entry on two workers and throws it away.
func inflateOnly(args []string) (outcome, error) {
	return eachEntry(args[0], func(uint64) func(io.Reader, uint64) error {
		buf := make([]byte, 256<<10)
		return func(r io.Reader, _ uint64) error {
			_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r}, buf)
			return err
		}
	})
}

// inflateAndTokenise unpacks every JSON entry and lets simdjson-go find its
// tokens: what any importer built on the fastest general parser must spend. Its
// buffers serve for all entries of a worker.
func inflateAndTokenise(args []string) (outcome, error) {
	return eachEntry(args[0], func(largest uint64) func(io.Reader, uint64) error {
		var tape *simdjson.ParsedJson
		buf := make([]byte, largest)
		return func(r io.Reader, size uint64) error {
			text := buf[:size]
			if _, err := io.ReadFull(r, text); err != nil {
				return err
			}
			// The checksum is looked at when the entry ends.
			if _, err := io.Copy(io.Discard, r); err != nil {
				return err
			}
			var err error
			tape, err = simdjson.Parse(text, tape, simdjson.WithCopyStrings(false))
			return err
		}
	})
}

func eachEntry(path string, newWorker func(largest uint64) func(io.Reader, uint64) error) (outcome, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return outcome{}, err
	}
	defer func() { _ = z.Close() }()
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	entries := make(chan *zip.File, len(z.File))
	largest := uint64(0)
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, ".json") {
			entries <- f
			largest = max(largest, f.UncompressedSize64)
		}
	}
	close(entries)
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wg.Go(func() {
			work := newWorker(largest)
			for f := range entries {
				r, err := f.Open()
				if err == nil {
					err = errors.Join(work(r, f.UncompressedSize64), r.Close())
				}
				if err != nil {
					errs[i] = fmt.Errorf("%s: %w", f.Name, err)
					return
				}
			}
		})
	}
	wg.Wait()
	return outcome{}, errors.Join(errs...)
}
