package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/signin"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooledBuffer keeps one huge page from holding its memory for ever.
const maxPooledBuffer = 1 << 20

// Render renders into memory first: an error becomes an error page, never half
// a page under a status that says all is well.
func (s *Server) Render(c echo.Context, status int, component templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() <= maxPooledBuffer {
			buffers.Put(b)
		}
	}()
	if err := component.Render(c.Request().Context(), b); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}

// RenderPlain renders a page of the shell's own in the frame.
func (s *Server) RenderPlain(c echo.Context, status int, title string, content templ.Component) error {
	return s.Render(c, status, layout.Page(s.PageView(c, title, nil), content))
}

// RenderPage renders a view's page in the frame.
func (s *Server) RenderPage(c echo.Context, status int, p web.Page, req *web.Request) error {
	if p.Release != nil {
		defer p.Release()
	}
	return s.Render(c, status, intact(req, layout.Page(s.frame(c, p, req), p.Content)))
}

// renderPartial renders what of a page htmx replaces, and the lens with its links
// brought up to date.
func (s *Server) renderPartial(c echo.Context, p web.Page, req *web.Request) error {
	if p.Release != nil {
		defer p.Release()
	}
	content := p.Partial
	if content == nil {
		content = p.Content
	}
	if m := s.frame(c, p, req); m.Lens != nil {
		content = templ.Join(content, layout.LensOutOfBand(*m.Lens))
	}
	return s.Render(c, http.StatusOK, intact(req, content))
}

// intact fails to render what was made of data that turned out to be damaged.
func intact(req *web.Request, content templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if err := content.Render(ctx, w); err != nil {
			return err
		}
		return checkIntact(req)
	})
}

// checkIntact belongs between asking the data and answering. Columns are decoded
// when they are asked for, so damage may be found after the data was opened.
func checkIntact(req *web.Request) error {
	if err := req.Data.Err(); err != nil {
		return fmt.Errorf("%w: %w", vault.ErrGone, err)
	}
	return nil
}

// writeJSON answers a program.
func writeJSON(c echo.Context, status int, value any) error {
	f, ok := value.(web.File)
	if !ok {
		return c.JSON(status, value)
	}
	r := c.Response()
	if f.Name != "" {
		r.Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+f.Name+`"`)
	}
	if f.Parts == nil {
		return c.JSON(status, f.Value)
	}
	r.Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	r.WriteHeader(status)
	for _, part := range f.Parts {
		if _, err := r.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// Redirect sends a browser on after a form, whether htmx sent it or not.
func (s *Server) Redirect(c echo.Context, to string) error {
	if c.Request().Header.Get("HX-Request") == "true" {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

type errorJSON struct {
	Error struct {
		web.Failure
		RequestID string `json:"request_id,omitempty"`
	} `json:"error"`
}

// answerError is the one place where errors become answers. People get the
// failure's words, operators get the cause, once, with the request's id.
func (s *Server) answerError(err error, c echo.Context) {
	r := c.Request()
	ctx := r.Context()
	gone := ctx.Err() != nil
	if gone && errors.Is(err, context.Canceled) {
		return // nobody is there to read an answer, and nothing went wrong
	}
	if gone {
		// A body that breaks off or stands still ends the context as well, and
		// whoever sent it may be there to be told.
		c.SetRequest(r.WithContext(context.WithoutCancel(ctx)))
	}
	f := describe(err)
	id := "" // what to quote when asking for help with a fault of ours
	if f.Status >= 500 {
		id = edge.RequestID(ctx)
		if !errors.Is(err, web.ErrInternal) { // a panic is in the log already
			s.Log.ErrorContext(ctx, "request failed", "error", err, "status", f.Status)
		}
	}
	if c.Response().Committed {
		return
	}
	if f.RetryAfter > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	if err := s.writeError(c, err, f, id); err != nil && !gone {
		s.Log.ErrorContext(ctx, "write error answer", "error", edge.WithoutAddresses(err.Error()))
	}
}

func (s *Server) writeError(c echo.Context, err error, f web.Failure, id string) error {
	r := c.Request()
	signIn := errors.Is(err, signin.ErrRequired)
	if signIn && r.Header.Get("HX-Request") == "true" {
		c.Response().Header().Set("HX-Redirect", signin.SignInURL(r))
	}
	if r.Method == http.MethodHead {
		return c.NoContent(f.Status)
	}
	if signIn && !web.WantsJSON(r) && !web.IsPartial(r) && r.Header.Get("HX-Request") != "true" {
		return c.Redirect(http.StatusSeeOther, signin.SignInURL(r))
	}
	if signIn || web.WantsJSON(r) {
		var body errorJSON
		body.Error.Failure, body.Error.RequestID = f, id
		return c.JSON(f.Status, body)
	}
	// A page without its data is no dead end: it leads to where data comes from.
	// The detour over /gone looks at the newest cookie before it cleans up, so
	// that a request from before an upload cannot end the session after it.
	if to := whereWithoutData(err); to != "" {
		if web.IsPartial(r) {
			c.Response().Header().Set("HX-Redirect", to)
			return c.NoContent(f.Status)
		}
		return c.Redirect(http.StatusSeeOther, to)
	}
	if web.IsPartial(r) || r.Header.Get("HX-Request") == "true" {
		return s.Render(c, f.Status, list.Alert(web.NewAlertView(f, id)))
	}
	// The form shows what the session holds. A request that was refused before
	// it reached its session has none.
	if ofUpload := (*uploads.UploadError)(nil); inSession(r.Context()) &&
		(r.Method == http.MethodPost && (r.URL.Path == web.PathUpload || r.URL.Path == web.PathImports) || errors.As(err, &ofUpload)) {
		return s.RenderUploadError(c, err, f, id)
	}
	page, m := s.PageView(c, f.Title, nil), newErrorView(f, id)
	if f.RetryAfter > 0 && r.Method == http.MethodGet {
		m.Action = layout.LinkView{Label: "Try again", URL: r.URL.RequestURI()}
	}
	if strings.HasPrefix(r.URL.Path, web.PathSignIn) && f.Status < 500 {
		m.Action = layout.LinkView{Label: "Sign in", URL: web.PathSignIn + "?as=other"}
	}
	if inSession(r.Context()) && f.Status < 500 {
		if req, err := s.Request(r.Context(), c, url.Values{}); err == nil {
			page = s.PageView(c, f.Title, req)
			if f.Field != "" && r.Method == http.MethodGet {
				m.Action = layout.LinkView{Label: "Show this page without it", URL: req.Path}
			}
		}
	}
	return s.Render(c, f.Status, layout.Page(page, layout.Error(m)))
}

func whereWithoutData(err error) string {
	switch {
	case errors.Is(err, uploads.ErrNoSession):
		return web.PathNoData
	case errors.Is(err, vault.ErrGone):
		return web.PathGone
	default:
		return ""
	}
}

func newErrorView(f web.Failure, id string) layout.ErrorView {
	return layout.ErrorView{
		Status: f.Status, Title: f.Title, Message: f.Message, RequestID: id,
		Action: layout.LinkView{Label: "Go to the first page", URL: web.PathHome},
	}
}
