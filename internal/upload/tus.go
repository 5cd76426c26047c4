package upload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"
)

const (
	// stall is how long a line may stand still before its part ends.
	stall = 60 * time.Second
	// after is how long what has arrived may take to be stored when the line is
	// gone. A stopping server waits nine seconds for its requests.
	after = 8 * time.Second
)

// A ProtocolError is a request that does not keep to the tus protocol.
type ProtocolError struct {
	Status  int
	Message string
}

func (e *ProtocolError) Error() string { return fmt.Sprintf("tus: %d: %s", e.Status, e.Message) }

// ErrBroken: the line stood still or broke. What had arrived is kept.
var ErrBroken = errors.New("upload: line broke")

// Handler speaks tus. Mount it where all of it belongs to one person: what it
// serves is in the scope that comes with each request.
type Handler struct {
	store *Store
	tus   http.Handler
}

// NewHandler returns a handler over a store.
func NewHandler(store *Store) (*Handler, error) {
	composer := handler.NewStoreComposer()
	composer.UseCore(dataStore{store})
	composer.UseTerminater(dataStore{store})
	tus, err := handler.NewHandler(handler.Config{
		StoreComposer:                    composer,
		MaxSize:                          store.maxBytes,
		BasePath:                         "/",
		DisableDownload:                  true,
		DisableConcatenation:             true,
		Cors:                             &handler.CorsConfig{Disable: true},
		NetworkTimeout:                   stall,
		GracefulRequestCompletionTimeout: after,
		// It logs addresses and paths with every request. What operators need to
		// know is in the error that Serve returns, and in the access log.
		Logger: slog.New(mute{}),
	})
	if err != nil {
		return nil, fmt.Errorf("set up tus: %w", err)
	}
	return &Handler{store, tus}, nil
}

// A Request is what Serve knows beside the HTTP request.
type Request struct {
	Scope Scope
	// ID is the file's, or empty where files are created.
	ID string
	// Location is the path of the folder that IDs are appended to.
	Location string
	// Expires bounds the life of a file that is created.
	Expires time.Time
}

// Answer is what Serve wants to be answered. It is whole in memory, and small.
type Answer struct {
	Status int
	Header http.Header
}

// WriteTo answers with a.
func (a Answer) WriteTo(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.Header)
	w.WriteHeader(a.Status)
}

// Created reports whether the request has created a file.
func (a Answer) Created() bool { return a.Status == http.StatusCreated }

// Serve carries out a request. It answers nothing itself: what becomes of an
// error is the caller's to say, and so is what goes before an answer.
// Methods may be overridden with X-HTTP-Method-Override in a POST, for proxies
// that know no PATCH; a page of another site can send no such header.
func (h *Handler) Serve(w http.ResponseWriter, r *http.Request, q Request) (Answer, error) {
	v := &visit{Request: q}
	a := &answer{ResponseWriter: w, header: make(http.Header)}
	inner := r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	inner.URL = &url.URL{Path: "/" + q.ID}
	h.tus.ServeHTTP(a, inner)
	switch {
	case v.err != nil:
		return Answer{}, v.err
	case a.status >= 400:
		return Answer{}, h.problem(a)
	}
	if a.header.Get("Location") != "" {
		// A path: behind a proxy nobody here knows the scheme.
		a.header.Set("Location", q.Location+"/"+v.created)
	}
	a.header.Del("Content-Length") // of the file, in the answer to a HEAD
	return Answer{a.status, a.header}, nil
}

// A visit is one request on its way through tusd.
type visit struct {
	Request
	created string
	err     error // the store's, which tusd would make a text of
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

// answer keeps what tusd answers. The deadlines it sets go to the connection.
type answer struct {
	http.ResponseWriter
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// problem is the error that tusd has answered with, by its code.
func (h *Handler) problem(a *answer) error {
	code, text, _ := bytes.Cut(bytes.TrimSpace(a.body.Bytes()), []byte(": "))
	switch string(code) {
	case handler.ErrMismatchOffset.ErrorCode:
		return ErrOffset
	case handler.ErrNotFound.ErrorCode:
		return ErrNotFound
	case handler.ErrMaxSizeExceeded.ErrorCode:
		return h.store.tooLarge()
	case handler.ErrUnexpectedEOF.ErrorCode, handler.ErrReadTimeout.ErrorCode, handler.ErrConnectionReset.ErrorCode:
		return ErrBroken
	}
	switch a.status {
	case http.StatusConflict: // without a body, to a HEAD
		return ErrOffset
	case http.StatusNotFound:
		return ErrNotFound
	case http.StatusInternalServerError:
		return fmt.Errorf("tus: %s", a.body.Bytes())
	case http.StatusNotImplemented:
		// An extension that the answer to OPTIONS does not name: the sender's mistake.
		return &ProtocolError{http.StatusBadRequest, string(text)}
	}
	return &ProtocolError{a.status, string(text)}
}

// dataStore is what tusd knows of the store.
type dataStore struct{ store *Store }

func (d dataStore) NewUpload(ctx context.Context, in handler.FileInfo) (handler.Upload, error) {
	v := visitOf(ctx)
	f, err := d.store.Create(ctx, v.Scope, NewFile{
		Name: in.MetaData["filename"], Tag: in.MetaData["tag"], Size: in.Size, Expires: v.Expires,
	})
	if err != nil {
		return nil, v.fail(err)
	}
	v.created = f.ID
	return &tusUpload{d.store, f}, nil
}

func (d dataStore) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	v := visitOf(ctx)
	f, err := d.store.Stat(ctx, v.Scope, id)
	if err != nil {
		return nil, v.fail(err)
	}
	return &tusUpload{d.store, f}, nil
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
	n, err := u.store.Append(ctx, v.Scope, &u.file, src)
	return n, v.fail(err)
}

func (u *tusUpload) Terminate(ctx context.Context) error {
	v := visitOf(ctx)
	return v.fail(u.store.Remove(ctx, v.Scope, u.file.ID))
}

// FinishUpload has nothing to do: the last part is stored.
func (u *tusUpload) FinishUpload(context.Context) error { return nil }

// GetReader is for downloads, which are off.
func (u *tusUpload) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, handler.ErrNotImplemented
}

// mute is a log that nobody reads.
type mute struct{}

func (mute) Enabled(context.Context, slog.Level) bool  { return false }
func (mute) Handle(context.Context, slog.Record) error { return nil }
func (m mute) WithAttrs([]slog.Attr) slog.Handler      { return m }
func (m mute) WithGroup(string) slog.Handler           { return m }
