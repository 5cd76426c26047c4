package sessions_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// These are checks of the conformance suite: when a session is saved, and what of
// a response that goes with it.

func whenItIsSaved(t *testing.T, cfg sessions.Config) {
	m := newManager(t, cfg)
	mux := actions(m)
	h := m.Middleware(mux)
	for name, write := range map[string]http.HandlerFunc{
		"nothing":      func(http.ResponseWriter, *http.Request) {},
		"write":        func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") },
		"empty-write":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(nil) },
		"header-200":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) },
		"header-204":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) },
		"header-303":   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusSeeOther) },
		"header-304":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) },
		"header-404":   func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) },
		"header-500":   func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "x", 500) },
		"header-twice": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200); w.WriteHeader(201) },
		"flush":        func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() },
		"controller": func(w http.ResponseWriter, _ *http.Request) {
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Errorf("flush: %v", err)
			}
		},
		"copy": func(w http.ResponseWriter, _ *http.Request) {
			if _, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader("x")); err != nil {
				t.Errorf("read from: %v", err)
			}
		},
		"file": func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "doc.go") },
		"timeout": func(w http.ResponseWriter, r *http.Request) {
			http.TimeoutHandler(mux, time.Minute, "").ServeHTTP(w, r)
		},
	} {
		mux.HandleFunc("/when/"+name, func(w http.ResponseWriter, r *http.Request) {
			m.Put(r.Context(), "name", name)
			if name == "timeout" {
				r.URL.Path = "/get"
			}
			write(w, r)
			m.Put(r.Context(), "name", "too late")
			_, _ = io.WriteString(w, " and more")
		})
		t.Run(name, func(t *testing.T) {
			b := newBrowser(t, h)
			b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			if n := len(b.get("/when/" + name).Header["Set-Cookie"]); n != 1 {
				t.Fatalf("%d cookies", n)
			}
			want := name
			if name == "nothing" {
				want = "too late" // It was in time: nothing had been written.
			}
			wantBody(t, b.get("/get"), want)

			head, err := b.client.Head(b.base + "/when/" + name)
			if err != nil {
				t.Fatal(err)
			}
			_ = head.Body.Close()
			if n := len(head.Header["Set-Cookie"]); n != 1 {
				t.Errorf("%d cookies for HEAD", n)
			}
		})
	}

	t.Run("informational", func(t *testing.T) {
		h := m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			m.Put(r.Context(), "name", "after the hints")
			w.WriteHeader(http.StatusAccepted)
		}))
		b := newBrowser(t, h)
		if res := b.get("/"); res.StatusCode != http.StatusAccepted || len(res.Cookies()) != 1 {
			t.Errorf("got %d with %d cookies", res.StatusCode, len(res.Cookies()))
		}
	})

	t.Run("switching protocols", func(t *testing.T) {
		h := m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			m.Put(r.Context(), "name", "ada")
			w.WriteHeader(http.StatusSwitchingProtocols)
		}))
		if res := do(h, "/"); res.StatusCode != http.StatusSwitchingProtocols || len(res.Cookies()) != 1 {
			t.Errorf("got %d with %d cookies", res.StatusCode, len(res.Cookies()))
		}
	})

	t.Run("hijack", func(t *testing.T) {
		h := m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Errorf("hijack: %v", err)
				return
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
			_ = conn.Close()
		}))
		wantBody(t, newBrowser(t, h).get("/"), "hi")
	})

	t.Run("a writer that cannot flush says so", func(t *testing.T) {
		h := m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if err := http.NewResponseController(w).Flush(); !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("flush: %v", err)
			}
		}))
		h.ServeHTTP(struct{ http.ResponseWriter }{httptest.NewRecorder()}, httptest.NewRequest("GET", "/", nil))
	})
}

func errorsAndPanics(t *testing.T, cfg sessions.Config) {
	m := newManager(t, cfg)
	// This is what a router does with an error that a handler returned.
	answering := func(handler func(http.ResponseWriter, *http.Request) error) http.Handler {
		return m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := handler(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
			}
		}))
	}
	res := do(answering(func(w http.ResponseWriter, r *http.Request) error {
		m.Put(r.Context(), "name", "ada")
		return errors.New("conflict")
	}), "/")
	if res.StatusCode != http.StatusConflict || len(res.Header["Set-Cookie"]) != 1 {
		t.Errorf("returned error: %d with %d cookies", res.StatusCode, len(res.Header["Set-Cookie"]))
	}

	panicking := m.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		m.Put(r.Context(), "name", "ada")
		panic("boom")
	}))
	res = do(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not come through")
			}
			w.WriteHeader(http.StatusInternalServerError)
		}()
		panicking.ServeHTTP(w, r)
	}), "/")
	wantNoCookies(t, res)
}

func oneHeaderForOneCookie(t *testing.T, cfg sessions.Config) {
	m := newManager(t, cfg)
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark"})
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "by hand"})
		m.Put(r.Context(), "name", "ada")
		w.WriteHeader(http.StatusTeapot)
	})
	for name, h := range map[string]http.Handler{
		"once":  m.Middleware(inner),
		"twice": m.Middleware(m.Middleware(inner)),
	} {
		res := do(h, "/", &http.Cookie{Name: "session", Value: "bad"})
		var names []string
		for _, c := range res.Cookies() {
			names = append(names, c.Name)
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != "session theme" {
			t.Errorf("%s: cookies %q", name, got)
		}
		read := m.Middleware(actions(m))
		wantBody(t, do(read, "/get", res.Cookies()...), "ada")
	}
}
