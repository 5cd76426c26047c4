package edge

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"sync/atomic"
)

// requestIDHeader is where an answer names its request, for people to quote.
const requestIDHeader = "X-Request-Id"

// A passage is what the edge knows of a request while it is on its way.
type passage struct {
	id    string
	route atomic.Pointer[string]
}

type passageKey struct{}

// RequestID returns the ID under which the request of ctx is logged, and ""
// outside of a request.
func RequestID(ctx context.Context) string {
	if p, ok := ctx.Value(passageKey{}).(*passage); ok {
		return p.id
	}
	return ""
}

// SetRoute tells the access log which route serves the request, such as
// "/artists/:id". The path itself is not logged: it says what somebody looked at.
func SetRoute(ctx context.Context, route string) {
	if p, ok := ctx.Value(passageKey{}).(*passage); ok {
		p.route.Store(&route)
	}
}

// identify gives each request an ID, its own when it brings a sane one: a proxy
// in front may have logged it already.
func identify(next http.Handler, header string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// What follows a slash is about one step of the request (Cloud Run).
		id, _, _ := strings.Cut(r.Header.Get(header), "/")
		if !sane(id) {
			id = rand.Text()
		}
		w.Header().Set(requestIDHeader, id)
		ctx := context.WithValue(r.Context(), passageKey{}, &passage{id: id})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// sane reports whether an ID from outside may go into the log and back out: long
// enough to tell requests apart, and nothing that a log or a page could misread.
func sane(id string) bool {
	const harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"
	return len(id) >= 8 && len(id) <= 64 && strings.Trim(id, harmless) == ""
}
