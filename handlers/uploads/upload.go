package uploads

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
)

// formBytes bounds the plain form: the platform refuses larger requests.
func (s *Service) formBytes() int64 {
	if s.RequestBytes > 0 {
		return min(s.UploadBytes, s.RequestBytes)
	}
	return s.UploadBytes
}

// createUpload imports what was sent. Programs get the receipt as JSON;
// browsers go to the story, which begins with a line of it.
func (s *Service) createUpload(c echo.Context) error {
	r := c.Request()
	ctx := r.Context()
	st, in, err := s.begin(ctx)
	if err != nil {
		return err
	}
	release, err := s.place(c, s.spools)
	if err != nil {
		return err
	}
	defer release()
	r.Body = http.MaxBytesReader(c.Response(), newPacedBody(r, c.Response(), s.Now), s.formBytes())
	form, err := readUpload(r)
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) && !errors.Is(err, ErrBadForm) && s.formBytes() < s.UploadBytes {
		return &FormTooLargeError{s.formBytes()}
	}
	if err != nil {
		return err
	}
	defer form.close()

	job := importer.Job{Inputs: form.inputs, Expires: s.expires(ctx, false)}
	target := importer.Target{After: st.after, Base: st.base(), Line: s.lineIn(ctx, in), Replace: form.replace}
	if err := s.importInto(c, job, target, in); err != nil {
		return &UploadError{err: err, replace: form.replace}
	}
	return nil
}

// A FormTooLargeError is a plain form beyond the platform's limit, whose files could
// still be sent in parts.
type FormTooLargeError struct{ Limit int64 }

func (e *FormTooLargeError) Error() string {
	return fmt.Sprintf("upload in one request beyond %d bytes", e.Limit)
}

// An UploadError keeps the person's choice of mode for the form that is shown again.
type UploadError struct {
	err     error
	replace bool
}

func (e *UploadError) Error() string { return e.err.Error() }
func (e *UploadError) Unwrap() error { return e.err }

// importInto runs an import and makes its outcome the session's data.
func (s *Service) importInto(c echo.Context, job importer.Job, target importer.Target, in namespace) error {
	ctx := c.Request().Context()
	res, err := s.Importer.ImportAt(ctx, job, target)
	if errors.Is(err, importer.ErrChanged) {
		return ErrChanged
	}
	if err != nil {
		return err
	}
	// Who has signed in meanwhile does so again: of a form there is no page on which the
	// newer session could take over, and what was sent is worth more.
	if left, signedOut, err := s.shell.Left(ctx); err != nil {
		return err
	} else if left && signedOut {
		return s.leaveImport(ctx, res, target.After, in, true)
	}
	if err := s.adopt(ctx, res.Ref, target.After, res.Dataset, target.Sample, in); err != nil {
		return err
	}
	return s.answerImported(c, res.Dataset)
}
