package engines

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// A front stands between a browser and the program. Pages get one more script,
// watch.js, because not every engine tells what goes wrong in them; it is asked
// as a proxy too, where it refuses what is for somebody else; and it can hold
// the parts of a file back. It keeps its address while programs come and go.
type front struct {
	base string

	mu       sync.Mutex
	target   *url.URL
	observed []string
	parts    int           // of files, that have been sent
	gate     chan struct{} // parts wait until it is closed; nil is open
}

//go:embed testdata/watch.js
var watchScript []byte

const (
	watchPath   = "/engines-watch.js"
	problemPath = "/engines-problem" // watch.js sends to it
)

func newFront(t *testing.T) *front {
	t.Helper()
	f := new(front)
	server := httptest.NewServer(f.handler())
	f.base = server.URL
	t.Cleanup(server.Close)
	return f
}

func (f *front) handler() http.Handler {
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			f.mu.Lock()
			r.SetURL(f.target)
			f.mu.Unlock()
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Accept-Encoding") // so that pages can be changed
		},
		ModifyResponse: addWatch,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case "http://"+r.Host != f.base || r.Method == http.MethodConnect:
			f.problem("request to somebody else: " + r.Host + r.URL.Path)
			http.Error(w, "This is nobody's proxy.", http.StatusForbidden)
		case r.URL.Path == watchPath:
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write(watchScript)
		case r.URL.Path == problemPath:
			b, _ := io.ReadAll(r.Body)
			f.problem(string(b))
		default:
			if r.Method == http.MethodPatch {
				f.hold(r)
			}
			forward.ServeHTTP(w, r)
		}
	})
}

// addWatch puts the script before all else of a page.
func addWatch(r *http.Response) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") || r.Request.Method == http.MethodHead {
		return nil
	}
	page, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	page = bytes.Replace(page, []byte("<head>"), fmt.Appendf(nil, `<head><script src="%s"></script>`, watchPath), 1)
	r.Body = io.NopCloser(bytes.NewReader(page))
	r.ContentLength = int64(len(page))
	r.Header.Set("Content-Length", fmt.Sprint(len(page)))
	return nil
}

// hold counts a part and lets it pass when the gate is open.
func (f *front) hold(r *http.Request) {
	f.mu.Lock()
	f.parts++
	gate := f.gate
	if f.parts == 1 {
		gate = nil // so that there is progress to be seen
	}
	f.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-r.Context().Done():
		}
	}
}

// lead has the front lead to another program.
func (f *front) lead(t *testing.T, base string) {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.target, f.parts, f.gate = target, 0, nil
}

// shut holds back all parts but the first until open is called.
func (f *front) shut(t *testing.T) (open func()) {
	gate := make(chan struct{})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.parts, f.gate = 0, gate
	open = sync.OnceFunc(func() { close(gate) })
	t.Cleanup(open)
	return open
}

// sent is how many parts have been sent.
func (f *front) sent() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.parts
}

func (f *front) problem(s string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.observed = append(f.observed, s)
}

// problems returns what pages did that none may do, and forgets it.
func (f *front) problems() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	observed := f.observed
	f.observed = nil
	return observed
}
