package signin_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/signin"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

const secret = "only for tests: Wd7mKq2xVr9bTz4nHs6jLp8c"

// A counted bucket counts how often it is read.
type counted struct {
	bucket.Bucket
	reads atomic.Int64
}

func (c *counted) Get(ctx context.Context, key string) ([]byte, error) {
	c.reads.Add(1)
	return c.Bucket.Get(ctx, key)
}

func newClient(p *servers.OIDC, notes bucket.Bucket, now func() time.Time) *signin.Client {
	return signin.New(signin.Config{
		Issuer: p.URL, ClientID: servers.OIDCClient, ClientSecret: servers.OIDCSecret,
		Bucket: notes, Lifetime: time.Hour, Now: now,
	})
}

const redirect = "https://music.example.org/login/callback"

// begun begins a sign-in and returns what the provider answers.
func begun(t *testing.T, c *signin.Client) (signin.Attempt, url.Values) {
	t.Helper()
	address, attempt, err := c.Begin(t.Context(), redirect, "/", false)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	back, err := resp.Location()
	if err != nil || !strings.HasPrefix(back.String(), redirect) {
		t.Fatalf("led to %v, %v", back, err)
	}
	return attempt, back.Query()
}

// TestAttemptIsTheSame: what the browser kept must be what was asked for.
func TestAttemptIsTheSame(t *testing.T) {
	p := servers.StartOIDC(t)
	c := newClient(p, memory.New(time.Now), time.Now)
	for name, test := range map[string]struct {
		change func(*signin.Attempt, url.Values)
		want   error
	}{
		"as it was":        {func(*signin.Attempt, url.Values) {}, nil},
		"another verifier": {func(a *signin.Attempt, _ url.Values) { a.Verifier = strings.Repeat("x", 43) }, signin.ErrRefused},
		"no verifier":      {func(a *signin.Attempt, _ url.Values) { a.Verifier = "" }, signin.ErrRefused},
		"another nonce":    {func(a *signin.Attempt, _ url.Values) { a.Nonce = "x" }, signin.ErrRefused},
		"no nonce":         {func(a *signin.Attempt, _ url.Values) { a.Nonce = "" }, signin.ErrRefused},
		"another way back": {func(a *signin.Attempt, _ url.Values) { a.Redirect = "https://evil.example/" }, signin.ErrRefused},
		"another state":    {func(_ *signin.Attempt, q url.Values) { q.Set("state", "x") }, signin.ErrAttempt},
		"no state":         {func(a *signin.Attempt, q url.Values) { a.State = ""; q.Del("state") }, signin.ErrAttempt},
		"another code":     {func(_ *signin.Attempt, q url.Values) { q.Set("code", "x") }, signin.ErrRefused},
		"no code":          {func(_ *signin.Attempt, q url.Values) { q.Del("code") }, signin.ErrRefused},
	} {
		attempt, query := begun(t, c)
		test.change(&attempt, query)
		who, err := c.Finish(t.Context(), attempt, query)
		if !errors.Is(err, test.want) || (err == nil) != (who.Subject == "anna") {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
	}
}

// TestIssuerIsExact: a provider that calls itself otherwise than it is configured is
// another one.
func TestIssuerIsExact(t *testing.T) {
	p := servers.StartOIDC(t)
	for _, issuer := range []string{p.URL + "/", strings.Replace(p.URL, "127.0.0.1", "localhost", 1)} {
		c := signin.New(signin.Config{
			Issuer: issuer, ClientID: servers.OIDCClient, Bucket: memory.New(time.Now), Lifetime: time.Hour, Now: time.Now,
		})
		if _, _, err := c.Begin(t.Context(), redirect, "/", false); !errors.Is(err, signin.ErrProvider) || !strings.Contains(err.Error(), "issuer") {
			t.Errorf("%s: %v", issuer, err)
		}
	}
}

// TestSealedAttempts: an attempt opens with its state, under any key, for a while.
func TestSealedAttempts(t *testing.T) {
	p := servers.StartOIDC(t)
	attempt, _ := begun(t, newClient(p, memory.New(time.Now), time.Now))
	ring := func(secret string, previous ...string) signin.AttemptKeyring {
		return signin.NewAttemptKeyring(secret, previous)
	}
	now := time.Now()
	value, err := ring(secret).Seal(attempt, now)
	if err != nil || len(value) > 700 {
		t.Fatalf("%d bytes, %v", len(value), err)
	}
	for name, test := range map[string]struct {
		ring         signin.AttemptKeyring
		value, state string
		after        time.Duration
		opens        bool
	}{
		"well":            {ring(secret), value, attempt.State, time.Minute, true},
		"a key of before": {ring("another "+secret, secret), value, attempt.State, time.Minute, true},
		"another key":     {ring("another " + secret), value, attempt.State, 0, false},
		"another state":   {ring(secret), value, "x", 0, false},
		"late":            {ring(secret), value, attempt.State, signin.AttemptLife, false},
		"changed":         {ring(secret), value[:len(value)-4] + "AAAA", attempt.State, 0, false},
		"nothing":         {ring(secret), "", "", 0, false},
	} {
		got, err := test.ring.Open(test.value, test.state, now.Add(test.after))
		if (err == nil) != test.opens || test.opens && got != attempt || !test.opens && !errors.Is(err, signin.ErrAttempt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestQuestionsAboutSignOutsAreBounded: the bucket is asked twice in five seconds for
// somebody who is signed in, and a sign-out is heard at once where it is told.
func TestQuestionsAboutSignOutsAreBounded(t *testing.T) {
	p := servers.StartOIDC(t)
	notes := &counted{Bucket: memory.New(time.Now)}
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	c, elsewhere := newClient(p, notes, now), newClient(p, notes, now)
	attempt, query := begun(t, c)
	who, err := c.Finish(t.Context(), attempt, query)
	if err != nil {
		t.Fatal(err)
	}
	ended := func(c *signin.Client) bool {
		t.Helper()
		ended, err := c.Ended(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		return ended
	}
	for range 50 {
		if ended(c) || ended(elsewhere) {
			t.Fatal("ended before")
		}
	}
	if reads := notes.reads.Load(); reads != 4 {
		t.Errorf("%d reads of two instances, want 4", reads)
	}
	if err := c.Logout(t.Context(), p.LogoutToken(nil)); err != nil {
		t.Fatal(err)
	}
	if !ended(c) {
		t.Error("not ended where it was told")
	}
	ahead.Add(int64(5 * time.Second))
	if !ended(elsewhere) {
		t.Error("not ended elsewhere")
	}
}

// TestForgedTokensDoNotAskTheProvider: whoever sends tokens of unknown keys makes us
// fetch the keys a bounded number of times.
func TestForgedTokensDoNotAskTheProvider(t *testing.T) {
	p := servers.StartOIDC(t)
	c := newClient(p, memory.New(time.Now), time.Now)
	forged := servers.StartOIDC(t).LogoutToken(map[string]any{"iss": p.URL})
	for range 60 {
		if err := c.Logout(t.Context(), forged); err == nil {
			t.Fatal("taken")
		}
	}
	if asked := p.Asked("/keys"); asked > 25 {
		t.Errorf("keys fetched %d times", asked)
	}
	attempt, query := begun(t, c)
	if _, err := c.Finish(t.Context(), attempt, query); err != nil {
		t.Errorf("sign-in meanwhile: %v", err)
	}
}

// TestLogoutTokenTypes: a token that is good for something else signs nobody out, nor
// does a logout token sign anybody in.
func TestLogoutTokenTypes(t *testing.T) {
	p := servers.StartOIDC(t)
	c := newClient(p, memory.New(time.Now), time.Now)
	for name, test := range map[string]struct {
		typ   any
		taken bool
	}{
		"the standard's":  {"logout+jwt", true},
		"written in full": {"application/logout+JWT", true},
		"of any token":    {"JWT", true},
		"none":            {nil, true},
		"an access token": {"at+jwt", false},
		"another's":       {"secevent+jwt", false},
		"no text":         {1, false},
	} {
		p.Script(func(s *servers.OIDCScript) { s.Header = map[string]any{"typ": test.typ} })
		if err := c.Logout(t.Context(), p.LogoutToken(nil)); (err == nil) != test.taken || err != nil && !errors.Is(err, signin.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}

	p.Script(func(s *servers.OIDCScript) { s.Header = nil })
	var ordinary string
	p.Script(func(s *servers.OIDCScript) { s.Forge = func(token string) string { ordinary = token; return token } })
	attempt, query := begun(t, c)
	if _, err := c.Finish(t.Context(), attempt, query); err != nil {
		t.Fatal(err)
	}
	event := map[string]any{"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}, "jti": "x"}
	p.Script(func(s *servers.OIDCScript) { s.Claims = event })
	attempt, query = begun(t, c)
	withEvent := ordinary
	if _, err := c.Finish(t.Context(), attempt, query); err != nil || withEvent == ordinary {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"an ID token": withEvent, "an ID token with the event": ordinary} {
		if err := c.Logout(t.Context(), token); !errors.Is(err, signin.ErrRefused) {
			t.Errorf("%s signs out: %v", name, err)
		}
	}
	p.Script(func(s *servers.OIDCScript) {
		s.Claims, s.Forge = nil, func(string) string { return p.LogoutToken(nil) }
	})
	attempt, query = begun(t, c)
	if _, err := c.Finish(t.Context(), attempt, query); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("a logout token signs in: %v", err)
	}
}

// TestWithdrawnKeys: once the provider has other keys and we have seen them, nothing
// that was signed with the earlier ones is taken.
func TestWithdrawnKeys(t *testing.T) {
	p := servers.StartOIDC(t)
	c := newClient(p, memory.New(time.Now), time.Now)
	attempt, query := begun(t, c)
	if _, err := c.Finish(t.Context(), attempt, query); err != nil {
		t.Fatal(err)
	}
	earlier := p.LogoutToken(nil)
	p.Rotate(t)
	attempt, query = begun(t, c)
	if _, err := c.Finish(t.Context(), attempt, query); err != nil {
		t.Fatalf("with new keys: %v", err)
	}
	if err := c.Logout(t.Context(), earlier); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("signed with a withdrawn key: %v", err)
	}
	if err := c.Logout(t.Context(), p.LogoutToken(nil)); err != nil {
		t.Errorf("signed with a new key: %v", err)
	}
}
