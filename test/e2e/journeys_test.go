package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

func TestJourney(t *testing.T) {
	t.Parallel()
	for _, script := range []bool{true, false} {
		name := "with JavaScript"
		if !script {
			name = "without JavaScript"
		}
		t.Run(name, func(t *testing.T) {
			s := harness.StartServer(t, nil)
			b := newTab(t, s.Base, tabOptions{noScript: !script})
			b.open("/")
			b.until("h1", "Every play you ever pressed")

			b.send(harness.SmallPackage(t, 600))
			b.untilImported()
			b.until("#imported", "600 of 600 rows kept; every one accounted for.")
			b.untilAt(s.Base + "/")
			b.until("h1", "30 hours")
			if !evaluate[bool](b, `document.activeElement.id === "imported"`) {
				t.Errorf("the focus is on %s and not on what was imported", evaluate[string](b, "document.activeElement.outerHTML.slice(0, 80)"))
			}
			b.open("/")
			b.until("h1", "30 hours")
			if b.count("#imported") != 0 {
				t.Error("loaded again, the story tells of the import once more")
			}
			b.click(".in-short a[href='/receipt']")
			b.until("h1", "600 rows in 1 file. Every one accounted for.")
			b.until(".tally", "100%")
			if n := harness.CountDatasets(t, s.Dir); n != 1 {
				t.Errorf("%d datasets stored, want 1", n)
			}

			b.click(".hero-actions a.button")
			b.until("h1", "30 hours")
			if got := b.count("[aria-labelledby=artists-title] .row"); got != 5 {
				t.Errorf("%d artists at the end of the story, want 5", got)
			}

			// The lens: a month of the spine, and back.
			b.click(`.spine [href="?from=2022-03&to=2022-03"]`)
			b.untilAt("/?from=2022-03&to=2022-03")
			b.until("#chip-range", "Mar 2022")
			b.back()
			b.untilAt("/")
			b.until("#chips a[aria-current]", "All time")

			// Paging, and back.
			b.open("/tracks")
			b.until(".pager", "1–50 of 150")
			b.click(".pager a[rel=next]")
			b.untilAt("/tracks?page=2")
			b.until("#list .row .rank", "51")
			b.back()
			b.untilAt("/tracks")
			b.until("#list .row .rank", "1")

			// Search.
			b.open("/artists")
			b.run(chromedp.SendKeys("#q", "MOTOR", chromedp.ByQuery))
			if !script {
				b.run(chromedp.SendKeys("#q", kb.Enter, chromedp.ByQuery))
			}
			b.until("#list .count", "1 artist for “MOTOR”")
			b.untilAt("/artists?q=MOTOR")
			b.click("#list .row a.name")
			b.until("h1", "Motörhead")

			// Every play, older ones too.
			b.open("/history")
			b.until("#list .count", "600 plays")
			b.click("#list a[rel=next]")
			if script {
				b.until("#list", "Older")
				for b.count("#list li.play") != 200 {
					b.until("#list", "Older")
				}
			} else {
				b.until("#list header", "Newer")
				b.click("#list a[rel=prev]")
				b.until("#list li.play .played", "3:00")
			}

			// What was uploaded stays when the next upload is no good.
			b.open("/receipt")
			b.sendBroken()
			b.open("/")
			b.until("h1", "30 hours")

			// Add the same again: nothing counts twice.
			b.open("/receipt")
			b.send(harness.SmallPackage(t, 600))
			b.until("#imported", "With what you added, 600 of 1,200 rows kept; every one accounted for.")
			b.click("#imported a")
			b.until("h1", "1,200 rows")
			b.until(".tally .end-1 .figure", "600")
			b.open("/receipt")
			if n := harness.CountDatasets(t, s.Dir); n != 1 {
				t.Errorf("%d datasets stored after adding, want 1: the replaced one goes when the browser is back", n)
			}

			// Forget.
			b.click(`#more a[href="/forget"]`)
			b.until("h1", "600 plays will be gone")
			b.click("button.danger")
			b.untilAt("/forgotten")
			b.until("h1", "Your data is gone")
			if n := harness.CountDatasets(t, s.Dir); n != 0 {
				t.Errorf("%d datasets left after deleting", n)
			}
			b.open("/artists")
			b.untilAt("/?nodata")
			b.until("h1", "Every play you ever pressed")
		})
	}
}

// TestKeyboardStaysWithinLists: what takes the place of the control somebody
// pressed takes the focus too, and says what it shows.
func TestKeyboardStaysWithinLists(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	b.send(harness.SmallPackage(t, 250))
	b.untilImported()
	press := func(selector string) {
		t.Helper()
		b.run(chromedp.Evaluate(fmt.Sprintf("document.querySelector(%q).focus()", selector), nil), chromedp.KeyEvent(kb.Enter))
	}
	holds := func(expression string) {
		t.Helper()
		var is bool
		for deadline := time.Now().Add(5 * time.Second); !is; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				var at string
				b.run(chromedp.Evaluate("document.activeElement.outerHTML.slice(0, 120)", &at))
				t.Fatalf("never: %s; the focus is on %s", expression, at)
			}
			b.run(chromedp.Evaluate(expression, &is))
		}
	}

	b.open("/history")
	press(".older a")
	holds(`document.querySelectorAll("#list li.play").length === 200`)
	holds(`[...document.querySelectorAll("#list li.play")].indexOf(document.activeElement.closest(".day")?.querySelector("li.play")) === 100`)
	press(".older a")
	holds(`document.querySelectorAll("#list li.play").length === 250`)
	holds(`[...document.querySelectorAll("#list li.play")].indexOf(document.activeElement.closest(".day")?.querySelector("li.play")) === 200`)
	// Who comes back from a page finds the whole list again, and the place in it.
	b.untilAt("/history#older-2")
	b.click("#list .day:last-of-type li.play:last-of-type a.name")
	b.until("main", "Track")
	b.back()
	holds(`document.querySelectorAll("#list li.play").length === 250 && scrollY > 5000`)

	b.open("/tracks?page=2")
	press(".pager a[rel=next]")
	b.until(".pager", "101–150 of 150")
	holds(`document.activeElement.id === "list"`)
	b.until("#status", "101–150 of 150")
	press(".pager a[rel=prev]")
	b.until(".pager", "51–100 of 150")
	holds(`document.activeElement.rel === "prev"`)
	b.until("#status", "51–100 of 150")
}

func TestSampleInBrowser(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{width: 390})
	b.open("/")
	b.click(".sample button")
	b.until("h1", "days of your life")
	b.untilAt("/")
	var wide bool
	b.run(chromedp.Evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth", &wide))
	if wide {
		t.Error("the overview scrolls sideways at 390 px")
	}
}

func TestGoneDataInBrowser(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	b.send(harness.SmallPackage(t, 20))
	b.untilImported()
	if err := os.RemoveAll(filepath.Join(s.Dir, "blobs")); err != nil {
		t.Fatal(err)
	}
	// Another instance, or this one after a restart, with a cleaned disk.
	s.Restart()
	b.open("/tracks")
	b.untilAt("/gone")
	b.until("h1", "Your data is no longer here. Upload it again.")
	b.open("/")
	b.until("h1", "Every play you ever pressed")
}

// TestPackagesInBrowser imports the real packages with invented content, when
// they lie beside the project, and compares with what they must give.
func TestPackagesInBrowser(t *testing.T) {
	t.Parallel()
	const dir = "../../../shared/exports"
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Skip("no sample packages beside the project: ", err)
	}
	var manifest map[string]struct {
		ExtRows   int `json:"ext_rows"`
		Doubles   int `json:"dup_ts_uri_ms"`
		MusicRows int `json:"acct_music_rows"`
		Podcasts  int `json:"acct_podcast_rows"`
		Books     int `json:"acct_audiobook_rows"`
		Plays     int `json:"rows_ge30s_dedup"`
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	for name, m := range manifest {
		t.Run(name, func(t *testing.T) {
			s := harness.StartServer(t, nil)
			b := newTab(t, s.Base, tabOptions{})
			b.open("/")
			path, err := filepath.Abs(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			b.send(path)
			b.untilImported()
			b.open("/receipt")
			rows := m.ExtRows + m.MusicRows + m.Podcasts + m.Books
			b.until(".tally tfoot .figure", grouped(rows))
			if m.ExtRows > 0 {
				b.until(".tally .end-0 .figure", grouped(rows-m.Doubles))
				b.until(".tally .end-1 .figure", grouped(m.Doubles))
				b.open("/")
				b.until(".in-short", grouped(rows-m.Doubles))
				b.until(".in-short", grouped(m.Plays))
			}
		})
	}
}

// grouped writes a number as the pages do.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return strings.TrimPrefix(s, ",")
}
