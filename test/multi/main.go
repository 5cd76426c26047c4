// Command multi runs what a deployment of several instances is made of, on one
// machine and without containers: a Redis with a password, instances that share
// nothing else, and a proxy that takes them in turn, whoever asks. It is there
// to try that out; deploy/compose.yaml is the same to keep.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

// drainTime is how long requests may go on after the signal to stop.
const drainTime = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop() // not before: ended at once, it would leave its children behind
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "multi:", err)
		os.Exit(1)
	}
}

// run starts everything and serves until ctx ends or no instance is left.
func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	flags := flag.NewFlagSet("multi", flag.ContinueOnError)
	binary := flags.String("server", "", "server binary")
	address := flags.String("listen", "localhost:8080", "where the proxy listens")
	count := flags.Int("instances", 2, "how many instances")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *binary == "" || *count < 1 {
		return errors.New("say which binary to run with -server, and at least one of -instances")
	}
	host, _, err := net.SplitHostPort(*address)
	if err != nil {
		return err
	}
	out := &lines{w: stdout}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *address)
	if err != nil {
		return err
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return err
	}

	// Each stage outlives the one that needs it: the proxy lets requests finish,
	// then the instances end, and Redis last.
	redis, err := process.StartRedis(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, redis.Stop()) }()

	environment := append(os.Environ(),
		"PORT=0", "HOST=127.0.0.1", "SESSION_SECRET_KEY="+rand.Text()+rand.Text(),
		"SESSION_STORE=redis", "REDIS_URL="+redis.URL, "DATASET_URL="+redis.URL)
	alive, allGone := context.WithCancel(context.WithoutCancel(ctx))
	defer allGone()
	var proxy roundRobin
	var left sync.WaitGroup
	for i := range *count {
		name := fmt.Sprint(i + 1)
		instance, err := startInstance(ctx, *binary, name, environment, out)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, instance.Stop()) }()
		proxy.instances = append(proxy.instances, instance)
		left.Add(1)
		go func() {
			defer left.Done()
			<-instance.Ended()
			if ctx.Err() == nil {
				fmt.Fprintf(out, "instance %s has ended; the others go on\n", name)
			}
		}()
	}
	go func() { left.Wait(); allGone() }()

	fmt.Fprintf(out, "\n%d instances with one Redis, in turn, without sticky sessions:\n\n    http://%s\n\n", *count, net.JoinHostPort(host, port))
	fmt.Fprintf(out, "%s says which one gave an answer. End one and go on: kill%s. Ctrl-C stops everything.\n\n", instanceHeader, proxy.pids())

	server := &http.Server{Handler: proxy.handler(), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-alive.Done():
		_ = server.Close()
		return errors.New("no instance is left")
	case <-ctx.Done():
	}
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	return server.Shutdown(deadline)
}

// lines writes whole lines, so that those of several processes do not mix.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// prefixed marks the lines of one process.
type prefixed struct {
	prefix string
	to     io.Writer
	rest   string
}

func (p *prefixed) Write(b []byte) (int, error) {
	p.rest += string(b)
	for {
		line, rest, ok := strings.Cut(p.rest, "\n")
		if !ok {
			return len(b), nil
		}
		p.rest = rest
		if _, err := fmt.Fprintf(p.to, "%s %s\n", p.prefix, line); err != nil {
			return 0, err
		}
	}
}
