package handlers_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

// BenchmarkPages answers every address of the views for 300,000 plays, without the
// network.
func BenchmarkPages(b *testing.B) {
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	packages := packagesOf(b, sampletest.Options{Plays: 300_000, Seed: 1, From: to.AddDate(-15, 0, 0), To: to})[:2]
	s := newSiteFor(b, 256<<20)
	v := s.visitor(b)
	v.upload("", packages...).want(b, http.StatusCreated)
	for _, path := range append(v.addresses(), "/?from=2024&to=2024&tz=Europe/Berlin", "/artists?q=an",
		"/library?part=albums", "/library?part=artists", "/library?part=unsaved", "/library?from=2024&to=2024") {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			process.Benchmark(b, func() {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				for _, c := range v.http.Jar.Cookies(s.address) {
					r.AddCookie(c)
				}
				w := httptest.NewRecorder()
				s.Config.Handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
				n, _ := io.Copy(io.Discard, w.Body)
				b.SetBytes(n)
			})
		})
	}
}
