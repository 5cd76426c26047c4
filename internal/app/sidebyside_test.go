package app

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// onePlay is a history of one play, on a day of its own.
func onePlay(day int) []byte {
	at := time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, day)
	return fmt.Appendf(nil, `[{"ts":%q,"ms_played":100000,"master_metadata_track_name":"T","master_metadata_album_artist_name":"A","spotify_track_uri":"spotify:track:%022d"}]`, at.Format(time.RFC3339), day)
}

// sending is the jar of a browser that has sent all its requests before the first
// answer arrives.
type sending struct {
	http.CookieJar
	sent []*http.Cookie
}

func (j sending) Cookies(*url.URL) []*http.Cookie { return j.sent }

func sentAtOnce(c *client, base string) sending { return sending{c.http.Jar, c.cookies(base)} }

// TestUploadsSideBySideOverInstances: one session imports by forms and in parts at
// once, over two instances. Every row that was answered 201 is in the data that the
// session leads to, on both; and when everything is deleted in the middle of more,
// nothing comes back.
func TestUploadsSideBySideOverInstances(t *testing.T) {
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			env := map[string]string{"DATASET_URL": "file://" + t.TempDir(), "SESSION_STORE": store}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			bases := []string{startTestServer(t, env).base, startTestServer(t, env).base}
			p := newClient(t)
			answers := p.http.Jar
			upload := func(day int, mode, file string) (status int, answer []byte) {
				base := bases[day%2]
				if file != "" {
					form := url.Values{"file": {file}, "mode": {mode}}.Encode()
					resp, b := p.do(http.MethodPost, base+"/imports", strings.NewReader(form), "Content-Type", "application/x-www-form-urlencoded")
					return resp.StatusCode, b
				}
				body, contentType := formOf(mode, formFile{"endsong_0.json", onePlay(day)})
				resp, b := p.do(http.MethodPost, base+"/uploads", bytes.NewReader(body), "Content-Type", contentType)
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
					content := onePlay(1 + round*uploads + i)
					files[i] = p.sendFile(content, len(content), bases...)
				}
				var mu sync.Mutex
				var group sync.WaitGroup
				p.http.Jar = sentAtOnce(p, bases[0])
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
				p.http.Jar = answers
				for _, base := range bases {
					status, rows := 0, 0
					// An instance may show what it holds in memory for five seconds.
					for deadline := time.Now().Add(8 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
						if status, rows = p.rows(base); rows == want {
							break
						}
					}
					if status != http.StatusOK || rows != want {
						t.Fatalf("round %d: status %d, %d rows, want %d", round, status, rows, want)
					}
				}
			}

			// In the middle of more, and of one that replaces, everything is deleted.
			content := onePlay(100)
			file := p.sendFile(content, len(content), bases...)
			var group sync.WaitGroup
			p.http.Jar = sentAtOnce(p, bases[0])
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
			resp, b := p.do(http.MethodPost, bases[0]+"/reset", nil)
			group.Wait()
			p.http.Jar = answers
			if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusConflict {
				t.Errorf("delete: %s: %s", resp.Status, b)
			}
			// What began after it may be there, without what was.
			time.Sleep(5100 * time.Millisecond)
			for _, base := range bases {
				if status, rows := p.rows(base); status == http.StatusOK && rows > 6 {
					t.Errorf("after the deletion %d rows", rows)
				}
			}
		})
	}
}

// TestTwoTabsStartAtOnce: two tabs of one browser, which has no cookie yet, send a
// file each. The second waits for the first to have its session, and both are read.
func TestTwoTabsStartAtOnce(t *testing.T) {
	s := startTestServer(t, nil)
	proxy := proxyTo(t, s.base)
	var mu sync.Mutex
	under, most := 0, 0
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/files" {
			proxy.ServeHTTP(w, r)
			return
		}
		mu.Lock()
		under++
		most = max(most, under)
		mu.Unlock()
		time.Sleep(700 * time.Millisecond) // a slow line
		proxy.ServeHTTP(w, r)
		mu.Lock()
		under--
		mu.Unlock()
	}))
	defer front.Close()

	b := newTab(t, front.URL, tabOptions{})
	tabs := []*tab{b, b.another()}
	for i, b := range tabs {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("endsong_%d.json", i))
		if err := os.WriteFile(path, onePlay(i), 0o600); err != nil {
			t.Fatal(err)
		}
		b.open("/")
		b.run(chromedp.SetUploadFiles("#files", []string{path}, chromedp.ByQuery))
		b.until("#status", "1 file chosen")
	}
	var group sync.WaitGroup
	for _, b := range tabs {
		group.Go(func() { b.run(chromedp.Evaluate(`document.querySelector("#upload button[type=submit]").click()`, nil)) })
	}
	group.Wait()
	for _, b := range tabs {
		b.untilAt("/receipt")
	}
	tabs[0].open("/receipt")
	tabs[0].until("h1", "2 rows in 2 files.")
	mu.Lock()
	defer mu.Unlock()
	if most != 1 {
		t.Errorf("%d first files were on their way at once", most)
	}
}

// TestLostAnswerInBrowser: every answer to the request that imports is lost on its
// way. The page of the import has the button that leads to the data, and the script
// presses it.
func TestLostAnswerInBrowser(t *testing.T) {
	s := startTestServer(t, nil)
	proxy := proxyTo(t, s.base)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/imports" {
			proxy.ServeHTTP(w, r)
			return
		}
		proxy.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}))
	defer front.Close()
	b := newTab(t, front.URL, tabOptions{})
	b.open("/")
	b.send(smallPackage(t, 100))
	b.untilAt("/receipt")
	b.until("h1", "100 rows in 1 file.")
	if n := datasets(t, s.dir); n != 1 {
		t.Errorf("%d datasets", n)
	}
}
