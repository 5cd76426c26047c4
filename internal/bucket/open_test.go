package bucket_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/file"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/redis"
)

var drivers = bucket.Drivers{"file": file.OpenURL, "redis": redis.OpenURL}

func TestOpenFileURLs(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for rawURL, folder := range map[string]string{
		"file:./relative":   "relative",
		"file:plain":        "plain",
		"file:with%20space": "with space",
		"file://" + filepath.ToSlash(dir) + "/deep/down":  "deep/down",
		"file://localhost" + filepath.ToSlash(dir) + "/l": "l",
	} {
		b, err := drivers.Open(t.Context(), rawURL)
		if err != nil {
			t.Errorf("Open(%q): %v", rawURL, err)
			continue
		}
		if err := b.Put(t.Context(), "k", []byte("x"), time.Now().Add(time.Hour)); err != nil {
			t.Errorf("%s: Put: %v", rawURL, err)
		}
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(folder), "blobs", "k")); err != nil {
			t.Errorf("%s: the blob is not in %s: %v", rawURL, folder, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	for rawURL, want := range map[string]string{
		"":                                "no scheme",
		"./data":                          "no scheme",
		"swift://user:hunter2@host/0":     "no driver for swift: (known: file, redis)",
		"redis://user:hunter2@host/zero":  "database number",
		"file://data":                     "write file:./data",
		"file://./data":                   "write file:./data",
		"file:":                           "names no folder",
		"file:./data?x=1":                 "takes no parameters",
		"file://u:hunter2@host:port/\x7f": "not a URL",
	} {
		_, err := drivers.Open(t.Context(), rawURL)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%q): %v, want %q in it", rawURL, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q) tells the password: %v", rawURL, err)
		}
	}
}

func TestOpenReportsAFolderThatCannotBeMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := drivers.Open(t.Context(), "file://"+filepath.ToSlash(path)); err == nil {
		t.Fatal("Open took a file for a folder")
	}
}

func TestDriversAreChosenByScheme(t *testing.T) {
	memory := memory.New(time.Now)
	drivers := bucket.Drivers{"mem": func(_ context.Context, rawURL string) (bucket.Bucket, error) {
		if rawURL != "mem://here" {
			t.Errorf("driver called with %s", rawURL)
		}
		return memory, nil
	}}
	b, err := drivers.Open(t.Context(), "mem://here")
	if err != nil || b != bucket.Bucket(memory) {
		t.Fatalf("Open: %v, %v", b, err)
	}
}
