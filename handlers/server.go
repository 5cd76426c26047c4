// Package handlers answers requests: one table of routes, one table of errors,
// one file a feature. A handler parses, asks, renders, and returns its error.
// What a page shows is computed by pure functions from a dataset and a lens.
package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/ratelimit"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// Sessions keep what a browser is to find again.
type Sessions interface {
	Put(ctx context.Context, key string, value any)
	GetBool(ctx context.Context, key string) bool
	GetString(ctx context.Context, key string) string
	Exists(ctx context.Context, key string) bool
	Remove(ctx context.Context, key string)
	Deadline(ctx context.Context) time.Time
	// Lifetime is how long a session lasts from its beginning.
	Lifetime() time.Duration
	// Renew gives a session another token and keeps the old one for a while: what
	// it named, and nothing new.
	Renew(ctx context.Context) error
	// Destroy ends the session, for every copy of its cookie.
	Destroy(ctx context.Context) error
}

// Config names everything the handlers need.
type Config struct {
	Sessions Sessions
	Vault    *vault.Vault
	Importer *importer.Importer
	Files    *upload.Store
	Tasks    *importer.Tasks
	// Place names the bucket when it is one that other instances may not see, as
	// a folder. Sessions remember where their data was stored.
	Place string
	// Asset gives the content-hashed URL of a file of static/.
	Asset func(name string) string
	Log   *slog.Logger
	Now   func() time.Time
	// SessionIdle is after how long without use a session ends; 0 is never.
	SessionIdle time.Duration
	// UploadBytes bounds one upload.
	UploadBytes int64
	// RequestBytes is what the platform in front takes of one request; 0 is no
	// limit. It concerns the form without JavaScript: parts are smaller.
	RequestBytes int64
	// Meter bounds what one network address may upload. Nil bounds nothing.
	Meter *ratelimit.Limiter
	// AddressHeader is the header in which what is in front tells the address of
	// a client. Empty without anything in front.
	AddressHeader string
	// Memory admits what requests build beside their dataset. Nil is one of a
	// size that fits any machine.
	Memory *admission.Gate
	// SecureCookies marks cookies Secure, as the session's own cookie is.
	SecureCookies bool
}

// Server holds what handlers share.
type Server struct {
	Config
	echo    *echo.Echo
	sample  samplePackages
	tus     *upload.Handler
	spools  *ratelimit.Places // for forms on their way
	parts   *ratelimit.Places // for parts of files on their way
	imports *ratelimit.Places // for imports of files that are here
	dropped idSet             // datasets whose place was taken, and that are deleted
	arrived idSet             // datasets that a browser has come back with
	work    *web.Work         // admits what requests build
	// elsewhereAt is when the log last heard of data in another place.
	elsewhereAt atomic.Int64
}

// New checks the configuration and lays out the routes.
func New(cfg Config) (*Server, error) {
	switch {
	case cfg.Sessions == nil, cfg.Vault == nil, cfg.Importer == nil, cfg.Files == nil, cfg.Tasks == nil, cfg.Asset == nil,
		cfg.Log == nil, cfg.Now == nil:
		return nil, errors.New("handlers: incomplete Config")
	case cfg.UploadBytes <= 0:
		return nil, errors.New("handlers: UploadBytes must be positive")
	}
	if cfg.Memory == nil {
		cfg.Memory = admission.New(defaultMemory, defaultMemoryWait)
	}
	tus, err := upload.NewHandler(cfg.Files, web.PathFiles)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Config: cfg, echo: echo.New(), tus: tus,
		spools: ratelimit.NewPlaces(maxSpools, maxEach), parts: ratelimit.NewPlaces(maxParts, maxEach),
		imports: ratelimit.NewPlaces(maxImports, maxEach),
		work:    &web.Work{Gate: cfg.Memory},
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.answerError
	s.route()
	return s, nil
}

// maxFormBytes bounds every body that is no upload.
const maxFormBytes = 64 << 10

// ServeHTTP answers a request. Nothing from here may lie in a cache, the
// browser's included: nearly all of it is personal.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	// The other upload, by tus, is bounded by what was said of it at its creation.
	if r.URL.Path != web.PathUpload && (!isTus(r) || r.URL.Path == web.PathDiscard) {
		r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	}
	s.echo.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), sessionLoaded{}, true)))
}

// Fail answers a request with the page for err. It serves what stands around
// the handlers, the session middleware included, so it needs no session.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Cache-Control", "no-store")
	s.answerError(err, s.echo.NewContext(r, w))
}

// Errors for Fail.
var (
	// ErrCrossOrigin: another site tried to change something.
	ErrCrossOrigin = errors.New("cross-origin write")
	// ErrSessions: the session store does not answer.
	ErrSessions = errors.New("session store unavailable")
	// ErrRenewing: a newer version of the program has stored something that this
	// one cannot read.
	ErrRenewing = errors.New("stored by a newer version of the program")
	// ErrInternal: a handler panicked; the log has the cause.
	ErrInternal = errors.New("internal error")
)

type sessionLoaded struct{}

// inSession reports whether a request has passed the session middleware.
func inSession(ctx context.Context) bool { return ctx.Value(sessionLoaded{}) != nil }
