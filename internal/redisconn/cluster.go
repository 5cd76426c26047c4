package redisconn

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gomodule/redigo/redis"
	"github.com/mna/redisc"
)

const (
	// maxRedirects bounds how often a batch is sent on. A cluster that has
	// settled needs one.
	maxRedirects = 5
	// tryAgainPause is between attempts at several keys that are being moved.
	tryAgainPause = 50 * time.Millisecond
)

func (c *Client) newCluster() *redisc.Cluster {
	return &redisc.Cluster{
		StartupNodes: c.target.addresses,
		DialOptions: append(c.dialOptions(),
			redis.DialUsername(c.target.username),
			redis.DialPassword(c.target.password)),
		CreatePool: func(address string, options ...redis.DialOption) (*redis.Pool, error) {
			health := new(health)
			return &redis.Pool{
				DialContext: func(ctx context.Context) (redis.Conn, error) {
					return redis.DialContext(ctx, "tcp", address, options...)
				},
				TestOnBorrowContext: func(ctx context.Context, conn redis.Conn, lastUsed time.Time) error {
					return health.test(ctx, conn, lastUsed, trustTime, ping)
				},
				MaxActive:   maxConnections,
				MaxIdle:     maxIdle,
				IdleTimeout: idleTime,
			}, nil
		},
	}
}

// clusterRoute takes a connection from the pool of a node for each batch.
type clusterRoute struct{ client *Client }

func (r *clusterRoute) err() error   { return nil }
func (r *clusterRoute) close() error { return nil }

// run follows the answers that say where the data is now: MOVED for good, ASK
// while it is being moved.
func (r *clusterRoute) run(ctx context.Context, batch []command) (replies []any, err error) {
	for range maxRedirects {
		replies, err = r.attempt(ctx, batch)
		if err != nil {
			if isClosed(err) {
				continue
			}
			return nil, err
		}
		answer := find(replies, "MOVED", "ASK", "TRYAGAIN")
		if answer == "" {
			return replies, nil
		}
		if redirect := redisc.ParseRedir(redis.Error(answer)); redirect != nil && redirect.Type == "ASK" {
			replies, err = r.ask(ctx, redirect.Addr, batch)
			if err != nil {
				return nil, err
			}
			if answer = find(replies, "TRYAGAIN"); answer == "" {
				return replies, nil
			}
		}
		if redisc.IsTryAgain(redis.Error(answer)) {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(tryAgainPause):
			}
		}
		// A MOVED has corrected the map on its way through redisc.
	}
	if err == nil {
		err = fmt.Errorf("redis cluster: %s", find(replies, "MOVED", "ASK", "TRYAGAIN"))
	}
	return nil, err
}

func (r *clusterRoute) attempt(ctx context.Context, batch []command) (replies []any, err error) {
	node := r.client.cluster.Get()
	defer func() { err = errors.Join(err, node.Close()) }()
	if err := redisc.BindConn(node, firstKey(batch)...); err != nil {
		return nil, err
	}
	return r.client.exchange(ctx, node, batch)
}

// ask sends the batch to a node that is about to own its data. Before MULTI one
// announcement is enough, otherwise each command needs its own.
func (r *clusterRoute) ask(ctx context.Context, address string, batch []command) (replies []any, err error) {
	node, err := redis.DialContext(ctx, "tcp", address, r.client.cluster.DialOptions...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	var announced []command
	for i, c := range batch {
		if i == 0 || batch[0].name != "MULTI" {
			announced = append(announced, command{name: "ASKING"})
		}
		announced = append(announced, c)
	}
	all, err := r.client.exchange(ctx, node, announced)
	if err != nil {
		return nil, err
	}
	for i, c := range announced {
		if c.name != "ASKING" {
			replies = append(replies, all[i])
		}
	}
	return replies, nil
}

// firstKey returns the key that decides where the batch goes: the first
// argument of the first command that has one. None means any node.
func firstKey(batch []command) []string {
	for _, c := range batch {
		if len(c.args) > 0 {
			if key, ok := c.args[0].(string); ok {
				return []string{key}
			}
		}
	}
	return nil
}

func (c *Client) eachClusterPrimary(f func(redis.Conn) error) error {
	// Without it, only the nodes of the URL would be known.
	if err := c.cluster.Refresh(); err != nil {
		return err
	}
	return c.cluster.EachNode(false, func(_ string, node redis.Conn) error {
		if err := node.Err(); err != nil {
			return err
		}
		return f(node)
	})
}
