package app

import (
	"net/netip"
	"net/url"
	"strings"
	"time"

	web "github.com/spotify-data-tool/spotify-data-tool/handlers/signin"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/signin"
)

// Whether people sign in.
const (
	signInOff      = "off"
	signInOptional = "optional"
	signInRequired = "required"
)

// signIn reads who the provider is. The provider is not asked: it may be down.
func (e *environment) signIn(c *config) {
	const mode, issuer, client, allowed, public = "SIGN_IN", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_ALLOWED", "PUBLIC_URL"
	c.signIn = e.choice(mode, signInOff, signInOff, signInOptional, signInRequired)
	c.publicURL = e.origin(public)
	if c.sessions.Secure && strings.HasPrefix(c.publicURL, "http:") {
		e.problem(public, "begins with http:, but cookies are for HTTPS only, see SESSION_COOKIE_SECURE")
	}
	c.oidc = signin.Config{
		Issuer: e.text(issuer), ClientID: e.text(client), ClientSecret: e.text("OIDC_CLIENT_SECRET"),
		TrustEmail: e.choice("OIDC_TRUST_EMAIL", "false", "true", "false") == "true",
	}
	if c.oidc.Issuer != "" {
		e.checkIssuer(issuer, c.oidc.Issuer)
	}
	for _, entry := range e.list(allowed) {
		entry = strings.ToLower(entry)
		name, domain, hasName := strings.Cut(entry, "@")
		if !hasName {
			name, domain = "anybody", entry
		}
		if name == "" { // @example.org
			entry, name = domain, "anybody"
		}
		if strings.ContainsAny(entry, " \t*/:") || name == "" || !strings.Contains(domain, ".") || strings.Contains(domain, "@") || strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, ".") {
			e.problem(allowed, "has %q, must be addresses such as anna@example.org and domains such as example.org, separated by commas", entry)
			continue
		}
		c.oidc.Allowed = append(c.oidc.Allowed, entry)
	}
	if c.signIn == signInOff {
		if c.oidc.Issuer != "" {
			c.warnings = append(c.warnings, "OIDC_ISSUER is set, but nobody can sign in: SIGN_IN is off")
		}
		return
	}
	for _, name := range []string{issuer, client} {
		if e.text(name) == "" {
			e.problem(name, "environment variable is required with SIGN_IN=%s", c.signIn)
		}
	}
	if c.signIn == signInRequired && len(c.oidc.Allowed) == 0 {
		c.warnings = append(c.warnings, "OIDC_ALLOWED is not set: everybody with an account at the provider can sign in")
	}
}

// origin returns an address without a path, or "" without a value.
func (e *environment) origin(name string) string {
	text := strings.TrimSuffix(e.text(name), "/")
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || text != u.Scheme+"://"+u.Host {
		e.problem(name, "must be an address without a path, such as https://music.example.org")
	}
	return text
}

func (e *environment) checkIssuer(name, text string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		e.problem(name, "must be the address of an OpenID Connect provider, such as https://accounts.google.com")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		e.problem(name, "must begin with https: what the provider says could be changed on its way")
	}
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// wireSignIn makes the sign-in of a configuration.
func wireSignIn(cfg config, notes bucket.Bucket, now func() time.Time) web.Config {
	if cfg.signIn == signInOff {
		return web.Config{}
	}
	client := cfg.oidc
	client.Bucket, client.Lifetime, client.Now = notes, cfg.sessions.Lifetime, now
	return web.Config{
		Client: signin.New(client), Required: cfg.signIn == signInRequired, PublicURL: cfg.publicURL,
		Attempts: signin.NewAttemptKeyring(cfg.sessions.SecretKey, cfg.sessions.PreviousSecretKeys),
	}
}
