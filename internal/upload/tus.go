package upload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"
)

const (
	// stall is how long a connection may send nothing before its part ends.
	stall = 60 * time.Second
	// after is how long storing what has arrived may take once the connection
	// is gone. A stopping server waits nine seconds for its requests.
	after = 8 * time.Second
)

// A ProtocolError is a request that does not keep to the tus protocol.
type ProtocolError struct {
	Status  int
	Message string
}

func (e *ProtocolError) Error() string { return fmt.Sprintf("tus: %d: %s", e.Status, e.Message) }

// ErrBroken: the connection stalled or broke. What had arrived is kept.
var ErrBroken = errors.New("upload: connection broke")

// Handler speaks tus below a path. Mount it where all of it belongs to one
// person: what it serves is in the namespace that comes with each request.
type Handler struct {
	store *Store
	path  string
	tus   http.Handler
}

// NewHandler returns a handler over a store. IDs of files are appended to path.
func NewHandler(store *Store, path string) (*Handler, error) {
	composer := handler.NewStoreComposer()
	composer.UseCore(dataStore{store})
	composer.UseTerminater(dataStore{store})
	tus, err := handler.NewUnroutedHandler(handler.Config{
		StoreComposer:                    composer,
		MaxSize:                          store.maxBytes,
		BasePath:                         path + "/",
		DisableDownload:                  true,
		DisableConcatenation:             true,
		Cors:                             &handler.CorsConfig{Disable: true},
		NetworkTimeout:                   stall,
		GracefulRequestCompletionTimeout: after,
		// It logs addresses and paths with every request. What operators need to
		// know is in the error that Serve returns, and in the access log.
		Logger: slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError + 1})),
	})
	if err != nil {
		return nil, fmt.Errorf("set up tus: %w", err)
	}
	// The middleware may replace the method by that of X-HTTP-Method-Override, for
	// proxies that know no PATCH; a page of another site can send no such header.
	routes := tus.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		isFile := r.URL.Path != ""
		switch {
		case r.Method == http.MethodPost && !isFile:
			tus.PostFile(w, r)
		case r.Method == http.MethodHead && isFile:
			tus.HeadFile(w, r)
		case r.Method == http.MethodPatch && isFile:
			tus.PatchFile(w, r)
		case r.Method == http.MethodDelete && isFile:
			tus.DelFile(w, r)
		default:
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	}))
	return &Handler{store, path, http.StripPrefix(path, routes)}, nil
}

// A Visitor is whose request it is.
type Visitor struct {
	Namespace Namespace
	// Expires bounds the life of a file that is created.
	Expires time.Time
}

// An Answer is what Serve wants to be answered. It is whole in memory, and small.
type Answer struct {
	http.ResponseWriter // where the deadlines go that tusd sets for the connection
	header              http.Header
	status              int
	body                bytes.Buffer
}

// Header implements [http.ResponseWriter], as do WriteHeader and Write.
func (a *Answer) Header() http.Header { return a.header }

// Unwrap is for [http.ResponseController].
func (a *Answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *Answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *Answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// Created reports whether the request has created a file.
func (a *Answer) Created() bool { return a.status == http.StatusCreated }

// Send answers the request.
func (a *Answer) Send() {
	maps.Copy(a.ResponseWriter.Header(), a.header)
	a.ResponseWriter.WriteHeader(a.status)
}

// Serve carries out a request. It answers nothing itself: what becomes of an
// error is the caller's to say, and so is what goes before an answer.
func (h *Handler) Serve(w http.ResponseWriter, r *http.Request, visitor Visitor) (*Answer, error) {
	v := &visit{Visitor: visitor}
	a := &Answer{ResponseWriter: w, header: make(http.Header)}
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	h.tus.ServeHTTP(a, r)
	switch {
	case v.err != nil:
		return nil, v.err
	case a.status >= 400:
		return nil, h.problem(a)
	}
	if url := a.header.Get("Location"); url != "" {
		// A path: behind a proxy nobody here knows the scheme.
		a.header.Set("Location", h.path+"/"+path.Base(url))
	}
	a.header.Del("Content-Length") // of the file, in the answer to a HEAD
	return a, nil
}

// problems are the answers of tusd that mean an error of this package.
var problems = map[string]error{
	handler.ErrMismatchOffset.HTTPResponse.Body:  ErrOffset,
	handler.ErrMaxSizeExceeded.HTTPResponse.Body: ErrTooLarge,
	handler.ErrUnexpectedEOF.HTTPResponse.Body:   ErrBroken,
	handler.ErrReadTimeout.HTTPResponse.Body:     ErrBroken,
	handler.ErrConnectionReset.HTTPResponse.Body: ErrBroken,
}

// problem is the error that tusd has answered with.
func (h *Handler) problem(a *Answer) error {
	err := problems[a.body.String()]
	_, message, _ := strings.Cut(strings.TrimSpace(a.body.String()), ": ") // behind a code, for programs
	switch {
	case errors.Is(err, ErrTooLarge):
		return h.store.tooLarge()
	case err != nil:
		return err
	case a.status == http.StatusInternalServerError:
		return fmt.Errorf("tus: %s", message)
	case a.status == http.StatusNotImplemented:
		// An extension that the answer to OPTIONS does not name: the sender's mistake.
		a.status = http.StatusBadRequest
	}
	return &ProtocolError{a.status, message}
}

// A visit is one request on its way through tusd.
type visit struct {
	Visitor
	err error // the store's, of which tusd would make a text
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit { return ctx.Value(visitKey{}).(*visit) }

// fail remembers the first error for Serve.
func (v *visit) fail(err error) error {
	if err != nil && v.err == nil {
		v.err = err
	}
	return err
}

// dataStore is what tusd knows of the store.
type dataStore struct{ store *Store }

func (d dataStore) NewUpload(ctx context.Context, in handler.FileInfo) (handler.Upload, error) {
	v := visitOf(ctx)
	f, err := d.store.Create(ctx, v.Namespace, NewFile{
		Name: in.MetaData["filename"], Tag: in.MetaData["tag"], Size: in.Size, Expires: v.Expires,
	})
	return &tusUpload{d.store, f}, v.fail(err)
}

func (d dataStore) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	v := visitOf(ctx)
	f, err := d.store.Stat(ctx, v.Namespace, id)
	return &tusUpload{d.store, f}, v.fail(err)
}

func (d dataStore) AsTerminatableUpload(u handler.Upload) handler.TerminatableUpload {
	return u.(*tusUpload)
}

// tusUpload is a file as tusd found it at the beginning of a request.
type tusUpload struct {
	store *Store
	file  File
}

func (u *tusUpload) GetInfo(context.Context) (handler.FileInfo, error) {
	// The name stays here: nobody asks for it by the protocol.
	return handler.FileInfo{ID: u.file.ID, Size: u.file.Size, Offset: u.file.Offset}, nil
}

func (u *tusUpload) WriteChunk(ctx context.Context, _ int64, src io.Reader) (int64, error) {
	v := visitOf(ctx)
	n, err := u.store.Append(ctx, v.Namespace, &u.file, src)
	return n, v.fail(err)
}

func (u *tusUpload) Terminate(ctx context.Context) error {
	v := visitOf(ctx)
	return v.fail(u.store.Remove(ctx, v.Namespace, u.file.ID))
}

// FinishUpload has nothing to do: the last part is stored.
func (u *tusUpload) FinishUpload(context.Context) error { return nil }

// GetReader is for downloads, which are off.
func (u *tusUpload) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, handler.ErrNotImplemented
}
