package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// TestTemporaryFolderIsGone: an instance that cannot read uploads says so, to
// the probe as to people, and takes them again when its folder is back. What
// does not need the folder goes on.
func TestTemporaryFolderIsGone(t *testing.T) {
	s := harness.StartServer(t, nil)
	missing := filepath.Join(t.TempDir(), "missing")
	p := harness.NewClient(t)
	content, rows := harness.Package(t, 100)
	body, contentType := harness.Form("add", harness.File("my_spotify_data.zip", content))
	upload := func() (*http.Response, []byte) {
		return p.Do(http.MethodPost, s.Base+"/uploads", bytes.NewReader(body), "Content-Type", contentType)
	}
	arrived := p.SendFile(content, len(content), s.Base)
	importIt := func() (*http.Response, []byte) {
		return p.Do(http.MethodPost, s.Base+"/imports", strings.NewReader("file="+arrived), "Content-Type", "application/x-www-form-urlencoded")
	}

	t.Setenv("TMPDIR", missing)
	if got := harness.Status(t, s.Base+"/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d", got)
	}
	if log := s.Log.String(); !strings.Contains(log, "not ready") || !strings.Contains(log, "temporary folder cannot be used") || !strings.Contains(log, missing) {
		t.Errorf("the log does not say what is wrong: %s", log)
	}
	for what, ask := range map[string]func() (*http.Response, []byte){"a form": upload, "an import of parts": importIt} {
		resp, b := ask()
		var failure struct {
			Error struct{ Code, Message string }
		}
		if err := json.Unmarshal(b, &failure); err != nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || failure.Error.Code != "no_temporary_folder" {
			t.Errorf("%s: %s, %v: %s", what, resp.Status, err, b)
		}
		if strings.Contains(string(b), missing) {
			t.Errorf("%s: the answer names the folder: %s", what, b)
		}
	}
	if got := harness.Status(t, s.Base+"/healthz"); got != http.StatusNoContent {
		t.Errorf("/healthz: %d", got)
	}

	if err := os.Mkdir(missing, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := harness.Status(t, s.Base+"/readyz"); got != http.StatusNoContent {
		t.Errorf("/readyz with the folder back: %d", got)
	}
	if resp, b := importIt(); resp.StatusCode != http.StatusCreated {
		t.Errorf("the parts that had arrived: %s: %s", resp.Status, b)
	}
	if got, n := p.Rows(s.Base); got != http.StatusOK || n != rows {
		t.Errorf("%d, %d rows, want %d", got, n, rows)
	}
	if left, err := os.ReadDir(missing); err != nil || len(left) != 0 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}
