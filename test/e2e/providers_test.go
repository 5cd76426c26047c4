package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// These tests sign in at real providers, which do what they take for right.

// A site has two instances, which take requests in turn.
type site struct {
	base      string
	provider  *servers.Provider
	instances []*harness.Server
}

// startSite starts the instances over a session store, and their provider.
func startSite(t *testing.T, start func(testing.TB, string) *servers.Provider, store, mode string) *site {
	t.Helper()
	var mu sync.Mutex
	var proxies []http.Handler
	turn := 0
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			turn++
		}
		next := proxies[turn%len(proxies)]
		mu.Unlock()
		next.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	s := &site{base: front.URL, provider: start(t, front.URL)}
	env := s.provider.Env(mode)
	env["DATASET_URL"], env["SESSION_STORE"] = "file://"+t.TempDir(), store
	if store == "redis" {
		env["REDIS_URL"] = servers.Redis(t).URL()
	}
	for range 2 {
		instance := harness.StartServer(t, env)
		s.instances, proxies = append(s.instances, instance), append(proxies, harness.ProxyTo(t, instance.Base))
	}
	return s
}

// signIn fills in the form of the provider, at which the browser has to be.
func (s *site) signIn(b *tab) {
	b.t.Helper()
	for name, value := range s.provider.Login {
		selector := fmt.Sprintf("input[name=%s]", name)
		b.run(chromedp.WaitVisible(selector, chromedp.ByQuery), chromedp.SendKeys(selector, value[0], chromedp.ByQuery))
	}
	b.click("form button")
	b.until(".foot", "Signed in as "+s.provider.Email+".")
}

var providers = map[string]func(testing.TB, string) *servers.Provider{"oidc-provider": servers.OIDCProvider, "zitadel": servers.Zitadel}

// TestProvidersInBrowser: a browser signs in at a real provider and out of it, with
// and without script, over two instances in turn and both stores of sessions.
// PROVIDERS=on tries them all with each other, and every one by itself otherwise.
func TestProvidersInBrowser(t *testing.T) {
	t.Parallel()
	for name, start := range providers {
		for _, store := range []string{"cookie", "redis"} {
			for _, script := range []bool{true, false} {
				if (store == "redis") == script && os.Getenv("PROVIDERS") != "on" {
					continue
				}
				t.Run(fmt.Sprintf("%s, %s, script %v", name, store, script), func(t *testing.T) {
					s := startSite(t, start, store, "optional")
					b := newTab(t, s.base, tabOptions{noScript: !script, provider: s.provider.URL})
					s.signInAndOut(b)
					if s.provider.AsksToSignOut {
						s.endAtProvider(b)
					}
				})
			}
		}
	}
}

func (s *site) signInAndOut(b *tab) {
	b.t.Helper()
	b.open("/")
	b.click("a.account-link")
	s.signIn(b)
	b.untilAt(s.base + "/")
	b.send(harness.SmallPackage(b.t, 20))
	b.untilImported()
	b.open("/artists")
	b.until(".foot", "Signed in as "+s.provider.Email+".")
	b.click("a.account-link")
	b.until("h1", "You are signed in as "+s.provider.Email+".")
	b.click("form button.danger")
	if s.provider.AsksToSignOut {
		b.until("h1", "Sign out everywhere?")
		b.click("button[value=yes]")
	}
	b.untilAt(s.base + "/signed-out")
	b.until("h1", "You are not signed in here.")
	b.open("/artists")
	b.untilAt("/?nodata")
}

// endAtProvider signs in and then out at the provider, which tells the site.
func (s *site) endAtProvider(b *tab) {
	b.t.Helper()
	b.open("/login")
	s.signIn(b)
	b.run(chromedp.Navigate(s.provider.URL + "/session/end"))
	b.until("h1", "Sign out everywhere?")
	b.click("button[value=yes]")
	b.until("h1", "Signed out everywhere")
	for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		// Either instance may believe for some seconds what it knows.
		b.open("/")
		signedOut := !strings.Contains(b.text(".foot"), "Signed in")
		b.open("/")
		if signedOut && !strings.Contains(b.text(".foot"), "Signed in") {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatal("signed in after the provider signed out")
		}
	}
}

// callback signs in at the provider without a browser, and returns the address that
// it leads back to.
func (s *site) callback(p person) string {
	p.T.Helper()
	address := s.base + "/login"
	for range 10 {
		resp, body := p.ask(http.MethodGet, address, nil)
		if resp.StatusCode == http.StatusOK {
			page, err := goquery.NewDocumentFromReader(strings.NewReader(body))
			if err != nil {
				p.T.Fatal(err)
			}
			form := url.Values{}
			page.Find("input[type=hidden]").Each(func(_ int, input *goquery.Selection) { form.Set(input.AttrOr("name", ""), input.AttrOr("value", "")) })
			maps.Copy(form, s.provider.Login)
			action, err := resp.Request.URL.Parse(page.Find("form").AttrOr("action", ""))
			if err != nil {
				p.T.Fatal(err)
			}
			resp, body = p.ask(http.MethodPost, action.String(), form)
		}
		next, err := resp.Location()
		if err != nil {
			p.T.Fatalf("%s: %s: %s", address, resp.Status, body)
		}
		if address = next.String(); strings.HasPrefix(address, s.base+"/login/callback") {
			return address
		}
	}
	p.T.Fatalf("led in a circle to %s", address)
	return ""
}

// TestProvidersComeAndGo: while a real provider is away nobody signs in and nobody is
// signed out. When it is back with other keys and without memory, people sign in, and
// those it does not know any more sign out.
func TestProvidersComeAndGo(t *testing.T) {
	t.Parallel()
	for name, start := range providers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSite(t, start, "cookie", "required")
			newPerson := func() person { return newPerson(t, nil) }
			before, between, after := newPerson(), newPerson(), newPerson()
			if resp, body := before.ask(http.MethodGet, s.callback(before), nil); resp.StatusCode != http.StatusSeeOther || !before.session(s.base).SignedIn {
				t.Fatalf("signing in: %s: %s", resp.Status, errorOf(body))
			}
			back := s.callback(between)
			s.provider.Stop()
			for range 2 {
				if !before.session(s.base).SignedIn {
					t.Error("signed out with the provider")
				}
				if resp, body := between.ask(http.MethodGet, back, nil); resp.StatusCode != http.StatusServiceUnavailable || errorOf(body) != "Nobody can sign in right now" {
					t.Errorf("without the provider: %s: %s", resp.Status, errorOf(body))
				}
			}
			s.provider.Start()
			if resp, body := between.ask(http.MethodGet, back, nil); resp.StatusCode != http.StatusBadRequest || between.session(s.base).SignedIn {
				t.Errorf("with a code that it has forgotten: %s: %s", resp.Status, errorOf(body))
			}
			if resp, body := after.ask(http.MethodGet, s.callback(after), nil); resp.StatusCode != http.StatusSeeOther || !after.session(s.base).SignedIn {
				t.Errorf("with the provider's new keys: %s: %s", resp.Status, errorOf(body))
			}
			if !before.session(s.base).SignedIn {
				t.Error("signed out by the provider's new keys")
			}
			resp, _ := before.ask(http.MethodPost, s.base+"/logout", url.Values{"csrf_token": {before.session(s.base).Token}})
			if to := resp.Header.Get("Location"); !strings.HasPrefix(to, s.provider.URL) || before.session(s.base).SignedIn {
				t.Errorf("signing out: %s to %q", resp.Status, to)
			}
		})
	}
}
