package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// postForm sends a form as a program does.
func postForm(c *harness.Client, address string, form url.Values) (status int, body []byte) {
	resp, b := c.Do(http.MethodPost, address, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	return resp.StatusCode, b
}

// TestLinkOverTwoInstances: a code that one instance makes is good on another, for
// one of all who use it, and from then on the devices follow each other.
func TestLinkOverTwoInstances(t *testing.T) {
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
// typing, without JavaScript. What is added on one is on the others, and after it is
// deleted on one the others say so.
func TestLinkInBrowser(t *testing.T) {
	s := harness.StartServer(t, nil)
	first := newTab(t, s.Base, tabOptions{})
	phone := newTab(t, s.Base, tabOptions{width: 390})
	plain := newTab(t, s.Base, tabOptions{width: 390, noScript: true})

	makeCode := func(b *tab) (code string) {
		t.Helper()
		b.open("/link")
		b.click("main form[action='/link'] button")
		b.until(".code-life", "It is good once")
		b.run(chromedp.Evaluate(`document.querySelector(".code").getAttribute("aria-label").replace("The code: ", "")`, &code))
		return code
	}
	first.open("/")
	first.send(onePlayFile(t, 0))
	first.untilAt("/receipt")
	code := makeCode(first)
	first.until(".code-life", ":") // the seconds run
	var drawn bool
	first.run(chromedp.Evaluate(`(() => {
		const [paper, ink] = [".qr-paper", ".qr-ink"].map((part) => getComputedStyle(document.querySelector(part)).fill);
		return paper === "rgb(255, 255, 255)" && ink === "rgb(0, 0, 0)" && document.querySelector(".qr").getBoundingClientRect().width > 150;
	})()`, &drawn))
	if !drawn {
		t.Error("the QR code is not dark on light")
	}

	phone.open("/link#" + code)
	phone.until("h1", "1 play")
	phone.untilAt("/link/open")
	phone.click("main form[action='/link/join'] button")
	phone.until("h1", "Linked just now.")
	first.until("h1", "Linked just now.")

	code = makeCode(phone)
	plain.open("/link")
	plain.run(chromedp.SetValue("#code", strings.ToLower(strings.ReplaceAll(code, "-", " ")), chromedp.ByQuery))
	plain.click(".code-form button")
	plain.until("h1", "1 play")
	plain.click("main form[action='/link/join'] button")
	plain.until("h1", "Linked just now.")
	phone.until("h1", "Linked just now.")

	plain.open("/receipt")
	plain.send(onePlayFile(t, 1))
	plain.until("h1", "2 rows in 2 files.")
	for _, b := range []*tab{first, phone} {
		b.open("/receipt")
		b.untilFresh("/receipt", "h1", "2 rows in 2 files.")
	}
	first.open("/forget")
	first.until("main", "every device that you have linked")
	first.click("main form button")
	first.untilAt("/forgotten")
	for _, b := range []*tab{phone, plain} {
		b.untilFresh("/receipt", "h1", "Your data was deleted on another device.")
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
