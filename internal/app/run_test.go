package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

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
		var log process.Output
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
		var log process.Output
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
