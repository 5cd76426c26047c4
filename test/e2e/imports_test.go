package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// TestImportIsAskedForAgain: what stands in front loses the request that asks for
// the import, before anybody has seen it, or the server has it wait for its turn.
// The page asks again by itself.
func TestImportIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	proxy := harness.ProxyTo(t, s.Base)
	var asked atomic.Int32
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/imports" && asked.Add(1) <= 2 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		if r.Method == http.MethodPost && r.URL.Path == "/imports" && asked.Load() <= 4 {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, `{"error":{"code":"too_many_at_once","title":"Several uploads from your network are under way"}}`)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()

	b := newTab(t, front.URL, tabOptions{})
	b.open("/")
	b.send(harness.SmallPackage(t, 100))
	b.until("[data-sending-text]", "Several uploads from your network are under way. It goes on by itself in 2 seconds")
	b.untilImported()
	b.open("/receipt")
	b.until("h1", "100 rows in 1 file.")
	if n := asked.Load(); n != 5 {
		t.Errorf("asked %d times, want 5", n)
	}
}

// TestRefusedFileInBrowser: a file that cannot be used alone is refused where it
// was chosen. Beside one that can, it is read about on the receipt.
func TestRefusedFileInBrowser(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	good := harness.SmallPackage(t, 100)
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "cut.zip")
	if err := os.WriteFile(bad, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	b.send(bad)
	b.until("#upload-alert .alert-title", "That file cannot be used")
	b.until("#upload-alert .alert-file", "cut.zip")
	b.until("#upload-alert", "is cut off")
	b.untilAt("/")

	b.open("/")
	b.run(chromedp.SetUploadFiles("#files", []string{good, bad}, chromedp.ByQuery))
	b.until("#status", "2 files chosen")
	b.click("#upload button[type=submit]")
	b.until("#imported", " could not be read. 100 of 100 rows kept; every one accounted for.")
	b.open("/receipt")
	b.until("main", "is cut off")
	b.until("h1", "100 rows")
}

// TestRefusalInPiecesInBrowser: the progress leads to the import's page while the
// answer that refuses the import is still arriving. The page stays where it says
// why, and does not go after an import that is over.
func TestRefusalInPiecesInBrowser(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	proxy := harness.ProxyTo(t, s.Base)
	polled := make(chan struct{})
	var once sync.Once
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost && r.URL.Path == "/imports":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusConflict)
			_ = http.NewResponseController(w).Flush()
			<-polled
			time.Sleep(300 * time.Millisecond)
			_, _ = io.WriteString(w, `{"error":{"title":"Your data changed meanwhile","message":"Send it again."}}`)
		case strings.HasPrefix(r.URL.Path, "/partials/imports/"):
			w.Header().Set("HX-Redirect", strings.TrimPrefix(r.URL.Path, "/partials"))
			once.Do(func() { close(polled) })
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	defer front.Close()

	b := newTab(t, front.URL, tabOptions{})
	b.open("/")
	b.send(harness.SmallPackage(t, 100))
	b.until("#upload-alert .alert-title", "Your data changed meanwhile")
	b.run(chromedp.Sleep(3500 * time.Millisecond)) // beyond the time an answer is waited for
	b.untilAt("/")
	b.until("#upload-alert .alert-title", "Your data changed meanwhile")
}
