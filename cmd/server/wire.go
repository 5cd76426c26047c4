package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
	"github.com/spotify-data-tool/spotify-data-tool/sessions"
	"github.com/spotify-data-tool/spotify-data-tool/static"
)

// readyTime is how long the stores have to answer /readyz.
const readyTime = 2 * time.Second

// app is the wired program.
type app struct {
	handler http.Handler
	sweep   func(context.Context) (int, error)
	close   func() error
}

// wire makes everything from the configuration and connects it. This is the
// one place that knows all the parts.
func wire(ctx context.Context, cfg config, log *slog.Logger) (app, error) {
	datasets, err := bucket.Open(ctx, cfg.datasetURL)
	if err != nil {
		return app{}, fmt.Errorf("DATASET_URL: %w", err)
	}
	// The session middleware answers with pages of the handlers, which come
	// into being after it.
	var pages *handlers.Server
	manager, err := sessions.New(sessions.Config{
		Store:              cfg.sessionStore,
		RedisURL:           cfg.redisURL,
		Lifetime:           cfg.sessionLifetime,
		Secure:             cfg.secureCookies,
		SecretKey:          cfg.secretKey,
		PreviousSecretKeys: cfg.previousKeys,
		NotBefore:          cfg.sessionNotBefore,
		Logger:             log,
		Now:                time.Now,
		ErrorPage: func(w http.ResponseWriter, r *http.Request, status int) {
			err := handlers.ErrInternal
			if status == http.StatusServiceUnavailable {
				err = handlers.ErrSessions
			}
			pages.Fail(w, r, err)
		},
	})
	if err != nil {
		return app{}, errors.Join(fmt.Errorf("set up sessions: %w", err), datasets.Close())
	}
	sealed := vault.New(vault.Config{
		Bucket:     datasets,
		Now:        time.Now,
		Log:        log,
		CacheBytes: cfg.datasetCacheBytes,
	})
	pages, err = handlers.New(handlers.Config{
		Sessions:      manager.SessionManager,
		Vault:         sealed,
		Importer:      importer.New(importer.Config{Vault: sealed, Bucket: datasets, Now: time.Now}),
		Asset:         static.URL,
		Log:           log,
		Now:           time.Now,
		UploadBytes:   cfg.uploadBytes,
		SecureCookies: cfg.secureCookies,
	})
	if err != nil {
		return app{}, errors.Join(err, manager.Close(), datasets.Close())
	}
	closeAll := func() error { return errors.Join(manager.Close(), datasets.Close()) }

	// A store that hangs must not hang the probe.
	ready := func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, readyTime)
		defer cancel()
		return errors.Join(datasets.Ping(ctx), manager.Ping(ctx))
	}
	handler, err := edge.Wrap(newSite(manager.Middleware(pages), ready, log), edge.Config{
		Log:             log,
		Now:             time.Now,
		HTTPS:           cfg.secureCookies,
		RequestIDHeader: cfg.platform.requestIDHeader(),
		Failed:          failed(pages, handlers.ErrInternal),
		Denied:          failed(pages, handlers.ErrCrossOrigin),
	})
	if err != nil {
		return app{}, errors.Join(err, closeAll())
	}
	return app{handler: handler, sweep: sealed.Sweep, close: closeAll}, nil
}

// failed answers every request with the page for err.
func failed(pages *handlers.Server, err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pages.Fail(w, r, err) })
}

// newSite lays out what is served with a session and what without: probes and
// static files must not depend on Redis.
func newSite(pages http.Handler, ready func(context.Context) error, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := ready(r.Context()); err != nil {
			log.WarnContext(r.Context(), "not ready", "error", err)
			w.Header().Set("Retry-After", "5")
			http.Error(w, "stores do not answer", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.Handle("GET "+static.Prefix, static.Handler())
	mux.Handle("GET /favicon.ico", static.Fixed("icon.svg"))
	mux.Handle("GET /robots.txt", static.Fixed("robots.txt"))
	mux.Handle("/", pages)
	return mux
}
