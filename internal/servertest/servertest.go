// Package servertest starts the real servers that tests run against: Redis
// alone, behind Sentinel and as a Cluster, and the object stores. Each test has
// its own, on free ports of the loopback interface, gone when the test ends.
package servertest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/child"
)

// startTime is how long a server may take to answer. Machines that run all
// tests at once are slow.
const startTime = 30 * time.Second

// Program finds a server: on the path, or where .ci/services puts it. Without
// it the test is skipped, and fails where CI is set.
func Program(t testing.TB, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if cache, err := os.UserCacheDir(); err == nil {
		folder := filepath.Join(cache, "spotify-data-tool", "servers")
		for _, path := range []string{filepath.Join(folder, "bin", name), filepath.Join(folder, "npm", "node_modules", ".bin", name)} {
			if found, err := exec.LookPath(path); err == nil {
				return found
			}
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed; .ci/services installs it", name)
	}
	t.Skipf("%s is not installed: run .ci/services to run this test", name)
	return ""
}

// A process is a server that a test may stop, pause and start again.
type process struct {
	t       testing.TB
	command func() *exec.Cmd
	answers func() error

	mu      sync.Mutex
	running *exec.Cmd
	output  *tail
}

// begin starts the process and ends it with the test.
func begin(t testing.TB, command func() *exec.Cmd, answers func() error) *process {
	t.Helper()
	p := &process{t: t, command: command, answers: answers}
	t.Cleanup(p.Stop)
	p.Start()
	return p
}

// Start starts the server, again if it was stopped, and waits until it answers.
func (p *process) Start() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running, p.output = p.command(), new(tail)
	p.running.Stdout, p.running.Stderr = p.output, p.output
	// Children that keep the pipe open must not keep Wait.
	p.running.WaitDelay = time.Second
	if err := p.running.Start(); err != nil {
		p.t.Fatalf("start %s: %v", p.running.Path, err)
	}
	until(p.t, p.running.Path+" to answer", p.output, p.answers)
}

// Stop ends the server at once, as a crash would.
func (p *process) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == nil {
		return
	}
	_ = p.running.Process.Kill()
	_ = p.running.Wait()
	p.running = nil
}

// Signal sends the server a signal: after SIGSTOP it accepts connections and
// never answers, until SIGCONT.
func (p *process) Signal(s os.Signal) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.running.Process.Signal(s); err != nil {
		p.t.Fatal(err)
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

// tail keeps the end of what a server says, for the message when it fails.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *tail) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.b.Len() > 1<<16 {
		o.b.Reset()
	}
	return o.b.Write(b)
}

func (o *tail) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.TrimSpace(o.b.String())
}

// FreeAddress returns an address nobody listens on.
func FreeAddress(t testing.TB) string {
	t.Helper()
	address, err := child.FreeAddress()
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

// listening reports whether somebody listens on the address.
func listening(address string) func() error {
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
