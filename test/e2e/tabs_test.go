package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// TestTwoTabsStartAtOnce: two tabs of one browser, which has no cookie yet, send a
// file each. The second waits for the first to have its session, and both are read.
func TestTwoTabsStartAtOnce(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	proxy := harness.ProxyTo(t, s.Base)
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
		if err := os.WriteFile(path, harness.OnePlay(i), 0o600); err != nil {
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
		b.until(".in-short", "kept") // one of them alone may say that it was imported: they share a jar of cookies
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
	t.Parallel()
	s := harness.StartServer(t, nil)
	proxy := harness.ProxyTo(t, s.Base)
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
	b.send(harness.SmallPackage(t, 100))
	b.untilImported()
	b.open("/receipt")
	b.until("h1", "100 rows in 1 file.")
	if n := harness.CountDatasets(t, s.Dir); n != 1 {
		t.Errorf("%d datasets", n)
	}
}
