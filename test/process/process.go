// Package process runs other programs for tests and tools: this one, a Redis, and
// whatever else is needed.
package process

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"
)

const (
	startTime = 10 * time.Second
	// stopTime is a little more than an instance lets its requests finish in.
	stopTime = 12 * time.Second
)

// A Process is another program while it runs.
type Process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended
	err   error         // how; read it after ended
}

// Start starts a command out of reach of the terminal's Ctrl-C: it is stopped in
// its turn, and once.
func Start(cmd *exec.Cmd) (*Process, error) {
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Process{cmd: cmd, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// Signal sends the process a signal. One that has ended does not hear it.
func (p *Process) Signal(s os.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// Kill ends the process at once, as a crash would.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// Wait waits until the process has ended and returns how.
func (p *Process) Wait() error {
	<-p.ended
	return p.err
}

// Ended is closed when the process has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// PID is what the system calls the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Stop asks the process to end, and sees to it. One that has ended before has
// been told of already.
func (p *Process) Stop() error {
	select {
	case <-p.ended:
		return nil
	default:
	}
	if p.cmd.Process.Signal(os.Interrupt) != nil {
		_ = p.cmd.Process.Kill() // where nothing can be signaled
	}
	select {
	case <-p.ended:
		return p.err
	case <-time.After(stopTime):
		p.Kill()
		return fmt.Errorf("%s did not stop and was killed", filepath.Base(p.cmd.Path))
	}
}

// Ports below those that systems give to connections and to whoever asks for any:
// nobody takes one of these between its being found free and its being used.
const (
	firstPort = 20_000
	ports     = 12_000
)

// tried counts on from port to port, from another one in each process.
var tried = func() *atomic.Uint32 {
	n := new(atomic.Uint32)
	n.Store(rand.Uint32N(ports))
	return n
}()

// FreeAddress returns an address of the loopback interface that nobody listens
// at, another one each time.
func FreeAddress() (string, error) {
	var err error
	for range ports {
		var l net.Listener
		l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", firstPort+tried.Add(1)%ports))
		if err == nil {
			return l.Addr().String(), l.Close()
		}
	}
	return "", err
}
