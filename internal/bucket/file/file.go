// Package file is the bucket in a folder.
package file

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// Bucket is a bucket in a folder. Several processes may share the folder, on one
// machine or through a network file system whose flock works across machines.
//
// The folder holds spaces/ with a folder for each namespace and one file a blob,
// blobs/ with those that are in none, tmp/ with files being written, a lock file,
// and the folder's random ID. A blob's file begins with a header that says when
// the blob expires; a file without one is not a blob and is left alone.
//
// Files are readable by the owner alone. Names are keys with "/" written as
// ",": keys are checked to hold neither, so no key can name anything outside of
// its folder, and "a" and "a/b" are two files, not a file and a folder.
type Bucket struct {
	dir  string
	now  func() time.Time
	lock *folderLock
	// olderUntil is until when blobs of namespaces may lie in blobs/. Nil: none do.
	olderUntil atomic.Pointer[time.Time]
}

var _ bucket.Bucket = (*Bucket)(nil)

// abandonedAfter is the age at which a file in tmp/ belongs to a writer that
// died. Writing a blob takes seconds.
const abandonedAfter = time.Hour

// OpenURL is the [bucket.Driver] of file URLs: file:///srv/data, or file:./data
// relative to the working directory.
func OpenURL(_ context.Context, rawURL string) (bucket.Bucket, error) {
	u, err := bucket.ParseURL(rawURL)
	if err != nil {
		return nil, err
	}
	if u.Host != "" && u.Host != "localhost" {
		return nil, fmt.Errorf("%q is not a folder: write file:./data for a relative path or file:///srv/data for an absolute one", u.Host)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("a file URL takes no parameters")
	}
	dir := u.Path
	if u.Opaque != "" {
		if dir, err = url.PathUnescape(u.Opaque); err != nil {
			return nil, err
		}
	}
	if dir == "" {
		return nil, errors.New("the URL names no folder")
	}
	return Open(filepath.FromSlash(dir), time.Now)
}

// Open opens the bucket in dir, which is made when missing. Blobs expire
// by the clock now.
func Open(dir string, now func() time.Time) (*Bucket, error) {
	// A relative path must go on meaning the same folder.
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	b := &Bucket{dir: abs, now: now, lock: &folderLock{path: filepath.Join(abs, "lock")}}
	if err := b.makeFolders(); err != nil {
		return nil, err
	}
	return b, nil
}

// ID tells this folder from all others, and is the same for all who share it.
// It is made when it is first asked for.
func (b *Bucket) ID() (string, error) {
	path := filepath.Join(b.dir, "id")
	unlock, err := b.lock.acquire()
	if err != nil {
		return "", bucket.Unavailable("lock folder", err)
	}
	defer unlock()
	switch id, err := os.ReadFile(path); {
	case err == nil && len(id) > 0:
		return string(id), nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", bucket.Unavailable("read the folder's ID", err)
	}
	id := rand.Text()
	if err := os.WriteFile(path, []byte(id), 0o600); err != nil {
		return "", bucket.Unavailable("write the folder's ID", err)
	}
	return id, nil
}

func (b *Bucket) Get(ctx context.Context, key string) ([]byte, error) {
	f, size, _, err := b.open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, size)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, bucket.Unavailable("read blob", err)
	}
	return data, nil
}

func (b *Bucket) Stat(ctx context.Context, key string) (int64, error) {
	f, size, _, err := b.open(ctx, key)
	if err != nil {
		return 0, err
	}
	return size, f.Close()
}

func (b *Bucket) Expires(ctx context.Context, key string) (time.Time, error) {
	f, _, expires, err := b.open(ctx, key)
	if err != nil {
		return time.Time{}, err
	}
	return expires, f.Close()
}

func (b *Bucket) Put(ctx context.Context, key string, data []byte, expires time.Time) error {
	return b.write(ctx, key, data, expires, false)
}

func (b *Bucket) Create(ctx context.Context, key string, data []byte, expires time.Time) error {
	return b.write(ctx, key, data, expires, true)
}

// write writes a temporary file and renames it. Looking whether a file is there
// and renaming happen under the folder's lock, and so does the sweeper's removal,
// which must not take what has just replaced an expired blob.
func (b *Bucket) write(ctx context.Context, key string, data []byte, expires time.Time, exclusive bool) (err error) {
	if err := bucket.Check(ctx, key); err != nil {
		return err
	}
	paths := b.paths(key)
	if exclusive {
		// Spares the writing; what counts is the look under the lock.
		if err := vacant(paths); err != nil {
			return err
		}
	}
	tmp, err := b.writeTemporary(data, expires)
	if err != nil {
		return bucket.Unavailable("write blob", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp) // the sweeper takes what stays
		}
	}()
	// Large blobs take a while to reach the disk; the caller may have left.
	if err := ctx.Err(); err != nil {
		return err
	}
	unlock, err := b.lock.acquire()
	if err != nil {
		return bucket.Unavailable("lock folder", err)
	}
	defer unlock()
	if exclusive {
		if err := vacant(paths); err != nil {
			return err
		}
	}
	if err := b.rename(tmp, paths[0]); err != nil {
		return bucket.Unavailable("rename blob", err)
	}
	return removeFiles(paths[1:])
}

func removeFiles(paths []string) error {
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return bucket.Unavailable("delete blob", err)
		}
	}
	return nil
}

// writeTemporary writes a blob's file into tmp/ and returns its path. Its name
// begins with a number, by which the sweeper knows one of ours.
//
// The file is synced before it gets its name: a rename can reach the disk
// before the content does, and a power failure would leave half a blob. The
// folder is not synced: the worst that can come of it is that the blob is
// missing, and its owner uploads again.
func (b *Bucket) writeTemporary(data []byte, expires time.Time) (path string, err error) {
	f, err := b.createTemporary()
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = f.Close() // the first error is the one to report
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(makeHeader(expires)); err != nil {
		return "", err
	}
	if _, err := f.Write(data); err != nil {
		return "", err
	}
	if err := f.Sync(); err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

func (b *Bucket) createTemporary() (*os.File, error) {
	pattern := strconv.FormatInt(b.now().Unix(), 10) + "-*"
	f, err := os.CreateTemp(b.tmp(), pattern) // mode 0600
	if errors.Is(err, fs.ErrNotExist) {
		// Somebody cleaned the disk under a running program.
		if err := b.makeFolders(); err != nil {
			return nil, err
		}
		return os.CreateTemp(b.tmp(), pattern)
	}
	return f, err
}

func (b *Bucket) Delete(ctx context.Context, key string) error {
	if err := bucket.Check(ctx, key); err != nil {
		return err
	}
	paths := b.paths(key)
	if err := removeFiles(paths); err != nil {
		return err
	}
	b.tidy(paths[0])
	return nil
}

// Sweep implements [bucket.Bucket]. It also removes the files of writers that died.
// One file that cannot be read or removed does not keep it from the others.
func (b *Bucket) Sweep(ctx context.Context) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := b.CheckClock(ctx); err != nil {
		return 0, err
	}
	places, err := b.places("")
	if err != nil {
		return 0, err
	}
	swept := 0
	var failed []error
	for _, place := range places {
		if err := ctx.Err(); err != nil {
			return swept, err
		}
		removed, err := b.sweepBlob(place.path)
		if err != nil {
			failed = append(failed, err)
		}
		if removed {
			swept++
			b.tidy(place.path)
		}
	}
	failed = append(failed, b.sweepTemporary(ctx))
	return swept, errors.Join(failed...)
}

// sweepBlob removes the blob when it has expired. It looks again under the
// lock, because a Put or Create may have replaced it since the first look.
func (b *Bucket) sweepBlob(path string) (removed bool, err error) {
	if expired, err := b.expired(path); err != nil || !expired {
		return false, err
	}
	unlock, err := b.lock.acquire()
	if err != nil {
		return false, bucket.Unavailable("lock folder", err)
	}
	defer unlock()
	if expired, err := b.expired(path); err != nil || !expired {
		return false, err
	}
	if err := os.Remove(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return false, bucket.Unavailable("sweep blob", err)
	}
	return true, nil
}

func (b *Bucket) sweepTemporary(ctx context.Context) error {
	names, err := readNames(b.tmp())
	if err != nil {
		return err
	}
	deadline := b.now().Add(-abandonedAfter)
	var failed []error
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		begun, _, _ := strings.Cut(name, "-")
		if _, err := strconv.ParseInt(begun, 10, 64); err != nil {
			continue // not ours
		}
		path := filepath.Join(b.tmp(), name)
		// By the file's own time: that in its name is of the writer's clock.
		if info, err := os.Lstat(path); err != nil || info.ModTime().After(deadline) {
			continue
		}
		failed = append(failed, removeFiles([]string{path}))
	}
	return errors.Join(failed...)
}

// CheckClock implements [bucket.Bucket]. It asks the clock of the file system,
// which over a network is another machine's.
func (b *Bucket) CheckClock(context.Context) error {
	written, err := b.touch("ask for the time")
	if err != nil {
		return err
	}
	return bucket.CompareClocks(b.now(), written)
}

// Ping implements [bucket.Bucket]. It writes, because a folder that can only be read
// cannot take uploads.
func (b *Bucket) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := b.touch("write into folder")
	return err
}

// touch writes an empty file, removes it, and returns when the file system says
// that it was written.
func (b *Bucket) touch(operation string) (time.Time, error) {
	f, err := b.createTemporary()
	if err != nil {
		return time.Time{}, bucket.Unavailable(operation, err)
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Close(), os.Remove(f.Name())); err != nil {
		return time.Time{}, bucket.Unavailable(operation, err)
	}
	return info.ModTime(), nil
}

func (b *Bucket) Close() error { return nil }

func (b *Bucket) live(expires time.Time) bool { return b.now().Before(expires) }

// open opens the file of the live blob under a key.
func (b *Bucket) open(ctx context.Context, key string) (*os.File, int64, time.Time, error) {
	if err := bucket.Check(ctx, key); err != nil {
		return nil, 0, time.Time{}, err
	}
	return b.openLive(b.paths(key)...)
}

// openLive opens the file of a live blob behind its header, and returns the size
// of what follows. bucket.ErrNotFound when it is at none of the paths.
func (b *Bucket) openLive(paths ...string) (*os.File, int64, time.Time, error) {
	for _, path := range paths {
		f, size, expires, err := openBlob(path)
		switch {
		case errors.Is(err, bucket.ErrNotFound):
		case err != nil:
			return nil, 0, time.Time{}, err
		case b.live(expires):
			return f, size, expires, nil
		default:
			_ = f.Close() // opened for reading, nothing to lose
		}
	}
	return nil, 0, time.Time{}, bucket.ErrNotFound
}

// vacant returns ErrExists when there is a file at one of the paths.
func vacant(paths []string) error {
	for _, path := range paths {
		if _, err := os.Lstat(path); err == nil {
			return bucket.ErrExists
		} else if !errors.Is(err, fs.ErrNotExist) {
			return bucket.Unavailable("look for blob", err)
		}
	}
	return nil
}

// expired reports whether path is a blob, and one that has expired.
func (b *Bucket) expired(path string) (bool, error) {
	f, _, expires, err := openBlob(path)
	if errors.Is(err, bucket.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return !b.live(expires), f.Close()
}

// readNames lists a folder at once, because folders that change while they are
// listed piece by piece may skip names.
func readNames(folder string) ([]string, error) {
	f, err := os.Open(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, bucket.Unavailable("list folder", err)
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return nil, bucket.Unavailable("list folder", err)
	}
	return names, nil
}

// A blob's file begins with a mark that names the format, and the time of
// expiry in Unix milliseconds.
const (
	headerMark  = "sdtblob1"
	headerBytes = len(headerMark) + 8
)

func makeHeader(expires time.Time) []byte {
	return binary.BigEndian.AppendUint64([]byte(headerMark), uint64(expires.UnixMilli()))
}

// openBlob opens a blob's file and reads its header; size is that of the
// content behind it. A missing file and one that is not a blob's are
// ErrNotFound.
func openBlob(path string) (_ *os.File, size int64, expires time.Time, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, time.Time{}, bucket.ErrNotFound
	}
	if err != nil {
		return nil, 0, time.Time{}, bucket.Unavailable("open blob", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close() // opened for reading, nothing to lose
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, time.Time{}, bucket.Unavailable("stat blob", err)
	}
	if !info.Mode().IsRegular() {
		return nil, 0, time.Time{}, bucket.ErrNotFound
	}
	var header [headerBytes]byte
	switch _, err := io.ReadFull(f, header[:]); {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return nil, 0, time.Time{}, bucket.ErrNotFound
	case err != nil:
		return nil, 0, time.Time{}, bucket.Unavailable("read blob", err)
	case string(header[:len(headerMark)]) != headerMark:
		return nil, 0, time.Time{}, bucket.ErrNotFound
	}
	return f, info.Size() - int64(headerBytes), time.UnixMilli(int64(binary.BigEndian.Uint64(header[len(headerMark):]))), nil
}
