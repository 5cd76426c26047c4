package e2e

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// The walk opens every page at several widths, in both themes, with and without
// JavaScript, and looks at what can be seen there: WALK=on opens each of them in
// each way. Otherwise the same few are opened, each in one way, because a look takes
// seconds.

var (
	walkPackage = flag.String("package", "", "walk over this package from Spotify in place of the sample")
	walkOnly    = flag.String("only", "", "walk over the pages alone whose addresses begin with one of these, divided by commas")
)

const (
	walkZone    = "Europe/Warsaw"
	walkTime    = 2 * time.Hour // of a tab in the whole walk
	walkers     = 3
	smallest    = 320 // px, where nothing may scroll sideways
	walkHeight  = 900
	partOfWalk  = 12 // pages that the suite looks at
	firstOfPart = 4  // the place of the first of these
	mostFinding = 12 // pages that a finding names
)

// A place is a page as one person sees it.
type place struct {
	who  *walkPerson
	path string
	view bool // whether it is the page of a view, with the navigation
}

// A walkPerson has a session.
type walkPerson struct {
	name    string
	base    string
	cookies []*http.Cookie
	listed  []string // what their navigation lists
}

// A screen is the way in which a page is looked at.
type screen struct {
	width  int64
	dark   bool
	script bool
}

func (s screen) String() string {
	words := []string{fmt.Sprintf("%d px", s.width), "light", "without JavaScript"}
	if s.dark {
		words[1] = "dark"
	}
	if s.script {
		words = words[:2]
	}
	return strings.Join(words, ", ")
}

// screens are all ways, so ordered that pages one after the other differ in all.
func screens() []screen {
	var all []screen
	for i, width := range []int64{390, 1280, 768, 1920} {
		for n := range 4 {
			n = (n + i) % 4
			all = append(all, screen{width, n&1 != 0, n&2 == 0})
		}
	}
	// From one to the next of the same width there are others.
	ordered := make([]screen, 0, len(all))
	for n := range 4 {
		for i := range 4 {
			ordered = append(ordered, all[i*4+n])
		}
	}
	return ordered
}

// A stop is one thing that a walker looks at.
type stop struct {
	place
	screen
}

// findings are what was found wrong, and where.
type findings struct {
	mu    sync.Mutex
	where map[string][]string
	stops int
}

func (f *findings) add(at stop, what ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stops++
	for _, w := range what {
		w, part, _ := strings.Cut(w, "\n")
		f.where[w] = append(f.where[w], fmt.Sprintf("%s %s (%s) %s", at.who.name, at.path, at.screen, part))
	}
}

func (f *findings) report(t *testing.T) {
	t.Helper()
	for _, what := range slices.Sorted(maps.Keys(f.where)) {
		where := f.where[what]
		more := ""
		if len(where) > mostFinding {
			more = fmt.Sprintf("\n\tand %d more", len(where)-mostFinding)
		}
		t.Errorf("%s\n\t%s%s", what, strings.Join(where[:min(len(where), mostFinding)], "\n\t"), more)
	}
}

// TestWalk walks over every page of the program.
func TestWalk(t *testing.T) {
	t.Parallel()
	rules := axeRules(t)
	places := walkPlaces(t)
	all := screens()
	var stops []stop
	whole := os.Getenv("WALK") == "on"
	if whole {
		// Round by round, each page in another way, so that much is seen early.
		for round := range all {
			for i, p := range places {
				stops = append(stops, stop{p, all[(i+round)%len(all)]})
			}
		}
	} else {
		step := len(places) / partOfWalk
		// Always the same ones: what others have wrong is for the walk to find, and not
		// for whoever happens to push on that day.
		for i := firstOfPart; i < len(places); i += step {
			stops = append(stops, stop{places[i], all[len(stops)%len(all)]})
		}
	}
	begun := time.Now()
	found := &findings{where: map[string][]string{}}
	queue := make(chan stop)
	var group sync.WaitGroup
	base, other := places[0].who.base, places[len(places)-1].who.base
	first := newWalker(t, base, other, rules)
	links, err := first.hubLinks(places[0].who, all)
	if err != nil {
		t.Fatal(err)
	}
	for i := range walkers {
		w := first
		if i > 0 {
			w = newWalker(t, base, other, rules)
		}
		w.hubs = links
		group.Go(func() {
			for s := range queue {
				begun := time.Now()
				what := w.look(s, whole)
				found.add(s, what...)
				if testing.Verbose() {
					t.Logf("%s %s (%s): %s %q", s.who.name, s.path, s.screen, time.Since(begun).Round(time.Millisecond), what)
				}
			}
		})
	}
	for _, s := range stops {
		queue <- s
	}
	close(queue)
	group.Wait()
	t.Logf("%d pages, %d looks at them, in %s", len(places), found.stops, time.Since(begun).Round(time.Second))
	found.report(t)
}

// open goes to a page in a way, with the cookies of the person and no others.
func (w *walker) open(at stop) error {
	theme := map[bool]string{false: "light", true: "dark"}[at.dark]
	cookies := make([]*network.CookieParam, len(at.who.cookies))
	for i, c := range at.who.cookies {
		cookies[i] = &network.CookieParam{Name: c.Name, Value: c.Value, URL: at.who.base}
	}
	if err := w.do(
		network.ClearBrowserCookies(), network.SetCookies(cookies),
		emulation.SetDeviceMetricsOverride(at.width, walkHeight, 1, false),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}),
		emulation.SetScriptExecutionDisabled(!at.script),
	); err != nil {
		return err
	}
	return w.load(at.who.base + at.path)
}

// walkPlaces are all pages: those of the views, with the examples that they name
// themselves, and those of the shell around them.
func walkPlaces(t *testing.T) []place {
	t.Helper()
	s := harness.StartServer(t, nil)
	owner := newWalkPerson(t, s.Base)
	places := slices.Concat(owner.pages(t), shellPlaces(t, owner), accountPlaces(t))
	if *walkOnly == "" {
		return places
	}
	only := strings.Split(*walkOnly, ",")
	return slices.DeleteFunc(places, func(p place) bool {
		return !slices.ContainsFunc(only, func(path string) bool { return strings.HasPrefix(p.path, path) })
	})
}
