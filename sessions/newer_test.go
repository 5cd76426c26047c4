package sessions_test

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// renewed fails unless the response is a 503 that leaves the cookies alone and
// says that the site is being renewed.
func renewed(t *testing.T, res *http.Response) {
	t.Helper()
	if got := body(t, res); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(got, "being renewed") {
		t.Fatalf("got %d %q", res.StatusCode, got)
	}
	if got := res.Header.Get("Retry-After"); got != "30" {
		t.Errorf("Retry-After %q", got)
	}
	if got := res.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	wantNoCookies(t, res)
}

// future is a type that a newer version of the program keeps in its sessions.
type future struct{ Name string }

// futureCodec writes as that version does: gob knows the type there by a name
// that it does not know here.
type futureCodec struct{ scs.GobCodec }

func (c futureCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	gob.RegisterName("sessions.present", future{})
	b, err := c.GobCodec.Encode(deadline, values)
	return bytes.ReplaceAll(b, []byte("sessions.present"), []byte("sessions.thecome")), err
}

func (c futureCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	return c.GobCodec.Decode(bytes.ReplaceAll(b, []byte("sessions.thecome"), []byte("sessions.present")))
}

// A session with a value that only a newer version can read is nothing to be
// thrown away: another instance opens it.
func newerVersionsAreRespected(t *testing.T, cfg sessions.Config) {
	newer := newManager(t, cfg)
	newer.SCS().Codec = futureCodec{}
	mux := actions(newer)
	mux.HandleFunc("/future", func(_ http.ResponseWriter, r *http.Request) {
		newer.Put(r.Context(), "future", future{"ada"})
	})
	mux.HandleFunc("/read-future", func(w http.ResponseWriter, r *http.Request) {
		f, _ := newer.Get(r.Context(), "future").(future)
		_, _ = io.WriteString(w, f.Name)
	})
	there := newer.Middleware(mux)
	cookies := do(there, "/future").Cookies()
	wantBody(t, do(there, "/read-future", cookies...), "ada")

	var log lines
	cfg.Logger = log.logger()
	here := site(t, cfg)
	for _, path := range []string{"/get", "/put?v=grace", "/destroy", "/renew", "/static"} {
		renewed(t, do(here, path, cookies...))
	}
	if got := log.String(); !strings.Contains(got, "level=ERROR") || !strings.Contains(got, sessions.ErrNewerVersion.Error()) || strings.Contains(got, cookies[0].Value) {
		t.Errorf("logged: %s", got)
	}
	wantBody(t, do(there, "/read-future", cookies...), "ada")

	// The program says it in its own words.
	cfg.ErrorPage = func(w http.ResponseWriter, _ *http.Request, status int, err error) {
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, "being renewed: ", errors.Is(err, sessions.ErrNewerVersion), errors.Is(err, sessions.ErrUnavailable))
	}
	res := do(site(t, cfg), "/get", cookies...)
	if got := body(t, res); got != "being renewed: true false" || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %d %q", res.StatusCode, got)
	}

	// It does not stand in the way of a session that can be read.
	good := signedIn(t, here, "joan")[0]
	wantBody(t, do(here, "/get", cookies[0], good), "joan")
	// But what else is there is not deleted either.
	renewed(t, do(here, "/get", &http.Cookie{Name: "session", Value: "garbage"}, cookies[0]))
}

// A value of a type that this version knows, under a name that it does not,
// survives that this version writes the session.
func unknownFieldsAreKept(t *testing.T, cfg sessions.Config) {
	newer, older := newManager(t, cfg), newManager(t, cfg)
	mux := http.NewServeMux()
	mux.HandleFunc("/put", func(_ http.ResponseWriter, r *http.Request) {
		newer.Put(r.Context(), "future-text", "ada")
		newer.Put(r.Context(), "future-flag", true)
		newer.Put(r.Context(), "future-bytes", []byte{1, 2})
	})
	mux.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		_, _ = fmt.Fprintf(w, "%s %t %v %s", newer.GetString(ctx, "future-text"), newer.GetBool(ctx, "future-flag"),
			newer.GetBytes(ctx, "future-bytes"), newer.GetString(ctx, "name"))
	})
	there, here := newer.Middleware(mux), older.Middleware(actions(older))
	b := do(there, "/put").Cookies()
	b = do(here, "/put?v=grace", b...).Cookies()
	b = do(here, "/renew", b...).Cookies()
	wantBody(t, do(there, "/get", b...), "ada true [1 2] grace")
}

// What begins as a later format would is left to instances that know it.
func TestNewerFormatIsRespected(t *testing.T) {
	h := site(t, cookieConfig())
	ours := signedIn(t, h, "ada")[0]
	_, rest, _ := strings.Cut(ours.Value, ".")
	for _, version := range []string{"v2.", "v3.", "v17."} {
		for _, path := range []string{"/get", "/put?v=grace", "/destroy"} {
			renewed(t, do(h, path, &http.Cookie{Name: "session", Value: version + rest}))
		}
		wantBody(t, do(h, "/get", &http.Cookie{Name: "session", Value: version + rest}, ours), "ada")
	}
	for _, version := range []string{"v0.", "v01.", "v02.", "v-2.", "v+2.", "v.", "v2x.", "v999.", "V2.", "2.", " v2."} {
		refused(t, cookieConfig(), "malformed", &http.Cookie{Name: "session", Value: version + rest})
	}
}
