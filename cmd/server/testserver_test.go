package main

import (
	"bufio"
	"context"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A testServer is the whole program on a port and in a folder of its own.
type testServer struct {
	base string
	dir  string

	t    *testing.T
	env  map[string]string
	stop func()
}

// startTestServer runs the program as main does. Variables in env come on top
// of those that keep a test to itself.
func startTestServer(t *testing.T, env map[string]string) *testServer {
	t.Helper()
	s := &testServer{t: t, dir: t.TempDir(), env: map[string]string{
		"PORT": "0", "HOST": "127.0.0.1", "LOG_LEVEL": "warn",
		"SESSION_SECRET_KEY": "only for tests: 0123456789 abcdefghijklmnop",
	}}
	s.env["DATASET_URL"] = "file://" + s.dir
	for k, v := range env {
		s.env[k] = v
	}
	s.start()
	t.Cleanup(func() { s.stop() })
	return s
}

func (s *testServer) start() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, nil, func(name string) string { return s.env[name] }, w, s.t.Output())
		_ = w.CloseWithError(err)
		done <- err
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		cancel()
		s.t.Fatalf("start: %v, %v", err, <-done)
	}
	_, address, _ := strings.Cut(strings.TrimSpace(line), "http://")
	u, err := url.Parse("http://" + address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.base = "http://127.0.0.1:" + u.Port()
	s.env["PORT"] = u.Port() // a restart keeps the address, and the cookie with it
	s.stop = func() {
		cancel()
		select {
		case <-done:
		case <-time.After(15 * time.Second):
			s.t.Error("the server does not stop")
		}
		s.stop = func() {}
	}
}

// restart is a new process over the same folder.
func (s *testServer) restart() {
	s.t.Helper()
	s.stop()
	s.start()
}
