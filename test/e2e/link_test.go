package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// postForm sends a form as a program does.
func postForm(c *harness.Client, address string, form url.Values, header ...string) (status int, body []byte) {
	header = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)
	resp, b := c.Do(http.MethodPost, address, strings.NewReader(form.Encode()), header...)
	return resp.StatusCode, b
}

// TestLinkOverTwoInstances: a code that one instance makes is good on another, for
// one of all who use it, and from then on the devices follow each other.
func TestLinkOverTwoInstances(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			env := map[string]string{"DATASET_URL": "file://" + t.TempDir(), "SESSION_STORE": store}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			one, two := harness.StartServer(t, env), harness.StartServer(t, env)
			first := harness.NewClient(t)
			first.Upload(one.Base, harness.SmallPackage(t, 20))
			status, b := postForm(first, two.Base+"/link", nil)
			var made struct{ Code, URL string }
			if err := json.Unmarshal(b, &made); err != nil || status != http.StatusCreated || made.URL != two.Base+"/link#"+made.Code {
				t.Fatalf("%d: %s", status, b)
			}
			var mu sync.Mutex
			var group sync.WaitGroup
			var phone *harness.Client
			for i := range 6 {
				c := harness.NewClient(t)
				group.Go(func() {
					base := []string{one.Base, two.Base}[i%2]
					status, b := postForm(c, base+"/link/join", url.Values{"code": {made.Code}})
					mu.Lock()
					defer mu.Unlock()
					switch {
					case status == http.StatusOK && phone == nil:
						phone = c
					case status != http.StatusConflict || !strings.Contains(string(b), "code_used"):
						t.Errorf("%d: %s", status, b)
					}
				})
			}
			group.Wait()
			if phone == nil {
				t.Fatal("nobody was linked")
			}
			for name, c := range map[string]*harness.Client{"the first": first, "the phone": phone} {
				for _, at := range []*harness.Server{one, two} {
					if _, b := c.Do(http.MethodGet, at.Base+"/link", nil); !strings.Contains(string(b), `"linked"`) {
						t.Errorf("%s is told %s", name, b)
					}
					if _, rows := c.Rows(at.Base); rows != 20 {
						t.Errorf("%s has %d rows", name, rows)
					}
				}
			}
			phone.Upload(two.Base, harness.SmallPackage(t, 35))
			one.Restart() // it would look again in five seconds
			_, more := phone.Rows(two.Base)
			if _, rows := first.Rows(one.Base); rows != more || more <= 20 {
				t.Errorf("the first has %d rows, the phone %d", rows, more)
			}
			if status, b := postForm(first, one.Base+"/reset", nil); status != http.StatusOK {
				t.Fatalf("%d: %s", status, b)
			}
			two.Restart()
			if got := phone.Code(two.Base); got != "410 data_gone" {
				t.Errorf("the phone after the end: %s", got)
			}
			if n := harness.CountDatasets(t, strings.TrimPrefix(env["DATASET_URL"], "file://")); n != 0 {
				t.Errorf("%d datasets are left", n)
			}
		})
	}
}

// onePlayFile is a file with one play of its own.
func onePlayFile(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), fmt.Sprintf("endsong_%d.json", n))
	if err := os.WriteFile(path, harness.OnePlay(n), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLinkInBrowser links a phone by the address behind the QR code, and one more by
// typing, without JavaScript, each at another instance. What is added or replaced on one
// is on the others, and after it is deleted on one the others say so.
func TestLinkInBrowser(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			folder := t.TempDir()
			env := map[string]string{"DATASET_URL": "file://" + folder, "SESSION_STORE": store}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			one, two := harness.StartServer(t, env), harness.StartServer(t, env)
			first := newTab(t, one.Base, tabOptions{})
			phone := newTab(t, two.Base, tabOptions{width: 390})
			plain := newTab(t, one.Base, tabOptions{width: 390, noScript: true})

			first.open("/")
			first.send(onePlayFile(t, 0))
			first.untilImported()
			code := makeCode(first)
			first.until(".code-life", ":") // the seconds run
			if got := readQR(first); got != one.Base+"/link#"+code {
				t.Errorf("the picture says %q", got)
			}
			first.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
			if got := readQR(first); got != one.Base+"/link#"+code {
				t.Errorf("in the dark the picture says %q", got)
			}
			wantNowhere(t, folder, code)

			phone.open("/link#" + code)
			phone.until("h1", "1 play")
			phone.untilAt("/link/open")
			phone.click("main form[action='/link/join'] button")
			phone.until("h1", "Linked just now.")
			first.until("h1", "Linked just now.")
			wantNowhere(t, folder, code)

			code = makeCode(phone)
			plain.open("/link")
			plain.typeCode(strings.ToLower(strings.ReplaceAll(code, "-", " ")))
			plain.until("h1", "1 play")
			plain.click("main form[action='/link/join'] button")
			plain.until("h1", "Linked just now.")
			phone.until("h1", "Linked just now.")

			plain.open("/receipt")
			plain.send(onePlayFile(t, 1))
			plain.untilImported()
			first.untilFresh("/receipt", "h1", "2 rows in 2 files.")
			phone.untilFresh("/receipt", "h1", "2 rows in 2 files.")
			phone.click("#upload label:has([value=replace])")
			phone.send(onePlayFile(t, 2))
			phone.untilImported()
			first.untilFresh("/receipt", "h1", "1 row in 1 file.")
			plain.untilFresh("/receipt", "h1", "1 row in 1 file.")
			first.open("/forget")
			first.until("main", "every device that you have linked")
			first.click("main form button")
			first.untilAt("/forgotten")
			for _, b := range []*tab{phone, plain} {
				b.untilFresh("/receipt", "h1", "Your data was deleted on another device.")
			}
		})
	}
}

// TestCodesThatCannotBeUsedInBrowser: each is told what is wrong and takes another,
// with and without JavaScript, on whichever instance; and who has tried many has to
// wait.
func TestCodesThatCannotBeUsedInBrowser(t *testing.T) {
	t.Parallel()
	env := map[string]string{"DATASET_URL": "file://" + t.TempDir(), "CLIENT_ADDRESS_HEADER": "X-Forwarded-For"}
	one, two := harness.StartServer(t, env), harness.StartServer(t, env)
	first := newTab(t, one.Base, tabOptions{})
	first.open("/")
	first.send(onePlayFile(t, 0))
	first.untilImported()
	used := makeCode(first)
	if status, b := postForm(harness.NewClient(t), two.Base+"/link/join", url.Values{"code": {used}}); status != http.StatusOK {
		t.Fatalf("%d: %s", status, b)
	}
	withdrawn := makeCode(first)
	good := makeCode(first)
	for _, o := range []tabOptions{{width: 390}, {width: 390, noScript: true}} {
		b := newTab(t, two.Base, o)
		b.open("/link")
		for _, test := range []struct{ code, want string }{
			{"7KQ2-M9XD", "That is not a whole code"},
			{link.NewCode().Text(), "No device shows that code"},
			{used, "That code was used already"},
			{withdrawn, "That code’s time is over"},
		} {
			b.typeCode(test.code)
			b.until("h1", test.want)
			b.until("main [role=alert]", ".")
		}
	}
	// The refused attempts have not used it up, and an address has so many of them.
	const place = "203.0.113.9"
	guesser, limited := harness.NewClient(t), false
	for tries := 0; tries < 100 && !limited; tries++ {
		status, _ := postForm(guesser, two.Base+"/link/open", url.Values{"code": {link.NewCode().Text()}}, "X-Forwarded-For", place)
		limited = status == http.StatusTooManyRequests
	}
	if !limited {
		t.Fatal("a hundred codes were tried")
	}
	from := func(base, address string) *tab {
		b := newTab(t, base, tabOptions{width: 390})
		b.run(network.Enable(), network.SetExtraHTTPHeaders(network.Headers{"X-Forwarded-For": address}))
		b.open("/link")
		return b
	}
	b := from(two.Base, place)
	for range 3 { // one more is let through each minute
		b.typeCode(link.NewCode().Text())
		b.until("main [role=alert]", ".")
	}
	b.typeCode(good)
	b.until("h1", "Many codes were tried from your network")
	b = from(two.Base, "203.0.113.10")
	b.typeCode(good)
	b.until("h1", "1 play")
}

// makeCode makes a code as a person does, and reads it off the page.
func makeCode(b *tab) (code string) {
	b.t.Helper()
	b.open("/link")
	before := b.text("p.code")
	b.click("main form[action='/link'] button")
	b.until(".code-life", "It is good once")
	for range 100 {
		if after := b.text("p.code"); after != "" && after != before {
			break
		}
		b.run(chromedp.Sleep(50e6))
	}
	b.run(chromedp.Evaluate(`document.querySelector(".code").getAttribute("aria-label").replace("The code: ", "")`, &code))
	return code
}

func (b *tab) typeCode(code string) {
	b.t.Helper()
	b.run(chromedp.SetValue("#code", code, chromedp.ByQuery))
	b.click(".code-form button")
}

// readQR reads the picture as it is painted, with a decoder that is not ours.
func readQR(b *tab) string {
	b.t.Helper()
	var picture []byte
	b.run(chromedp.Screenshot("svg.qr", &picture, chromedp.ByQuery))
	read := exec.Command(servers.Program(b.t, "qrread"))
	read.Stdin = bytes.NewReader(picture)
	text, err := read.CombinedOutput()
	if err != nil {
		b.t.Errorf("%v: %s", err, text)
	}
	return strings.TrimSpace(string(text))
}

// wantNowhere looks for a code in the names and contents of all that is stored.
func wantNowhere(t *testing.T, folder, code string) {
	t.Helper()
	links := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.Contains(path, "links") {
			links++
		}
		for _, form := range []string{code, strings.ReplaceAll(code, "-", "")} {
			if stored := strings.ToUpper(path + string(content)); strings.Contains(stored, form) {
				t.Errorf("%s holds the code", path)
			}
		}
		return nil
	})
	if err != nil || links == 0 {
		t.Errorf("%d objects of links: %v", links, err)
	}
}

// untilFresh opens a page until it shows a text: an instance asks the bucket again
// every few seconds.
func (b *tab) untilFresh(path, selector, want string) {
	b.t.Helper()
	for range 40 {
		b.open(path)
		if strings.Contains(b.text(selector), want) {
			return
		}
		b.run(chromedp.Sleep(250e6))
	}
	b.until(selector, want)
}
