package sessions_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// notes is a list of revoked sessions that several instances share.
type notes struct {
	mu    sync.Mutex
	until map[string]time.Time
	asked int
	fail  error
}

func (n *notes) revoke(_ context.Context, id string, until time.Time) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.fail == nil {
		n.until[id] = until
	}
	return n.fail
}

func (n *notes) revoked(_ context.Context, id string) (bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked++
	_, found := n.until[id]
	return found, n.fail
}

func (n *notes) config() sessions.Config {
	n.until = make(map[string]time.Time)
	cfg := cookieConfig()
	cfg.Revoke, cfg.Revoked = n.revoke, n.revoked
	return cfg
}

// A copy of a sealed cookie opens until it expires, unless the program keeps a
// list of the sessions that were ended.
func TestSealedCookieCanBeReplayed(t *testing.T) {
	b := newBrowser(t, site(t, cookieConfig()))
	stolen := b.get("/put?v=ada").Cookies()
	b.get("/destroy")
	wantBody(t, do(site(t, cookieConfig()), "/get", stolen...), "ada")
}

func TestRevokedSessionCannotBeReplayed(t *testing.T) {
	var list notes
	cfg := list.config()
	now := time.Now()
	cfg.Now = func() time.Time { return now }
	var log lines
	cfg.Logger = log.logger()
	one, two := site(t, cfg), site(t, cfg)
	for _, path := range []string{"/destroy", "/destroy-put"} {
		stolen := signedIn(t, one, "ada")
		id := body(t, do(one, "/id", stolen...))
		other := signedIn(t, one, "grace")
		wantBody(t, do(two, "/get", stolen...), "ada")

		if res := do(one, path, stolen...); res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", path, res.StatusCode)
		}
		// On this instance at once, on the other when it asks again.
		res := do(one, "/get", stolen...)
		wantBody(t, res, "")
		wantNoCookies(t, res) // the browser may have a new one since
		if got := log.String(); !strings.Contains(got, "level=INFO") || !strings.Contains(got, "reason=revoked") {
			t.Errorf("logged: %s", got)
		}
		now = now.Add(61 * time.Second)
		wantBody(t, do(two, "/get", stolen...), "")
		wantBody(t, do(site(t, cfg), "/get", stolen...), "")
		wantBody(t, do(two, "/get", other...), "grace")
		if left := list.until[id].Sub(now); left < 6*24*time.Hour || left > 7*24*time.Hour {
			t.Errorf("%s: the note is kept for %s", path, left)
		}
		// It stands in the way of nothing else.
		wantBody(t, do(one, "/get", stolen[0], other[0]), "grace")
		wantBody(t, do(one, "/get", do(one, "/put?v=joan", stolen...).Cookies()...), "joan")
	}
}

// Renewing a token ends no session: an answer with the new one may be lost.
func TestRenewingRevokesNothing(t *testing.T) {
	var list notes
	h := site(t, list.config())
	old := signedIn(t, h, "ada")
	before := body(t, do(h, "/id", old...))
	res := do(h, "/renew-id", old...)
	after := body(t, do(h, "/id", res.Cookies()...))
	wantBody(t, res, before+" "+after)
	if len(list.until) != 0 {
		t.Errorf("revoked: %v", list.until)
	}
	wantBody(t, do(h, "/get", old...), "ada")
	// Whoever renews and ends it at once has ended the one the browser has.
	do(h, "/renew-destroy", old...)
	if _, found := list.until[before]; !found || len(list.until) != 1 {
		t.Errorf("revoked: %v", list.until)
	}
	wantBody(t, do(h, "/get", old...), "")
}

// Only requests with a session cost a question, and that once a minute.
func TestRevocationsAreRemembered(t *testing.T) {
	var list notes
	cfg := list.config()
	now := time.Now()
	cfg.Now = func() time.Time { return now }
	h := site(t, cfg)
	cookies := signedIn(t, h, "ada")
	do(h, "/get")
	do(h, "/get", &http.Cookie{Name: "session", Value: "garbage"})
	if list.asked != 0 {
		t.Errorf("asked %d times without a session", list.asked)
	}
	for range 5 {
		wantBody(t, do(h, "/get", cookies...), "ada")
	}
	if list.asked != 1 {
		t.Errorf("asked %d times", list.asked)
	}
	now = now.Add(59 * time.Second)
	do(h, "/get", cookies...)
	now = now.Add(time.Second)
	do(h, "/get", cookies...)
	if list.asked != 2 {
		t.Errorf("asked %d times after a minute", list.asked)
	}
}

// While the list does not answer nobody is let in or signed out by guessing.
func TestRevocationsUnavailable(t *testing.T) {
	var list notes
	cfg := list.config()
	now := time.Now()
	cfg.Now = func() time.Time { return now }
	h := site(t, cfg)
	cookies := signedIn(t, h, "ada")
	wantBody(t, do(h, "/get", cookies...), "ada")

	list.fail = errors.New("no answer")
	// What has been found out holds.
	wantBody(t, do(h, "/get", cookies...), "ada")
	// A session that cannot be ended stays.
	res := do(h, "/destroy", cookies...)
	if got := body(t, res); res.StatusCode != http.StatusTeapot || !strings.Contains(got, sessions.ErrUnavailable.Error()) {
		t.Errorf("destroy: %d %q", res.StatusCode, got)
	}
	wantNoCookies(t, res)
	now = now.Add(time.Minute)
	unavailable(t, do(h, "/get", cookies...))
	// Who has none is not disturbed.
	wantBody(t, do(h, "/get"), "")
	wantBody(t, do(h, "/put?v=grace"), "put")

	list.fail = nil
	wantBody(t, do(h, "/get", cookies...), "ada")
	wantDeleted(t, do(h, "/destroy", cookies...), "session")
	wantBody(t, do(h, "/get", cookies...), "")
}

// A request that was under way while the session ended does not bring it back.
func TestRevokedWhileUnderWay(t *testing.T) {
	var list notes
	cfg := list.config()
	m := newManager(t, cfg)
	mux := actions(m)
	var h http.Handler
	var cookies []*http.Cookie
	mux.HandleFunc("/meanwhile", func(w http.ResponseWriter, r *http.Request) {
		do(h, "/destroy", cookies...)
		m.Put(r.Context(), "name", "grace")
	})
	h = m.Middleware(mux)
	cookies = signedIn(t, h, "ada")
	res := do(h, "/meanwhile", cookies...)
	if len(res.Cookies()) != 1 {
		t.Fatalf("%d cookies", len(res.Cookies()))
	}
	wantBody(t, do(h, "/get", res.Cookies()...), "")
}
