package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

const startTime = 10 * time.Second

// An instance is one process of the program.
type instance struct {
	*process.Process
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
	p, err := process.Start(cmd)
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
		return nil, errors.Join(fmt.Errorf("instance %s did not start: %q", name, line), p.Stop())
	}
	return &instance{Process: p, name: name, host: net.JoinHostPort("127.0.0.1", port)}, nil
}
