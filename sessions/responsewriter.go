package sessions

import (
	"io"
	"maps"
	"net/http"
)

// responseWriter saves the session just before the header leaves, and drops
// what the handler writes when that failed. Whatever else the wrapped writer can
// do is reached through Unwrap; a handler that hijacks the connection saves
// nothing.
type responseWriter struct {
	http.ResponseWriter
	manager *Manager
	request *http.Request
	visit   *visit
	// before is the header as it was given to the handler.
	before http.Header

	settled bool
	failed  bool
}

// settle saves the session the first time it is called. It reports whether the
// response is still the handler's.
func (w *responseWriter) settle() bool {
	if w.settled {
		return !w.failed
	}
	w.settled = true
	if err := w.manager.save(w.request.Context(), w.ResponseWriter, w.visit); err != nil {
		w.fail(err)
	}
	return !w.failed
}

// fail takes the response away from the handler. What the handler has set,
// another cookie or a Content-Length, does not belong to the error page.
func (w *responseWriter) fail(err error) {
	w.failed = true
	clear(w.Header())
	maps.Copy(w.Header(), w.before)
	setVary(w.Header())
	w.manager.fail(w.ResponseWriter, w.request, err)
}

func (w *responseWriter) WriteHeader(status int) {
	// An informational response is followed by the real one. Switching protocols
	// is not: it ends the header.
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.settle() {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write pretends to succeed after a failure, as net/http does for HEAD: the
// client has a complete response, and the handler need not report another error.
func (w *responseWriter) Write(b []byte) (int, error) {
	if !w.settle() {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// ReadFrom keeps the short way from a file to the connection open.
func (w *responseWriter) ReadFrom(r io.Reader) (int64, error) {
	if !w.settle() {
		return io.Copy(io.Discard, r)
	}
	return io.Copy(w.ResponseWriter, r)
}

// FlushError is what http.ResponseController calls.
func (w *responseWriter) FlushError() error {
	w.settle()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush is for handlers that ask for an http.Flusher. It cannot say when the
// wrapped writer is none.
func (w *responseWriter) Flush() { _ = w.FlushError() }

func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
