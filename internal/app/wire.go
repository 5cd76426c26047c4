package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/file"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
	"github.com/spotify-data-tool/spotify-data-tool/internal/ratelimit"
	"github.com/spotify-data-tool/spotify-data-tool/internal/redisconn"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
	"github.com/spotify-data-tool/spotify-data-tool/sessions"
	"github.com/spotify-data-tool/spotify-data-tool/static"
)

// readyTime is how long the stores have to answer /readyz.
const readyTime = 2 * time.Second

// memoryWait is how long a request waits for the memory it takes.
const memoryWait = 30 * time.Second

// A service is the wired program.
type service struct {
	handler http.Handler
	sweep   func(context.Context) (int, error)
	close   func() error
	blobs   bucket.Bucket
}

// wire makes everything from the configuration and connects it. This is the
// one place that knows all the parts.
func wire(ctx context.Context, cfg config, log *slog.Logger, now func() time.Time) (_ service, err error) {
	var opened closers
	defer func() {
		if err != nil {
			err = errors.Join(err, opened.close())
		}
	}()
	datasets, err := bucketDrivers().Open(ctx, cfg.datasetURL)
	if err != nil {
		return service{}, fmt.Errorf("DATASET_URL: %w", err)
	}
	opened = append(opened, datasets)
	place := ""
	if folder, ok := datasets.(*file.Bucket); ok {
		if place, err = folder.ID(); err != nil {
			return service{}, fmt.Errorf("DATASET_URL: %w", err)
		}
	}
	session := cfg.sessions
	if session.Store == sessions.StoreRedis {
		client, err := redisconn.Open(cfg.redisURL, redisconn.SmallTime)
		if err != nil {
			return service{}, fmt.Errorf("REDIS_URL: %w", err)
		}
		opened = append(opened, client)
		session.Redis, session.RedisPrefix = client.Pool(), client.Prefix()
	}
	// The session middleware answers with pages of the handlers, which come
	// into being after it.
	var pages *handlers.Server
	ended := revocations{datasets}
	session.Revoke, session.Revoked, session.Logger, session.Now = ended.revoke, ended.revoked, log, now
	session.ErrorPage = func(w http.ResponseWriter, r *http.Request, _ int, err error) {
		pages.Fail(w, r, sessionFailure(err))
	}
	manager, err := sessions.New(session)
	if err != nil {
		return service{}, fmt.Errorf("set up sessions: %w", err)
	}
	memory := admission.New(cfg.workBytes, memoryWait)
	sealed := vault.New(vault.Config{
		Bucket:     datasets,
		Now:        now,
		Log:        log,
		CacheBytes: cfg.datasetCacheBytes,
		Memory:     memory,
	})
	imports := importer.New(importer.Config{Vault: sealed, Now: now, Memory: memory})
	files := upload.NewStore(datasets, cfg.uploadBytes, now)
	var meter *ratelimit.Limiter
	if cfg.uploadHourlyBytes > 0 {
		meter = ratelimit.New(cfg.uploadHourlyBytes, now)
	}
	pages, err = handlers.New(uploads.Config{
		Sessions:      manager,
		Vault:         sealed,
		Importer:      imports,
		Memory:        memory,
		Files:         files,
		Tasks:         importer.NewTasks(imports, files),
		Links:         link.New(datasets, now),
		StoreID:       place,
		Asset:         static.URL,
		Log:           log,
		Now:           now,
		SessionIdle:   cfg.sessions.IdleTimeout,
		UploadBytes:   cfg.uploadBytes,
		RequestBytes:  cfg.platform.requestBytes,
		Meter:         meter,
		AddressHeader: cfg.addressHeader,
		PublicURL:     cfg.publicURL,
		SecureCookies: cfg.sessions.Secure,
	}, wireSignIn(cfg, datasets, now))
	if err != nil {
		return service{}, err
	}

	if err := wireAccounts(cfg, pages, datasets, now, memory); err != nil {
		return service{}, err
	}

	if cfg.reel {
		bytes := int64(reel.MaxBytes)
		if slices.ContainsFunc(redisconn.Schemes(), func(scheme string) bool { return strings.HasPrefix(cfg.datasetURL, scheme+":") }) {
			bytes = reel.MaxRedisBytes
		}
		pages.MakeReels(reel.NewStore(bytes, now))
	}

	// A store that hangs must not hang the probe.
	ready := func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, readyTime)
		defer cancel()
		return errors.Join(datasets.Ping(ctx), manager.Ping(ctx), importer.CheckSpool())
	}
	handler, err := edge.Wrap(newSite(manager.Middleware(pages), securityText(cfg.securityContacts, now), ready, log), edge.Config{
		Log:             log,
		Now:             now,
		HTTPS:           cfg.sessions.Secure,
		RequestIDHeader: cfg.platform.requestIDHeader,
		Failed:          failed(pages, web.ErrInternal),
		Denied:          failed(pages, web.ErrCrossOrigin),
	})
	if err != nil {
		return service{}, err
	}
	return service{handler: handler, sweep: sealed.Sweep, close: opened.close, blobs: datasets}, nil
}

// closers are what is open, in the order of opening.
type closers []io.Closer

func (c closers) close() error {
	var failed []error
	for _, open := range slices.Backward(c) {
		failed = append(failed, open.Close())
	}
	return errors.Join(failed...)
}

// failed answers every request with the page for err.
func failed(pages *handlers.Server, err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pages.Fail(w, r, err) })
}

// newSite lays out what is served with a session and what without: probes and
// static files must not depend on Redis.
func newSite(pages, security http.Handler, ready func(context.Context) error, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	// The pages name their routes themselves.
	serve := func(path, route string, h http.Handler) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			edge.SetRoute(r.Context(), route)
			h.ServeHTTP(w, r)
		})
	}
	serve("/healthz", "/healthz", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	serve("/readyz", "/readyz", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := ready(r.Context()); err != nil {
			log.WarnContext(r.Context(), "not ready", "error", err)
			w.Header().Set("Retry-After", "5")
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	serve(static.Prefix, static.Prefix+"*", static.Handler())
	serve("/favicon.ico", "/favicon.ico", static.Fixed("icon.svg"))
	serve("/robots.txt", "/robots.txt", static.Fixed("robots.txt"))
	serve(securityPath, securityPath, security)
	mux.Handle("/", pages)
	return mux
}
