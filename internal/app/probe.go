package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// probeTime is a little more than the stores have to answer.
const probeTime = readyTime + time.Second

// probe asks the instance that runs with the same environment whether it is
// ready: images without a shell have nothing else to ask with.
func probe(ctx context.Context, getenv func(string) string) error {
	e := &environment{getenv: getenv}
	host, port, err := net.SplitHostPort(e.address())
	if err = errors.Join(err, e.err()); err != nil {
		return err
	}
	if host == "" {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("probe: %s", response.Status)
	}
	return nil
}
