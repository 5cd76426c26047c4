package harness

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ReadText reads a file.
func ReadText(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// CountDatasets counts the datasets in a data folder.
func CountDatasets(t *testing.T, dir string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "blobs", "datasets,*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

// FilesIn reads every file below a folder, but for those that are deleted meanwhile.
func FilesIn(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	if err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		all[path] = content
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// BlobNames lists what lies in a data folder under names that hold all of parts.
func BlobNames(t *testing.T, dir string, parts ...string) (names []string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "blobs", "*"))
	spaces, err2 := filepath.Glob(filepath.Join(dir, "spaces", "*", "*"))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(all, spaces...) {
		name, fits := filepath.Base(path), true
		if space := filepath.Dir(path); filepath.Base(space) != "blobs" {
			name = filepath.Base(space) + "," + name
		}
		for _, part := range parts {
			fits = fits && strings.Contains(name, part)
		}
		if fits {
			names = append(names, name)
		}
	}
	return names
}

// OutlivesSession reports whether a key may stay in the store when a session and
// its data were deleted: the mark that nothing takes the place of the data, the
// note that the session was ended, and how Redis is laid out. They name nobody.
func OutlivesSession(key string) bool {
	return strings.Contains(key, "notes/") || strings.Contains(key, "revoked/") || strings.HasSuffix(key, "{layout}")
}

// Containing returns the names that hold one of parts.
func Containing(names []string, parts ...string) (found []string) {
	for _, name := range names {
		for _, part := range parts {
			if strings.Contains(name, part) {
				found = append(found, name)
				break
			}
		}
	}
	return found
}
