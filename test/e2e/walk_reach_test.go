package e2e

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// pageLinks are the pages that a page leads to.
//
//go:embed testdata/links.js
var pageLinks string

// linked is the answer of pageLinks.
type linked struct{ Direct, Menu []string }

// hubs are the pages that list others. What they lead to on a screen is two clicks
// away from whatever leads to them.
var hubs = []string{"/more", "/years"}

// hubLinks are what the hubs lead to, on each screen on which they were looked at.
func (w *walker) hubLinks(who *walkPerson, screens []screen) (map[screen]map[string][]string, error) {
	found := map[screen]map[string][]string{}
	for _, s := range screens {
		s.dark = false // colours hide no link
		if found[s] != nil {
			continue
		}
		found[s] = map[string][]string{}
		for _, hub := range hubs {
			var links linked
			if err := w.open(stop{place{who, hub, true}, s}); err != nil {
				return nil, err
			}
			if err := w.do(chromedp.Evaluate(pageLinks, &links)); err != nil {
				return nil, err
			}
			found[s][hub] = links.Direct
		}
	}
	return found, nil
}

// outOfReach are the pages of the navigation that are more than two clicks away.
func (w *walker) outOfReach(at stop, hubs map[screen]map[string][]string) ([]string, error) {
	if !at.view {
		return nil, nil // a form of the shell has a way back, and one thing to do
	}
	var links linked
	if err := w.do(chromedp.Evaluate(pageLinks, &links)); err != nil {
		return nil, err
	}
	at.screen.dark = false
	reached := slices.Concat(links.Direct, links.Menu)
	for hub, further := range hubs[at.screen] {
		if slices.Contains(links.Direct, hub) {
			reached = append(reached, further...)
		}
	}
	here, err := url.Parse(at.path)
	if err != nil {
		return nil, err
	}
	var far []string
	for _, path := range at.who.listed {
		if path != here.Path && !slices.Contains(reached, path) {
			far = append(far, "out of reach: "+path)
		}
	}
	return far, nil
}

// TestWalkByKeyboard presses Tab: the focus comes to everything in the navigation,
// is seen there, and goes into its menus.
func TestWalkByKeyboard(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	who := newWalkPerson(t, s.Base)
	w := newWalker(t, s.Base, "", "")
	for _, at := range []screen{{1280, false, true}, {390, true, true}, {1280, true, false}, {390, false, false}} {
		if err := w.open(stop{place{who, "/artists", true}, at}); err != nil {
			t.Fatal(err)
		}
		const ways = `JSON.stringify([...document.querySelectorAll("#masthead :is(a, summary, input:not([type=hidden]), button)")].filter(e => e.checkVisibility()).map(e => e.textContent.trim() + (e.id && "#" + e.id)))`
		want := evaluate[string](w.tab, ways)
		const focused = `(() => {
			const e = document.activeElement;
			if (!e.closest("#masthead")) return "";
			const { outlineStyle, boxShadow, borderColor } = getComputedStyle(e);
			const name = e.textContent.trim() + (e.id && "#" + e.id);
			const box = e.getBoundingClientRect();
			if (box.bottom < 0 || box.top > innerHeight) return "off the screen: " + name;
			return e.matches(":focus-visible") && (outlineStyle !== "none" || boxShadow !== "none") ? name : "unseen: " + name;
		})()`
		var got []string
		for range 40 {
			w.run(chromedp.KeyEvent(kb.Tab))
			name := evaluate[string](w.tab, focused)
			if name == "" && len(got) > 0 {
				break
			}
			if name != "" {
				got = append(got, name)
			}
		}
		if have := evaluate[string](w.tab, fmt.Sprintf("JSON.stringify(%s)", jsList(got))); have != want {
			t.Errorf("%s: Tab comes to %s\nwant %s", at, have, want)
		}
		if at.width < 860 {
			continue
		}
		w.run(chromedp.Evaluate(`document.querySelector("#masthead .nav summary").focus()`, nil), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
		if in := evaluate[bool](w.tab, `document.activeElement.matches("#masthead .nav details[open] a")`); !in {
			t.Errorf("%s: the focus does not go into a menu", at)
		}
	}
}

func jsList(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = fmt.Sprintf("%q", s)
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

// TestNothingShiftsAfterSwaps clicks what htmx swaps: what stands above it stays
// where it is, and nothing moves by itself.
func TestNothingShiftsAfterSwaps(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	who := newWalkPerson(t, s.Base)
	w := newWalker(t, s.Base, "", "")
	const tops = `JSON.stringify(["#masthead", ".spine-bar", "#chips", "#main"].map(s => { const r = document.querySelector(s).getBoundingClientRect(); return [s, s === ".spine-bar" ? 0 : r.top + scrollY, s === "#main" ? 0 : r.height]; }))`
	for _, width := range []int64{1280, 390} {
		for path, click := range map[string]string{
			"/artists": ".years a:nth-child(3)",
			"/tracks":  ".pager a[rel=next]",
			"/":        ".years a:nth-child(4)",
		} {
			if err := w.open(stop{place{who, path, true}, screen{width, false, true}}); err != nil {
				t.Fatal(err)
			}
			before, at := evaluate[string](w.tab, tops), evaluate[string](w.tab, "location.href")
			w.run(chromedp.Evaluate(fmt.Sprintf("document.querySelector(%q).click()", click), nil))
			w.run(chromedp.Poll(fmt.Sprintf("location.href !== %q && !document.querySelector('.htmx-request, .htmx-swapping')", at), nil))
			if err := w.still(); err != nil {
				t.Fatal(err)
			}
			if after := evaluate[string](w.tab, tops); after != before {
				t.Errorf("%s at %d px: a click on %s moves the page\nfrom %s\nto   %s", path, width, click, before, after)
			}
			for _, moved := range w.moved() {
				t.Errorf("%s at %d px: after a click on %s: %s", path, width, click, moved)
			}
		}
	}
}
