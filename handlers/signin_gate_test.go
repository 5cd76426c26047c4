package handlers_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/signin"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	idp "github.com/spotify-data-tool/spotify-data-tool/internal/signin"
)

// signInAtNobody is a sign-in whose provider does not answer.
func signInAtNobody(t *testing.T, required bool) signin.Config {
	t.Helper()
	attempts := idp.NewAttemptKeyring("only for tests: Wd7mKq2xVr9bTz4nHs6jLp8c", nil)
	return signin.Config{Required: required, Attempts: attempts, Client: idp.New(idp.Config{
		Issuer: "http://127.0.0.1:1", ClientID: "music", Bucket: memory.New(time.Now), Lifetime: time.Hour,
		Now: time.Now,
	})}
}

// TestRequiredSignInForgetsNoAddress walks along the table of routes: where sign-in
// is required, who is not signed in reaches what is listed here and nothing else.
func TestRequiredSignInForgetsNoAddress(t *testing.T) {
	s := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, signIn: signInAtNobody(t, true)})
	open := map[string]int{
		"GET /login": http.StatusServiceUnavailable, "GET /login/callback": http.StatusBadRequest,
		"GET /logout": http.StatusSeeOther, "POST /logout": http.StatusSeeOther, "POST /logout/backchannel": http.StatusServiceUnavailable,
		"GET /signed-out": http.StatusOK, "POST /theme": http.StatusBadRequest, "POST /zone": http.StatusSeeOther,
	}
	v := s.stranger(t)
	paths := []string{"GET /nothing", "GET /login/", "GET /login/callback/x", "GET //login", "POST /nothing"}
	for _, r := range s.handlers.AllRoutes() {
		if !strings.Contains(r.Path, "*") {
			paths = append(paths, r.Method+" "+strings.ReplaceAll(r.Path, ":id", "x"))
		}
	}
	if len(paths) < 80 {
		t.Fatalf("%d routes", len(paths))
	}
	seen := 0
	for _, route := range paths {
		method, path, _ := strings.Cut(route, " ")
		got := v.request(method, path, nil, "Accept", "text/html")
		want, isOpen := open[strings.Replace(route, "HEAD ", "GET ", 1)]
		partial := strings.HasPrefix(path, "/partials/") || strings.HasPrefix(path, "/api/")
		switch {
		case isOpen:
			seen++
		case partial, method == http.MethodHead:
			want = http.StatusUnauthorized
		default:
			want = http.StatusSeeOther
		}
		if got.StatusCode != want {
			t.Errorf("%s: %s, want %d", route, got.Status, want)
		}
		if isOpen || method == http.MethodHead {
			continue
		}
		if partial && !isSignInJSON(got.body) || !partial && !strings.HasPrefix(got.Header.Get("Location"), "/login") {
			t.Errorf("%s: to %q: %.100s", route, got.Header.Get("Location"), got.body)
		}
	}
	if seen < len(open) {
		t.Errorf("%d open addresses of %d are in the table", seen, len(open))
	}
}

func isSignInJSON(body []byte) bool {
	var answer struct{ Error struct{ Code string } }
	return json.Unmarshal(body, &answer) == nil && answer.Error.Code == "sign_in_required"
}

// TestSignInShowsTheWay: pages come back to where they were, and htmx leads the whole
// page there.
func TestSignInShowsTheWay(t *testing.T) {
	s := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, signIn: signInAtNobody(t, true)})
	v := s.stranger(t)
	if got := v.get("/artists?from=2024&q=a%20b").Header.Get("Location"); got != "/login?next=%2Fartists%3Ffrom%3D2024%26q%3Da%2520b" {
		t.Errorf("page: %s", got)
	}
	// What is behind the # of this address is a code, which the provider must not see.
	if got := v.get("/link").Header.Get("Location"); got != "/login?next=%2Flink#" {
		t.Errorf("link: %s", got)
	}
	for path, current := range map[string]string{"/partials/artists?page=2": s.URL + "/artists?page=2", "/artists?page=2": s.URL + "/artists?page=2", "/partials/artists": "https://evil.example/artists"} {
		got := v.request(http.MethodGet, path, nil, "HX-Request", "true", "HX-Current-URL", current)
		want := "/login?next=%2Fartists%3Fpage%3D2"
		if strings.Contains(current, "evil") {
			want = "/login"
		}
		if got.StatusCode != http.StatusUnauthorized || got.Header.Get("HX-Redirect") != want || !isSignInJSON(got.body) {
			t.Errorf("%s: %s to %q: %s", path, got.Status, got.Header.Get("HX-Redirect"), got.body)
		}
	}
	// A program that speaks tus cannot follow to a page.
	if got := v.request(http.MethodPost, "/files", nil, "Tus-Resumable", "1.0.0", "Upload-Length", "5"); got.StatusCode != http.StatusUnauthorized || !isSignInJSON(got.body) {
		t.Errorf("tus: %s: %s", got.Status, got.body)
	}
}

// TestWithoutSignIn: where nobody signs in, there is nothing of it.
func TestWithoutSignIn(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	for _, path := range []string{"/login", "/login/callback", "/logout", "/signed-out"} {
		v.get(path).want(t, http.StatusNotFound)
	}
	if got := strings.TrimSpace(string(v.get("/api/v1/session").want(t, http.StatusOK).body)); got != `{"signed_in":false}` {
		t.Errorf("session: %s", got)
	}
	if links := v.get("/").page(t).Find("a[href^='/login']").Length(); links != 0 {
		t.Errorf("%d links", links)
	}
	optional := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, signIn: signInAtNobody(t, false)})
	w := optional.visitor(t)
	w.upload("", library(t)).want(t, http.StatusCreated)
	if got := w.get("/receipt").want(t, http.StatusOK).page(t).Find("a.account-link").AttrOr("href", ""); got != "/login?next=%2Freceipt" {
		t.Errorf("the link leads to %q", got)
	}
	w.post("/reset", nil).want(t, http.StatusSeeOther)
}
