package e2e

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
	"github.com/klauspost/compress/zstd"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestNothingStoredCanBeRead: after an import, no name and no URI of the data
// stands in anything that the program has stored, neither plainly nor compressed,
// whatever the store.
func TestNothingStoredCanBeRead(t *testing.T) {
	t.Parallel()
	pack := samplePackage(t)
	wanted := namesIn(t, pack)
	if len(wanted) < 500 {
		t.Fatalf("only %d names in the package", len(wanted))
	}

	// What would be stored if nothing were sealed is found out: it is compressed
	// columns. Without this the rest would prove nothing.
	plain, err := importedDataset(t, pack)
	if err != nil {
		t.Fatal(err)
	}
	if found := readable(plain, wanted); len(found) < len(wanted)/2 {
		t.Fatalf("in the data before it is sealed %d names of %d were found", len(found), len(wanted))
	}

	path := filepath.Join(t.TempDir(), "my_spotify_data.zip")
	if err := os.WriteFile(path, pack, 0o600); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, open := range map[string]func(t *testing.T) (env map[string]string, stored func() map[string][]byte){
		"folder": func(t *testing.T) (map[string]string, func() map[string][]byte) {
			return map[string]string{"DATASET_URL": "file://" + folder}, func() map[string][]byte { return harness.FilesIn(t, folder) }
		},
		"Redis, with the sessions": func(t *testing.T) (map[string]string, func() map[string][]byte) {
			server := servers.Redis(t)
			return map[string]string{"SESSION_STORE": "redis", "REDIS_URL": server.URL(), "DATASET_URL": ""}, func() map[string][]byte {
				all := make(map[string][]byte)
				for _, key := range server.Keys() {
					value, err := redis.Bytes(server.Do("GET", key), nil)
					if err != nil {
						t.Fatal(err)
					}
					all[key] = value
				}
				return all
			}
		},
		"S3": func(t *testing.T) (map[string]string, func() map[string][]byte) {
			server := servers.S3(t)
			server.Setenv(t)
			return map[string]string{"DATASET_URL": server.URL}, func() map[string][]byte { return harness.FilesIn(t, server.Folder) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			env, stored := open(t)
			address := harness.StartServer(t, env).Base
			p := harness.NewClient(t)
			p.Upload(address, path)
			if status, rows := p.Rows(address); status != 200 || rows == 0 {
				t.Fatalf("status %d, %d rows", status, rows)
			}
			all := stored()
			bytes := 0
			for where, content := range all {
				bytes += len(content)
				if found := readable(content, wanted); len(found) > 0 {
					t.Errorf("%s holds %q", where, found[:min(3, len(found))])
				}
				if found := readable([]byte(where), wanted); len(found) > 0 {
					t.Errorf("a name holds %q", found)
				}
			}
			if bytes < 20_000 {
				t.Errorf("only %d bytes in %d places: not where the data is", bytes, len(all))
			}
		})
	}
}

func samplePackage(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if _, err := sampletest.Extended(&b, sampletest.Options{Plays: 5000, Seed: 7, From: to.AddDate(-2, 0, 0), To: to}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// namesIn returns every name and URI of a package that is long enough not to
// turn up by chance.
func namesIn(t *testing.T, pack []byte) [][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(pack), int64(len(pack)))
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, file := range archive.File {
		if !strings.HasSuffix(file.Name, ".json") {
			continue
		}
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		var rows []map[string]any
		if err := json.NewDecoder(r).Decode(&rows); err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}
		for _, row := range rows {
			for field, value := range row {
				text, ok := value.(string)
				if !ok || len(text) < 7 || !strings.Contains(field, "name") && !strings.Contains(field, "uri") {
					continue
				}
				seen[text] = true
				// A URI may be stored as its last part.
				if last := text[strings.LastIndex(text, ":")+1:]; len(last) >= 7 {
					seen[last] = true
				}
			}
		}
	}
	var names [][]byte
	for name := range seen {
		names = append(names, []byte(name))
	}
	return names
}

func importedDataset(t *testing.T, pack []byte) ([]byte, error) {
	v := vault.New(vault.Config{Bucket: memory.New(time.Now), Now: time.Now})
	res, err := importer.New(importer.Config{Vault: v, Now: time.Now}).Import(t.Context(), importer.Job{
		Inputs:  []export.Input{{Name: "my_spotify_data.zip", R: bytes.NewReader(pack), Size: int64(len(pack))}},
		Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		return nil, err
	}
	return res.Dataset.Encode()
}

// readable returns the names that stand in the content, or in what comes out
// when it is decompressed from any place where that can begin.
func readable(content []byte, names [][]byte) (found [][]byte) {
	texts := [][]byte{content}
	const most = 64 << 20
	attempt := func(r io.Reader, err error) {
		if err != nil {
			return
		}
		// What comes before an error counts.
		if text, _ := io.ReadAll(io.LimitReader(r, most)); len(text) > 0 {
			texts = append(texts, text)
		}
	}
	for i := range content {
		rest := content[i:]
		switch {
		case bytes.HasPrefix(rest, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			if r, err := zstd.NewReader(bytes.NewReader(rest), zstd.WithDecoderConcurrency(1)); err == nil {
				attempt(r, nil)
				r.Close()
			}
		case bytes.HasPrefix(rest, []byte{0x1f, 0x8b}):
			attempt(gzip.NewReader(bytes.NewReader(rest)))
		case rest[0] == 0x78:
			attempt(zlib.NewReader(bytes.NewReader(rest)))
		}
		// Bare deflate has no mark; after the headers in use here it would begin
		// early.
		if i < 128 {
			attempt(flate.NewReader(bytes.NewReader(rest)), nil)
		}
	}
	for _, name := range names {
		for _, text := range texts {
			if bytes.Contains(text, name) {
				found = append(found, name)
				break
			}
		}
	}
	return found
}
