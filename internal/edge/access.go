package edge

import (
	"context"
	"log/slog"
	"net/http"
)

// logAccess writes one line a request: what kind of thing was asked for and how
// it went. What somebody looked at, who it was and what they sent stay out.
func logAccess(next http.Handler, c Config) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := c.Now()
		answer := &answer{ResponseWriter: w}
		finished := false
		defer func() {
			status := answer.status
			if status == 0 && finished {
				status = http.StatusOK // net/http writes it for a silent handler
			}
			attrs := []slog.Attr{
				slog.String("method", r.Method),
				slog.String("route", routeOf(r)),
				slog.Int("status", status),
				slog.Int64("bytes", answer.bytes),
				slog.Duration("took", c.Now().Sub(begun)),
			}
			if !finished {
				attrs = append(attrs, slog.Bool("aborted", true))
			}
			c.Log.LogAttrs(r.Context(), levelOf(r), "request", attrs...)
		}()
		next.ServeHTTP(answer, r)
		finished = true
	})
}

// levelOf keeps the probes of an orchestrator, several a minute, out of the log.
func levelOf(r *http.Request) slog.Level {
	if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// unmatched stands for every path that leads nowhere, or was answered before
// it reached its handler: what somebody typed there is not ours to log.
const unmatched = "(unmatched)"

// routeOf returns the route set with SetRoute.
func routeOf(r *http.Request) string {
	if p, ok := r.Context().Value(passageKey{}).(*passage); ok {
		if route := p.route.Load(); route != nil {
			return *route
		}
	}
	return unmatched
}

// answer notes the status and the size of what is written.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (a *answer) WriteHeader(status int) {
	// 1xx is not the answer yet.
	if a.status == 0 && status >= 200 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Flush makes answer an http.Flusher, which some handlers ask for instead of
// using http.ResponseController.
func (a *answer) Flush() {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	// A writer that cannot flush has nothing to tell the caller.
	_ = http.NewResponseController(a.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// LogHandler returns a handler that adds request_id to what is logged with the
// context of a request.
func LogHandler(h slog.Handler) slog.Handler { return logHandler{h} }

type logHandler struct{ slog.Handler }

func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := RequestID(ctx); id != "" && !has(record, requestIDKey) {
		record = record.Clone()
		record.AddAttrs(slog.String(requestIDKey, id))
	}
	return h.Handler.Handle(ctx, record)
}

const requestIDKey = "request_id"

func has(record slog.Record, key string) (found bool) {
	record.Attrs(func(a slog.Attr) bool {
		found = a.Key == key
		return !found
	})
	return found
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attrs)}
}

func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.Handler.WithGroup(name)}
}
