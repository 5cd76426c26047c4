package file_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/file"
)

func listed(t testing.TB, b bucket.Bucket, prefix string) []string {
	t.Helper()
	keys, err := b.List(t.Context(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(keys)
	return keys
}

func open(t *testing.T) (b *file.Bucket, dir string, clock *buckettest.Clock) {
	t.Helper()
	dir, clock = t.TempDir(), buckettest.NewTrueClock()
	b, err := file.Open(filepath.Join(dir, "data"), clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	return b, filepath.Join(dir, "data"), clock
}

func TestConforms(t *testing.T) {
	buckettest.Run(t, func(t *testing.T) buckettest.Subject {
		clock := buckettest.NewTrueClock()
		dir := t.TempDir()
		open := func(t *testing.T, now func() time.Time) bucket.Bucket {
			b, err := file.Open(dir, now)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		return buckettest.Subject{
			Bucket:  open(t, clock.Now),
			Now:     clock.Now,
			Advance: clock.Advance,
			Again:   func(t *testing.T) bucket.Bucket { return open(t, clock.Now) },
			Ahead: func(t *testing.T, by time.Duration) bucket.Bucket {
				return open(t, func() time.Time { return clock.Now().Add(by) })
			},
			Sweeps: true,
		}
	})
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes mean something else here")
	}
	b, dir, clock := open(t)
	if err := b.Put(t.Context(), "a/b", []byte("x"), clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	files := 0
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			files++
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("no file found")
	}
}

// Whoever shares a folder sees one ID, and no two folders have the same.
func TestFolderID(t *testing.T) {
	b, dir, clock := open(t)
	again, err := file.Open(dir, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		group.Go(func() {
			id, err := []*file.Bucket{b, again}[i%2].ID()
			if err != nil {
				t.Error(err)
			}
			ids[i] = id
		})
	}
	group.Wait()
	other, _, _ := open(t)
	otherID, err := other.ID()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if id == "" || id != ids[0] || id == otherID {
			t.Errorf("IDs %q, another folder %q", ids, otherID)
		}
	}
}

// TestAbandonedTemporaryFilesAreSwept: how old one is the file system says, and
// not the clock of who has begun it.
func TestAbandonedTemporaryFilesAreSwept(t *testing.T) {
	b, dir, clock := open(t)
	tmp := func(name string) string { return filepath.Join(dir, "tmp", name) }
	ages := map[string]time.Duration{
		tmp("1772000000-1"): 61 * time.Minute, tmp("1772000000-2"): time.Minute, tmp("9999999999-3"): 61 * time.Minute, tmp("notes.txt"): 61 * time.Minute,
	}
	for path, age := range ages {
		if err := os.WriteFile(path, []byte("half a blob"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, clock.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := b.Sweep(t.Context()); n != 0 || err != nil {
		t.Fatalf("Sweep: %d, %v; temporary files are no blobs", n, err)
	}
	for path, age := range ages {
		want := age < time.Hour || filepath.Base(path) == "notes.txt"
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", filepath.Base(path), err == nil, want)
		}
	}
}

// What a version without folders for namespaces has stored, and goes on storing
// while instances are renewed, is there like everything else.
func TestFilesOfAnOlderLayout(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "blobs"), 0o700); err != nil {
		t.Fatal(err)
	}
	older := func(key, content string) {
		t.Helper()
		header := binary.BigEndian.AppendUint64([]byte("sdtblob1"), uint64(time.Now().Add(time.Hour).UnixMilli()))
		path := filepath.Join(dir, "blobs", strings.ReplaceAll(key, "/", ","))
		if err := os.WriteFile(path, append(header, content...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	older("datasets/1", "a dataset")
	older("uploads/mine/files/a", "before")
	clock := buckettest.NewTrueClock()
	b, err := file.Open(dir, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	expires := time.Now().Add(100 * time.Hour)
	if err := b.Create(t.Context(), "uploads/mine/files/a", []byte("once more"), expires); !errors.Is(err, bucket.ErrExists) {
		t.Errorf("Create: %v", err)
	}
	if err := b.Put(t.Context(), "uploads/mine/files/b", []byte("new"), expires); err != nil {
		t.Fatal(err)
	}
	older("uploads/mine/files/c", "beside")
	if keys := listed(t, b, "uploads/mine/"); !slices.Equal(keys, []string{"uploads/mine/files/a", "uploads/mine/files/b", "uploads/mine/files/c"}) {
		t.Error(keys)
	}
	for key, want := range map[string]string{"uploads/mine/files/a": "before", "uploads/mine/files/c": "beside", "datasets/1": "a dataset"} {
		got, err := b.Get(t.Context(), key)
		size, statErr := b.Stat(t.Context(), key)
		if err != nil || statErr != nil || string(got) != want || size != int64(len(want)) {
			t.Errorf("%s: %q, %v, %v", key, got, err, statErr)
		}
	}
	if err := b.Put(t.Context(), "uploads/mine/files/a", []byte("after"), expires); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Get(t.Context(), "uploads/mine/files/a"); err != nil || string(got) != "after" {
		t.Errorf("%q, %v", got, err)
	}
	if err := b.Delete(t.Context(), "uploads/mine/files/c"); err != nil {
		t.Fatal(err)
	}
	if keys := listed(t, b, ""); !slices.Equal(keys, []string{"datasets/1", "uploads/mine/files/a", "uploads/mine/files/b"}) {
		t.Error(keys)
	}
	// Two days later there is nothing left to look for.
	older("uploads/mine/files/d", "too late")
	clock.Advance(49 * time.Hour)
	if keys := listed(t, b, "uploads/mine/"); !slices.Equal(keys, []string{"uploads/mine/files/a", "uploads/mine/files/b"}) {
		t.Error(keys)
	}
	for _, key := range []string{"a", "b"} {
		if err := b.Delete(t.Context(), "uploads/mine/files/"+key); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(filepath.Join(dir, "spaces")); err != nil || len(left) != 0 {
		t.Errorf("folders of nobody: %v, %v", left, err)
	}
}

// BenchmarkFileList is what it costs to list a namespace among so many blobs.
func BenchmarkFileList(b *testing.B) {
	for _, keys := range []int{1_000, 100_000, 1_000_000} {
		b.Run(strconv.Itoa(keys), func(b *testing.B) {
			dir := b.TempDir()
			f, err := file.Open(dir, time.Now)
			if err != nil {
				b.Fatal(err)
			}
			// Twenty a person: not written through the driver, which takes its time.
			for i := range keys {
				folder := filepath.Join(dir, "spaces", fmt.Sprintf("uploads,%032x", i/20))
				if i%20 == 0 {
					err = os.MkdirAll(folder, 0o700)
				}
				if err == nil {
					err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("files,%032x", i)), nil, 0o600)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			for i := range 20 {
				if err := f.Put(b.Context(), fmt.Sprintf("uploads/mine/files/%d", i), []byte("x"), time.Now().Add(time.Hour)); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if n := len(listed(b, f, "uploads/mine/")); n != 20 {
					b.Fatal(n)
				}
			}
		})
	}
}

func TestFailedWritesLeaveNothing(t *testing.T) {
	b, dir, clock := open(t)
	// A folder where the blob should go makes the rename fail.
	if err := os.MkdirAll(filepath.Join(dir, "blobs", "k", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := b.Put(t.Context(), "k", []byte("x"), clock.Now().Add(time.Hour)); !errors.Is(err, bucket.ErrUnavailable) {
		t.Fatalf("Put: %v, want ErrUnavailable", err)
	}
	left, err := os.ReadDir(filepath.Join(dir, "tmp"))
	if err != nil || len(left) != 0 {
		t.Fatalf("tmp holds %v, %v", left, err)
	}
}

// What the program did not write is not a blob, and is not removed either.
func TestForeignFilesAreLeftAlone(t *testing.T) {
	b, dir, clock := open(t)
	foreign := map[string]string{"empty": "", "short": "sdtblob1", "text": "a letter to a friend, longer than a header"}
	for name, content := range foreign {
		if err := os.WriteFile(filepath.Join(dir, "blobs", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "blobs", "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"empty", "short", "text", "folder"} {
		if _, err := b.Get(t.Context(), name); !errors.Is(err, bucket.ErrNotFound) {
			t.Errorf("Get(%q): %v, want ErrNotFound", name, err)
		}
	}
	if keys, err := b.List(t.Context(), ""); err != nil || len(keys) > 0 {
		t.Error(keys, err)
	}
	clock.Advance(time.Minute)
	if n, err := b.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("Sweep: %d, %v", n, err)
	}
	for name, content := range foreign {
		if got, err := os.ReadFile(filepath.Join(dir, "blobs", name)); err != nil || string(got) != content {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
}

func TestCleanedDisk(t *testing.T) {
	b, dir, clock := open(t)
	expires := clock.Now().Add(time.Hour)
	if err := b.Put(t.Context(), "k", []byte("x"), expires); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(t.Context(), "k"); !errors.Is(err, bucket.ErrNotFound) {
		t.Errorf("Get: %v, want ErrNotFound", err)
	}
	if n, err := b.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("Sweep: %d, %v", n, err)
	}
	if err := b.Create(t.Context(), "k", []byte("y"), expires); err != nil {
		t.Errorf("Create: %v", err)
	}
	if got, err := b.Get(t.Context(), "k"); err != nil || string(got) != "y" {
		t.Errorf("Get: %q, %v", got, err)
	}
}

func TestPingNoticesAFolderThatCannotBeWritten(t *testing.T) {
	b, dir, _ := open(t)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := b.Ping(t.Context()); !errors.Is(err, bucket.ErrUnavailable) {
		t.Fatalf("Ping: %v, want ErrUnavailable", err)
	}
}

// raceFolder tells a copy of this test program to race for the keys of a
// folder instead of running tests.
const raceFolder = "BUCKET_TEST_RACE_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(raceFolder); dir != "" {
		if err := race(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const raceKeys = 50

// race creates every key once its expired blob is swept, and prints those it won.
func race(dir string) error {
	b, err := file.Open(dir, time.Now)
	if err != nil {
		return err
	}
	// Wait for the others, so that all begin together.
	for {
		if _, err := os.Stat(filepath.Join(dir, "start")); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	ctx := context.Background()
	expires := time.Now().Add(time.Hour)
	var group sync.WaitGroup
	var sweepErr error
	group.Go(func() {
		for range 5 {
			_, err := b.Sweep(ctx)
			sweepErr = errors.Join(sweepErr, err)
		}
	})
	for i := range raceKeys {
		key := fmt.Sprintf("k/%d", i)
		err := b.Create(ctx, key, []byte("new"), expires)
		for errors.Is(err, bucket.ErrExists) {
			if _, err := b.Stat(ctx, key); !errors.Is(err, bucket.ErrNotFound) {
				break // another's
			}
			if _, err := b.Sweep(ctx); err != nil {
				return err
			}
			err = b.Create(ctx, key, []byte("new"), expires)
		}
		switch {
		case err == nil:
			fmt.Println(i)
		case !errors.Is(err, bucket.ErrExists):
			return err
		}
	}
	group.Wait()
	return sweepErr
}

// Several processes race for keys whose blobs have expired, each sweeping as
// well; every key has exactly one winner and its blob survives.
func TestProcessesShareAFolder(t *testing.T) {
	dir := t.TempDir()
	b, err := file.Open(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raceKeys {
		if err := b.Put(t.Context(), fmt.Sprintf("k/%d", i), []byte("old"), time.Now().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const processes = 3
	var group sync.WaitGroup
	outputs := make([]string, processes)
	for i := range processes {
		command := exec.CommandContext(t.Context(), program)
		command.Env = append(os.Environ(), raceFolder+"="+dir)
		group.Go(func() {
			output, err := command.CombinedOutput()
			if err != nil {
				t.Errorf("process %d: %v: %s", i, err, output)
			}
			outputs[i] = string(output)
		})
	}
	if err := os.WriteFile(filepath.Join(dir, "start"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	winners := make(map[string]int)
	for _, output := range outputs {
		for key := range strings.FieldsSeq(output) {
			winners[key]++
		}
	}
	for i := range raceKeys {
		if n := winners[strconv.Itoa(i)]; n != 1 {
			t.Errorf("key %d has %d winners, want 1", i, n)
		}
		if got, err := b.Get(t.Context(), fmt.Sprintf("k/%d", i)); err != nil || string(got) != "new" {
			t.Errorf("key %d: %q, %v", i, got, err)
		}
	}
}
