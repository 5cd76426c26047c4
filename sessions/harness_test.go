package sessions_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// The keys of the tests, random and used nowhere else.
const (
	testKey    = "UJQMhQ0vYF3XrVe1cVbR8xk4m2Wn7sTz"
	otherKey   = "gT5pLq9dKzB1yNwC7fHs3jXv0aRu6eOm"
	unknownKey = "n8Zc2Dk6PbW4tQxG1rJy7hMv9sLf3uEa"
)

// lines collects log lines; handlers log from several goroutines.
type lines struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.String()
}

func (l *lines) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func newManager(t testing.TB, cfg sessions.Config) *sessions.Manager {
	t.Helper()
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	m, err := sessions.New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return m
}

// cookieConfig is the least there is to say for the cookie store.
func cookieConfig() sessions.Config { return sessions.Config{SecretKey: testKey} }

// actions is a small program that does one thing with its session per path.
func actions(m *sessions.Manager) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/static", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "no session used")
	})
	mux.HandleFunc("/put", func(w http.ResponseWriter, r *http.Request) {
		m.Put(r.Context(), "name", r.FormValue("v"))
		_, _ = io.WriteString(w, "put")
	})
	mux.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, m.GetString(r.Context(), "name"))
	})
	mux.HandleFunc("/id", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, m.ID(r.Context()))
	})
	mux.HandleFunc("/destroy", func(w http.ResponseWriter, r *http.Request) {
		if err := m.Destroy(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
	})
	mux.HandleFunc("/destroy-put", func(w http.ResponseWriter, r *http.Request) {
		if err := m.Destroy(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
		m.Put(r.Context(), "name", "second")
	})
	mux.HandleFunc("/renew-id", func(w http.ResponseWriter, r *http.Request) {
		before := m.ID(r.Context())
		if err := m.RenewToken(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
		_, _ = fmt.Fprint(w, before, " ", m.ID(r.Context()))
	})
	mux.HandleFunc("/renew-destroy", func(w http.ResponseWriter, r *http.Request) {
		if err := errors.Join(m.RenewToken(r.Context()), m.Destroy(r.Context())); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
	})
	mux.HandleFunc("/renew", func(w http.ResponseWriter, r *http.Request) {
		if err := m.RenewToken(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
	})
	return mux
}

// do serves one request without a network and returns the response.
func do(h http.Handler, target string, cookies ...*http.Cookie) *http.Response {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("read body: %v", err)
	}
	return string(b)
}

// wantBody fails unless the response is a 200 with that body.
func wantBody(t testing.TB, res *http.Response, want string) {
	t.Helper()
	if got := body(t, res); res.StatusCode != http.StatusOK || got != want {
		t.Fatalf("got %d %q, want 200 %q", res.StatusCode, got, want)
	}
}

// wantNoCookies fails when the response sets any.
func wantNoCookies(t testing.TB, res *http.Response) {
	t.Helper()
	if set := res.Header["Set-Cookie"]; len(set) > 0 {
		t.Fatalf("cookies set: %.80q", set)
	}
}

// wantDeleted fails unless the response deletes exactly the cookies named.
func wantDeleted(t testing.TB, res *http.Response, names ...string) {
	t.Helper()
	var deleted []string
	for _, c := range res.Cookies() {
		if c.MaxAge >= 0 || c.Value != "" {
			t.Fatalf("cookie %s is set, not deleted", c.Name)
		}
		deleted = append(deleted, c.Name)
	}
	if strings.Join(deleted, " ") != strings.Join(names, " ") {
		t.Fatalf("deleted %q, want %q", deleted, names)
	}
}

// browser is a client with a cookie jar on a real server.
type browser struct {
	t      testing.TB
	client *http.Client
	base   string
}

func newBrowser(t testing.TB, h http.Handler) *browser {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, client: &http.Client{Jar: jar}, base: server.URL}
}

func (b *browser) get(target string) *http.Response {
	b.t.Helper()
	res, err := b.client.Get(b.base + target)
	if err != nil {
		b.t.Fatalf("get %s: %v", target, err)
	}
	content, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatalf("read %s: %v", target, err)
	}
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(content))
	return res
}

// redisServer is a redis-server of its own, which the test may stop.
type redisServer struct {
	t       testing.TB
	addr    string
	options []string
	process *exec.Cmd
}

// startRedis starts redis-server on a free port. Without one installed the test
// is skipped, and fails where CI is set.
func startRedis(t testing.TB, options ...string) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("redis-server is not installed; CI must have it")
		}
		t.Skip("redis-server is not installed: install the package redis-server to run this test")
	}
	s := &redisServer{t: t, addr: freeAddress(t), options: options}
	s.start()
	t.Cleanup(s.stop)
	return s
}

// freeAddress is below the ports that systems give to connections, so that none
// takes it before the server does.
func freeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)))
		if err == nil {
			_ = l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

func (s *redisServer) start() {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.addr)
	args := append([]string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"}, s.options...)
	s.process = exec.Command("redis-server", args...)
	if err := s.process.Start(); err != nil {
		s.t.Fatalf("start redis-server: %v", err)
	}
	for range 200 {
		if conn, err := redis.Dial("tcp", s.addr); err == nil {
			_, err := conn.Do("PING")
			_ = conn.Close()
			// A server that wants a password is up, too.
			if err == nil || strings.HasPrefix(err.Error(), "NOAUTH") {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.t.Fatalf("redis-server does not answer on %s", s.addr)
}

func (s *redisServer) stop() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	s.process = nil
}

func (s *redisServer) config() sessions.Config { return redisConfig(s.t, s.addr, 500*time.Millisecond) }

// redisConfig is a program's configuration for a Redis at that address.
func redisConfig(t testing.TB, addr string, wait time.Duration) sessions.Config {
	pool := &redis.Pool{
		DialContext: func(ctx context.Context) (redis.Conn, error) {
			return redis.DialContext(ctx, "tcp", addr, redis.DialConnectTimeout(time.Second),
				redis.DialReadTimeout(wait), redis.DialWriteTimeout(wait))
		},
		MaxIdle: 10,
	}
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Errorf("close pool: %v", err)
		}
	})
	return sessions.Config{Store: sessions.StoreRedis, Redis: pool}
}

// do runs one command on a connection of its own.
func (s *redisServer) do(command string, args ...any) any {
	s.t.Helper()
	conn, err := redis.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatalf("dial redis: %v", err)
	}
	reply, err := conn.Do(command, args...)
	_ = conn.Close()
	if err != nil {
		s.t.Fatalf("%s: %v", command, err)
	}
	return reply
}

func (s *redisServer) keys() []string {
	s.t.Helper()
	keys, err := redis.Strings(s.do("KEYS", "*"), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return keys
}

func ping(t testing.TB, m *sessions.Manager) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	return m.Ping(ctx)
}
