package chaos

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// sending is the jar of a browser that has sent all its requests before the first
// answer arrives.
type sending struct {
	http.CookieJar
	sent []*http.Cookie
}

func (j sending) Cookies(*url.URL) []*http.Cookie { return j.sent }

func sentAtOnce(c *harness.Client, base string) sending { return sending{c.HTTP.Jar, c.Cookies(base)} }

// TestUploadsSideBySideOverInstances: one session imports by forms and in parts at
// once, over two instances. Every row that was answered 201 is in the data that the
// session leads to, on both; and when everything is deleted in the middle of more,
// nothing comes back.
func TestUploadsSideBySideOverInstances(t *testing.T) {
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel() // it mostly waits for what instances hold in memory
			env := map[string]string{"DATASET_URL": "file://" + t.TempDir(), "SESSION_STORE": store}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			bases := []string{harness.StartServer(t, env).Base, harness.StartServer(t, env).Base}
			p := harness.NewClient(t)
			answers := p.HTTP.Jar
			upload := func(day int, mode, file string) (status int, answer []byte) {
				base := bases[day%2]
				if file != "" {
					form := url.Values{"file": {file}, "mode": {mode}}.Encode()
					resp, b := p.Do(http.MethodPost, base+"/imports", strings.NewReader(form), "Content-Type", "application/x-www-form-urlencoded")
					return resp.StatusCode, b
				}
				body, contentType := harness.Form(mode, harness.File("endsong_0.json", harness.OnePlay(day)))
				resp, b := p.Do(http.MethodPost, base+"/uploads", bytes.NewReader(body), "Content-Type", contentType)
				return resp.StatusCode, b
			}
			if status, b := upload(0, "add", ""); status != http.StatusCreated {
				t.Fatalf("%d: %s", status, b)
			}
			const uploads = 10
			want := 1
			for round := range 3 {
				var files [uploads]string
				for i := 0; i < uploads; i += 2 {
					content := harness.OnePlay(1 + round*uploads + i)
					files[i] = p.SendFile(content, len(content), bases...)
				}
				var mu sync.Mutex
				var group sync.WaitGroup
				p.HTTP.Jar = sentAtOnce(p, bases[0])
				for i := range uploads {
					group.Go(func() {
						status, b := upload(1+round*uploads+i, "add", files[i])
						mu.Lock()
						defer mu.Unlock()
						if status == http.StatusCreated {
							want++
						} else {
							t.Errorf("round %d, %d: %d: %s", round, i, status, b)
						}
					})
				}
				group.Wait()
				p.HTTP.Jar = answers
				for _, base := range bases {
					status, rows := 0, 0
					// An instance may show what it holds in memory for five seconds.
					for deadline := time.Now().Add(8 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
						if status, rows = p.Rows(base); rows == want {
							break
						}
					}
					if status != http.StatusOK || rows != want {
						t.Fatalf("round %d: status %d, %d rows, want %d", round, status, rows, want)
					}
				}
			}

			// In the middle of more, and of one that replaces, everything is deleted.
			content := harness.OnePlay(100)
			file := p.SendFile(content, len(content), bases...)
			var group sync.WaitGroup
			p.HTTP.Jar = sentAtOnce(p, bases[0])
			for i := range 6 {
				group.Go(func() {
					if i == 0 {
						upload(100, "add", file)
					} else {
						upload(100+i, []string{"add", "replace"}[i%2], "")
					}
				})
			}
			time.Sleep(5 * time.Millisecond)
			resp, b := p.Do(http.MethodPost, bases[0]+"/reset", nil)
			group.Wait()
			p.HTTP.Jar = answers
			if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusConflict {
				t.Errorf("delete: %s: %s", resp.Status, b)
			}
			// What began after it may be there, without what was.
			time.Sleep(5100 * time.Millisecond)
			for _, base := range bases {
				if status, rows := p.Rows(base); status == http.StatusOK && rows > 6 {
					t.Errorf("after the deletion %d rows", rows)
				}
			}
		})
	}
}
