package platform

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestSignInOnPlatforms signs in and out through two processes in turn, each behind
// its platform: one begins what the other finishes.
func TestSignInOnPlatforms(t *testing.T) {
	for name, start := range map[string]func(*testing.T, map[string]string, ...string) *instance{
		"Cloud Run": startCloudRun, "Lambda HTTP API": startLambda(true, false), "Azure Functions": startAzure, "Vercel": startVercel,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			provider := servers.StartOIDC(t)
			dir := t.TempDir()
			env := map[string]string{"DATASET_URL": "file://" + dir, "PUBLIC_URL": harness.Site}
			maps.Copy(env, provider.Env("required"))
			v := harness.NewVisitor(t, &platformFront{instances: []*instance{start(t, env, dir), start(t, env, dir)}})
			get := func(path string, want int) *http.Response {
				resp, b := v.Do(http.MethodGet, path, nil)
				if resp.StatusCode != want {
					t.Fatalf("%s: %s: %s", path, resp.Status, b)
				}
				return resp
			}
			if to := get("/bring", http.StatusSeeOther).Header.Get("Location"); to != "/login?next=%2Fbring" {
				t.Errorf("led to %q", to)
			}
			question := get("/login?next=%2Fbring", http.StatusSeeOther).Header.Get("Location")
			client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			answer, err := client.Get(question)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			back, ok := strings.CutPrefix(answer.Header.Get("Location"), harness.Site)
			if !ok {
				t.Fatalf("led back to %q", answer.Header.Get("Location"))
			}
			if to := get(back, http.StatusSeeOther).Header.Get("Location"); to != "/bring" {
				t.Errorf("and on to %q", to)
			}
			get("/", http.StatusOK)
			get("/", http.StatusOK)
			_, b := v.Do(http.MethodGet, "/api/v1/session", nil)
			var session struct {
				User  struct{ ID string }
				Token string `json:"csrf_token"`
			}
			if err := json.Unmarshal(b, &session); err != nil || session.User.ID != "anna" {
				t.Fatalf("%v in %s", err, b)
			}
			form := url.Values{"csrf_token": {session.Token}}
			resp, _ := v.Do(http.MethodPost, "/logout", strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
			if to := resp.Header.Get("Location"); !strings.HasPrefix(to, provider.URL+"/end?") || !strings.Contains(to, url.QueryEscape(harness.Site+"/signed-out")) {
				t.Errorf("signing out: %s to %q", resp.Status, to)
			}
			get("/", http.StatusSeeOther)
			get("/", http.StatusSeeOther)
		})
	}
}
