package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/static"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

func status(t *testing.T, url string) int {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestRun(t *testing.T) {
	s := startTestServer(t, nil)
	for _, path := range []string{"/healthz", "/readyz"} {
		if got := status(t, s.base+path); got < 200 || 299 < got {
			t.Errorf("%s: %d", path, got)
		}
	}
	if err := s.stop(); err != nil {
		t.Errorf("run: %v", err)
	}
	if _, err := http.Get(s.base); err == nil {
		t.Error("still listening")
	}
	if !strings.Contains(s.log.String(), "stopping") {
		t.Errorf("log: %s", s.log.String())
	}
}

// What has no page is named in the access log, too, and not by its path.
func TestRoutesBesideThePages(t *testing.T) {
	s := startTestServer(t, map[string]string{"LOG_LEVEL": "debug"})
	for _, path := range []string{
		static.URL("app.css"), "/static/of-somebody", "/favicon.ico", "/robots.txt", securityPath, "/healthz", "/readyz", "/of-somebody",
	} {
		status(t, s.base+path)
	}
	if err := s.stop(); err != nil {
		t.Errorf("run: %v", err)
	}
	told := s.log.String() // whole, now that it has stopped
	for route, want := range map[string]int{
		"/static/*": 2, "/favicon.ico": 1, "/robots.txt": 1, securityPath: 1, "/healthz": 1, "/readyz": 1, "(unmatched)": 1,
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
	s := startTestServer(t, map[string]string{"LOG_LEVEL": "debug"})
	log.Print("told by a library")
	if got := s.log.String(); !strings.Contains(got, `level=DEBUG msg="told by a library"`) {
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
	s := startTestServer(t, map[string]string{"SESSION_STORE": "redis", "REDIS_URL": "redis://" + closed.Addr().String()})
	if got := status(t, s.base+"/healthz"); got < 200 || 299 < got {
		t.Errorf("/healthz: %d", got)
	}
	if got := status(t, s.base+"/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d, want 503", got)
	}
}

func TestRunRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		env  []string
		want string
	}{
		"arguments":      {[]string{"--port=1"}, nil, "docs/config.md"},
		"no key":         {nil, []string{"APP_ENV=production"}, "SESSION_SECRET_KEY environment variable is required"},
		"unknown bucket": {nil, []string{"DATASET_URL=gopher://x"}, "DATASET_URL: open bucket: no driver for gopher:"},
		"port taken":     {nil, []string{"PORT=" + port, "DATASET_URL=file://" + t.TempDir()}, "listen:"},
	} {
		err := Run(t.Context(), test.args, env(test.env...), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q in it", name, err, test.want)
		}
	}
}

func TestMissingKeyIsWarnedOfLocally(t *testing.T) {
	s := startTestServer(t, map[string]string{"SESSION_SECRET_KEY": ""})
	if log := s.log.String(); !strings.Contains(log, "level=WARN") || !strings.Contains(log, "SESSION_SECRET_KEY is not set") {
		t.Errorf("log: %s", log)
	}
}

func TestLogFormats(t *testing.T) {
	for format, want := range map[string]string{"json": `{"time":`, "text": "time="} {
		s := startTestServer(t, map[string]string{"LOG_FORMAT": format})
		if err := s.stop(); err != nil {
			t.Error(err)
		}
		if log := s.log.String(); !strings.HasPrefix(log, want) {
			t.Errorf("%s: %s", format, log)
		}
	}
}

// A request under way when the signal comes gets its answer.
func TestShutdownDrains(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, signal := context.WithCancel(t.Context())
	entered, goOn := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(entered)
			<-goOn
			if err := r.Context().Err(); err != nil {
				t.Errorf("the request's context ended with the signal: %v", err)
			}
			_, _ = io.WriteString(w, "answer")
		}), slog.New(slog.DiscardHandler))
	}()
	answer := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answer <- string(body)
	}()
	<-entered
	signal()
	select {
	case err := <-ended:
		t.Fatalf("serve ended before its request: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(goOn)
	if got := <-answer; got != "answer" {
		t.Errorf("got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
}

func TestSweeper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var sweeps atomic.Int64 // the sweeper counts while the test looks
		var log lockedBuffer
		stopped := startSweeper(ctx, func(context.Context) (int, error) {
			switch sweeps.Add(1) {
			case 1:
				return 0, errors.New("disk on fire")
			case 2:
				return 3, nil
			default:
				return 0, nil
			}
		}, slog.New(slog.NewTextHandler(&log, nil)))
		synctest.Wait()
		if n := sweeps.Load(); n != 1 {
			t.Errorf("%d sweeps at the start, want 1", n)
		}
		time.Sleep(2*sweepEvery + time.Second)
		if n := sweeps.Load(); n != 3 {
			t.Errorf("%d sweeps after two intervals, want 3", n)
		}
		cancel()
		<-stopped
		for _, want := range []string{"disk on fire", "blobs=3"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("log lacks %q: %s", want, &log)
			}
		}
	})
}

// TestSweeperWithAWrongClock: the log hears of it once, and again when it was
// right in between.
func TestSweeperWithAWrongClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var sweeps atomic.Int64 // the sweeper counts while the test looks
		var log lockedBuffer
		stopped := startSweeper(ctx, func(context.Context) (int, error) {
			if sweeps.Add(1) == 4 {
				return 0, nil
			}
			return 0, fmt.Errorf("sweep datasets: %w", bucket.ErrClock)
		}, slog.New(slog.NewTextHandler(&log, nil)))
		for sweep, want := range []int{1, 1, 1, 1, 2, 2} {
			synctest.Wait()
			if n := strings.Count(log.String(), "clock"); n != want || sweeps.Load() != int64(sweep+1) {
				t.Errorf("after %d sweeps: %d lines, want %d", sweeps.Load(), n, want)
			}
			time.Sleep(sweepEvery)
		}
		cancel()
		<-stopped
	})
}

func TestBrowsableAddresses(t *testing.T) {
	for ip, want := range map[string]string{
		"0.0.0.0": "localhost:80", "::": "localhost:80", "127.0.0.1": "localhost:80", "10.1.2.3": "10.1.2.3:80", "fe80::1": "[fe80::1]:80",
	} {
		if got := browsable(&net.TCPAddr{IP: net.ParseIP(ip), Port: 80}); got != want {
			t.Errorf("%s: %s, want %s", ip, got, want)
		}
	}
}
