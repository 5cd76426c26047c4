package e2e

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// A line is a connection between browser and server that can be cut.
type line struct {
	t      *testing.T
	target string
	base   string
	sent   atomic.Int64 // bytes from the browser
	left   atomic.Int64 // until it is cut; negative is never

	mu    sync.Mutex
	down  bool
	conns map[net.Conn]bool
}

func newLine(t *testing.T, base string) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &line{t: t, target: strings.TrimPrefix(base, "http://"), base: "http://" + l.Addr().String(), conns: map[net.Conn]bool{}}
	n.left.Store(-1)
	t.Cleanup(func() { _ = l.Close(); n.cut(true) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go n.serve(c)
		}
	}()
	return n
}

func (n *line) serve(client net.Conn) {
	server, err := net.Dial("tcp", n.target)
	if err != nil {
		_ = client.Close()
		return
	}
	n.mu.Lock()
	down := n.down
	n.conns[client], n.conns[server] = true, true
	n.mu.Unlock()
	defer func() { _, _ = client.Close(), server.Close() }()
	if down {
		return
	}
	go func() { _, _ = io.Copy(client, server); _ = client.Close() }()
	buffer := make([]byte, 16<<10)
	for {
		m, err := client.Read(buffer)
		if left := n.left.Load(); left >= 0 && int64(m) > left {
			n.left.Store(-1)
			_, _ = server.Write(buffer[:left])
			n.cut(true)
			return
		} else if left >= 0 {
			n.left.Add(-int64(m))
		}
		n.sent.Add(int64(m))
		if _, werr := server.Write(buffer[:m]); err != nil || werr != nil {
			return
		}
	}
}

// cut ends every connection, and with down every one that is tried.
func (n *line) cut(down bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = down
	for c := range n.conns {
		_ = c.Close()
		delete(n.conns, c)
	}
}

func (n *line) mend() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = false
}

// plainPackageWith is plainPackage with something that the page does not send.
func plainPackageWith(t *testing.T, rows int, more content) (path string, size int64) {
	t.Helper()
	path, _ = plainPackage(t, rows)
	plain, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close() }()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: more.name, Method: zip.Store})
	if err == nil {
		_, err = io.WriteString(w, more.text)
	}
	for _, f := range plain.File {
		if err == nil {
			err = z.Copy(f)
		}
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = os.WriteFile(path, b.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path, int64(b.Len())
}

// plainPackage is an extended history in a ZIP that is not compressed, so that
// few rows make many bytes.
func plainPackage(t *testing.T, rows int) (path string, size int64) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "my_spotify_data.zip")
	small, err := zip.OpenReader(harness.SmallPackage(t, rows))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = small.Close() }()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range small.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, int64(b.Len())
}

// arrivedBytes is how much of the one interrupted file the page says is here.
func (b *tab) arrivedBytes() (n int64) {
	b.t.Helper()
	b.run(chromedp.Evaluate(`document.querySelector("[data-arrived] progress")?.value ?? -1`, &n))
	return n
}

// TestResumeInBrowser cuts the line in the middle of parts. The page goes on by
// itself when it is mended, and after a reload from where it stopped.
func TestResumeInBrowser(t *testing.T) {
	t.Parallel()
	const rows = 18_000
	path, whole := plainPackageWith(t, rows, content{name: "Photos/holiday.mp4", text: "\x00\x00\x00\x18ftypmp42" + strings.Repeat("x", 3<<20), stored: true})
	s := harness.StartServer(t, nil)
	n := newLine(t, s.Base)
	b := newTab(t, n.base, tabOptions{})
	b.open("/")

	// Once it is cut and mended while the page stays open.
	n.left.Store(1 << 20)
	b.run(chromedp.SetUploadFiles("#files", []string{path}, chromedp.ByQuery))
	b.until("[data-chosen] .file-name", "my_spotify_data.zip")
	b.click("#upload button[type=submit]")
	b.until("[data-sending-text]", "The connection broke")
	b.until("[data-chosen] .file-state", "The connection broke. Trying again")
	n.left.Store(6<<20 + 12_345) // in the middle of the second part
	n.mend()
	b.until("[data-sending-text]", "Sending")

	// Then for good, until the page is loaded again.
	b.until("[data-sending-text]", "The connection broke")
	if got := harness.CountDatasets(t, s.Dir); got != 0 {
		t.Fatalf("%d datasets of half a file", got)
	}
	b.run(chromedp.Navigate("about:blank")) // or it would go on by itself
	n.mend()
	b.open("/")
	b.until("#arrived-title", "1 upload was interrupted")
	arrived := b.arrivedBytes()
	var size int64 // of what is sent of it
	b.run(chromedp.Evaluate(`document.querySelector("[data-arrived] progress").max`, &size))
	if size < whole-(3<<20)-100 || size > whole-(3<<20)+1000 {
		t.Errorf("%d bytes are to be sent of %d", size, whole)
	}
	if arrived <= 4<<20 || arrived >= size || arrived%(4<<20) == 0 {
		t.Fatalf("%d of %d bytes have arrived; the part that was cut is lost", arrived, size)
	}
	before := n.sent.Load()
	b.run(chromedp.SetUploadFiles("#files", []string{path}, chromedp.ByQuery))
	b.until("[data-chosen] .file-state", "are here already")
	b.click("#upload button[type=submit]")
	b.untilImported()
	b.open("/receipt")
	b.until("h1", fmt.Sprintf("%s rows in 1 file.", grouped(rows)))
	if sent := n.sent.Load() - before; sent < size-arrived || sent > size-arrived+100_000 {
		t.Errorf("%d bytes were sent again to go on from %d of %d", sent, arrived, size)
	}
	if left := harness.BlobNames(t, s.Dir, "uploads,", ",parts,"); len(left) != 0 {
		t.Errorf("parts left behind: %v", left)
	}
	// Nothing of it is written into the browser.
	var stored int
	b.run(chromedp.Evaluate("localStorage.length + sessionStorage.length", &stored))
	if stored != 0 {
		t.Errorf("%d notes in the browser's storage", stored)
	}
}

// TestUploadControlsInBrowser: several files, paused, removed, discarded, sent
// on after going offline.
func TestUploadControlsInBrowser(t *testing.T) {
	t.Parallel()
	first, _ := plainPackage(t, 18_000)
	second := harness.SmallPackage(t, 100)
	renamed := filepath.Join(filepath.Dir(second), "second.zip")
	if err := os.Rename(second, renamed); err != nil {
		t.Fatal(err)
	}
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, provider.Env("optional"))
	b := newTab(t, s.Base, tabOptions{width: 390, provider: provider.URL})
	b.open("/login") // deleting then takes a token
	b.until(".foot", "Signed in as anna@example.org.")
	slow := network.EmulateNetworkConditions(false, 0, -1, 800_000)
	b.run(slow)
	b.run(chromedp.SetUploadFiles("#files", []string{first, renamed}, chromedp.ByQuery))
	b.until("#status", "2 files chosen")
	b.click("#upload button[type=submit]")
	b.until("[data-chosen] li:first-child .file-state", " MB of ")
	// Whoever looks at another tab sees how far it is, and for how long it goes on.
	b.until("title", "%, about ")
	b.until("[data-sending-text]", " left")
	b.click("[data-chosen] li:first-child .file-actions button") // Pause
	b.until("[data-chosen] li:first-child .file-state", "Paused at")
	b.until("[data-chosen] li:last-child .file-state", "all here")
	b.until("[data-sending-text]", "Paused")
	b.until("title", "Paused at ")

	var wide bool
	b.run(chromedp.Evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth", &wide))
	if wide {
		t.Error("the page scrolls sideways at 390 px")
	}

	// Stopped and left: what has arrived is there, with and without script.
	b.click("[data-stop]")
	b.until("#upload-alert", "What has arrived is kept")
	if got := b.text("title"); strings.ContainsAny(got, "%·") {
		t.Errorf("stopped, the title says %q", got)
	}
	b.open("/")
	b.until("#arrived-title", "1 upload was interrupted")
	if got := b.count("[data-arrived] [data-file]"); got != 2 {
		t.Fatalf("%d files are listed", got)
	}
	b.click(`[data-arrived] button[aria-label="Discard my_spotify_data.zip"]`)
	b.until("#arrived-title", "1 file is here and not read yet")
	if got := b.count("[data-arrived] [data-file]"); got != 1 {
		t.Errorf("%d files are listed after discarding one", got)
	}

	// What is whole can be read as it is.
	b.click("[data-arrived] p button[type=submit]")
	b.untilImported()
	b.open("/receipt")
	b.until("h1", "100 rows in 1 file.")

	// Offline in the middle, and back.
	b.send(first)
	b.until("[data-sending-text]", "Sending")
	b.run(network.EmulateNetworkConditions(true, 0, -1, -1))
	b.until("[data-sending-text]", "Offline. It goes on by itself")
	b.run(network.EmulateNetworkConditions(false, 0, -1, -1))
	b.untilImported()
	b.open("/receipt")
	for deadline := time.Now().Add(20 * time.Second); b.text("h1") == "100 rows in 1 file. Every one accounted for." && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
	}
	b.until("h1", "18,100 rows")
}
