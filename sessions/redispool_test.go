package sessions

import (
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
)

// idleConn is an idle connection of the pool. It counts how often it is asked
// whether it still works.
type idleConn struct {
	redis.Conn
	answer error
	asked  int
}

func (c *idleConn) Do(string, ...any) (any, error) {
	c.asked++
	return "PONG", c.answer
}

func TestPoolLimits(t *testing.T) {
	s, err := newRedisStore("redis://localhost", admission{now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if p := s.pool; p.MaxActive != 50 || p.Wait || p.IdleTimeout != 4*time.Minute {
		t.Errorf("MaxActive %d, Wait %t, IdleTimeout %s", p.MaxActive, p.Wait, p.IdleTimeout)
	}
}

// After one idle connection has timed out the others are dropped unasked: ten
// time-outs in a row would be five seconds.
func TestIdleConnectionsAreTestedOnce(t *testing.T) {
	s := &redisStore{}
	fresh, old := time.Now(), time.Now().Add(-time.Minute)

	good := &idleConn{}
	if err := s.testOnBorrow(good, fresh); err != nil || good.asked != 0 {
		t.Errorf("fresh: %v, asked %d times", err, good.asked)
	}
	if err := s.testOnBorrow(good, old); err != nil || good.asked != 1 {
		t.Errorf("old: %v, asked %d times", err, good.asked)
	}
	hanging := &idleConn{answer: &net.OpError{Op: "read", Err: errTimeout{}}}
	if err := s.testOnBorrow(hanging, old); err == nil {
		t.Error("a hanging connection was accepted")
	}
	for range 10 {
		if err := s.testOnBorrow(hanging, old); err == nil {
			t.Error("a hanging connection was accepted")
		}
		if err := s.testOnBorrow(good, fresh); err == nil {
			t.Error("a connection from before the failure was accepted")
		}
	}
	if hanging.asked != 1 || good.asked != 1 {
		t.Errorf("asked %d and %d times", hanging.asked, good.asked)
	}
	if err := s.testOnBorrow(good, time.Now()); err != nil {
		t.Errorf("a connection from after the failure: %v", err)
	}
}

type errTimeout struct{}

func (errTimeout) Error() string   { return "i/o timeout" }
func (errTimeout) Timeout() bool   { return true }
func (errTimeout) Temporary() bool { return true }

// Only what had been closed is tried again: a retry of anything else would make
// people wait twice.
func TestAttemptsAreRepeatedOnlyOnClosedConnections(t *testing.T) {
	for _, test := range []struct {
		name  string
		err   error
		tries int
		drops bool
	}{
		{"closed", io.EOF, 2, true},
		{"reset", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, 2, true},
		{"broken pipe", &net.OpError{Op: "write", Err: syscall.EPIPE}, 2, true},
		{"time-out", &net.OpError{Op: "read", Err: errTimeout{}}, 1, true},
		{"refused", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, 1, true},
		{"answer", redis.Error("LOADING Redis is loading the dataset in memory"), 1, false},
		{"pool exhausted", redis.ErrPoolExhausted, 1, false},
	} {
		s, tries := &redisStore{}, 0
		err := s.attempt(func() error { tries++; return test.err })
		if !errors.Is(err, ErrUnavailable) || !errors.Is(err, test.err) {
			t.Errorf("%s: %v", test.name, err)
		}
		if drops := s.brokenAt.Load() != 0; tries != test.tries || drops != test.drops {
			t.Errorf("%s: %d tries, connections dropped: %t", test.name, tries, drops)
		}
	}
	s, tries := &redisStore{}, 0
	err := s.attempt(func() error {
		if tries++; tries == 1 {
			return io.EOF
		}
		return nil
	})
	if err != nil {
		t.Errorf("second try: %v", err)
	}
}
