package sessions_test

import (
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// TestConformance holds both stores to the same behaviour.
func TestConformance(t *testing.T) {
	t.Run("cookie", func(t *testing.T) {
		t.Parallel()
		conformance(t, cookieConfig())
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		conformance(t, startRedis(t).config())
	})
}

// conformance runs every check against managers with that configuration.
func conformance(t *testing.T, cfg sessions.Config) {
	checks := []struct {
		name  string
		check func(t *testing.T, cfg sessions.Config)
	}{
		{"a visitor without data gets no cookie", visitorGetsNoCookie},
		{"a session is found again", sessionIsFoundAgain},
		{"values keep their types", valuesKeepTheirTypes},
		{"reading writes nothing", readingWritesNothing},
		{"instances share sessions", instancesShareSessions},
		{"cookie attributes", cookieAttributes},
		{"cache headers", cacheHeaders},
		{"destroy", destroy},
		{"renew token", renewToken},
		{"identity", identity},
		{"expiry", expiry},
		{"idle timeout", idleTimeout},
		{"idle timeout: which cookie counts", idleCookies},
		{"idle timeout: a new token", idleNewToken},
		{"not before", notBefore},
		{"garbage is no session", garbageIsNoSession},
		{"newer versions are respected", newerVersionsAreRespected},
		{"unknown fields are kept", unknownFieldsAreKept},
		{"unencodable is refused", unencodableIsRefused},
		{"when it is saved", whenItIsSaved},
		{"errors and panics", errorsAndPanics},
		{"one header for one cookie", oneHeaderForOneCookie},
		{"two managers in one program", twoManagers},
		{"concurrent use", concurrentUse},
		{"scs outside the middleware", outsideTheMiddleware},
		{"the cookie that opens counts", theCookieThatOpensCounts},
		{"ping", func(t *testing.T, cfg sessions.Config) {
			if err := ping(t, newManager(t, cfg)); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) { c.check(t, cfg) })
	}
}

// site is the handlers of actions under a manager of their own.
func site(t testing.TB, cfg sessions.Config) http.Handler {
	t.Helper()
	m := newManager(t, cfg)
	return m.Middleware(actions(m))
}

// signedIn returns the cookies of a new session with a name in it.
func signedIn(t testing.TB, h http.Handler, name string) []*http.Cookie {
	t.Helper()
	res := do(h, "/put?v="+name)
	wantBody(t, res, "put")
	if len(res.Cookies()) == 0 {
		t.Fatal("no session cookie")
	}
	return res.Cookies()
}

func visitorGetsNoCookie(t *testing.T, cfg sessions.Config) {
	b := newBrowser(t, site(t, cfg))
	for _, path := range []string{"/static", "/get", "/id", "/destroy"} {
		res := b.get(path)
		wantNoCookies(t, res)
		if got := res.Header.Get("Cache-Control"); got != "" {
			t.Errorf("%s: Cache-Control %q without a cookie", path, got)
		}
	}
}

func sessionIsFoundAgain(t *testing.T, cfg sessions.Config) {
	b := newBrowser(t, site(t, cfg))
	wantBody(t, b.get("/put?v=ada"), "put")
	wantBody(t, b.get("/get"), "ada")
	wantBody(t, b.get("/put?v=grace"), "put")
	wantBody(t, b.get("/get"), "grace")
}

func valuesKeepTheirTypes(t *testing.T, cfg sessions.Config) {
	gob.Register(time.Time{}) // As scs asks for any type that is not basic.
	m := newManager(t, cfg)
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	mux := http.NewServeMux()
	mux.HandleFunc("/put", func(_ http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		m.Put(ctx, "string", "a\x00é")
		m.Put(ctx, "bytes", []byte{0, 255})
		m.Put(ctx, "int", -7)
		m.Put(ctx, "int64", int64(1)<<40)
		m.Put(ctx, "bool", true)
		m.Put(ctx, "float", 0.5)
		m.Put(ctx, "time", at)
	})
	mux.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		_, _ = fmt.Fprintf(w, "%q %v %d %d %t %g %t %t %q", m.GetString(ctx, "string"), m.GetBytes(ctx, "bytes"),
			m.GetInt(ctx, "int"), m.GetInt64(ctx, "int64"), m.GetBool(ctx, "bool"), m.GetFloat(ctx, "float"),
			m.GetTime(ctx, "time").Equal(at), m.Exists(ctx, "none"), m.Keys(ctx))
	})
	h := m.Middleware(mux)
	cookies := do(h, "/put").Cookies()
	wantBody(t, do(h, "/get", cookies...),
		`"a\x00é" [0 255] -7 1099511627776 true 0.5 true false ["bool" "bytes" "float" "int" "int64" "string" "time"]`)
}

func readingWritesNothing(t *testing.T, cfg sessions.Config) {
	h := site(t, cfg)
	cookies := signedIn(t, h, "ada")
	for _, path := range []string{"/get", "/id", "/static"} {
		wantNoCookies(t, do(h, path, cookies...))
	}
}

func instancesShareSessions(t *testing.T, cfg sessions.Config) {
	cookies := signedIn(t, site(t, cfg), "ada")
	wantBody(t, do(site(t, cfg), "/get", cookies...), "ada")
}

func cookieAttributes(t *testing.T, cfg sessions.Config) {
	for _, test := range []struct {
		secure bool
		name   string
	}{{true, "__Host-session"}, {false, "session"}} {
		cfg.Secure = test.secure
		before := time.Now()
		cookie := signedIn(t, site(t, cfg), "ada")[0]
		if cookie.Name != test.name || cookie.Secure != test.secure {
			t.Errorf("name %s secure %t, want %s %t", cookie.Name, cookie.Secure, test.name, test.secure)
		}
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
			t.Errorf("attributes: %s", cookie.Raw)
		}
		week := 7 * 24 * time.Hour
		if got := cookie.MaxAge - int(week.Seconds()); got < -5 || got > 1 {
			t.Errorf("Max-Age is %d s off a week", got)
		}
		if off := cookie.Expires.Sub(before.Add(week)); off < -time.Second || off > 5*time.Second {
			t.Errorf("Expires is %s off a week", off)
		}
	}
}

func cacheHeaders(t *testing.T, cfg sessions.Config) {
	m := newManager(t, cfg)
	mux := actions(m)
	mux.HandleFunc("/vary", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "HX-Request, cookie")
		w.Header().Set("Cache-Control", "private")
		m.Put(r.Context(), "name", strings.Repeat("x", 4000))
	})
	mux.HandleFunc("/vary-other", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Vary", "HX-Request") })
	h := m.Middleware(mux)
	for _, test := range []struct{ path, vary, cacheControl string }{
		{"/get", "Cookie", ""},
		{"/put?v=ada", "Cookie", `no-cache="Set-Cookie"`},
		{"/vary", "HX-Request, cookie", `private; no-cache="Set-Cookie"`},
		{"/vary-other", "HX-Request; Cookie", ""},
	} {
		res := do(h, test.path)
		if got := strings.Join(res.Header["Vary"], "; "); got != test.vary {
			t.Errorf("%s: Vary %q, want %q", test.path, got, test.vary)
		}
		if got := strings.Join(res.Header["Cache-Control"], "; "); got != test.cacheControl {
			t.Errorf("%s: Cache-Control %q, want %q", test.path, got, test.cacheControl)
		}
	}
}

func destroy(t *testing.T, cfg sessions.Config) {
	h := site(t, cfg)
	cookies := signedIn(t, h, strings.Repeat("x", 6000))
	var names []string
	for _, c := range cookies {
		names = append(names, c.Name)
	}
	wantDeleted(t, do(h, "/destroy", cookies...), names...)

	b := newBrowser(t, h)
	b.get("/put?v=ada")
	first := body(t, b.get("/id"))
	b.get("/destroy")
	wantBody(t, b.get("/get"), "")
	wantNoCookies(t, b.get("/destroy"))

	b.get("/put?v=ada")
	b.get("/destroy-put")
	wantBody(t, b.get("/get"), "second")
	if second := body(t, b.get("/id")); second == "" || second == first {
		t.Errorf("identity after destroy: %q, was %q", second, first)
	}
}

func renewToken(t *testing.T, cfg sessions.Config) {
	b := newBrowser(t, site(t, cfg))
	b.get("/put?v=ada")
	before := body(t, b.get("/id"))
	res := b.get("/renew")
	if len(res.Cookies()) != 1 {
		t.Fatalf("%d cookies set by renew", len(res.Cookies()))
	}
	wantBody(t, b.get("/get"), "ada")
	if after := body(t, b.get("/id")); after == "" || after == before {
		t.Errorf("identity %q, was %q", after, before)
	}
}

func identity(t *testing.T, cfg sessions.Config) {
	h := site(t, cfg)
	wantBody(t, do(h, "/id"), "")
	cookies := signedIn(t, h, "ada")
	first := body(t, do(h, "/id", cookies...))
	if len(first) != 22 || strings.Contains(cookies[0].Value, first) {
		t.Fatalf("identity %q", first)
	}
	again := do(h, "/put?v=grace", cookies...)
	wantBody(t, do(site(t, cfg), "/id", again.Cookies()...), first)
	if other := body(t, do(h, "/id", signedIn(t, h, "ada")...)); other == first {
		t.Error("two sessions have one identity")
	}
}

func expiry(t *testing.T, cfg sessions.Config) {
	var log lines
	cfg.Logger = log.logger()
	now := time.Now()
	cfg.Now = func() time.Time { return now }
	h := site(t, cfg)
	cookies := signedIn(t, h, "ada")

	now = now.Add(7*24*time.Hour - time.Minute)
	wantBody(t, do(h, "/get", cookies...), "ada")
	// Being busy does not make a session last longer.
	cookies = do(h, "/put?v=grace", cookies...).Cookies()
	wantBody(t, do(h, "/get", cookies...), "grace")
	if log.String() != "" {
		t.Errorf("logged: %s", log.String())
	}

	now = now.Add(2 * time.Minute)
	res := do(h, "/get", cookies...)
	wantBody(t, res, "")
	wantDeleted(t, res, "session")
	if got := log.String(); !strings.Contains(got, `level=INFO msg="invalid session token signature" reason=expired`) {
		t.Errorf("logged: %s", got)
	}
}

func notBefore(t *testing.T, cfg sessions.Config) {
	start := time.Now()
	now := start
	cfg.Now = func() time.Time { return now }
	h := site(t, cfg)
	old := signedIn(t, h, "ada")
	now = start.Add(time.Hour)
	// Saving an old session again does not make it a new one; a new token does.
	old = do(h, "/put?v=ada", old...).Cookies()
	young := signedIn(t, h, "grace")
	renewing := newBrowser(t, h)
	renewing.get("/put?v=joan")
	now = start.Add(2 * time.Hour)
	renewed := renewing.get("/renew").Cookies()

	var log lines
	cfg.Logger = log.logger()
	cfg.NotBefore = start.Add(time.Hour)
	h = site(t, cfg)
	wantBody(t, do(h, "/get", young...), "grace")
	wantBody(t, do(h, "/get", renewed...), "joan")
	if log.String() != "" {
		t.Errorf("logged: %s", log.String())
	}
	res := do(h, "/get", old...)
	wantBody(t, res, "")
	wantDeleted(t, res, "session")
	if got := log.String(); !strings.Contains(got, `reason="issued before the oldest time allowed"`) {
		t.Errorf("logged: %s", got)
	}
}

func garbageIsNoSession(t *testing.T, cfg sessions.Config) {
	var log lines
	cfg.Logger = log.logger()
	h := site(t, cfg)
	for _, value := range []string{
		"", "x", ".", "..", "...", "v1", "v1..", "v1.a.b", "v1.a.2.b", "v1.a.9.b", "v1.a.-1.b",
		"../../etc/passwd", "e30.e30.e30", strings.Repeat("A", 44), strings.Repeat("*", 43),
		strings.Repeat("A", 3800), strings.Repeat(".", 3800),
	} {
		res := do(h, "/get", &http.Cookie{Name: "session", Value: value})
		wantBody(t, res, "")
		wantDeleted(t, res, "session")
		got := log.String()
		if !strings.Contains(got, `level=WARN msg="invalid session token signature" reason=`) {
			t.Errorf("%.20q logged: %s", value, got)
		}
		if len(value) > 5 && strings.Contains(got, value) {
			t.Errorf("the log shows the cookie: %s", got)
		}
		log.buffer.Reset()
	}
	// A part without its beginning.
	res := do(h, "/get", &http.Cookie{Name: "session.2", Value: "AAAA"})
	wantBody(t, res, "")
	wantDeleted(t, res, "session.2")
	// Cookies of others that look alike are left alone.
	for _, name := range []string{"session.1", "session.5", "session.22", "session2", "sessions", "xsession"} {
		wantNoCookies(t, do(h, "/get", &http.Cookie{Name: name, Value: "x"}))
	}
	// A new session takes the place of the bad cookie.
	res = do(h, "/put?v=ada", &http.Cookie{Name: "session", Value: "x"}, &http.Cookie{Name: "session.3", Value: "x"})
	set := res.Cookies()
	if len(set) != 2 || set[0].MaxAge <= 0 || set[1].Name != "session.3" || set[1].MaxAge >= 0 {
		t.Fatalf("cookies: %.80q", res.Header["Set-Cookie"])
	}
	wantBody(t, do(h, "/get", set[0]), "ada")
}

// retired is a type that is not registered with gob.
type retired struct{ Name string }

func unencodableIsRefused(t *testing.T, cfg sessions.Config) {
	m := newManager(t, cfg)
	h := m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.Put(r.Context(), "name", retired{"ada"}) // Never registered with gob.
		_, _ = io.WriteString(w, "all is well")
	}))
	res := do(h, "/")
	if got := body(t, res); res.StatusCode != http.StatusInternalServerError || strings.Contains(got, "well") {
		t.Errorf("got %d %q", res.StatusCode, got)
	}
	if res.Header.Get("Retry-After") != "" {
		t.Error("Retry-After on a fault that a retry does not mend")
	}
	wantNoCookies(t, res)
}

func twoManagers(t *testing.T, cfg sessions.Config) {
	one, two := newManager(t, cfg), newManager(t, cfg)
	two.SCS().Cookie.Name = "second"
	mux := http.NewServeMux()
	mux.HandleFunc("/put", func(_ http.ResponseWriter, r *http.Request) {
		one.Put(r.Context(), "name", "ada")
		two.Put(r.Context(), "name", "grace")
	})
	mux.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, one.GetString(r.Context(), "name")+" "+two.GetString(r.Context(), "name"))
	})
	b := newBrowser(t, one.Middleware(two.Middleware(mux)))
	b.get("/put")
	wantBody(t, b.get("/get"), "ada grace")
}

func concurrentUse(t *testing.T, cfg sessions.Config) {
	m := newManager(t, cfg)
	mux := actions(m)
	mux.HandleFunc("/many", func(w http.ResponseWriter, r *http.Request) {
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				m.Put(r.Context(), fmt.Sprint(i), i)
				if err := m.RenewToken(r.Context()); err != nil {
					t.Errorf("renew: %v", err)
				}
				m.ID(r.Context())
			})
		}
		_, _ = io.WriteString(w, m.GetString(r.Context(), "name"))
		group.Wait()
	})
	h := m.Middleware(mux)
	cookies := signedIn(t, h, "ada")
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			name := fmt.Sprintf("/put?v=%d", i)
			if res := do(h, name, cookies...); res.StatusCode != http.StatusOK || len(res.Cookies()) != 1 {
				t.Errorf("%d with %d cookies", res.StatusCode, len(res.Cookies()))
			}
			if res := do(h, "/get", cookies...); res.StatusCode != http.StatusOK {
				t.Errorf("%d", res.StatusCode)
			}
		})
	}
	group.Wait()
	if res := do(h, "/many", cookies...); res.StatusCode != http.StatusOK || len(res.Header["Set-Cookie"]) > 1 {
		t.Errorf("%d %q", res.StatusCode, res.Header["Set-Cookie"])
	}
}

func outsideTheMiddleware(t *testing.T, cfg sessions.Config) {
	m := newManager(t, cfg)
	ctx, err := m.SCS().Load(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	m.Put(ctx, "name", "ada")
	if _, _, err := m.SCS().Commit(ctx); err == nil {
		t.Error("Commit succeeded")
	}
	if _, err := m.SCS().Load(context.Background(), strings.Repeat("A", 43)); err == nil {
		t.Error("Load succeeded")
	}
	if err := m.Destroy(ctx); err == nil {
		t.Error("Destroy succeeded")
	}
}

// Of several cookies with one name the first that is a session counts. Others of
// that name are stale, or were set by another host of the domain; they never
// cost anybody the session.
func theCookieThatOpensCounts(t *testing.T, cfg sessions.Config) {
	now := time.Now()
	cfg.Now = func() time.Time { return now }
	short := cfg
	short.Lifetime = time.Hour
	expired := signedIn(t, site(t, short), "old")[0]
	h := site(t, cfg)
	good, other := signedIn(t, h, "ada")[0], signedIn(t, h, "grace")[0]
	now = now.Add(2 * time.Hour)
	garbage := func(i int) *http.Cookie { return &http.Cookie{Name: "session", Value: fmt.Sprint("garbage", i)} }
	damaged := &http.Cookie{Name: "session", Value: good.Value[:len(good.Value)-1]}

	for name, cookies := range map[string][]*http.Cookie{
		"alone":                  {good},
		"before garbage":         {good, garbage(1)},
		"after garbage":          {garbage(1), good},
		"after what has expired": {expired, good},
		"after what is damaged":  {damaged, good},
		"after three of them":    {garbage(1), expired, damaged, good},
		"twice":                  {good, good},
		"after one thing often":  {garbage(1), garbage(1), garbage(1), garbage(1), garbage(1), good},
		"before another session": {good, other},
	} {
		res := do(h, "/get", cookies...)
		if got := body(t, res); got != "ada" {
			t.Errorf("%s: %q", name, got)
		}
		wantNoCookies(t, res)
		changed := do(h, "/put?v=joan", cookies...).Cookies()
		if len(changed) != 1 {
			t.Fatalf("%s: %d cookies when it is changed", name, len(changed))
		}
		wantBody(t, do(h, "/get", changed...), "joan")
		do(h, "/put?v=ada", changed...) // for the next, where the cookie is a token
	}

	// Without a good one they are deleted, once.
	res := do(h, "/get", garbage(1), expired, damaged)
	wantBody(t, res, "")
	if cfg.Store != sessions.StoreRedis {
		wantDeleted(t, res, "session")
	}
	wantDeleted(t, do(h, "/get", garbage(1), garbage(2)), "session")

	// More of them than are looked at may hide the good one, and do not delete it.
	res = do(h, "/get", garbage(1), garbage(2), garbage(3), garbage(4), good)
	wantBody(t, res, "")
	wantNoCookies(t, res)
}
