package chaos

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// TestKilledImportIsTakenOver: two processes share a folder. One is killed in
// the middle of an import. The other shows it, and once the lease has lapsed
// carries it out: one dataset, and nothing left of the parts.
func TestKilledImportIsTakenOver(t *testing.T) {
	t.Parallel() // it mostly waits for a lease to lapse
	shared := t.TempDir()
	var bases []string
	var processes []*harness.Program
	for range 2 {
		p := harness.StartListening(t, map[string]string{"DATASET_URL": "file://" + shared, "LOG_FORMAT": "json"}, shared)
		processes, bases = append(processes, p), append(bases, "http://"+p.Address)
	}
	content, rows := harness.Package(t, 150_000)
	p := harness.NewClient(t)
	id := p.SendFile(content, 1<<20, bases...)
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
		resp, err := p.HTTP.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		answered <- err
	}()
	// Once it is written down it is put together and read, which takes longer
	// than this.
	for deadline := time.Now().Add(10 * time.Second); len(harness.BlobNames(t, shared, "uploads,", ",imports,")) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the import does not begin")
		}
	}
	time.Sleep(50 * time.Millisecond)
	processes[0].Kill()
	if err := <-answered; err == nil {
		t.Fatal("the import was over before its process was killed")
	}
	if n := harness.CountDatasets(t, shared); n != 0 {
		t.Fatalf("%d datasets when the process was killed", n)
	}
	killed := time.Now()

	// The other instance waits for the lease, and not much longer.
	for {
		resp, b := p.Do(http.MethodPost, bases[1]+"/imports/"+task, nil)
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
		if resp, b := p.Do(http.MethodGet, bases[1]+"/partials/imports/"+task, nil); resp.StatusCode != http.StatusOK || !strings.Contains(string(b), "reading") {
			t.Fatalf("the progress: %s: %s", resp.Status, b)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if status, got := p.Rows(bases[1]); status != http.StatusOK || got != rows {
		t.Errorf("status %d, %d rows, want %d", status, got, rows)
	}
	// Sent once more, it is not done once more.
	if resp, b := p.Do(http.MethodPost, bases[1]+"/imports", strings.NewReader(form), "Content-Type", "application/x-www-form-urlencoded"); resp.StatusCode != http.StatusCreated {
		t.Errorf("again: %s: %s", resp.Status, b)
	}
	if n := harness.CountDatasets(t, shared); n != 1 {
		t.Errorf("%d datasets, want 1", n)
	}
	for _, what := range []string{",parts,", ",files,", ",leases,", ",progress,"} {
		if left := harness.BlobNames(t, shared, "uploads,", what); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}
