package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/minio/simdjson-go"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

const (
	stepInflate  = "step-inflate"
	stepSimdjson = "step-simdjson"
	stepImport   = "step-import"
)

var steps = map[string]func(path string) (outcome, error){
	stepInflate:  inflateOnly,
	stepSimdjson: inflateAndTokenise,
	stepImport:   importPackage,
}

// importPackage is what the server does with an upload, and once more what it
// does with the first page after a restart.
func importPackage(path string) (outcome, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "bench-import-*")
	if err != nil {
		return outcome{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b, err := bucket.OpenFile(dir, time.Now)
	if err != nil {
		return outcome{}, err
	}
	v := vault.New(vault.Config{Bucket: b, Now: time.Now, CacheBytes: 256 << 20})
	f, err := os.Open(path)
	if err != nil {
		return outcome{}, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return outcome{}, err
	}
	res, err := importer.New(importer.Config{Vault: v, Now: time.Now}).Import(ctx, importer.Job{
		Inputs:  []export.Input{{Name: filepath.Base(path), R: f, Size: info.Size()}},
		Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		return outcome{}, err
	}
	ds, err := v.Open(ctx, res.Ref)
	if err != nil {
		return outcome{}, err
	}
	if ds.Summary(dataset.Lens{}).Rows == 0 {
		return outcome{}, errors.New("nothing was imported")
	}
	o := outcome{Rows: ds.Rows()}
	err = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			o.Stored += info.Size()
		}
		return err
	})
	return o, err
}

// inflateOnly unpacks every JSON entry on two workers and throws it away.
func inflateOnly(path string) (outcome, error) {
	return eachEntry(path, func() func(io.Reader, uint64) error {
		buf := make([]byte, 256<<10)
		return func(r io.Reader, _ uint64) error {
			_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r}, buf)
			return err
		}
	})
}

// inflateAndTokenise unpacks every JSON entry and lets simdjson-go find its
// tokens: what any importer built on the fastest general parser must spend.
func inflateAndTokenise(path string) (outcome, error) {
	return eachEntry(path, func() func(io.Reader, uint64) error {
		var tape *simdjson.ParsedJson
		var buf bytes.Buffer
		return func(r io.Reader, size uint64) error {
			buf.Reset()
			buf.Grow(int(size) + bytes.MinRead)
			if _, err := buf.ReadFrom(r); err != nil {
				return err
			}
			var err error
			tape, err = simdjson.Parse(buf.Bytes(), tape, simdjson.WithCopyStrings(false))
			return err
		}
	})
}

func eachEntry(path string, newWorker func() func(io.Reader, uint64) error) (outcome, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return outcome{}, err
	}
	defer func() { _ = z.Close() }()
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	entries := make(chan *zip.File, len(z.File))
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, ".json") {
			entries <- f
		}
	}
	close(entries)
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wg.Go(func() {
			work := newWorker()
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
