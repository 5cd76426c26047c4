// Package accounts is the page and the API of what a signed-in person keeps beyond
// the session: datasets, and the passkeys and passphrases that open them.
package accounts

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/ratelimit"
)

// Errors of the account's addresses.
var (
	ErrLocked   = errors.New("account is not opened in this session")
	ErrNoData   = errors.New("no data of one's own to keep")
	ErrUnkept   = errors.New("data of the session is not kept")
	ErrCeremony = errors.New("passkey was not asked for, or too long ago")
	ErrPasskey  = errors.New("passkey cannot be used")
	ErrNoPRF    = errors.New("passkey has no pseudo-random function")
	ErrName     = errors.New("name without a character")
	ErrBadBody  = errors.New("body of a request cannot be read")
)

// A Person is who is signed in.
type Person struct {
	accountstore.Person
	Email string
}

// SignIn says who is signed in, and guards what they change.
type SignIn interface {
	// Person is who is signed in.
	Person(ctx context.Context) (Person, bool)
	// Token is the CSRF token, which a form sends along in layout.FieldToken.
	Token(ctx context.Context) string
	// Protected is handle for requests with that token.
	Protected(handle echo.HandlerFunc) echo.HandlerFunc
	// SignedOut is the error of who is not signed in.
	SignedOut() error
}

// Service answers for accounts, and keeps for the uploads.
type Service struct {
	uploads.Config // of the uploads, whose sessions and vault these are
	Store          *accountstore.Store
	SignIn         SignIn
	shell          Shell
	data           *uploads.Service
	tries          *ratelimit.Limiter // passphrases from one address
	due            dueList
}

// A Shell renders pages within the frame.
type Shell interface {
	RenderPlain(c echo.Context, status int, title string, content templ.Component) error
	Redirect(c echo.Context, to string) error
	Describe(err error) web.Failure
}

// addressTries is how many passphrases one network address may try in an hour on an
// instance, for whatever account.
const addressTries = 40

// New returns a service for the accounts in a store.
func New(store *accountstore.Store, signIn SignIn, shell Shell, data *uploads.Service) *Service {
	return &Service{Config: data.Config, Store: store, SignIn: signIn, shell: shell, data: data, tries: ratelimit.New(addressTries, data.Now)}
}

// Routes are the addresses of the service. Each change has one for forms and one for
// programs, and one handler.
func (s *Service) Routes() []web.Route {
	const page, api = web.PathAccount, web.PathAPI + web.PathAccount
	change := func(handle echo.HandlerFunc) echo.HandlerFunc { return s.data.Metered(s.change(handle)) }
	// confirm leads back to the account's page, where it can be opened.
	confirm := func(handle echo.HandlerFunc) echo.HandlerFunc {
		return s.read(func(c echo.Context) error {
			err := handle(c)
			if errors.Is(err, ErrLocked) || errors.Is(err, accountstore.ErrNone) {
				return s.shell.Redirect(c, page)
			}
			return err
		})
	}
	routes := []web.Route{
		web.On(http.MethodGet, page, s.read(s.show)),
		web.On(http.MethodGet, api, s.read(s.showJSON)),
		web.On(http.MethodGet, page+"/datasets/:id/open", confirm(s.ofDataset(s.confirmOpen))),
		web.On(http.MethodGet, page+"/datasets/:id/delete", confirm(s.ofDataset(s.confirmDeleteDataset))),
		web.On(http.MethodGet, page+"/keys/:id/remove", confirm(s.whenOpen(s.confirmRemoveKey))),
		web.On(http.MethodGet, page+"/delete", confirm(s.ofAccount(s.confirmDelete))),
		web.On(http.MethodPost, page+"/datasets/:id", change(s.whenOpen(s.renameDataset))),
		web.On(http.MethodPost, page+"/datasets/:id/delete", change(s.ofDataset(s.deleteDataset))),
		web.On(http.MethodPost, page+"/keys/:id/remove", change(s.whenOpen(s.removeKey))),
		web.On(http.MethodPost, page+"/delete", change(s.ofAccount(s.deleteAccount))),
		web.On(http.MethodPatch, api+"/datasets/:id", change(s.whenOpen(s.renameDataset))),
		web.On(http.MethodDelete, api+"/datasets/:id", change(s.ofDataset(s.deleteDataset))),
		web.On(http.MethodDelete, api+"/keys/:id", change(s.whenOpen(s.removeKey))),
		web.On(http.MethodDelete, api, change(s.ofAccount(s.deleteAccount))),
	}
	for _, at := range []string{page, api} {
		routes = append(routes, []web.Route{
			web.On(http.MethodGet, at+"/datasets/:id/export", s.read(s.ofDataset(s.exportDataset))),
			web.On(http.MethodPost, at+"/open", change(s.ofAccount(s.openWithPassphrase))),
			web.On(http.MethodPost, at+"/open/options", change(s.ofAccount(s.passkeyOptions))),
			web.On(http.MethodPost, at+"/open/passkey", change(s.openWithPasskey)),
			web.On(http.MethodPost, at+"/lock", change(s.lock)),
			web.On(http.MethodPost, at+"/passphrases", change(s.addPassphrase)),
			web.On(http.MethodPost, at+"/passkeys/options", change(s.newPasskeyOptions)),
			web.On(http.MethodPost, at+"/passkeys", change(s.addPasskey)),
			web.On(http.MethodPost, at+"/datasets", change(s.whenOpen(s.keepData))),
			web.On(http.MethodPost, at+"/datasets/:id/open", change(s.ofDataset(s.openDataset))),
		}...)
	}
	return routes
}

// ofAccount gives a handler the account, whether it is open in this session or not.
func (s *Service) ofAccount(handle func(c echo.Context, st state) error) echo.HandlerFunc {
	return given(s.existing, handle)
}

// whenOpen gives a handler the account, which is open in this session.
func (s *Service) whenOpen(handle func(c echo.Context, st state) error) echo.HandlerFunc {
	return given(s.opened, handle)
}

func given(look func(context.Context) (state, error), handle func(c echo.Context, st state) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		st, err := look(c.Request().Context())
		if err != nil {
			return err
		}
		return handle(c, st)
	}
}

// ofDataset gives a handler the account and the dataset that the address names.
func (s *Service) ofDataset(handle func(c echo.Context, st state, d accountstore.Dataset) error) echo.HandlerFunc {
	return s.whenOpen(func(c echo.Context, st state) error {
		d, err := st.find(c.Param("id"))
		if err != nil {
			return err
		}
		return handle(c, st, d)
	})
}

// read lets through who is signed in.
func (s *Service) read(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if _, ok := s.SignIn.Person(c.Request().Context()); !ok {
			return s.SignIn.SignedOut()
		}
		return handle(c)
	}
}

// change lets through who is signed in and brings the token. What a form is refused
// for is shown above it.
func (s *Service) change(handle echo.HandlerFunc) echo.HandlerFunc {
	return s.read(func(c echo.Context) error {
		r := c.Request()
		if err := parse(c); err != nil {
			return err
		}
		return s.SignIn.Protected(func(c echo.Context) error {
			err := handle(c)
			if err == nil || web.WantsJSON(r) || c.Response().Committed {
				return err
			}
			return s.showRefusal(c, err)
		})(c)
	})
}

// dueList remembers on an instance when it looked last whether a dataset is to be
// renewed, so that not every request does.
type dueList struct {
	mu   sync.Mutex
	next map[string]time.Time
}

const (
	lookAgain = 12 * time.Hour
	maxDue    = 10_000
)

func (l *dueList) take(id string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Before(l.next[id]) {
		return false
	}
	if l.next == nil || len(l.next) >= maxDue {
		l.next = make(map[string]time.Time)
	}
	l.next[id] = now.Add(lookAgain)
	return true
}
