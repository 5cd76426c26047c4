package chaos

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// accepting asks the API for JSON.
func accepting(path string) []string {
	if strings.HasPrefix(path, "/api/") {
		return []string{"Accept", "application/json"}
	}
	return nil
}

// crowdedPage is what one page asks for at once: itself, its partials, what the
// API says, and its files, some of them several times.
func crowdedPage(t *testing.T, v *harness.Client) []string {
	t.Helper()
	home := v.See("/")
	paths := []string{"/", "/history", "/receipt", "/api/v1/summary", "/api/v1/top/tracks", "/api/v1/plays"}
	for _, link := range home.Find("link[href^='/static/'], script[src^='/static/']").EachIter() {
		path, ok := link.Attr("href")
		if !ok {
			path, _ = link.Attr("src")
		}
		paths = append(paths, path)
	}
	for i := 1; len(paths) < 30; i++ {
		paths = append(paths, fmt.Sprintf("/partials/tracks?page=%d", i%3+1), fmt.Sprintf("/partials/artists?q=%c", 'a'+rune(i%26)))
	}
	return paths[:30]
}

// TestInstancesComeAndGo is what the program is there for: a page with thirty
// parallel requests, over four instances that share nothing but a store, while
// instances are killed and others started. Not one answer may be anything but
// the page.
func TestInstancesComeAndGo(t *testing.T) {
	for _, test := range []struct {
		name  string
		store func(t *testing.T) (env map[string]string, away func())
	}{
		{"session in the cookie, data in Redis", func(t *testing.T) (map[string]string, func()) {
			return map[string]string{"SESSION_STORE": "cookie", "DATASET_URL": servers.Redis(t).URL()}, func() {}
		}},
		{"session and data in Redis", func(t *testing.T) (map[string]string, func()) {
			return map[string]string{"SESSION_STORE": "redis", "REDIS_URL": servers.Redis(t).URL()}, func() {}
		}},
		// A Redis that is there, and goes, is not missed.
		{"session in the cookie, data in S3", func(t *testing.T) (map[string]string, func()) {
			s3, redis := servers.S3(t), servers.Redis(t)
			env := maps.Clone(s3.Environment)
			env["SESSION_STORE"], env["DATASET_URL"], env["REDIS_URL"] = "cookie", s3.URL, redis.URL()
			return env, redis.Stop
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			env, away := test.store(t)
			f := startFleet(t, 4, env)
			v := harness.NewVisitor(t, f)
			content, rows := harness.Package(t, 20_000)
			if resp, _ := v.Submit(content); resp.StatusCode != http.StatusSeeOther {
				t.Fatalf("upload: %s", resp.Status)
			}
			paths := crowdedPage(t, v)

			done := make(chan struct{})
			var changes sync.WaitGroup
			var killed atomic.Int64
			changes.Go(func() {
				for {
					select {
					case <-done:
						return
					case <-time.After(150 * time.Millisecond):
						f.kill()
						killed.Add(1)
						f.add()
						away()
					}
				}
			})
			var answers atomic.Int64
			for begun := time.Now(); time.Since(begun) < 4*time.Second || killed.Load() < 5 && time.Since(begun) < time.Minute; {
				var parallel sync.WaitGroup
				for _, path := range paths {
					parallel.Go(func() {
						resp, body, err := v.Try(http.MethodGet, path, nil, accepting(path)...)
						answers.Add(1)
						if err != nil || resp.StatusCode != http.StatusOK || len(body) == 0 {
							t.Errorf("%s: %v, %v: %.200s", path, resp, err, body)
							return
						}
						if cookies := resp.Cookies(); len(cookies) > 0 {
							t.Errorf("%s sets %d cookies", path, len(cookies))
						}
					})
				}
				parallel.Wait()
				if status, got := v.Rows(); status != http.StatusOK || got != rows {
					t.Fatalf("status %d, %d rows, want %d", status, got, rows)
				}
			}
			close(done)
			changes.Wait()
			t.Logf("%d answers while %d instances were killed", answers.Load(), killed.Load())
		})
	}
}

// TestRedisComesAndGoes kills the Redis that holds sessions and data, under
// load: people are told to come back, and when it is there again, so is
// everything else.
func TestRedisComesAndGoes(t *testing.T) {
	// What is stored survives a crash: each write is on disk before it is answered.
	redis := servers.Redis(t, "--appendonly", "yes", "--appendfsync", "always")
	address := redis.URL()
	f := startFleet(t, 2, map[string]string{"SESSION_STORE": "redis", "REDIS_URL": address, "DATASET_URL": address})
	for _, m := range f.live {
		m.ExpectsErrors = true
	}
	v := harness.NewVisitor(t, f)
	content, rows := harness.Package(t, 20_000)
	if resp, _ := v.Submit(content); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("upload: %s", resp.Status)
	}

	v.See("/") // takes back the cookie that says that an import has ended
	var away, back atomic.Bool
	var refused, fine atomic.Int64
	var clients sync.WaitGroup
	done := make(chan struct{})
	for i := range 8 {
		paths := []string{"/", "/tracks", "/partials/artists?q=a", "/api/v1/summary"}
		clients.Go(func() {
			for n := i; ; n++ {
				select {
				case <-done:
					return
				case <-time.After(5 * time.Millisecond):
				}
				path, begun, wasAway := paths[n%len(paths)], time.Now(), away.Load()
				settled := back.Load()
				resp, body, err := v.Try(http.MethodGet, path, nil, accepting(path)...)
				if err != nil {
					t.Errorf("%s: %v", path, err)
					continue
				}
				switch after := resp.Header.Get("Retry-After"); {
				case resp.StatusCode == http.StatusOK:
					fine.Add(1)
				case resp.StatusCode == http.StatusServiceUnavailable && after != "" && (wasAway || away.Load()) && !settled:
					refused.Add(1)
				default:
					t.Errorf("%s: %s, Retry-After %q, Redis away %t: %.200s", path, resp.Status, after, wasAway, body)
				}
				if took := time.Since(begun); took > 4*time.Second {
					t.Errorf("%s took %s", path, took)
				}
				if cookies := resp.Cookies(); len(cookies) > 0 {
					t.Errorf("%s touches the cookie: %v", path, cookies)
				}
			}
		})
	}
	time.Sleep(500 * time.Millisecond)
	away.Store(true)
	redis.Stop()
	time.Sleep(time.Second)
	redis.Start()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if status, got := v.Rows(); status == http.StatusOK && got == rows {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("Redis is back, and the data is not")
		}
	}
	// The connections that broke are noticed one by one; after that nobody is refused.
	time.Sleep(500 * time.Millisecond)
	back.Store(true)
	time.Sleep(500 * time.Millisecond)
	close(done)
	clients.Wait()
	if refused.Load() == 0 || fine.Load() == 0 {
		t.Errorf("%d refused, %d fine: that shows little", refused.Load(), fine.Load())
	}

	// It hangs instead of dying.
	redis.Signal(syscall.SIGSTOP)
	begun := time.Now()
	if resp, _ := v.Do(http.MethodGet, "/artists", nil); resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || time.Since(begun) > 4*time.Second {
		t.Errorf("Redis hangs: %s after %s", resp.Status, time.Since(begun))
	}
	redis.Signal(syscall.SIGCONT)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		status, got := v.Rows()
		if status == http.StatusOK && got == rows {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("Redis answers again, and the data is not there: %d", status)
		}
	}
}
