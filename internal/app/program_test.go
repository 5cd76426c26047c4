package app_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/app"
	"github.com/spotify-data-tool/spotify-data-tool/static"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// The probe of an image without a shell says what /readyz says.
func TestProbe(t *testing.T) {
	s := harness.StartServer(t, nil)
	getenv := func(name string) string { return s.Env[name] }
	if err := app.Run(t.Context(), []string{"probe"}, getenv, nil, nil); err != nil {
		t.Errorf("a server that is ready: %v", err)
	}
	away := harness.StartServer(t, map[string]string{"SESSION_STORE": "redis", "REDIS_URL": "redis://127.0.0.1:" + servers.FreePort(t)})
	if err := app.Run(t.Context(), []string{"probe"}, func(name string) string { return away.Env[name] }, nil, nil); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("a server without its Redis: %v", err)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	begun := time.Now()
	if err := app.Run(t.Context(), []string{"probe"}, getenv, nil, nil); err == nil || time.Since(begun) > app.ProbeTime {
		t.Errorf("nobody there: %v after %s", err, time.Since(begun))
	}
}

func TestRun(t *testing.T) {
	s := harness.StartServer(t, nil)
	for _, path := range []string{"/healthz", "/readyz"} {
		if got := harness.Status(t, s.Base+path); got < 200 || 299 < got {
			t.Errorf("%s: %d", path, got)
		}
	}
	if err := s.Stop(); err != nil {
		t.Errorf("run: %v", err)
	}
	if _, err := http.Get(s.Base); err == nil {
		t.Error("still listening")
	}
	if !strings.Contains(s.Log.String(), "stopping") {
		t.Errorf("log: %s", s.Log.String())
	}
}

// What has no page is named in the access log, too, and not by its path.
func TestRoutesBesideThePages(t *testing.T) {
	s := harness.StartServer(t, map[string]string{"LOG_LEVEL": "debug"})
	for _, path := range []string{
		static.URL("app.css"), "/static/of-somebody", "/favicon.ico", "/robots.txt", app.SecurityPath, "/healthz", "/readyz", "/of-somebody",
	} {
		harness.Status(t, s.Base+path)
	}
	if err := s.Stop(); err != nil {
		t.Errorf("run: %v", err)
	}
	told := s.Log.String() // whole, now that it has stopped
	for route, want := range map[string]int{
		"/static/*": 2, "/favicon.ico": 1, "/robots.txt": 1, app.SecurityPath: 1, "/healthz": 1, "/readyz": 1, "(unmatched)": 1,
	} {
		if got := strings.Count(told, " route="+route+" "); got != want {
			t.Errorf("%d lines of %s, want %d", got, route, want)
		}
	}
	if strings.Contains(told, "somebody") {
		t.Error("a path is in the log")
	}
}

// What libraries print by themselves is heard where everything else is, by who
// asks for it: what matters of it is in their errors.
func TestLibrariesPrintIntoTheLog(t *testing.T) {
	s := harness.StartServer(t, map[string]string{"LOG_LEVEL": "debug"})
	log.Print("told by a library")
	if got := s.Log.String(); !strings.Contains(got, `level=DEBUG msg="told by a library"`) {
		t.Errorf("log: %s", got)
	}
}

// Liveness does not depend on the stores, readiness does.
func TestProbesWithoutRedis(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	s := harness.StartServer(t, map[string]string{"SESSION_STORE": "redis", "REDIS_URL": "redis://" + closed.Addr().String()})
	if got := harness.Status(t, s.Base+"/healthz"); got < 200 || 299 < got {
		t.Errorf("/healthz: %d", got)
	}
	if got := harness.Status(t, s.Base+"/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d, want 503", got)
	}
}

func TestMissingKeyIsWarnedOfLocally(t *testing.T) {
	s := harness.StartServer(t, map[string]string{"SESSION_SECRET_KEY": ""})
	if log := s.Log.String(); !strings.Contains(log, "level=WARN") || !strings.Contains(log, "SESSION_SECRET_KEY is not set") {
		t.Errorf("log: %s", log)
	}
}

func TestLogFormats(t *testing.T) {
	for format, want := range map[string]string{"json": `{"time":`, "text": "time="} {
		s := harness.StartServer(t, map[string]string{"LOG_FORMAT": format})
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		if log := s.Log.String(); !strings.HasPrefix(log, want) {
			t.Errorf("%s: %s", format, log)
		}
	}
}

// What a request brings is not sent back: cookies would be read by a script.
func TestTraceIsRefused(t *testing.T) {
	s := harness.StartServer(t, nil)
	for _, path := range []string{"/", "/healthz", "/static/app.css", "/api/v1/summary", "/nowhere"} {
		wantNoMethod(t, http.MethodTrace, s.Base+path)
	}
}

// wantNoMethod expects an address not to know a method, or not to be there.
func wantNoMethod(t *testing.T, method, address string) {
	t.Helper()
	req, err := http.NewRequest(method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _ = resp.Body.Close(); resp.StatusCode != http.StatusMethodNotAllowed && resp.StatusCode != http.StatusNotFound {
		t.Errorf("%s %s: %s", method, address, resp.Status)
	}
}

// securityFields reads the file as RFC 9116 describes it.
func securityFields(t *testing.T, base string) (fields map[string][]string, header http.Header) {
	t.Helper()
	resp, err := http.Get(base + app.SecurityPath)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", resp.Status, err)
	}
	fields = make(map[string][]string)
	for line := range strings.Lines(string(b)) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !ok || strings.TrimSpace(value) != value || value == "" {
			t.Errorf("not a field: %q", line)
		}
		fields[name] = append(fields[name], value)
	}
	return fields, resp.Header
}

func TestSecurityText(t *testing.T) {
	s := harness.StartServer(t, map[string]string{"SECURITY_CONTACT": "mailto:security@example.org, https://example.org/report"})
	fields, header := securityFields(t, s.Base)
	if got := fields["Contact"]; !slices.Equal(got, []string{"mailto:security@example.org", "https://example.org/report"}) {
		t.Errorf("contacts: %q", got)
	}
	if got := header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	if header.Get("Set-Cookie") != "" {
		t.Error("it sets a cookie")
	}
	// Exactly one, in the future, and within the year that the RFC recommends.
	if len(fields["Expires"]) != 1 || len(fields["Preferred-Languages"]) != 1 {
		t.Fatalf("%v", fields)
	}
	expires, err := time.Parse(time.RFC3339, fields["Expires"][0])
	if left := time.Until(expires); err != nil || left < 28*24*time.Hour || left > 365*24*time.Hour {
		t.Errorf("expires %q, %v", fields["Expires"], err)
	}
	for _, method := range []string{http.MethodPost, http.MethodDelete} {
		wantNoMethod(t, method, s.Base+app.SecurityPath)
	}
}
