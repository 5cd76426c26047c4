package app

import (
	"bytes"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// startWired starts an instance as configured, also with what the environment
// may not say.
func startWired(t *testing.T, cfg config) string {
	t.Helper()
	s, err := wire(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.handler)
	t.Cleanup(func() {
		server.Close()
		if err := s.close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return server.URL
}

// TestIdleSessionsEnd: who goes on using one instance or the other stays, and
// who does not is signed out by both.
func TestIdleSessionsEnd(t *testing.T) {
	const idle = 5 * time.Second // less than the environment may say
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			pairs := []string{"DATASET_URL=file://" + t.TempDir(), "SESSION_SECRET_KEY=" + testKey, "SESSION_STORE=" + store}
			if store == "redis" {
				pairs = append(pairs, "REDIS_URL="+servers.Redis(t).URL())
			}
			cfg, err := readConfig(env(pairs...), math.MaxInt64)
			if err != nil {
				t.Fatal(err)
			}
			cfg.sessionIdle = idle
			instances := []string{startWired(t, cfg), startWired(t, cfg)}
			p := newClient(t)
			p.upload(instances[0], smallPackage(t, 20))

			thief := newClient(t) // with the session as it was, and never the time of its use
			for _, c := range p.cookies(instances[0]) {
				if c.Name == "session" {
					thief.setCookies(instances[0], c)
				}
			}
			for i, begin := 0, time.Now(); time.Since(begin) < idle+2*time.Second; i++ {
				if status, rows := p.rows(instances[i%2]); status != http.StatusOK || rows != 20 {
					t.Fatalf("after %s: status %d, %d rows", time.Since(begin), status, rows)
				}
				time.Sleep(400 * time.Millisecond)
			}
			if got := thief.code(instances[1]); got != "401 no_session" {
				t.Errorf("without the time of last use: %s", got)
			}
			replayed := p.copied(instances[0])
			time.Sleep(idle + 200*time.Millisecond)
			for i, who := range []*client{p, replayed} {
				if got := who.code(instances[i]); got != "401 no_session" {
					t.Errorf("after the timeout, at instance %d: %s", i, got)
				}
			}
			if left := p.cookies(instances[0]); len(left) != 0 {
				t.Errorf("cookies left: %v", left)
			}
		})
	}
}

// TestEndedSessionsCannotBeReplayed: after Delete my data a copy of the cookie
// is a session nowhere, and what is left in the bucket names nobody.
func TestEndedSessionsCannotBeReplayed(t *testing.T) {
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			shared := t.TempDir()
			env := map[string]string{"DATASET_URL": "file://" + shared, "SESSION_STORE": store}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			one, two := startTestServer(t, env), startTestServer(t, env)
			p := newClient(t)
			p.upload(one.base, smallPackage(t, 20))
			copies := []*client{p.copied(one.base), p.copied(one.base), p.copied(one.base)}
			if got := copies[0].code(one.base); got != "200" {
				t.Fatalf("before: %s", got)
			}
			if resp, b := p.do(http.MethodPost, two.base+"/reset", nil); resp.StatusCode != http.StatusOK {
				t.Fatalf("reset: %s: %s", resp.Status, b)
			}
			// The instance that ended it knows, and so does one that has not seen the
			// session before. The other one would within a minute.
			three := startTestServer(t, env)
			one.restart()
			for i, at := range []*testServer{two, three, one} {
				if got := copies[i].code(at.base); got != "401 no_session" {
					t.Errorf("copy at instance %d: %s", i, got)
				}
			}
			notes, err := filepath.Glob(filepath.Join(shared, "blobs", "revoked,*"))
			if err != nil || (len(notes) > 0) != (store == "cookie") {
				t.Errorf("%d notes, %v", len(notes), err)
			}
			for path, content := range filesIn(t, shared) {
				if len(content) > 200 && !strings.Contains(path, "lock") {
					t.Errorf("%s is left with %d bytes", path, len(content))
				}
			}

			// Who comes back begins anew, with the old cookie in hand or not.
			copies[0].upload(two.base, smallPackage(t, 30))
			if status, rows := copies[0].rows(two.base); status != http.StatusOK || rows != 30 {
				t.Errorf("afterwards: status %d, %d rows", status, rows)
			}
		})
	}
}

// TestBucketAwaySignsNobodyOut: whether a session was ended cannot be told while
// the bucket does not answer. It opens nothing then, and it stays.
func TestBucketAwaySignsNobodyOut(t *testing.T) {
	server := servers.Redis(t, "--appendonly", "yes")
	env := map[string]string{"DATASET_URL": server.URL()}
	one := startTestServer(t, env)
	p := newClient(t)
	p.upload(one.base, smallPackage(t, 20))
	one.restart()
	server.Stop()
	resp, b := p.do(http.MethodGet, one.base+"/", nil)
	if resp.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(b, []byte("store_unavailable")) || resp.Header.Get("Retry-After") != "5" || len(resp.Cookies()) != 0 {
		t.Errorf("%s: %s", resp.Status, b)
	}
	if resp, _ := newClient(t).do(http.MethodGet, one.base+"/", nil); resp.StatusCode != http.StatusOK {
		t.Errorf("a visitor without a session: %s", resp.Status)
	}
	server.Start()
	if status, rows := p.rows(one.base); status != http.StatusOK || rows != 20 {
		t.Errorf("afterwards: status %d, %d rows", status, rows)
	}
}

// TestNewerSessionsAreRespected: what a newer version has written is not taken
// for damage while instances are updated one after another.
func TestNewerSessionsAreRespected(t *testing.T) {
	server := servers.Redis(t)
	stored := startTestServer(t, map[string]string{"SESSION_STORE": "redis", "REDIS_URL": server.URL()})
	p := newClient(t)
	p.upload(stored.base, smallPackage(t, 20))
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

	sealed := startTestServer(t, nil)
	q := newClient(t)
	q.upload(sealed.base, smallPackage(t, 20))
	current := q.cookies(sealed.base)[0]
	_, rest, _ := strings.Cut(current.Value, ".")
	q.setCookies(sealed.base, &http.Cookie{Name: "session", Value: "v2." + rest, Path: "/"})

	for base, who := range map[string]*client{stored.base: p, sealed.base: q} {
		for _, request := range [][2]string{{http.MethodGet, "/"}, {http.MethodGet, "/gone"}, {http.MethodPost, "/reset"}, {http.MethodGet, "/api/v1/summary"}} {
			resp, b := who.do(request[0], base+request[1], nil)
			if resp.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(b, []byte(`"renewing"`)) || resp.Header.Get("Retry-After") != "30" {
				t.Errorf("%s: %s: %s", request[1], resp.Status, b)
			}
			if set := resp.Cookies(); len(set) != 0 {
				t.Errorf("%s: cookies %v", request[1], set)
			}
		}
		page, _ := who.do(http.MethodGet, base+"/", nil, "Accept", "text/html")
		if got := page.Header.Get("Content-Type"); page.StatusCode != http.StatusServiceUnavailable || !strings.HasPrefix(got, "text/html") {
			t.Errorf("page: %s %s", page.Status, got)
		}
	}

	server.Do("SET", session, record)
	q.setCookies(sealed.base, &http.Cookie{Name: "session", Value: current.Value, Path: "/"})
	for base, who := range map[string]*client{stored.base: p, sealed.base: q} {
		if status, rows := who.rows(base); status != http.StatusOK || rows != 20 {
			t.Errorf("afterwards: status %d, %d rows", status, rows)
		}
	}
}

// TestProductionCookiesAreSecure: in production nothing has to be set for
// cookies to travel over HTTPS alone.
func TestProductionCookiesAreSecure(t *testing.T) {
	for name, test := range map[string]struct {
		env     map[string]string
		secure  bool
		cookies string
	}{
		"production":               {map[string]string{"APP_ENV": "production", "SESSION_IDLE": "30m"}, true, "__Host-session __Host-seen"},
		"production, set to empty": {map[string]string{"APP_ENV": "production", "SESSION_COOKIE_SECURE": ""}, true, "__Host-session"},
		"a platform":               {map[string]string{"K_SERVICE": "s"}, true, "__Host-session"},
		"production, told not to":  {map[string]string{"APP_ENV": "production", "SESSION_COOKIE_SECURE": "false"}, false, "session"},
		"development":              {map[string]string{"SESSION_IDLE": "30m"}, false, "session seen"},
		"development, told to":     {map[string]string{"SESSION_COOKIE_SECURE": "true"}, true, "__Host-session"},
	} {
		t.Run(name, func(t *testing.T) {
			e := map[string]string{"LOG_LEVEL": "error"}
			maps.Copy(e, test.env)
			s := startTestServer(t, e)
			resp, _ := newClient(t).do(http.MethodPost, s.base+"/sample", nil)
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
	s := startTestServer(t, map[string]string{"APP_ENV": "production"})
	b := newTab(t, strings.Replace(s.base, "127.0.0.1", "localhost", 1), tabOptions{})
	b.open("/")
	b.send(smallPackage(t, 60))
	b.untilAt("/receipt")
	b.until("h1", "60 rows in 1 file. Every one accounted for.")
}
