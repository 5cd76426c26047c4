package chaos

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// retried asks until it is not told to come back any more. Whoever is told so is told
// when.
func retried(v *harness.Client, path string) (*http.Response, []byte, error) {
	for begun := time.Now(); ; {
		resp, body, err := v.Try(http.MethodGet, path, nil, "Accept", "*/*")
		if err != nil || resp.StatusCode != http.StatusServiceUnavailable || time.Since(begun) > 3*time.Minute {
			return resp, body, err
		}
		if resp.Header.Get("Retry-After") == "" {
			return resp, body, fmt.Errorf("it does not say when to come back: %.200s", body)
		}
		time.Sleep(time.Duration(200+rand.IntN(800)) * time.Millisecond)
	}
}

// TestClipsOfManyInstances is what ended a predecessor: a page with a hundred requests
// at once for clips and pictures that nobody has made, over four instances, while
// instances are killed and others started. Everything arrives, one of each is stored,
// and every instance gives the same.
func TestClipsOfManyInstances(t *testing.T) {
	for _, test := range []struct {
		name  string
		store func(t *testing.T) (env map[string]string, names func() []string, writable []string)
	}{
		{"session in the cookie, data in a folder", func(t *testing.T) (map[string]string, func() []string, []string) {
			dir := t.TempDir()
			return map[string]string{"SESSION_STORE": "cookie", "DATASET_URL": "file://" + dir}, func() []string { return harness.BlobNames(t, dir) }, []string{dir}
		}},
		{"session and data in Redis", func(t *testing.T) (map[string]string, func() []string, []string) {
			redis := servers.Redis(t)
			return map[string]string{"SESSION_STORE": "redis", "REDIS_URL": redis.URL()}, redis.Keys, nil
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			env, names, writable := test.store(t)
			f := startFleet(t, 4, env, writable...)
			f.each(func(m *member) { m.ExpectsErrors = true }) // a 503 is in the log
			v := harness.NewVisitor(t, f)
			content, _ := harness.Package(t, 20_000)
			if resp, _ := v.Submit(content); resp.StatusCode != http.StatusSeeOther {
				t.Fatalf("upload: %s", resp.Status)
			}
			var paths []string
			for _, theme := range []string{"dark", "light"} {
				for _, card := range v.See("/reel?size=square&theme=" + theme).Find(".clips video").EachIter() {
					paths = append(paths, card.AttrOr("src", ""), card.AttrOr("poster", ""))
				}
			}
			if len(paths) < 2*2*5 {
				t.Fatalf("%d addresses of clips and pictures", len(paths))
			}

			// An instance dies at once, and another whenever some more has arrived: however
			// slow the machine is, each makes something before its turn comes.
			const deaths, between = 6, 12
			var sums sync.Map
			var told, died atomic.Int64
			replace := func() {
				f.kill()
				f.add()
				f.each(func(m *member) { m.ExpectsErrors = true })
			}
			var page sync.WaitGroup
			page.Go(func() {
				time.Sleep(300 * time.Millisecond)
				replace()
			})
			for i := range 100 {
				path := paths[i%len(paths)]
				page.Go(func() {
					resp, body, err := retried(v, path)
					if err != nil || resp.StatusCode != http.StatusOK || len(body) < 1000 {
						t.Errorf("%s: %v, %v: %.200s", path, resp, err, body)
						return
					}
					if n := told.Add(1); n%between == 0 && died.Add(1) <= deaths {
						replace()
					}
					if other, there := sums.LoadOrStore(path, sha256.Sum256(body)); there && other != sha256.Sum256(body) {
						t.Errorf("%s has two forms", path)
					}
				})
			}
			page.Wait()
			t.Logf("%d answers while %d instances were killed", told.Load(), 1+min(died.Load(), deaths))
			if n := len(stored(names(), "c-")); n != len(paths)/2 {
				t.Errorf("%d clips are stored, of %d", n, len(paths)/2)
			}
			if n := len(stored(names(), "s-")); n != len(paths)/2 {
				t.Errorf("%d pictures are stored, of %d", n, len(paths)/2)
			}
			f.each(func(*member) {
				path := paths[rand.IntN(len(paths))]
				_, body := v.Do(http.MethodGet, path, nil, "Accept", "*/*")
				if sum, _ := sums.Load(path); sum != sha256.Sum256(body) {
					t.Errorf("%s has another form afterwards", path)
				}
			})
			reelOfMany(t, v)
			if resp, _ := v.Do(http.MethodPost, "/reset", nil); resp.StatusCode != http.StatusSeeOther {
				t.Errorf("delete: %s", resp.Status)
			}
			for _, name := range names() {
				if !harness.OutlivesSession(strings.ReplaceAll(name, ",", "/")) && !strings.Contains(name, "{layout}") {
					t.Errorf("%s is left", name)
				}
			}
		})
	}
}

// stored are the names beside a dataset that begin so.
func stored(names []string, prefix string) (found []string) {
	for _, name := range names {
		parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == ',' })
		if strings.Contains(name, "attached") && strings.HasPrefix(parts[len(parts)-1], prefix) {
			found = append(found, name)
		}
	}
	return found
}

// reelOfMany makes a film on whichever instances answer, with several who look at it.
func reelOfMany(t *testing.T, v *harness.Client) {
	t.Helper()
	type reelJSON struct {
		ID, State string
		Film      *struct{ URL string }
	}
	ask := func(method, path, body string) (r reelJSON) {
		t.Helper()
		resp, b := v.Do(method, "/api/v1/reels"+path, strings.NewReader(body), "Content-Type", "application/json", "Accept", "application/json")
		if resp.StatusCode >= 300 || json.Unmarshal(b, &r) != nil {
			t.Fatalf("%s %s: %s: %s", method, path, resp.Status, b)
		}
		return r
	}
	r := ask(http.MethodPost, "", `{"size":"square","theme":"dark"}`)
	ask(http.MethodPost, "/"+r.ID+"/film", "")
	for begun := time.Now(); r.State != "ready" && time.Since(begun) < 3*time.Minute; {
		var looks sync.WaitGroup
		for range 4 {
			looks.Go(func() { _, _, _ = retried(v, "/api/v1/reels/"+r.ID) })
		}
		looks.Wait()
		r = ask(http.MethodGet, "/"+r.ID, "")
	}
	if r.State != "ready" || r.Film == nil {
		t.Fatalf("the film is %s", r.State)
	}
	_, film := v.Do(http.MethodGet, r.Film.URL, nil)
	if !bytes.HasPrefix(film[4:], []byte("ftyp")) {
		t.Errorf("the film begins with %q", film[:min(len(film), 12)])
	}
}
