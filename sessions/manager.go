package sessions

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gomodule/redigo/redis"
)

// Names of the stores.
const (
	StoreCookie = "cookie"
	StoreRedis  = "redis"
)

// DefaultLifetime is how long a session lasts when nothing else is said.
const DefaultLifetime = 7 * 24 * time.Hour

// Names of the session cookie. The prefix makes browsers insist on Secure and
// on this very host, which they could not do on plain HTTP.
const (
	secureCookieName = "__Host-session"
	plainCookieName  = "session"
)

// Config says how sessions are kept. The zero value of a field means its
// default.
type Config struct {
	// Store is StoreCookie, the default, or StoreRedis.
	Store string
	// Redis is the pool that StoreRedis takes its connections from. It must have
	// limits for connecting, reading and writing: redigo has none of its own,
	// and a Redis that hangs would hang every request. Who made it closes it.
	Redis *redis.Pool
	// RedisPrefix begins the keys of StoreRedis, for a Redis that several
	// programs share.
	RedisPrefix string
	// Lifetime is how long a session lasts from its beginning, however busy it
	// is. DefaultLifetime by default.
	Lifetime time.Duration
	// Secure is for programs reached over HTTPS.
	Secure bool
	// SecretKey seals the cookies of StoreCookie. StoreRedis needs none.
	SecretKey string
	// PreviousSecretKeys still open what was sealed with them. Empty ones are
	// skipped.
	PreviousSecretKeys []string
	// NotBefore, when set, refuses sessions that began earlier.
	NotBefore time.Time
	// ErrorPage answers a request whose session could not be loaded or saved,
	// with that status: 503 when the store does not answer, 500 when the session
	// cannot be stored at all. Headers that tell caches and clients what to do
	// are set already. When the session could not be loaded, the request carries
	// an empty one, and nothing the page puts into it is kept. A line of text by
	// default.
	ErrorPage func(w http.ResponseWriter, r *http.Request, status int)
	// Logger is slog.Default by default.
	Logger *slog.Logger
	// Now is the clock that decides when a session has expired, time.Now by
	// default. scs sets the deadlines of new sessions by the real clock.
	Now func() time.Time
}

// Manager keeps the sessions of a program. It is safe for concurrent use.
type Manager struct {
	*scs.SessionManager

	store     store
	errorPage func(w http.ResponseWriter, r *http.Request, status int)
	logger    *slog.Logger
}

// New returns a Manager, or everything that is wrong with the configuration. It
// does not connect to anything.
func New(cfg Config) (*Manager, error) {
	if cfg.Lifetime == 0 {
		cfg.Lifetime = DefaultLifetime
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.ErrorPage == nil {
		cfg.ErrorPage = plainErrorPage
	}

	var problems []error
	if cfg.Lifetime < 0 {
		problems = append(problems, fmt.Errorf("session lifetime must be positive, not %s", cfg.Lifetime))
	}
	if cfg.NotBefore.After(cfg.Now()) {
		problems = append(problems, errors.New("session not-before time lies in the future and would refuse every session"))
	}
	store, err := newStore(cfg)
	problems = append(problems, err)
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}

	m := &Manager{
		SessionManager: scs.New(),
		store:          store,
		errorPage:      cfg.ErrorPage,
		logger:         cfg.Logger,
	}
	m.SessionManager.Store = store
	m.Lifetime = cfg.Lifetime
	m.HashTokenInStore = cfg.Store == StoreRedis
	m.Cookie.Name = plainCookieName
	if cfg.Secure {
		m.Cookie.Name = secureCookieName
		m.Cookie.Secure = true
	}
	return m, nil
}

func newStore(cfg Config) (store, error) {
	// Records keep milliseconds, so that is what can be compared.
	a := admission{now: cfg.Now, notBefore: cfg.NotBefore.Truncate(time.Millisecond)}
	switch cfg.Store {
	case StoreCookie, "":
		previous := slices.DeleteFunc(slices.Clone(cfg.PreviousSecretKeys), func(key string) bool { return key == "" })
		problems := []error{CheckSecretKey(cfg.SecretKey)}
		for _, key := range previous {
			if weakness := weakness(key); weakness != "" {
				problems = append(problems, fmt.Errorf("previous session secret key: %w: %s", ErrSecretKeyWeak, weakness))
			}
		}
		if err := errors.Join(problems...); err != nil {
			return nil, err
		}
		ring, err := newKeyring(cfg.SecretKey, previous)
		if err != nil {
			return nil, err
		}
		return &cookieStore{ring: ring, admission: a}, nil
	case StoreRedis:
		return newRedisStore(cfg.Redis, cfg.RedisPrefix, a)
	}
	return nil, fmt.Errorf("session store must be %q or %q, not %q", StoreCookie, StoreRedis, cfg.Store)
}

// ID names the session of the request, for a log or for a list of sessions that
// were signed out. It stays the same until RenewToken or Destroy, is the same
// on every instance, and is no secret: nothing can be opened with it. A session
// that was never saved has none, and ID returns "".
func (m *Manager) ID(ctx context.Context) string {
	token := m.Token(ctx)
	if token == "" {
		return ""
	}
	// The label keeps it apart from the hash that is the key in Redis.
	hash := sha256.Sum256([]byte("sessions id\x00" + token))
	return encoding.EncodeToString(hash[:16])
}

// Ping reports whether the store answers. The cookie store always does.
func (m *Manager) Ping(ctx context.Context) error { return m.store.ping(ctx) }
