package sessions_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// A program with sessions: the middleware around it, the calls of scs in it.
func Example() {
	manager, err := sessions.New(sessions.Config{
		Store:     sessions.StoreCookie,
		SecretKey: sessions.GenerateKey(), // In production, one that outlives the process.
		Secure:    true,
	})
	if err != nil {
		log.Fatal(err)
	}

	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(_ http.ResponseWriter, r *http.Request) {
		if err := manager.RenewToken(r.Context()); err != nil {
			log.Fatal(err)
		}
		manager.Put(r.Context(), "name", r.FormValue("name"))
	})
	mux.HandleFunc("POST /sign-out", func(_ http.ResponseWriter, r *http.Request) {
		if err := manager.Destroy(r.Context()); err != nil {
			log.Fatal(err)
		}
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		if !manager.Exists(r.Context(), "name") {
			_, _ = fmt.Fprint(w, "Hello, stranger.")
			return
		}
		_, _ = fmt.Fprintf(w, "Hello, %s.", manager.GetString(r.Context(), "name"))
	})
	server := httptest.NewTLSServer(manager.Middleware(mux))
	defer server.Close()

	browser := server.Client()
	browser.Jar, _ = cookiejar.New(nil)
	visit := func(method, path string) {
		request, _ := http.NewRequest(method, server.URL+path, nil)
		response, err := browser.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		page, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		fmt.Printf("%s %s: %s (%d cookies set)\n", method, path, page, len(response.Cookies()))
	}
	visit("GET", "/")
	visit("POST", "/sign-in?name=Ada")
	visit("GET", "/")
	visit("POST", "/sign-out")
	visit("GET", "/")

	// Output:
	// GET /: Hello, stranger. (0 cookies set)
	// POST /sign-in?name=Ada:  (1 cookies set)
	// GET /: Hello, Ada. (0 cookies set)
	// POST /sign-out:  (1 cookies set)
	// GET /: Hello, stranger. (0 cookies set)
}

// The Redis store needs a pool with limits instead of a key, and a page of the
// program's own for the time when Redis does not answer.
func ExampleConfig_redis() {
	pool := &redis.Pool{
		DialContext: func(ctx context.Context) (redis.Conn, error) {
			return redis.DialURLContext(ctx, "rediss://user:password@redis.example:6380/2",
				redis.DialConnectTimeout(time.Second),
				redis.DialReadTimeout(time.Second),
				redis.DialWriteTimeout(time.Second))
		},
		MaxActive: 50,
	}
	defer func() { _ = pool.Close() }()
	manager, err := sessions.New(sessions.Config{
		Store:  sessions.StoreRedis,
		Redis:  pool,
		Secure: true,
		ErrorPage: func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
			w.WriteHeader(status)
			_, _ = fmt.Fprint(w, "Back in a moment.")
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(":8080", manager.Middleware(http.NotFoundHandler())))
}
