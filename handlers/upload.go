package handlers

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

const (
	maxSpools     = 32               // uploads on their way at once
	uploadPause   = 60 * time.Second // an upload that sends nothing for so long is over
	maxFieldBytes = 1 << 10          // a form field that is not a file
)

// An uploadForm is what arrived: files spooled to disk, and the person's choice.
type uploadForm struct {
	inputs  []export.Input
	spools  []*importer.Spool
	replace bool
}

func (u *uploadForm) close() {
	for _, f := range u.spools {
		_ = f.Close()
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
	if len(u.inputs) >= upload.MaxFiles {
		return upload.ErrTooManyFiles
	}
	f, err := importer.NewSpool()
	if err != nil {
		return err
	}
	u.spools = append(u.spools, f)
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
	u.replace, err = parseMode(string(b))
	return err
}

// paced is the body of an upload, which may take as long as the line needs but
// not stand still.
type paced struct {
	body    io.ReadCloser
	control *http.ResponseController
	now     func() time.Time
}

func (p *paced) Read(b []byte) (int, error) {
	// Where there is no connection to put a limit on, the server in front has its own.
	_ = p.control.SetReadDeadline(p.now().Add(uploadPause))
	n, err := p.body.Read(b)
	if errors.Is(err, io.EOF) {
		_ = p.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

func (p *paced) Close() error { return p.body.Close() }

// uploadReadError tells a body beyond the limit, one that is no form, and a
// connection that broke, from a failure of ours.
func uploadReadError(err error) error {
	var tooBig *http.MaxBytesError
	var malformed textproto.ProtocolError
	switch {
	case errors.As(err, &tooBig):
		return err
	case errors.As(err, &malformed):
		return fmt.Errorf("%w: %w", errBadForm, err)
	case errors.Is(err, importer.ErrSpool):
		return fmt.Errorf("spool upload: %w", err)
	default:
		return fmt.Errorf("%w: %w", errUploadAborted, err)
	}
}

// formBytes is how large the plain form may be here: beyond the platform's
// limit no request arrives.
func (s *Server) formBytes() int64 {
	if s.RequestBytes > 0 {
		return min(s.UploadBytes, s.RequestBytes)
	}
	return s.UploadBytes
}

// createUpload imports what was sent. Programs get the receipt as JSON;
// browsers go to the page that shows it.
func (s *Server) createUpload(c echo.Context) error {
	r := c.Request()
	ctx := r.Context()
	before, err := s.stand(ctx)
	if err != nil {
		return err
	}
	if !s.spools.TryAcquire(1) {
		return importer.ErrBusy
	}
	defer s.spools.Release(1)
	r.Body = &paced{body: r.Body, control: http.NewResponseController(c.Response()), now: s.Now}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, s.formBytes())
	form, err := readUpload(r)
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) && s.formBytes() < s.UploadBytes {
		return &formTooLargeError{s.formBytes()}
	}
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
	if err := s.importInto(c, job{inputs: form.inputs, base: base, before: before}); err != nil {
		return &uploadError{err: err, replace: form.replace}
	}
	return nil
}

// A formTooLargeError is an upload in one request that is beyond what the
// platform takes, although in parts it would not be.
type formTooLargeError struct{ limit int64 }

func (e *formTooLargeError) Error() string {
	return fmt.Sprintf("upload in one request beyond %d bytes", e.limit)
}

// An uploadError keeps the choice that came with the files, for the form that is
// shown again.
type uploadError struct {
	err     error
	replace bool
}

func (e *uploadError) Error() string { return e.err.Error() }
func (e *uploadError) Unwrap() error { return e.err }

// A job is an import on behalf of a session.
type job struct {
	inputs []export.Input
	base   *dataset.Dataset
	before standing
	sample bool
}

// importInto runs an import and makes its outcome the session's data.
func (s *Server) importInto(c echo.Context, j job) error {
	ctx := c.Request().Context()
	res, err := s.Importer.Import(ctx, importer.Job{
		Inputs:  j.inputs,
		Base:    j.base,
		Expires: s.expires(ctx, j.sample),
	})
	if err != nil {
		return err
	}
	err = j.before.still(ctx, s.Vault)
	if err == nil {
		// Not before: a session that was ended meanwhile must not be saved again.
		s.dropPrevious(ctx)
		err = s.adopt(ctx, res.Ref, j.sample)
	}
	if err != nil {
		// Nobody will ever hold the key to it.
		return errors.Join(err, s.discard(ctx, res.Ref))
	}
	if wantsJSON(c.Request()) {
		return c.JSON(http.StatusCreated, newReceiptJSON(res.Dataset.Receipt()))
	}
	if j.sample {
		return s.redirect(c, pathHome) // the receipt of files that are nobody's is no first sight
	}
	return s.redirect(c, pathReceipt)
}
