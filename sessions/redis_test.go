package sessions_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// unavailable fails unless the response is a 503 that leaves the cookie alone.
func unavailable(t *testing.T, res *http.Response) {
	t.Helper()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("status %d, want 503", res.StatusCode)
	}
	if got := res.Header.Get("Retry-After"); got != "5" {
		t.Errorf("Retry-After %q", got)
	}
	if got := res.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	wantNoCookies(t, res)
}

// someToken is well formed and names no session.
func someToken() *http.Cookie {
	return &http.Cookie{Name: "session", Value: strings.Repeat("A", 43)}
}

func TestRedisKeepsNoTokens(t *testing.T) {
	server := startRedis(t)
	cookies := signedIn(t, site(t, server.config()), "ada")
	keys := server.keys()
	if len(keys) != 1 {
		t.Fatalf("keys: %q", keys)
	}
	value, err := redis.String(server.do("GET", keys[0]), nil)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(keys[0]+value, cookies[0].Value) {
		t.Error("the token is in Redis")
	}
	ttl, err := redis.Int(server.do("TTL", keys[0]), nil)
	if week := 7 * 24 * 3600; err != nil || ttl < week-60 || ttl > week {
		t.Errorf("TTL %d, %v", ttl, err)
	}
	do(site(t, server.config()), "/destroy", cookies...)
	if keys := server.keys(); len(keys) != 0 {
		t.Errorf("left after destroy: %q", keys)
	}
}

func TestRedisSessionsEndForEveryCopy(t *testing.T) {
	h := site(t, startRedis(t).config())
	cookies := signedIn(t, h, "ada")
	renewed := do(h, "/renew", cookies...).Cookies()
	wantBody(t, do(h, "/get", cookies...), "")
	wantBody(t, do(h, "/get", renewed...), "ada")
	do(h, "/destroy", renewed...)
	wantBody(t, do(h, "/get", renewed...), "")
}

// A token that another request has just renewed must not cost the browser the
// new cookie, so an unknown token is not deleted.
func TestRedisUnknownTokenIsNotDeleted(t *testing.T) {
	var logged lines
	cfg := startRedis(t).config()
	cfg.Logger = logged.logger()
	res := do(site(t, cfg), "/get", someToken())
	wantBody(t, res, "")
	wantNoCookies(t, res)
	if got := logged.String(); !strings.Contains(got, `level=INFO msg="invalid session token signature" reason="unknown token"`) {
		t.Errorf("logged: %s", got)
	}
	// It does not become the token of the next session either.
	if cookies := do(site(t, cfg), "/put?v=ada", someToken()).Cookies(); cookies[0].Value == someToken().Value {
		t.Error("the browser chose its token")
	}
}

func TestRedisRefusesRecordsNotItsOwn(t *testing.T) {
	server := startRedis(t)
	h := site(t, server.config())
	cookies := signedIn(t, h, "ada")
	key := server.keys()[0]
	stored, err := redis.Bytes(server.do("GET", key), nil)
	if err != nil {
		t.Fatal(err)
	}
	moved := strings.Repeat("A", 43)
	for name, value := range map[string][]byte{
		"empty":       {},
		"short":       stored[:10],
		"token cut":   stored[:30],
		"no version":  append([]byte{0}, stored[1:]...),
		"other token": append(append(append([]byte{}, stored[:18]...), moved...), stored[18+43:]...),
		"content cut": stored[:len(stored)-5],
	} {
		server.do("SET", key, value)
		res := do(h, "/get", cookies...)
		if got := body(t, res); res.StatusCode != http.StatusOK || got != "" {
			t.Errorf("%s: %d %q", name, res.StatusCode, got)
		}
		wantDeleted(t, res, "session")
	}
	// A record of a newer version is not for this one to throw away.
	newer := append([]byte{9}, stored[1:]...)
	server.do("SET", key, newer)
	for _, path := range []string{"/get", "/put?v=grace", "/destroy", "/renew"} {
		renewed(t, do(h, path, cookies...))
	}
	if kept, err := redis.Bytes(server.do("GET", key), nil); err != nil || !bytes.Equal(kept, newer) {
		t.Errorf("in Redis: %v, %v", kept, err)
	}
	server.do("SET", key, stored)
	wantBody(t, do(h, "/get", cookies...), "ada")
}

func TestRedisDown(t *testing.T) {
	server := startRedis(t)
	var logged lines
	cfg := server.config()
	cfg.Logger = logged.logger()
	m := newManager(t, cfg)
	h := m.Middleware(actions(m))
	cookies := signedIn(t, h, "ada")

	server.stop()
	start := time.Now()
	unavailable(t, do(h, "/get", cookies...))
	unavailable(t, do(h, "/static", cookies...))
	unavailable(t, do(h, "/destroy", cookies...))
	if took := time.Since(start); took > 1500*time.Millisecond {
		t.Errorf("three answers took %s", took)
	}
	if got := logged.String(); !strings.Contains(got, "level=ERROR") || !strings.Contains(got, sessions.ErrUnavailable.Error()) || strings.Contains(got, cookies[0].Value) {
		t.Errorf("logged: %s", got)
	}
	if err := ping(t, m); !errors.Is(err, sessions.ErrUnavailable) {
		t.Errorf("ping: %v", err)
	}

	// Who has no session is not disturbed, until there is one to save.
	for _, path := range []string{"/static", "/get", "/id", "/destroy"} {
		if res := do(h, path); res.StatusCode != http.StatusOK {
			t.Errorf("%s without a cookie: %d", path, res.StatusCode)
		}
	}
	if res := do(h, "/get", &http.Cookie{Name: "session", Value: "malformed"}); res.StatusCode != http.StatusOK {
		t.Errorf("with a malformed cookie: %d", res.StatusCode)
	}
	res := do(h, "/put?v=ada")
	if got := body(t, res); strings.Contains(got, "put") {
		t.Errorf("the page was sent: %q", got)
	}
	unavailable(t, res)

	server.start()
	if err := ping(t, m); err != nil {
		t.Errorf("ping after the restart: %v", err)
	}
	wantBody(t, do(h, "/put?v=ada"), "put")
}

// hangingRedis accepts connections and never answers.
func hangingRedis(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var accepted []net.Conn
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			accepted = append(accepted, conn)
			mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, conn := range accepted {
			_ = conn.Close()
		}
	})
	return l.Addr().String()
}

// A Redis that hangs costs a request what the pool allows, and not its life.
func TestRedisHanging(t *testing.T) {
	m := newManager(t, redisConfig(t, hangingRedis(t), 100*time.Millisecond))
	h := m.Middleware(actions(m))
	for _, test := range []struct {
		path    string
		cookies []*http.Cookie
	}{{"/get", []*http.Cookie{someToken()}}, {"/put?v=ada", nil}} {
		start := time.Now()
		unavailable(t, do(h, test.path, test.cookies...))
		if took := time.Since(start); took > 500*time.Millisecond {
			t.Errorf("%s took %s", test.path, took)
		}
	}
	if err := m.Ping(t.Context()); !errors.Is(err, sessions.ErrUnavailable) {
		t.Errorf("ping: %v", err)
	}
}

// The server stops while a handler is at work: after the session was loaded and
// before it is saved.
func TestRedisStopsDuringRequest(t *testing.T) {
	server := startRedis(t)
	cfg := server.config()
	m := newManager(t, cfg)
	mux := actions(m)
	mux.HandleFunc("/late", func(w http.ResponseWriter, r *http.Request) {
		server.stop()
		m.Put(r.Context(), "name", "grace")
		http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark"})
		w.Header().Set("Content-Length", "9999")
		w.Header().Set("ETag", `"x"`)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusCreated)
		w.WriteHeader(http.StatusEarlyHints)
		if n, err := io.WriteString(w, "secret page"); n != 11 || err != nil {
			t.Errorf("write: %d, %v", n, err)
		}
		if n, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader("more")); n != 4 || err != nil {
			t.Errorf("read from: %d, %v", n, err)
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
	})
	h := m.Middleware(mux)
	outer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "7")
		h.ServeHTTP(w, r)
	})
	b := newBrowser(t, outer)
	b.get("/put?v=ada")
	res := b.get("/late")
	unavailable(t, res)
	if got := body(t, res); strings.Contains(got, "secret") || strings.Contains(got, "more") || int64(len(got)) != res.ContentLength && res.ContentLength >= 0 || got == "" {
		t.Errorf("body %q", got)
	}
	for name, want := range map[string]string{"X-Request-Id": "7", "ETag": "", "Location": "", "Vary": "Cookie"} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestErrorPage(t *testing.T) {
	cfg := redisConfig(t, freeAddress(t), time.Second)
	var m *sessions.Manager
	cfg.ErrorPage = func(w http.ResponseWriter, r *http.Request, status int, err error) {
		if !errors.Is(err, sessions.ErrUnavailable) {
			t.Errorf("the page is for %v", err)
		}
		// A page with a layout that looks at the session must be possible.
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "sorry"+m.GetString(r.Context(), "name")+r.URL.Path)
	}
	m = newManager(t, cfg)
	h := m.Middleware(actions(m))
	for _, test := range []struct {
		path    string
		cookies []*http.Cookie
		want    string
	}{{"/get", []*http.Cookie{someToken()}, "sorry/get"}, {"/put?v=ada", nil, "sorryada/put"}} {
		res := do(h, test.path, test.cookies...)
		unavailable(t, res)
		if got := body(t, res); got != test.want {
			t.Errorf("body %q, want %q", got, test.want)
		}
	}
}

// Programs that share a Redis do not see each other's sessions.
func TestRedisPrefix(t *testing.T) {
	server := startRedis(t)
	cfg := server.config()
	cfg.RedisPrefix = "other:"
	cookies := signedIn(t, site(t, cfg), "grace")
	wantBody(t, do(site(t, cfg), "/get", cookies...), "grace")
	wantBody(t, do(site(t, server.config()), "/get", cookies...), "")
	if keys := server.keys(); len(keys) != 1 || !strings.HasPrefix(keys[0], "other:scs:session:") {
		t.Errorf("keys: %q", keys)
	}
}
