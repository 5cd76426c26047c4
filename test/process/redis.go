package process

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Redis is a server with a password and nothing in it, which keeps nothing.
type Redis struct {
	*Process
	URL string
	dir string
}

// StartRedis starts one on a free port and returns when it answers.
func StartRedis(ctx context.Context) (*Redis, error) {
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, errors.New("no redis-server: install it (Debian, Ubuntu, Fedora, macOS: package redis-server or redis)")
	}
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "redis-*")
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	// By way of its standard input, so that the password is in no list of processes.
	cmd := exec.Command(binary, "-")
	cmd.Stdin = strings.NewReader(fmt.Sprintf("bind 127.0.0.1\nport %s\nrequirepass %s\ndir %s\nsave \"\"\nappendonly no\nloglevel warning\n", port, password, dir))
	var log bytes.Buffer // read once the process has ended
	cmd.Stdout, cmd.Stderr = &log, &log
	p, err := Start(cmd)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	r := &Redis{Process: p, dir: dir,
		URL: (&url.URL{Scheme: "redis", User: url.UserPassword("default", password), Host: address, Path: "/0"}).String()}
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
	return nil, errors.Join(errors.New("redis-server does not answer"), r.Stop())
}

// Stop ends the server and removes its folder.
func (r *Redis) Stop() error { return errors.Join(r.Process.Stop(), os.RemoveAll(r.dir)) }
