// Package signin signs people in at an OpenID Connect provider: the authorization
// code flow with PKCE, and both ways to sign out. It knows neither pages nor
// sessions.
package signin

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// Errors of this package.
var (
	// ErrProvider: the provider does not answer, or not as one does.
	ErrProvider = errors.New("sign-in provider unavailable")
	// ErrClock: the clocks of the provider and of this machine differ by more than
	// ClockSkew.
	ErrClock = errors.New("the clock of this machine and that of the sign-in provider differ")
	// ErrRefused: what came back from the provider cannot be trusted.
	ErrRefused = errors.New("sign-in refused")
	// ErrAttempt: this browser has not begun this sign-in, or too long ago.
	ErrAttempt = errors.New("no such sign-in under way")
	// ErrCancelled: the provider says that the person did not sign in.
	ErrCancelled = errors.New("sign-in cancelled")
	// ErrNotAllowed: who signed in has no address that is allowed here.
	ErrNotAllowed = errors.New("address not allowed")
)

const (
	// ClockSkew is how far the provider's clock may be from ours.
	ClockSkew = 5 * time.Minute
	// AttemptLife is how long a person has for signing in at the provider.
	AttemptLife = 15 * time.Minute
	// MaxIDToken is the longest ID token that is worth keeping for the sign-out. A
	// longer one would make the session's cookies too large for some proxies.
	MaxIDToken = 2 << 10
	// discoveryLife is how long an instance believes what the provider says of itself.
	discoveryLife = time.Hour
	// discoveryPause is how long a provider that did not answer is left alone.
	discoveryPause = time.Second
	// refreshPause is that where it is known from before.
	refreshPause = time.Minute
	// providerTime is how long one answer of the provider may take.
	providerTime = 5 * time.Second
	// maxAnswer bounds an answer of the provider.
	maxAnswer = 1 << 20
	// maxQuestions is how often in a row keys and descriptions are fetched: a forged
	// token with an unknown key makes us ask, and whoever forges them is not to send
	// us against the provider.
	maxQuestions = 20
	// questionEvery is how often after that.
	questionEvery = 3 * time.Second
)

// Config says who the provider is, and who may sign in.
type Config struct {
	Issuer       string
	ClientID     string
	ClientSecret string // empty for a public client
	// Allowed are addresses and domains in lower case; empty is everybody whom the
	// provider lets in.
	Allowed []string
	// TrustEmail takes an address for verified where the provider does not say.
	TrustEmail bool
	// Bucket holds the notes of who was signed out by the provider.
	Bucket bucket.Bucket
	// Lifetime is how long a session can last: so long such notes are kept.
	Lifetime time.Duration
	Now      func() time.Time
}

// A Client is this program at the provider. It is safe for concurrent use.
type Client struct {
	Config
	http *http.Client

	mu       sync.Mutex
	found    *provider
	foundAt  time.Time
	failed   error
	failedAt time.Time

	ended findings
}

// New does not ask the provider: one that is down must not stop an instance.
func New(cfg Config) *Client {
	return &Client{Config: cfg, http: &http.Client{
		Transport: &transport{rate.NewLimiter(rate.Every(questionEvery), maxQuestions), cfg.Now},
		Timeout:   providerTime,
		// A code and a secret go where they are meant to go, and nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// An Identity is who signed in, as the provider says.
type Identity struct {
	Subject string
	// Email is the person's address if it counts, and empty otherwise.
	Email string
	// Name is what to call somebody without an address. It proves nothing.
	Name string
	// SID is the provider's name for its session; many have none.
	SID string
	// At is when the provider issued the ID token, by its clock.
	At time.Time
	// IDToken is kept for the sign-out. Empty when it is longer than MaxIDToken.
	IDToken string
}

// allows reports whether somebody with that address may come in.
func (c *Client) allows(email string) bool {
	if len(c.Allowed) == 0 {
		return true
	}
	email = strings.ToLower(email)
	at := strings.LastIndexByte(email, '@')
	if at <= 0 {
		return false
	}
	return slices.Contains(c.Allowed, email) || slices.Contains(c.Allowed, email[at+1:])
}
