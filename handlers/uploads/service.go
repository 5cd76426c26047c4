package uploads

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
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
	// elsewhereAt is when the log last heard of data in another place.
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

// Without a gate of the program's, so much is taken for all work together, a
// quarter of it by requests, and so long they wait for it.
const (
	defaultMemory     = 256 << 20
	defaultMemoryWait = 10 * time.Second
)

// New checks the configuration.
func New(cfg Config, shell Shell) (*Service, error) {
	switch {
	case cfg.Sessions == nil, cfg.Vault == nil, cfg.Importer == nil, cfg.Files == nil, cfg.Tasks == nil, cfg.Links == nil, cfg.Asset == nil,
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
	return &Service{
		Config: cfg, shell: shell, tus: tus,
		spools: ratelimit.NewPlaces(maxSpools, maxEach), parts: ratelimit.NewPlaces(maxParts, maxEach),
		imports:  ratelimit.NewPlaces(maxImports, maxEach),
		attempts: ratelimit.New(maxCodes, cfg.Now),
		Work:     &web.Work{Gate: cfg.Memory},
	}, nil
}

// A Route is an address of the service.
type Route struct {
	Method, Path string
	Handle       echo.HandlerFunc
}

// Routes are the addresses of the service.
func (s *Service) Routes() []Route {
	return []Route{
		{http.MethodPost, web.PathUpload, s.metered(costWrite, s.createUpload)},
		{http.MethodGet, web.PathFiles, s.listFiles},
		{http.MethodPost, web.PathFiles, s.metered(costWrite, s.serveFile)},
		{http.MethodOptions, web.PathFiles, s.serveFile},
		{http.MethodHead, web.PathFiles + "/:id", s.serveFile},
		{http.MethodPatch, web.PathFiles + "/:id", s.metered(costPart, s.serveFile)},
		{http.MethodDelete, web.PathFiles + "/:id", s.shell.Protected(s.serveFile)},
		{http.MethodPost, web.PathFiles + "/:id", s.metered(costPart, s.serveOverridden)},
		{http.MethodPost, web.PathDiscard, s.shell.Protected(s.discardFiles)},
		{http.MethodPost, web.PathImports, s.createImport},
		{http.MethodGet, web.PathImports + "/:id", s.showImport},
		{http.MethodPost, web.PathImports + "/:id", s.resumeImport},
		{http.MethodGet, web.PathPartials + web.PathImports + "/:id", s.partialImport},
		{http.MethodPost, web.PathSample, s.metered(costSample, s.createSample)},
		{http.MethodGet, web.PathBring, s.showBring},
		{http.MethodGet, web.PathLink, s.showLink},
		{http.MethodPost, web.PathLink, s.metered(costWrite, s.makeCode)},
		{http.MethodGet, web.PathPartials + web.PathLink, s.partialLink},
		{http.MethodPost, web.PathLinkOpen, s.told(s.openCode)},
		{http.MethodPost, web.PathLinkJoin, s.shell.Protected(s.told(s.joinLink))},
		{http.MethodGet, web.PathForget, s.confirmForget},
		{http.MethodPost, web.PathReset, s.shell.Protected(s.forget)},
		{http.MethodGet, web.PathForgotten, s.showForgotten},
		{http.MethodGet, web.PathGone, s.showGone},
		{http.MethodPost, web.PathGone, s.clearGone},
	}
}
