package handlers_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/signin"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
	"github.com/spotify-data-tool/spotify-data-tool/sessions"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestEveryRefusedWriteIsAnswered: a write from another site is refused before
// there is a session, at every route and however its answer is to look.
func TestEveryRefusedWriteIsAnswered(t *testing.T) {
	server := servers.Redis(t)
	pool := &redis.Pool{Dial: func() (redis.Conn, error) { return redis.Dial("tcp", server.Address) }}
	t.Cleanup(func() { _ = pool.Close() })
	for mode, config := range map[string]sessions.Config{
		"cookie": {Store: sessions.StoreCookie},
		"redis":  {Store: sessions.StoreRedis, Redis: pool},
	} {
		t.Run(mode, func(t *testing.T) {
			var logs bytes.Buffer
			log := slog.New(edge.LogHandler(slog.NewTextHandler(&logs, nil)))
			config.SecretKey, config.Logger = "only for tests: Wd7mKq2xVr9bTz4nHs6jLp8c", log
			manager, err := sessions.New(config)
			if err != nil {
				t.Fatal(err)
			}
			b := memory.New(time.Now)
			v := vault.New(vault.Config{Bucket: b, Now: time.Now, Log: log})
			im := importer.New(importer.Config{Vault: v, Now: time.Now})
			files := upload.NewStore(b, uploadBytes, time.Now)
			pages, err := handlers.New(uploads.Config{
				Sessions: manager, Vault: v, Importer: im, Files: files, Tasks: importer.NewTasks(im, files), Links: link.New(b, time.Now),
				Asset: func(name string) string { return "/static/" + name }, Log: log, Now: time.Now, UploadBytes: uploadBytes,
				Memory: admission.New(256<<20, 10*time.Second),
			}, signin.Config{})
			if err != nil {
				t.Fatal(err)
			}
			fail := func(cause error) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pages.Fail(w, r, cause) })
			}
			site, err := edge.Wrap(manager.Middleware(pages), edge.Config{
				Log: log, Now: time.Now, Denied: fail(web.ErrCrossOrigin), Failed: fail(web.ErrInternal),
			})
			if err != nil {
				t.Fatal(err)
			}
			asked := 0
			for _, route := range pages.AllRoutes() {
				if route.Method == http.MethodGet || route.Method == http.MethodHead || route.Method == http.MethodOptions {
					continue
				}
				path := strings.ReplaceAll(route.Path, ":id", strings.Repeat("0", 32))
				for _, from := range [][2]string{
					{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
				} {
					for _, answer := range [][2]string{
						{"Accept", "text/html"}, {"Accept", "application/json"}, {"HX-Request", "true"}, {"Tus-Resumable", "1.0.0"},
					} {
						for _, contentType := range []string{"", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
							r := httptest.NewRequest(route.Method, "http://here"+path, strings.NewReader("a=b"))
							r.Header.Set(from[0], from[1])
							r.Header.Set(answer[0], answer[1])
							r.Header.Set("Content-Type", contentType)
							w := httptest.NewRecorder()
							site.ServeHTTP(w, r)
							asked++
							if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "from another site") {
								t.Errorf("%s %s, %v, %v, %s: %d %.200s", route.Method, route.Path, from, answer, contentType, w.Code, w.Body)
							}
						}
					}
				}
			}
			if asked < 10*4*4*3 {
				t.Errorf("only %d requests", asked)
			}
			if strings.Contains(logs.String(), "panic") {
				t.Errorf("log: %.2000s", logs.String())
			}
			if n := strings.Count(logs.String(), "msg=request "); n != asked {
				t.Errorf("%d lines of %d requests", n, asked)
			}
		})
	}
}
