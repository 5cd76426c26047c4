package handlers_test

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

var (
	// A key of JSON: topArtistFanPercentage, ms_played.
	rawKey = regexp.MustCompile(`\b[a-z]+[0-9]*[A-Z]\w*|\b[a-z]+_[a-z_]+\b`)
	rawURI = regexp.MustCompile(`\bspotify:\w+:`)
	noTime = regexp.MustCompile(`(^|[^0-9.,:])0 (s|seconds|h|hours|min|minutes)\b|%!|NaN|<nil>`)
	// No package names a playlist that was removed and was somebody else's.
	nameless = regexp.MustCompile(`(track|album|artist|show|episode|audiobook|chapter) whose name is not known|Unknown title|without a name`)
	ofFiles  = regexp.MustCompile(`\S+\.(json|zip|pdf)\b`)
)

// properNames look like keys and are none.
var properNames = []string{"iPhone", "iPad", "kB"}

// untrue are the ways in which a page says what nobody may read: a key as if it
// were a fact, no time beside a list, an hour without its zone. Pages repeat each
// other: sound holds what has been read and was well.
func untrue(doc *goquery.Document, sound map[string]bool) []string {
	zone := doc.Find("[data-zone-shown]").Text()
	seen := doc.Find("body").Clone()
	// A file is shown under its own keys and names, and people name things as they like.
	seen.Find(`script, .tree, table.data, code, datalist, option, [dir="auto"]`).Remove()
	var said []string
	seen.Find("[title], [aria-label], [placeholder]").Each(func(_ int, s *goquery.Selection) {
		said = append(said, s.AttrOr("title", ""), s.AttrOr("aria-label", ""), s.AttrOr("placeholder", ""))
	})
	seen.Find("*").Contents().Each(func(_ int, s *goquery.Selection) {
		if goquery.NodeName(s) == "#text" {
			said = append(said, s.Text())
		}
	})
	var out []string
	for _, s := range said {
		if !sound[s] {
			wrong := untrueWords(s)
			out, sound[s] = append(out, wrong...), len(wrong) == 0
		}
	}
	hours := doc.Find(`main time[datetime*="T"], main #clock`).Length()
	if hours > 0 && !strings.Contains(zone, "Days and hours in ") {
		out = append(out, "hours without their zone")
	}
	return out
}

func untrueWords(s string) (out []string) {
	s = strings.TrimSpace(ofFiles.ReplaceAllString(s, ""))
	for _, key := range rawKey.FindAllString(s, -1) {
		if !slices.Contains(properNames, key) {
			out = append(out, "a key: "+key+" in "+s)
		}
	}
	if rawURI.MatchString(s) {
		out = append(out, "a URI: "+s)
	}
	if noTime.MatchString(s) {
		out = append(out, "a zero: "+s)
	}
	return out
}

// TestUntrueIsFound: what the crawl looks for, it finds.
func TestUntrueIsFound(t *testing.T) {
	for html, want := range map[string]int{
		`<main>All is well: 10 seconds, 100 h, iPhone and my_library.zip.</main>`:               0,
		`<main><p>topArtistFanPercentage</p></main>`:                                            1,
		`<main><p>ms_played</p><div class="tree">ms_played</div></main>`:                        1,
		`<main><span title="0 s of it">Nothing</span></main>`:                                   1,
		`<main><p>0 h</p><p>0 min</p></main>`:                                                   2,
		`<main>spotify:track:1</main>`:                                                          1,
		`<main><time datetime="2024-01-01T10:00:00Z">10:00</time></main>`:                       1,
		`<p data-zone-shown="UTC">Days and hours in UTC</p><main><div id="clock"></div></main>`: 0,
	} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
		if err != nil {
			t.Fatal(err)
		}
		if got := untrue(doc, map[string]bool{}); len(got) != want {
			t.Errorf("%s: %q, want %d", html, got, want)
		}
	}
}

// wordsOfEveryPackage reads every page, whichever packages somebody has: all,
// or any one alone.
func wordsOfEveryPackage(t *testing.T, c crawled) {
	sound := make(map[string]bool)
	for person, pages := range c.pages {
		if person == personHostile || person == personNone {
			continue
		}
		for _, p := range pages {
			if strings.Contains(p.path, "reveal=1") {
				continue // values are shown as Spotify wrote them
			}
			for _, wrong := range untrue(p.doc, sound) {
				t.Errorf("%s: %s: %.200s", person, p.path, wrong)
			}
			// The packages know the name of whatever they speak of, but for the log.
			if said := p.doc.Find("main").Text(); person != personLog && nameless.MatchString(said) {
				t.Errorf("%s: %s: %s", person, p.path, nameless.FindString(said))
			}
		}
	}
}

// TestAccountDataAlone: who has account data alone finds no empty box and no page
// that can hold nothing, is told once what is missing and how to get it, and no
// page takes what is not known for none.
func TestAccountDataAlone(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", file{"account.zip", zipped(t,
		file{"StreamingHistory_music_0.json", []byte(`[{"endTime":"2024-01-01 10:00","artistName":"The Lanterns","trackName":"Harbour","msPlayed":60000}]`)},
		file{"YourLibrary.json", []byte(`{"tracks":[
			{"artist":"The Lanterns","album":"Piers","track":"Harbour","uri":"spotify:track:` + strings.Repeat("1", 22) + `"},
			{"artist":"Quiet Parade","album":"Stairs","track":"Second Floor","uri":"spotify:track:` + strings.Repeat("2", 22) + `"}]}`)},
		file{"Playlist1.json", []byte(`{"playlists":[{"name":"Evenings","lastModifiedDate":"2024-01-01","items":[
			{"track":{"trackName":"Second Floor","artistName":"Quiet Parade","albumName":"Stairs","trackUri":"spotify:track:` + strings.Repeat("2", 22) + `"},"addedDate":"2024-01-01"}]}]}`)},
	)}).want(t, http.StatusCreated)

	home := soundPage(t, "/", v.get("/"))
	var nav []string
	home.Find("#masthead .nav a").Each(func(_ int, a *goquery.Selection) { nav = append(nav, strings.TrimSpace(a.Text())) })
	for _, nothing := range []string{"Albums", "Shows", "Audiobooks"} {
		if slices.Contains(nav, nothing) {
			t.Errorf("the navigation leads to %s: %q", nothing, nav)
		}
	}
	if n := home.Find(`#ask-title`).Length(); n != 1 {
		t.Errorf("%d notes of what is missing", n)
	}
	ask := home.Find("section").Has("#ask-title")
	for _, want := range []string{"Albums", "up to 30 days", "Extended streaming history"} {
		if !strings.Contains(ask.Text(), want) {
			t.Errorf("the note does not say %q: %s", want, ask.Text())
		}
	}
	if got := ask.Find(`a[rel="noreferrer"]`).AttrOr("href", ""); got != "https://www.spotify.com/account/privacy/" {
		t.Errorf("asked for at %q", got)
	}
	if got := ask.Find(`a[href="/receipt#more"]`).Length(); got != 1 {
		t.Errorf("%d ways to add it", got)
	}
	artist := home.Find(`main a[href^="/artists/"]`).AttrOr("href", "")
	for _, path := range []string{"/", artist} {
		v.get(path).page(t).Find("main .card").Each(func(_ int, card *goquery.Selection) {
			if strings.Contains(card.Text(), "None in this selection") {
				t.Errorf("%s: an empty box: %s", path, card.Text())
			}
		})
	}
	for _, path := range []string{"/", artist, "/tracks", "/history", "/playlists", "/library", "/library?part=never", "/privacy"} {
		doc := v.get(path).want(t, http.StatusOK).page(t)
		said := strings.ToLower(doc.Find("main").Text())
		for _, wrong := range []string{"never played", "you never", "no play in your data is marked", "other devices", "skipped"} {
			if strings.Contains(said, wrong) {
				t.Errorf("%s says %q of what is not known", path, wrong)
			}
		}
	}
	// The history is not missing for those who have it.
	v.upload("", library(t)).want(t, http.StatusCreated)
	if n := v.get("/").page(t).Find("#ask-title").Length(); n != 0 {
		t.Error("asks for what is there")
	}
}

// TestDocumentsAlone: without a play no page speaks of playing.
func TestDocumentsAlone(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", accountData(t)).want(t, http.StatusCreated)
	home := soundPage(t, "/", v.get("/"))
	if got := text(home, "main h1"); got != "No plays here yet." {
		t.Errorf("headline %q", got)
	}
	if home.Find(`main a[href="/searches"]`).Length() == 0 {
		t.Error("the overview does not lead to what is there")
	}
	home.Find("#masthead a").Each(func(_ int, a *goquery.Selection) {
		switch a.AttrOr("href", "") {
		case "/artists", "/albums", "/tracks", "/shows", "/audiobooks", "/history":
			t.Errorf("the navigation leads to %s", a.Text())
		}
	})
	for _, path := range []string{"/playlists", "/playlists/tracks", "/library", "/searches", "/receipt", "/forget"} {
		said := soundPage(t, path, v.get(path)).Find("main").Text()
		for _, wrong := range []string{"never played", "You never", "Not played", "0 plays", "0 rows in", "Found in your history"} {
			if strings.Contains(said, wrong) {
				t.Errorf("%s says %q", path, wrong)
			}
		}
	}
}

// TestFewPlaysMakeNoHabit: of a few plays pages say what they were, and nothing
// about when somebody listens or how much is skipped.
func TestFewPlaysMakeNoHabit(t *testing.T) {
	var plays []play
	for i, day := range []string{"2024-01-01", "2024-02-02", "2024-03-03"} {
		plays = append(plays, play{ts: day + "T20:00:00Z", track: "Harbour", artist: "The Lanterns", album: "Piers", country: "DE", platform: "ios",
			uri: "spotify:track:" + strings.Repeat("1", 22), end: []string{"trackdone", "fwdbtn", "trackdone"}[i], ms: 60_000 + i})
	}
	v := newSite(t).visitor(t)
	v.upload("", file{"endsong_0.json", history(plays...)}).want(t, http.StatusCreated)
	home := v.get("/").page(t)
	if lede := text(home, "main .in-short"); !strings.Contains(lede, "You skipped 1 of what started.") {
		t.Errorf("the overview says %q", lede)
	}
	for _, path := range []string{"/", "/tracks/" + strings.Repeat("1", 22)} {
		doc := soundPage(t, path, v.get(path))
		for _, wrong := range []string{"Most often", "Mostly", "silent", "fullest month", "33.3%"} {
			if said := doc.Find("main").Text(); strings.Contains(said, wrong) {
				t.Errorf("%s says %q of three plays", path, wrong)
			}
		}
	}
	// Who listens on Mondays only because they chose Mondays has no habit either.
	for range 30 {
		p := plays[0]
		p.ts = "2024-01-01T" + []string{"10", "11", "12"}[len(plays)%3] + ":" + strconv.Itoa(10+len(plays)) + ":00Z"
		plays = append(plays, p)
	}
	v = newSite(t).visitor(t)
	v.upload("", file{"endsong_0.json", history(plays...)}).want(t, http.StatusCreated)
	for path, want := range map[string]bool{"/": true, "/?weekday=mon": false, "/?hour=10": false} {
		said := v.get(path).page(t).Find("#clock-title").Parent().Text()
		if got := strings.Contains(said, "Most"); got != want {
			t.Errorf("%s: a sentence about the week: %t, want %t", path, got, want)
		}
	}
}

// TestTitlesFollowTheSelection: the document's title and the headline say what is
// looked at.
func TestTitlesFollowTheSelection(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	for path, want := range map[string]string{
		"/":                                   "13.3 hours – ",
		"/?from=2023-01-01&to=2023-12-31":     "13.3 hours in 2023 – ",
		"/artists?from=2023-01-01":            "Artists since 1 January 2023 – ",
		"/history?country=DE":                 "History in Germany – ",
		"/history?kind=music&only=skipped":    "History of skipped plays – ",
		"/tracks?kind=music&to=2023-03-31":    "Tracks of music until 31 March 2023 – ",
		"/receipt?from=2023-01-01&country=DE": "Your data – ",
	} {
		if got := v.get(path).page(t).Find("head title").Text(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: title %q, want %q", path, got, want)
		}
	}
	if got := text(v.get("/?from=2023-01-01&to=2023-12-31").page(t), "main h1"); !strings.HasPrefix(got, "13.3 hours in 2023") {
		t.Errorf("headline %q", got)
	}
}
