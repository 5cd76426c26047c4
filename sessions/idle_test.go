package sessions_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// These are checks of the conformance suite: the idle timeout is the same with
// both stores.

// idleSite is instances with an idle timeout of half an hour and one clock.
type idleSite struct {
	cfg      sessions.Config
	one, two http.Handler
	now      time.Time
}

func newIdleSite(t *testing.T, cfg sessions.Config) *idleSite {
	s := &idleSite{now: time.Now()}
	cfg.IdleTimeout = 30 * time.Minute
	cfg.SecretKey = testKey
	cfg.Now = func() time.Time { return s.now }
	s.cfg = cfg
	s.one, s.two = site(t, cfg), site(t, cfg)
	return s
}

// named returns the one cookie of that name.
func named(t *testing.T, res *http.Response, name string) *http.Cookie {
	t.Helper()
	var found *http.Cookie
	for _, c := range res.Cookies() {
		if c.Name == name {
			if found != nil {
				t.Fatalf("%s is set twice", name)
			}
			found = c
		}
	}
	if found == nil {
		t.Fatalf("%s is not set: %.60q", name, res.Header["Set-Cookie"])
	}
	return found
}

func idleTimeout(t *testing.T, cfg sessions.Config) {
	s := newIdleSite(t, cfg)
	wantNoCookies(t, do(s.one, "/get"))
	res := do(s.one, "/put?v=ada")
	session, seen := named(t, res, "session"), named(t, res, "seen")
	if !seen.HttpOnly || seen.SameSite != http.SameSiteLaxMode || seen.Path != "/" || seen.Domain != "" || seen.Secure || len(seen.Value) > 120 {
		t.Errorf("cookie: %s", seen.Raw)
	}
	if seen.MaxAge < 1790 || seen.MaxAge > 1801 {
		t.Errorf("Max-Age %d", seen.MaxAge)
	}

	// It is written at most once a minute, and the session not at all.
	wantNoCookies(t, do(s.one, "/get", session, seen))
	s.now = s.now.Add(59 * time.Second)
	wantNoCookies(t, do(s.two, "/get", session, seen))
	first := seen
	for range 20 {
		s.now = s.now.Add(29 * time.Minute)
		res := do(s.two, "/get", session, seen)
		wantBody(t, res, "ada")
		if len(res.Cookies()) != 1 {
			t.Fatalf("cookies: %.60q", res.Header["Set-Cookie"])
		}
		seen = named(t, res, "seen")
		s.one, s.two = s.two, s.one
	}

	// What was written at first does not bring it back, nor does nothing.
	for _, cookies := range [][]*http.Cookie{{session, first}, {session}} {
		res := do(s.one, "/get", cookies...)
		wantBody(t, res, "")
		var names []string
		for _, c := range cookies {
			names = append(names, c.Name)
		}
		wantDeleted(t, res, names...)
	}
	wantBody(t, do(s.one, "/get", session, seen), "ada")
	s.now = s.now.Add(30 * time.Minute)
	wantBody(t, do(s.one, "/get", session, seen), "ada")

	var log lines
	s.cfg.Logger = log.logger()
	h := site(t, s.cfg)
	s.now = s.now.Add(time.Second)
	res = do(h, "/put?v=grace", session, seen)
	// A new session takes its place, with a cookie of its own.
	wantBody(t, do(h, "/get", named(t, res, "session"), named(t, res, "seen")), "grace")
	res = do(h, "/get", session, seen)
	wantBody(t, res, "")
	wantDeleted(t, res, "session", "seen")
	if got := log.String(); !strings.Contains(got, `level=INFO msg="invalid session token signature" reason="not used for too long"`) || strings.Contains(got, seen.Value) {
		t.Errorf("logged: %s", got)
	}

	// Destroying deletes it too.
	res = do(h, "/put?v=ada")
	wantDeleted(t, do(h, "/destroy", res.Cookies()...), "session", "seen")

	// The lifetime holds all the same. scs counts it by the real clock.
	res = do(h, "/put?v=ada")
	session, seen = named(t, res, "session"), named(t, res, "seen")
	for end := time.Now().Add(7*24*time.Hour - time.Minute); s.now.Before(end); {
		s.now = s.now.Add(25 * time.Minute)
		if s.now.After(end) {
			s.now = end
		}
		res := do(h, "/get", session, seen)
		wantBody(t, res, "ada")
		seen = named(t, res, "seen")
	}
	s.now = s.now.Add(2 * time.Minute)
	wantBody(t, do(h, "/get", session, seen), "")

	// Over HTTPS it is bound to this very host.
	s.cfg.Secure = true
	if c := named(t, do(site(t, s.cfg), "/put?v=ada"), "__Host-seen"); !c.Secure || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie: %s", c.Raw)
	}

	// Short timeouts are kept more exactly.
	s.now = time.Now()
	s.cfg.Secure, s.cfg.IdleTimeout = false, time.Minute
	h = site(t, s.cfg)
	cookies := do(h, "/put?v=ada").Cookies()
	s.now = s.now.Add(5 * time.Second)
	wantNoCookies(t, do(h, "/get", cookies...))
	s.now = s.now.Add(time.Second)
	named(t, do(h, "/get", cookies...), "seen")
}

// What makes the difference is a seen cookie of this very session that is recent.
func idleCookies(t *testing.T, cfg sessions.Config) {
	s := newIdleSite(t, cfg)
	res := do(s.one, "/put?v=ada")
	session, first := named(t, res, "session"), named(t, res, "seen")
	foreign := named(t, do(s.one, "/put?v=grace"), "seen")
	s.now = s.now.Add(20 * time.Minute)
	recent := named(t, do(s.one, "/get", session, first), "seen")
	rotating := s.cfg
	rotating.SecretKey, rotating.PreviousSecretKeys = otherKey, []string{testKey}
	unknown := s.cfg
	unknown.SecretKey = unknownKey
	unknownSeen := named(t, do(site(t, unknown), "/put?v=joan"), "seen")
	s.now = s.now.Add(20 * time.Minute)
	foreignRecent := named(t, do(s.one, "/put?v=grace"), "seen")

	as := func(value string) *http.Cookie { return &http.Cookie{Name: "seen", Value: value} }
	fields := strings.Split(recent.Value, ".")
	over := map[string][]*http.Cookie{
		"none":            nil,
		"too old":         {first},
		"another session": {foreignRecent},
		"old and foreign": {first, foreign, foreignRecent},
		"garbage":         {as("garbage")},
		"cut":             {as(recent.Value[:len(recent.Value)-1])},
		"parts":           {as(fields[0] + "." + fields[1] + ".2." + fields[2])},
		"a session":       {as(session.Value)},
	}
	for name, seen := range over {
		res := do(s.two, "/get", append([]*http.Cookie{session}, seen...)...)
		if got := body(t, res); got != "" || res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %q", name, res.StatusCode, got)
		}
		if named(t, res, "session").MaxAge >= 0 {
			t.Errorf("%s: the session is not deleted", name)
		}
	}
	for name, seen := range map[string][]*http.Cookie{
		"alone":           {recent},
		"before old ones": {recent, first},
		"after old ones":  {first, foreign, as("garbage"), recent},
		"after unknown":   {unknownSeen, as("v2.a.b"), recent},
	} {
		res := do(s.two, "/get", append([]*http.Cookie{session}, seen...)...)
		wantBody(t, res, "ada")
		if len(res.Cookies()) != 1 || named(t, res, "seen").MaxAge <= 0 {
			t.Errorf("%s: cookies %.60q", name, res.Header["Set-Cookie"])
		}
	}

	// What cannot be read here may say elsewhere that the session is in use.
	res = do(s.one, "/get", session, unknownSeen)
	wantBody(t, res, "")
	wantNoCookies(t, res)
	renewed(t, do(s.one, "/get", session, as("v2.a.b")))

	// While keys are changed it is sealed anew with the new one.
	s.now = s.now.Add(-20 * time.Minute)
	h := site(t, rotating)
	res = do(h, "/get", session, recent)
	wantBody(t, res, "ada")
	resealed := named(t, res, "seen")
	for _, c := range res.Cookies() {
		if c.Name == "session" {
			session = c // sealed anew as well
		}
	}
	wantNoCookies(t, do(h, "/get", session, resealed))
}

// A new token makes another session of it, as far as the cookie is concerned.
func idleNewToken(t *testing.T, cfg sessions.Config) {
	s := newIdleSite(t, cfg)
	res := do(s.one, "/put?v=ada")
	session, seen := named(t, res, "session"), named(t, res, "seen")
	s.now = s.now.Add(20 * time.Minute)
	late := named(t, do(s.one, "/get", session, seen), "seen")
	res = do(s.one, "/renew", session, seen)
	session, seen = named(t, res, "session"), named(t, res, "seen")
	wantNoCookies(t, do(s.two, "/get", session, seen))

	// A response that crosses it leaves the browser with the cookie of the old
	// token. The session has just begun and is not lost.
	s.now = s.now.Add(time.Minute)
	res = do(s.two, "/get", session, late)
	wantBody(t, res, "ada")
	seen = named(t, res, "seen")
	s.now = s.now.Add(29*time.Minute + 30*time.Second)
	wantBody(t, do(s.two, "/get", session, late), "")
	wantBody(t, do(s.two, "/get", session, seen), "ada")
}

func TestIdleTimeoutIsChecked(t *testing.T) {
	for _, timeout := range []time.Duration{-1, 8 * 24 * time.Hour} {
		cfg := cookieConfig()
		cfg.IdleTimeout = timeout
		if _, err := sessions.New(cfg); err == nil || !strings.Contains(err.Error(), "idle timeout") {
			t.Errorf("%s: %v", timeout, err)
		}
	}
	cfg := redisConfig(t, "127.0.0.1:1", time.Second)
	cfg.IdleTimeout = time.Minute
	if _, err := sessions.New(cfg); err == nil || !strings.Contains(fmt.Sprint(err), "SESSION_SECRET_KEY") {
		t.Errorf("without a key: %v", err)
	}
	cfg = cookieConfig()
	cfg.Revoked = new(notes).revoked
	if _, err := sessions.New(cfg); err == nil || !strings.Contains(err.Error(), "Revoke and Revoked") {
		t.Errorf("half of revocations: %v", err)
	}
}
