package redisconn

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"
)

type command struct {
	name string
	args []any
}

// A route brings a batch of commands to where its data is and returns one reply
// each. A reply may be a redis.Error.
type route interface {
	run(ctx context.Context, batch []command) ([]any, error)
	err() error
	close() error
}

// conn is what the pool holds. It keeps commands until their replies are asked
// for, so that a route can send them again elsewhere.
type conn struct {
	route   route
	sent    []command
	replies []any
}

var _ redis.ConnWithContext = (*conn)(nil)

func (c *conn) Send(name string, args ...any) error {
	c.sent = append(c.sent, command{name, args})
	return c.route.err()
}

func (c *conn) Flush() error {
	replies, err := c.flush(context.Background())
	c.replies = append(c.replies, replies...)
	return err
}

func (c *conn) flush(ctx context.Context) ([]any, error) {
	batch := c.sent
	c.sent = nil
	if len(batch) == 0 {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.route.run(ctx, batch)
}

func (c *conn) Receive() (any, error) {
	if len(c.replies) == 0 {
		return nil, errors.New("redis: nothing to receive")
	}
	reply := c.replies[0]
	c.replies = c.replies[1:]
	if err, ok := reply.(redis.Error); ok {
		return nil, err
	}
	return reply, nil
}

func (c *conn) ReceiveContext(context.Context) (any, error) { return c.Receive() }

func (c *conn) Do(name string, args ...any) (any, error) {
	return c.DoContext(context.Background(), name, args...)
}

// DoContext is Do of [redis.Conn]: without a name it returns all replies, with
// one the last reply and the first error among them. The deadline of ctx counts
// when it comes before the client's own time limits; a cancellation is noticed
// between replies.
func (c *conn) DoContext(ctx context.Context, name string, args ...any) (any, error) {
	if name != "" {
		c.sent = append(c.sent, command{name, args})
	}
	replies, err := c.flush(ctx)
	if err != nil || len(replies) == 0 {
		return nil, err
	}
	if name == "" {
		return replies, nil
	}
	for _, reply := range replies {
		if err, ok := reply.(redis.Error); ok {
			return nil, err
		}
	}
	return replies[len(replies)-1], nil
}

func (c *conn) Err() error   { return c.route.err() }
func (c *conn) Close() error { return c.route.close() }

// directRoute is a connection to one server.
type directRoute struct {
	client *Client
	node   redis.Conn
}

func (r *directRoute) err() error   { return r.node.Err() }
func (r *directRoute) close() error { return r.node.Close() }

// run sends the batch again, over a new connection, when the one at hand turns
// out to have been closed by the other side, or to lead to a server that is a
// replica now. After a restart the pool is full of the former, after a failover
// of the latter, and nobody should be sent away because of them.
func (r *directRoute) run(ctx context.Context, batch []command) ([]any, error) {
	replies, err := r.client.exchange(ctx, r.node, batch)
	r.client.health.note(err)
	demoted := find(replies, "READONLY") != ""
	if demoted {
		r.client.health.note(errNotPrimary)
	}
	if !demoted && !isClosed(err) {
		return replies, err
	}
	_ = r.node.Close()
	node, dialErr := r.client.dial(ctx)
	if dialErr != nil {
		r.client.health.note(dialErr)
		return nil, dialErr
	}
	r.node = node
	replies, err = r.client.exchange(ctx, r.node, batch)
	r.client.health.note(err)
	return replies, err
}

// exchange sends the batch and receives its replies.
func (c *Client) exchange(ctx context.Context, node redis.Conn, batch []command) ([]any, error) {
	for _, command := range batch {
		if err := node.Send(command.name, command.args...); err != nil {
			return nil, err
		}
	}
	if err := node.Flush(); err != nil {
		return nil, err
	}
	replies := make([]any, 0, len(batch))
	for range batch {
		reply, err := c.receive(ctx, node)
		var answer redis.Error
		switch {
		case errors.As(err, &answer):
			reply = answer
		case err != nil:
			return nil, err
		}
		replies = append(replies, reply)
	}
	return replies, nil
}

// receive waits as long as the connection would, or until the deadline of ctx
// if that is sooner. What it gives up on is not received later: the connection
// is broken then.
func (c *Client) receive(ctx context.Context, node redis.Conn) (any, error) {
	if deadline, ok := ctx.Deadline(); ok {
		if left := time.Until(deadline); left < c.ioTime {
			// Zero would mean no limit.
			return redis.ReceiveWithTimeout(node, max(left, time.Nanosecond))
		}
	}
	return node.Receive()
}

// find returns the first error among replies that begins with one of the codes.
func find(replies []any, codes ...string) string {
	for _, reply := range replies {
		if answer, ok := reply.(redis.Error); ok {
			code, _, _ := strings.Cut(string(answer), " ")
			for _, wanted := range codes {
				if code == wanted {
					return string(answer)
				}
			}
		}
	}
	return ""
}

// isConnectionError tells a connection that failed from an answer that says no.
func isConnectionError(err error) bool {
	var answer redis.Error
	return err != nil && !errors.As(err, &answer) && !errors.Is(err, redis.ErrPoolExhausted)
}

// isClosed reports whether the other side had closed the connection, as opposed
// to not answering or not accepting one.
func isClosed(err error) bool {
	var operation *net.OpError
	if errors.As(err, &operation) {
		return operation.Op != "dial" && !operation.Timeout()
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
