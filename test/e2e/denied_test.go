package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestRefusedUploadIsAnswered: the whole program answers an upload from another
// site with the page for it, and logs it once, without an address.
func TestRefusedUploadIsAnswered(t *testing.T) {
	t.Parallel()
	for mode, env := range map[string]map[string]string{
		"cookie": nil,
		"redis":  {"SESSION_STORE": "redis", "REDIS_URL": servers.Redis(t).URL()},
	} {
		s := harness.StartServer(t, env)
		for _, path := range []string{"/uploads", "/imports"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Base+path, strings.NewReader("a=b"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatalf("%s, %s: %v", mode, path, err)
			}
			body, err := io.ReadAll(response.Body)
			_ = response.Body.Close()
			if err != nil || response.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "That request came from another site") {
				t.Errorf("%s, %s: %s, %v, %.200s", mode, path, response.Status, err, body)
			}
		}
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		log := s.Log.String()
		if n := strings.Count(log, "status=403"); n != 2 || strings.Contains(log, "panic") || strings.Contains(log, "127.0.0.1") {
			t.Errorf("%s: log: %s", mode, log)
		}
	}
}
