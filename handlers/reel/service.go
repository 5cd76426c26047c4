// Package reel is the page of clips, the reels that people make of them, and their
// addresses as videos and pictures.
package reel

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/clip"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// Errors of the reel's addresses. Those of reels are in internal/reel.
var (
	// ErrThin: there is too little in the selection for that clip.
	ErrThin = errors.New("too little for that clip")
	// ErrBusy: every encoder is at work.
	ErrBusy = errors.New("all encoders are busy")
	// ErrPrecondition: a change does not say what it changes, or that is not any more.
	ErrPrecondition = errors.New("not the revision that is changed")
	// ErrNoFilm: a reel has no film.
	ErrNoFilm = errors.New("no film yet")
	// ErrBody: what a request brought cannot be read.
	ErrBody = errors.New("body of a request cannot be read")
	// ErrMetered: a lot was made for that address lately.
	ErrMetered = errors.New("too many clips for one address")
)

// Config names what the service needs.
type Config struct {
	Store *reel.Store
	Meter web.Meter
	Work  *web.Work
}

// A Shell opens the data of a request and renders pages within the frame.
type Shell interface {
	WithData(c echo.Context, handle func(*web.Request) error) error
	RenderPage(c echo.Context, status int, p web.Page, req *web.Request) error
	Render(c echo.Context, status int, component templ.Component) error
	Redirect(c echo.Context, to string) error
	// CSRFToken is that of who is signed in, and "" otherwise.
	CSRFToken(c echo.Context) string
	// Protected is handle for requests with that token.
	Protected(handle echo.HandlerFunc) echo.HandlerFunc
}

// Service makes clips and reels.
type Service struct {
	Config
	shell    Shell
	encoders chan struct{} // one a core
}

// New returns a service.
func New(c Config, shell Shell) *Service {
	return &Service{c, shell, make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// Routes are the addresses of the service beside those of the view.
func (s *Service) Routes() []web.Route {
	const api = web.PathAPI + web.PathReels
	return []web.Route{
		web.On(http.MethodGet, web.PathClips+"/:file", s.withData(s.showClip)),
		web.On(http.MethodPost, web.PathReels, s.withData(s.createReel)),
		// Where a form that was refused left the browser.
		web.On(http.MethodGet, web.PathReels, func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, web.PathReel) }),
		web.On(http.MethodGet, web.PathReels+"/:id", s.withData(s.showReel)),
		web.On(http.MethodPost, web.PathReels+"/:id", s.shell.Protected(s.withData(s.changeReel))),
		web.On(http.MethodPost, web.PathReels+"/:id/stitch", s.withData(s.stitchReel)),
		web.On(http.MethodPost, web.PathReels+"/:id/delete", s.shell.Protected(s.withData(s.deleteReel))),
		web.On(http.MethodGet, web.PathReels+"/:id/film.mp4", s.withData(s.showFilm)),
		web.On(http.MethodGet, web.PathReels+"/:id/film.png", s.withData(s.showPoster)),
		web.On(http.MethodGet, web.PathPartials+web.PathReels+"/:id", s.withData(s.partialReel)),
		web.On(http.MethodGet, api, s.withData(s.listReels)),
		web.On(http.MethodPost, api, s.withData(s.createReel)),
		web.On(http.MethodGet, api+"/:id", s.withData(s.showReelJSON)),
		web.On(http.MethodPatch, api+"/:id", s.shell.Protected(s.withData(s.changeReel))),
		web.On(http.MethodDelete, api+"/:id", s.shell.Protected(s.withData(s.deleteReel))),
		web.On(http.MethodPost, api+"/:id/film", s.withData(s.stitchReel)),
		web.On(http.MethodGet, api+"/:id/film.mp4", s.withData(s.showFilm)),
	}
}

// A visit is a request with its data, and what lies beside that.
type visit struct {
	echo.Context
	req      *web.Request
	attached vault.Attached
}

func (v *visit) ctx() context.Context { return v.req.Context() }

// tellerOf tells clips of what a lens looks at, which lensText wrote, whatever the
// request looks at.
func (v *visit) tellerOf(text string, hide bool) (*teller, error) {
	l, err := lensOf(text)
	if err != nil {
		return nil, err
	}
	req := *v.req
	req.Lens = l
	return newTeller(&req, hide), nil
}

// withData opens the data. What is made is exactly what was asked for, so a parameter
// that cannot be used is refused here, and not left out.
func (s *Service) withData(handle func(*visit) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		return s.shell.WithData(c, func(req *web.Request) error {
			if err := req.RefuseMended(); err != nil {
				return err
			}
			attached, err := req.Attached()
			if err != nil {
				return err
			}
			return handle(&visit{c, req, attached})
		})
	}
}

// What a clip and a picture cost their network address, in the bytes of its budget.
const (
	costClip  = 1 << 20
	costStill = 64 << 10
)

// What making them takes in memory, by measurement.
const (
	clipBytes  = 40 << 20
	stillBytes = 24 << 20
	filmBytes  = 2 * reel.MaxFilmBytes
)

// encoderWait is how long a request waits for an encoder. After that it is better told
// to come back, since what is in front may give up.
const encoderWait = 4 * time.Second

// withEncoder calls f when an encoder and so much memory are free.
func (s *Service) withEncoder(ctx context.Context, bytes int64, f func() ([]byte, error)) ([]byte, error) {
	wait := time.NewTimer(encoderWait)
	defer wait.Stop()
	select {
	case s.encoders <- struct{}{}:
	case <-wait.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.encoders }()
	release, err := s.Work.Acquire(ctx, bytes)
	if err != nil {
		return nil, fmt.Errorf("make clip: %w", err)
	}
	defer release()
	return f()
}

// video is the clip as it is stored, made if nobody has.
func (s *Service) video(v *visit, of reel.Clip) ([]byte, error) {
	return s.Store.Make(v.ctx(), v.attached, of.Video(v.attached), func(ctx context.Context) ([]byte, error) {
		return s.make(ctx, v, of, costClip, clipBytes, func(story clip.Story) ([]byte, error) {
			return clip.Video(story, lookOf(of), reel.BytesEachSecond)
		})
	})
}

// still is the last picture of a clip as it is stored, made if nobody has.
func (s *Service) still(v *visit, of reel.Clip) ([]byte, error) {
	return s.Store.Make(v.ctx(), v.attached, of.Still(v.attached), func(ctx context.Context) ([]byte, error) {
		return s.make(ctx, v, of, costStill, stillBytes, func(story clip.Story) ([]byte, error) {
			return clip.Still(story, lookOf(of))
		})
	})
}

func (s *Service) make(ctx context.Context, v *visit, of reel.Clip, cost, bytes int64, draw func(clip.Story) ([]byte, error)) ([]byte, error) {
	teller, err := v.tellerOf(of.Lens, of.HideNames)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrThin, err)
	}
	told, ok := teller.tell(of.Kind, of.Choice)
	if !ok {
		return nil, ErrThin
	}
	if err := v.req.Data.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", vault.ErrGone, err)
	}
	if err := s.Meter.Take(v, cost, ErrMetered); err != nil {
		return nil, err
	}
	return s.withEncoder(ctx, bytes, func() ([]byte, error) { return draw(told.Story) })
}

func lookOf(of reel.Clip) clip.Look {
	width, height := of.Size.Pixels()
	return clip.Look{Width: width, Height: height, Dark: of.Theme == "dark"}
}
