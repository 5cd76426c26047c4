// Package redisconn connects to Redis: one server, one watched by Sentinel, or
// a Cluster, with or without TLS. A URL says which:
//
//	redis://user:password@host:6379/0
//	redis+sentinel://user:password@host1:26379,host2:26379/mymaster/0
//	redis+cluster://user:password@host1:6379,host2:6379
//
// With rediss in place of redis, all connections use TLS. Parameters:
//
//	prefix         begins every key, so that several programs share one Redis
//	password_file  file with the password, in place of one in the URL
//	ca             file with the certificates to trust instead of the system's
//	cert, key      files with a certificate of our own, for servers that ask
//	server_name    the name to expect in the server's certificate
//	sentinel_username, sentinel_password  for the sentinels themselves
//
// Whatever the URL says, callers see one redigo pool. Its connections follow
// the data: after a restart, a failover or the move of a slot, commands go to
// where the data is now, and nobody above notices. That asks three things of
// callers. Commands sent before a Do or a Flush belong together: they travel to
// one node, that of the first key among them. They may be sent twice, when a
// connection breaks before the answer is here. And a connection keeps no state
// between them, so there is neither WATCH nor SUBSCRIBE.
package redisconn

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/gomodule/redigo/redis"
	"github.com/mna/redisc"
)

// Limits of talking to Redis. redigo has none of its own for reading, so a
// Redis that hangs would hang its requests.
const (
	connectTime    = time.Second
	defaultIOTime  = 500 * time.Millisecond
	maxConnections = 50 // a request beyond them fails at once, it does not queue behind a Redis in trouble
	maxIdle        = 10
	idleTime       = 4 * time.Minute
	// trustTime is how long a connection may lie idle and still be trusted.
	trustTime = 30 * time.Second
	// primaryTrustTime is trustTime behind Sentinel, where a server may have
	// become a replica meanwhile, which goes on answering with old data.
	primaryTrustTime = time.Second
)

// Options change how a Client talks. The zero value is for small commands.
type Options struct {
	// IOTime bounds the writing of one command and the waiting for one reply.
	// Half a second by default.
	IOTime time.Duration
}

// Client is a pool of connections. It is safe for concurrent use.
type Client struct {
	target  target
	ioTime  time.Duration
	pool    *redis.Pool
	cluster *redisc.Cluster // nil unless the target is one
	health  health
	// preferred is the sentinel that answered last, an index of addresses.
	preferred atomic.Int32
}

// Open returns a client. It does not connect: a program may start before its
// Redis.
func Open(rawURL string, o Options) (*Client, error) {
	t, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	c := &Client{target: t, ioTime: o.IOTime}
	if c.ioTime <= 0 {
		c.ioTime = defaultIOTime
	}
	c.pool = &redis.Pool{MaxActive: maxConnections, MaxIdle: maxIdle, IdleTimeout: idleTime, Wait: false}
	if t.topology == cluster {
		c.cluster = c.newCluster()
		c.pool.DialContext = func(context.Context) (redis.Conn, error) {
			return &conn{route: &clusterRoute{c}}, nil
		}
		return c, nil
	}
	c.pool.DialContext = func(ctx context.Context) (redis.Conn, error) {
		node, err := c.dial(ctx)
		if err != nil {
			c.health.note(err)
			return nil, err
		}
		return &conn{route: &directRoute{client: c, node: node}}, nil
	}
	c.pool.TestOnBorrowContext = func(ctx context.Context, conn redis.Conn, lastUsed time.Time) error {
		trust, test := trustTime, ping
		if t.topology == sentinel {
			trust, test = primaryTrustTime, wantPrimary
		}
		return c.health.test(ctx, conn, lastUsed, trust, test)
	}
	return c, nil
}

// Pool returns the pool, which Close closes.
func (c *Client) Pool() *redis.Pool { return c.pool }

// Prefix is what the URL wants in front of every key.
func (c *Client) Prefix() string { return c.target.prefix }

// Close closes all connections.
func (c *Client) Close() error {
	err := c.pool.Close()
	if c.cluster != nil {
		err = errors.Join(err, c.cluster.Close())
	}
	return err
}

// EachPrimary calls f with a connection to each server that holds keys of its
// own: one, or all primaries of a cluster.
func (c *Client) EachPrimary(ctx context.Context, f func(redis.Conn) error) error {
	if c.cluster != nil {
		return c.eachClusterPrimary(f)
	}
	conn, err := c.pool.GetContext(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(conn), conn.Close())
}

// dial connects to the server, or to the one Sentinel says is the primary.
func (c *Client) dial(ctx context.Context) (redis.Conn, error) {
	if c.target.topology == sentinel {
		return c.dialPrimary(ctx)
	}
	return c.dialAddress(ctx, c.target.addresses[0])
}

func (c *Client) dialAddress(ctx context.Context, address string) (redis.Conn, error) {
	return redis.DialContext(ctx, "tcp", address, append(c.dialOptions(),
		redis.DialUsername(c.target.username),
		redis.DialPassword(c.target.password),
		redis.DialDatabase(c.target.database))...)
}

func (c *Client) dialOptions() []redis.DialOption {
	return []redis.DialOption{
		redis.DialConnectTimeout(connectTime),
		redis.DialTLSHandshakeTimeout(connectTime),
		redis.DialReadTimeout(c.ioTime),
		redis.DialWriteTimeout(c.ioTime),
		redis.DialUseTLS(c.target.tls != nil),
		redis.DialTLSConfig(c.target.tls),
	}
}

// health remembers when a connection of a pool last failed.
type health struct{ brokenAt atomic.Int64 } // nanoseconds

var errConnectionBroken = errors.New("redis: connection predates a failure")

func (h *health) note(err error) {
	if isConnectionError(err) {
		h.brokenAt.Store(time.Now().UnixNano())
	}
}

// test decides whether a connection that lay idle may be used. Those last used
// before the latest failure are dropped without being asked: asking each would
// cost a time-out for each while Redis hangs.
func (h *health) test(ctx context.Context, conn redis.Conn, lastUsed time.Time, trust time.Duration, ask func(context.Context, redis.Conn) error) error {
	if lastUsed.UnixNano() <= h.brokenAt.Load() {
		return errConnectionBroken
	}
	// By the wall clock: the other one may stand still while a platform has the
	// process frozen, and Redis closes what lies idle.
	if time.Now().Round(0).Sub(lastUsed) < trust {
		return nil
	}
	err := ask(ctx, conn)
	h.note(err)
	return err
}

func ping(ctx context.Context, conn redis.Conn) error {
	_, err := redis.DoContext(conn, ctx, "PING")
	return err
}

func wantPrimary(ctx context.Context, conn redis.Conn) error {
	reply, err := redis.Values(redis.DoContext(conn, ctx, "ROLE"))
	if err != nil {
		return err
	}
	if len(reply) > 0 {
		if role, err := redis.String(reply[0], nil); err == nil && role == "master" {
			return nil
		}
	}
	return fmt.Errorf("%w: the server is a replica", errNotPrimary)
}

var errNotPrimary = errors.New("redis: not the primary")
