package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/redisconn"
	"github.com/spotify-data-tool/spotify-data-tool/internal/signin"
	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// config is everything the environment decides.
type config struct {
	platform   platform
	production bool
	address    string
	// lambdaStream says that a function URL on Lambda passes answers on as they
	// are written.
	lambdaStream bool

	datasetURL        string
	datasetCacheBytes int64
	workBytes         int64 // for datasets, imports and pages together
	uploadBytes       int64
	// uploadHourlyBytes is what one address may upload in an hour; 0 for no limit.
	uploadHourlyBytes int64
	addressHeader     string

	redisURL string
	sessions sessions.Config

	signIn    string
	accounts  accountstore.Config // without a Secret nobody keeps data with their account
	publicURL string              // "" is the host of the request
	oidc      signin.Config

	reel bool // whether clips and reels are made

	securityContacts []string

	logLevel slog.Level
	logJSON  bool

	// warnings are for the log, which does not exist yet while this is read.
	warnings []string
}

const (
	development = "development"
	production  = "production"
)

// readConfig reads the whole environment and reports everything that is wrong
// with it at once. Defaults that depend on it are for a process with so many
// bytes of memory.
func readConfig(getenv func(string) string, memory int64) (config, error) {
	e := &environment{getenv: getenv}
	var c config
	c.platform = e.platform()
	c.production = e.choice("APP_ENV", development, development, production) == production || c.platform != noPlatform
	c.address = e.address()
	c.lambdaStream = e.choice("LAMBDA_INVOKE_MODE", "BUFFERED", "BUFFERED", "RESPONSE_STREAM") == "RESPONSE_STREAM"

	c.workBytes = workFor(memory)
	c.datasetCacheBytes = cacheFor(memory)
	if e.text("DATASET_CACHE_MB") != "" {
		c.datasetCacheBytes = e.integer("DATASET_CACHE_MB", 0, 1<<20) << 20
	}
	c.uploadBytes = e.integer("UPLOAD_MAX_MB", 1, 1<<20) << 20
	c.uploadHourlyBytes = 4 * c.uploadBytes
	if e.text("UPLOAD_HOURLY_MB") != "" {
		c.uploadHourlyBytes = e.integer("UPLOAD_HOURLY_MB", 0, 1<<30) << 20
	}
	c.addressHeader = e.header("CLIENT_ADDRESS_HEADER", c.platform.addressHeader)

	c.sessions.Store = e.choice("SESSION_STORE", sessions.StoreCookie, sessions.StoreCookie, sessions.StoreRedis)
	c.redisURL = e.redisURL(c.sessions.Store)
	c.datasetURL = e.datasetURL(c)
	c.sessions.Lifetime = e.duration("SESSION_LIFETIME", time.Minute, 365*24*time.Hour)
	if e.text("SESSION_IDLE") != "" {
		c.sessions.IdleTimeout = e.duration("SESSION_IDLE", time.Minute, c.sessions.Lifetime)
	}
	c.sessions.NotBefore = e.instant("SESSION_NOT_BEFORE")
	if c.sessions.NotBefore.After(time.Now()) {
		e.problem("SESSION_NOT_BEFORE", "lies in the future and would refuse every session")
	}
	e.secretKeys(&c)
	c.sessions.Secure = e.choice("SESSION_COOKIE_SECURE", strconv.FormatBool(c.production), "true", "false") == "true"

	e.signIn(&c)
	e.accounts(&c)
	c.reel = e.choice("REEL", "on", "on", "off") == "on"

	c.securityContacts = e.contacts("SECURITY_CONTACT")

	c.logLevel = e.logLevel()
	logFormat := "text"
	if c.production {
		logFormat = "json"
	}
	c.logJSON = e.choice("LOG_FORMAT", logFormat, "json", "text") == "json"

	if c.platform != noPlatform && strings.HasPrefix(c.datasetURL, "file:") {
		c.warnings = append(c.warnings, "DATASET_URL names a local folder, which instances on "+c.platform.name+" do not share and do not keep")
	}
	if err := e.err(); err != nil {
		return config{}, err
	}
	return c, nil
}

func (e *environment) address() string {
	// Azure Functions may pass a PORT of its own along; this one is meant for us.
	name := "FUNCTIONS_CUSTOMHANDLER_PORT"
	if e.text(name) == "" {
		name = "PORT"
	}
	port := e.integer(name, 0, 65535)
	return net.JoinHostPort(e.text("HOST"), strconv.FormatInt(port, 10))
}

// datasetURL falls back to the Redis that holds the sessions: one Redis is then
// all that instances need to share.
func (e *environment) datasetURL(c config) string {
	text := e.text("DATASET_URL")
	switch {
	case text == "" && c.sessions.Store == sessions.StoreRedis:
		return c.redisURL // checked as what it is
	case text == "":
		text = "file:./data"
	}
	if err := bucketDrivers().Check(text); err != nil {
		e.problems = append(e.problems, fmt.Errorf("DATASET_URL: %w", err))
	}
	return text
}

func (e *environment) redisURL(store string) string {
	const name = "REDIS_URL"
	text := e.text(name)
	if text == "" {
		if store == sessions.StoreRedis {
			e.problem(name, "environment variable is required with SESSION_STORE=redis")
		}
		return ""
	}
	if err := redisconn.Check(text); err != nil {
		e.problem(name, "%v", err)
	}
	return text
}

func (e *environment) secretKeys(c *config) {
	const name, previous = "SESSION_SECRET_KEY", "SESSION_SECRET_KEY_PREVIOUS"
	c.sessions.SecretKey = e.text(name)
	switch err := sessions.CheckSecretKey(c.sessions.SecretKey); {
	case err == nil:
	case c.sessions.SecretKey == "" && !c.production:
		c.sessions.SecretKey = sessions.GenerateKey()
		c.warnings = append(c.warnings, "SESSION_SECRET_KEY is not set: using a random key, so sessions end when this process does; "+sessions.SecretKeyHint)
	default:
		// The error names the variable by itself.
		e.problems = append(e.problems, errors.Join(err, errors.New(sessions.SecretKeyHint)))
	}
	c.sessions.PreviousSecretKeys = e.keys(previous)
}

// keys returns several secret keys.
func (e *environment) keys(name string) (keys []string) {
	for _, key := range e.list(name) {
		if sessions.CheckSecretKey(key) != nil {
			e.problem(name, "has a key that is too weak to be accepted")
			continue
		}
		keys = append(keys, key)
	}
	return keys
}

func (e *environment) logLevel() slog.Level {
	var level slog.Level
	text := e.choice("LOG_LEVEL", "info", "debug", "info", "warn", "error")
	// It is one of the names that slog knows.
	_ = level.UnmarshalText([]byte(text))
	return level
}
