package upload_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

// A tusServer is one instance that serves one namespace.
type tusServer struct {
	*httptest.Server
	t   *testing.T
	end atomic.Pointer[error]
}

// last is what the latest request has ended with.
func (s *tusServer) last() error { return *s.end.Load() }

func newTus(t *testing.T, st *upload.Store, s upload.Namespace) *tusServer {
	t.Helper()
	h, err := upload.NewHandler(st, "/files")
	if err != nil {
		t.Fatal(err)
	}
	server := &tusServer{t: t}
	server.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, err := h.Serve(w, r, upload.Visitor{Namespace: s, Expires: tomorrow()})
		server.end.Store(&err)
		if err != nil {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		a.Send()
	}))
	t.Cleanup(server.Close)
	return server
}

func (s *tusServer) do(method, path string, body io.Reader, header ...string) *http.Response {
	s.t.Helper()
	req, err := http.NewRequest(method, s.URL+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp
}

func (s *tusServer) create(size int, header ...string) (path string) {
	s.t.Helper()
	resp := s.do(http.MethodPost, "/files", nil, append([]string{"Upload-Length", strconv.Itoa(size),
		"Upload-Metadata", "filename " + base64.StdEncoding.EncodeToString([]byte("ä.zip"))}, header...)...)
	if resp.StatusCode != http.StatusCreated {
		s.t.Fatalf("create: %s, %v", resp.Status, s.last())
	}
	return resp.Header.Get("Location")
}

func (s *tusServer) patch(path string, offset int, body io.Reader, header ...string) *http.Response {
	s.t.Helper()
	return s.do(http.MethodPatch, path, body, append([]string{"Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(offset)}, header...)...)
}

func (s *tusServer) offset(path string) int {
	s.t.Helper()
	resp := s.do(http.MethodHead, path, nil)
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("head: %s, %v", resp.Status, s.last())
	}
	n, err := strconv.Atoi(resp.Header.Get("Upload-Offset"))
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// TestTus: a file that arrives part by part at two instances.
func TestTus(t *testing.T) {
	b := memory.New(time.Now)
	s := upload.NewNamespace()
	st := newStore(b)
	one, two := newTus(t, st, s), newTus(t, newStore(b), s)
	whole := noise(20_000, 4)

	path := one.create(len(whole))
	if !strings.HasPrefix(path, "/files/") || !upload.ValidID(strings.TrimPrefix(path, "/files/")) {
		t.Fatalf("location %q", path)
	}
	if got := two.offset(path); got != 0 {
		t.Errorf("offset %d", got)
	}
	if resp := one.patch(path, 0, bytes.NewReader(whole[:7000])); resp.StatusCode != http.StatusNoContent || resp.Header.Get("Upload-Offset") != "7000" || resp.Header.Get("Tus-Resumable") != "1.0.0" {
		t.Fatalf("patch: %s %v, %v", resp.Status, resp.Header, one.last())
	}
	// Sent again, or from the wrong place.
	for _, offset := range []int{0, 6999, 7001} {
		if two.patch(path, offset, bytes.NewReader(whole[:100])); !errors.Is(two.last(), upload.ErrOffset) {
			t.Errorf("patch at %d: %v", offset, two.last())
		}
	}
	// More than the file has room for.
	if two.patch(path, 7000, bytes.NewReader(make([]byte, 20_000))); status(two.last()) != http.StatusRequestEntityTooLarge {
		t.Errorf("too much: %v", two.last())
	}
	if got := two.offset(path); got != 7000 {
		t.Errorf("offset after the refusals %d", got)
	}
	// Without a length, as a proxy may pass it on.
	if resp := two.patch(path, 7000, struct{ io.Reader }{bytes.NewReader(whole[7000:9000])}); resp.StatusCode != http.StatusNoContent {
		t.Errorf("chunked: %s, %v", resp.Status, two.last())
	}
	// For a proxy that knows no PATCH.
	if resp := two.do(http.MethodPost, path, bytes.NewReader(whole[9000:]), "X-HTTP-Method-Override", "PATCH", "Content-Type", "application/offset+octet-stream", "Upload-Offset", "9000"); resp.StatusCode != http.StatusNoContent {
		t.Errorf("overridden: %s, %v", resp.Status, two.last())
	}
	id := strings.TrimPrefix(path, "/files/")
	if got, err := content(st, s, id); err != nil || !bytes.Equal(got, whole) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if f, err := st.Stat(t.Context(), s, id); err != nil || f.Name != "ä.zip" {
		t.Errorf("name %q, %v", f.Name, err)
	}
	if resp := one.do(http.MethodDelete, path, nil); resp.StatusCode != http.StatusNoContent {
		t.Errorf("delete: %s", resp.Status)
	}
	if two.do(http.MethodHead, path, nil); !errors.Is(two.last(), upload.ErrNotFound) {
		t.Errorf("after deleting: %v", two.last())
	}
	if n := len(blobs(t, b)); n != 0 {
		t.Errorf("%d objects left", n)
	}
}

func status(err error) int {
	var p *upload.ProtocolError
	if errors.As(err, &p) {
		return p.Status
	}
	return 0
}

func TestTusWithTheFirstPartInTheCreation(t *testing.T) {
	st, s := newStore(memory.New(time.Now)), upload.NewNamespace()
	server := newTus(t, st, s)
	resp := server.do(http.MethodPost, "/files", strings.NewReader("hello"), "Upload-Length", "5", "Content-Type", "application/offset+octet-stream")
	if resp.StatusCode != http.StatusCreated || resp.Header.Get("Upload-Offset") != "5" {
		t.Fatalf("%s %v", resp.Status, resp.Header)
	}
	if got, err := content(st, s, strings.TrimPrefix(resp.Header.Get("Location"), "/files/")); err != nil || string(got) != "hello" {
		t.Errorf("%q, %v", got, err)
	}
	if resp := server.do(http.MethodPost, "/files", nil, "Upload-Length", "0"); resp.StatusCode != http.StatusCreated {
		t.Errorf("empty file: %s", resp.Status)
	}
}

func TestTusRefusals(t *testing.T) {
	s := upload.NewNamespace()
	b := memory.New(time.Now)
	server, stranger := newTus(t, newStore(b), s), newTus(t, newStore(b), upload.NewNamespace())
	path := server.create(100)
	for _, c := range []struct {
		name   string
		server *tusServer
		ask    func(*tusServer)
		want   error
		status int
	}{
		{"another person's", stranger, func(s *tusServer) { s.do(http.MethodHead, path, nil) }, upload.ErrNotFound, 0},
		{"another person's, written", stranger, func(s *tusServer) { s.patch(path, 0, strings.NewReader("x")) }, upload.ErrNotFound, 0},
		{"another person's, deleted", stranger, func(s *tusServer) { s.do(http.MethodDelete, path, nil) }, upload.ErrNotFound, 0},
		{"too large", server, func(s *tusServer) {
			s.do(http.MethodPost, "/files", nil, "Upload-Length", fmt.Sprint(maxBytes+1))
		}, upload.ErrTooLarge, 0},
		{"no length", server, func(s *tusServer) { s.do(http.MethodPost, "/files", nil) }, nil, http.StatusBadRequest},
		{"negative length", server, func(s *tusServer) { s.do(http.MethodPost, "/files", nil, "Upload-Length", "-1") }, nil, http.StatusBadRequest},
		{"length to come", server, func(s *tusServer) { s.do(http.MethodPost, "/files", nil, "Upload-Defer-Length", "1") }, nil, http.StatusBadRequest},
		{"no version", server, func(s *tusServer) { s.do(http.MethodPost, "/files", nil, "Tus-Resumable", "") }, nil, http.StatusPreconditionFailed},
		{"no type", server, func(s *tusServer) { s.do(http.MethodPatch, path, strings.NewReader("x"), "Upload-Offset", "0") }, nil, http.StatusBadRequest},
		{"no offset", server, func(s *tusServer) {
			s.do(http.MethodPatch, path, strings.NewReader("x"), "Content-Type", "application/offset+octet-stream")
		}, nil, http.StatusBadRequest},
		{"download", server, func(s *tusServer) { s.do(http.MethodGet, path, nil) }, nil, http.StatusMethodNotAllowed},
		{"no id", server, func(s *tusServer) { s.do(http.MethodHead, "/files/nothing", nil) }, upload.ErrNotFound, 0},
	} {
		c.ask(c.server)
		if c.want != nil && !errors.Is(c.server.last(), c.want) || c.status != 0 && status(c.server.last()) != c.status {
			t.Errorf("%s: %v", c.name, c.server.last())
		}
	}
	if got := server.offset(path); got != 0 {
		t.Errorf("offset %d afterwards", got)
	}
}

// TestTusBrokenLine: what had arrived when the line broke is kept, and nothing
// of it is logged.
func TestTusBrokenLine(t *testing.T) {
	var logged bytes.Buffer
	defer log.SetOutput(log.Writer())
	log.SetOutput(&logged)
	s := upload.NewNamespace()
	server := newTus(t, newStore(memory.New(time.Now)), s)
	whole := noise(300_000, 5)
	path := server.create(len(whole))
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: %d\r\n\r\n", path, len(whole))
	if _, err := conn.Write(whole[:123_456]); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	got := 0
	for deadline := time.Now().Add(10 * time.Second); got == 0 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		got = server.offset(path)
	}
	if got != 123_456 {
		t.Errorf("kept %d", got)
	}
	if logged.Len() > 0 {
		t.Errorf("logged: %s", &logged)
	}
}

func TestTusStoreAway(t *testing.T) {
	away := false
	b := buckettest.Hooked{Bucket: memory.New(time.Now), Before: func(context.Context, buckettest.Op, string) error {
		if away {
			return fmt.Errorf("%w: secret cause", bucket.ErrUnavailable)
		}
		return nil
	}}
	server := newTus(t, newStore(b), upload.NewNamespace())
	path := server.create(10)
	away = true
	server.do(http.MethodHead, path, nil)
	if !errors.Is(server.last(), bucket.ErrUnavailable) {
		t.Errorf("head: %v", server.last())
	}
	server.do(http.MethodPost, "/files", nil, "Upload-Length", "3")
	if !errors.Is(server.last(), bucket.ErrUnavailable) {
		t.Errorf("create: %v", server.last())
	}
}
