package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/time/rate"
)

// A provider is what the provider says of itself.
type provider struct {
	*oidc.Provider
	keys        *keys
	verifier    *oidc.IDTokenVerifier
	authStyle   oauth2.AuthStyle
	endSession  *url.URL // nil without one
	namesItself bool     // it answers with its name, which then has to be there
}

// provider returns what the provider says of itself, from memory for a while. A
// provider that does not answer is believed longer.
func (c *Client) provider(ctx context.Context) (*provider, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, pause := c.Now(), discoveryPause
	if c.found != nil {
		pause = refreshPause
	}
	switch {
	case c.found != nil && now.Sub(c.foundAt) < discoveryLife:
		return c.found, nil
	case c.failed != nil && now.Sub(c.failedAt) < pause:
		return c.known()
	}
	found, err := c.discover(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%w: %w", ErrProvider, err) // whoever asked has left; nothing is known
		}
		// Those who waited meanwhile are told the same.
		c.failed, c.failedAt = fmt.Errorf("%w: %w", ErrProvider, err), c.Now()
		return c.known()
	}
	if c.found != nil && c.found.keys.address == found.keys.address {
		found.keys.remote = c.found.keys.remote // with the keys that were fetched before
	}
	c.found, c.foundAt, c.failed = found, now, nil
	return found, nil
}

// known is what was known before the provider failed.
func (c *Client) known() (*provider, error) {
	if c.found == nil {
		return nil, c.failed
	}
	return c.found, nil
}

func (c *Client) discover(ctx context.Context) (*provider, error) {
	described, err := oidc.NewProvider(oidc.ClientContext(ctx, c.http), c.Issuer)
	if err != nil {
		return nil, withoutBody(err)
	}
	var metadata struct {
		KeysURL     string   `json:"jwks_uri"`
		EndSession  string   `json:"end_session_endpoint"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
		NamesItself bool     `json:"authorization_response_iss_parameter_supported"`
		Algorithms  []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := described.Claims(&metadata); err != nil {
		return nil, fmt.Errorf("read description: %w", err)
	}
	for _, address := range []string{described.Endpoint().AuthURL, described.Endpoint().TokenURL, metadata.KeysURL} {
		if _, err := webAddress(address); err != nil {
			return nil, err
		}
	}
	p := &provider{
		Provider:    described,
		keys:        &keys{metadata.KeysURL, oidc.NewRemoteKeySet(oidc.ClientContext(context.WithoutCancel(ctx), c.http), metadata.KeysURL)},
		authStyle:   oauth2.AuthStyleInHeader,
		namesItself: metadata.NamesItself,
	}
	if methods := metadata.AuthMethods; c.ClientSecret == "" || slices.Contains(methods, "client_secret_post") && !slices.Contains(methods, "client_secret_basic") {
		p.authStyle = oauth2.AuthStyleInParams
	}
	if metadata.EndSession != "" {
		if p.endSession, err = webAddress(metadata.EndSession); err != nil {
			return nil, err
		}
	}
	p.verifier = oidc.NewVerifier(c.Issuer, p.keys, &oidc.Config{
		ClientID: c.ClientID, SupportedSigningAlgs: accepted(metadata.Algorithms), Now: c.Now,
		// Go-oidc allows no difference of clocks.
		SkipExpiryCheck: true,
	})
	return p, nil
}

// accepted are the algorithms that a public key checks: "none" and those with a
// shared secret are never among them. Of no algorithm, go-oidc makes RS256.
func accepted(algorithms []string) []string {
	return slices.DeleteFunc(algorithms, func(a string) bool {
		return !slices.Contains([]string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}, a)
	})
}

func webAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("the provider's description lacks an address, or names one that is none")
	}
	return u, nil
}

// withoutBody cuts what the provider answered off an error: the log is no place
// for a page.
func withoutBody(err error) error {
	if text := err.Error(); len(text) > 200 {
		return errors.New(strings.ToValidUTF8(text[:200], "") + "…")
	}
	return err
}

// keys are the provider's public keys: cached, and fetched again when a token names
// one that is not among them.
type keys struct {
	address string
	remote  *oidc.RemoteKeySet
}

// VerifySignature is that of [oidc.KeySet]. The verifier loses what went wrong, so
// it is noted on the way.
func (k *keys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.remote.VerifySignature(ctx, jwt)
	if note, ok := ctx.Value(keysFailed{}).(*error); ok && err != nil && strings.HasPrefix(err.Error(), "fetching keys") {
		*note = withoutBody(err)
	}
	return payload, err
}

type keysFailed struct{}

// verified calls verify, whose error is ErrProvider when the keys could not be
// fetched, and ErrRefused otherwise.
func verified[T any](ctx context.Context, token string, verify func(context.Context, string) (T, error)) (T, error) {
	var failed error
	result, err := verify(context.WithValue(ctx, keysFailed{}, &failed), token)
	switch {
	case failed != nil:
		return result, fmt.Errorf("%w: %w", ErrProvider, failed)
	case err != nil:
		return result, fmt.Errorf("%w: %w", ErrRefused, withoutBody(err))
	}
	return result, nil
}

// transport bounds what the provider answers and how often it is asked, and notes
// what time it is there.
type transport struct {
	budget *rate.Limiter
	now    func() time.Time
}

var errBudget = errors.New("the provider was asked too often")

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet && !t.budget.AllowN(t.now(), 1) {
		return nil, errBudget
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	if clock, ok := r.Context().Value(providerClock{}).(*time.Time); ok {
		if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
			*clock = at
		}
	}
	return resp, nil
}

type providerClock struct{}
