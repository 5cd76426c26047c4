package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/process"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// until waits for a line that matches.
func until(t *testing.T, out *process.Output, pattern string) []string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if found := re.FindStringSubmatch(out.String()); found != nil {
			return found
		}
	}
	t.Fatalf("no %q in:\n%s", pattern, out)
	return nil
}

// TestMulti uploads through the proxy, browses through both instances, ends one
// of them and goes on, and leaves nothing behind.
func TestMulti(t *testing.T) {
	servers.Program(t, "redis-server")
	binary, err := harness.Binary()
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	ctx, interrupt := context.WithCancel(t.Context())
	var out process.Output
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-server=" + binary, "-listen=127.0.0.1:0"}, &out) }()
	base := until(t, &out, `(http://127\.0\.0\.1:\d+)\n`)[1]
	pids := until(t, &out, `kill (\d+) or (\d+)\.`)

	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	send := func(method, path, form string) (status int, instance string, body []byte) {
		t.Helper()
		r, err := http.NewRequest(method, base+path, strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		if form != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		if body, err = io.ReadAll(resp.Body); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header.Get(instanceHeader), body
	}
	ask := func(method, path string) (int, string, []byte) { return send(method, path, "") }
	if status, _, body := ask(http.MethodPost, "/sample"); status != http.StatusSeeOther {
		t.Fatalf("sample: %d: %s", status, body)
	}
	rows := func() (by string) {
		t.Helper()
		status, by, body := ask(http.MethodGet, "/api/v1/summary")
		var summary struct{ Rows int }
		if err := json.Unmarshal(body, &summary); status != http.StatusOK || err != nil || summary.Rows == 0 {
			t.Fatalf("instance %s: %d, %v: %s", by, status, err, body)
		}
		return by
	}
	if first, second, third := rows(), rows(), rows(); first == second || first != third {
		t.Errorf("answered by %s, %s, %s, want them in turn", first, second, third)
	}

	pid, err := strconv.Atoi(pids[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	until(t, &out, "instance 1 has ended")
	for range 4 {
		if by := rows(); by != "2" {
			t.Errorf("answered by %s, which has ended", by)
		}
	}
	// So do many at once: each tries both, whatever the others try.
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			resp, err := client.Get(base + "/healthz")
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
			if by := resp.Header.Get(instanceHeader); resp.StatusCode >= http.StatusBadRequest || by != "2" {
				t.Errorf("at once: %d by %q", resp.StatusCode, by)
			}
		})
	}
	wg.Wait()
	// What is sent reaches the one that is left, too.
	for range 4 {
		if status, by, body := send(http.MethodPost, "/theme", "theme=dark"); status >= http.StatusBadRequest || by != "2" {
			t.Errorf("form: %d by %q: %s", status, by, body)
		}
	}

	interrupt()
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
	for _, pid := range pids[1:] {
		n, _ := strconv.Atoi(pid)
		if err := syscall.Kill(n, 0); err == nil {
			t.Errorf("process %s is still there", pid)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	// Every line of an instance says whose it is.
	for line := range strings.Lines(out.String()) {
		if strings.Contains(line, "msg=") && !strings.HasPrefix(line, "[") {
			t.Errorf("whose line is this? %s", line)
		}
	}
}

func TestMultiRefuses(t *testing.T) {
	servers.Program(t, "redis-server")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no binary":        {nil, "-server"},
		"no instance":      {[]string{"-server=x", "-instances=0"}, "-instances"},
		"no such binary":   {[]string{"-server=/does/not/exist", "-listen=127.0.0.1:0"}, "/does/not/exist"},
		"not this program": {[]string{"-server=/bin/true", "-listen=127.0.0.1:0"}, "instance 1 did not start"},
	} {
		err := run(t.Context(), test.args, io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q in it", name, err, test.want)
		}
	}
}
