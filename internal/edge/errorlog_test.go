package edge_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

func TestWithoutAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"http: panic serving 203.0.113.9:52114: the cause\ngoroutine 7": "http: panic serving (address): the cause\ngoroutine 7",
		"http: panic serving [2001:db8::1]:5: the cause":                "http: panic serving (address): the cause",
		"http: TLS handshake error from 203.0.113.9:5: EOF":             "http: TLS handshake error from (address): EOF",
		"write tcp 10.0.0.1:80->203.0.113.9:5: broken pipe":             "write tcp (address)->(address): broken pipe",
		"from 2001:db8::: gone":                                         "from (address): gone",
		"from fe80::1%eth0, gone":                                       "from (address), gone",
		"by ::ffff:203.0.113.9, by 203.0.113.9.":                        "by (address), by (address).",
		"superfluous call from main.f (server.go:1234)":                 "superfluous call from main.f (server.go:1234)",
		"at 12:34:56 of 2026: version 1.26.10, std::string":             "at 12:34:56 of 2026: version 1.26.10, std::string",
		"": "",
	} {
		if got := edge.WithoutAddresses(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// lines is written by a server and read by a test.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// What net/http logs by itself names no address: each kind of line is forced.
func TestErrorLogHasNoAddress(t *testing.T) {
	log := new(lines)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/panic":
			panic("the cause, said by " + r.RemoteAddr)
		case "/twice":
			w.WriteHeader(http.StatusOK)
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	server.Config.ErrorLog = edge.ErrorLog(slog.New(slog.NewJSONHandler(log, nil)))
	server.StartTLS()
	defer server.Close()
	address := server.Listener.Addr().String()

	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\n\r\n") // no TLS
	_, _ = io.ReadAll(conn)
	_ = conn.Close()
	secure, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	own := secure.LocalAddr().String()
	_, _ = io.WriteString(secure, "GET /twice HTTP/1.1\r\nHost: here\r\n\r\nGET /panic HTTP/1.1\r\nHost: here\r\n\r\n")
	_, _ = io.ReadAll(secure)
	_ = secure.Close()
	server.Close()

	for _, want := range []string{"TLS handshake error from (address)", "superfluous", "panic serving (address): the cause, said by (address)", "errorlog_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no line has %q: %s", want, log)
		}
	}
	if strings.Contains(log.String(), "127.0.0.1") || strings.Contains(log.String(), own) {
		t.Errorf("the log has an address: %s", log)
	}
}
