package chaos

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// patience is how long a client waits for an answer before it tries elsewhere.
const patience = 2 * time.Second

// A persistent client goes on where others give up.
type persistent struct{ *harness.Client }

// attempt sends a request that may come to nothing. A status of 0 is no answer.
func (v persistent) attempt(method, path string, body []byte, headers ...string) (status int, header http.Header) {
	resp, _, _ := v.Try(method, path, bytes.NewReader(body), headers...)
	if resp == nil {
		return 0, nil
	}
	return resp.StatusCode, resp.Header
}

// insist repeats a request until it has one of the statuses wanted.
func (v persistent) insist(what string, f func() (status int, header http.Header), want ...int) (int, http.Header) {
	v.T.Helper()
	var seen []int
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		status, header := f()
		for _, w := range want {
			if status == w {
				return status, header
			}
		}
		seen = append(seen, status)
		if status == http.StatusUnauthorized || status == http.StatusInternalServerError || status == http.StatusNotFound || status == http.StatusGone {
			break
		}
	}
	v.T.Fatalf("%s: answered %v, want %v", what, seen, want)
	return 0, nil
}

// sendFile sends a file by tus as the page does: after whatever goes wrong it
// asks how much has arrived, and goes on from there.
func (v persistent) sendFile(content []byte, part int) (id string, setbacks int) {
	v.T.Helper()
	_, header := v.insist("create", func() (int, http.Header) {
		return v.attempt(http.MethodPost, "/files", nil, "Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(len(content)), "Upload-Metadata", "tag MDEyMzQ1Njc=")
	}, http.StatusCreated)
	path := header.Get("Location")
	for offset := 0; offset < len(content); {
		end := min(offset+part, len(content))
		status, header := v.attempt(http.MethodPatch, path, content[offset:end],
			"Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(offset))
		if status != http.StatusNoContent {
			setbacks++
			_, header = v.insist("ask for the offset", func() (int, http.Header) {
				return v.attempt(http.MethodHead, path, nil, "Tus-Resumable", "1.0.0")
			}, http.StatusOK, http.StatusNoContent)
		}
		next, err := strconv.Atoi(header.Get("Upload-Offset"))
		if err != nil || next < offset || next > end {
			v.T.Fatalf("after a part at %d (status %d) the offset is %q", offset, status, header.Get("Upload-Offset"))
		}
		offset = next
	}
	return strings.TrimPrefix(path, "/files/"), setbacks
}

// importFile imports a file, and insists.
func (v persistent) importFile(file, task string) {
	v.T.Helper()
	form := []byte(url.Values{"file": {file}, "id": {task}}.Encode())
	v.insist("import", func() (int, http.Header) {
		status, header := v.attempt(http.MethodPost, "/imports", form, "Content-Type", "application/x-www-form-urlencoded")
		if status == http.StatusSeeOther && header.Get("Location") != "/" {
			time.Sleep(100 * time.Millisecond)
			return http.StatusAccepted, header // somebody else is at it, or was
		}
		return status, header
	}, http.StatusSeeOther)
}

// TestUploadUnderFire sends a file through a line that is slow, breaks and
// stands still, while instances are killed in the middle of its parts, of its
// import and of its deletion. Not one byte is lost, and nothing stays behind.
func TestUploadUnderFire(t *testing.T) {
	network := servers.NewNetwork(t)
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			redis := servers.Redis(t)
			f := startFleet(t, 2, map[string]string{"SESSION_STORE": store, "REDIS_URL": redis.URL(), "DATASET_URL": redis.URL()}).behind(network)
			content, rows := harness.Package(t, 60_000)
			v := persistent{harness.NewVisitor(t, f)}
			v.HTTP.Timeout = patience

			done := make(chan struct{})
			var trouble sync.WaitGroup
			killed := 0
			trouble.Go(func() {
				for i := 0; ; i++ {
					f.each(func(m *member) { m.line.Trouble(servers.Bandwidth, "rate", 2000) })
					var ends []func()
					switch i % 4 {
					case 0:
						f.kill()
						killed++
						f.add()
					case 1:
						f.each(func(m *member) { ends = append(ends, m.line.Trouble(servers.Reset, "timeout", 30)) })
					case 2:
						f.each(func(m *member) { ends = append(ends, m.line.Trouble(servers.HalfOpen, "timeout", 0)) })
					case 3:
						f.each(func(m *member) { ends = append(ends, m.line.Trouble(servers.Latency, "latency", 60)) })
					}
					select {
					case <-done:
					case <-time.After(120 * time.Millisecond):
					}
					for _, end := range ends {
						end()
					}
					select {
					case <-done:
						return
					case <-time.After(120 * time.Millisecond):
					}
				}
			})
			file, setbacks := v.sendFile(content, 256<<10)
			close(done)
			trouble.Wait()
			t.Logf("%d bytes, %d setbacks, %d instances killed", len(content), setbacks, killed)
			if setbacks < 3 {
				t.Errorf("%d setbacks show little", setbacks)
			}

			// Killed in the middle of the import.
			stop := make(chan struct{})
			trouble.Go(func() {
				for range 2 {
					f.kill()
					f.add()
					select {
					case <-stop:
						return
					case <-time.After(120 * time.Millisecond):
					}
				}
			})
			v.importFile(file, fmt.Sprintf("%032x", 7))
			close(stop)
			trouble.Wait()
			if status, got := v.Rows(); status != http.StatusOK || got != rows {
				t.Errorf("status %d, %d rows, want %d", status, got, rows)
			}
			if left := harness.Containing(redis.Keys(), "parts", "files"); len(left) > 0 {
				t.Errorf("left of the upload: %v", left)
			}
			// Heads alone: the chunks carry a name behind the brace.
			if heads := slices.DeleteFunc(harness.Containing(redis.Keys(), "datasets/"), func(key string) bool { return !strings.HasSuffix(key, "}") }); len(heads) != 1 {
				t.Errorf("%d datasets, want 1: %v", len(heads), heads)
			}

			// Killed in the middle of the deletion, again and again.
			for i := range 5 {
				trouble.Go(func() {
					time.Sleep(time.Duration(i) * time.Millisecond)
					f.kill()
				})
				status, header := v.attempt(http.MethodPost, "/reset", nil)
				trouble.Wait()
				f.add()
				if status == http.StatusSeeOther && header.Get("Location") == "/forgotten" {
					break
				}
			}
			v.insist("delete", func() (int, http.Header) { return v.attempt(http.MethodPost, "/reset", nil) }, http.StatusSeeOther)
			if status, _ := v.Rows(); status != http.StatusUnauthorized {
				t.Errorf("after the deletion: %d", status)
			}
			if left := slices.DeleteFunc(redis.Keys(), harness.OutlivesSession); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
