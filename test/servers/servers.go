// Package servers starts the real servers that tests run against: Redis
// alone, behind Sentinel and as a Cluster, the object stores, and providers of
// sign-in. Each test has its own, on free ports of the loopback interface, gone
// when the test ends.
package servers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

// startTime is how long a server may take to answer. Machines that run all
// tests at once are slow.
const startTime = 30 * time.Second

// Chromium is what the browser of tests is called. The first has no windows to paint;
// its command, in Debian, starts it as a child that would outlive it.
var Chromium = []string{"/usr/lib/chromium/chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Program finds a program under the first of its names that is there: on the path, or
// where .ci/services puts it. Without it the test is skipped, and fails where CI is set.
// With TEST_SERVERS=off every test that needs one is skipped.
func Program(t testing.TB, names ...string) string {
	t.Helper()
	if os.Getenv("TEST_SERVERS") == "off" {
		t.Skip("TEST_SERVERS is off: tests that start servers are skipped")
	}
	cache, _ := os.UserCacheDir()
	folder := filepath.Join(cache, "spotify-data-tool", "servers")
	for _, name := range names {
		for _, path := range []string{name, filepath.Join(folder, "bin", name), filepath.Join(folder, "npm", "node_modules", ".bin", name)} {
			if found, err := exec.LookPath(path); err == nil {
				return found
			}
		}
	}
	missing(t, strings.Join(names, " or "))
	return ""
}

// Package finds the folder of a package from npm, where .ci/services puts it, for
// a test that runs its code. Without it that is as without a server.
func Package(t testing.TB, name string) string {
	t.Helper()
	if os.Getenv("TEST_SERVERS") == "off" {
		t.Skip("TEST_SERVERS is off: tests that start servers are skipped")
	}
	if cache, err := os.UserCacheDir(); err == nil {
		folder := filepath.Join(cache, "spotify-data-tool", "servers", "npm", "node_modules", name)
		if _, err := os.Stat(folder); err == nil {
			return folder
		}
	}
	missing(t, name)
	return ""
}

// missing skips a test, and fails it where CI is set.
func missing(t testing.TB, name string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed; .ci/services installs it", name)
	}
	t.Skipf("%s is not installed: run .ci/services to run this test", name)
}

// A Server is a process that a test may stop, pause and start again.
type Server struct {
	t       testing.TB
	command func() *exec.Cmd
	answers func() error

	mu      sync.Mutex
	running *process.Process
	output  *process.Output
}

// Run starts a server, waits until it answers, and ends it with the test.
func Run(t testing.TB, command func() *exec.Cmd, answers func() error) *Server {
	t.Helper()
	s := &Server{t: t, command: command, answers: answers}
	t.Cleanup(s.Stop)
	s.Start()
	return s
}

// Start starts the server, again if it was stopped, and waits until it answers.
func (s *Server) Start() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	command := s.command()
	s.output = new(process.Output)
	command.Stdout, command.Stderr = s.output, s.output
	// Children that keep the pipe open must not keep Wait.
	command.WaitDelay = time.Second
	var err error
	if s.running, err = process.Start(command); err != nil {
		s.t.Fatalf("start %s: %v", command.Path, err)
	}
	until(s.t, command.Path+" to answer", s.output, s.answers)
}

// Stop ends the server at once, as a crash would.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		s.running.Kill()
		s.running = nil
	}
}

// Signal sends the server a signal: after SIGSTOP it accepts connections and
// never answers, until SIGCONT.
func (s *Server) Signal(signal os.Signal) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.running.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
}

// until waits for f to return nil.
func until(t testing.TB, what string, output fmt.Stringer, f func() error) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(startTime); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if err = f(); err == nil {
			return
		}
	}
	t.Fatalf("waited in vain for %s: %v\n%s", what, err, output)
}

// FreeAddress returns an address nobody listens on.
func FreeAddress(t testing.TB) string {
	t.Helper()
	address, err := process.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// FreePort returns a port of this machine nobody listens on.
func FreePort(t testing.TB) string {
	t.Helper()
	return port(FreeAddress(t))
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// Listening reports whether somebody listens on the address.
func Listening(address string) func() error {
	return func() error {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			return err
		}
		return c.Close()
	}
}

// Hanging returns the address of a server that accepts connections and never
// answers.
func Hanging(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var accepted []net.Conn
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			accepted = append(accepted, conn)
			mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, conn := range accepted {
			_ = conn.Close()
		}
	})
	return l.Addr().String()
}
