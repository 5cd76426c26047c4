package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"sync/atomic"
)

// instanceHeader tells who gave an answer. It is this proxy's own: people have
// no use for it.
const instanceHeader = "X-Instance"

// A roundRobin sends each request to the next instance.
type roundRobin struct {
	instances []*instance
	turn      atomic.Uint64
}

func (p *roundRobin) handler() http.Handler {
	return &httputil.ReverseProxy{
		Transport: p,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetXForwarded()
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "instance" // RoundTrip says which
			r.Out.Host = r.In.Host
		},
		FlushInterval: -1, // what is written is passed on at once
	}
}

// RoundTrip asks the next instance, and the one after it when nobody is there.
func (p *roundRobin) RoundTrip(r *http.Request) (*http.Response, error) {
	var all error
	turn := p.turn.Add(1)
	for n := range uint64(len(p.instances)) {
		i := p.instances[(turn+n)%uint64(len(p.instances))]
		out := r.Clone(r.Context())
		out.URL.Host = i.host
		if r.Body != nil {
			// A transport closes the body it could not send, and the next instance
			// still needs it. The proxy closes it in the end.
			out.Body = io.NopCloser(r.Body)
		}
		response, err := http.DefaultTransport.RoundTrip(out)
		if err == nil {
			response.Header.Set(instanceHeader, i.name)
			return response, nil
		}
		all = errors.Join(all, fmt.Errorf("instance %s: %w", i.name, err))
		// Without a connection nothing of the body has been sent.
		if dial := (*net.OpError)(nil); !errors.As(err, &dial) || dial.Op != "dial" {
			break
		}
	}
	return nil, all
}

func (p *roundRobin) pids() string {
	var b strings.Builder
	for n, i := range p.instances {
		if n > 0 {
			b.WriteString(" or")
		}
		fmt.Fprintf(&b, " %d", i.PID())
	}
	return b.String()
}
