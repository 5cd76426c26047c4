package engines

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// engines are those that test/e2e does not run in.
var engines = []struct {
	name  string
	start func(t *testing.T, base string) browser
}{
	{"Firefox", startFirefox},
	{"WebKit", startWebKit},
}

// Each journey begins with a program and a visitor that know nothing of each
// other. The browser is the same for all: starting one takes longest.
var journeys = []struct {
	name string
	run  func(t *testing.T, p *page, s *harness.Server)
}{
	{"sample", sampleJourney},
	{"upload", uploadJourney},
	{"paging", pagingJourney},
	{"reel", reelJourney},
	{"delete", deleteJourney},
}

func TestJourneys(t *testing.T) {
	// Whether they fit into the suite has not been measured on a quiet machine.
	if os.Getenv("ENGINES") != "on" {
		t.Skip("ENGINES is not on: go tool task engines runs the journeys in Firefox and WebKit")
	}
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			f := newFront(t)
			b := engine.start(t, f.base)
			t.Run("problems are seen", func(t *testing.T) { problemsAreSeen(t, b, f) })
			for _, journey := range journeys {
				t.Run(journey.name, func(t *testing.T) {
					p, s := visit(t, b, f)
					p.open("/")
					p.shows("h1", "Every play you ever pressed")
					journey.run(t, p, s)
				})
			}
		})
	}
}

// sampleJourney looks around with the sample: the lens, and back.
func sampleJourney(t *testing.T, p *page, _ *harness.Server) {
	p.click(".sample button")
	p.shows("h1", "days of your life")
	p.isAt("/")
	p.shows("#chips a[aria-current]", "All time")
	whole := p.text("h1")

	// A year of the spine.
	year := p.text(".years a:nth-child(3) span")
	p.click(".years a:nth-child(3) span") // above it are the months
	p.isAt("/?from=" + year + "&to=" + year)
	p.shows("#chip-range", year)
	p.until("the figures of the year", `document.querySelector("h1").textContent.includes("hours")`)
	if got := p.text("h1"); got == whole {
		t.Errorf("of %s as of all time it says %q", year, got)
	}
	p.goBack()
	p.isAt("/")
	p.shows("#chips a[aria-current]", "All time")
	p.shows("h1", whole)

	// A preset, which another page keeps.
	p.click("#preset-1")
	p.shows("#preset-1[aria-current]", "Last 12 months")
	if got := p.text("h1"); got == whole {
		t.Errorf("of the last year as of all time it says %q", got)
	}
}

// uploadJourney sends a package in parts, and then one that is none.
func uploadJourney(t *testing.T, p *page, s *harness.Server) {
	content, _ := harness.BigPackage()
	path := filepath.Join(t.TempDir(), "my_spotify_data.zip")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	open := p.front.shut(t)
	p.upload(path)
	p.shows("[data-sending-text]", "Sending")
	p.shows("[data-chosen] .file-state", " MB of ")
	p.until("some of it sent", `(v => v > 0 && v < 100)(document.querySelector("[data-sending-bar]").value)`)
	open()
	p.isImported()
	p.open("/receipt")
	p.shows("h1", "70,000 rows in 6 files. Every one accounted for.")
	if n := p.front.sent(); n < 2 {
		t.Errorf("%d parts were sent", n)
	}
	if n := harness.CountDatasets(t, s.Dir); n != 1 {
		t.Errorf("%d datasets stored, want 1", n)
	}
	p.shows(".tally", "100%")
	p.open("/history")
	p.shows("#list .count", " plays")

	broken := filepath.Join(t.TempDir(), "broken.zip")
	if err := os.WriteFile(broken, []byte("PK\x03\x04 but no more"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.open("/receipt")
	p.upload(broken)
	p.shows("#upload-alert", "broken.zip")
}

// pagingJourney turns the pages of a list and has the history go on.
func pagingJourney(t *testing.T, p *page, _ *harness.Server) {
	p.upload(harness.SmallPackage(t, 250))
	p.isImported()

	p.open("/tracks")
	p.shows(".pager", "1–50 of 150")
	p.click(".pager a[rel=next]")
	p.isAt("/tracks?page=2")
	p.shows("#list .row .rank", "51")
	p.goBack()
	p.isAt("/tracks")
	p.shows(".pager", "1–50 of 150")

	// What is older comes beneath, and is there again when somebody comes back.
	p.open("/history")
	p.has(100, "#list li.play")
	p.click(".older a")
	p.has(200, "#list li.play")
	p.click(".older a")
	p.has(250, "#list li.play")
	p.isAt("/history#older-2")
	p.click("#list .day:last-of-type li.play:last-of-type a.name")
	p.shows("main .eyebrow", "Track")
	p.goBack()
	p.isAt("/history#older-2")
	p.has(250, "#list li.play")
	p.until("where it was", "scrollY > 1000")

	// A search sorts it out while somebody types.
	p.open("/artists")
	p.until("a field to search in", `(document.getElementById("q").focus(), document.activeElement.id === "q")`)
	if err := p.perform(typed("motor")); err != nil {
		t.Fatal(err)
	}
	p.shows("#list .count", "1 artist for “motor”")
	p.isAt("/artists?q=motor")
	p.click("#list .row a.name")
	p.shows("h1", "Motörhead")
}

// deleteJourney deletes everything.
func deleteJourney(t *testing.T, p *page, s *harness.Server) {
	p.upload(harness.SmallPackage(t, 60))
	p.isImported()
	p.open("/receipt")
	p.click(`#more a[href="/forget"]`)
	p.shows("h1", "60 plays will be gone")
	if n := harness.CountDatasets(t, s.Dir); n != 1 {
		t.Errorf("%d datasets before deleting, want 1", n)
	}
	p.click("button.danger")
	p.isAt("/forgotten")
	p.shows("h1", "Your data is gone")
	if n := harness.CountDatasets(t, s.Dir); n != 0 {
		t.Errorf("%d datasets left after deleting", n)
	}
	// A browser may keep the page before in its memory; what was deleted must not
	// come back from there.
	p.goBack()
	p.isAt("/?nodata")
	p.shows("h1", "Every play you ever pressed")
	p.open("/artists")
	p.isAt("/?nodata")
	p.shows("h1", "Every play you ever pressed")
}
