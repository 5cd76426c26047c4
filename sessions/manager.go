package sessions

import (
	"cmp"
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
	// IdleTimeout, when set, ends a session that was not used for so long. A
	// cookie of its own says when it was last used, so that requests which do not
	// change the session need not write it. A program has one Manager with an
	// IdleTimeout at most, since the cookie has one name.
	IdleTimeout time.Duration
	// Secure is for programs reached over HTTPS.
	Secure bool
	// SecretKey seals the cookies of StoreCookie, and that of IdleTimeout.
	// Otherwise StoreRedis needs none.
	SecretKey string
	// PreviousSecretKeys still open what was sealed with them. Empty ones are
	// skipped.
	PreviousSecretKeys []string
	// NotBefore, when set, refuses sessions that began earlier.
	NotBefore time.Time
	// Revoke remembers, until then, that the session with that ID was ended, and
	// Revoked reports whether one was. With them Destroy ends a session of
	// StoreCookie for every copy of its cookie: at once on the instance that
	// serves the request, within a minute on the others. An error of theirs is
	// taken for a store that does not answer. Without them, copies last until they
	// expire. StoreRedis forgets sessions by itself and does not call them.
	Revoke  func(ctx context.Context, id string, until time.Time) error
	Revoked func(ctx context.Context, id string) (bool, error)
	// ErrorPage answers a request whose session could not be loaded or saved. The
	// status is 503 when err is ErrUnavailable or ErrNewerVersion, and 500 when
	// the session cannot be stored at all. Headers that tell caches and clients
	// what to do are set already. When the session could not be loaded, the
	// request carries an empty one, and nothing the page puts into it is kept. A
	// line of text by default.
	ErrorPage func(w http.ResponseWriter, r *http.Request, status int, err error)
	// Logger is slog.Default by default.
	Logger *slog.Logger
	// Now is the clock that decides when a session has expired, time.Now by
	// default. scs sets the deadlines of new sessions by the real clock.
	Now func() time.Time
}

// Values are the calls of scs for what is in a session, as documented there.
type Values interface {
	Put(ctx context.Context, key string, value any)
	Get(ctx context.Context, key string) any
	GetBool(ctx context.Context, key string) bool
	GetBytes(ctx context.Context, key string) []byte
	GetFloat(ctx context.Context, key string) float64
	GetInt(ctx context.Context, key string) int
	GetInt64(ctx context.Context, key string) int64
	GetString(ctx context.Context, key string) string
	GetTime(ctx context.Context, key string) time.Time
	Pop(ctx context.Context, key string) any
	Exists(ctx context.Context, key string) bool
	Keys(ctx context.Context) []string
	Remove(ctx context.Context, key string)
	Clear(ctx context.Context) error
	RenewToken(ctx context.Context) error
	Deadline(ctx context.Context) time.Time
}

// Manager keeps the sessions of a program. It is safe for concurrent use.
type Manager struct {
	Values

	scs       *scs.SessionManager
	store     store
	admission admission
	idle      *idleness
	revoked   *revocations
	errorPage func(w http.ResponseWriter, r *http.Request, status int, err error)
	logger    *slog.Logger
}

// New returns a Manager, or everything that is wrong with the configuration. It
// does not connect to anything.
func New(cfg Config) (*Manager, error) {
	cfg.Lifetime = cmp.Or(cfg.Lifetime, DefaultLifetime)
	cfg.Logger = cmp.Or(cfg.Logger, slog.Default())
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
	if cfg.IdleTimeout < 0 || cfg.IdleTimeout > cfg.Lifetime {
		problems = append(problems, fmt.Errorf("session idle timeout must lie between 0 and the lifetime, not be %s", cfg.IdleTimeout))
	}
	if (cfg.Revoke == nil) != (cfg.Revoked == nil) {
		problems = append(problems, errors.New("sessions are revoked with both Revoke and Revoked, or with neither"))
	}
	ring, err := newRing(cfg)
	problems = append(problems, err)
	// Records keep milliseconds, so that is what can be compared.
	current := admission{now: cfg.Now, notBefore: cfg.NotBefore.Truncate(time.Millisecond)}
	store, err := newStore(cfg, ring)
	problems = append(problems, err)
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}

	m := &Manager{
		scs:       scs.New(),
		store:     store,
		admission: current,
		errorPage: cfg.ErrorPage,
		logger:    cfg.Logger,
	}
	m.Values = m.scs
	m.scs.Store = scsStore{m}
	m.scs.Lifetime = cfg.Lifetime
	m.scs.HashTokenInStore = cfg.Store == StoreRedis
	m.scs.Cookie.Name = plainCookieName
	if cfg.Secure {
		m.scs.Cookie.Name = secureCookieName
		m.scs.Cookie.Secure = true
	}
	if cfg.IdleTimeout > 0 {
		m.idle = &idleness{ring: ring, cookie: plainSeenName, timeout: cfg.IdleTimeout, now: cfg.Now}
		if cfg.Secure {
			m.idle.cookie = secureSeenName
		}
	}
	if cfg.Revoked != nil && cfg.Store != StoreRedis {
		m.revoked = &revocations{revoke: cfg.Revoke, revoked: cfg.Revoked, now: cfg.Now, findings: make(map[string]finding)}
	}
	return m, nil
}

// newRing returns the keys that seal cookies, or nil when no cookie is sealed.
func newRing(cfg Config) (keyring, error) {
	if cfg.Store == StoreRedis && cfg.IdleTimeout == 0 {
		return nil, nil
	}
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
	return newKeyring(cfg.SecretKey, previous)
}

func newStore(cfg Config, ring keyring) (store, error) {
	switch cfg.Store {
	case StoreCookie, "":
		return &cookieStore{ring}, nil
	case StoreRedis:
		return newRedisStore(cfg.Redis, cfg.RedisPrefix, cfg.Now)
	}
	return nil, fmt.Errorf("session store must be %q or %q, not %q", StoreCookie, StoreRedis, cfg.Store)
}

// Lifetime is how long a session lasts from its beginning.
func (m *Manager) Lifetime() time.Duration { return m.scs.Lifetime }

// ID names the session of the request, for a log or for a list of sessions that
// were signed out. It stays the same until RenewToken or Destroy, is the same
// on every instance, and is no secret: nothing can be opened with it. Before
// RenewToken it is the ID of the old token, afterwards that of the new one. A
// session that was never saved has none, and ID returns "".
func (m *Manager) ID(ctx context.Context) string {
	if token := m.scs.Token(ctx); token != "" {
		return idOf(token)
	}
	return ""
}

// idLength is the length of an ID.
const idLength = 22

func idOf(token string) string {
	// The label keeps it apart from the hash that is the key in Redis.
	hash := sha256.Sum256([]byte("sessions id\x00" + token))
	return encoding.EncodeToString(hash[:16])
}

// Destroy ends the session, for every copy of its cookie where the Manager can
// revoke it. When that fails, the session stays, and the error is ErrUnavailable.
func (m *Manager) Destroy(ctx context.Context) error {
	if v, err := m.visit(ctx); err == nil {
		if err := m.revoke(ctx, v); err != nil {
			return err
		}
	}
	return m.scs.Destroy(ctx)
}

// revoke ends the session that the request brought, under its current token and
// all former ones, for every copy of the cookie.
func (m *Manager) revoke(ctx context.Context, v *visit) error {
	for _, f := range v.formers {
		if err := m.tryEndFormer(ctx, v, f); err != nil {
			return err
		}
	}
	if m.revoked == nil || v.received.sent == "" {
		return nil
	}
	return m.revoked.end(ctx, idOf(v.received.sent), v.received.expires)
}

// Ping reports whether the store answers. The cookie store always does.
func (m *Manager) Ping(ctx context.Context) error { return m.store.ping(ctx) }
