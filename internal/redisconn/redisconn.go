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
// Whatever the URL says, callers send commands to one Client, or see one redigo
// pool, which the session store is built on. Behind both is go-redis: after a restart, a failover or the move of a
// slot, commands go to where the data is now, and nobody above notices. That asks
// three things of callers. Commands sent before a Do or a Flush belong together,
// and so do their keys. They may be sent twice, when a connection breaks before
// the answer is here. And a connection keeps no state between them, so there is
// neither WATCH nor SUBSCRIBE, and a transaction is sent in one go.
package redisconn

import (
	"context"
	"errors"
	"sync"
	"time"

	redigo "github.com/gomodule/redigo/redis"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
)

// Limits of talking to Redis.
const (
	// SmallTime is time enough for small commands.
	SmallTime      = 500 * time.Millisecond
	connectTime    = time.Second
	maxConnections = 50 // a request beyond them fails at once, it does not queue behind a Redis in trouble
	maxIdle        = 10
	idleTime       = 4 * time.Minute
)

// Client is a pool of connections. It is safe for concurrent use.
type Client struct {
	redis  redis.UniversalClient
	pool   *redigo.Pool
	prefix string
	limit  time.Duration
}

// Open returns a client. It does not connect: a program may start before its
// Redis. The writing of one command may take so long, and so may one reply.
func Open(rawURL string, ioTime time.Duration) (*Client, error) {
	t, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	silence()
	options := &redis.UniversalOptions{
		Addrs: t.addresses, MasterName: t.primary, IsClusterMode: t.topology == cluster,
		DB: t.database, Username: t.username, Password: t.password,
		SentinelUsername: t.sentinelUsername, SentinelPassword: t.sentinelPassword,
		TLSConfig: t.tls, Protocol: 2, DisableIdentity: true,
		DialTimeout: connectTime, ReadTimeout: ioTime, WriteTimeout: ioTime, ContextTimeoutEnabled: true,
		PoolSize: maxConnections, MaxActiveConns: maxConnections, MaxIdleConns: maxIdle,
		// None would mean a second. A retry is for connections that turn out closed.
		PoolTimeout: time.Millisecond, ConnMaxIdleTime: idleTime, MaxRetries: 1,
	}
	c := &Client{prefix: t.prefix, limit: connectTime + ioTime}
	switch t.topology {
	case single:
		c.redis = redis.NewClient(dialOnce(options.Simple()))
	case sentinel:
		c.redis = redis.NewFailoverClient(options.Failover())
	case cluster:
		nodes := options.Cluster()
		nodes.NewClient = func(o *redis.Options) *redis.Client { return redis.NewClient(dialOnce(o)) }
		c.redis = redis.NewClusterClient(nodes)
	}
	c.pool = &redigo.Pool{DialContext: func(context.Context) (redigo.Conn, error) { return &conn{node: c.node()}, nil }}
	return c, nil
}

// silence turns off the log of go-redis, which names addresses. What operators need
// to know is in the errors.
var silence = sync.OnceFunc(logging.Disable)

// dialOnce leaves it to callers to try again.
func dialOnce(o *redis.Options) *redis.Options {
	o.DialerRetries = 1
	return o
}

// Pool returns the pool, which Close closes.
func (c *Client) Pool() *redigo.Pool { return c.pool }

// Prefix is what the URL wants in front of every key.
func (c *Client) Prefix() string { return c.prefix }

// Close closes all connections.
func (c *Client) Close() error { return errors.Join(c.pool.Close(), c.redis.Close()) }
