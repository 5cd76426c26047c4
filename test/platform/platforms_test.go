package platform

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// bring sends a package in parts and imports it, and watches the progress
// meanwhile, from both instances.
func bring(v *harness.Client, content []byte) {
	v.T.Helper()
	file := v.SendFile(content, harness.PartSize)
	id := fmt.Sprintf("%x", sha256.Sum256([]byte(file)))[:32]
	watched := make(chan int)
	ctx, done := context.WithCancel(v.T.Context())
	go func() {
		seen := 0
		defer func() { watched <- seen }()
		for ctx.Err() == nil {
			resp, b := v.Do(http.MethodGet, "/partials/imports/"+id, nil)
			switch resp.StatusCode {
			case http.StatusOK:
				seen++
			case http.StatusSeeOther: // it is stored
			default:
				v.T.Errorf("progress: %s: %s", resp.Status, b)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	form := url.Values{"file": {file}, "id": {id}}
	resp, b := v.Do(http.MethodPost, "/imports", strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	done()
	seen := <-watched
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/" {
		v.T.Fatalf("import: %s to %q: %s", resp.Status, resp.Header.Get("Location"), b)
	}
	if seen == 0 {
		v.T.Error("nobody saw any progress")
	}
	// Who asks again, because the answer was lost, is told the same.
	if resp, _ := v.Do(http.MethodGet, "/imports/"+id, nil); resp.Header.Get("Location") != "/" {
		v.T.Errorf("the page of a finished import: %s to %q", resp.Status, resp.Header.Get("Location"))
	}
}

// A store is what the instances of a platform share.
type store struct {
	env  map[string]string
	left func() []string // may be nil
}

// objects are kept in the platform's own kind of store.
func objects(start func(testing.TB) *servers.ObjectStore) func(*testing.T) store {
	return func(t *testing.T) store {
		s := start(t)
		env := map[string]string{"DATASET_URL": s.URL}
		maps.Copy(env, s.Environment)
		return store{env: env}
	}
}

func plainRedis(t *testing.T) store {
	s := servers.Redis(t)
	return store{map[string]string{"DATASET_URL": s.URL()}, s.Keys}
}

func redisOverTLS(t *testing.T) store {
	return store{env: map[string]string{"DATASET_URL": servers.RedisTLS(t)}}
}

// TestPlatformJourneys goes the whole way on every platform, through two
// instances in turn that share nothing but a bucket of the kind that fits there.
func TestPlatformJourneys(t *testing.T) {
	for _, platform := range []struct {
		name  string
		start func(t *testing.T, shared map[string]string, writable ...string) *instance
		store func(t *testing.T) store
		// tooLarge is a body that the platform refuses; 0 where one that large
		// would take long to send.
		tooLarge int
		// id begins the IDs of requests in the log.
		id string
	}{
		{"Cloud Run", startCloudRun, objects(servers.GCS), 33 << 20, ""},
		{"Lambda function URL", startLambda(false, false), objects(servers.S3), 5 << 20, ""},
		{"Lambda function URL streamed", startLambda(false, true), objects(servers.S3), 5 << 20, ""},
		{"Lambda HTTP API", startLambda(true, true), plainRedis, 5 << 20, ""},
		{"Azure Functions", startAzure, objects(servers.Azure), 0, "3f2a9c1e-5b1d-4c63-9d6a-"},
		{"Vercel", startVercel, redisOverTLS, 4_600_000, "fra1::fra1::"},
	} {
		t.Run(platform.name, func(t *testing.T) {
			t.Parallel()
			shared := platform.store(t)
			one, two := platform.start(t, shared.env), platform.start(t, shared.env)
			front := &platformFront{instances: []*instance{one, two}}
			v := harness.NewVisitor(t, front)

			if platform.tooLarge > 0 {
				resp, _ := v.Do(http.MethodPost, "/uploads", bytes.NewReader(make([]byte, platform.tooLarge)), "Content-Type", "application/octet-stream")
				if resp.StatusCode != http.StatusRequestEntityTooLarge || resp.Header.Get("X-Refused-By") == "" {
					t.Errorf("a body of %d bytes: %s", platform.tooLarge, resp.Status)
				}
			}
			journey(t, v, front)
			if shared.left != nil {
				if left := slices.DeleteFunc(shared.left(), harness.OutlivesSession); len(left) != 0 {
					t.Errorf("left in the bucket: %q", left)
				}
			}
			for _, i := range []*instance{one, two} {
				if i.process.Sleeps {
					// The function asks for its next invocation after the answer.
					for deadline := time.Now().Add(5 * time.Second); !i.process.Frozen(); time.Sleep(time.Millisecond) {
						if time.Now().After(deadline) {
							t.Fatal("the process was not frozen between its requests")
						}
					}
				}
				checkLog(t, i.process.Log.String(), platform.id)
			}
		})
	}
}

// TestPlatformsTellTheAddress: on every platform a budget is that of a client's
// address, whatever the client says of it.
func TestPlatformsTellTheAddress(t *testing.T) {
	for name, start := range map[string]func(*testing.T, map[string]string, ...string) *instance{
		"Cloud Run": startCloudRun, "Lambda": startLambda(false, true), "Azure Functions": startAzure, "Vercel": startVercel,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			const budget = 3 // MB; a file that begins costs one, and the last may go beyond
			one := start(t, map[string]string{"DATASET_URL": "file://" + dir, "UPLOAD_HOURLY_MB": strconv.Itoa(budget)}, dir)
			var last *http.Response
			for i := range budget + 2 {
				invented := "198.51.100." + strconv.Itoa(i)
				last, _ = harness.NewVisitor(t, one).Do(http.MethodPost, "/files", nil, "Tus-Resumable", "1.0.0", "Upload-Length", "10",
					"X-Forwarded-For", invented, "X-Real-Ip", invented, "X-Vercel-Forwarded-For", invented)
				if i < budget && last.StatusCode != http.StatusCreated {
					t.Fatalf("file %d: %s", i+1, last.Status)
				}
			}
			if last.StatusCode != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
				t.Errorf("beyond the budget: %s", last.Status)
			}
			if strings.Contains(one.process.Log.String(), "203.0.113") {
				t.Error("the log has an address")
			}
		})
	}
}

// TestLambdaDrains: the signal to stop does not cost anybody their answer.
func TestLambdaDrains(t *testing.T) {
	redis := servers.Redis(t)
	env := map[string]string{"DATASET_URL": redis.URL()}
	one, two := startLambda(false, true)(t, env), startLambda(false, true)(t, env)
	v := harness.NewVisitor(t, one)
	content, rows := harness.BigPackage()
	file := v.SendFile(content, harness.PartSize)
	signaled := make(chan struct{})
	go func() {
		defer close(signaled)
		underWay := func(key string) bool { return strings.Contains(key, "/imports/") }
		for begun := time.Now(); !slices.ContainsFunc(redis.Keys(), underWay) && time.Since(begun) < 5*time.Second; {
			time.Sleep(time.Millisecond)
		}
		one.process.Terminate()
	}()
	form := url.Values{"file": {file}}
	resp, b := v.Do(http.MethodPost, "/imports", strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	<-signaled
	if resp.StatusCode != http.StatusSeeOther {
		t.Errorf("import under way at the signal: %s: %s", resp.Status, b)
	}
	v.HTTP.Transport = two
	if status, got := v.Rows(); status != http.StatusOK || got != rows {
		t.Errorf("status %d, %d rows, want %d", status, got, rows)
	}
}

// journey is what a person does, from the first look to the last.
func journey(t *testing.T, v *harness.Client, front http.RoundTripper) {
	// A visitor who brings nothing gets no cookie.
	for range 2 {
		if resp, _ := v.Do(http.MethodGet, "/", nil); resp.StatusCode != http.StatusOK || len(resp.Cookies()) != 0 {
			t.Fatalf("start page: %s, cookies %v", resp.Status, resp.Cookies())
		}
		for _, path := range []string{"/healthz", "/readyz"} {
			if resp, _ := v.Do(http.MethodGet, path, nil); resp.StatusCode != http.StatusNoContent {
				t.Errorf("%s: %s", path, resp.Status)
			}
		}
	}
	assets(t, v)

	content, rows := harness.BigPackage()
	if len(content) <= harness.PartSize {
		t.Fatalf("a package of %d bytes is one part", len(content))
	}
	bring(v, content)
	names := make(map[string]bool)
	for _, c := range v.Cookies(harness.Site) {
		names[c.Name] = true
	}
	if !names["__Host-session"] {
		t.Errorf("no secure session cookie, but %v", names)
	}

	v.See("/receipt")
	for range 3 {
		if status, got := v.Rows(); status != http.StatusOK || got != rows {
			t.Errorf("summary: status %d, %d rows, want %d", status, got, rows)
		}
	}
	home := v.See("/")
	for _, path := range []string{"/artists", "/tracks?page=2", "/albums?q=a", "/shows", "/history", "/privacy", "/documents", "/receipt"} {
		v.See(path)
	}
	for _, what := range []string{"artists", "tracks"} {
		link, ok := home.Find(`main a[href^="/` + what + `/"]`).First().Attr("href")
		if !ok {
			t.Fatalf("no link to any of the %s", what)
		}
		v.See(link)
		v.See(link)
		v.See("/partials/" + what + "?q=an")
	}
	for range 2 {
		if resp, b := v.Do(http.MethodHead, "/artists", nil); resp.StatusCode != http.StatusOK || len(b) != 0 {
			t.Errorf("HEAD: %s, %d bytes", resp.Status, len(b))
		}
		if resp, _ := v.Do(http.MethodGet, "/api/v1/top/artists?from=never", nil); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("a lens that is none: %s", resp.Status)
		}
	}

	playReel(t, v)

	// More, with the form that needs no script, and the same again: nothing counts
	// twice.
	small, _ := harness.Package(t, 5_000)
	total := 0
	for range 2 {
		if resp, _ := v.Submit(small); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/" {
			t.Fatalf("upload by form: %s to %q", resp.Status, resp.Header.Get("Location"))
		}
		for range 2 {
			status, got := v.Rows()
			if total == 0 {
				total = got
			}
			if status != http.StatusOK || got != total || got <= rows {
				t.Errorf("after an upload by form: status %d, %d rows, want %d and more than %d", status, got, total, rows)
			}
		}
	}
	// Somebody else sees none of it, and another site changes nothing.
	if status, _ := harness.NewVisitor(t, front).Rows(); status != http.StatusUnauthorized {
		t.Errorf("a stranger got %d", status)
	}
	if resp, _ := v.Do(http.MethodPost, "/reset", nil, "Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a write from another site: %s", resp.Status)
	}

	if resp, _ := v.Do(http.MethodPost, "/reset", nil); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/forgotten" {
		t.Errorf("delete: %s to %q", resp.Status, resp.Header.Get("Location"))
	}
	for range 2 {
		v.See("/forgotten")
		if status, _ := v.Rows(); status != http.StatusUnauthorized {
			t.Errorf("after deleting: %d", status)
		}
	}
}

// assets fetches what the start page loads, through both instances.
func assets(t *testing.T, v *harness.Client) {
	t.Helper()
	found := 0
	v.See("/").Find("link[href], script[src]").Each(func(_ int, s *goquery.Selection) {
		path, ok := s.Attr("href")
		if !ok {
			path, _ = s.Attr("src")
		}
		if !strings.HasPrefix(path, "/static/") {
			return
		}
		found++
		var first []byte
		for i := range 2 {
			resp, b := v.Do(http.MethodGet, path, nil)
			if resp.StatusCode != http.StatusOK || len(b) == 0 || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %s, %d bytes, %q", path, resp.Status, len(b), resp.Header.Get("Cache-Control"))
			}
			if i > 0 && !bytes.Equal(b, first) {
				t.Errorf("%s differs from instance to instance", path)
			}
			first = b
		}
	})
	if found < 2 {
		t.Errorf("%d files of the start page found", found)
	}
}

// checkLog expects a line for each request, with the platform's own ID, and
// nothing about who asked or for what.
func checkLog(t *testing.T, log, id string) {
	t.Helper()
	requests := 0
	for line := range strings.Lines(log) {
		if !strings.HasPrefix(line, "{") {
			continue // "Listening on …"
		}
		var entry struct {
			Message   string `json:"msg"`
			RequestID string `json:"request_id"`
			Route     string
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("%v in %s", err, line)
		}
		if entry.Message != "request" {
			continue
		}
		requests++
		if len(entry.RequestID) < 8 || !strings.HasPrefix(entry.RequestID, id) {
			t.Errorf("request_id %q, want one that begins with %q", entry.RequestID, id)
		}
	}
	if requests < 10 {
		t.Errorf("%d requests in the log", requests)
	}
	for _, personal := range []string{"203.0.113.9", "my_spotify_data", "__Host-session", "q=an"} {
		if strings.Contains(log, personal) {
			t.Errorf("%q stands in the log", personal)
		}
	}
}
