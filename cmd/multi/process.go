package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	startTime = 10 * time.Second
	// stopTime is a little more than an instance lets its requests finish in.
	stopTime = 12 * time.Second
)

// A process is a child that ends when it is told to.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended
	err   error         // how; read it after ended
}

// startProcess starts a command out of reach of the terminal's Ctrl-C: it is
// stopped in its turn, and once.
func startProcess(cmd *exec.Cmd) (*process, error) {
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// stop asks the process to end, and sees to it. One that has ended before has
// been told of already.
func (p *process) stop() error {
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
		_ = p.cmd.Process.Kill()
		<-p.ended
		return fmt.Errorf("%s did not stop and was killed", filepath.Base(p.cmd.Path))
	}
}

// A redis is a server with a password and nothing in it.
type redis struct {
	*process
	url string
	dir string
}

func startRedis(ctx context.Context) (*redis, error) {
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, errors.New("no redis-server: install it (Debian, Ubuntu, Fedora, macOS: package redis-server or redis)")
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "multi-*")
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	// By way of its standard input, so that the password is in no list of processes.
	cmd := exec.Command(binary, "-")
	cmd.Stdin = strings.NewReader(fmt.Sprintf("bind 127.0.0.1\nport %s\nrequirepass %s\ndir %s\nsave \"\"\nappendonly no\nloglevel warning\n", port, password, dir))
	var log bytes.Buffer // read once the process has ended
	cmd.Stdout, cmd.Stderr = &log, &log
	p, err := startProcess(cmd)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	address := net.JoinHostPort("127.0.0.1", port)
	r := &redis{process: p, dir: dir,
		url: (&url.URL{Scheme: "redis", User: url.UserPassword("default", password), Host: address, Path: "/0"}).String()}
	for deadline := time.Now().Add(startTime); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		select {
		case <-p.ended:
			return nil, errors.Join(fmt.Errorf("redis-server: %w: %s", p.err, &log), os.RemoveAll(dir))
		default:
		}
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			return r, nil
		}
	}
	return nil, errors.Join(errors.New("redis-server does not answer"), r.stop())
}

func (r *redis) stop() error { return errors.Join(r.process.stop(), os.RemoveAll(r.dir)) }

// An instance is one process of the program.
type instance struct {
	*process
	name string
	host string // and port
}

// startInstance returns when the instance listens.
func startInstance(ctx context.Context, binary, name string, environment []string, out io.Writer) (*instance, error) {
	cmd := exec.Command(binary)
	cmd.Env = environment
	log := &prefixed{prefix: "[" + name + "]", to: out}
	cmd.Stderr = log
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p, err := startProcess(cmd)
	if err != nil {
		return nil, err
	}
	listening := make(chan string, 1)
	go func() {
		defer close(listening)
		if line, err := bufio.NewReader(stdout).ReadString('\n'); err == nil {
			listening <- strings.TrimSpace(line)
		}
	}()
	var line string
	select {
	case line = <-listening:
	case <-ctx.Done():
	case <-time.After(startTime):
	}
	_, address, ok := strings.Cut(line, "http://")
	_, port, err := net.SplitHostPort(address)
	if !ok || err != nil {
		return nil, errors.Join(fmt.Errorf("instance %s did not start: %q", name, line), p.stop())
	}
	return &instance{process: p, name: name, host: net.JoinHostPort("127.0.0.1", port)}, nil
}

// freePort is a port that nobody listens at, for a while.
func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
