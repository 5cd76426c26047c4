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

type command struct {
	name string
	args []any
}

// A pipeline is a client of go-redis, of everything or of one node.
type pipeline interface {
	Pipeline() redis.Pipeliner
	TxPipeline() redis.Pipeliner
}

// conn looks like a connection to redigo. It keeps commands until their replies
// are asked for, and then lets the client bring them all to where their data is.
type conn struct {
	client  pipeline
	limit   time.Duration // of one batch
	sent    []command
	replies []any
}

var _ redigo.ConnWithContext = (*conn)(nil)

func (c *conn) Send(name string, args ...any) error {
	c.sent = append(c.sent, command{name, args})
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
		if err, ok := reply.(redigo.Error); ok {
			return nil, err
		}
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
	if len(batch) == 0 {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	if batch[0].name != "MULTI" {
		return exec(ctx, c.client.Pipeline(), batch)
	}
	inner, err := exec(ctx, c.client.TxPipeline(), batch[1:len(batch)-1])
	if err != nil {
		return nil, err
	}
	if len(inner) > 0 {
		if refused, ok := inner[0].(redigo.Error); ok && strings.HasPrefix(refused.Error(), "EXECABORT") {
			return c.transactAsking(ctx, batch, refused)
		}
	}
	replies := []any{"OK"}
	for range inner {
		replies = append(replies, "QUEUED")
	}
	return append(replies, inner), nil
}

// transactAsking sends a transaction, which was refused, to the node that is about
// to own its data: go-redis follows ASK with single commands only.
func (c *conn) transactAsking(ctx context.Context, batch []command, refused error) (_ []any, err error) {
	cluster, ok := c.client.(*redis.ClusterClient)
	if !ok {
		return nil, refused
	}
	key := batch[1].args[0].(string)
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
	node := redis.NewClient(&options)
	defer func() { err = errors.Join(err, node.Close()) }()
	replies, err := exec(ctx, node.Pipeline(), append([]command{{name: "ASKING"}}, batch...))
	if err != nil {
		return nil, err
	}
	return replies[1:], nil
}

// exec returns the replies to a batch. Those that say no are redigo.Error.
func exec(ctx context.Context, p redis.Pipeliner, batch []command) ([]any, error) {
	for _, c := range batch {
		p.Do(ctx, append([]any{c.name}, c.args...)...)
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
		return f(&conn{client: c.redis, limit: c.limit})
	}
	var mu sync.Mutex // they are asked at the same time
	return cluster.ForEachMaster(ctx, func(_ context.Context, node *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		return f(&conn{client: node, limit: c.limit})
	})
}
