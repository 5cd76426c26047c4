package engines

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// badPage does what no page of ours may do.
const badPage = `<!doctype html><html><head><title>Bad</title></head><body>
<h1>Bad</h1>
<script>document.title = "ran"</script>
<script src="/bad.js"></script>
</body></html>`

const badScript = `
console.warn("a warning");
Promise.reject(new Error("a rejection"));
fetch("http://elsewhere.example/").catch(() => {});
missing();`

// problemsAreSeen: the journeys would hear of a page that does what it may not.
func problemsAreSeen(t *testing.T, b browser, f *front) {
	policy := "script-src 'self'"
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/bad.js" {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(badScript))
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write([]byte(badPage))
	}))
	defer s.Close()
	f.lead(t, s.URL)
	if err := b.navigate(f.base + "/"); err != nil {
		t.Fatal(err)
	}
	missing := []string{"content policy", "a warning", "a rejection", "missing", "request to somebody else"}
	var seen []string
	for deadline := time.Now().Add(untilTime); len(missing) > 0; time.Sleep(20 * time.Millisecond) {
		seen = append(seen, append(b.problems(), f.problems()...)...)
		var left []string
		for _, m := range missing {
			if !strings.Contains(strings.Join(seen, "\n"), m) {
				left = append(left, m)
			}
		}
		missing = left
		if time.Now().After(deadline) {
			t.Fatalf("not heard of: %q, only of %q", missing, seen)
		}
	}
	if err := b.navigate("about:blank"); err != nil {
		t.Fatal(err)
	}
	b.problems()
	f.problems()
}
