package redisconn

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	redigo "github.com/gomodule/redigo/redis"
	"github.com/redis/go-redis/v9"
)

// A Command is the name of a command and its arguments.
type Command []any

// Do sends one command and returns its reply.
func (c *Client) Do(ctx context.Context, command ...any) (any, error) {
	replies, err := c.Send(ctx, command)
	if err != nil {
		return nil, err
	}
	return replies[0], nil
}

// Send sends commands together and returns their replies, or the first error
// among them. Their keys must lie on one node.
func (c *Client) Send(ctx context.Context, batch ...Command) ([]any, error) {
	return firstRefusal(c.node().send(ctx, batch))
}

// Transact carries out all commands or none, and returns their replies.
func (c *Client) Transact(ctx context.Context, batch ...Command) ([]any, error) {
	return firstRefusal(c.node().transact(ctx, batch))
}

func firstRefusal(replies []any, err error) ([]any, error) {
	for _, reply := range replies {
		if refusal, ok := reply.(redigo.Error); ok {
			return nil, refusal
		}
	}
	return replies, err
}

// A pipeline is a client of go-redis, of everything or of one node.
type pipeline interface {
	Pipeline() redis.Pipeliner
	TxPipeline() redis.Pipeliner
}

// node is what commands are sent to.
type node struct {
	client pipeline
	limit  time.Duration // of one batch
}

func (c *Client) node() node { return node{c.redis, c.limit} }

// conn looks like a connection to redigo. It keeps commands until their replies
// are asked for, and then lets the client bring them all to where their data is.
type conn struct {
	node
	sent    []Command
	replies []any
}

var _ redigo.ConnWithContext = (*conn)(nil)

func (c *conn) Send(name string, args ...any) error {
	c.sent = append(c.sent, append(Command{name}, args...))
	return nil
}

func (c *conn) Flush() error {
	replies, err := c.flush(context.Background())
	c.replies = append(c.replies, replies...)
	return err
}

func (c *conn) Receive() (any, error) {
	if len(c.replies) == 0 {
		return nil, errors.New("redis: nothing to receive")
	}
	reply := c.replies[0]
	c.replies = c.replies[1:]
	if err, ok := reply.(redigo.Error); ok {
		return nil, err
	}
	return reply, nil
}

func (c *conn) ReceiveContext(context.Context) (any, error) { return c.Receive() }

func (c *conn) Do(name string, args ...any) (any, error) {
	return c.DoContext(context.Background(), name, args...)
}

// DoContext is Do of [redigo.Conn]: without a name it returns all replies, with
// one the last reply and the first error among them.
func (c *conn) DoContext(ctx context.Context, name string, args ...any) (any, error) {
	if name != "" {
		c.sent = append(c.sent, append(Command{name}, args...))
	}
	replies, err := c.flush(ctx)
	if err != nil || len(replies) == 0 {
		return nil, err
	}
	if name == "" {
		return replies, nil
	}
	if replies, err = firstRefusal(replies, nil); err != nil {
		return nil, err
	}
	return replies[len(replies)-1], nil
}

func (c *conn) Err() error   { return nil }
func (c *conn) Close() error { return nil }

// flush sends what was sent so far in one go. go-redis has a transaction in place
// of MULTI and EXEC, which go to the node of what is between them.
func (c *conn) flush(ctx context.Context) ([]any, error) {
	batch := c.sent
	c.sent = nil
	if len(batch) == 0 || batch[0][0] != "MULTI" {
		return c.send(ctx, batch)
	}
	inner, err := c.transact(ctx, batch[1:len(batch)-1])
	if err != nil {
		return nil, err
	}
	replies := []any{"OK"}
	for range inner {
		replies = append(replies, "QUEUED")
	}
	return append(replies, inner), nil
}

func (n node) send(ctx context.Context, batch []Command) ([]any, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	return n.exec(ctx, n.client.Pipeline(), batch)
}

func (n node) transact(ctx context.Context, batch []Command) ([]any, error) {
	replies, err := n.exec(ctx, n.client.TxPipeline(), batch)
	if len(replies) > 0 {
		if refused, ok := replies[0].(redigo.Error); ok && strings.HasPrefix(refused.Error(), "EXECABORT") {
			return n.transactAsking(ctx, batch, refused)
		}
	}
	return replies, err
}

// transactAsking sends a transaction, which was refused, to the node that is about
// to own its data: go-redis follows ASK with single commands only.
func (n node) transactAsking(ctx context.Context, batch []Command, refused error) (_ []any, err error) {
	cluster, ok := n.client.(*redis.ClusterClient)
	if !ok {
		return nil, refused
	}
	key := batch[0][1].(string)
	owner, err := cluster.MasterForKey(ctx, key)
	if err != nil {
		return nil, err
	}
	answer := owner.Exists(ctx, key).Err() // of this node alone: ASK, a slot and an address
	if answer == nil || !strings.HasPrefix(answer.Error(), "ASK ") {
		return nil, refused
	}
	options := *owner.Options()
	options.Addr = strings.Fields(answer.Error())[2]
	next := redis.NewClient(&options)
	defer func() { err = errors.Join(err, next.Close()) }()
	asking := append([]Command{{"ASKING"}, {"MULTI"}}, batch...)
	replies, err := n.exec(ctx, next.Pipeline(), append(asking, Command{"EXEC"}))
	if err != nil {
		return nil, err
	}
	return redigo.Values(replies[len(replies)-1], nil)
}

// exec returns the replies to a batch. Those that say no are redigo.Error.
func (n node) exec(ctx context.Context, p redis.Pipeliner, batch []Command) ([]any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, n.limit)
	defer cancel()
	for _, c := range batch {
		p.Do(ctx, c...)
	}
	commands, err := p.Exec(ctx)
	var answer redis.Error
	if err != nil && (!errors.As(err, &answer) || !slices.ContainsFunc(commands, func(c redis.Cmder) bool { return c.Err() != nil })) {
		return nil, err // of the connection, or of signing in
	}
	replies := make([]any, len(batch))
	for i, command := range commands {
		reply, err := command.(*redis.Cmd).Result()
		switch {
		case err == nil:
			replies[i] = asRedigo(reply)
		case errors.Is(err, redis.Nil):
		case errors.As(err, &answer):
			replies[i] = redigo.Error(answer.Error())
		default:
			return nil, err
		}
	}
	return replies, nil
}

// asRedigo is a reply of go-redis as redigo's helpers take it: they want the texts
// within a list as bytes.
func asRedigo(reply any) any {
	list, ok := reply.([]any)
	for i := range list {
		if text, isText := list[i].(string); isText {
			list[i] = []byte(text)
		} else {
			list[i] = asRedigo(list[i])
		}
	}
	if ok {
		return list
	}
	return reply
}

// EachPrimary calls f with a connection to each server that holds keys of its
// own: one, or all primaries of a cluster.
func (c *Client) EachPrimary(ctx context.Context, f func(redigo.Conn) error) error {
	cluster, ok := c.redis.(*redis.ClusterClient)
	if !ok {
		return f(&conn{node: c.node()})
	}
	var mu sync.Mutex // they are asked at the same time
	return cluster.ForEachMaster(ctx, func(_ context.Context, primary *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		return f(&conn{node: node{primary, c.limit}})
	})
}
