package app

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// blobNames lists what lies in a data folder under names that hold all of parts.
func blobNames(t *testing.T, dir string, parts ...string) (names []string) {
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

// TestKilledImportIsTakenOver: two processes share a folder. One is killed in
// the middle of an import. The other shows it, and once the lease has lapsed
// carries it out: one dataset, and nothing left of the parts.
func TestKilledImportIsTakenOver(t *testing.T) {
	shared := t.TempDir()
	var bases []string
	var processes []*process
	for range 2 {
		p := startListening(t, map[string]string{"DATASET_URL": "file://" + shared, "LOG_FORMAT": "json"}, shared)
		processes, bases = append(processes, p), append(bases, "http://"+p.address)
	}
	content, rows := generated(t, 150_000)
	p := newClient(t)
	id := p.sendFile(content, 1<<20, bases...)
	const task = "00112233445566778899aabbccddeeff"
	form := url.Values{"file": {id}, "id": {task}}.Encode()

	answered := make(chan error, 1)
	go func() {
		req, err := http.NewRequest(http.MethodPost, bases[0]+"/imports", strings.NewReader(form))
		if err != nil {
			answered <- err
			return
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := p.http.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		answered <- err
	}()
	// Once it is written down it is put together and read, which takes longer
	// than this.
	for deadline := time.Now().Add(10 * time.Second); len(blobNames(t, shared, "uploads,", ",imports,")) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the import does not begin")
		}
	}
	time.Sleep(50 * time.Millisecond)
	processes[0].kill()
	if err := <-answered; err == nil {
		t.Fatal("the import was over before its process was killed")
	}
	if n := datasets(t, shared); n != 0 {
		t.Fatalf("%d datasets when the process was killed", n)
	}
	killed := time.Now()

	// The other instance waits for the lease, and not much longer.
	for {
		resp, b := p.do(http.MethodPost, bases[1]+"/imports/"+task, nil)
		if resp.StatusCode == http.StatusCreated {
			var receipt struct{ Kept int }
			if err := json.Unmarshal(b, &receipt); err != nil || receipt.Kept != rows {
				t.Errorf("%d rows kept, %v, want %d", receipt.Kept, err, rows)
			}
			break
		}
		if resp.StatusCode != http.StatusAccepted || time.Since(killed) > 20*time.Second {
			t.Fatalf("after %s: %s: %s", time.Since(killed), resp.Status, b)
		}
		if resp, b := p.do(http.MethodGet, bases[1]+"/partials/imports/"+task, nil); resp.StatusCode != http.StatusOK || !strings.Contains(string(b), "reading") {
			t.Fatalf("the progress: %s: %s", resp.Status, b)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if status, got := p.rows(bases[1]); status != http.StatusOK || got != rows {
		t.Errorf("status %d, %d rows, want %d", status, got, rows)
	}
	// Sent once more, it is not done once more.
	if resp, b := p.do(http.MethodPost, bases[1]+"/imports", strings.NewReader(form), "Content-Type", "application/x-www-form-urlencoded"); resp.StatusCode != http.StatusCreated {
		t.Errorf("again: %s: %s", resp.Status, b)
	}
	if n := datasets(t, shared); n != 1 {
		t.Errorf("%d datasets, want 1", n)
	}
	for _, what := range []string{",parts,", ",files,", ",leases,", ",progress,"} {
		if left := blobNames(t, shared, "uploads,", what); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}
