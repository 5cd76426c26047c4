package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

const accountKey = "only for tests: 8cJq2LxVn5bTz4gHs6jRp1Wd"

type keptAnswer struct {
	Exists, Open bool
	Datasets     []struct {
		ID      string
		Plays   int
		Current bool
	}
}

// account changes the account of who is signed in, with their token.
func (p person) account(base, method, path, body string, want int) (a keptAnswer) {
	p.T.Helper()
	resp, b := p.Do(method, base+"/api/v1/account"+path, strings.NewReader(body),
		"Content-Type", "application/json", "X-CSRF-Token", p.session(base).Token)
	if resp.StatusCode != want {
		p.T.Fatalf("%s %s: %s: %s", method, path, resp.Status, b)
	}
	if err := json.Unmarshal(b, &a); err != nil {
		p.T.Fatalf("%v in %s", err, b)
	}
	return a
}

// Signing out deletes what is not kept and nothing that is. Signing in on another
// instance opens it after the passphrase. The session's cookies stay small meanwhile,
// with the longest ID token that is kept.
func TestKeptDataAfterSigningOut(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			provider := servers.StartOIDC(t)
			provider.Script(func(s *servers.OIDCScript) { s.Padding = 150 })
			bucket := t.TempDir()
			more := []string{"ACCOUNT_SECRET_KEY=" + accountKey, "DATASET_URL=file://" + bucket, "SESSION_STORE=" + store}
			if store == "redis" {
				more = append(more, "REDIS_URL="+servers.Redis(t).URL())
			}
			env := signInEnv(provider, "optional", more...)
			one, other := harness.StartServer(t, env), harness.StartServer(t, env)

			anna := newPerson(t, provider)
			if resp, _ := anna.ask(http.MethodGet, one.Base+"/account", nil); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/login?next=%2Faccount" {
				t.Errorf("signed out: %s to %s", resp.Status, resp.Header.Get("Location"))
			}
			anna.account(one.Base, http.MethodGet, "", "", http.StatusUnauthorized)
			anna.signIn(one.Base)
			anna.Upload(one.Base, harness.SmallPackage(t, 20))
			resp, _ := anna.Do(http.MethodPost, one.Base+"/api/v1/account/passphrases", strings.NewReader(`{"passphrase":"marmalade tugboat seven lanterns"}`), "Content-Type", "application/json")
			if resp.StatusCode != http.StatusForbidden {
				t.Errorf("without the token: %s", resp.Status)
			}
			a := anna.account(one.Base, http.MethodPost, "/passphrases", `{"passphrase":"marmalade tugboat seven lanterns","keep":true}`, http.StatusCreated)
			if len(a.Datasets) != 1 || a.Datasets[0].Plays != 20 {
				t.Fatalf("kept: %+v", a)
			}
			total := 0
			for _, c := range anna.Cookies(one.Base) {
				if n := len(c.Name) + len(c.Value); n > 4096 {
					t.Errorf("%s has %d bytes", c.Name, n)
				}
				total += len(c.Name) + len(c.Value)
			}
			if total > 8<<10 {
				t.Errorf("%d bytes of cookies", total)
			}
			t.Logf("%d bytes of cookies", total)
			if _, page := anna.ask(http.MethodGet, one.Base+"/logout", nil); !strings.Contains(page, "stays with your account") {
				t.Errorf("signing out does not say that the data stays: %s", errorOf(page))
			}
			anna.ask(http.MethodPost, one.Base+"/logout", url.Values{"csrf_token": {anna.session(one.Base).Token}})
			if anna.session(one.Base).SignedIn {
				t.Fatal("still signed in")
			}

			again := newPerson(t, provider)
			again.signIn(other.Base)
			if a = again.account(other.Base, http.MethodGet, "", "", http.StatusOK); a.Open || !a.Exists {
				t.Errorf("elsewhere: %+v", a)
			}
			a = again.account(other.Base, http.MethodPost, "/open", `{"passphrase":"marmalade tugboat seven lanterns"}`, http.StatusOK)
			again.account(other.Base, http.MethodPost, "/datasets/"+a.Datasets[0].ID+"/open", "{}", http.StatusOK)
			if resp, body := again.ask(http.MethodGet, other.Base+"/receipt", nil); resp.StatusCode != http.StatusOK || !strings.Contains(body, "kept with your account until") {
				t.Errorf("opened: %s: %s", resp.Status, errorOf(body))
			}
			for name, content := range harness.FilesIn(t, bucket) {
				for _, word := range []string{"anna", "Listening of", "passphrase", provider.URL} {
					if strings.Contains(string(content), word) || strings.Contains(name, word) {
						t.Errorf("%s tells %q", name, word)
					}
				}
			}
			again.account(other.Base, http.MethodDelete, "", "{}", http.StatusOK)
			if n := harness.CountDatasets(t, bucket); n != 0 {
				t.Errorf("%d datasets are left", n)
			}
		})
	}
}
