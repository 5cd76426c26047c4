package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

type reelAnswer struct {
	ID, Revision, Title, State string
	Stale                      bool
	Film                       *struct{ URL string }
}

// reels asks the API of reels with the token of who is signed in.
func (p person) reels(base, method, path, body string, want int, headers ...string) []byte {
	p.T.Helper()
	headers = append(headers, "Content-Type", "application/json", "Accept", "application/json", "X-CSRF-Token", p.session(base).Token)
	resp, b := p.Do(method, base+"/api/v1/reels"+path, strings.NewReader(body), headers...)
	if resp.StatusCode != want {
		p.T.Fatalf("%s %s: %s: %s", method, path, resp.Status, b)
	}
	return b
}

func (p person) reel(base, method, path, body string, want int, headers ...string) (r reelAnswer) {
	p.T.Helper()
	if b := p.reels(base, method, path, body, want, headers...); json.Unmarshal(b, &r) != nil {
		p.T.Fatalf("no reel: %s", b)
	}
	return r
}

// stitched looks at a reel until it has its film.
func (p person) stitched(base, id string) (r reelAnswer, film []byte) {
	p.T.Helper()
	p.reels(base, http.MethodPost, "/"+id+"/film", "{}", http.StatusAccepted)
	for range 10 {
		if r = p.reel(base, http.MethodGet, "/"+id, "", http.StatusOK); r.State == "ready" && !r.Stale {
			return r, p.film(base, r)
		}
	}
	p.T.Fatalf("the film is not made: %+v", r)
	return r, nil
}

func (p person) film(base string, r reelAnswer) []byte {
	p.T.Helper()
	if r.Film == nil {
		p.T.Fatalf("%+v has no film", r)
	}
	resp, film := p.Do(http.MethodGet, base+r.Film.URL, nil)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "video/mp4" {
		p.T.Fatalf("film: %s", resp.Status)
	}
	return film
}

// A reel of data that is kept with an account is there on another device, with its film
// and through another instance. What is changed there is seen on the first, nobody else
// has any of it, and it goes with the reel and with the data.
func TestReelOfKeptData(t *testing.T) {
	t.Parallel()
	provider, bucket := servers.StartOIDC(t), t.TempDir()
	env := signInEnv(provider, "optional", "ACCOUNT_SECRET_KEY="+accountKey, "DATASET_URL=file://"+bucket)
	one, other := harness.StartServer(t, env).Base, harness.StartServer(t, env).Base
	const passphrase = `{"passphrase":"marmalade tugboat seven lanterns"`

	anna := newPerson(t, provider)
	anna.signIn(one)
	anna.Upload(one, harness.SmallPackage(t, 900))
	kept := anna.account(one, http.MethodPost, "/passphrases", passphrase+`,"keep":true}`, http.StatusCreated)
	made := anna.reel(one, http.MethodPost, "?from=2022", `{"title":"Made at home","size":"square","order":["months","clock"]}`, http.StatusCreated)
	made, film := anna.stitched(one, made.ID)

	away := newPerson(t, provider)
	away.signIn(other)
	away.reels(other, http.MethodGet, "/"+made.ID, "", http.StatusUnauthorized)
	away.account(other, http.MethodPost, "/open", passphrase+"}", http.StatusOK)
	away.account(other, http.MethodPost, "/datasets/"+kept.Datasets[0].ID+"/open", "{}", http.StatusOK)
	seen := away.reel(other, http.MethodGet, "/"+made.ID, "", http.StatusOK)
	if seen.Title != "Made at home" || seen.State != "ready" || seen.Stale || string(away.film(other, seen)) != string(film) {
		t.Errorf("on the other device: %+v", seen)
	}
	if resp, page := away.ask(http.MethodGet, other+"/reel", nil); resp.StatusCode != http.StatusOK || !strings.Contains(page, "Made at home") {
		t.Errorf("the page of the other device does not list it: %s", resp.Status)
	}

	// Without the token of the session nothing is changed.
	resp, _ := away.Do(http.MethodPatch, other+"/api/v1/reels/"+made.ID, strings.NewReader(`{"title":"Forged"}`), "Content-Type", "application/json", "If-Match", seen.Revision)
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("without the token: %s", resp.Status)
	}
	away.reels(other, http.MethodPatch, "/"+made.ID, `{"title":"Named away","theme":"light"}`, http.StatusOK, "If-Match", seen.Revision)
	if seen = anna.reel(one, http.MethodGet, "/"+made.ID, "", http.StatusOK); seen.Title != "Named away" || !seen.Stale {
		t.Errorf("back at home: %+v", seen)
	}

	bob := newPerson(t, provider)
	provider.Script(func(s *servers.OIDCScript) { s.Subject = "bob" })
	bob.signIn(one)
	bob.Upload(one, harness.SmallPackage(t, 900))
	bob.reels(one, http.MethodGet, "/"+made.ID, "", http.StatusNotFound)
	for name, content := range harness.FilesIn(t, bucket) {
		if strings.Contains(string(content), "Made at home") || strings.Contains(string(content), "Named away") || strings.Contains(string(content), "ftyp") {
			t.Errorf("%s tells of a reel", name)
		}
	}
	bob.ask(http.MethodPost, one+"/reset", map[string][]string{"csrf_token": {bob.session(one).Token}})

	// A reel that is deleted here is gone there, and with the data goes everything.
	away.reels(other, http.MethodDelete, "/"+made.ID, "{}", http.StatusNoContent)
	anna.reels(one, http.MethodGet, "/"+made.ID, "", http.StatusNotFound)
	second := anna.reel(one, http.MethodPost, "?from=2022", `{"size":"square","order":["months"]}`, http.StatusCreated)
	anna.stitched(one, second.ID)
	away.account(other, http.MethodDelete, "", "{}", http.StatusOK)
	// For some seconds an instance may take the data for there; the reel is gone at once.
	if resp, _ := anna.Do(http.MethodGet, one+"/api/v1/reels/"+second.ID, nil, "Accept", "application/json"); resp.StatusCode != http.StatusNotFound && resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("after deleting everything: %s", resp.Status)
	}
	for name := range harness.FilesIn(t, bucket) {
		if strings.Contains(name, "attached") || strings.Contains(name, "datasets") {
			t.Errorf("%s is left", name)
		}
	}
}
