// Package harness drives the whole program for the tests in test/: in this
// process, or as the binary that is deployed, with clients, proxies and packages
// for it.
package harness

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/app"
	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

// Status asks for an address and returns the status of the answer.
func Status(t *testing.T, url string) int {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

// A Server is the whole program on a port and in a folder of its own.
type Server struct {
	Base string // its address
	Dir  string // where it keeps its data, unless Env says otherwise
	Env  map[string]string
	Log  process.Output
	// Stop ends it as a signal would and returns what app.Run returned.
	Stop func() error

	t *testing.T
}

// StartServer runs the program as main does. Variables in env come on top
// of those that keep a test to itself.
func StartServer(t *testing.T, env map[string]string) *Server {
	t.Helper()
	s := &Server{t: t, Dir: t.TempDir(), Env: map[string]string{
		"PORT": "0", "HOST": "127.0.0.1", "SESSION_SECRET_KEY": SessionKey,
	}}
	s.Env["DATASET_URL"] = "file://" + s.Dir
	maps.Copy(s.Env, env)
	s.start()
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("run: %v", err)
		}
		if t.Failed() {
			t.Logf("log of the server:\n%s", s.Log.String())
		}
	})
	return s
}

func (s *Server) start() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := app.Run(ctx, nil, func(name string) string { return s.Env[name] }, w, &s.Log)
		_ = w.CloseWithError(err)
		ended <- err
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		cancel()
		s.t.Fatalf("start: %v, %v; log: %s", err, <-ended, s.Log.String())
	}
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "Listening on ")
	u, err := url.Parse(address)
	if err != nil || !ok || u.Hostname() != "localhost" {
		s.t.Fatalf("printed %q, %v", line, err)
	}
	s.Base = "http://127.0.0.1:" + u.Port()
	s.Env["PORT"] = u.Port() // a restart keeps the address, and the cookie with it
	s.Stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(15 * time.Second):
			return errors.New("the server does not stop")
		}
	})
}

// Restart starts the program anew, with the same folder and address.
func (s *Server) Restart() {
	s.t.Helper()
	if err := s.Stop(); err != nil {
		s.t.Errorf("run: %v", err)
	}
	s.start()
}
