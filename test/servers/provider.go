package servers

import (
	_ "embed"
	"net/url"
	"os/exec"
	"path/filepath"
	"testing"
)

// A Provider is a real OpenID Connect provider that knows one client. A start gives
// it new keys, and it knows nothing of those who signed in before.
type Provider struct {
	*Server
	URL string
	// Login are the fields of the form that its person signs in with, and Email is
	// what that person's address is.
	Login url.Values
	Email string
	// AsksToSignOut says that it asks before it signs somebody out, whom it otherwise
	// knows without a form. It tells its clients of it then.
	AsksToSignOut bool
}

// Env configures the program for the provider.
func (p *Provider) Env(mode string) map[string]string {
	return map[string]string{"SIGN_IN": mode, "OIDC_ISSUER": p.URL, "OIDC_CLIENT_ID": OIDCClient, "OIDC_CLIENT_SECRET": OIDCSecret}
}

// Its name is another than the site's, for browsers count ports as one site.
func newProvider(t testing.TB) (p *Provider, answers func() error) {
	p = &Provider{URL: "http://localhost:" + FreePort(t)}
	return p, healthy(p.URL + "/.well-known/openid-configuration")
}

// Zitadel starts the example server of zitadel/oidc for a site.
func Zitadel(t testing.TB, site string) *Provider {
	t.Helper()
	path := Program(t, "zitadel-example")
	p, answers := newProvider(t)
	p.Login, p.Email = url.Values{"username": {"test-user@localhost"}, "password": {"verysecure"}}, "test-user@zitadel.ch"
	p.Server = Run(t, func() *exec.Cmd { return exec.Command(path, p.URL, OIDCClient, OIDCSecret, site) }, answers)
	return p
}

//go:embed testdata/oidc-provider.js
var oidcProvider string

// OIDCProvider starts npm's oidc-provider for a site. It asks for PKCE and a nonce.
func OIDCProvider(t testing.TB, site string) *Provider {
	t.Helper()
	node, folder := Program(t, "node"), Package(t, "oidc-provider")
	p, answers := newProvider(t)
	p.Login, p.Email, p.AsksToSignOut = url.Values{"login": {"anna"}}, "anna@example.org", true
	p.Server = Run(t, func() *exec.Cmd {
		c := exec.Command(node, "--input-type=module", "--eval", oidcProvider, "--", folder, p.URL, OIDCClient, OIDCSecret, site)
		c.Dir = filepath.Dir(folder)
		return c
	}, answers)
	return p
}
