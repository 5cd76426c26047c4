package app

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// spend uploads so many bytes of nothing from an address.
func (s *testServer) spend(address string, n int) {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("files", "nothing.zip")
	if err != nil {
		s.t.Fatal(err)
	}
	const end = 100 // at least what closes the form
	if _, err := part.Write(make([]byte, n-b.Len()-end)); err != nil {
		s.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.base+"/uploads", &b)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("X-Forwarded-For", address)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusUnsupportedMediaType {
		s.t.Fatalf("nothing was taken: %s", resp.Status)
	}
}

// TestPageWaitsItsTurn: a page whose network has sent too much says so, and goes
// on by itself when there is room again.
func TestPageWaitsItsTurn(t *testing.T) {
	const budget = 256 // MB an hour: 75 KB come back in a second
	s := startTestServer(t, map[string]string{"UPLOAD_HOURLY_MB": strconv.Itoa(budget), "CLIENT_ADDRESS_HEADER": "X-Forwarded-For"})
	path := smallPackage(t, 100)
	if info, err := os.Stat(path); err != nil || info.Size() > 1<<20 {
		t.Fatal(info, err)
	}
	b := newTab(t, s.base, tabOptions{})
	b.run(network.SetExtraHTTPHeaders(network.Headers{"X-Forwarded-For": "203.0.113.9"}))
	b.open("/")
	b.run(chromedp.SetUploadFiles("#files", []string{path}, chromedp.ByQuery))
	s.spend("203.0.113.9", budget<<20-700<<10)
	s.spend("203.0.113.9", 1000) // costs a megabyte, which is more than four seconds too much
	begun := time.Now()
	b.click("#upload button[type=submit]")
	b.until("[data-chosen] .file-state", "A lot has been uploaded from your network. It goes on by itself in ")
	b.until("[data-sending-text]", "Waiting, as the server asks: 0 kB of ")
	b.untilAt("/receipt")
	b.until("h1", "100 rows in 1 file.")
	if took := time.Since(begun); took < 2*time.Second {
		t.Errorf("it waited for %s", took)
	}
}
