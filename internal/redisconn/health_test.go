package redisconn

import (
	"context"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

func TestPoolLimits(t *testing.T) {
	for _, url := range []string{"redis://h", "redis+sentinel://h/m", "redis+cluster://h"} {
		c, err := Open(url, Options{})
		if err != nil {
			t.Fatal(err)
		}
		pools := []*redis.Pool{c.pool}
		if c.cluster != nil {
			node, err := c.cluster.CreatePool("h:6379")
			if err != nil {
				t.Fatal(err)
			}
			pools = append(pools, node)
		}
		for _, p := range pools {
			if p.MaxActive != 50 || p.Wait || p.IdleTimeout != 4*time.Minute {
				t.Errorf("%s: MaxActive %d, Wait %t, IdleTimeout %s", url, p.MaxActive, p.Wait, p.IdleTimeout)
			}
		}
	}
}

// After one idle connection has timed out the others are dropped unasked: ten
// time-outs in a row would be five seconds.
func TestIdleConnectionsAreTestedOnce(t *testing.T) {
	var h health
	fresh, old := time.Now(), time.Now().Add(-time.Minute)
	asked := 0
	ask := func(answer error) func(time.Time) error {
		return func(lastUsed time.Time) error {
			return h.test(t.Context(), nil, lastUsed, trustTime, func(context.Context, redis.Conn) error {
				asked++
				return answer
			})
		}
	}
	good, hanging := ask(nil), ask(&net.OpError{Op: "read", Err: errTimeout{}})
	if err := good(fresh); err != nil || asked != 0 {
		t.Errorf("fresh: %v, asked %d times", err, asked)
	}
	if err := good(old); err != nil || asked != 1 {
		t.Errorf("old: %v, asked %d times", err, asked)
	}
	for range 10 {
		if err := hanging(old); err == nil {
			t.Error("a hanging connection was accepted")
		}
		if err := good(fresh); err == nil {
			t.Error("a connection from before the failure was accepted")
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
	if err := good(time.Now()); err != nil {
		t.Errorf("a connection from after the failure: %v", err)
	}
}

// demoted is a connection to a server that has become a replica, which nobody
// has told the client.
type demoted struct {
	redis.Conn
	closed bool
}

func (*demoted) Send(string, ...any) error { return nil }
func (*demoted) Flush() error              { return nil }
func (d *demoted) Close() error            { d.closed = true; return nil }
func (*demoted) Receive() (any, error) {
	return nil, redis.Error("READONLY You can't write against a read only replica.")
}

// A refused write is repeated where the primary is now.
func TestDemotedServerIsLeft(t *testing.T) {
	c, err := Open(servers.Redis(t).URL(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	old := new(demoted)
	conn := &conn{route: &directRoute{client: c, node: old}}
	if reply, err := conn.Do("SET", "k", "v"); err != nil || reply != "OK" {
		t.Errorf("SET: %v, %v", reply, err)
	}
	if !old.closed {
		t.Error("the old connection was kept")
	}
	if err := c.health.test(t.Context(), old, time.Now().Add(-time.Millisecond), trustTime, ping); c.health.brokenAt.Load() == 0 {
		t.Errorf("other old connections are trusted: %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
}

type errTimeout struct{}

func (errTimeout) Error() string   { return "i/o timeout" }
func (errTimeout) Timeout() bool   { return true }
func (errTimeout) Temporary() bool { return true }

// Only what had been closed is tried again: a retry of anything else would make
// people wait twice.
func TestWhatCountsAsClosed(t *testing.T) {
	for _, test := range []struct {
		name           string
		err            error
		closed, broken bool
	}{
		{"closed", io.EOF, true, true},
		{"closed within a reply", io.ErrUnexpectedEOF, true, true},
		{"reset", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, true, true},
		{"broken pipe", &net.OpError{Op: "write", Err: syscall.EPIPE}, true, true},
		{"time-out", &net.OpError{Op: "read", Err: errTimeout{}}, false, true},
		{"refused", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, false, true},
		{"answer", redis.Error("LOADING Redis is loading the dataset in memory"), false, false},
		{"pool exhausted", redis.ErrPoolExhausted, false, false},
	} {
		if closed, broken := isClosed(test.err), isConnectionError(test.err); closed != test.closed || broken != test.broken {
			t.Errorf("%s: closed %t, broken %t", test.name, closed, broken)
		}
	}
}
