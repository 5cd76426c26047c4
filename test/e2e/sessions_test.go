package e2e

import (
	"bytes"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestEndedSessionsCannotBeReplayed: after Delete my data a copy of the cookie
// is a session nowhere, and what is left in the bucket names nobody.
func TestEndedSessionsCannotBeReplayed(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			shared := t.TempDir()
			env := map[string]string{"DATASET_URL": "file://" + shared, "SESSION_STORE": store}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			one, two := harness.StartServer(t, env), harness.StartServer(t, env)
			p := harness.NewClient(t)
			p.Upload(one.Base, harness.SmallPackage(t, 20))
			copies := []*harness.Client{p.Copied(one.Base), p.Copied(one.Base), p.Copied(one.Base)}
			if got := copies[0].Code(one.Base); got != "200" {
				t.Fatalf("before: %s", got)
			}
			if resp, b := p.Do(http.MethodPost, two.Base+"/reset", nil); resp.StatusCode != http.StatusOK {
				t.Fatalf("reset: %s: %s", resp.Status, b)
			}
			// The instance that ended it knows, and so does one that has not seen the
			// session before. The other one would within a minute.
			three := harness.StartServer(t, env)
			one.Restart()
			for i, at := range []*harness.Server{two, three, one} {
				if got := copies[i].Code(at.Base); got != "401 no_session" {
					t.Errorf("copy at instance %d: %s", i, got)
				}
			}
			notes, err := filepath.Glob(filepath.Join(shared, "blobs", "revoked,*"))
			if err != nil || (len(notes) > 0) != (store == "cookie") {
				t.Errorf("%d notes, %v", len(notes), err)
			}
			for path, content := range harness.FilesIn(t, shared) {
				if len(content) > 200 && !strings.Contains(path, "lock") {
					t.Errorf("%s is left with %d bytes", path, len(content))
				}
			}

			// Who comes back begins anew, with the old cookie in hand or not.
			copies[0].Upload(two.Base, harness.SmallPackage(t, 30))
			if status, rows := copies[0].Rows(two.Base); status != http.StatusOK || rows != 30 {
				t.Errorf("afterwards: status %d, %d rows", status, rows)
			}
		})
	}
}

// TestBucketAwaySignsNobodyOut: whether a session was ended cannot be told while
// the bucket does not answer. It opens nothing then, and it stays.
func TestBucketAwaySignsNobodyOut(t *testing.T) {
	t.Parallel()
	server := servers.Redis(t, "--appendonly", "yes")
	env := map[string]string{"DATASET_URL": server.URL()}
	one := harness.StartServer(t, env)
	p := harness.NewClient(t)
	p.Upload(one.Base, harness.SmallPackage(t, 20))
	one.Restart()
	server.Stop()
	resp, b := p.Do(http.MethodGet, one.Base+"/", nil)
	if resp.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(b, []byte("store_unavailable")) || resp.Header.Get("Retry-After") != "5" || len(resp.Cookies()) != 0 {
		t.Errorf("%s: %s", resp.Status, b)
	}
	if resp, _ := harness.NewClient(t).Do(http.MethodGet, one.Base+"/", nil); resp.StatusCode != http.StatusOK {
		t.Errorf("a visitor without a session: %s", resp.Status)
	}
	server.Start()
	if status, rows := p.Rows(one.Base); status != http.StatusOK || rows != 20 {
		t.Errorf("afterwards: status %d, %d rows", status, rows)
	}
}

// TestNewerSessionsAreRespected: what a newer version has written is not taken
// for damage while instances are updated one after another.
func TestNewerSessionsAreRespected(t *testing.T) {
	t.Parallel()
	server := servers.Redis(t)
	stored := harness.StartServer(t, map[string]string{"SESSION_STORE": "redis", "REDIS_URL": server.URL()})
	p := harness.NewClient(t)
	p.Upload(stored.Base, harness.SmallPackage(t, 20))
	var session string
	for _, key := range server.Keys() {
		if strings.Contains(key, "scs:session:") {
			session = key
		}
	}
	record, err := redis.Bytes(server.Do("GET", session), nil)
	if err != nil {
		t.Fatal(err)
	}
	server.Do("SET", session, append([]byte{2}, record[1:]...))

	sealed := harness.StartServer(t, nil)
	q := harness.NewClient(t)
	q.Upload(sealed.Base, harness.SmallPackage(t, 20))
	current := q.Cookie(sealed.Base, "session")
	_, rest, _ := strings.Cut(current, ".")
	q.SetCookies(sealed.Base, &http.Cookie{Name: "session", Value: "v2." + rest, Path: "/"})

	for base, who := range map[string]*harness.Client{stored.Base: p, sealed.Base: q} {
		for _, request := range [][2]string{{http.MethodGet, "/"}, {http.MethodGet, "/gone"}, {http.MethodPost, "/reset"}, {http.MethodGet, "/api/v1/summary"}} {
			resp, b := who.Do(request[0], base+request[1], nil)
			if resp.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(b, []byte(`"renewing"`)) || resp.Header.Get("Retry-After") != "30" {
				t.Errorf("%s: %s: %s", request[1], resp.Status, b)
			}
			if set := resp.Cookies(); len(set) != 0 {
				t.Errorf("%s: cookies %v", request[1], set)
			}
		}
		page, _ := who.Do(http.MethodGet, base+"/", nil, "Accept", "text/html")
		if got := page.Header.Get("Content-Type"); page.StatusCode != http.StatusServiceUnavailable || !strings.HasPrefix(got, "text/html") {
			t.Errorf("page: %s %s", page.Status, got)
		}
	}

	server.Do("SET", session, record)
	q.SetCookies(sealed.Base, &http.Cookie{Name: "session", Value: current, Path: "/"})
	for base, who := range map[string]*harness.Client{stored.Base: p, sealed.Base: q} {
		if status, rows := who.Rows(base); status != http.StatusOK || rows != 20 {
			t.Errorf("afterwards: status %d, %d rows", status, rows)
		}
	}
}

// TestProductionCookiesAreSecure: in production nothing has to be set for
// cookies to travel over HTTPS alone.
func TestProductionCookiesAreSecure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		env     map[string]string
		secure  bool
		cookies string
	}{
		"production":               {map[string]string{"APP_ENV": "production", "SESSION_IDLE": "30m"}, true, "__Host-imported __Host-session __Host-seen"},
		"production, set to empty": {map[string]string{"APP_ENV": "production", "SESSION_COOKIE_SECURE": ""}, true, "__Host-imported __Host-session"},
		"a platform":               {map[string]string{"K_SERVICE": "s"}, true, "__Host-imported __Host-session"},
		"production, told not to":  {map[string]string{"APP_ENV": "production", "SESSION_COOKIE_SECURE": "false"}, false, "imported session"},
		"development":              {map[string]string{"SESSION_IDLE": "30m"}, false, "imported session seen"},
		"development, told to":     {map[string]string{"SESSION_COOKIE_SECURE": "true"}, true, "__Host-imported __Host-session"},
	} {
		t.Run(name, func(t *testing.T) {
			e := map[string]string{"LOG_LEVEL": "error"}
			maps.Copy(e, test.env)
			s := harness.StartServer(t, e)
			resp, _ := harness.NewClient(t).Do(http.MethodPost, s.Base+"/sample", nil)
			var names []string
			for _, c := range resp.Cookies() {
				names = append(names, c.Name)
				if c.Secure != test.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
					t.Errorf("cookie: %s", c.Raw)
				}
			}
			if got := strings.Join(names, " "); got != test.cookies {
				t.Errorf("%s: cookies %q, want %q", resp.Status, got, test.cookies)
			}
			if hsts := resp.Header.Get("Strict-Transport-Security") != ""; hsts != test.secure {
				t.Errorf("HSTS %v", hsts)
			}
		})
	}
}

// TestSecureCookiesOnLocalhost: what compose.yaml starts can be tried without
// TLS, because browsers take localhost for safe.
func TestSecureCookiesOnLocalhost(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, map[string]string{"APP_ENV": "production"})
	b := newTab(t, strings.Replace(s.Base, "127.0.0.1", "localhost", 1), tabOptions{})
	b.open("/")
	b.send(harness.SmallPackage(t, 60))
	b.untilImported()
	b.open("/receipt")
	b.until("h1", "60 rows in 1 file. Every one accounted for.")
}
