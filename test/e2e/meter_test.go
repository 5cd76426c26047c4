package e2e

import (
	"bytes"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// spend uploads about so many bytes of nothing from an address.
func spend(t *testing.T, base, address string, n int) {
	t.Helper()
	body, contentType := harness.Form("", harness.File("nothing.zip", make([]byte, n-400))) // less what a form takes
	resp, _ := harness.NewClient(t).Do(http.MethodPost, base+"/uploads", bytes.NewReader(body), "Content-Type", contentType, "X-Forwarded-For", address)
	if resp.StatusCode != http.StatusUnsupportedMediaType {
		t.Fatalf("nothing was taken: %s", resp.Status)
	}
}

// TestPageWaitsItsTurn: a page whose network has sent too much says so, and goes
// on by itself when there is room again.
//
// It runs alone, because the room comes back by the clock.
func TestPageWaitsItsTurn(t *testing.T) {
	const budget = 256 // MB an hour: 75 KB come back in a second
	s := harness.StartServer(t, map[string]string{"UPLOAD_HOURLY_MB": strconv.Itoa(budget), "CLIENT_ADDRESS_HEADER": "X-Forwarded-For"})
	path := harness.SmallPackage(t, 100)
	if info, err := os.Stat(path); err != nil || info.Size() > 1<<20 {
		t.Fatal(info, err)
	}
	b := newTab(t, s.Base, tabOptions{})
	b.run(network.SetExtraHTTPHeaders(network.Headers{"X-Forwarded-For": "203.0.113.9"}))
	b.open("/")
	b.run(chromedp.SetUploadFiles("#files", []string{path}, chromedp.ByQuery))
	spend(t, s.Base, "203.0.113.9", budget<<20-550<<10)
	spend(t, s.Base, "203.0.113.9", 1000) // costs a megabyte, which is more than six seconds too much
	begun := time.Now()
	b.click("#upload button[type=submit]")
	b.until("[data-chosen] .file-state", "A lot has been uploaded from your network. It goes on by itself in ")
	b.until("[data-sending-text]", "Waiting, as the server asks: 0 kB of ")
	b.untilImported()
	b.open("/receipt")
	b.until("h1", "100 rows in 1 file.")
	if took := time.Since(begun); took < 2*time.Second {
		t.Errorf("it waited for %s", took)
	}
}
