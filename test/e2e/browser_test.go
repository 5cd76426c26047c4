package e2e

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	runtimepkg "runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// These tests drive a real browser over a real server: the same run as in
// production, on a port and in a folder of its own.

const (
	browserTime = 90 * time.Second
	untilTime   = 20 * time.Second
)

// A tab is a window with cookies and storage of its own, watching what no page of ours
// may do.
type tab struct {
	ctx  context.Context
	t    *testing.T
	base string
	// profile holds the cookies and the storage that the tab shares with another().
	profile cdp.BrowserContextID

	mu       sync.Mutex
	problems []string
}

type tabOptions struct {
	noScript bool
	width    int64
	provider string        // of sign-in, which pages may lead to
	time     time.Duration // until it is closed; browserTime unless told
}

func newTab(t *testing.T, base string, o tabOptions) *tab {
	t.Helper()
	if o.width == 0 {
		o.width = 1280
	}
	shared := sharedBrowser(t)
	owner := cdp.WithExecutor(shared, chromedp.FromContext(shared).Browser)
	profile, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(owner)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := target.DisposeBrowserContext(profile).Do(owner); err != nil {
			t.Error(err)
		}
	})
	return openTab(t, base, o, profile)
}

var (
	startBrowser sync.Once
	browser      context.Context
	browserError error
	stopBrowser  = func() {}
)

// sharedBrowser is the one browser of this package. A tab has cookies, storage and a
// window of its own in it, and starting one for each tab took as long as the tests
// themselves. Without one the tests are skipped, on CI they fail.
func sharedBrowser(t *testing.T) context.Context {
	t.Helper()
	path := servers.Program(t, servers.Chromium...)
	startBrowser.Do(func() {
		opts := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
			chromedp.Flag("disable-sync", true), chromedp.WSURLReadTimeout(browserTime),
			// Clicks during a transition between pages would go to its picture.
			chromedp.Flag("force-prefers-reduced-motion", true),
		)
		ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
		ctx, closeTab := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
		stopBrowser = func() { closeTab(); stop() } // returns when it has ended
		browser, browserError = ctx, chromedp.Run(ctx)
	})
	if browserError != nil {
		t.Fatal(browserError)
	}
	return browser
}

func TestMain(m *testing.M) {
	flag.Parse()
	// Most of the time goes by in waiting for the browser and for stores that come
	// back, so more tests than there are processors keep these busy.
	if err := flag.Set("test.parallel", strconv.Itoa(max(4, 2*runtimepkg.GOMAXPROCS(0)))); err != nil {
		panic(err)
	}
	code := m.Run()
	stopBrowser()
	os.Exit(code)
}

// another is one more tab of the same browser.
func (b *tab) another() *tab {
	b.t.Helper()
	return openTab(b.t, b.base, tabOptions{width: 1280}, b.profile)
}

func openTab(t *testing.T, base string, o tabOptions, profile cdp.BrowserContextID) *tab {
	t.Helper()
	shared := sharedBrowser(t)
	// A profile that has no window yet cannot open a tab in one.
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(profile).WithNewWindow(true).
		Do(cdp.WithExecutor(shared, chromedp.FromContext(shared).Browser))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(shared, chromedp.WithTargetID(id))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, cmp.Or(o.time, browserTime))
	t.Cleanup(cancel)

	b := &tab{ctx: ctx, t: t, base: base, profile: profile}
	chromedp.ListenTarget(ctx, func(ev any) {
		switch e := ev.(type) {
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, base) && (o.provider == "" || !strings.HasPrefix(u, o.provider)) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") && !strings.HasPrefix(u, "about:") {
				b.problem("request to somebody else: " + u)
			}
		case *log.EventEntryAdded:
			if strings.Contains(e.Entry.Text, "Content Security Policy") {
				b.problem("content policy: " + e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			// The browser's own transitions between pages give up loudly when the
			// next page is there too soon.
			if text := e.ExceptionDetails.Error(); !strings.Contains(text, "Transition was") {
				b.problem("script error: " + text)
			}
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
				b.problem("on the console: " + string(e.Args[0].Value))
			}
		case *page.EventJavascriptDialogOpening:
			b.problem("a dialog opened: " + e.Message)
		}
	})
	b.run(network.Enable(), log.Enable(), runtime.Enable(), page.Enable(),
		emulation.SetDeviceMetricsOverride(o.width, 900, 1, false),
		emulation.SetFocusEmulationEnabled(true), // of several windows only one has it
		emulation.SetScriptExecutionDisabled(o.noScript))
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, p := range b.problems {
			t.Error(p)
		}
	})
	return b
}

func (b *tab) problem(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, s)
}

// leaving is what the browser answers about a page that is on its way out.
var leaving = regexp.MustCompile(`context|navigated|No node|find node`)

func (b *tab) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := attempt(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// attempt runs actions. A page that is being left takes its scripts along in the middle
// of a question; the next one can answer it.
func attempt(ctx context.Context, actions ...chromedp.Action) (err error) {
	for range 5 {
		if err = chromedp.Run(ctx, actions...); err == nil || !leaving.MatchString(err.Error()) || ctx.Err() != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// within asks until the answer is yes; false when that takes too long.
func within(limit time.Duration, ready func() bool) bool {
	for deadline := time.Now().Add(limit); !ready(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.base + path))
}

// text reads what a selector shows; nothing while it is not there.
func (b *tab) text(selector string) string {
	b.t.Helper()
	var s string
	b.run(chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q)?.textContent ?? ""`, selector), &s))
	return strings.Join(strings.Fields(s), " ")
}

// until waits for a selector to show a text; it never waits for a clock.
func (b *tab) until(selector, want string) {
	b.t.Helper()
	var got string
	if !within(untilTime, func() bool { got = b.text(selector); return strings.Contains(got, want) }) {
		var where string
		b.run(chromedp.Location(&where))
		b.t.Fatalf("at %s: %q shows %q, want %q", where, selector, got, want)
	}
}

// untilAt waits for an address.
func (b *tab) untilAt(suffix string) {
	b.t.Helper()
	var where string
	if !within(untilTime, func() bool { b.run(chromedp.Location(&where)); return strings.HasSuffix(where, suffix) }) {
		b.t.Fatalf("at %s, want …%s\n%.600s", where, suffix, b.text("body"))
	}
}

// untilImported waits for the story that follows an import.
func (b *tab) untilImported() {
	b.t.Helper()
	b.until("#imported", "every one accounted for")
}

// untilTrue waits for an expression. The page does not wait itself, as chromedp.Poll
// has it do: without script its timers never run.
func (b *tab) untilTrue(expression string) {
	b.t.Helper()
	if !within(untilTime, func() (is bool) { b.run(chromedp.Evaluate(expression, &is)); return is }) {
		b.t.Fatalf("never true: %s\n%.600s", expression, b.text("body"))
	}
}

// count is how many there are of a selector once the page has all of its elements.
func (b *tab) count(selector string) int {
	b.t.Helper()
	b.untilTrue(`document.readyState !== "loading"`)
	var n int
	b.run(chromedp.Evaluate(fmt.Sprintf("document.querySelectorAll(%q).length", selector), &n))
	return n
}

// click clicks where a person would, once the page has been painted there: a
// click on what is not yet on the screen goes nowhere.
func (b *tab) click(selector string) {
	b.t.Helper()
	const where = `(() => {
		const e = document.querySelector(%q);
		if (!e || document.readyState !== "complete" || document.fonts.status !== "loaded") return null;
		e.scrollIntoView({block: "center"});
		const r = e.getClientRects()[0];
		if (!r) return null;
		const x = r.x + r.width/2, y = r.y + r.height/2, hit = document.elementFromPoint(x, y);
		return hit && (e.contains(hit) || hit.contains(e) && hit.closest("a, button, summary") === e) ? [x, y] : null;
	})()`
	var at []float64
	if !within(untilTime, func() bool { b.run(chromedp.Evaluate(fmt.Sprintf(where, selector), &at)); return at != nil }) {
		b.t.Fatalf("%q cannot be clicked\n%.600s", selector, b.text("body"))
	}
	b.run(chromedp.MouseClickXY(at[0], at[1]))
}

// back presses the browser's button. What comes back is for the test to wait
// for: it may be a page that loads or one that htmx puts together.
func (b *tab) back() {
	b.t.Helper()
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		at, entries, err := page.GetNavigationHistory().Do(ctx)
		if err != nil {
			return err
		}
		return page.NavigateToHistoryEntry(entries[at-1].ID).Do(ctx)
	}))
}

// send chooses files and sends the form.
func (b *tab) send(paths ...string) {
	b.t.Helper()
	b.run(chromedp.SetUploadFiles("#files", paths, chromedp.ByQuery))
	// With script, the rows of the files push the button down.
	const ready = `document.readyState === "complete" && (!document.querySelector("#upload.in-parts") || Boolean(document.querySelector("[data-chosen] li")))`
	b.untilTrue(ready)
	b.click("#upload button[type=submit]")
}

// sendBroken sends a ZIP that is none, and waits to be told.
func (b *tab) sendBroken() {
	b.t.Helper()
	broken := filepath.Join(b.t.TempDir(), "broken.zip")
	if err := os.WriteFile(broken, []byte("PK\x03\x04 but no more"), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.send(broken)
	b.until("#upload-alert", "broken.zip")
}
