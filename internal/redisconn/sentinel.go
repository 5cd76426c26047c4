package redisconn

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/gomodule/redigo/redis"
)

// dialPrimary asks the sentinels, the one that answered last first, and checks
// with the server itself: for some seconds after a failover they do not agree.
func (c *Client) dialPrimary(ctx context.Context) (redis.Conn, error) {
	var failed []error
	first := int(c.preferred.Load())
	for i := range c.target.addresses {
		index := (first + i) % len(c.target.addresses)
		address, err := c.askSentinel(ctx, c.target.addresses[index])
		if err != nil {
			failed = append(failed, err)
			continue
		}
		node, err := c.dialAddress(ctx, address)
		if err != nil {
			failed = append(failed, fmt.Errorf("dial primary: %w", err))
			continue
		}
		if err := wantPrimary(ctx, node); err != nil {
			failed = append(failed, errors.Join(err, node.Close()))
			continue
		}
		c.preferred.Store(int32(index))
		return node, nil
	}
	return nil, errors.Join(failed...)
}

func (c *Client) askSentinel(ctx context.Context, sentinel string) (address string, err error) {
	conn, err := redis.DialContext(ctx, "tcp", sentinel, append(c.dialOptions(),
		redis.DialUsername(c.target.sentinelUsername),
		redis.DialPassword(c.target.sentinelPassword))...)
	if err != nil {
		return "", fmt.Errorf("dial sentinel: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	answer, err := redis.Strings(redis.DoContext(conn, ctx, "SENTINEL", "get-master-addr-by-name", c.target.primary))
	switch {
	case errors.Is(err, redis.ErrNil):
		return "", fmt.Errorf("sentinel knows no primary named %q", c.target.primary)
	case err != nil:
		return "", fmt.Errorf("ask sentinel: %w", err)
	case len(answer) != 2:
		return "", errors.New("ask sentinel: unexpected answer")
	}
	return net.JoinHostPort(answer[0], answer[1]), nil
}
