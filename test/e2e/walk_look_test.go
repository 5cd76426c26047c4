package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performancetimeline"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// axeRules is axe-core, which knows the rules of accessibility.
func axeRules(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(servers.Package(t, "axe-core"), "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// thin leaves a dozen of whatever is alike and stands side by side: what axe says of
// twelve days of a calendar it says of three thousand, after a minute.
const thin = `for (const parent of document.body.querySelectorAll("*")) {
	const seen = {};
	for (const child of [...parent.children]) {
		const kind = child.localName + " " + (child.getAttribute("class") ?? "").replace(/\b(hue-?\d+|lit)\b/g, "");
		if ((seen[kind] = (seen[kind] ?? 0) + 1) > 12) child.remove();
	}
}`

// excused says what axe takes for wrong and is not.
const excused = `const excused = {
	// WCAG 2.5.8 asks for no size where the same page does the same at full size: the
	// range of the lens for months and years, and the table for marks of charts.
	"target-size": (e) => e.closest(".spine-plot, [data-marks]"),
	// Without JavaScript a chart is a picture with a name, whose marks are for the
	// pointer alone, and its table is the way for everybody else.
	"nested-interactive": (e) => e.matches("[data-marks]"),
};`

// settled is the page as it is when one has scrolled to its parts: what is below the
// first screenful is laid out, and the bar at the foot of a phone covers nothing.
const settled = `const all = new CSSStyleSheet();
all.replaceSync("* { content-visibility: visible !important }");
document.adoptedStyleSheets = [...document.adoptedStyleSheets, all];
for (const bar of document.querySelectorAll(".phone-bar")) {
	bar.style.position = "static";
	document.body.append(bar);
}`

// axeRun asks axe for what breaks WCAG 2.2 up to AA, and for what it thinks good
// practice.
const axeRun = `const run = (context) => axe.run(context, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	resultTypes: ["violations"],
	preload: false,
	elementRef: true,
}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.filter(({ element }) => !excused[id]?.(element)).map(({ target, html, any, all, none }) =>
	id + ": " + [...any, ...all, ...none].map(({ message }) => message).join("; ") + "\n" + target.join(" ") + "  " + html.slice(0, 160))));
`

// What axe is run over: the page, or the page and each of its menus, one opened after
// the other.
const (
	axePage  = `run(document)`
	axeMenus = `(async () => {
	const found = await run(document);
	for (const menu of document.querySelectorAll("details:is(.menu, .chip-box)")) {
		if (menu.open || !menu.checkVisibility()) continue;
		menu.open = true;
		found.push(...await run(menu));
		menu.open = false;
	}
	return found;
})()`
)

const (
	// fontsMove is how much a page may move when its fonts come after it was painted,
	// as the score that browsers give. Stand-ins of the same metrics keep most lines
	// where they are, but no two faces set every word equally wide. Nothing else moves
	// a page at all.
	fontsMove = 0.35
	// menusPath is the page whose menus are looked at: they are the same on all.
	menusPath = "/artists"
	// fontsWait is how long fonts wait for a page that paints no text.
	fontsWait = 2 * time.Second
)

// measures is what can be measured on a page.
//
//go:embed testdata/measures.js
var measures string

// A walker is a tab that looks at pages. Fonts come late to it, and nothing comes
// from a cache: a page that moves when they arrive moves here.
type walker struct {
	*tab
	rules string
	hubs  map[screen]map[string][]string

	mu     sync.Mutex
	loaded *loading
}

// A loading is one page on its way.
type loading struct {
	painted, parsed bool
	ready           chan struct{} // closed when it is both, and fonts may come
	fonts           bool          // whether they do
	moved           []*performancetimeline.LayoutShift
	movedByFonts    float64
}

func newWalker(t *testing.T, base, other, rules string) *walker {
	t.Helper()
	w := &walker{tab: newTab(t, base, tabOptions{time: walkTime, provider: other}), rules: rules, loaded: &loading{ready: make(chan struct{})}}
	chromedp.ListenTarget(w.ctx, func(ev any) {
		switch e := ev.(type) {
		case *performancetimeline.EventTimelineEventAdded:
			if shift := e.Event.LayoutShiftDetails; shift != nil && !shift.HadRecentInput {
				w.mu.Lock()
				if w.loaded.fonts {
					w.loaded.movedByFonts += shift.Value
				} else {
					w.loaded.moved = append(w.loaded.moved, shift)
				}
				w.mu.Unlock()
			}
		case *page.EventLifecycleEvent:
			w.mu.Lock()
			before := w.loaded.painted && w.loaded.parsed
			w.loaded.painted = w.loaded.painted || e.Name == "firstContentfulPaint"
			w.loaded.parsed = w.loaded.parsed || e.Name == "DOMContentLoaded"
			if !before && w.loaded.painted && w.loaded.parsed {
				close(w.loaded.ready)
			}
			w.mu.Unlock()
		case *fetch.EventRequestPaused:
			w.mu.Lock()
			loaded := w.loaded
			w.mu.Unlock()
			go func() {
				select {
				case <-loaded.ready:
					time.Sleep(50 * time.Millisecond) // what scripts move is told by then
				case <-time.After(fontsWait):
				case <-w.ctx.Done():
				}
				w.mu.Lock()
				loaded.fonts = true
				w.mu.Unlock()
				// A page that is left takes its requests along.
				_ = chromedp.Run(w.ctx, fetch.ContinueRequest(e.RequestID))
			}()
		}
	})
	w.run(
		performancetimeline.Enable([]string{"layout-shift"}),
		page.SetLifecycleEventsEnabled(true),
		network.SetCacheDisabled(true),
		fetch.Enable().WithPatterns([]*fetch.RequestPattern{{URLPattern: "*.woff2*"}}),
		emulation.SetTimezoneOverride(walkZone),
	)
	return w
}

// do is run, for what may not end the test: walkers are not its goroutine.
func (w *walker) do(actions ...chromedp.Action) error {
	ctx, cancel := context.WithTimeout(w.ctx, browserTime)
	defer cancel()
	return attempt(ctx, actions...)
}

// load opens an address and waits until it keeps still.
func (w *walker) load(address string) error {
	w.mu.Lock()
	w.loaded = &loading{ready: make(chan struct{})}
	w.mu.Unlock()
	if err := w.do(chromedp.Navigate(address)); err != nil {
		return err
	}
	return w.still()
}

// still waits until all fonts are there, and what they move is painted.
func (w *walker) still() error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var ready bool
		if err := w.do(chromedp.Evaluate(`document.readyState === "complete" && document.fonts.status === "loaded"`, &ready)); err != nil {
			return err
		}
		if ready {
			time.Sleep(100 * time.Millisecond)
			return nil
		}
	}
	return fmt.Errorf("the page does not come to rest")
}

// look opens a page and returns what is wrong with it.
func (w *walker) look(at stop, whole bool) []string {
	if err := w.open(at); err != nil {
		return []string{"cannot be opened: " + err.Error()}
	}
	found := w.moved()
	if len(found) > 0 {
		// A busy machine paints half a page and then the rest. What moves because of the
		// page moves in the same way each time.
		if err := w.open(at); err != nil {
			return []string{"cannot be opened again: " + err.Error()}
		}
		again := w.moved()
		found = slices.DeleteFunc(found, func(what string) bool { return !slices.Contains(again, what) })
	}
	var seen measured
	if err := w.do(chromedp.Evaluate(measures, &seen)); err != nil {
		return append(found, "cannot be measured: "+err.Error())
	}
	found = append(found, seen.Wrong...)
	far, err := w.outOfReach(at, w.hubs)
	if err != nil {
		return append(found, "links cannot be read: "+err.Error())
	}
	found = append(found, far...)
	broken, err := w.axe(whole && at.width == 1280 && at.script, at.path == menusPath)
	if err != nil {
		return append(found, "axe: "+err.Error())
	}
	found = append(found, broken...)
	if at.width == 390 {
		if err := w.do(emulation.SetDeviceMetricsOverride(smallest, walkHeight, 1, false), chromedp.Evaluate(measures, &seen)); err != nil {
			return append(found, "cannot be measured: "+err.Error())
		}
		for _, wrong := range seen.Wrong {
			found = append(found, fmt.Sprintf("at %d px: %s", smallest, wrong))
		}
	}
	return found
}

// measured is the answer of measures.
type measured struct {
	Wrong []string
}

// moved is what has moved on the page without anybody having touched it.
func (w *walker) moved() []string {
	w.mu.Lock()
	shifts, byFonts := w.loaded.moved, w.loaded.movedByFonts
	w.mu.Unlock()
	var found []string
	if byFonts > fontsMove {
		found = append(found, fmt.Sprintf("moves when its fonts arrive, by more than %.2f\n%.4f", fontsMove, byFonts))
	}
	for _, shift := range shifts {
		for _, source := range shift.Sources {
			from, to := source.PreviousRect, source.CurrentRect
			found = append(found, fmt.Sprintf("moves: %s from %.0f,%.0f %.0f×%.0f to %.0f,%.0f %.0f×%.0f", w.name(source),
				from.X, from.Y, from.Width, from.Height, to.X, to.Y, to.Width, to.Height))
		}
		if len(shift.Sources) == 0 {
			found = append(found, fmt.Sprintf("moves: by %.4f", shift.Value))
		}
	}
	return found
}

// name says which element of the page has moved.
func (w *walker) name(source *performancetimeline.LayoutShiftAttribution) string {
	if source.NodeID == 0 {
		return "something"
	}
	var node string
	err := w.do(chromedp.ActionFunc(func(ctx context.Context) error {
		n, err := dom.DescribeNode().WithBackendNodeID(source.NodeID).Do(ctx)
		if err == nil {
			node = strings.ToLower(n.NodeName) + " " + strings.Join(n.Attributes, " ") + n.NodeValue
		}
		return err
	}))
	if err != nil {
		return "something that is gone"
	}
	return node
}

// axe runs axe over the page, in a world of its own, which the content policy of
// the page has no say in. Nothing that waits runs while JavaScript is off, so it is
// switched on for axe: the scripts of a page that was loaded without stay unread.
func (w *walker) axe(whole, menus bool) ([]string, error) {
	script := settled + excused + axeRun
	if !whole {
		script = thin + script
	}
	if menus {
		script += axeMenus
	} else {
		script += axePage
	}
	var found []string
	err := w.do(emulation.SetScriptExecutionDisabled(false), chromedp.ActionFunc(func(ctx context.Context) error {
		tree, err := page.GetFrameTree().Do(ctx)
		if err != nil {
			return err
		}
		world, err := page.CreateIsolatedWorld(tree.Frame.ID).WithWorldName("axe").Do(ctx)
		if err != nil {
			return err
		}
		if _, thrown, err := runtime.Evaluate(w.rules + ";0").WithContextID(world).Do(ctx); err != nil || thrown != nil {
			return fmt.Errorf("load: %w %v", err, thrown)
		}
		answer, thrown, err := runtime.Evaluate(script).WithContextID(world).WithAwaitPromise(true).WithReturnByValue(true).Do(ctx)
		if err != nil || thrown != nil {
			return fmt.Errorf("run: %w %v", err, thrown)
		}
		return json.Unmarshal(answer.Value, &found)
	}))
	return found, err
}
