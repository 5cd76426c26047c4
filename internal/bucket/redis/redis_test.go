package redis_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	redisbucket "github.com/spotify-data-tool/spotify-data-tool/internal/bucket/redis"
	"github.com/spotify-data-tool/spotify-data-tool/internal/redisconn"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

func openRedis(t *testing.T, url string) *redisbucket.Bucket { return openRedisAt(t, url, time.Now) }

func openRedisAt(t *testing.T, url string, now func() time.Time) *redisbucket.Bucket {
	t.Helper()
	b, err := redisbucket.Open(url, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return b
}

// with adds a parameter to a URL.
func with(url, parameter string) string {
	if strings.Contains(url, "?") {
		return url + "&" + parameter
	}
	return url + "?" + parameter
}

func TestRedisConforms(t *testing.T) {
	users := servers.Redis(t)
	// The rights that docs/config.md names, and no others.
	users.Do("ACL", "SETUSER", "ada", "on", ">password", "~test*", "+@read", "+@write", "+@transaction", "+@connection", "+role")
	for name, url := range map[string]string{
		"plain":    servers.Redis(t).URL(),
		"ACL user": "redis://ada:password@" + users.Address,
		"TLS":      servers.RedisTLS(t),
		"Sentinel": servers.Sentinel(t).URL(),
		"Cluster":  servers.Cluster(t).URL(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			count := 0
			buckettest.Run(t, func(t *testing.T) buckettest.Subject {
				mu.Lock()
				count++
				n := count
				mu.Unlock()
				// Each test has its own part of the one Redis, as programs do. That
				// a pattern could mean more than it says is part of the test.
				own := with(url, fmt.Sprintf("prefix=test*%d:", n))
				return buckettest.Subject{
					Bucket:  openRedis(t, own),
					Now:     time.Now,
					Advance: func(d time.Duration) { age(t, url, fmt.Sprintf("test*%d:", n), d) },
					Again:   func(t *testing.T) bucket.Bucket { return openRedis(t, own) },
					Ahead: func(t *testing.T, by time.Duration) bucket.Bucket {
						return openRedisAt(t, own, func() time.Time { return time.Now().Add(by) })
					},
				}
			})
		})
	}
}

// age lets everything under the prefix expire sooner. To what is stored it makes
// no difference whether time passes or this; to whoever waits for tests it does.
func age(t *testing.T, url, prefix string, by time.Duration) {
	t.Helper()
	client, err := redisconn.Open(url, redisconn.SmallTime)
	if err != nil {
		t.Fatal(err)
	}
	err = client.EachPrimary(t.Context(), func(node redis.Conn) error {
		for cursor := "0"; ; {
			var keys []string
			reply, err := redis.Values(node.Do("SCAN", cursor, "COUNT", 1000))
			if err == nil {
				_, err = redis.Scan(reply, &cursor, &keys)
			}
			if err != nil {
				return err
			}
			for _, key := range keys {
				if !strings.HasPrefix(key, prefix) {
					continue
				}
				left, err := redis.Int64(node.Do("PTTL", key))
				if err == nil && left >= 0 {
					_, err = node.Do("PEXPIRE", key, left-by.Milliseconds())
				}
				if err != nil {
					return err
				}
			}
			if cursor == "0" {
				return nil
			}
		}
	})
	if err := errors.Join(err, client.Close()); err != nil {
		t.Fatal(err)
	}
}

// Redis itself removes what has expired, by its own clock.
func TestRedisExpires(t *testing.T) {
	server := servers.Redis(t)
	b := openRedis(t, server.URL())
	for key, size := range map[string]int{"small": 1, "large": 2 << 20} {
		if err := b.Put(t.Context(), key, make([]byte, size), time.Now().Add(500*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(600 * time.Millisecond)
	for _, key := range []string{"small", "large"} {
		if _, err := b.Get(t.Context(), key); !errors.Is(err, bucket.ErrNotFound) {
			t.Errorf("Get(%q): %v", key, err)
		}
	}
}

// Whatever is written, replaced or refused, nothing is left behind that does
// not expire, and of what is gone nothing at all.
func TestRedisLeavesNothingBehind(t *testing.T) {
	server := servers.Redis(t)
	b := openRedis(t, server.URL())
	expires := time.Now().Add(time.Hour)
	large := bytes.Repeat([]byte("0123456789"), 200_000)
	for range 3 {
		if err := b.Put(t.Context(), "k", large, expires); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Create(t.Context(), "k", large, expires); !errors.Is(err, bucket.ErrExists) {
		t.Fatal(err)
	}
	keys := server.Keys()
	if len(keys) != 1+4 { // a head, and 2 MB in chunks of half a MiB
		t.Errorf("keys: %q", keys)
	}
	for _, key := range keys {
		left, err := redis.Int(server.Do("TTL", key), nil)
		if err != nil || left < 3590 || left > 3660 {
			t.Errorf("%s expires in %d s, %v", key, left, err)
		}
	}
	if err := b.Put(t.Context(), "k", []byte("small"), expires); err != nil {
		t.Fatal(err)
	}
	if keys := server.Keys(); len(keys) != 1 {
		t.Errorf("after a small blob: %q", keys)
	}
	// Of several large ones that are created at once one stays.
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if err := b.Create(t.Context(), "race", large, expires); err != nil && !errors.Is(err, bucket.ErrExists) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if keys := server.Keys(); len(keys) != 1+1+4 {
		t.Errorf("after a race: %q", keys)
	}
	for _, key := range []string{"k", "race"} {
		if err := b.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if keys := server.Keys(); len(keys) != 0 {
		t.Errorf("after deleting: %q", keys)
	}
}

// leaving is a context that ends when it has been asked so often.
type leaving struct {
	context.Context
	left atomic.Int32
}

func (l *leaving) Err() error {
	if l.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// Whenever somebody leaves, in the middle of writing or deleting: there is the
// whole blob or nothing of it.
func TestRedisLeavesNothingBehindOfWhoLeaves(t *testing.T) {
	server := servers.Redis(t)
	b := openRedis(t, server.URL())
	expires := time.Now().Add(time.Hour)
	large := bytes.Repeat([]byte("0123456789"), 400_000)
	for after := range int32(12) {
		ctx := func() context.Context {
			l := &leaving{Context: t.Context()}
			l.left.Store(after)
			return l
		}
		create := b.Create(ctx(), "k", large, expires)
		if keys := server.Keys(); create != nil && len(keys) != 0 || create == nil && len(keys) != 1+8 {
			t.Errorf("created, and left after %d: %v, keys %q", after, create, keys)
		}
		if err := b.Put(t.Context(), "k", large, expires); err != nil {
			t.Fatal(err)
		}
		deleted := b.Delete(ctx(), "k")
		if keys := server.Keys(); deleted == nil && len(keys) != 0 || len(keys) != 0 && len(keys) != 1+8 {
			t.Errorf("deleted, and left after %d: %v, keys %q", after, deleted, keys)
		}
		if err := b.Delete(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
		server.Do("FLUSHALL")
	}
}

// A Redis short of memory throws away what it likes. Half a blob is none.
func TestRedisThrewAChunkAway(t *testing.T) {
	server := servers.Redis(t)
	b := openRedis(t, server.URL())
	if err := b.Put(t.Context(), "k", make([]byte, 1<<20), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for _, key := range server.Keys() {
		if strings.HasSuffix(key, ":1") {
			server.Do("DEL", key)
		}
	}
	if got, err := b.Get(t.Context(), "k"); !errors.Is(err, bucket.ErrNotFound) || got != nil {
		t.Errorf("Get: %d bytes, %v", len(got), err)
	}
}

// What somebody else wrote under our names is an error, not a blob.
func TestRedisForeignValues(t *testing.T) {
	server := servers.Redis(t)
	b := openRedis(t, server.URL())
	server.Do("SET", "blob:{short}", "x")
	server.Do("SET", "blob:{cut}", "0123456789abcdef\x00\x00\x00\x00\x00\x00\x00\x05half")
	server.Do("SET", "blob:{huge}", "0123456789abcdef\x7f\x00\x00\x00\x00\x00\x00\x00")
	server.Do("RPUSH", "blob:{list}", "x")
	for _, key := range []string{"short", "cut", "huge", "list"} {
		if got, err := b.Get(t.Context(), key); err == nil || got != nil {
			t.Errorf("Get(%q): %d bytes, %v", key, len(got), err)
		}
	}
}

func TestRedisHanging(t *testing.T) {
	t.Parallel()
	url := "redis://" + servers.Hanging(t)
	// They wait and do nothing else: all at once, however few processors there are.
	var group sync.WaitGroup
	defer group.Wait()
	for name, op := range operations() {
		b := openRedis(t, url)
		group.Go(func() {
			start := time.Now()
			if err := op(t.Context(), b); !errors.Is(err, bucket.ErrUnavailable) {
				t.Errorf("%s: %v, want ErrUnavailable", name, err)
			}
			if took := time.Since(start); took > 4*time.Second {
				t.Errorf("%s took %s", name, took)
			}
		})
	}
	// A deadline may be shorter, as that of the readiness probe.
	probed := openRedis(t, url)
	group.Go(func() {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := probed.Ping(ctx); err == nil || time.Since(start) > time.Second {
			t.Errorf("deadline: %v after %s", err, time.Since(start))
		}
	})
}

// operations are all that ask a store something.
func operations() map[string]func(context.Context, bucket.Bucket) error {
	expires := time.Now().Add(time.Hour)
	large := make([]byte, 3<<20)
	return map[string]func(context.Context, bucket.Bucket) error{
		"Get":          func(ctx context.Context, b bucket.Bucket) error { _, err := b.Get(ctx, "k"); return err },
		"Stat":         func(ctx context.Context, b bucket.Bucket) error { _, err := b.Stat(ctx, "k"); return err },
		"Put":          func(ctx context.Context, b bucket.Bucket) error { return b.Put(ctx, "k", nil, expires) },
		"large Put":    func(ctx context.Context, b bucket.Bucket) error { return b.Put(ctx, "k", large, expires) },
		"Create":       func(ctx context.Context, b bucket.Bucket) error { return b.Create(ctx, "k", nil, expires) },
		"large Create": func(ctx context.Context, b bucket.Bucket) error { return b.Create(ctx, "k", large, expires) },
		"Delete":       func(ctx context.Context, b bucket.Bucket) error { return b.Delete(ctx, "k") },
		"List":         func(ctx context.Context, b bucket.Bucket) error { _, err := b.List(ctx, ""); return err },
		"Ping":         func(ctx context.Context, b bucket.Bucket) error { return b.Ping(ctx) },
	}
}

// More operations than connections fail at once instead of queueing.
func TestRedisExhausted(t *testing.T) {
	t.Parallel()
	b := openRedis(t, "redis://"+servers.Hanging(t))
	start := time.Now()
	var group sync.WaitGroup
	for range 200 {
		group.Go(func() {
			if _, err := b.Get(t.Context(), "k"); !errors.Is(err, bucket.ErrUnavailable) {
				t.Errorf("%v, want ErrUnavailable", err)
			}
		})
	}
	group.Wait()
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("took %s", took)
	}
}

// Blobs survive what a Redis behind Sentinel, and a Cluster, go through.
func TestRedisBlobsSurvive(t *testing.T) {
	blob := bytes.Repeat([]byte("play"), 500_000)
	expires := time.Now().Add(time.Hour)
	t.Run("failover", func(t *testing.T) {
		t.Parallel()
		s := servers.Sentinel(t)
		b := openRedis(t, s.URL())
		if err := b.Put(t.Context(), "k", blob, expires); err != nil {
			t.Fatal(err)
		}
		s.Replicated()
		s.Primary.Stop()
		s.FailOver()
		if err := b.Create(t.Context(), "new", blob, expires); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"k", "new"} {
			if got, err := b.Get(t.Context(), key); err != nil || !bytes.Equal(got, blob) {
				t.Errorf("Get(%q): %d bytes, %v", key, len(got), err)
			}
		}
	})
	t.Run("move of a slot", func(t *testing.T) {
		t.Parallel()
		s := servers.Cluster(t)
		b := openRedis(t, s.URL())
		if err := b.Put(t.Context(), "k", blob, expires); err != nil {
			t.Fatal(err)
		}
		move := s.BeginMove("{k}")
		if got, err := b.Get(t.Context(), "k"); err != nil || !bytes.Equal(got, blob) {
			t.Errorf("while it is moved: %d bytes, %v", len(got), err)
		}
		move.Finish()
		if got, err := b.Get(t.Context(), "k"); err != nil || !bytes.Equal(got, blob) {
			t.Errorf("after it was moved: %d bytes, %v", len(got), err)
		}
		if err := b.Delete(t.Context(), "k"); err != nil {
			t.Error(err)
		}
	})
}
