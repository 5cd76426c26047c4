package redis_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	redisbucket "github.com/spotify-data-tool/spotify-data-tool/internal/bucket/redis"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// scans is how often a server was asked to walk through its keys.
func scans(t *testing.T, server *servers.RedisServer) int {
	t.Helper()
	stats, err := redis.String(server.Do("INFO", "commandstats"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(stats, "cmdstat_scan:calls=")
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(rest[:strings.IndexByte(rest, ',')])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func listed(t testing.TB, b bucket.Bucket, prefix string) []string {
	t.Helper()
	keys, err := b.List(t.Context(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(keys)
	return keys
}

// fill writes so many keys of no namespace of a test, as other people's are.
func fill(t testing.TB, server *servers.RedisServer, keys int) {
	t.Helper()
	conn, err := redis.Dial("tcp", server.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	const batch = 10_000
	for i := 0; i < keys; i++ {
		if err := conn.Send("SET", fmt.Sprintf("blob:{uploads/%032x}/files/%032x", i, i), "x", "EX", 3600); err != nil {
			t.Fatal(err)
		}
		if i%batch == batch-1 || i == keys-1 {
			if _, err := conn.Do(""); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A namespace is found without a walk through everybody else's keys.
func TestRedisListsANamespaceAlone(t *testing.T) {
	server := servers.Redis(t)
	b := openRedis(t, server.URL())
	fill(t, server, 100_000)
	expires := time.Now().Add(time.Hour)
	for _, key := range []string{"uploads/mine/files/a", "uploads/mine/parts/a/0", "uploads/other/files/a"} {
		if err := b.Put(t.Context(), key, []byte("x"), expires); err != nil {
			t.Fatal(err)
		}
	}
	before := scans(t, server)
	for range 100 {
		if keys := listed(t, b, "uploads/mine/"); !slices.Equal(keys, []string{"uploads/mine/files/a", "uploads/mine/parts/a/0"}) {
			t.Fatal(keys)
		}
	}
	if n := scans(t, server) - before; n != 0 {
		t.Errorf("%d scans", n)
	}
}

// Index and blobs go together, and neither outlives the other by much.
func TestRedisIndexExpires(t *testing.T) {
	server := servers.Redis(t)
	b := openRedis(t, server.URL())
	left := func(key string) time.Duration {
		t.Helper()
		ms, err := redis.Int64(server.Do("PTTL", key), nil)
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(ms) * time.Millisecond
	}
	put := func(key string, life time.Duration) {
		t.Helper()
		if err := b.Put(t.Context(), key, []byte("x"), time.Now().Add(life)); err != nil {
			t.Fatal(err)
		}
	}
	const index, day = "index:{uploads/mine}", 24 * time.Hour
	put("uploads/mine/short", time.Minute)
	if l := left(index); l < time.Minute || l > 3*day {
		t.Errorf("the index lives for %s", l)
	}
	put("uploads/mine/long", 30*day)
	put("uploads/mine/short", time.Minute)
	if err := b.Create(t.Context(), "uploads/mine/long", nil, time.Now().Add(time.Minute)); !errors.Is(err, bucket.ErrExists) {
		t.Fatal(err)
	}
	if l := left(index); l < 30*day-time.Minute || l > 31*day {
		t.Errorf("with a blob that lives longer, the index lives for %s", l)
	}
	if keys := listed(t, b, "uploads/mine/"); len(keys) != 2 {
		t.Error(keys)
	}
	// An entry whose blob has gone is not listed, and does not stay for ever.
	server.Do("ZADD", index, time.Now().Add(-2*day).UnixMilli(), "gone")
	server.Do("ZADD", index, time.Now().Add(-time.Minute).UnixMilli(), "just-gone")
	if keys := listed(t, b, "uploads/mine/"); len(keys) != 2 {
		t.Error(keys)
	}
	if n, err := redis.Int(server.Do("ZCARD", index), nil); err != nil || n != 3 {
		t.Errorf("%d entries, %v", n, err)
	}
	// One whose clock is wrong forgets nobody.
	ahead, err := redisbucket.Open(server.URL(), func() time.Time { return time.Now().Add(90 * day) })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ahead.Close() }()
	if keys := listed(t, ahead, "uploads/mine/"); len(keys) != 2 {
		t.Error(keys)
	}
	if err := ahead.Put(t.Context(), "uploads/mine/short", []byte("x"), time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if keys := listed(t, b, "uploads/mine/"); len(keys) != 2 {
		t.Error(keys)
	}
	for _, key := range []string{"short", "long"} {
		if err := b.Delete(t.Context(), "uploads/mine/"+key); err != nil {
			t.Fatal(err)
		}
	}
	server.Do("ZREM", index, "just-gone")
	for _, key := range server.Keys() {
		if key != "{layout}" {
			t.Errorf("%s is left", key)
		}
	}
}

// What an instance without indexes has stored, and goes on storing while
// instances are renewed, is there like everything else.
func TestRedisOlderNames(t *testing.T) {
	server := servers.Redis(t)
	older := func(key, content string) {
		head := binary.BigEndian.AppendUint64([]byte("0123456789ABCDEF"), uint64(len(content)))
		server.Do("SET", "blob:{"+key+"}", append(head, content...), "EX", 3600)
	}
	older("datasets/1", "a dataset")
	older("uploads/mine/files/a", "before")
	b := openRedis(t, server.URL())
	expires := time.Now().Add(time.Hour)
	if err := b.Create(t.Context(), "uploads/mine/files/a", []byte("once more"), expires); !errors.Is(err, bucket.ErrExists) {
		t.Errorf("Create: %v", err)
	}
	if err := b.Put(t.Context(), "uploads/mine/files/b", []byte("new"), expires); err != nil {
		t.Fatal(err)
	}
	older("uploads/mine/files/c", "beside")
	if keys := listed(t, b, "uploads/mine/"); !slices.Equal(keys, []string{"uploads/mine/files/a", "uploads/mine/files/b", "uploads/mine/files/c"}) {
		t.Error(keys)
	}
	for key, want := range map[string]string{"uploads/mine/files/a": "before", "uploads/mine/files/c": "beside", "datasets/1": "a dataset"} {
		got, err := b.Get(t.Context(), key)
		size, statErr := b.Stat(t.Context(), key)
		if err != nil || statErr != nil || string(got) != want || size != int64(len(want)) {
			t.Errorf("%s: %q, %v, %v", key, got, err, statErr)
		}
	}
	if err := b.Put(t.Context(), "uploads/mine/files/a", []byte("after"), expires); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Get(t.Context(), "uploads/mine/files/a"); err != nil || string(got) != "after" {
		t.Errorf("%q, %v", got, err)
	}
	for _, key := range []string{"a", "b", "c"} {
		if err := b.Delete(t.Context(), "uploads/mine/files/"+key); err != nil {
			t.Fatal(err)
		}
	}
	if keys := listed(t, b, "uploads/mine/"); len(keys) != 0 {
		t.Error(keys)
	}
	keys := server.Keys()
	slices.Sort(keys)
	if !slices.Equal(keys, []string{"blob:{datasets/1}", "{layout}", "{layout}:older"}) {
		t.Errorf("left: %q", keys)
	}
	if left, err := redis.Int(server.Do("TTL", "{layout}:older"), nil); err != nil || left < 47*3600 || left > 48*3600 {
		t.Errorf("older names are looked at for %d s, %v", left, err)
	}

	// Two days later there is nothing left to look for.
	server.Do("DEL", "{layout}:older")
	later := openRedis(t, server.URL())
	before := scans(t, server)
	listed(t, later, "uploads/mine/")
	if n := scans(t, server) - before; n != 0 {
		t.Errorf("%d scans", n)
	}
}

// BenchmarkRedisList is what it costs to list a namespace among so many keys.
func BenchmarkRedisList(b *testing.B) {
	for _, keys := range []int{1_000, 100_000, 1_000_000} {
		b.Run(strconv.Itoa(keys), func(b *testing.B) {
			server := servers.Redis(b)
			fill(b, server, keys)
			r, err := redisbucket.Open(server.URL(), time.Now)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			for i := range 20 {
				if err := r.Put(b.Context(), fmt.Sprintf("uploads/mine/files/%d", i), []byte("x"), time.Now().Add(time.Hour)); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if n := len(listed(b, r, "uploads/mine/")); n != 20 {
					b.Fatal(n)
				}
			}
		})
	}
}
