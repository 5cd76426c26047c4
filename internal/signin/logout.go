package signin

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// SignOutAddress is where the browser signs out at the provider, and false where it
// cannot. It is led back to after, which the provider must know.
func (c *Client) SignOutAddress(ctx context.Context, who Identity, after string) (string, bool) {
	p, err := c.provider(ctx)
	if err != nil || p.endSession == nil {
		return "", false
	}
	u := *p.endSession
	query := u.Query()
	query.Set("client_id", c.ClientID)
	query.Set("post_logout_redirect_uri", after)
	switch {
	case who.IDToken != "":
		query.Set("id_token_hint", who.IDToken)
	case who.Email != "":
		query.Set("logout_hint", who.Email)
	default:
		query.Set("logout_hint", who.Subject)
	}
	u.RawQuery = query.Encode()
	return u.String(), true
}

// SignOutOrigin is the origin of that address, for the policy of the page with the
// form, and "" where there is none.
func (c *Client) SignOutOrigin(ctx context.Context) string {
	p, err := c.provider(ctx)
	if err != nil || p.endSession == nil {
		return ""
	}
	return (&url.URL{Scheme: p.endSession.Scheme, Host: p.endSession.Host}).String()
}

const (
	// logoutTokenLife is how old a logout token may be, beside the difference of
	// clocks. So long its name is remembered.
	logoutTokenLife = 10 * time.Minute
	// endedEvery is how long an instance believes that somebody was not signed out.
	endedEvery = 5 * time.Second
	// maxFindings bounds what it remembers, at some 100 bytes each.
	maxFindings = 10_000
)

// Logout takes the word of the provider that somebody signed out (OpenID Connect
// Back-Channel Logout 1.0). Every instance learns of it from the bucket.
func (c *Client) Logout(ctx context.Context, raw string) error {
	p, err := c.provider(ctx)
	if err != nil {
		return err
	}
	token, err := verified(ctx, raw, p.verifier.VerifyLogout)
	if err != nil {
		return err
	}
	now := c.Now()
	switch {
	case !isLogoutType(raw):
		return fmt.Errorf("%w: the token is of another kind than a logout token", ErrRefused)
	case now.Sub(token.Expiry) > ClockSkew:
		return fmt.Errorf("%w: the logout token has expired", ErrRefused)
	case token.IssuedAt.Sub(now) > ClockSkew:
		return clockError(token.IssuedAt, now)
	case now.Sub(token.IssuedAt) > logoutTokenLife+ClockSkew:
		return fmt.Errorf("%w: the logout token is old", ErrRefused)
	}
	// Whom it names is noted before its name is: a request that fails in between is
	// sent again.
	names := []string{c.note("sub", token.Subject)}
	if token.SessionID != "" {
		names = []string{c.note("sid", token.SessionID)}
		if token.Subject != "" {
			// Whose session has no name is not told apart from the others.
			names = append(names, c.note("nosid", token.Subject))
		}
	}
	if _, err := c.Bucket.Stat(ctx, c.note("jti", token.TokenID)); err == nil {
		return fmt.Errorf("%w: the logout token was used before", ErrRefused)
	} else if !errors.Is(err, bucket.ErrNotFound) {
		return fmt.Errorf("look for logout token: %w", err)
	}
	content := []byte(strconv.FormatInt(token.IssuedAt.Unix(), 10))
	for _, name := range names {
		if err := c.Bucket.Put(ctx, name, content, now.Add(c.Lifetime)); err != nil {
			return fmt.Errorf("note sign-out: %w", err)
		}
		c.ended.forget(name)
	}
	err = c.Bucket.Create(ctx, c.note("jti", token.TokenID), []byte("used"), now.Add(2*(logoutTokenLife+ClockSkew)))
	if errors.Is(err, bucket.ErrExists) {
		return fmt.Errorf("%w: the logout token was used before", ErrRefused)
	}
	return err
}

// isLogoutType reports whether a token's header allows it to be a logout token. Some
// providers name no type, and older ones that of every token.
func isLogoutType(token string) bool {
	part, _, _ := strings.Cut(token, ".")
	content, err := base64.RawURLEncoding.DecodeString(part)
	var header struct {
		Type string `json:"typ"`
	}
	if err != nil || json.Unmarshal(content, &header) != nil {
		return false
	}
	switch strings.TrimPrefix(strings.ToLower(header.Type), "application/") {
	case "", "jwt", "logout+jwt":
		return true
	}
	return false
}

// leftLife is longer than a request takes.
const leftLife = time.Hour

// Leave notes that the browser has left a session, by signing in to another or by
// signing out. A request that began in it can then tell.
func (c *Client) Leave(ctx context.Context, session string, signedOut bool) error {
	how := leftToSignIn
	if signedOut {
		how = leftToSignOut
	}
	if err := c.Bucket.Put(ctx, c.note("session", session), []byte(how), c.Now().Add(leftLife)); err != nil {
		return fmt.Errorf("note that a session is left: %w", err)
	}
	return nil
}

const (
	leftToSignIn  = "in"
	leftToSignOut = "out"
)

// Left reports whether the browser has left a session, and whether to sign out.
func (c *Client) Left(ctx context.Context, session string) (left, signedOut bool, err error) {
	how, err := c.Bucket.Get(ctx, c.note("session", session))
	if errors.Is(err, bucket.ErrNotFound) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("look whether a session is left: %w", err)
	}
	return true, string(how) != leftToSignIn, nil
}

// note is the key of a note in the bucket. It names nobody.
func (c *Client) note(kind, name string) string {
	hash := sha256.Sum256([]byte(kind + "\x00" + c.Issuer + "\x00" + name))
	return "signedout/" + hex.EncodeToString(hash[:16])
}

// Ended reports whether the provider signed somebody out after they signed in. The
// bucket is asked every few seconds at most.
func (c *Client) Ended(ctx context.Context, who Identity) (bool, error) {
	second := c.note("nosid", who.Subject)
	if who.SID != "" {
		second = c.note("sid", who.SID)
	}
	for _, name := range []string{c.note("sub", who.Subject), second} {
		at, err := c.endedAt(ctx, name)
		if err != nil {
			return false, err
		}
		// Both times are the provider's.
		if !at.IsZero() && !who.At.After(at) {
			return true, nil
		}
	}
	return false, nil
}

// endedAt is what a note says, and the zero time without one.
func (c *Client) endedAt(ctx context.Context, name string) (time.Time, error) {
	now := c.Now()
	at, ok, before := c.ended.get(name, now)
	if ok {
		return at, nil
	}
	at = time.Time{}
	content, err := c.Bucket.Get(ctx, name)
	switch {
	case errors.Is(err, bucket.ErrNotFound):
	case err != nil:
		return time.Time{}, fmt.Errorf("look for sign-out: %w", err)
	default:
		seconds, err := strconv.ParseInt(string(content), 10, 64)
		if err != nil {
			return time.Time{}, fmt.Errorf("read sign-out: %w", err)
		}
		at = time.Unix(seconds, 0)
	}
	c.ended.put(name, at, now.Add(endedEvery), before)
	return at, nil
}

// findings are what an instance has found in the bucket.
type findings struct {
	mu      sync.Mutex
	changes int // how often one was forgotten
	byName  map[string]found
}

type found struct {
	at, until time.Time
}

// get returns a finding that is still believed, and for put how often one was
// forgotten until now.
func (f *findings) get(name string, now time.Time) (at time.Time, ok bool, changes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	got := f.byName[name]
	return got.at, now.Before(got.until), f.changes
}

// put remembers a finding, unless something was forgotten meanwhile: it may be what
// was found.
func (f *findings) put(name string, at, until time.Time, changes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.changes != changes {
		return
	}
	if f.byName == nil || len(f.byName) >= maxFindings {
		f.byName = make(map[string]found)
	}
	f.byName[name] = found{at, until}
}

func (f *findings) forget(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes++
	delete(f.byName, name)
}
