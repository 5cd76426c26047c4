package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestTwoInstances uploads on one instance, browses on the other and deletes
// there: with sessions in Redis, and with sessions in the cookie.
func TestTwoInstances(t *testing.T) {
	for _, store := range []string{"redis", "cookie"} {
		t.Run(store, func(t *testing.T) {
			shared := t.TempDir()
			env := map[string]string{"DATASET_URL": "file://" + shared, "SESSION_STORE": store}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			one, two := harness.StartServer(t, env), harness.StartServer(t, env)
			p := harness.NewClient(t)
			p.Upload(one.Base, harness.SmallPackage(t, 300))

			// A page with many parts, spread over both.
			var wg sync.WaitGroup
			answers := make(chan string, 60)
			for i := range 60 {
				base := []string{one.Base, two.Base}[i%2]
				wg.Go(func() {
					if status, rows := p.Rows(base); status != http.StatusOK || rows != 300 {
						answers <- fmt.Sprintf("%s: status %d, %d rows", base, status, rows)
					}
				})
			}
			wg.Wait()
			close(answers)
			for a := range answers {
				t.Error(a)
			}

			// More of it in parts, to both in turn, read by one.
			more, err := os.ReadFile(harness.SmallPackage(t, 400))
			if err != nil {
				t.Fatal(err)
			}
			id := p.SendFile(more, len(more)/5, one.Base, two.Base)
			form := strings.NewReader(url.Values{"file": {id}}.Encode())
			if resp, b := p.Do(http.MethodPost, two.Base+"/imports", form, "Content-Type", "application/x-www-form-urlencoded"); resp.StatusCode != http.StatusCreated {
				t.Fatalf("import: %s: %s", resp.Status, b)
			}
			if status, rows := p.Rows(one.Base); status != http.StatusOK || rows != 400 {
				t.Errorf("after the parts: status %d, %d rows, want 400", status, rows)
			}

			// Another person sees nothing of it.
			if status, _ := harness.NewClient(t).Rows(two.Base); status != http.StatusUnauthorized {
				t.Errorf("a stranger got %d", status)
			}
			if resp, b := p.Do(http.MethodPost, two.Base+"/reset", nil); resp.StatusCode != http.StatusOK {
				t.Fatalf("reset: %s: %s", resp.Status, b)
			}
			if status, _ := p.Rows(one.Base); status != http.StatusUnauthorized {
				t.Errorf("after deleting on the other instance: status %d", status)
			}
			if n := harness.CountDatasets(t, shared); n != 0 {
				t.Errorf("%d datasets left", n)
			}
		})
	}
}

// TestInstancesWithoutACommonBucket: data that the other instance holds is not
// said to be gone, the session that opens it stays, and the operator is told.
func TestInstancesWithoutACommonBucket(t *testing.T) {
	one, two := harness.StartServer(t, nil), harness.StartServer(t, nil)
	p := harness.NewClient(t)
	p.Upload(one.Base, harness.SmallPackage(t, 50))
	for range 3 {
		var answer struct {
			Error struct{ Code, Message string }
		}
		resp, b := p.Do(http.MethodGet, two.Base+"/api/v1/summary", nil)
		if err := json.Unmarshal(b, &answer); err != nil || resp.StatusCode != http.StatusServiceUnavailable || answer.Error.Code != "data_elsewhere" {
			t.Fatalf("the other instance: %s: %s", resp.Status, b)
		}
	}
	page, body := p.Do(http.MethodGet, two.Base+"/gone", nil, "Accept", "text/html")
	if page.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(body, []byte("Your data is with another instance")) || !bytes.Contains(body, []byte("Try again")) {
		t.Errorf("page: %s %.500s", page.Status, body)
	}
	if n := strings.Count(two.Log.String(), "set DATASET_URL to a bucket that all instances share"); n != 1 {
		t.Errorf("the log says it %d times: %s", n, two.Log.String())
	}
	if status, rows := p.Rows(one.Base); status != http.StatusOK || rows != 50 {
		t.Errorf("where the data is: %d, %d rows", status, rows)
	}
	// Brought once more, it is here.
	p.Upload(two.Base, harness.SmallPackage(t, 60))
	if status, rows := p.Rows(two.Base); status != http.StatusOK || rows != 60 {
		t.Errorf("brought to the other instance: %d, %d rows", status, rows)
	}
}

// TestUploadsWithoutACommonBucket: a file that the other instance holds is not
// said to be read or discarded, and the operator is told.
func TestUploadsWithoutACommonBucket(t *testing.T) {
	one, two := harness.StartServer(t, nil), harness.StartServer(t, nil)
	p := harness.NewClient(t)
	whole, err := os.ReadFile(harness.SmallPackage(t, 50))
	if err != nil {
		t.Fatal(err)
	}
	id := p.SendFile(whole, len(whole), one.Base)
	ask := func(base string) (*http.Response, []byte) {
		form := strings.NewReader(url.Values{"file": {id}}.Encode())
		return p.Do(http.MethodPost, base+"/imports", form, "Content-Type", "application/x-www-form-urlencoded")
	}
	if resp, b := ask(two.Base); resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(b), `"data_elsewhere"`) {
		t.Errorf("import where the file is not: %s: %s", resp.Status, b)
	}
	if resp, _ := p.Do(http.MethodHead, two.Base+"/files/"+id, nil); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("file where it is not: %s", resp.Status)
	}
	if n := strings.Count(two.Log.String(), "set DATASET_URL to a bucket that all instances share"); n != 1 {
		t.Errorf("the log says it %d times: %s", n, two.Log.String())
	}
	if resp, b := ask(one.Base); resp.StatusCode != http.StatusCreated {
		t.Errorf("import where the file is: %s: %s", resp.Status, b)
	}
}

// TestPollBesideTheEnd: the end of a first import gives the session another
// token, and Redis knows the old one no more. A poll of the progress that was on
// its way is led to the import's page, and not told that there is none.
func TestPollBesideTheEnd(t *testing.T) {
	s := harness.StartServer(t, map[string]string{"SESSION_STORE": "redis", "REDIS_URL": servers.Redis(t).URL()})
	p, poll := harness.NewClient(t), harness.NewClient(t)
	content, err := os.ReadFile(harness.SmallPackage(t, 50))
	if err != nil {
		t.Fatal(err)
	}
	const task = "00112233445566778899aabbccddeeff"
	form := url.Values{"file": {p.SendFile(content, len(content), s.Base)}, "id": {task}}.Encode()
	poll.SetCookies(s.Base, p.Cookies(s.Base)...)
	if resp, b := p.Do(http.MethodPost, s.Base+"/imports", strings.NewReader(form), "Content-Type", "application/x-www-form-urlencoded"); resp.StatusCode != http.StatusCreated {
		t.Fatalf("import: %s: %s", resp.Status, b)
	}
	if status, _ := poll.Rows(s.Base); status != http.StatusUnauthorized {
		t.Fatalf("the old token still opens the data: %d", status)
	}
	resp, b := poll.Do(http.MethodGet, s.Base+"/partials/imports/"+task, nil, "HX-Request", "true")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("HX-Redirect") != "/imports/"+task {
		t.Errorf("%s: %v %s", resp.Status, resp.Header, b)
	}
}

// TestRedisDown: nobody is signed out because Redis is away.
func TestRedisDown(t *testing.T) {
	redis := servers.Redis(t)
	s := harness.StartServer(t, map[string]string{"SESSION_STORE": "redis", "REDIS_URL": redis.URL()})
	p := harness.NewClient(t)
	p.Upload(s.Base, harness.SmallPackage(t, 50))

	redis.Signal(syscall.SIGSTOP) // it accepts connections and never answers
	start := time.Now()
	resp, body := p.Do(http.MethodGet, s.Base+"/artists", nil)
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("Redis hangs: %s, Retry-After %q", resp.Status, resp.Header.Get("Retry-After"))
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("Redis hangs, and the answer took %s", took)
	}
	if len(resp.Cookies()) != 0 {
		t.Errorf("the cookie was touched: %v", resp.Cookies())
	}
	if strings.Contains(string(body), "dial") || strings.Contains(string(body), "127.0.0.1") {
		t.Errorf("the answer tells the cause: %s", body)
	}
	// What needs no session goes on.
	for path, want := range map[string]int{"/healthz": http.StatusNoContent, "/readyz": http.StatusServiceUnavailable} {
		if resp, _ := harness.NewClient(t).Do(http.MethodGet, s.Base+path, nil); resp.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, resp.Status, want)
		}
	}
	if resp, _ := harness.NewClient(t).Do(http.MethodGet, s.Base+"/", nil); resp.StatusCode != http.StatusOK {
		t.Errorf("start page of a visitor without a session: %s", resp.Status)
	}
	redis.Signal(syscall.SIGCONT)
	for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		status, rows := p.Rows(s.Base)
		if status == http.StatusOK && rows == 50 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("Redis is back, and the answer is %d", status)
		}
	}
}

// TestStopWaitsForRequests: a signal to stop does not cut an upload short.
func TestStopWaitsForRequests(t *testing.T) {
	s := harness.StartServer(t, nil)
	r, w := io.Pipe()
	form := multipart.NewWriter(w)
	content, err := os.ReadFile(harness.SmallPackage(t, 50))
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan int, 1)
	p := harness.NewClient(t)
	go func() {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.Base+"/uploads", r)
		if err != nil {
			answered <- 0
			return
		}
		req.Header.Set("Accept", "application/json")
		req.Header.Set("Content-Type", form.FormDataContentType())
		resp, err := p.HTTP.Do(req)
		if err != nil {
			t.Log(err)
			answered <- 0
			return
		}
		_ = resp.Body.Close()
		answered <- resp.StatusCode
	}()
	// More than the system's buffers hold: then the server has the request in hand.
	if err := form.WriteField("padding", strings.Repeat("x", 16<<20)); err != nil {
		t.Fatal(err)
	}
	part, err := form.CreateFormFile("files", "my_spotify_data.zip")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content[:len(content)/2]); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan struct{})
	go func() { defer close(stopped); _ = s.Stop() }()
	time.Sleep(300 * time.Millisecond) // the signal arrives in the middle of the upload
	if _, err := part.Write(content[len(content)/2:]); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	if status := <-answered; status != http.StatusCreated {
		t.Errorf("upload under way at the signal: status %d", status)
	}
	<-stopped
}

// TestVisitorsGetNoCookie: who has uploaded nothing gets no cookie, on any page.
func TestVisitorsGetNoCookie(t *testing.T) {
	s := harness.StartServer(t, nil)
	for _, path := range []string{"/", "/artists", "/history", "/receipt", "/gone", "/forgotten", "/api/v1/summary", "/nowhere", "/healthz"} {
		p := harness.NewClient(t)
		resp, _ := p.Do(http.MethodGet, s.Base+path, nil)
		if got := resp.Header.Values("Set-Cookie"); len(got) != 0 {
			t.Errorf("%s sets %v", path, got)
		}
		if len(p.Cookies(s.Base)) != 0 {
			t.Errorf("%s leaves a cookie", path)
		}
	}
}
