package uploads

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/ratelimit"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

// A Service takes packages in, and answers for the data that a session leads to.
type Service struct {
	Config
	shell    Shell
	tus      *upload.Handler
	spools   *ratelimit.Places  // for forms on their way
	parts    *ratelimit.Places  // for parts of files on their way
	imports  *ratelimit.Places  // for imports of files that are here
	attempts *ratelimit.Limiter // of codes
	dropped  idSet              // datasets whose place was taken, and that are deleted
	arrived  idSet              // datasets that a browser has come back with
	listed   idSet              // datasets that the account that keeps them names
	Work     *web.Work          // admits what requests build
	// foreignLoggedAt is when the log last heard of data in another place.
	foreignLoggedAt atomic.Int64
}

// A Shell renders pages within the frame, and opens the data of a request.
type Shell interface {
	Render(c echo.Context, status int, component templ.Component) error
	RenderPlain(c echo.Context, status int, title string, content templ.Component) error
	RenderPage(c echo.Context, status int, p web.Page, req *web.Request) error
	PageView(c echo.Context, title string, req *web.Request) layout.PageView
	Redirect(c echo.Context, to string) error
	WithData(c echo.Context, handle func(*web.Request) error) error
	Request(ctx context.Context, c echo.Context, query url.Values) (*web.Request, error)
	ReadAccount(ctx context.Context, d *dataset.Dataset) error
	Describe(err error) web.Failure
	// CSRFToken is that of who is signed in, and "" otherwise.
	CSRFToken(c echo.Context) string
	// Left reports whether the browser has left the session of a request since that
	// began: to sign in, keeping what the session holds, or to sign out.
	Left(ctx context.Context) (left, signedOut bool, err error)
	// Protected is handle for requests with that token.
	Protected(handle echo.HandlerFunc) echo.HandlerFunc
}

// New checks the configuration.
func New(cfg Config, shell Shell) (*Service, error) {
	switch {
	case cfg.Sessions == nil, cfg.Vault == nil, cfg.Importer == nil, cfg.Files == nil, cfg.Tasks == nil, cfg.Links == nil, cfg.Asset == nil,
		cfg.Log == nil, cfg.Now == nil, cfg.Memory == nil:
		return nil, errors.New("handlers: incomplete Config")
	case cfg.UploadBytes <= 0:
		return nil, errors.New("handlers: UploadBytes must be positive")
	}
	tus, err := upload.NewHandler(cfg.Files, web.PathFiles)
	if err != nil {
		return nil, err
	}
	return &Service{
		Config: cfg, shell: shell, tus: tus,
		spools: ratelimit.NewPlaces(maxSpools, maxEach), parts: ratelimit.NewPlaces(maxParts, maxEach),
		imports:  ratelimit.NewPlaces(maxImports, maxEach),
		attempts: ratelimit.New(maxCodes, cfg.Now),
		Work:     &web.Work{Gate: cfg.Memory},
	}, nil
}

// Routes are the addresses of the service.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.On(http.MethodPost, web.PathUpload, s.metered(costWrite, s.createUpload)),
		web.On(http.MethodGet, web.PathFiles, s.listFiles),
		web.On(http.MethodPost, web.PathFiles, s.metered(costWrite, s.serveFile)),
		web.On(http.MethodOptions, web.PathFiles, s.serveFile),
		web.On(http.MethodHead, web.PathFiles+"/:id", s.serveFile),
		web.On(http.MethodPatch, web.PathFiles+"/:id", s.metered(costPart, s.serveFile)),
		web.On(http.MethodDelete, web.PathFiles+"/:id", s.shell.Protected(s.serveFile)),
		web.On(http.MethodPost, web.PathFiles+"/:id", s.metered(costPart, s.serveOverridden)),
		web.On(http.MethodPost, web.PathDiscard, s.shell.Protected(s.discardFiles)),
		web.On(http.MethodPost, web.PathImports, s.createImport),
		web.On(http.MethodGet, web.PathImports+"/:id", s.showImport),
		web.On(http.MethodPost, web.PathImports+"/:id", s.resumeImport),
		web.On(http.MethodGet, web.PathPartials+web.PathImports+"/:id", s.partialImport),
		web.On(http.MethodPost, web.PathSample, s.metered(costSample, s.createSample)),
		web.On(http.MethodGet, web.PathBring, s.showBring),
		web.On(http.MethodGet, web.PathLink, s.showLink),
		web.On(http.MethodPost, web.PathLink, s.metered(costWrite, s.makeCode)),
		web.On(http.MethodGet, web.PathPartials+web.PathLink, s.partialLink),
		web.On(http.MethodPost, web.PathLinkOpen, s.told(s.openCode)),
		web.On(http.MethodPost, web.PathLinkJoin, s.shell.Protected(s.told(s.joinLink))),
		web.On(http.MethodGet, web.PathForget, s.confirmForget),
		web.On(http.MethodPost, web.PathReset, s.shell.Protected(s.forget)),
		web.On(http.MethodGet, web.PathForgotten, s.showForgotten),
		web.On(http.MethodGet, web.PathGone, s.showGone),
		web.On(http.MethodPost, web.PathGone, s.clearGone),
	}
}
