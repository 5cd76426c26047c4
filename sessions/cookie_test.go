package sessions_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// goldenCookie holds name=ada until the year 2100 under testKey. It keeps the
// format: whoever is signed in today must be signed in after the next release.
const goldenCookie = "v1.sqpkNGRC.PD2rvhth1HqAn6N3JWkvqj9jc2akKzKmPXpKXx7SdLi5_pIlAifJRPZlMQ-C9rt80biHiD5hLjospLza_ohP2IcJk-oqBrHH3Yy9qJPmC0o9ns9KQsrm1VphE6uTlTcTCHfl73DZARQUdPpt8CB-LKT0UjiNnYOsrdmaLXfw2Swzdf1CknvHp4wm6n04wd7vEx7BZMEJ-LqUrzoieOWGUVGM4YQNvApaKIkb1L-uWlLUQOhJ23RRFYLcU-Aa0P_wFjqfc7kVpgvmBHZr2UT4vYAlBI8Py4dehGNqsaWgilmSww"

func TestGoldenCookieStillOpens(t *testing.T) {
	wantBody(t, do(site(t, cookieConfig()), "/get", &http.Cookie{Name: "session", Value: goldenCookie}), "ada")
}

// refused fails unless the cookies are no session, the response deletes what of
// them are session cookies, and the log gives the reason and not the value. No
// reason stands for whichever comes first: what is cut at random may still be
// well formed.
func refused(t *testing.T, cfg sessions.Config, reason string, cookies ...*http.Cookie) {
	t.Helper()
	var log lines
	cfg.Logger = log.logger()
	res := do(site(t, cfg), "/get", cookies...)
	wantBody(t, res, "")
	var names []string
	for _, c := range cookies {
		names = append(names, c.Name)
	}
	wantDeleted(t, res, names...)
	got := log.String()
	if reason != "" {
		reason += "\n"
	}
	if !strings.Contains(got, `msg="invalid session token signature" reason=`+reason) {
		t.Errorf("want the reason %s, logged: %s", reason, got)
	}
	for _, c := range cookies {
		if len(c.Value) > 10 && strings.Contains(got, c.Value[:10]) {
			t.Errorf("the log shows the cookie: %s", got)
		}
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	h := site(t, cookieConfig())
	cookie := signedIn(t, h, "ada")[0]
	flipped := 0
	for i := range cookie.Value {
		for bit := range 8 {
			value := []byte(cookie.Value)
			value[i] ^= 1 << bit
			// The header is written by hand: http.Cookie would leave out the bytes
			// that do not belong into one.
			r := httptest.NewRequest(http.MethodGet, "/get", nil)
			r.Header.Set("Cookie", "session="+string(value))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if isVersion := i == 1 && value[i] > '1' && value[i] <= '9'; isVersion {
				if w.Code != http.StatusServiceUnavailable {
					t.Errorf("version %c: %d", value[i], w.Code)
				}
			} else if got := w.Body.String(); w.Code != http.StatusOK || got != "" {
				t.Fatalf("byte %d, bit %d: %d %q", i, bit, w.Code, got)
			}
			flipped++
		}
	}
	if flipped < 1000 {
		t.Fatalf("only %d bits flipped", flipped)
	}
}

func TestEveryTruncationIsRefused(t *testing.T) {
	h := site(t, cookieConfig())
	cookie := signedIn(t, h, "ada")[0]
	for n := range len(cookie.Value) {
		for _, value := range []string{cookie.Value[:n], cookie.Value[n+1:]} {
			res := do(h, "/get", &http.Cookie{Name: "session", Value: value})
			wantBody(t, res, "")
			wantDeleted(t, res, "session")
		}
	}
	for _, value := range []string{cookie.Value + "A", cookie.Value + "=", cookie.Value + ".", cookie.Value + cookie.Value} {
		wantBody(t, do(h, "/get", &http.Cookie{Name: "session", Value: value}), "")
	}
}

func TestSealedForAnotherCookieIsRefused(t *testing.T) {
	plain, secure := cookieConfig(), cookieConfig()
	secure.Secure = true
	fromPlain := signedIn(t, site(t, plain), "ada")[0]
	fromSecure := signedIn(t, site(t, secure), "ada")[0]
	refused(t, secure, `"not authentic"`, &http.Cookie{Name: "__Host-session", Value: fromPlain.Value})
	refused(t, plain, `"not authentic"`, &http.Cookie{Name: "session", Value: fromSecure.Value})
}

// A cookie sealed with a key that this instance does not have is no session
// here, and may be one elsewhere: it stays until there is something to write.
func TestUnknownKeyIsLeftAlone(t *testing.T) {
	foreign := sessions.Config{SecretKey: unknownKey}
	cookies := signedIn(t, site(t, foreign), strings.Repeat("x", 5000))
	if len(cookies) != 2 {
		t.Fatalf("%d parts", len(cookies))
	}
	var log lines
	cfg := cookieConfig()
	cfg.Logger = log.logger()
	h := site(t, cfg)
	for _, path := range []string{"/get", "/id", "/static"} {
		res := do(h, path, cookies...)
		if path == "/get" {
			wantBody(t, res, "")
		}
		wantNoCookies(t, res)
	}
	if got := log.String(); strings.Count(got, `level=WARN msg="invalid session token signature" reason="unknown key"`) != 3 || strings.Contains(got, cookies[0].Value[:20]) {
		t.Errorf("logged: %s", got)
	}
	// What belongs to nobody does not cost the browser the cookie beside it.
	wantNoCookies(t, do(h, "/get", append([]*http.Cookie{{Name: "session", Value: "garbage"}}, cookies...)...))

	// A new session takes its place, without a part left behind.
	var set []string
	res := do(h, "/put?v=ada", cookies...)
	for _, c := range res.Cookies() {
		set = append(set, fmt.Sprintf("%s %t", c.Name, c.MaxAge > 0))
	}
	if got := strings.Join(set, ", "); got != "session true, session.2 false" {
		t.Errorf("cookies: %s", got)
	}
	wantBody(t, do(h, "/get", res.Cookies()[0]), "ada")

	// The id of a known key does not help.
	ours := signedIn(t, site(t, cookieConfig()), "ada")[0]
	cookie := signedIn(t, site(t, foreign), "ada")[0]
	field := func(c *http.Cookie, i int) string { return strings.Split(c.Value, ".")[i] }
	refused(t, cookieConfig(), `"not authentic"`,
		&http.Cookie{Name: "session", Value: "v1." + field(ours, 1) + "." + field(cookie, 2)})
}

func TestPreviousKeyOpensAndCurrentSeals(t *testing.T) {
	before := site(t, sessions.Config{SecretKey: otherKey})
	during := site(t, sessions.Config{SecretKey: testKey, PreviousSecretKeys: []string{"", otherKey}})
	after := site(t, cookieConfig())
	old := signedIn(t, before, "ada")
	identity := body(t, do(before, "/id", old...))

	res := do(during, "/get", old...)
	wantBody(t, res, "ada")
	resealed := res.Cookies()
	if len(resealed) != 1 {
		t.Fatalf("%d cookies, want the session sealed again", len(resealed))
	}
	if got := resealed[0].Expires.Sub(old[0].Expires); got.Abs() > time.Second {
		t.Errorf("sealing again moved the expiry by %s", got)
	}
	wantBody(t, do(after, "/get", resealed...), "ada")
	wantBody(t, do(after, "/id", resealed...), identity)
	wantNoCookies(t, do(during, "/get", resealed...))
	wantDeleted(t, do(during, "/destroy", old...), "session")
	res = do(after, "/get", old...)
	wantBody(t, res, "")
	wantNoCookies(t, res)
}

func TestLargeSessionsAreSplit(t *testing.T) {
	h := site(t, cookieConfig())
	parts := 0
	for size := 1000; size <= 11_000; size += 500 {
		b := newBrowser(t, h)
		name := strings.Repeat("x", size)
		res := b.get("/put?v=" + name)
		wantBody(t, res, "put")
		for i, c := range res.Cookies() {
			if len(c.Name)+len(c.Value) > 4000 {
				t.Fatalf("%s is %d bytes long", c.Name, len(c.Value))
			}
			if want := []string{"session", "session.2", "session.3", "session.4"}[i]; c.Name != want || !c.HttpOnly || c.MaxAge <= 0 {
				t.Fatalf("part %d: %.40s", i, c.Raw)
			}
		}
		parts = max(parts, len(res.Cookies()))
		wantBody(t, b.get("/get"), name)

		// A smaller session leaves no parts behind.
		b.get("/put?v=ada")
		r := httptest.NewRequest(http.MethodGet, b.base, nil)
		if kept := b.client.Jar.Cookies(r.URL); len(kept) != 1 {
			t.Fatalf("%d cookies kept", len(kept))
		}
		wantBody(t, b.get("/get"), "ada")
	}
	if parts != 4 {
		t.Errorf("at most %d parts were used", parts)
	}
}

func TestOversizedSessionIsRefusedLoudly(t *testing.T) {
	var log lines
	cfg := cookieConfig()
	cfg.Logger = log.logger()
	b := newBrowser(t, site(t, cfg))
	b.get("/put?v=ada")
	res := b.get("/put?v=" + strings.Repeat("x", 12_000))
	if res.StatusCode != http.StatusInternalServerError || strings.Contains(body(t, res), "put") {
		t.Fatalf("got %d", res.StatusCode)
	}
	wantNoCookies(t, res)
	if got := log.String(); !strings.Contains(got, "level=ERROR") || !strings.Contains(got, sessions.ErrTooLarge.Error()) {
		t.Errorf("logged: %s", got)
	}
	// What was there is untouched.
	wantBody(t, b.get("/get"), "ada")
}

func TestMisusedParts(t *testing.T) {
	cfg := cookieConfig()
	h := site(t, cfg)
	one := signedIn(t, h, strings.Repeat("1", 9000))
	two := signedIn(t, h, strings.Repeat("2", 9000))
	if len(one) != 4 || len(two) != 4 {
		t.Fatalf("%d and %d parts", len(one), len(two))
	}
	named := func(name string, c *http.Cookie) *http.Cookie { return &http.Cookie{Name: name, Value: c.Value} }

	for i := range one {
		missing := append(append([]*http.Cookie{}, one[:i]...), one[i+1:]...)
		refused(t, cfg, `"missing part"`, missing...)

		mixed := append([]*http.Cookie{}, one...)
		mixed[i] = two[i]
		refused(t, cfg, `"not authentic"`, mixed...)

		cut := append([]*http.Cookie{}, one...)
		cut[i] = &http.Cookie{Name: one[i].Name, Value: one[i].Value[:len(one[i].Value)-4]}
		refused(t, cfg, "", cut...)
	}
	refused(t, cfg, `"not authentic"`, one[0], named("session.2", one[2]), named("session.3", one[1]), one[3])
	refused(t, cfg, `malformed`, named("session", one[1]), named("session.2", one[0]), one[2], one[3])

	// The count in the first part cannot be changed either.
	for count, reason := range map[string]string{"2": "", "3": "", "1": "malformed", "5": "malformed", "04": "malformed", "": "malformed"} {
		fields := strings.Split(one[0].Value, ".")
		first := &http.Cookie{Name: "session", Value: strings.Join([]string{fields[0], fields[1], count, fields[3]}, ".")}
		refused(t, cfg, reason, first, one[1], one[2], one[3])
	}

	// Parts left over from a longer session do no harm, and go when the session
	// is written next.
	small := signedIn(t, h, "ada")[0]
	res := do(h, "/get", small, one[1], one[3])
	wantBody(t, res, "ada")
	wantNoCookies(t, res)
	var got []string
	for _, c := range do(h, "/put?v=grace", small, one[1], one[3]).Cookies() {
		got = append(got, fmt.Sprintf("%s %t", c.Name, c.MaxAge > 0))
	}
	if strings.Join(got, ", ") != "session true, session.2 false, session.4 false" {
		t.Errorf("cookies: %q", got)
	}
}

// Parts, too, may come several times.
func TestMisplacedPartsDoNotMatter(t *testing.T) {
	h := site(t, cookieConfig())
	one := signedIn(t, h, strings.Repeat("1", 9000))
	two := signedIn(t, h, strings.Repeat("2", 9000))
	small := signedIn(t, h, "ada")
	garbage := func(name string) *http.Cookie { return &http.Cookie{Name: name, Value: "garbage"} }
	join := func(sets ...[]*http.Cookie) (all []*http.Cookie) {
		for _, set := range sets {
			all = append(all, set...)
		}
		return all
	}
	for name, cookies := range map[string][]*http.Cookie{
		"each before the good one":  join([]*http.Cookie{garbage("session"), garbage("session.2"), garbage("session.3"), garbage("session.4")}, one),
		"a last part that is stale": join(two[3:], one),
		"a part in the middle":      join(two[1:2], one),
		"all but the first":         join(two[1:], one),
		"after the good ones":       join(one, two),
	} {
		res := do(h, "/get", cookies...)
		if got := body(t, res); got != strings.Repeat("1", 9000) {
			t.Errorf("%s: %.20q", name, got)
		}
		wantNoCookies(t, res)
	}
	wantBody(t, do(h, "/get", join(one[:1], small)...), "ada")

	// Of what can be joined in more ways than are tried, nothing is deleted.
	var many []*http.Cookie
	for i := range 4 {
		for _, part := range signedIn(t, h, strings.Repeat(fmt.Sprint(i), 9000)) {
			part.Value = part.Value[:len(part.Value)-2] + "AA"
			many = append(many, part)
		}
	}
	res := do(h, "/get", many...)
	wantBody(t, res, "")
	wantNoCookies(t, res)
}

func TestSwitchingStoresIsSigningOut(t *testing.T) {
	redis := startRedis(t).config()
	sealed := signedIn(t, site(t, cookieConfig()), strings.Repeat("x", 5000))
	token := signedIn(t, site(t, redis), "ada")
	refused(t, redis, "malformed", sealed...)
	refused(t, cookieConfig(), "malformed", token...)
}
