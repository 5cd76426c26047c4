package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// A testServer is the whole program on a port and in a folder of its own.
type testServer struct {
	base string
	dir  string
	// stop ends it as a signal would and returns what run returned.
	stop func() error
	log  lockedBuffer

	t   *testing.T
	env map[string]string
}

// startTestServer runs the program as main does. Variables in env come on top
// of those that keep a test to itself.
func startTestServer(t *testing.T, env map[string]string) *testServer {
	t.Helper()
	s := &testServer{t: t, dir: t.TempDir(), env: map[string]string{
		"PORT": "0", "HOST": "127.0.0.1", "SESSION_SECRET_KEY": testKey,
	}}
	s.env["DATASET_URL"] = "file://" + s.dir
	maps.Copy(s.env, env)
	s.start()
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("run: %v", err)
		}
		if t.Failed() {
			t.Logf("log of the server:\n%s", s.log.String())
		}
	})
	return s
}

func (s *testServer) start() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := Run(ctx, nil, func(name string) string { return s.env[name] }, w, &s.log)
		_ = w.CloseWithError(err)
		ended <- err
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		cancel()
		s.t.Fatalf("start: %v, %v; log: %s", err, <-ended, s.log.String())
	}
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "Listening on ")
	u, err := url.Parse(address)
	if err != nil || !ok || u.Hostname() != "localhost" {
		s.t.Fatalf("printed %q, %v", line, err)
	}
	s.base = "http://127.0.0.1:" + u.Port()
	s.env["PORT"] = u.Port() // a restart keeps the address, and the cookie with it
	s.stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(15 * time.Second):
			return errors.New("the server does not stop")
		}
	})
}

// restart is a new process over the same folder.
func (s *testServer) restart() {
	s.t.Helper()
	if err := s.stop(); err != nil {
		s.t.Errorf("run: %v", err)
	}
	s.start()
}

// lockedBuffer is a buffer that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
