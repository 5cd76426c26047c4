package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// TestArrowsWalkCharts: a chart with hundreds of marks is one stop of the Tab key.
// The arrows go from mark to mark, each says what it is, and Enter follows it.
func TestArrowsWalkCharts(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	b.click("form.sample button")
	b.untilImported()
	const outermost = `[...document.querySelectorAll("[data-marks]")].filter(e => !e.parentElement.closest("[data-marks]"))`
	for _, c := range []struct{ path, chart, there, back string }{
		{"/", ".record", kb.ArrowRight, kb.ArrowLeft},
		{"/", ".reign-years", kb.ArrowRight, kb.ArrowLeft},
		{"/", ".heat-frame", kb.ArrowDown, kb.ArrowUp},
		{"/", ".calendar-cells.strip", kb.ArrowDown, kb.ArrowUp},
		{"/calendar", ".calendar", kb.ArrowRight, kb.ArrowLeft},
		{"/ranks", ".bump-plot", kb.ArrowDown, kb.ArrowUp},
		{"/discoveries", ".column-plot", kb.ArrowRight, kb.ArrowLeft},
	} {
		b.open(c.path)
		b.until("h1", " ")
		if n := b.count(c.chart + "[data-marks]"); n == 0 {
			t.Errorf("%s has no %s", c.path, c.chart)
			continue
		}
		if stops := evaluate[[]int](b, outermost+`.map(e => e.querySelectorAll("a[tabindex='0']").length)`); fmt.Sprint(stops) != fmt.Sprint(ones(len(stops))) {
			t.Errorf("%s: the charts are %v stops of the Tab key", c.path, stops)
		}
		if evaluate[bool](b, outermost+`.some(e => e.closest("[aria-hidden=true]") || e.querySelector("[aria-hidden=true] a") || e.getAttribute("role") === "img")`) {
			t.Errorf("%s: a chart hides marks that the focus comes to", c.path)
		}
		here := func(keys string) string {
			b.run(chromedp.KeyEvent(keys))
			return evaluate[string](b, `(() => {
				const mark = document.activeElement;
				if (!mark.matches("`+c.chart+` a[tabindex='0']") || document.querySelectorAll("`+c.chart+` a[tabindex='0']").length !== 1) return "lost: " + mark.outerHTML.slice(0, 90);
				const name = mark.getAttribute("aria-label") ?? mark.textContent.trim(), read = document.querySelector(".readout");
				if (!name || !read.hidden && read.textContent !== name) return "unnamed: " + mark.outerHTML.slice(0, 90);
				return mark.href.baseVal ?? mark.href;
			})()`)
		}
		b.run(chromedp.Evaluate(`document.querySelector("`+c.chart+` a[tabindex='0']").focus()`, nil))
		first := here(kb.Home)
		second := here(c.there)
		if first == second || here(c.back) != first {
			t.Errorf("%s: %s goes from %q to %q, and back to %q", c.path, c.chart, first, second, here(kb.Home))
		}
		last := here(kb.End)
		if here(c.there) != last || last == first {
			t.Errorf("%s: %s ends at %q and %q", c.path, c.chart, last, first)
		}
		here(kb.Home)
		b.run(chromedp.KeyEvent(kb.Enter))
		b.until("h1", " ")
		for tries := 0; evaluate[string](b, "location.href") == b.base+c.path; tries++ {
			if tries > 100 {
				t.Fatalf("%s: Enter does not follow %s", c.path, first)
			}
		}
	}

	// Without the script no mark is a stop, and the same links stand in a table.
	plain := newTab(t, s.Base, tabOptions{noScript: true})
	plain.open("/")
	plain.click("form.sample button")
	plain.untilImported()
	for _, path := range []string{"/", "/calendar", "/ranks", "/discoveries"} {
		plain.open(path)
		if n := plain.count("[data-marks] a[tabindex='0']"); n != 0 {
			t.Errorf("%s: %d marks are stops without the script", path, n)
		}
		if n := plain.count("main .as-table, main a[href^='/calendar']"); n == 0 {
			t.Errorf("%s: no table", path)
		}
	}
	plain.open("/calendar")
	plain.click("main a.as-table")
	plain.until("main .as-table caption", "Hours a day")
	plain.click("main .as-table td a")
	plain.until(".eyebrow", "Day")
	if at := evaluate[string](plain, "location.pathname"); !strings.HasPrefix(at, "/days/") {
		t.Errorf("a day of the table leads to %s", at)
	}
}

// TestRaceRuns plays the race of the ranks: the server draws each period, the slider
// and the button lead through them, and nothing glides for who wants no motion.
func TestRaceRuns(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	for _, still := range []bool{false, true} {
		b := newTab(t, s.Base, tabOptions{})
		motion := map[bool]string{false: "no-preference", true: "reduce"}[still]
		b.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: motion}}))
		b.open("/")
		b.click("form.sample button")
		b.untilImported()
		b.open("/ranks")
		b.until("[data-race-period]", "20")
		lines := func() string { return b.text("[data-race] .race-lines") }
		lastLines, last := lines(), b.text("[data-race-period]")
		// Everything that begins to move is noted.
		b.run(chromedp.Evaluate(`window.moved = 0; const animate = Element.prototype.animate; Element.prototype.animate = function (...how) { moved++; return animate.apply(this, how); }`, nil))
		periods := strings.Fields(evaluate[string](b, `document.querySelector("[data-race]").dataset.periods`))
		first := periods[0]
		b.run(chromedp.Evaluate(`document.querySelector("[data-race] input").focus()`, nil), chromedp.KeyEvent(kb.ArrowLeft+kb.ArrowLeft))
		b.until("[data-race-period]", periods[len(periods)-3])
		if lines() == lastLines {
			t.Error("two periods before the last the race is as it ends")
		}
		b.click("[data-race] button")
		b.until("[data-race] button", "Pause")
		b.until("[data-race] button", "Play")
		b.until("[data-race-period]", last)
		if lines() != lastLines {
			t.Errorf("the race ends with %q, not %q", lines(), lastLines)
		}
		if moved := evaluate[int](b, "moved"); (moved == 0) != still {
			t.Errorf("without motion %v: %d things moved", still, moved)
		}
		b.run(chromedp.Evaluate(`document.querySelector("[data-race] input").focus()`, nil), chromedp.KeyEvent(kb.Home))
		b.until("[data-race-period]", first)
		if got := evaluate[string](b, `document.querySelector("[data-race] input").getAttribute("aria-valuetext")`); !strings.HasPrefix(got, first+": ") || !strings.HasSuffix(got, " first") {
			t.Errorf("the slider says %q", got)
		}
		b.untilAt("at=" + first + "#race")
		firstLines := lines()
		b.open("/ranks?at=" + first)
		if b.until("[data-race-period]", first); lines() != firstLines {
			t.Errorf("the page at %s shows %q, and the race %q", first, lines(), firstLines)
		}
	}
	plain := newTab(t, s.Base, tabOptions{noScript: true})
	plain.open("/")
	plain.click("form.sample button")
	plain.untilImported()
	plain.open("/ranks")
	if evaluate[bool](plain, `document.querySelector(".race-controls").checkVisibility()`) {
		t.Error("without script the slider shows")
	}
	before := plain.text(".race-lines")
	plain.click(".race-steps a[rel=prev]")
	plain.untilAt("#race")
	if plain.text(".race-lines") == before {
		t.Error("without script no link leads to the period before")
	}
}

func ones(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = 1
	}
	return list
}
