package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// evaluate asks the page for a value.
func evaluate[T any](b *tab, script string) T {
	b.t.Helper()
	var v T
	b.run(chromedp.Evaluate(script, &v))
	return v
}

// TestChartLinksChangeThePageInPlace clicks marks of charts: the document, the
// focus and the place on the screen stay.
func TestChartLinksChangeThePageInPlace(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	b.send(harness.SmallPackage(t, 600))
	b.untilImported()
	b.open("/artists")
	b.click("#list .row a.name")
	b.until(".months .as-table", "Show as table")
	artist := evaluate[string](b, "location.pathname")

	for _, c := range []struct{ chart, plot, month string }{
		{"the spine", "#lens", "2022-03"},
		{"an artist's months", "#months", "2022-04"},
	} {
		month := c.plot + ` [href="?from=` + c.month + `&to=` + c.month + `"]`
		b.open(artist)
		b.until(".months .as-table", "Show as table")
		b.run(chromedp.Evaluate(`window.stayed = true; document.body.style.minHeight = "4000px"; scrollTo(0, 60)`, nil))
		b.click(month)
		top := evaluate[float64](b, "scrollY")
		b.untilAt("from=" + c.month + "&to=" + c.month)
		b.until("#chip-range", "2022")
		if !evaluate[bool](b, "window.stayed === true") {
			t.Error(c.chart + ": the page was loaded anew")
		}
		if now := evaluate[float64](b, "scrollY"); now != top {
			t.Errorf("%s: the reader was moved from %v to %v", c.chart, top, now)
		}
		if !evaluate[bool](b, "document.activeElement.matches(`"+month+"`)") {
			t.Errorf("%s: the focus is on %q", c.chart, evaluate[string](b, "document.activeElement.outerHTML"))
		}
		b.until(".readout", ": ")
		b.back()
		b.untilAt(artist)
	}

	// The figures come in place of the link to them, and the focus stays.
	b.open(artist)
	b.until(".months .as-table", "Show as table")
	b.click("#months-table")
	b.until("#months details[open] caption", "a month")
	b.untilAt(artist)
	if got := evaluate[string](b, "document.activeElement.id"); got != "months-table" {
		t.Errorf("after the figures came the focus is on %q", got)
	}

	// With a modifier a link is the browser's own: here it opens a tab of its own.
	b.open(artist)
	b.until(".months .as-table", "Show as table")
	b.run(chromedp.Evaluate(`document.addEventListener("click", (event) => { window.prevented = event.defaultPrevented; event.preventDefault(); })`, nil))
	b.run(chromedp.Evaluate(`document.querySelector("#months .month-links a").dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, ctrlKey: true}))`, nil))
	if evaluate[bool](b, "window.prevented") {
		t.Error("a click with a modifier is taken from the browser")
	}
}

// TestChartValuesByKeyboardAndTouch reads a chart without a mouse.
func TestChartValuesByKeyboardAndTouch(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{width: 390})
	b.open("/")
	b.send(harness.SmallPackage(t, 600))
	b.untilImported()

	b.open("/?from=2022-02-01&to=2022-02-28")
	b.until("#chip-range", "Feb 2022")
	b.run(chromedp.Evaluate(`document.querySelector(".spine .month-links [tabindex='0']").focus()`, nil))
	b.until(".readout:not([hidden])", "February 2022: ")
	b.run(chromedp.KeyEvent(kb.ArrowRight))
	b.until(".readout:not([hidden])", "March 2022: ")
	if got := evaluate[string](b, `document.activeElement.getAttribute("aria-label")`); got != b.text(".readout") {
		t.Errorf("the focused month is named %q, shown is %q", got, b.text(".readout"))
	}
	b.run(chromedp.KeyEvent(kb.Escape))
	if b.count(".readout:not([hidden])") != 0 {
		t.Error("Escape leaves the readout")
	}

	// A finger reads a cell first; the second touch follows it.
	b.open("/")
	b.until("h1", "30 hours")
	const cell = `.heat-cells a`
	b.run(chromedp.Evaluate(`document.querySelector("`+cell+`").scrollIntoView({block: "center"})`, nil))
	at := evaluate[[]float64](b, `(() => { const r = document.querySelector("`+cell+`").getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	touch := chromedp.Tasks{
		input.DispatchTouchEvent(input.TouchStart, []*input.TouchPoint{{X: at[0], Y: at[1]}}),
		input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}),
	}
	b.run(touch)
	b.until(".readout:not([hidden])", "Tap again to open it.")
	b.untilAt("/")
	b.run(touch)
	b.until("h1", "play")
	b.until("#list .count", "play")
}

// TestARefusedFileIsSeenAtOnce sends a broken file from the foot of the long
// receipt: what went wrong is on the screen, with a script and without.
func TestARefusedFileIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	for _, noScript := range []bool{false, true} {
		s := harness.StartServer(t, nil)
		b := newTab(t, s.Base, tabOptions{noScript: noScript, width: 390})
		b.open("/")
		b.send(harness.SmallPackage(t, 60))
		b.untilImported()
		b.open("/receipt")
		b.sendBroken()
		const seen = `(() => {
			const r = document.querySelector("#upload-alert .alert").getBoundingClientRect();
			return r.top >= 0 && r.bottom <= innerHeight;
		})()`
		if !evaluate[bool](b, seen) {
			t.Errorf("without script %v: the alert is at %v of a window of 900", noScript, evaluate[float64](b, `document.querySelector("#upload-alert .alert").getBoundingClientRect().top`))
		}
	}
}

// TestHistoryColumnsHaveRoom puts the longest words into the columns of the
// history, and looks at what is between the months and the day above the list.
func TestHistoryColumnsHaveRoom(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	for _, width := range []int64{768, 1280} {
		b := newTab(t, s.Base, tabOptions{width: width})
		b.open("/")
		b.send(harness.SmallPackage(t, 200))
		b.untilImported()
		b.open("/history")
		b.until("#list .count", "200 plays")
		cut := evaluate[[]string](b, `(() => {
			const cut = [];
			for (const [column, text] of [["device", "Games console"], ["end", "unknown length"], ["kind", "audiobook"], ["played", "12:34:56"]]) {
				const cell = document.querySelector(".play ." + column);
				cell.textContent = text;
				if (cell.scrollWidth > cell.clientWidth) cut.push(text);
			}
			return cut;
		})()`)
		if len(cut) > 0 {
			t.Errorf("at %d pixels there is no room for %q", width, cut)
		}
		b.run(chromedp.Evaluate(`document.querySelector(".play:nth-child(3)").scrollIntoView({block: "start"})`, nil))
		slit := evaluate[float64](b, `[...document.querySelectorAll(".day h2")].map((day) => day.getBoundingClientRect().top).filter((top) => top >= 0)[0] - document.querySelector(".spine-bar").getBoundingClientRect().bottom`)
		if slit > 0 || slit < -2 {
			t.Errorf("at %d pixels the day stands %v pixels below the months", width, slit)
		}
	}
}
