package redisconn_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/internal/redisconn"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

func open(t *testing.T, url string) *redisconn.Client {
	t.Helper()
	c, err := redisconn.Open(url, redisconn.SmallTime)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return c
}

// do runs one command as a request would.
func do(c *redisconn.Client, name string, args ...any) (any, error) {
	conn, err := c.Pool().GetContext(context.Background())
	if err != nil {
		return nil, err
	}
	reply, err := conn.Do(name, args...)
	return reply, errors.Join(err, conn.Close())
}

func set(t *testing.T, c *redisconn.Client, key, value string) {
	t.Helper()
	if _, err := do(c, "SET", key, value); err != nil {
		t.Fatalf("SET %s: %v", key, err)
	}
}

func want(t *testing.T, c *redisconn.Client, key, value string) {
	t.Helper()
	if got, err := redis.String(do(c, "GET", key)); err != nil || got != value {
		t.Fatalf("GET %s: %q, %v, want %q", key, got, err, value)
	}
}

// transact is how the session store writes.
func transact(c *redisconn.Client, key, value string) error {
	conn := c.Pool().Get()
	return errors.Join(
		conn.Send("MULTI"),
		conn.Send("SET", key, value),
		conn.Send("PEXPIREAT", key, time.Now().Add(time.Hour).UnixMilli()),
		func() error { _, err := conn.Do("EXEC"); return err }(),
		conn.Close())
}

func keys(n int) []string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf("key:%d", i))
	}
	return keys
}

// Whatever a URL names, the pool does the same.
func TestEveryTopology(t *testing.T) {
	t.Parallel()
	locked := servers.Redis(t, "--requirepass", "hunter2hunter2")
	users := servers.Redis(t)
	users.Do("ACL", "SETUSER", "ada", "on", ">pass/word", "~*", "+@all")
	for name, url := range map[string]string{
		"plain":         servers.Redis(t).URL(),
		"database":      servers.Redis(t).URL() + "/5",
		"password":      "redis://:hunter2hunter2@" + locked.Address,
		"password only": "redis://hunter2hunter2@" + locked.Address + "/2",
		"ACL user":      "redis://ada:pass%2Fword@" + users.Address,
		"TLS":           servers.RedisTLS(t),
		"Sentinel":      servers.Sentinel(t).URL(),
		"Cluster":       servers.Cluster(t).URL(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := open(t, url)
			if _, err := do(c, "PING"); err != nil {
				t.Fatal(err)
			}
			for _, key := range keys(20) {
				if err := transact(c, key, "value of "+key); err != nil {
					t.Fatal(err)
				}
				want(t, c, key, "value of "+key)
			}
			if _, err := redis.String(do(c, "GET", "none")); !errors.Is(err, redis.ErrNil) {
				t.Errorf("GET none: %v", err)
			}
			if _, err := do(c, "INCR", "key:1"); err == nil || !strings.Contains(err.Error(), "not an integer") {
				t.Errorf("INCR of a text: %v", err)
			}

			// Several commands of one key at once.
			conn := c.Pool().Get()
			if err := errors.Join(conn.Send("APPEND", "key:1", "!"), conn.Send("STRLEN", "key:1"), conn.Flush()); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if n, err := redis.Int(conn.Receive()); err != nil || n != len("value of key:1!") {
					t.Errorf("received %d, %v", n, err)
				}
			}
			if _, err := conn.Receive(); err == nil {
				t.Error("received more than was asked")
			}
			if err := conn.Close(); err != nil {
				t.Error(err)
			}

			var found []string
			if err := c.EachPrimary(t.Context(), func(conn redis.Conn) error {
				reply, err := redis.Strings(conn.Do("KEYS", "*"))
				found = append(found, reply...)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			wanted := keys(20)
			slices.Sort(found)
			slices.Sort(wanted)
			if !slices.Equal(found, wanted) {
				t.Errorf("found %q", found)
			}
		})
	}
}

func TestWrongPasswordIsNotShown(t *testing.T) {
	server := servers.Redis(t, "--requirepass", "hunter2hunter2")
	for _, url := range []string{"redis://:wrongword@" + server.Address, server.URL()} {
		_, err := do(open(t, url), "PING")
		if err == nil || strings.Contains(err.Error(), "wrongword") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// A certificate nobody vouches for must not be accepted.
func TestTLSIsVerified(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would report the refusal
	server.StartTLS()
	defer server.Close()
	if _, err := do(open(t, "rediss://"+server.Listener.Addr().String()), "PING"); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("ping: %v", err)
	}
}

// Connections that Redis closed while they lay in the pool must not cost anyone
// a request.
func TestRestartIsNotNoticed(t *testing.T) {
	server := servers.Redis(t)
	c := open(t, server.URL())
	var group sync.WaitGroup
	for range 30 {
		group.Go(func() { _, _ = do(c, "PING") })
	}
	group.Wait()
	server.Stop()
	server.Start()
	for range 12 {
		if err := transact(c, "k", "v"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStoppedServer(t *testing.T) {
	server := servers.Redis(t)
	c := open(t, server.URL())
	set(t, c, "k", "v")
	server.Stop()
	start := time.Now()
	for range 3 {
		if _, err := do(c, "GET", "k"); err == nil {
			t.Fatal("no error")
		}
	}
	if took := time.Since(start); took > 1500*time.Millisecond {
		t.Errorf("three errors took %s", took)
	}
	server.Start()
	set(t, c, "k", "again")
}

// A server that hangs costs a request about a second, whatever its URL.
func TestHangingServer(t *testing.T) {
	t.Parallel()
	address := servers.Hanging(t)
	// They wait and do nothing else: all at once, however few processors there are.
	var group sync.WaitGroup
	defer group.Wait()
	for _, url := range []string{
		"redis://" + address,
		"redis://user:secret@" + address,
		"redis://" + address + "/3",
		"rediss://" + address,
		"redis+sentinel://" + address + "/mymaster",
		"redis+cluster://" + address,
	} {
		c := open(t, url)
		group.Go(func() {
			for range 2 {
				start := time.Now()
				if _, err := do(c, "GET", "k"); err == nil {
					t.Errorf("%s: no error", url)
				}
				if took := time.Since(start); took > 1500*time.Millisecond {
					t.Errorf("%s took %s", url, took)
				}
			}
		})
	}
}

// A deadline that comes before the time limits of the client counts.
func TestDeadline(t *testing.T) {
	server := servers.Redis(t)
	c := open(t, server.URL())
	conn := c.Pool().Get()
	defer func() { _ = conn.Close() }() // it is broken by then
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := redis.DoContext(conn, ctx, "BLPOP", "none", 10); err == nil {
		t.Error("no error")
	}
	if took := time.Since(start); took > 300*time.Millisecond {
		t.Errorf("took %s", took)
	}
	if _, err := redis.DoContext(conn, ctx, "SET", "k", "v"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after the deadline: %v", err)
	}
	if got := server.Keys(); len(got) != 0 {
		t.Errorf("after the deadline %q was written", got)
	}
}

// More requests than connections are answered at once, not one after the other.
func TestHangingUnderLoad(t *testing.T) {
	t.Parallel()
	c := open(t, "redis://"+servers.Hanging(t))
	start := time.Now()
	var group sync.WaitGroup
	for range 200 {
		group.Go(func() {
			if _, err := do(c, "GET", "k"); err == nil {
				t.Error("no error")
			}
		})
	}
	group.Wait()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
}

// The old primary dies. Once the replica has taken over, the next request
// succeeds, over connections that lead to the dead one.
func TestFailoverOfADeadPrimary(t *testing.T) {
	t.Parallel()
	watched := servers.Sentinel(t)
	c := open(t, watched.URL())
	set(t, c, "k", "v")
	watched.Replicated()
	watched.Primary.Stop()
	watched.FailOver()
	if err := transact(c, "k2", "v2"); err != nil {
		t.Fatal(err)
	}
	want(t, c, "k", "v")
}

// The old primary lives on as a replica, whose connections still answer: with
// old data to those who read, and with a refusal to those who write.
func TestFailoverOfALivingPrimary(t *testing.T) {
	t.Parallel()
	watched := servers.Sentinel(t)
	c := open(t, watched.URL())
	set(t, c, "k", "v")
	watched.Replicated()
	watched.FailOver()
	if err := transact(c, "k", "new"); err != nil {
		t.Fatal(err)
	}
	want(t, c, "k", "new")
}

func TestSlotOnTheMove(t *testing.T) {
	t.Parallel()
	s := servers.Cluster(t)
	c := open(t, s.URL())
	for _, key := range []string{"{slot}:old", "{slot}:other"} {
		set(t, c, key, "v")
	}
	move := s.BeginMove("{slot}")
	// What is not on the old node is asked of the new one.
	set(t, c, "{slot}:new", "v")
	if err := transact(c, "{slot}:new2", "v"); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"{slot}:old", "{slot}:new", "{slot}:new2"} {
		want(t, c, key, "v")
	}
	move.Finish()
	for _, key := range []string{"{slot}:old", "{slot}:new", "{slot}:new2", "{slot}:other"} {
		want(t, c, key, "v")
	}
	if err := transact(c, "{slot}:old", "w"); err != nil {
		t.Fatal(err)
	}
	// A client that knows nothing yet finds its way, too.
	want(t, open(t, s.URL()), "{slot}:old", "w")
}

func TestClusterWithADeadNode(t *testing.T) {
	t.Parallel()
	s := servers.Cluster(t)
	for _, node := range s.Nodes {
		node.Do("CONFIG", "SET", "cluster-require-full-coverage", "no")
	}
	c := open(t, s.URL())
	for _, key := range keys(30) {
		set(t, c, key, "v")
	}
	s.Nodes[0].Stop()
	alive := 0
	for _, key := range keys(30) {
		start := time.Now()
		if _, err := do(c, "GET", key); err == nil {
			alive++
		}
		// A node that is away refuses at once, for which a machine that runs all tests at
		// the same time may take a second.
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s took %s", key, took)
		}
	}
	if alive < 10 || alive > 28 {
		t.Errorf("%d of 30 keys answer without one of three nodes", alive)
	}
}
