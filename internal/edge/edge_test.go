package edge_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

// site is a server behind the edge, and its log.
type site struct {
	*httptest.Server
	log *bytes.Buffer
}

func serve(t *testing.T, change func(*edge.Config), h http.HandlerFunc) site {
	t.Helper()
	log := new(bytes.Buffer)
	c := edge.Config{
		Log: slog.New(edge.LogHandler(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		Now: time.Now,
	}
	if change != nil {
		change(&c)
	}
	wrapped, err := edge.Wrap(h, c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(wrapped)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.Start()
	t.Cleanup(server.Close)
	return site{server, log}
}

// lines closes the server, so that nothing is logged any more, and returns the log.
func (s site) lines(t *testing.T) []map[string]any {
	t.Helper()
	s.Close()
	var lines []map[string]any
	for line := range strings.Lines(s.log.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, m)
	}
	return lines
}

func (s site) do(t *testing.T, method, path string, header map[string]string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader("a secret body"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	// Without this the transport asks for gzip and unpacks it behind our back.
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestWrapNeedsALogAndAClock(t *testing.T) {
	if _, err := edge.Wrap(http.NotFoundHandler(), edge.Config{}); err == nil {
		t.Fatal("no error")
	}
}

func TestRequestID(t *testing.T) {
	s := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, edge.RequestID(r.Context()))
	})
	for sent, keep := range map[string]bool{
		"3f2a9c1e-0000-4000-8000-abc": true,
		"fra1::iad1::x7x2p-1795000-a": true,
		"":                            false,
		"short":                       false,
		"with space and more":         false,
		"<script>alert(1)</script>":   false,
		strings.Repeat("a", 65):       false,
	} {
		response, body := s.do(t, "GET", "/", map[string]string{"X-Request-Id": sent})
		if header := response.Header.Get("X-Request-Id"); header != body || len(body) < 8 {
			t.Errorf("sent %q: header %q, context %q", sent, header, body)
		}
		if (body == sent) != keep {
			t.Errorf("sent %q, got %q, want it kept: %v", sent, body, keep)
		}
	}
	// A platform in front has a header of its own, which the client cannot set.
	s = serve(t, func(c *edge.Config) { c.RequestIDHeader = "X-Cloud-Trace-Context" }, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, edge.RequestID(r.Context()))
	})
	const trace = "105445aa7843bc8bf206b12000100000"
	response, body := s.do(t, "GET", "/", map[string]string{"X-Cloud-Trace-Context": trace + "/1;o=1", "X-Request-Id": "made-up-by-the-client"})
	if header := response.Header.Get("X-Request-Id"); body != trace || header != trace {
		t.Errorf("context %q, header %q, want %q", body, header, trace)
	}
	if id := edge.RequestID(t.Context()); id != "" {
		t.Errorf("outside of a request: %q", id)
	}
}

func TestAccessLog(t *testing.T) {
	s := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/artists/4Z8W4fKeB5YxbusRsdQVPb" {
			edge.SetRoute(r.Context(), "/artists/:id")
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "12345")
	})
	s.do(t, "POST", "/artists/4Z8W4fKeB5YxbusRsdQVPb?q=my+search", map[string]string{"Cookie": "session=mine", "X-Request-Id": "id-of-request"})
	s.do(t, "GET", "/tracks/secret?q=1", nil)
	s.do(t, "GET", "/healthz", nil)
	lines := s.lines(t)
	if len(lines) != 3 {
		t.Fatalf("%d lines, want one a request", len(lines))
	}
	for name, want := range map[string]any{
		"msg": "request", "level": "INFO", "method": "POST", "route": "/artists/:id",
		"status": 418.0, "bytes": 5.0, "request_id": "id-of-request",
	} {
		if got := lines[0][name]; got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if took, ok := lines[0]["took"].(float64); !ok || took <= 0 {
		t.Errorf("took is %v", lines[0]["took"])
	}
	if route := lines[1]["route"]; route != "(unmatched)" {
		t.Errorf("route of an unknown path is %v", route)
	}
	if level := lines[2]["level"]; level != "DEBUG" {
		t.Errorf("a probe is logged at %v", level)
	}
	for _, private := range []string{"4Z8W4", "search", "mine", "secret", "127.0.0.1"} {
		if strings.Contains(s.log.String(), private) {
			t.Errorf("the log holds %q: %s", private, s.log)
		}
	}
}

func TestPanicBeforeTheAnswer(t *testing.T) {
	s := serve(t, func(c *edge.Config) {
		c.Failed = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "our fault, "+edge.RequestID(r.Context()))
		})
	}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		w.Header().Set("Location", "/elsewhere")
		w.Header().Set("Cache-Control", "public, max-age=31536000")
		panic("the cause")
	})
	response, body := s.do(t, "GET", "/", map[string]string{"Accept-Encoding": "gzip", "X-Request-Id": "id-of-request"})
	if response.StatusCode != 500 || body != "our fault, id-of-request" {
		t.Errorf("%d %q", response.StatusCode, body)
	}
	if response.Header.Get("Location") != "" || response.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("headers of the answer that was not given: %v", response.Header)
	}
	lines := s.lines(t)
	if len(lines) != 2 || lines[0]["cause"] != "the cause" || lines[0]["request_id"] != "id-of-request" || lines[1]["status"] != 500.0 {
		t.Errorf("log: %v", lines)
	}
	if stack, _ := lines[0]["stack"].(string); !strings.Contains(stack, "edge_test.go") {
		t.Errorf("the stack does not show where: %s", stack)
	}
}

func TestPanicWithoutAHook(t *testing.T) {
	s := serve(t, nil, func(http.ResponseWriter, *http.Request) { panic("the cause") })
	response, body := s.do(t, "GET", "/", nil)
	if response.StatusCode != 500 || strings.Contains(body, "cause") {
		t.Errorf("%d %q", response.StatusCode, body)
	}
}

// Whatever panics, the page for a refused write or the page for a panic
// included, is answered, and logged with its request.
func TestPanicOutsideTheHandler(t *testing.T) {
	broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(&net.OpError{Op: "write", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(203, 0, 113, 9), Port: 5}, Err: os.ErrClosed})
	})
	for name, test := range map[string]struct {
		change func(*edge.Config)
		panics int
	}{
		"the page for a refused write": {func(c *edge.Config) { c.Denied = broken }, 1},
		"both pages":                   {func(c *edge.Config) { c.Denied, c.Failed = broken, broken }, 2},
	} {
		s := serve(t, test.change, func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })
		response, _ := s.do(t, "POST", "/", map[string]string{"Sec-Fetch-Site": "cross-site", "X-Request-Id": "id-of-request"})
		if response.StatusCode != 500 || response.Header.Get("X-Request-Id") != "id-of-request" {
			t.Errorf("%s: %d %v", name, response.StatusCode, response.Header)
		}
		lines := s.lines(t)
		if len(lines) != test.panics+1 {
			t.Fatalf("%s: log: %v", name, lines)
		}
		for _, line := range lines {
			if line["request_id"] != "id-of-request" {
				t.Errorf("%s: a line without its request: %v", name, line)
			}
		}
		last := lines[test.panics]
		if last["msg"] != "request" || last["status"] != 500.0 || last["route"] != "(unmatched)" {
			t.Errorf("%s: access log: %v", name, last)
		}
		if strings.Contains(s.log.String(), "203.0.113.9") {
			t.Errorf("%s: the log has an address: %s", name, s.log)
		}
	}
}

// Half an answer must not arrive as a whole one, compressed or not.
func TestPanicWithinTheAnswer(t *testing.T) {
	for _, encoding := range []string{"", "gzip"} {
		s := serve(t, nil, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("half ", 1000))
			panic("the cause")
		})
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", encoding)
		response, err := http.DefaultTransport.RoundTrip(r)
		if err == nil {
			_, err = io.ReadAll(response.Body)
			_ = response.Body.Close()
		}
		if err == nil {
			t.Errorf("encoding %q: the answer arrived as if it were whole", encoding)
		}
		lines := s.lines(t)
		if len(lines) != 2 || lines[1]["aborted"] != true {
			t.Errorf("log: %v", lines)
		}
	}
}

// TestSizesTellNothing: a page repeats what the address asks for beside what is
// its owner's alone. Its compressed size is blurred, so that it does not tell
// where the two agree, and no ETag names it.
func TestSizesTellNothing(t *testing.T) {
	sizes := make(map[int]bool)
	for i := range 8 {
		page := strings.Repeat("some text that compresses well ", 100) + strconv.Itoa(i)
		s := serve(t, nil, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("ETag", `"x"`)
			_, _ = io.WriteString(w, page)
		})
		response, body := s.do(t, "GET", "/", map[string]string{"Accept-Encoding": "gzip"})
		if response.Header.Get("Content-Encoding") != "gzip" || response.Header.Get("Etag") != "" {
			t.Errorf("headers: %v", response.Header)
		}
		sizes[len(body)] = true
	}
	// One digit more or less makes a byte or two.
	if len(sizes) < 4 {
		t.Errorf("pages of one length have the sizes %v", sizes)
	}
}

func TestSecurityHeaders(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
	response, _ := serve(t, nil, answer).do(t, "GET", "/", nil)
	for name, want := range map[string]string{
		"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "private, no-store",
		"Strict-Transport-Security":    "",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(response.Header.Get("Permissions-Policy"), "geolocation=()") {
		t.Errorf("Permissions-Policy: %q", response.Header.Get("Permissions-Policy"))
	}
	response, _ = serve(t, func(c *edge.Config) { c.HTTPS = true }, answer).do(t, "GET", "/", nil)
	if got := response.Header.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
		t.Errorf("Strict-Transport-Security over TLS: %q", got)
	}
}

func TestCrossSiteWrites(t *testing.T) {
	s := serve(t, func(c *edge.Config) {
		c.Denied = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "denied by the hook")
		})
	}, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "done") })
	for name, c := range map[string]struct {
		method string
		header map[string]string
		status int
	}{
		"same origin":           {"POST", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		"typed into the bar":    {"POST", map[string]string{"Sec-Fetch-Site": "none"}, 200},
		"another site":          {"POST", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"a neighbor's site":     {"POST", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"old browser, own form": {"POST", map[string]string{"Origin": s.URL}, 200},
		"old browser, foreign":  {"POST", map[string]string{"Origin": "https://evil.example"}, 403},
		"old browser, null":     {"POST", map[string]string{"Origin": "null"}, 403},
		"curl":                  {"POST", nil, 200},
		"link from elsewhere":   {"GET", map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
		"deleting":              {"DELETE", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
	} {
		response, body := s.do(t, c.method, "/", c.header)
		if response.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, response.StatusCode, c.status)
		}
		if c.status == 403 && (body != "denied by the hook" || response.Header.Get("X-Request-Id") == "" || response.Header.Get("Content-Security-Policy") == "") {
			t.Errorf("%s: %q with %v", name, body, response.Header)
		}
	}
}

func TestCrossSiteWriteWithoutAHook(t *testing.T) {
	s := serve(t, nil, func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })
	if response, _ := s.do(t, "POST", "/", map[string]string{"Sec-Fetch-Site": "cross-site"}); response.StatusCode != 403 {
		t.Errorf("%d, want 403", response.StatusCode)
	}
}

func TestCompression(t *testing.T) {
	page := "<!doctype html>" + strings.Repeat("<p>plays</p>", 500)
	s := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/page":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, page)
		case "/small":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, "small")
		case "/encoded":
			w.Header().Set("Content-Type", "text/css")
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, page)
		case "/font":
			w.Header().Set("Content-Type", "font/woff2")
			_, _ = io.WriteString(w, page)
		}
	})
	for path, want := range map[string]bool{"/page": true, "/small": false, "/font": false} {
		response, body := s.do(t, "GET", path, map[string]string{"Accept-Encoding": "gzip, zstd, br"})
		if got := response.Header.Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("%s: compressed %v, want %v", path, got, want)
		}
		if !want {
			continue
		}
		z, err := gzip.NewReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(z); err != nil || string(plain) != page {
			t.Errorf("%s: %d bytes after unpacking, %v", path, len(plain), err)
		}
	}
	if _, body := s.do(t, "GET", "/encoded", map[string]string{"Accept-Encoding": "gzip"}); body != page {
		t.Error("what was encoded already was encoded again")
	}
	if response, body := s.do(t, "GET", "/page", nil); response.Header.Get("Content-Encoding") != "" || body != page {
		t.Error("compressed for a client that did not ask")
	}
}

func TestFlushReachesTheClient(t *testing.T) {
	goOn := make(chan struct{})
	s := serve(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "first")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("Flush: %v", err)
		}
		<-goOn
	})
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	first := make([]byte, 5)
	if _, err := io.ReadFull(response.Body, first); err != nil || string(first) != "first" {
		t.Errorf("%q, %v", first, err)
	}
	close(goOn)
}

func TestLogHandlerAddsTheIDOnce(t *testing.T) {
	s := serve(t, nil, nil)
	log := slog.New(edge.LogHandler(slog.NewJSONHandler(s.log, nil))).With("part", "x")
	wrapped, err := edge.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		log.InfoContext(r.Context(), "said", "request_id", edge.RequestID(r.Context()))
		log.InfoContext(r.Context(), "unsaid")
	}), edge.Config{Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	wrapped.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	log.Info("outside")
	if n := strings.Count(s.log.String(), "request_id"); n != 2 {
		t.Errorf("request_id is there %d times, want twice: %s", n, s.log)
	}
}

// bodyTime is how long the edge waits for a body.
const bodyTime = time.Minute

// TestTrickledBody: a body that never ends ends its request, whether the handler
// reads it or not; one that is here does not hurry the answer.
func TestTrickledBody(t *testing.T) {
	const soon = 200 * time.Millisecond
	read := make(chan error, 1)
	s := serve(t, func(c *edge.Config) {
		c.Now = func() time.Time { return time.Now().Add(soon - bodyTime) }
	}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/unread" {
			return
		}
		_, err := io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/slow" {
			select {
			case <-time.After(2 * soon):
			case <-r.Context().Done():
				err = r.Context().Err()
			}
		}
		read <- err
	})
	send := func(path, body string) (answer string) {
		t.Helper()
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n%s", path, body)
		all, err := io.ReadAll(conn)
		if err != nil {
			t.Errorf("%s: the connection is still open: %v", path, err)
		}
		return string(all)
	}
	send("/read", "drop")
	if err := <-read; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("reading it: %v", err)
	}
	send("/unread", "drop")

	response, err := http.Post(s.URL+"/slow", "text/plain", strings.NewReader("0123456789"))
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if err := <-read; err != nil {
		t.Errorf("a handler that takes its time: %v", err)
	}
}
