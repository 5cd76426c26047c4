package sessions_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// discard is a response that keeps nothing, so that the measure is of the
// middleware and not of a recorder.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// BenchmarkMiddleware compares a handler alone with the same under sessions in
// cookies: for a visitor, for somebody signed in, and when the session is
// written.
func BenchmarkMiddleware(b *testing.B) {
	m := newManager(b, sessions.Config{SecretKey: testKey})
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("page")) })
	reading := m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(m.GetString(r.Context(), "dataset")))
	}))
	writing := m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.Put(r.Context(), "dataset", "01JCP4ZV3C2N6Y8Q5R7T9W1X3Z")
		m.Put(r.Context(), "key", make([]byte, 32))
		_, _ = w.Write([]byte("page"))
	}))
	cookies := do(writing, "/").Cookies()
	for _, bench := range []struct {
		name    string
		handler http.Handler
		cookies []*http.Cookie
	}{
		{"none", page, nil},
		{"visitor", m.Middleware(page), nil},
		{"read", reading, cookies},
		{"write", writing, cookies},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			for _, c := range bench.cookies {
				r.AddCookie(c)
			}
			b.ReportAllocs()
			for b.Loop() {
				bench.handler.ServeHTTP(discard{make(http.Header)}, r)
			}
		})
	}
}
