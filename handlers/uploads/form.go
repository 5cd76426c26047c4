package uploads

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

// Limits of a form with files.
const (
	maxFieldBytes = 1 << 10 // a field that is not a file
	// maxPartHeaders bounds the headers of all parts together. The standard parser would
	// keep 10 MB of each in memory.
	maxPartHeaders = 64 << 10
	// maxFormParts leaves room for the fields beside the files.
	maxFormParts = upload.MaxFiles + 8
	// parserBytes is what the parser reads ahead, of the content behind a header.
	parserBytes = 4 << 10
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
	body := &partBody{ReadCloser: r.Body, left: maxPartHeaders}
	r.Body = body
	mr, err := r.MultipartReader()
	if err != nil {
		return nil, ErrNotForm
	}
	u := &uploadForm{}
	if err := u.read(mr, body); err != nil {
		u.close()
		return nil, err
	}
	if len(u.inputs) == 0 {
		return nil, ErrNoFiles
	}
	return u, nil
}

func (u *uploadForm) read(mr *multipart.Reader, body *partBody) error {
	for range maxFormParts {
		part, err := body.next(mr)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return UploadReadError(err)
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
		// Skip the rest of this part, or it would be parsed as the next part's header.
		if _, err := io.Copy(io.Discard, part); err != nil {
			return UploadReadError(err)
		}
	}
	return errFormTooLarge(maxFormParts)
}

// errFormTooLarge is a form beyond a limit that has nothing to do with its files.
func errFormTooLarge(limit int64) error {
	return fmt.Errorf("%w: %w", ErrBadForm, &http.MaxBytesError{Limit: limit})
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
		return UploadReadError(err)
	}
	u.inputs = append(u.inputs, export.Input{Name: part.FileName(), R: f, Size: n})
	return nil
}

func (u *uploadForm) mode(part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, maxFieldBytes))
	if err != nil {
		return UploadReadError(err)
	}
	u.replace, err = parseMode(string(b))
	return err
}

// A partBody is the body of a form that tells reads of headers from reads of content.
type partBody struct {
	io.ReadCloser
	left    int64 // for the headers to come
	header  bool
	allowed int64 // for the header that is being read
}

// next returns the next part, as long as all headers together are within bounds.
func (b *partBody) next(mr *multipart.Reader) (*multipart.Part, error) {
	b.header, b.allowed = true, b.left+parserBytes
	part, err := mr.NextPart()
	b.header = false
	if err != nil {
		return nil, err
	}
	for name, values := range part.Header {
		for _, value := range values {
			b.left -= int64(len(name) + len(value))
		}
	}
	if b.left < 0 {
		return nil, errFormTooLarge(maxPartHeaders)
	}
	return part, nil
}

func (b *partBody) Read(p []byte) (int, error) {
	if !b.header {
		return b.ReadCloser.Read(p)
	}
	if b.allowed <= 0 {
		return 0, errFormTooLarge(maxPartHeaders)
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.allowed)])
	b.allowed -= int64(n)
	return n, err
}

// UploadReadError tells a body beyond a limit, one that is no form, and a
// connection that broke, from a failure of ours.
func UploadReadError(err error) error {
	var tooBig *http.MaxBytesError
	var malformed textproto.ProtocolError
	switch {
	case errors.As(err, &tooBig), errors.Is(err, ErrTooMuch), errors.Is(err, ErrTooSlow):
		return err
	case errors.As(err, &malformed):
		return fmt.Errorf("%w: %w", ErrBadForm, err)
	case errors.Is(err, importer.ErrSpool):
		return fmt.Errorf("spool upload: %w", err)
	default:
		return fmt.Errorf("%w: %w", ErrUploadAborted, err)
	}
}
