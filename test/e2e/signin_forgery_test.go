package e2e

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestLoginCSRF: nobody is signed in as somebody who wants them to be.
func TestLoginCSRF(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, signInEnv(provider, "optional"))
	code := regexp.MustCompile(`code=[^&]+`)
	as := func(subject string) { provider.Script(func(s *servers.OIDCScript) { s.Subject = subject }) }
	attack := func() (back string) {
		as("mallory")
		defer as("anna")
		return newPerson(t, provider).callback(s.Base)
	}
	for name, test := range map[string]struct {
		leads func(victim person) *http.Response // where the attacker leads the victim
		want  string                             // who the victim is afterwards
	}{
		"an answer of the attacker's": {func(victim person) *http.Response {
			resp, _ := victim.ask(http.MethodGet, attack(), nil, "Sec-Fetch-Site", "cross-site")
			return resp
		}, ""},
		"the same for who is signed in": {func(victim person) *http.Response {
			victim.signIn(s.Base)
			resp, _ := victim.ask(http.MethodGet, attack(), nil, "Sec-Fetch-Site", "cross-site")
			return resp
		}, "anna"},
		"the attacker's code in an answer to the victim": {func(victim person) *http.Response {
			theirs := code.FindString(attack())
			resp, _ := victim.ask(http.MethodGet, code.ReplaceAllString(victim.callback(s.Base), theirs), nil)
			return resp
		}, ""},
		"an answer in a form": {func(victim person) *http.Response {
			_, query, _ := strings.Cut(attack(), "?")
			form, _ := url.ParseQuery(query)
			resp, _ := victim.ask(http.MethodPost, s.Base+"/login/callback", form, "Sec-Fetch-Site", "cross-site")
			return resp
		}, ""},
	} {
		victim := newPerson(t, provider)
		resp := test.leads(victim)
		if got := victim.session(s.Base).User.ID; resp.StatusCode < 400 || resp.StatusCode >= 500 || got != test.want {
			t.Errorf("%s: %s, and the victim is %q", name, resp.Status, got)
		}
	}
}

// TestPlantedAttempt: where cookies are for HTTPS, nobody can plant a sign-in of theirs
// in another browser, for its cookie has a name that only this site can set.
func TestPlantedAttempt(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, signInEnv(provider, "optional", "SESSION_COOKIE_SECURE=true"))
	for prefix, want := range map[string]int{"": http.StatusBadRequest, "__Host-": http.StatusSeeOther} {
		attacker := newPerson(t, provider)
		begun, _ := attacker.ask(http.MethodGet, s.Base+"/login", nil)
		answer, _ := attacker.ask(http.MethodGet, begun.Header.Get("Location"), nil)
		attempt := begun.Cookies()[0]
		name, ours := strings.CutPrefix(attempt.Name, "__Host-")
		if !ours || !attempt.Secure || !attempt.HttpOnly || attempt.Domain != "" || attempt.Path != "/" {
			t.Errorf("cookie: %s", attempt)
		}
		back := "http" + strings.TrimPrefix(answer.Header.Get("Location"), "https")
		resp, body := newPerson(t, provider).ask(http.MethodGet, back, nil, "Cookie", prefix+name+"="+attempt.Value)
		if resp.StatusCode != want {
			t.Errorf("%sname: %s: %s", prefix, resp.Status, errorOf(body))
		}
	}
}

// TestDiscardingTakesTheToken: who is signed in deletes what they have sent with the
// session's token, by whatever way.
func TestDiscardingTakesTheToken(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, signInEnv(provider, "optional"))
	p := newPerson(t, provider)
	p.signIn(s.Base)
	content, err := os.ReadFile(harness.SmallPackage(t, 20))
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range []struct {
		method, path string
		headers      []string
		done         int
	}{
		{http.MethodPost, "/files/discard", nil, http.StatusSeeOther},
		{http.MethodDelete, "", []string{"Tus-Resumable", "1.0.0"}, http.StatusNoContent},
		{http.MethodPost, "", []string{"Tus-Resumable", "1.0.0", "X-HTTP-Method-Override", "DELETE"}, http.StatusNoContent},
	} {
		id := p.SendFile(content, 4<<20, s.Base)
		path := way.path
		if path == "" {
			path = "/files/" + id
		}
		named := url.Values{"file": {id}}
		waiting := func() bool {
			_, b := p.Do(http.MethodGet, s.Base+"/files", nil)
			return strings.Contains(string(b), id)
		}
		token := p.session(s.Base).Token
		for _, wrong := range []string{"", "x", token[:20] + strings.Repeat("A", len(token)-20)} {
			if resp, _ := p.ask(way.method, s.Base+path, named, append([]string{"X-CSRF-Token", wrong}, way.headers...)...); resp.StatusCode != http.StatusForbidden || !waiting() {
				t.Errorf("%s %s with %q: %s", way.method, way.path, wrong, resp.Status)
			}
		}
		if resp, _ := p.ask(way.method, s.Base+path, named, append([]string{"X-CSRF-Token", token}, way.headers...)...); resp.StatusCode != way.done || waiting() {
			t.Errorf("%s %s: %s", way.method, way.path, resp.Status)
		}
	}
}

// TestSignInWithinAnUpload: a sign-in, and with it another token, between the parts of
// a file and while it is read loses nothing.
func TestSignInWithinAnUpload(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			provider := servers.StartOIDC(t)
			env := signInEnv(provider, "optional", "DATASET_URL=file://"+t.TempDir(), "SESSION_STORE="+store)
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			one, two := harness.StartServer(t, env), harness.StartServer(t, env)
			p := newPerson(t, provider)
			content, err := os.ReadFile(harness.SmallPackage(t, 600))
			if err != nil {
				t.Fatal(err)
			}
			half := len(content) / 2
			resp, _ := p.Do(http.MethodPost, one.Base+"/files", nil, "Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(len(content)),
				"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("my_spotify_data.zip")))
			file := resp.Header.Get("Location")
			part := func(p person, base string, offset int, content []byte) {
				t.Helper()
				resp, b := p.Do(http.MethodPatch, base+file, bytes.NewReader(content), "Tus-Resumable", "1.0.0", "Upload-Offset", strconv.Itoa(offset), "Content-Type", "application/offset+octet-stream")
				if resp.StatusCode != http.StatusNoContent {
					t.Fatalf("a part at %d: %s: %s", offset, resp.Status, b)
				}
			}
			part(p, one.Base, 0, content[:half/2])
			late := person{p.Copied(one.Base), provider}
			p.signIn(two.Base)
			part(late, two.Base, half/2, content[half/2:half]) // was on its way
			part(p, one.Base, half, content[half:])

			// The request that imports has the token from before another sign-in, and its
			// answer comes after it.
			begun := person{p.Copied(one.Base), provider}
			p.follow(two.Base + "/login?as=other")
			id := strings.Repeat("0123456789abcdef", 2)
			form := url.Values{"id": {id}, "file": {strings.TrimPrefix(file, "/files/")}}
			resp, body := begun.ask(http.MethodPost, one.Base+"/imports", form)
			if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/imports/"+id || len(resp.Cookies()) != 0 {
				t.Fatalf("import: %s to %q, %v: %s", resp.Status, resp.Header.Get("Location"), resp.Cookies(), errorOf(body))
			}
			if resp, body := p.ask(http.MethodGet, two.Base+"/imports/"+id, nil); resp.StatusCode != http.StatusOK || errorOf(body) != "Your data is read." {
				t.Errorf("the page of the import: %s: %s", resp.Status, errorOf(body))
			}
			if resp, body := p.ask(http.MethodPost, two.Base+"/imports/"+id, url.Values{}); resp.StatusCode != http.StatusSeeOther {
				t.Errorf("its button: %s: %s", resp.Status, errorOf(body))
			}
			if _, rows := p.Rows(one.Base); rows != 600 || !p.session(two.Base).SignedIn {
				t.Errorf("%d rows, signed in %v", rows, p.session(two.Base).SignedIn)
			}
		})
	}
}

// TestSignOutWithinAnUpload: what ends after the browser has signed out, or signed in as
// somebody else, brings nobody back.
func TestSignOutWithinAnUpload(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"cookie", "redis"} {
		for name, leave := range map[string]func(p person, base string){
			"signing out": func(p person, base string) {
				p.ask(http.MethodPost, base+"/logout", url.Values{"csrf_token": {p.session(base).Token}})
			},
			"another person": func(p person, base string) {
				p.provider.Script(func(s *servers.OIDCScript) { s.Subject = "ben" })
				p.follow(base + "/login?as=other")
			},
		} {
			t.Run(name+", "+store, func(t *testing.T) {
				provider := servers.StartOIDC(t)
				env := signInEnv(provider, "optional", "DATASET_URL=file://"+t.TempDir(), "SESSION_STORE="+store)
				if store == "redis" {
					env["REDIS_URL"] = servers.Redis(t).URL()
				}
				one, two := harness.StartServer(t, env), harness.StartServer(t, env)
				p := newPerson(t, provider)
				p.signIn(one.Base)
				content, err := os.ReadFile(harness.SmallPackage(t, 20))
				if err != nil {
					t.Fatal(err)
				}
				form, kind := harness.Form("", harness.File("my_spotify_data.zip", content))
				body, sending := io.Pipe()
				type result struct {
					resp *http.Response
					body []byte
					err  error
				}
				upload := person{p.Copied(one.Base), provider}
				answered := make(chan result, 1)
				go func() {
					resp, b, err := upload.Try(http.MethodPost, one.Base+"/uploads", body, "Content-Type", kind)
					answered <- result{resp, b, err}
				}()
				if _, err := sending.Write(form[:len(form)/2]); err != nil {
					t.Fatal(err)
				}
				leave(p, two.Base)
				_, err = sending.Write(form[len(form)/2:])
				_ = sending.Close()
				got := <-answered
				if err != nil || got.err != nil {
					t.Fatal(err, got.err)
				}
				if got.resp.StatusCode != http.StatusConflict || len(got.resp.Cookies()) != 0 {
					t.Errorf("%s, %v: %s", got.resp.Status, got.resp.Cookies(), got.body)
				}
				if who := p.session(two.Base); who.User.ID == "anna" {
					t.Errorf("the browser is %q again", who.User.ID)
				}
			})
		}
	}
}
