package uploads

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

// namespace is that of the session's uploads; none before the first upload.
func (s *Service) namespace(ctx context.Context) (upload.Namespace, bool) {
	ns, err := upload.ParseNamespace(s.Sessions.GetString(ctx, keyUploads))
	return ns, err == nil
}

// checkForeignUploads turns "not found" into ErrForeign when the session's uploads lie in
// another instance's store.
func (s *Service) checkForeignUploads(ctx context.Context, err error) error {
	if (errors.Is(err, upload.ErrNotFound) || errors.Is(err, importer.ErrNoTask)) && s.isForeign(ctx, keyUploadsStore) {
		return fmt.Errorf("%w: %w", ErrForeign, err)
	}
	return err
}

// serveFile speaks tus: a browser's script and programs send files with it,
// part by part.
func (s *Service) serveFile(c echo.Context) error {
	r, w := c.Request(), c.Response()
	ctx := r.Context()
	w.Header().Set("Tus-Resumable", "1.0.0")
	id := c.Param("id")
	ns, known := s.namespace(ctx)
	creates := r.Method == http.MethodPost && id == ""
	if !known && id != "" {
		return upload.ErrNotFound
	}
	in := namespace{Namespace: ns}
	var st snapshot
	if creates {
		var err error
		if st, in, err = s.begin(ctx); err != nil {
			return err
		}
	}
	var body *pacedBody
	if r.Method == http.MethodPatch || r.Method == http.MethodPost {
		release, err := s.place(c, s.parts)
		if err != nil {
			return err
		}
		defer release()
		body = newPacedBody(r, w, s.Now)
		r.Body = body
	}
	answer, err := s.tus.Serve(w, r, upload.Visitor{Namespace: in.Namespace, Expires: s.expires(ctx, false)})
	if err != nil {
		if body != nil && body.inputError() != nil && !errors.Is(err, bucket.ErrUnavailable) {
			err = body.inputError() // of which the protocol's library knows a text only
		}
		return s.checkForeignUploads(ctx, err)
	}
	// Only the first file of a namespace writes the session. Later ones must not, or
	// concurrent answers could bring an older session back.
	if creates && answer.Created() {
		switch {
		case in.fresh:
			err = s.enterAnew(ctx, in, st)
		case s.Sessions.Exists(ctx, keyRead):
			err = s.RenewSession(ctx)
			s.Sessions.Remove(ctx, keyRead)
		}
		if err != nil {
			return err
		}
	}
	answer.Send()
	return nil
}

// serveOverridden speaks tus to those who can send no other method than POST, and name
// the other in a header.
func (s *Service) serveOverridden(c echo.Context) error {
	if c.Request().Header.Get("X-HTTP-Method-Override") == http.MethodDelete {
		return s.shell.Protected(s.serveFile)(c)
	}
	return s.serveFile(c)
}

type fileJSON struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Bytes   int64     `json:"bytes"`
	Arrived int64     `json:"arrived"`
	Expires time.Time `json:"expires"`
}

// listFiles answers with the files that have been uploaded so far.
func (s *Service) listFiles(c echo.Context) error {
	files, err := s.files(c.Request().Context())
	if err != nil {
		return err
	}
	items := make([]fileJSON, len(files))
	for i, f := range files {
		items[i] = fileJSON{f.ID, f.Name, f.Size, f.Offset, f.Expires.UTC()}
	}
	return c.JSON(http.StatusOK, map[string]any{"items": items})
}

// files lists what the session has uploaded and not imported yet.
func (s *Service) files(ctx context.Context) ([]upload.File, error) {
	ns, ok := s.namespace(ctx)
	if !ok || s.Sessions.GetBool(ctx, keyRead) {
		return nil, nil
	}
	return s.Files.List(ctx, ns)
}

// discardFiles deletes files that have not been imported: those that are named.
func (s *Service) discardFiles(c echo.Context) error {
	r := c.Request()
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("%w: %w", ErrBadForm, err)
	}
	if ns, ok := s.namespace(r.Context()); ok {
		if err := s.Files.Discard(r.Context(), ns, r.PostForm["file"]); err != nil {
			return err
		}
	}
	return s.shell.Redirect(c, s.formPath(r.Context()))
}

// formPath is the page with the upload form.
func (s *Service) formPath(ctx context.Context) string {
	if _, ok := s.Ref(ctx, KeyDataset); ok {
		if s.Sessions.GetBool(ctx, keySample) {
			return web.PathBring + "#bring"
		}
		return web.PathReceipt + "#more"
	}
	return web.PathHome + "#bring"
}
