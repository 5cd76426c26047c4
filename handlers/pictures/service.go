// Package pictures makes what a person sends a friend: pictures of a year, an
// artist, a day and the like, at addresses that end in .svg and .png.
package pictures

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/picture"
	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

var (
	// ErrThin: what is looked at has too little for that picture.
	ErrThin = errors.New("too little for that picture")
	// ErrMetered: a lot was made for that address lately.
	ErrMetered = errors.New("too many pictures for one address")
)

// Config names what the service needs.
type Config struct {
	Meter web.Meter
	Work  *web.Work
}

// A Shell opens the data of a request.
type Shell interface {
	WithData(c echo.Context, handle func(*web.Request) error) error
}

// Service draws pictures.
type Service struct {
	Config
	shell Shell
}

// New returns a service.
func New(c Config, shell Shell) *Service { return &Service{c, shell} }

// Path is where pictures are: the kind and the format follow.
const Path = web.PathPictures + "/:id"

const (
	// cost is what a picture costs its network address, in the bytes of its budget.
	cost = 64 << 10
	// drawnBytes is what drawing the largest picture takes, by measurement.
	drawnBytes = 24 << 20
)

// Show answers with a picture. What is drawn is exactly what was asked for, so a
// parameter that cannot be used is refused here, and not left out.
func (s *Service) Show(c echo.Context) error {
	return s.shell.WithData(c, func(req *web.Request) error {
		if err := req.RefuseMended(); err != nil {
			return err
		}
		name, format, _ := strings.Cut(req.ID, ".")
		if format != "svg" && format != "png" {
			return web.ErrNotFound
		}
		req.Query.Set(fieldKind, name)
		choice, err := parse(req)
		if err != nil {
			return web.Refuse(err)
		}
		told, ok := tell(req, choice)
		if !ok {
			return ErrThin
		}
		if err := req.Data.Err(); err != nil {
			return fmt.Errorf("%w: %w", vault.ErrGone, err)
		}
		if err := s.Meter.Take(c, cost, ErrMetered); err != nil {
			return err
		}
		release, err := s.Work.Acquire(req.Context(), drawnBytes)
		if err != nil {
			return fmt.Errorf("draw picture: %w", err)
		}
		defer release()
		drawn := picture.Draw(&told.Content, choice.size, choice.dark)
		c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
		if format == "svg" {
			return c.Blob(http.StatusOK, "image/svg+xml", scene.SVG(drawn))
		}
		content, err := scene.PNG(drawn)
		if err != nil {
			return err
		}
		release() // a slow reader holds no memory
		return c.Blob(http.StatusOK, "image/png", content)
	})
}
