// Package app is the program: its configuration from the environment, its
// wiring, and where its requests come from. It is the one package that reads the
// environment, links the SDKs of the clouds and knows all the others.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lambdahttp"
)

const (
	// drainTime is how long requests may go on after the signal to stop. Cloud
	// Run and Docker kill after ten seconds.
	drainTime = 9 * time.Second
	// readHeaderTime bounds a client that sends its headers drop by drop. The
	// body has no such bound: an upload over a slow line takes as long as it takes.
	readHeaderTime = 10 * time.Second
	idleTime       = 2 * time.Minute
	// maxHeaderBytes leaves room for a session in four cookies of 4 KB.
	maxHeaderBytes = 64 << 10
	// sweepEvery is how often expired data is removed from the disk. What has
	// expired cannot be opened either way.
	sweepEvery = 15 * time.Minute
)

// Run is the program, from its configuration to the end of its last request. It
// ends when ctx does.
func Run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) == 1 && args[0] == "probe" {
		return probe(ctx, getenv)
	}
	if len(args) > 0 {
		return fmt.Errorf("unexpected argument %q: everything is configured by the environment, see docs/config.md", args[0])
	}
	cfg, err := readConfig(getenv, debug.SetMemoryLimit(-1))
	if err != nil {
		return err
	}
	log := newLogger(cfg, stderr)
	// Some libraries print by themselves, as that for S3 does when two large
	// creations of one object meet, which is no fault. What matters of it is in
	// their errors.
	slog.SetLogLoggerLevel(slog.LevelDebug)
	slog.SetDefault(log)
	for _, warning := range cfg.warnings {
		log.WarnContext(ctx, warning)
	}
	s, err := wire(ctx, cfg, log, time.Now)
	if err != nil {
		return err
	}
	// Beside the start, which must not wait for a store that hangs.
	go warnOfRule(ctx, s.blobs, cfg.longest(), log)
	if cfg.platform == lambda {
		(&lambdahttp.Server{Handler: s.handler, Stream: cfg.lambdaStream, Drain: drainTime, Log: log}).Serve(ctx)
	} else {
		err = listenAndServe(ctx, cfg, s, stdout, log)
	}
	return errors.Join(err, s.close())
}

// listenAndServe answers the requests that come to a port.
func listenAndServe(ctx context.Context, cfg config, s service, stdout io.Writer, log *slog.Logger) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.address)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	// Programs that start this one wait for the line and read the port from it.
	_, _ = fmt.Fprintf(stdout, "Listening on http://%s\n", browsable(listener.Addr()))
	if cfg.platform.sleeps {
		return serve(ctx, listener, s.handler, log)
	}
	sweeping := startSweeper(ctx, s.sweep, log)
	err = serve(ctx, listener, s.handler, log)
	<-sweeping
	return err
}

// browsable is an address to click on: "every interface" is not one.
func browsable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return addr.String()
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() || tcp.IP.IsLoopback() {
		host = "localhost"
	}
	return net.JoinHostPort(host, fmt.Sprint(tcp.Port))
}

// serve answers requests until ctx ends, and then lets those under way finish.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	// Requests outlive the signal to stop, but not the time they get to finish.
	requests, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeaderBytes,
		BaseContext:       func(net.Listener) context.Context { return requests },
		ErrorLog:          edge.ErrorLog(log),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	deadline, cancel := context.WithTimeout(requests, drainTime)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil {
		log.Warn("requests broken off", "error", err)
		abandon()
		return server.Close()
	}
	return nil
}

// startSweeper removes expired data at once and then every now and then, until
// ctx ends. The channel is closed when it has stopped. Nothing relies on it:
// expired data is refused when it is asked for. Where the process sleeps between
// requests there is none; the store removes by a rule of its own. That the clock
// is wrong is said once, until it is right again.
func startSweeper(ctx context.Context, sweep func(context.Context) (int, error), log *slog.Logger) <-chan struct{} {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		for wrong := false; ; {
			n, err := sweep(ctx)
			before := wrong
			wrong = errors.Is(err, bucket.ErrClock)
			switch {
			case ctx.Err() != nil:
				return
			case wrong && before:
			case err != nil:
				log.ErrorContext(ctx, "sweep", "error", err)
			case n > 0:
				log.InfoContext(ctx, "swept", "blobs", n)
			}
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	}()
	return stopped
}
