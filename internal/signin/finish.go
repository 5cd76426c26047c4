package signin

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func (c *Client) oauth(p *provider, redirect string) *oauth2.Config {
	endpoint := p.Endpoint()
	endpoint.AuthStyle = p.authStyle
	return &oauth2.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: endpoint, RedirectURL: redirect,
		Scopes: []string{oidc.ScopeOpenID, oidc.ScopeEmail},
	}
}

// Begin begins a sign-in: the browser goes to the address, and keeps the attempt
// until it is led back to redirect. With asOther the provider is asked not to take
// whoever is signed in there.
func (c *Client) Begin(ctx context.Context, redirect, next string, asOther bool) (address string, a Attempt, err error) {
	p, err := c.provider(ctx)
	if err != nil {
		return "", Attempt{}, err
	}
	a = newAttempt(redirect, next)
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if asOther {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	return c.oauth(p, redirect).AuthCodeURL(a.State, options...), a, nil
}

// errorCode is what a provider may call an error; anything else is not logged.
var errorCode = regexp.MustCompile(`^[a-z_]{1,40}$`)

// Finish ends a sign-in with what the provider sent the browser back with.
func (c *Client) Finish(ctx context.Context, a Attempt, query url.Values) (Identity, error) {
	if !a.is(query.Get("state")) {
		return Identity{}, ErrAttempt
	}
	p, err := c.provider(ctx)
	if err != nil {
		return Identity{}, err
	}
	// Which provider answered must be this one, or a code may go to the wrong one.
	if named := query.Get("iss"); named != c.Issuer && (named != "" || p.namesItself) {
		return Identity{}, fmt.Errorf("%w: the answer is another provider's", ErrRefused)
	}
	switch code := query.Get("error"); {
	case code == "":
	case code == "server_error", code == "temporarily_unavailable":
		return Identity{}, fmt.Errorf("%w: it says %s", ErrProvider, code)
	case errorCode.MatchString(code):
		return Identity{}, fmt.Errorf("%w: the provider says %s", ErrCancelled, code)
	default:
		return Identity{}, ErrCancelled
	}
	var there time.Time
	ctx = context.WithValue(oidc.ClientContext(ctx, c.http), providerClock{}, &there)
	tokens, err := c.oauth(p, a.Redirect).Exchange(ctx, query.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Identity{}, exchangeError(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	if raw == "" {
		return Identity{}, fmt.Errorf("%w: the provider sent no ID token", ErrRefused)
	}
	now := c.Now()
	if !there.IsZero() && there.Sub(now).Abs() > ClockSkew {
		return Identity{}, clockError(there, now)
	}
	token, err := verified(ctx, raw, p.verifier.Verify)
	if err != nil {
		return Identity{}, err
	}
	claims, err := c.check(token, a, there, now, tokens.AccessToken)
	if err != nil {
		return Identity{}, err
	}
	if claims.Email == "" && p.UserInfoEndpoint() != "" {
		// Many providers put the address there alone.
		if err := c.addUserInfo(ctx, p, tokens, token.Subject, &claims); err != nil && len(c.Allowed) > 0 {
			return Identity{}, err
		}
	}
	who := Identity{Subject: token.Subject, SID: claims.SID, At: token.IssuedAt, Name: limited(claims.Name)}
	if claims.emailCounts(c.TrustEmail) {
		who.Email = limited(claims.Email)
	}
	if !c.allows(who.Email) {
		return Identity{}, ErrNotAllowed
	}
	if len(raw) <= MaxIDToken {
		who.IDToken = raw
	}
	return who, nil
}

func clockError(there, here time.Time) error {
	return fmt.Errorf("%w: its clock shows %s, ours %s", ErrClock, there.UTC().Format(time.RFC3339), here.UTC().Format(time.RFC3339))
}

// exchangeError is why the provider gave no token.
func exchangeError(err error) error {
	var answered *oauth2.RetrieveError
	if !errors.As(err, &answered) {
		return fmt.Errorf("%w: %w", ErrProvider, withoutBody(err))
	}
	code := answered.ErrorCode
	if !errorCode.MatchString(code) {
		code = "no reason"
	}
	switch {
	case code == "invalid_client", code == "unauthorized_client", answered.Response.StatusCode >= 500, answered.Response.StatusCode == http.StatusTooManyRequests:
		// With the first two the configuration is wrong, which only the operator can mend.
		return fmt.Errorf("%w: status %d, %s", ErrProvider, answered.Response.StatusCode, code)
	}
	return fmt.Errorf("%w: the provider takes the code for no good: %s", ErrRefused, code)
}

type claims struct {
	Authorized string  `json:"azp"`
	NotBefore  float64 `json:"nbf"`
	SID        string  `json:"sid"`
	person
}

type person struct {
	Email string `json:"email"`
	// Verified is a text with some providers, and not there with others.
	Verified any    `json:"email_verified"`
	Name     string `json:"name"`
}

func (p person) emailCounts(trust bool) bool {
	switch p.Verified {
	case true, "true":
		return true
	case nil:
		return trust
	}
	return false
}

// maxClaim bounds what is kept of a claim.
const maxClaim = 200

// maxSubject is the longest subject that the standard allows.
const maxSubject = 255

func limited(text string) string {
	text = strings.ToValidUTF8(text, "")
	if len(text) > maxClaim {
		return strings.ToValidUTF8(text[:maxClaim], "")
	}
	return text
}

// check is what the verifier leaves to us: times with the difference of clocks,
// the nonce, and for whom the token is.
func (c *Client) check(token *oidc.IDToken, a Attempt, there, now time.Time, accessToken string) (claims, error) {
	var got claims
	refuse := func(why string) (claims, error) { return claims{}, fmt.Errorf("%w: %s", ErrRefused, why) }
	switch err := token.Claims(&got); {
	case err != nil:
		return refuse("the claims of the ID token cannot be read")
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.Nonce)) != 1:
		return refuse("the ID token has another nonce")
	case token.Subject == "" || len(token.Subject) > maxSubject:
		return refuse("the ID token names nobody")
	case len(got.SID) > maxSubject:
		return refuse("the ID token names too long a session")
	case got.Authorized != "" && got.Authorized != c.ClientID, got.Authorized == "" && len(token.Audience) > 1:
		return refuse("the ID token is another client's as well")
	case token.Expiry.Unix() <= 0 || token.IssuedAt.Unix() <= 0:
		return refuse("the ID token has no times")
	case token.IssuedAt.Sub(now) > ClockSkew, time.Unix(int64(got.NotBefore), 0).Sub(now) > ClockSkew:
		return claims{}, clockError(token.IssuedAt, now)
	case now.Sub(token.Expiry) > ClockSkew:
		return refuse("the ID token has expired")
	case there.IsZero() && now.Sub(token.IssuedAt) > ClockSkew:
		// It was made for this answer a moment ago.
		return claims{}, clockError(token.IssuedAt, now)
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(accessToken) != nil {
		return refuse("the ID token belongs to another access token")
	}
	return got, nil
}

// addUserInfo asks for the person's address.
func (c *Client) addUserInfo(ctx context.Context, p *provider, tokens *oauth2.Token, subject string, to *claims) error {
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrProvider, withoutBody(err))
	}
	var got person
	if info.Subject != subject || info.Claims(&got) != nil {
		return fmt.Errorf("%w: the user info is somebody else's", ErrRefused)
	}
	to.person = got
	return nil
}
