package e2e

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// accountPackage is an account package of the person of smallPackage: long
// enough to page through, with names that try to break out of the page, and
// with a document that nobody knows.
func accountPackage(t *testing.T) string {
	t.Helper()
	type obj = map[string]any
	track := func(i int) obj {
		return obj{"trackName": fmt.Sprintf("Track %d", i), "artistName": "Motörhead", "albumName": "Motörhead", "trackUri": fmt.Sprintf("spotify:track:%022d", i)}
	}
	var items, saved, searches, marquee []obj
	for i := range 120 {
		items = append(items, obj{"track": track(i), "addedDate": "2022-05-01"})
		saved = append(saved, obj{"artist": "Motörhead", "album": "A", "track": fmt.Sprintf("Track %d", 100+i), "uri": fmt.Sprintf("spotify:track:%022d", 100+i)})
		at := time.Date(2022, 1, 2, 11, 0, 0, 0, time.UTC).Add(time.Duration(i) * 11 * time.Hour)
		searches = append(searches, obj{"platform": "ANDROID", "searchTime": at.Format("2006-01-02T15:04:05.000Z[UTC]"), "searchQuery": fmt.Sprintf("wanted %d <em>x</em>", i), "searchInteractionURIs": []string{}})
		marquee = append(marquee, obj{"artistName": fmt.Sprintf("Artist %d", i), "segment": []string{"Super Listeners", "Light listeners"}[i%2]})
	}
	files := map[string]any{
		"Playlist1.json": obj{"playlists": []obj{
			{"name": "Long <em>list</em>", "lastModifiedDate": "2022-06-01", "collaborators": []string{}, "items": items, "description": "A & B", "numberOfFollowers": 2},
			{"name": "Short", "lastModifiedDate": "2022-05-01", "items": items[:3]}, {"name": "Empty", "items": []obj{}},
		}},
		"YourLibrary.json": obj{
			"tracks": saved, "albums": []obj{{"artist": "Motörhead", "album": "Motörhead", "uri": "spotify:album:a"}}, "artists": []obj{{"name": "Motörhead", "uri": "spotify:artist:m"}},
			"shows": []obj{{"name": "Show", "publisher": "P", "uri": "spotify:show:s"}}, "episodes": []obj{{"name": "Talk", "show": "Show", "uri": "spotify:episode:e"}},
			"bannedTracks": []obj{{"artist": "X", "album": "Y", "track": "Banned", "uri": "spotify:track:x"}}, "other": []string{"spotify:x:1"},
		},
		"SearchQueries.json": searches, "Marquee.json": marquee,
		"Inferences.json": obj{"inferences": []string{"1P_Custom_<em>x</em>", "Interest_Trains"}},
		"Follow.json":     obj{"followerCount": 3, "followingUsersCount": 4, "dismissingUsersCount": 0},
		"Wrapped2022.json": obj{
			"topArtists": obj{"numUniqueArtists": 7, "topArtists": []obj{{"artistUri": "spotify:artist:m"}}},
			"topTracks":  obj{"topTracks": []string{fmt.Sprintf("spotify:track:%022d", 6)}, "topTrackPlayCount": 4, "distinctTracksPlayed": 150}, "yearlyMetrics": obj{"totalMsListened": 100_000_000},
		},
		"Userdata.json":     obj{"username": "ada", "email": "ada@example.org", "country": "DE", "birthdate": "1990-01-01"},
		"SomethingNew.json": obj{"deep": obj{"deeper": obj{"deepest": []obj{{"a": 1}, {"a": 2, "b": "<em>x</em>"}}}}, "contact_email": "ada@example.org"},
	}
	path := filepath.Join(t.TempDir(), "my_spotify_account.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, content := range files {
		w, err := z.Create("Spotify Account Data/" + name)
		if err == nil {
			err = json.NewEncoder(w).Encode(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// navigate goes to a page by the navigation, opening what holds its link.
func (b *tab) navigate(path string) {
	b.t.Helper()
	b.untilThere("footer") // what stands before it has been read
	link := fmt.Sprintf(`#masthead :is(.nav, .your-data) a[href="%s"]`, path)
	if menu := fmt.Sprintf(`#masthead .menu:has(a[href="%s"])`, path); b.count(menu+":not([open])") > 0 {
		b.click(menu + " > summary")
	}
	b.click(link)
	b.untilAt(path)
}

// search types words; without JavaScript they are sent with the Enter key.
func (b *tab) search(words string, script bool) {
	b.t.Helper()
	// What is typed before the scripts have run waits for the next key, or for Enter.
	for loaded := false; !loaded; time.Sleep(20 * time.Millisecond) {
		b.run(chromedp.Evaluate(`document.readyState === "complete"`, &loaded))
	}
	// Not with SendKeys, which waits in vain on a page that the back button took
	// out of the browser's memory.
	b.run(chromedp.Evaluate(`document.getElementById("q").focus()`, nil), chromedp.KeyEvent(words))
	if !script {
		b.run(chromedp.KeyEvent(kb.Enter))
	}
	b.until("#list .count", "“"+words+"”")
}

// untilThere waits for something to be on the page.
func (b *tab) untilThere(selector string) {
	b.t.Helper()
	if !within(untilTime, func() bool { return b.count(selector) > 0 }) {
		b.t.Fatalf("%q is not there\n%.600s", selector, b.text("body"))
	}
}

// TestPackageJourney follows the links through all that a package holds beside
// plays, as somebody would.
func TestPackageJourney(t *testing.T) {
	t.Parallel()
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("JavaScript %v", script), func(t *testing.T) {
			t.Parallel()
			s := harness.StartServer(t, nil)
			b := newTab(t, s.Base, tabOptions{noScript: !script})
			b.open("/")
			b.send(harness.SmallPackage(t, 600), accountPackage(t))
			b.untilImported()

			b.navigate("/playlists")
			b.until("h1", "3 playlists hold 120 different tracks.")
			b.click("#sort-name")
			b.untilAt("/playlists?order=name")
			b.until("#list tbody tr .name", "Empty")
			b.back()
			b.until("#list .sorts [aria-current]", "Hours")
			b.search("long", script)
			b.click("#list tbody a.name")
			b.until("h1", "Long <em>list</em>")
			b.until(".pager", "1–50 of 120")
			b.click(".pager a[rel=next]")
			b.until(".pager", "51–100 of 120")
			b.back()
			b.until(".pager", "1–50 of 120")
			b.search("track 77", script)
			b.until("#list .count", "1 item")
			b.click("#list tbody a.name")
			b.until("h1", "77")
			b.back()
			b.until("#list .count", "1 item")
			b.navigate("/playlists")
			b.click(`main a[href^="/playlists/tracks"]`)
			b.until("h1", "120 different tracks in 3 playlists.")
			b.click(`#list tbody .in a`)
			b.until(".eyebrow", "Playlist")

			b.navigate("/library")
			b.until("h1", "You saved 120 tracks and 1 episode; 71 of them you never played.")
			var parts []string
			b.run(chromedp.Evaluate(`[...document.querySelectorAll(".tabs a")].map(a => a.getAttribute("href"))`, &parts))
			if len(parts) != 9 {
				t.Errorf("parts of the library: %q", parts)
			}
			for _, part := range parts[1:] {
				b.click(fmt.Sprintf(`.tabs a[href="%s"]:not([aria-current])`, part))
				b.untilThere(fmt.Sprintf(`body:has(.tabs a[href="%s"][aria-current]) .foot`, part))
				if b.count("#list tbody tr") == 0 && b.text("#list .empty") == "" {
					t.Errorf("%s shows neither rows nor why there are none", part)
				}
			}

			b.navigate("/searches")
			b.until("h1", "You searched 120 times")
			b.search("wanted 7", script)
			b.until("#list .count", "21 searches")
			b.open("/searches")
			b.click("#list a[rel=next]")
			if script {
				b.until("#list", "wanted 0 ")
				if n := b.count("#list li.searched"); n != 120 {
					t.Errorf("%d searches, want 120", n)
				}
			} else {
				b.untilAt("page=2")
			}

			b.navigate("/opinions")
			b.until("h1", "To Spotify you are 2 guesses")
			b.click("main details summary")
			b.navigate("/wrapped")
			b.until("main", "Your data says")

			b.navigate("/privacy")
			b.until("#fields", "email")
			if b.count("#fields dd.masked") < 4 || strings.Contains(b.text("main"), "ada@example.org") {
				t.Error("personal values are not hidden")
			}
			b.click("form.reveal button")
			b.until("#fields", "ada@example.org")
			b.click(".reveal a")
			b.until("#fields", "(hidden)")

			b.navigate("/documents")
			b.until("h1", "9 documents")
			b.search("something", script)
			b.click("#list tbody a.name")
			b.until("h1", "SomethingNew.json")
			b.run(chromedp.Evaluate(`document.querySelectorAll(".tree details").forEach(d => { d.open = true })`, nil))
			b.until(".tree table.data", "<em>x</em>")
			if strings.Contains(b.text("main"), "ada@example.org") {
				t.Error("a document shows what is personal unasked")
			}
			b.click(".trail a")
			b.untilAt("/documents")
			if n := b.count("em, main script, main [style]"); n != 0 {
				t.Errorf("%d elements out of names", n)
			}
		})
	}
}

// packagePages are the pages of all that the packages hold.
var packagePages = []string{
	"/", "/artists", "/history", "/playlists", "/playlists/tracks", "/library", "/library?part=albums", "/library?part=never", "/library?part=unsaved",
	"/searches", "/opinions", "/wrapped", "/privacy", "/documents", "/receipt", "/forget",
}

// TestPagesFitAPhone: no page is wider than a phone, in either colours.
func TestPagesFitAPhone(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{width: 390})
	b.open("/")
	b.send(harness.SmallPackage(t, 600), accountPackage(t))
	b.untilImported()
	b.open("/documents")
	var documents []string
	b.run(chromedp.Evaluate(`[...document.querySelectorAll("#list tbody a.name")].map(a => a.getAttribute("href"))`, &documents))
	b.open("/playlists")
	var playlist string
	b.run(chromedp.Evaluate(`document.querySelector("#list tbody a.name").getAttribute("href")`, &playlist))
	for _, path := range slices.Concat(packagePages, documents, []string{playlist}) {
		b.open(path)
		var over []string
		b.run(chromedp.Evaluate(`document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
			[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + "." + e.className).slice(0, 5)`, &over))
		if len(over) > 0 {
			t.Errorf("%s scrolls sideways at 390 px: %q", path, over)
		}
	}
}

// TestKeyboardReachesEverything walks pages with the Tab key alone: it comes by
// every link and control, always visibly, and lists keep the focus when they are
// searched and sorted.
func TestKeyboardReachesEverything(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	b.send(harness.SmallPackage(t, 60), accountPackage(t))
	b.untilImported()
	const (
		// mark numbers all stops of the Tab key and notes how each looks without
		// the focus.
		mark = `(() => {
			window.look = e => [e.closest(".row") ?? e.parentElement, e, ...e.querySelectorAll("*")].map(x => {
				const c = getComputedStyle(x);
				return [c.outlineStyle, c.outlineWidth, c.boxShadow, c.stroke, c.strokeWidth, c.fill, c.transform].join();
			}).join(";");
			window.unfocused = [];
			return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")]
				.filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}) && !(e.type === "radio" && !e.checked))
				.map((e, i) => {
					e.dataset.stop = i;
					unfocused.push(look(e));
					return (e.id || e.textContent.trim() || e.getAttribute("href") || e.tagName).slice(0, 40);
				});
		})()`
		here = `(() => {
			const e = document.activeElement, i = e.dataset.stop ?? "";
			return [i, String(i === "" || look(e) !== unfocused[i]), e.outerHTML.slice(0, 90)];
		})()`
	)
	for _, path := range []string{"/playlists", "/library", "/searches", "/opinions", "/privacy", "/documents"} {
		b.open(path)
		var stops []string
		b.run(chromedp.Evaluate(mark, &stops))
		reached := make(map[string]bool)
		for range len(stops) + 20 {
			b.run(chromedp.KeyEvent(kb.Tab))
			var at []string
			b.run(chromedp.Evaluate(here, &at))
			if at[0] == "" || reached[at[0]] {
				continue
			}
			reached[at[0]] = true
			if at[1] != "true" {
				t.Errorf("%s: the focus cannot be seen on %s", path, at[2])
			}
		}
		for i, name := range stops {
			if !reached[fmt.Sprint(i)] {
				t.Errorf("%s: the Tab key never comes to %q", path, name)
			}
		}
	}

	b.open("/library")
	b.search("track 1", true)
	b.until("#list .count", "111 tracks")
	var focused string
	focus := `document.activeElement.id`
	b.run(chromedp.Evaluate(focus, &focused))
	if focused != "q" {
		t.Errorf("after a search the focus is on %q", focused)
	}
	b.run(chromedp.Evaluate(`document.getElementById("sort-name").focus()`, nil), chromedp.KeyEvent(kb.Enter))
	b.untilAt("order=name&q=track+1")
	b.until("#list .sorts [aria-current]", "Name")
	b.run(chromedp.Evaluate(focus, &focused))
	if focused != "sort-name" {
		t.Errorf("after sorting the focus is on %q", focused)
	}
	b.run(chromedp.Evaluate(`document.querySelector(".pager a[rel=next]").focus()`, nil), chromedp.KeyEvent(kb.Enter))
	b.until(".pager", "51–")
	var inside bool
	b.run(chromedp.Evaluate(`document.activeElement !== document.body`, &inside))
	if !inside {
		t.Error("after turning a page the focus is lost")
	}
}

// TestPagesOfWhatIsNotThere: a history alone, or documents alone, give pages that
// say what is missing and what to do about it.
func TestPagesOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	for name, pkg := range map[string]string{"history": harness.SmallPackage(t, 20), "account": accountPackage(t)} {
		b := newTab(t, s.Base, tabOptions{width: 390})
		b.open("/")
		b.send(pkg)
		b.untilImported()
		for _, path := range packagePages {
			b.open(path)
			if b.count("h1") != 1 || b.count("main a[href], main button") == 0 || strings.Contains(b.text("main"), "1970") {
				t.Errorf("%s alone: %s leads nowhere: %.200s", name, path, b.text("main"))
			}
			var wide bool
			b.run(chromedp.Evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth", &wide))
			if wide {
				t.Errorf("%s alone: %s scrolls sideways", name, path)
			}
		}
	}
}
