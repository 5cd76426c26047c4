package edge

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// recoverPanics logs a panic once, with its stack and the request's ID, and
// answers with failed, without a word about it. When part of an answer has been
// written, it breaks the connection off: half a page must not look like a whole
// one.
func recoverPanics(next http.Handler, log *slog.Logger, failed http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &answer{ResponseWriter: w}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, _ := cause.(error); errors.Is(err, http.ErrAbortHandler) {
				panic(cause) // meant for net/http
			}
			// The cause may be an error of the connection, which names both ends.
			log.LogAttrs(r.Context(), slog.LevelError, "handler panicked",
				slog.String("cause", WithoutAddresses(fmt.Sprint(cause))), slog.String("stack", string(debug.Stack())))
			if answer.status != 0 {
				panic(http.ErrAbortHandler)
			}
			// What the handler said about the answer it did not give.
			for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Etag", "Last-Modified", "Location"} {
				w.Header().Del(name)
			}
			w.Header().Set("Cache-Control", "private, no-store")
			failed.ServeHTTP(answer, r)
		}()
		next.ServeHTTP(answer, r)
	})
}
