// Package redis is the bucket in Redis: one server, one behind Sentinel, or a
// Cluster.
package redis

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/redisconn"
)

// Bucket is a bucket in Redis, as one server, behind Sentinel or as a Cluster.
//
// A blob is one value, its head, whose name makes it visible. What does not fit
// into the head lies in chunks beside it, under names that no other write uses,
// and they are written first: whoever reads the head finds all of it. A reader
// that is overtaken by a replacement misses a chunk and begins again with the
// new head.
//
// Redis itself removes what has expired, chunks as well as heads. A chunk lives
// a little longer than its head, for readers that have just read it.
type Bucket struct {
	client *redisconn.Client
	prefix string // of blobs
	now    func() time.Time

	// olderUntil is until when blobs may lie under older names: nil when nobody
	// has asked yet, and zero when that is over.
	olderUntil atomic.Pointer[time.Time]
}

var _ bucket.Bucket = (*Bucket)(nil)

const (
	// ioTime bounds one chunk on its way. Sessions have less, but they are
	// small.
	ioTime = 2 * time.Second
	// chunkBytes keeps Redis, which does one thing at a time, free for others,
	// and fits through a slow line within ioTime.
	chunkBytes = 512 << 10
	// chunksAtOnce are sent without waiting for the answers in between.
	chunksAtOnce = 4
	// readerTime is how long a chunk outlives its head.
	readerTime = time.Minute
	// overtaken bounds how often a reader begins again.
	overtaken = 10
)

// OpenURL is the [bucket.Driver] of the URLs of package redisconn.
func OpenURL(_ context.Context, rawURL string) (bucket.Bucket, error) {
	return Open(rawURL, time.Now)
}

// Open opens the bucket in the Redis that the URL names, without
// connecting. The clock now must be that of Redis, within seconds.
func Open(rawURL string, now func() time.Time) (*Bucket, error) {
	client, err := redisconn.Open(rawURL, ioTime)
	if err != nil {
		return nil, err
	}
	return &Bucket{client: client, prefix: client.Prefix() + "blob:", now: now}, nil
}

// chunkName begins with the name of the head, and so lies on its node.
func chunkName(head string, h blobHead, i int) string {
	return head + h.generation + ":" + strconv.Itoa(i)
}

// A blobHead is what the head says of its blob.
type blobHead struct {
	generation string // tells this write from all others
	size       int64
	inline     []byte // the blob itself, when it is small
}

const generationBytes = 16

func newHead(data []byte) blobHead {
	h := blobHead{generation: rand.Text()[:generationBytes], size: int64(len(data))}
	if len(data) <= chunkBytes {
		h.inline = data
	}
	return h
}

func (h blobHead) chunks() int {
	if h.size <= chunkBytes {
		return 0
	}
	return int((h.size + chunkBytes - 1) / chunkBytes)
}

func (h blobHead) marshal() []byte {
	b := make([]byte, 0, generationBytes+8+len(h.inline))
	b = append(b, h.generation...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.size))
	return append(b, h.inline...)
}

func parseHead(b []byte) (blobHead, error) {
	if len(b) < generationBytes+8 {
		return blobHead{}, bucket.Unavailable("read head", errors.New("it is cut off"))
	}
	h := blobHead{
		generation: string(b[:generationBytes]),
		size:       int64(binary.BigEndian.Uint64(b[generationBytes:])),
	}
	if h.chunks() == 0 {
		if h.inline = b[generationBytes+8:]; int64(len(h.inline)) != h.size {
			return blobHead{}, bucket.Unavailable("read head", errors.New("its blob is cut off"))
		}
	}
	return h, nil
}

func (b *Bucket) Get(ctx context.Context, key string) (data []byte, err error) {
	err = b.underEitherName(ctx, key, func(name blobName) (err error) {
		data, err = b.get(ctx, name.head)
		return err
	})
	return data, err
}

func (b *Bucket) get(ctx context.Context, name string) ([]byte, error) {
	previous := ""
	for range overtaken {
		head, err := redis.Bytes(b.client.Do(ctx, "GET", name))
		if errors.Is(err, redis.ErrNil) {
			return nil, bucket.ErrNotFound
		}
		if err != nil {
			return nil, bucket.Unavailable("read blob", err)
		}
		h, err := parseHead(head)
		if err != nil {
			return nil, err
		}
		if h.chunks() == 0 {
			return h.inline, nil
		}
		switch data, err := b.readChunks(ctx, name, h); {
		case errors.Is(err, redis.ErrNil) && h.generation == previous:
			// Not overtaken: Redis was short of memory and has thrown them away.
			return nil, bucket.ErrNotFound
		case errors.Is(err, redis.ErrNil):
			previous = h.generation
		case err != nil:
			return nil, bucket.Unavailable("read blob", err)
		default:
			return data, nil
		}
	}
	return nil, bucket.Unavailable("read blob", errors.New("it is replaced faster than it can be read"))
}

// readChunks returns redis.ErrNil when one is missing.
func (b *Bucket) readChunks(ctx context.Context, name string, h blobHead) ([]byte, error) {
	// Joined when all are there: a size that somebody else wrote is not to be trusted.
	var chunks []string
	size := 0
	for first := 0; first < h.chunks(); first += chunksAtOnce {
		var batch []redisconn.Command
		for i := first; i < min(first+chunksAtOnce, h.chunks()); i++ {
			batch = append(batch, redisconn.Command{"GET", chunkName(name, h, i)})
		}
		replies, err := b.client.Send(ctx, batch...)
		if err != nil {
			return nil, err
		}
		for _, reply := range replies {
			chunk, err := redis.String(reply, nil)
			if err != nil {
				return nil, err
			}
			chunks = append(chunks, chunk)
			size += len(chunk)
		}
	}
	if int64(size) != h.size {
		return nil, fmt.Errorf("chunks hold %d bytes of %d", size, h.size)
	}
	data := make([]byte, 0, size)
	for _, chunk := range chunks {
		data = append(data, chunk...)
	}
	return data, nil
}

func (b *Bucket) Stat(ctx context.Context, key string) (size int64, err error) {
	err = b.underEitherName(ctx, key, func(name blobName) (err error) {
		size, err = b.stat(ctx, name.head)
		return err
	})
	return size, err
}

func (b *Bucket) Expires(ctx context.Context, key string) (expires time.Time, err error) {
	err = b.underEitherName(ctx, key, func(name blobName) error {
		left, err := redis.Int64(b.client.Do(ctx, "PTTL", name.head))
		if err != nil {
			return bucket.Unavailable("look for blob", err)
		}
		if left < 0 { // what has no end is not ours
			return bucket.ErrNotFound
		}
		expires = b.now().Add(time.Duration(left) * time.Millisecond)
		return nil
	})
	return expires, err
}

func (b *Bucket) stat(ctx context.Context, name string) (int64, error) {
	head, err := redis.Bytes(b.client.Do(ctx, "GETRANGE", name, 0, generationBytes+7))
	if err != nil {
		return 0, bucket.Unavailable("look for blob", err)
	}
	if len(head) == 0 { // a range of nothing is nothing, not nil
		return 0, bucket.ErrNotFound
	}
	if len(head) < generationBytes+8 {
		return 0, bucket.Unavailable("look for blob", errors.New("its head is cut off"))
	}
	return int64(binary.BigEndian.Uint64(head[generationBytes:])), nil
}

func (b *Bucket) Put(ctx context.Context, key string, data []byte, expires time.Time) error {
	if err := bucket.Check(ctx, key); err != nil {
		return err
	}
	if tooEarly(expires) {
		return b.Delete(ctx, key)
	}
	name := b.name(key)
	err := b.write(ctx, name, data, expires, func(h blobHead) error {
		// GET makes SET return what it replaced.
		before, err := redis.Bytes(b.put(ctx, name, h.marshal(), expires, "GET"))
		if errors.Is(err, redis.ErrNil) {
			return nil
		}
		if err != nil {
			return bucket.Unavailable("write blob", err)
		}
		// The same generation means a command that was sent twice.
		if old, err := parseHead(before); err == nil && old.generation != h.generation {
			// Failing is no reason to fail: they expire.
			_ = b.deleteChunks(ctx, name.head, old)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.deleteOlder(ctx, key)
}

func (b *Bucket) Create(ctx context.Context, key string, data []byte, expires time.Time) error {
	if err := bucket.Check(ctx, key); err != nil {
		return err
	}
	name := b.name(key)
	older := false
	if name.index != "" {
		var err error
		if older, err = b.older(ctx); err != nil {
			return bucket.Unavailable("create blob", err)
		}
	}
	if len(data) > chunkBytes || older || tooEarly(expires) {
		// Spares the writing of chunks; what counts is the condition on the head.
		switch there, err := bucket.Exists(ctx, b, key); {
		case err != nil:
			return err
		case there:
			return bucket.ErrExists
		}
	}
	if tooEarly(expires) {
		return nil
	}
	return b.write(ctx, name, data, expires, func(h blobHead) error { return b.createHead(ctx, name, h, expires) })
}

// tooEarly is a time at which Redis lets nothing expire. It takes all others,
// those that are past by its own clock included: then nothing remains.
func tooEarly(expires time.Time) bool { return expires.UnixMilli() <= 0 }

// write writes the chunks of a blob, and lets head write the rest.
func (b *Bucket) write(ctx context.Context, name blobName, data []byte, expires time.Time, head func(blobHead) error) (err error) {
	h := newHead(data)
	defer func() {
		// They would expire by themselves, but that may be days away. A Redis that
		// does not answer is not asked once more. A write that was called off is
		// called off before a command, so the head is not there.
		calledOff := errors.Is(err, context.Canceled)
		if err != nil && (calledOff || !errors.Is(err, bucket.ErrUnavailable)) && h.chunks() > 0 {
			_ = b.deleteChunks(ctx, name.head, h)
		}
	}()
	if err := b.writeChunks(ctx, name.head, data, h, expires.Add(readerTime)); err != nil {
		return bucket.Unavailable("write blob", err)
	}
	return head(h)
}

func (b *Bucket) createHead(ctx context.Context, name blobName, h blobHead, expires time.Time) error {
	reply, err := b.put(ctx, name, h.marshal(), expires, "NX")
	if err != nil {
		return bucket.Unavailable("create blob", err)
	}
	if reply != nil {
		return nil
	}
	// There is one already: this very one, when the command was sent twice.
	there, err := redis.String(b.client.Do(context.WithoutCancel(ctx), "GETRANGE", name.head, 0, generationBytes-1))
	if err != nil {
		return bucket.Unavailable("create blob", err)
	}
	if there == h.generation {
		return nil
	}
	return bucket.ErrExists
}

func (b *Bucket) writeChunks(ctx context.Context, name string, data []byte, h blobHead, expires time.Time) error {
	for first := 0; first < h.chunks(); first += chunksAtOnce {
		var batch []redisconn.Command
		for i := first; i < min(first+chunksAtOnce, h.chunks()); i++ {
			chunk := data[i*chunkBytes : min((i+1)*chunkBytes, len(data))]
			batch = append(batch, redisconn.Command{"SET", chunkName(name, h, i), chunk, "PXAT", expires.UnixMilli()})
		}
		if _, err := b.client.Send(ctx, batch...); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bucket) Delete(ctx context.Context, key string) error {
	if err := bucket.Check(ctx, key); err != nil {
		return err
	}
	if err := b.delete(ctx, b.name(key)); err != nil {
		return err
	}
	return b.deleteOlder(ctx, key)
}

func (b *Bucket) delete(ctx context.Context, name blobName) error {
	head, err := redis.Bytes(b.remove(ctx, name))
	if errors.Is(err, redis.ErrNil) {
		return nil
	}
	if err != nil {
		return bucket.Unavailable("delete blob", err)
	}
	h, err := parseHead(head)
	if err != nil {
		return nil // deleted, whatever it was
	}
	if err := b.deleteChunks(ctx, name.head, h); err != nil {
		return bucket.Unavailable("delete blob", err)
	}
	return nil
}

// deleteChunks finishes what was begun: without their head nobody finds them.
func (b *Bucket) deleteChunks(ctx context.Context, name string, h blobHead) error {
	ctx = context.WithoutCancel(ctx)
	for first := 0; first < h.chunks(); first += 1000 {
		unlink := redisconn.Command{"UNLINK"} // frees the memory beside the other work of Redis
		for i := first; i < min(first+1000, h.chunks()); i++ {
			unlink = append(unlink, chunkName(name, h, i))
		}
		if _, err := b.client.Do(ctx, unlink...); err != nil {
			return err
		}
	}
	return nil
}

// Sweep implements [bucket.Bucket]. Redis sweeps by itself.
func (b *Bucket) Sweep(context.Context) (int, error) { return 0, nil }

func (b *Bucket) CheckClock(ctx context.Context) error { return ctx.Err() }

func (b *Bucket) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := b.client.Do(ctx, "PING"); err != nil {
		return bucket.Unavailable("ping", err)
	}
	return nil
}

func (b *Bucket) Close() error { return b.client.Close() }
