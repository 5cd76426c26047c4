// Package handlers answers requests: one table of routes, one table of errors,
// one file a feature. A handler parses, asks, renders, and returns its error.
// What a page shows is computed by pure functions from a dataset and a lens.
package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/accounts"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/reel"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/signin"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	reelstore "github.com/spotify-data-tool/spotify-data-tool/internal/reel"
)

// Server serves the views and what stands around them.
type Server struct {
	*uploads.Service
	signIn *signin.Service
	echo   *echo.Echo
	reels  *reelstore.Store // nil where no clips are made
}

// New checks the configuration and lays out the routes.
func New(cfg uploads.Config, signIn signin.Config) (*Server, error) {
	s := &Server{echo: echo.New()}
	var err error
	if s.Service, err = uploads.New(cfg, s); err != nil {
		return nil, err
	}
	s.signIn = signin.New(signIn, signin.Site{
		Shell: s, Sessions: cfg.Sessions, Erase: s.SignOut, Parting: s.Parting, Secure: cfg.SecureCookies, Log: cfg.Log, Now: cfg.Now,
	})
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.answerError
	s.route()
	return s, nil
}

// KeepAccounts adds what people who are signed in keep beyond their session. signIn
// says who is; nil is this server's own. It is to be called before the first request.
func (s *Server) KeepAccounts(store *accountstore.Store, signIn accounts.SignIn) {
	if signIn == nil {
		signIn = signedIn{s.signIn}
	}
	kept := accounts.New(store, signIn, s, s.Service)
	s.Keeper = kept
	s.addAll(kept.Routes())
}

// MakeReels lets people make clips and reels. It is to be called before the first
// request.
func (s *Server) MakeReels(store *reelstore.Store) {
	s.reels = store
	s.addAll(reel.New(reel.Config{Store: store, Meter: s.meter(), Work: s.Work}, s).Routes())
}

// meter is the budget of uploads, for what is made.
func (s *Server) meter() web.Meter { return web.Meter{Limiter: s.Meter, Address: s.Address} }

// signedIn is who is signed in, as accounts know them.
type signedIn struct{ *signin.Service }

// Person implements [accounts.SignIn].
func (s signedIn) Person(ctx context.Context) (accounts.Person, bool) {
	issuer, who, ok := s.Service.Person(ctx)
	return accounts.Person{Person: accountstore.Person{Issuer: issuer, Subject: who.Subject}, Email: who.Email}, ok
}

// SignedOut implements [accounts.SignIn].
func (signedIn) SignedOut() error { return signin.ErrRequired }

// maxFormBytes bounds every body that is no upload.
const maxFormBytes = 64 << 10

// ServeHTTP answers a request. Nothing from here may lie in a cache, the
// browser's included: nearly all of it is personal.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	// The other upload, by tus, is bounded by what was said of it at its creation.
	if r.URL.Path != web.PathUpload && (!web.IsTus(r) || r.URL.Path == web.PathDiscard) {
		r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	}
	r = r.WithContext(context.WithValue(r.Context(), sessionLoaded{}, true))
	if err := s.signIn.Admit(r.Context(), r); err != nil {
		s.answerError(err, s.echo.NewContext(r, w))
		return
	}
	s.echo.ServeHTTP(w, r)
}

// Fail answers a request with the page for err. It serves what stands around
// the handlers, the session middleware included, so it needs no session.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Cache-Control", "no-store")
	s.answerError(err, s.echo.NewContext(r, w))
}

type sessionLoaded struct{}

// inSession reports whether a request has passed the session middleware.
func inSession(ctx context.Context) bool { return ctx.Value(sessionLoaded{}) != nil }
