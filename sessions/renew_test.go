package sessions_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// renewing is the small program with one more action: the session comes to hold
// something and gets another token.
func renewing(m *sessions.Manager) http.Handler {
	mux := actions(m)
	mux.HandleFunc("/grow", func(w http.ResponseWriter, r *http.Request) {
		if err := m.Renew(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
			return
		}
		m.Put(r.Context(), "name", r.FormValue("v"))
	})
	mux.HandleFunc("/deadline", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(m.Deadline(r.Context()).Format(time.RFC3339Nano)))
	})
	return m.Middleware(mux)
}

// TestRenewKeepsTheOldTokenForAWhile: it names what it named, and nothing new,
// until the browser comes back with the new one.
func TestRenewKeepsTheOldTokenForAWhile(t *testing.T) {
	server := startRedis(t)
	for name, cfg := range map[string]sessions.Config{"cookie": cookieConfig(), "cookie, revoked": new(notes).config(), "redis": server.config()} {
		t.Run(name, func(t *testing.T) {
			var ahead time.Duration
			cfg.Now = func() time.Time { return time.Now().Add(ahead) }
			h, another := renewing(newManager(t, cfg)), renewing(newManager(t, cfg))
			old := do(h, "/put?v=old").Cookies()
			ends := body(t, do(h, "/deadline", old...))
			fresh := do(h, "/grow?v=new", old...).Cookies()
			if len(fresh) != 1 || fresh[0].Value == old[0].Value {
				t.Fatalf("cookies %v", fresh)
			}
			// However often it is asked for, and by a write as well.
			for range 2 {
				if got := body(t, do(another, "/get", old...)); got != "old" {
					t.Errorf("the old token names %q", got)
				}
			}
			if again := do(another, "/grow?v=other", old...).Cookies(); body(t, do(h, "/get", again...)) != "other" {
				t.Error("the old token cannot begin again")
			}
			if got := body(t, do(another, "/get", fresh...)); got != "new" {
				t.Errorf("the new token names %q", got)
			}
			if got := body(t, do(h, "/deadline", fresh...)); got != ends {
				t.Errorf("the session ends at %s, and was to end at %s", got, ends)
			}
			// A request that was sent before the browser had it may arrive later.
			if got := body(t, do(h, "/get", old...)); got != "old" {
				t.Errorf("at once after the browser is back the old token names %q", got)
			}
			ahead = sessions.RenewSettle + time.Second
			if got := body(t, do(h, "/get", fresh...)); got != "new" {
				t.Errorf("a minute later the new token names %q", got)
			}
			want := map[string]string{"cookie": "old"}[name] // without a list it cannot be taken back
			if got := body(t, do(h, "/get", old...)); got != want {
				t.Errorf("after the browser is back the old token names %q, want %q", got, want)
			}
		})
	}
}

func TestRenewedTokensEndInTenMinutes(t *testing.T) {
	server := startRedis(t)
	cfg := server.config()
	var ahead time.Duration
	cfg.Now = func() time.Time { return time.Now().Add(ahead) }
	h := renewing(newManager(t, cfg))
	old := do(h, "/put?v=old").Cookies()
	before := server.keys()
	do(h, "/grow?v=new", old...)
	ttl, err := redis.Int(server.do("TTL", before[0]), nil)
	if most := int(sessions.RenewGrace / time.Second); err != nil || ttl > most || ttl < most-60 {
		t.Errorf("TTL %d, %v", ttl, err)
	}
	ahead = sessions.RenewGrace - time.Second
	if got := body(t, do(h, "/get", old...)); got != "old" {
		t.Errorf("within its time it names %q", got)
	}
	ahead += time.Second
	if got := body(t, do(h, "/get", old...)); got != "" {
		t.Errorf("beyond its time it names %q", got)
	}
}

// TestDestroyRevokesFormerSessions: no copy of a cookie that the session ever had
// is a session after it was ended, on any instance.
func TestDestroyRevokesFormerSessions(t *testing.T) {
	var list notes
	cfg := list.config()
	var ahead time.Duration
	cfg.Now = func() time.Time { return time.Now().Add(ahead) }
	h := renewing(newManager(t, cfg))
	cookies := do(h, "/put?v=first").Cookies()
	var copies [][]*http.Cookie
	for _, name := range []string{"second", "third", "fourth"} {
		copies = append(copies, cookies)
		cookies = do(h, "/grow?v="+name, cookies...).Cookies()
	}
	copies = append(copies, cookies)
	wantDeleted(t, do(h, "/destroy", cookies...), "session")
	for i, old := range copies {
		for _, at := range []http.Handler{h, renewing(newManager(t, cfg))} {
			if got := body(t, do(at, "/get", old...)); got != "" {
				t.Errorf("cookie %d names %q", i, got)
			}
		}
	}
	if len(list.until) != len(copies) {
		t.Errorf("%d notes for %d tokens", len(list.until), len(copies))
	}

	// An instance that finds no note leaves one when the browser comes to it with
	// the new token.
	old := do(h, "/put?v=old").Cookies()
	fresh := do(h, "/grow?v=new", old...).Cookies()
	ahead = sessions.RenewSettle + time.Second
	do(h, "/get", fresh...)
	list.until = make(map[string]time.Time)
	another := renewing(newManager(t, cfg))
	wantBody(t, do(another, "/get", old...), "old")
	wantBody(t, do(another, "/get", fresh...), "new")
	wantBody(t, do(another, "/get", old...), "")
}

// TestDestroyAfterRenew: whoever ends the session ends the former one as well.
func TestDestroyAfterRenew(t *testing.T) {
	server := startRedis(t)
	h := renewing(newManager(t, server.config()))
	old := do(h, "/put?v=old").Cookies()
	fresh := do(h, "/grow?v=new", old...).Cookies()
	do(h, "/destroy", fresh...)
	if keys := server.keys(); len(keys) != 0 {
		t.Errorf("left: %q", keys)
	}
	// What is destroyed in the same request is not kept.
	m := newManager(t, server.config())
	both := m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := m.Destroy(r.Context()); err != nil {
			t.Error(err)
		}
	}))
	do(both, "/", do(h, "/put?v=x").Cookies()...)
	if keys := server.keys(); len(keys) != 0 {
		t.Errorf("left: %q", keys)
	}
	if err := m.Renew(context.Background()); err == nil {
		t.Error("no error outside of the middleware")
	}
}

// TestManyRenewals: however often a session is renewed in a minute, it stays small
// enough for its cookie, and every token it had is ended with it.
func TestManyRenewals(t *testing.T) {
	var list notes
	server := startRedis(t)
	for name, cfg := range map[string]sessions.Config{"cookie": list.config(), "redis": server.config()} {
		t.Run(name, func(t *testing.T) {
			h := renewing(newManager(t, cfg))
			cookies := do(h, "/put?v=first").Cookies()
			var copies [][]*http.Cookie
			for range 30 {
				copies = append(copies, cookies)
				if cookies = do(h, "/grow?v=x", cookies...).Cookies(); len(cookies) != 1 {
					t.Fatalf("%d cookies", len(cookies))
				}
			}
			do(h, "/destroy", cookies...)
			for i, old := range append(copies, cookies) {
				if got := body(t, do(h, "/get", old...)); got != "" {
					t.Errorf("cookie %d names %q", i, got)
				}
			}
		})
	}
}
