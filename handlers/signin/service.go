// Package signin signs people in and out, says who is, and keeps out who has to be.
package signin

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	idp "github.com/spotify-data-tool/spotify-data-tool/internal/signin"
)

// Errors of this package, beside those of the protocol.
var (
	// ErrRequired: only who is signed in may see that.
	ErrRequired = errors.New("sign-in required")
	// ErrToken: the CSRF token of the session is missing or another's.
	ErrToken = errors.New("CSRF token missing or wrong")
)

// Config says how people sign in. The zero value is not at all.
type Config struct {
	// Client is this program at the provider. Nil is no sign-in.
	Client *idp.Client
	// Required keeps out who is not signed in.
	Required bool
	// Attempts seal what the browser keeps while somebody signs in.
	Attempts idp.AttemptKeyring
	// PublicURL is the address that people use, without a path. Empty is the
	// request's own host.
	PublicURL string
}

// Sessions keep who is signed in.
type Sessions interface {
	Put(ctx context.Context, key string, value any)
	Get(ctx context.Context, key string) any
	GetString(ctx context.Context, key string) string
	Exists(ctx context.Context, key string) bool
	Deadline(ctx context.Context) time.Time
	ID(ctx context.Context) string
	Renew(ctx context.Context) error
	Destroy(ctx context.Context) error
}

// A Shell renders pages within the frame.
type Shell interface {
	Render(c echo.Context, status int, component templ.Component) error
	PageView(c echo.Context, title string, req *web.Request) layout.PageView
	Redirect(c echo.Context, to string) error
}

// A Site is what the sign-in needs of the program around it.
type Site struct {
	Shell    Shell
	Sessions Sessions
	// Erase deletes the session, and its data unless that is kept with an account or
	// linked devices go on holding it.
	Erase func(ctx context.Context) error
	// Parting is what that does to the data.
	Parting func(ctx context.Context) (web.Parting, error)
	Secure  bool // people come over HTTPS
	Log     *slog.Logger
	Now     func() time.Time
}

// A Service answers for who is signed in.
type Service struct {
	Config
	site Site
}

// New is the service of a site.
func New(cfg Config, site Site) *Service { return &Service{cfg, site} }

// Routes are the addresses of the service.
func (s *Service) Routes() []web.Route {
	routes := []web.Route{web.On(http.MethodGet, web.PathAPI+"/session", s.answerSession)}
	if s.Client == nil {
		return routes
	}
	return append(routes,
		web.On(http.MethodGet, web.PathSignIn, s.begin),
		web.On(http.MethodGet, web.PathCallback, s.finish),
		web.On(http.MethodGet, web.PathSignOut, s.confirmSignOut),
		web.On(http.MethodPost, web.PathSignOut, s.Protected(s.signOut)),
		web.On(http.MethodPost, web.PathBackChannel, s.hearSignOut),
		web.On(http.MethodGet, web.PathSignedOut, s.showSignedOut),
	)
}

// open are the addresses that everybody may ask for where sign-in is required. The
// choices of colours and zone only set a cookie of theirs.
var open = []string{web.PathSignIn, web.PathCallback, web.PathSignOut, web.PathBackChannel, web.PathSignedOut, web.PathTheme, web.PathZone}

// Admit fails with ErrRequired when only somebody who is signed in may go on. It
// ends the session of whom the provider has signed out.
func (s *Service) Admit(ctx context.Context, r *http.Request) error {
	if s.Client == nil {
		return nil
	}
	who, signedIn := s.identity(ctx)
	if signedIn {
		ended, err := s.Client.Ended(ctx, who)
		if err != nil {
			return err
		}
		if ended {
			if err := s.site.Sessions.Destroy(ctx); err != nil {
				return errors.Join(web.ErrSessions, err)
			}
			s.site.Log.InfoContext(ctx, "signed out by the provider")
			signedIn = false
		}
	}
	if s.Required && !signedIn && !slices.Contains(open, r.URL.Path) {
		return ErrRequired
	}
	return nil
}

// SignInURL is where to sign in, to come back to what r asks for.
func SignInURL(r *http.Request) string {
	next := r.URL.RequestURI()
	switch {
	case web.IsAPI(r), r.Method != http.MethodGet:
		next = web.PathHome
	case web.IsPartial(r), r.Header.Get("HX-Request") == "true":
		next = web.PathHome
		if page, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil && page.Host == r.Host {
			next = page.RequestURI()
		}
	}
	to := signInURL(next)
	if r.URL.Path == web.PathLink {
		// Browsers carry the fragment of an address through redirects, to the pages of the
		// provider too, unless one has a fragment of its own. This one is a secret.
		to += "#"
	}
	return to
}

func signInURL(next string) string {
	if next = localNext(next); next == web.PathHome {
		return web.PathSignIn
	}
	return web.PathSignIn + "?next=" + url.QueryEscape(next)
}

// maxNext bounds what a cookie keeps of the way back.
const maxNext = 600

// localNext is where to go on after signing in: a page of this site.
func localNext(next string) string {
	next = web.LocalPath(next)
	path, _, _ := strings.Cut(next, "?")
	if len(next) > maxNext {
		next = path
	}
	if len(next) > maxNext || slices.Contains(open, path) || strings.HasPrefix(path, web.PathPartials+"/") || strings.HasPrefix(path, web.PathAPI+"/") {
		return web.PathHome
	}
	return next
}

// Account is what the frame says of who is signed in.
func (s *Service) Account(r *http.Request) layout.AccountView {
	if s.Client == nil {
		return layout.AccountView{}
	}
	who, ok := s.identity(r.Context())
	if !ok {
		return layout.AccountView{SignInURL: SignInURL(r)}
	}
	return layout.AccountView{Who: nameOf(who), SignOutURL: web.PathSignOut}
}

func nameOf(who idp.Identity) string { return cmp.Or(who.Email, who.Name, "your account") }

// base is the address that people use.
func (s *Service) base(r *http.Request) string {
	if s.PublicURL != "" {
		return s.PublicURL
	}
	u := url.URL{Scheme: "http", Host: r.Host}
	if s.site.Secure {
		u.Scheme = "https"
	}
	return u.String()
}
