package redis

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/redisconn"
)

// Names in Redis. Keys have no braces, so those below are what a cluster goes by.
//
// A blob in a namespace lies on the node of the namespace, and so does the
// namespace's index: a sorted set of the rest of each key, by the time at which
// the blob expires. One transaction changes both, and the index expires by
// itself when its blobs have. All other blobs are on nodes of their own.

// A blobName is what a blob is called in Redis.
type blobName struct {
	head string
	// index is that of its namespace, and member what it is called there. Both are
	// empty for a blob in none.
	index, member string
}

func (b *Bucket) name(key string) blobName {
	space, rest, ok := bucket.Namespace(key)
	if !ok {
		return blobName{head: b.olderName(key)}
	}
	return blobName{head: b.spaceName(space) + rest, index: b.indexName(space), member: rest}
}

func (b *Bucket) spaceName(space string) string { return b.prefix + "{" + space + "}/" }
func (b *Bucket) indexName(space string) string { return b.client.Prefix() + "index:{" + space + "}" }

// olderName is the name of a blob in no namespace, and was that of all of them
// before there were indexes.
func (b *Bucket) olderName(key string) string { return b.prefix + "{" + key + "}" }

// keyOf is the key of a blob whose head has that name; "" for a chunk.
func (b *Bucket) keyOf(name string) string {
	name, ok := strings.CutPrefix(name, b.prefix+"{")
	if !ok {
		return ""
	}
	key, ok := strings.CutSuffix(name, "}")
	if !ok {
		key = strings.Replace(name, "}/", "/", 1)
	}
	if bucket.CheckKey(key) != nil { // a chunk's name has what no key may have
		return ""
	}
	return key
}

// indexLife is how long an index lives at least after a write. Nearly all blobs
// of a namespace are gone sooner, so that a write need not know of the others.
const indexLife = 48 * time.Hour

// put writes a head, and its entry in the index with it. It returns what Redis
// says to SET.
func (b *Bucket) put(ctx context.Context, n blobName, head []byte, expires time.Time, option string) (any, error) {
	set := redisconn.Command{"SET", n.head, head, "PXAT", expires.UnixMilli(), option}
	if n.index == "" {
		return b.client.Do(ctx, set...)
	}
	// Relative, because an absolute time of ours may be long ago by the clock of
	// Redis, and would be the end of the whole index.
	life := max(expires.Sub(b.now()), indexLife)
	replies, err := b.client.Transact(ctx, set,
		// Never sooner: it is also the entry of a blob that was there and stays.
		redisconn.Command{"ZADD", n.index, "GT", expires.UnixMilli(), n.member},
		redisconn.Command{"PEXPIRE", n.index, life.Milliseconds()},
		lastEntry(n.index))
	if err != nil {
		return nil, err
	}
	return replies[0], b.keepIndex(ctx, n.index, replies[3], b.now().Add(life))
}

func lastEntry(index string) redisconn.Command {
	return redisconn.Command{"ZRANGE", index, -1, -1, "WITHSCORES"}
}

// keepIndex lets the index live as long as its last blob. Of several who write at
// once each looks again after it has said how long: the last one sees them all.
func (b *Bucket) keepIndex(ctx context.Context, index string, last any, until time.Time) error {
	for range overtaken {
		entry, err := redis.Int64Map(last, nil)
		if err != nil {
			return err
		}
		end := int64(0)
		for _, score := range entry {
			end = score
		}
		if end <= until.UnixMilli() {
			return nil
		}
		replies, err := b.client.Send(ctx, redisconn.Command{"PEXPIREAT", index, end}, lastEntry(index))
		if err != nil {
			return err
		}
		last, until = replies[1], time.UnixMilli(end)
	}
	return nil
}

// remove deletes a head, and its entry in the index with it. It returns the head,
// or nil.
func (b *Bucket) remove(ctx context.Context, n blobName) (any, error) {
	get := redisconn.Command{"GETDEL", n.head}
	if n.index == "" {
		return b.client.Do(ctx, get...)
	}
	replies, err := b.client.Transact(ctx, get, redisconn.Command{"ZREM", n.index, n.member})
	if err != nil {
		return nil, err
	}
	return replies[0], nil
}

// List implements [bucket.Bucket]. What is in one namespace its index knows; anything
// else is found by a walk through all keys, in steps that let others in between:
// 2 ms for 10,000, 26 ms for 100,000.
func (b *Bucket) List(ctx context.Context, prefix string) ([]string, error) {
	if err := errors.Join(bucket.CheckPrefix(prefix), ctx.Err()); err != nil {
		return nil, err
	}
	keys := make(map[string]bool) // Redis may name one twice
	space, rest, one := bucket.Namespace(prefix)
	walk := !one
	if one {
		err := b.listIndex(ctx, space, rest, keys)
		if err == nil {
			walk, err = b.older(ctx)
		}
		if err != nil {
			return nil, bucket.Unavailable("list blobs", err)
		}
	}
	if walk {
		if err := b.walk(ctx, prefix, keys); err != nil {
			return nil, bucket.Unavailable("list blobs", err)
		}
	}
	return slices.Collect(maps.Keys(keys)), ctx.Err()
}

// existAtOnce is how many names are asked for with one request.
const existAtOnce = 1000

// forgottenAfter is how long an entry outlives its blob, at least: time enough
// for instances to disagree about what time it is.
const forgottenAfter = 24 * time.Hour

// listIndex adds the keys of a namespace whose rest begins so. A blob may be gone
// before its entry is: it has expired, or Redis was short of memory.
func (b *Bucket) listIndex(ctx context.Context, space, prefix string, keys map[string]bool) error {
	index := b.indexName(space)
	entries, err := redis.Int64Map(b.client.Do(ctx, "ZRANGE", index, 0, -1, "WITHSCORES"))
	if err != nil {
		return err
	}
	long := b.now().Add(-forgottenAfter).UnixMilli()
	var wanted []string
	stale := false
	for member, expired := range entries {
		if expired < long {
			stale = true
		}
		if expired < long || strings.HasPrefix(member, prefix) {
			wanted = append(wanted, member)
		}
	}
	for some := range slices.Chunk(wanted, existAtOnce) {
		batch := make([]redisconn.Command, len(some))
		for i, member := range some {
			batch[i] = redisconn.Command{"EXISTS", b.spaceName(space) + member}
		}
		replies, err := b.client.Send(ctx, batch...)
		if err != nil {
			return err
		}
		for i, member := range some {
			if replies[i] != int64(1) {
				continue
			}
			if entries[member] < long {
				stale = false // it is our clock that is wrong
			}
			if strings.HasPrefix(member, prefix) {
				keys[space+"/"+member] = true
			}
		}
	}
	if stale {
		// By their time: an entry that is written meanwhile has another.
		_, err = b.client.Do(ctx, "ZREMRANGEBYSCORE", index, "-inf", "("+strconv.FormatInt(long, 10))
	}
	return err
}

// errFound ends a walk that has found what it was for.
var errFound = errors.New("found")

// walk adds the keys that begin so, whatever their names. Redis may name a key
// twice.
func (b *Bucket) walk(ctx context.Context, prefix string, keys map[string]bool) error {
	return b.eachName(ctx, func(names []string) error {
		for _, name := range names {
			if key := b.keyOf(name); key != "" && strings.HasPrefix(key, prefix) {
				keys[key] = true
			}
		}
		return nil
	})
}

// eachName calls f with the names of all blobs and their chunks, a few at a time.
func (b *Bucket) eachName(ctx context.Context, f func(names []string) error) error {
	pattern := globEscape(b.prefix+"{") + "*"
	return b.client.EachPrimary(ctx, func(conn redis.Conn) error {
		for cursor := "0"; ; {
			if err := ctx.Err(); err != nil {
				return err
			}
			reply, err := redis.Values(conn.Do("SCAN", cursor, "MATCH", pattern, "COUNT", 1000))
			if err != nil {
				return err
			}
			var names []string
			if _, err := redis.Scan(reply, &cursor, &names); err != nil {
				return err
			}
			if err := f(names); err != nil {
				return err
			}
			if cursor == "0" {
				return nil
			}
		}
	})
}

// A version of this program without indexes gave all blobs older names. What
// lies in a namespace lives for a day, and such a version may run beside this one
// while instances are renewed one after another: for olderLife after the first
// instance with indexes has come, both names are looked at, and List walks.
const (
	olderLife = 48 * time.Hour
	// olderEvery is how often it is asked again whether that time is over.
	olderEvery = time.Minute
)

// layoutNames are the keys that say so: that instances with indexes have come,
// and, as long as it lives, that there may be older names.
func (b *Bucket) layoutNames() (indexed, older string) {
	return b.client.Prefix() + "{layout}", b.client.Prefix() + "{layout}:older"
}

// older reports whether blobs of a namespace may lie under older names.
func (b *Bucket) older(ctx context.Context) (bool, error) {
	if until := b.olderUntil.Load(); until != nil && (until.IsZero() || time.Now().Before(*until)) {
		return !until.IsZero(), nil
	}
	indexed, older := b.layoutNames()
	replies, err := b.client.Send(ctx, redisconn.Command{"EXISTS", indexed}, redisconn.Command{"EXISTS", older})
	if err != nil {
		return false, err
	}
	there := replies[1] == int64(1)
	if replies[0] != int64(1) {
		if there, err = b.beginIndexes(ctx); err != nil {
			return false, err
		}
	}
	until := time.Time{}
	if there {
		until = time.Now().Add(olderEvery)
	}
	b.olderUntil.Store(&until)
	return there, nil
}

// underEitherName calls f with the name of a blob, and where that is not there
// with its older one, if there may be such a thing.
func (b *Bucket) underEitherName(ctx context.Context, key string, f func(blobName) error) error {
	if err := bucket.Check(ctx, key); err != nil {
		return err
	}
	name := b.name(key)
	err := f(name)
	if !errors.Is(err, bucket.ErrNotFound) || name.index == "" {
		return err
	}
	older, unknown := b.older(ctx)
	switch {
	case unknown != nil:
		return bucket.Unavailable("look for blob", unknown)
	case older:
		return f(blobName{head: b.olderName(key)})
	}
	return err
}

// deleteOlder deletes what lies under the older name of a blob.
func (b *Bucket) deleteOlder(ctx context.Context, key string) error {
	if b.name(key).index == "" {
		return nil
	}
	switch older, err := b.older(ctx); {
	case err != nil:
		return bucket.Unavailable("look for blob", err)
	case older:
		return b.delete(ctx, blobName{head: b.olderName(key)})
	}
	return nil
}

// beginIndexes writes down that instances with indexes have come. Where there is
// no blob at all, no older version has been.
func (b *Bucket) beginIndexes(ctx context.Context) (older bool, err error) {
	err = b.eachName(ctx, func(names []string) error {
		for _, name := range names {
			if key := b.keyOf(name); key != "" && name == b.olderName(key) {
				return errFound
			}
		}
		return nil
	})
	older = errors.Is(err, errFound)
	if err != nil && !older {
		return false, err
	}
	indexed, olderName := b.layoutNames()
	var batch []redisconn.Command
	if older {
		batch = append(batch, redisconn.Command{"SET", olderName, "1", "PX", olderLife.Milliseconds(), "NX"})
	}
	_, err = b.client.Send(ctx, append(batch, redisconn.Command{"SET", indexed, "1"})...)
	return older, err
}

func globEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(s)
}
