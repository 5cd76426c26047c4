package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
)

const (
	maxUploadFiles = 200
	maxFieldBytes  = 1 << 10 // a form field that is not a file
)

// An uploadForm is what arrived: files spooled to disk, and the person's choice.
type uploadForm struct {
	inputs  []export.Input
	spools  []*os.File
	replace bool
}

func (u *uploadForm) close() {
	for _, f := range u.spools {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
}

// readUpload streams a multipart body. Files go to temporary files because a
// ZIP is read from its end; memory stays bounded whatever is sent.
func readUpload(r *http.Request) (*uploadForm, error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return nil, errNotForm
	}
	u := &uploadForm{}
	if err := u.read(mr); err != nil {
		u.close()
		return nil, err
	}
	if len(u.inputs) == 0 {
		return nil, errNoFiles
	}
	return u, nil
}

func (u *uploadForm) read(mr *multipart.Reader) error {
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return uploadReadError(err)
		}
		switch part.FormName() {
		case "files":
			err = u.spool(part)
		case "mode":
			err = u.mode(part)
		}
		if err != nil {
			return err
		}
	}
}

func (u *uploadForm) spool(part *multipart.Part) error {
	if part.FileName() == "" {
		return nil // a form sent without choosing a file
	}
	if len(u.inputs) >= maxUploadFiles {
		return errTooManyFiles
	}
	f, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return fmt.Errorf("spool upload: %w", err)
	}
	u.spools = append(u.spools, f)
	// Where the system allows it the name goes at once: a killed process leaves nothing behind.
	_ = os.Remove(f.Name())
	n, err := io.Copy(f, part)
	if err != nil {
		return uploadReadError(err)
	}
	u.inputs = append(u.inputs, export.Input{Name: part.FileName(), R: f, Size: n})
	return nil
}

func (u *uploadForm) mode(part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, maxFieldBytes))
	if err != nil {
		return uploadReadError(err)
	}
	switch string(b) {
	case "", "add":
		u.replace = false
	case "replace":
		u.replace = true
	default:
		return &dataset.FieldError{Field: "mode", Message: "Say “add” or “replace”."}
	}
	return nil
}

// uploadReadError tells a body beyond the limit, and a connection that broke,
// from a failure of ours.
func uploadReadError(err error) error {
	var tooBig *http.MaxBytesError
	var pathErr *os.PathError
	switch {
	case errors.As(err, &tooBig):
		return err
	case errors.As(err, &pathErr):
		return fmt.Errorf("spool upload: %w", err)
	default:
		return fmt.Errorf("%w: %w", errUploadAborted, err)
	}
}

// createUpload imports what was sent. Programs get the receipt as JSON;
// browsers go to the page that shows it.
func (s *Server) createUpload(c echo.Context) error {
	r := c.Request()
	ctx := r.Context()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, s.UploadBytes)
	form, err := readUpload(r)
	if err != nil {
		return err
	}
	defer form.close()

	var base *dataset.Dataset
	if !form.replace && !s.Sessions.GetBool(ctx, keySample) {
		if base, err = s.openIfAny(ctx); err != nil {
			return err
		}
	}
	return s.importInto(c, form.inputs, base, false)
}

// importInto runs an import and makes its outcome the session's data.
func (s *Server) importInto(c echo.Context, inputs []export.Input, base *dataset.Dataset, sample bool) error {
	ctx := c.Request().Context()
	s.dropPrevious(ctx)
	res, err := s.Importer.Import(ctx, importer.Job{
		Inputs:     inputs,
		Base:       base,
		Expires:    s.expires(ctx),
		ProgressID: c.QueryParam("progress"),
	})
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return fmt.Errorf("%w: %w", errUploadAborted, err)
		}
		return err
	}
	s.adopt(ctx, res.Ref, sample)
	if wantsJSON(c.Request()) {
		return c.JSON(http.StatusCreated, newReceiptJSON(res.Dataset.Receipt()))
	}
	return s.redirect(c, pathReceipt)
}
