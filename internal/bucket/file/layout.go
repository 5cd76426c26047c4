package file

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// A version of this program without spaces/ kept all blobs in blobs/. What
// belongs in spaces/ lives for a day, and such a version may run beside this one
// while instances are renewed one after another: for olderLife after spaces/ was
// made over blobs of an older version, they are looked for in both.
const (
	olderMark = "older"
	olderLife = 48 * time.Hour
)

// makeFolders makes what the folder holds, and notes when that is not all of it.
func (b *Bucket) makeFolders() error {
	for _, folder := range []string{b.blobs(), b.tmp()} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	unlock, err := b.lock.acquire()
	if err != nil {
		return err
	}
	defer unlock()
	mark := filepath.Join(b.dir, olderMark)
	if _, err := os.Stat(b.spaces()); errors.Is(err, fs.ErrNotExist) {
		before, err := readNames(b.blobs())
		if err == nil && len(before) > 0 {
			err = os.WriteFile(mark, nil, 0o600)
		}
		if err != nil {
			return err
		}
	}
	if err := os.MkdirAll(b.spaces(), 0o700); err != nil {
		return err
	}
	if info, err := os.Stat(mark); err == nil {
		until := info.ModTime().Add(olderLife)
		b.olderUntil.Store(&until)
	}
	return nil
}

func (b *Bucket) blobs() string  { return filepath.Join(b.dir, "blobs") }
func (b *Bucket) spaces() string { return filepath.Join(b.dir, "spaces") }
func (b *Bucket) tmp() string    { return filepath.Join(b.dir, "tmp") }

// fileName is a key, or a part of one, in one segment.
func fileName(key string) string { return strings.ReplaceAll(key, "/", ",") }

func (b *Bucket) space(space string) string { return filepath.Join(b.spaces(), fileName(space)) }

func (b *Bucket) path(key string) string {
	if space, rest, ok := bucket.Namespace(key); ok {
		return filepath.Join(b.space(space), fileName(rest))
	}
	return b.olderPath(key)
}

// olderPath is where an older version keeps any blob.
func (b *Bucket) olderPath(key string) string { return filepath.Join(b.blobs(), fileName(key)) }

// paths are the places where a blob may be, the one where it is written first.
func (b *Bucket) paths(key string) []string {
	path, older := b.path(key), b.olderPath(key)
	if until := b.olderUntil.Load(); path == older || until == nil || !b.now().Before(*until) {
		return []string{path}
	}
	return []string{path, older}
}

// A place is a blob's file and its key.
type place struct{ path, key string }

// List implements [bucket.Bucket]. What is in one namespace is in one folder.
func (b *Bucket) List(ctx context.Context, prefix string) ([]string, error) {
	if err := bucket.CheckPrefix(prefix); err != nil {
		return nil, err
	}
	places, err := b.places(prefix)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]bool) // a blob may be in two places
	for _, place := range places {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, _, _, err := b.openLive(place.path)
		if err == nil {
			keys[place.key] = true
			err = f.Close()
		}
		if err != nil && !errors.Is(err, bucket.ErrNotFound) {
			return nil, err
		}
	}
	return slices.Collect(maps.Keys(keys)), ctx.Err()
}

// places are the files of what may be blobs whose keys begin with the prefix.
func (b *Bucket) places(prefix string) (places []place, err error) {
	add := func(folder, begin string) error {
		names, err := readNames(folder)
		for _, name := range names {
			key := begin + strings.ReplaceAll(name, ",", "/")
			if strings.HasPrefix(key, prefix) && bucket.CheckKey(key) == nil {
				places = append(places, place{filepath.Join(folder, name), key})
			}
		}
		return err
	}
	space, _, one := bucket.Namespace(prefix)
	if one {
		if err := add(b.space(space), space+"/"); err != nil {
			return nil, err
		}
	} else {
		folders, err := readNames(b.spaces())
		if err != nil {
			return nil, err
		}
		for _, folder := range folders {
			begin := strings.ReplaceAll(folder, ",", "/") + "/"
			if !strings.HasPrefix(begin, prefix) && !strings.HasPrefix(prefix, begin) {
				continue
			}
			if err := add(filepath.Join(b.spaces(), folder), begin); err != nil {
				return nil, err
			}
		}
	}
	if until := b.olderUntil.Load(); !one || until != nil && b.now().Before(*until) {
		err = add(b.blobs(), "")
	}
	return places, err
}

// rename gives a blob's file its name. The folder of a namespace goes with its
// last blob, also while the first of others is on its way.
func (b *Bucket) rename(from, to string) (err error) {
	for range contended {
		if err = os.Rename(from, to); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
	}
	return err
}

// contended bounds how often a rename is tried again.
const contended = 10

// tidy removes the folder of a namespace that is empty; one that is not stays.
func (b *Bucket) tidy(path string) {
	if folder := filepath.Dir(path); folder != b.blobs() {
		_ = os.Remove(folder)
	}
}
