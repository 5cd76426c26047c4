package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestMonthsOfTheRangeAreLit: wherever months are drawn, those of the chosen
// range stand out from the others.
func TestMonthsOfTheRangeAreLit(t *testing.T) {
	var plays []play
	for month := range 12 {
		plays = append(plays, play{ts: fmt.Sprintf("2023-%02d-10T12:00:00Z", month+1), ms: 90_000, track: "T", artist: "A", uri: fmt.Sprintf("spotify:track:%022d", 1)})
	}
	v := newSite(t).visitor(t)
	v.upload("", file{"Streaming_History_Audio_2023.json", history(plays...)}).want(t, http.StatusCreated)
	artist := v.get("/artists").page(t).Find("#list .row a.name").AttrOr("href", "")
	for _, path := range []string{"/", "/artists", artist} {
		doc := v.get(path+"?from=2023-03-10&to=2023-05-09").want(t, http.StatusOK).page(t)
		for _, plot := range []string{".spine-plot", ".months-plot"} {
			if doc.Find(plot).Length() == 0 {
				continue
			}
			var lit []int
			doc.Find(plot + " .month-links a").Each(func(i int, s *goquery.Selection) {
				if s.Parent().HasClass("lit") {
					lit = append(lit, i)
				}
			})
			if !slices.Equal(lit, []int{2, 3, 4}) {
				t.Errorf("%s: %s: months %v are lit", path, plot, lit)
			}
		}
	}
	if v.get(artist).page(t).Find(".months-plot .month-links .lit a").Length() != 12 {
		t.Error("of the whole history not every month is lit")
	}
}

func TestNamesAreShownAsTheyAre(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	doc := v.get("/artists").want(t, http.StatusOK).page(t)
	var shown []string
	doc.Find("#list .row a.name").Each(func(_ int, s *goquery.Selection) { shown = append(shown, s.Text()) })
	for _, name := range nasty {
		// Browsers drop a NUL; nothing else may be lost.
		if !slices.Contains(shown, strings.ReplaceAll(name, "\x00", "")) {
			t.Errorf("%q is not in %q", name, shown)
		}
	}
}

// TestBadParameters: a program is told which parameter it cannot use. A person
// gets the page without it, with a word about it.
func TestBadParameters(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	whole := v.get("/").want(t, http.StatusOK).page(t).Find("h1").Text()
	for query, field := range map[string]string{
		"from=yesterday": "from", "to=2024-13": "to", "from=2025&to=2024": "from", "tz=Mars/Olympus": "tz", "tz=../../etc/passwd": "tz",
		"min=-1": "min", "min=x": "min", "kind=opera": "kind", "country=Germany": "country", "platform=fridge": "platform",
		"sort=colour": "sort", "page=0": "page", "after=<b>": "after", "artist=../x": "artist", "q=" + strings.Repeat("a", 5000): "q",
		"min=x&page=0&sort=colour": "min",
	} {
		for _, path := range []string{"/", "/artists", "/history"} {
			doc := v.get(path+"?"+query).want(t, http.StatusOK).page(t)
			if got := doc.Find(".mended #mended-" + field).Text(); !strings.Contains(got, "not used") && !strings.Contains(got, "changed places") && !strings.Contains(got, "There is no page") {
				t.Errorf("%s?%.40s: the page says %q", path, query, got)
			}
			if path == "/" && !strings.HasPrefix(query, "from=2025&") && doc.Find("h1").Text() != whole {
				t.Errorf("%s?%.40s: %q", path, query, doc.Find("h1").Text())
			}
			if strings.Contains(doc.Find(".mended").Text(), strings.Repeat("a", 100)) {
				t.Error("a long value is shown as a whole")
			}
		}
		v.get("/partials/tracks?"+query).want(t, http.StatusOK)
		var e struct {
			Error struct{ Code, Message, Field string }
		}
		v.get("/api/v1/summary?"+query).want(t, http.StatusBadRequest).json(t, &e)
		if e.Error.Field != field || e.Error.Message == "" {
			t.Errorf("/api/v1/summary?%.40s: %+v, want field %s", query, e.Error, field)
		}
	}
	v.get("/api/v1/top/artists?limit=0").want(t, http.StatusBadRequest)
	v.get("/?utm_source=x&unknown=1").want(t, http.StatusOK)
}

// TestReversedRange: two days in the wrong order change places.
func TestReversedRange(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	doc := v.get("/?from=2024&to=2023-05").want(t, http.StatusOK).page(t)
	from, to := doc.Find("#lens input[name=from]").AttrOr("value", ""), doc.Find("#lens input[name=to]").AttrOr("value", "")
	if from != "2023-05-01" || to != "2024-12-31" {
		t.Errorf("from %s to %s", from, to)
	}
}

// TestLeavingOutNobody: a name that nothing has is said to have no effect.
func TestLeavingOutNobody(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	doc := v.get("/?not=Nobody+at+all").want(t, http.StatusOK).page(t)
	if got := doc.Find("#mended-not").Text(); !strings.Contains(got, "“Nobody at all” is no artist or show") {
		t.Errorf("the page says %q", got)
	}
	name := doc.Find("#list-not option").First().Text()
	doc = v.get("/?not="+url.QueryEscape(strings.ToUpper(name))).want(t, http.StatusOK).page(t)
	if name == "" || doc.Find("#mended-not").Length() != 0 {
		t.Errorf("%q is left out, and the page says %q", name, doc.Find("#mended-not").Text())
	}
}

func TestWithoutData(t *testing.T) {
	v := newSite(t).visitor(t)
	for _, path := range []string{"/artists", "/history", "/receipt", "/forget", "/tracks/xyz"} {
		if a := v.get(path).want(t, http.StatusSeeOther); a.Header.Get("Location") != "/?nodata" {
			t.Errorf("%s leads to %s", path, a.Header.Get("Location"))
		}
	}
	if a := v.get("/partials/artists").want(t, http.StatusUnauthorized); a.Header.Get("HX-Redirect") != "/?nodata" {
		t.Errorf("a partial leads to %q", a.Header.Get("HX-Redirect"))
	}
	for path, want := range map[string]int{"/": 0, "/?nodata": 1} {
		if got := v.get(path).page(t).Find("main [role=status]:contains('it was deleted')").Length(); got != want {
			t.Errorf("%s says %d times why one stands there", path, got)
		}
	}
	var e struct {
		Error struct{ Code, Message string }
	}
	v.get("/api/v1/summary").want(t, http.StatusUnauthorized).json(t, &e)
	if e.Error.Code != "no_session" || e.Error.Message == "" {
		t.Errorf("%+v", e)
	}
	v.get("/gone").want(t, http.StatusSeeOther)
	v.post("/gone", url.Values{}).want(t, http.StatusSeeOther)
	v.get("/nowhere").want(t, http.StatusNotFound)
	v.get("/imports/xyz").want(t, http.StatusNotFound)
	v.get("/partials/imports/xyz").want(t, http.StatusNotFound)
	v.request(http.MethodDelete, "/artists", nil).want(t, http.StatusMethodNotAllowed)
	v.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
}

// TestGone: a session whose data is missing is told so once, and then it is a
// visitor like any other.
func TestGone(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	other := s.visitor(t)
	other.http.Jar = v.http.Jar // the same browser, whose data is deleted behind its back
	keys, err := s.bucket.List(t.Context(), "datasets/")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if err := s.bucket.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	s.forgetCache(t)
	a := v.get("/artists").want(t, http.StatusSeeOther)
	if a.Header.Get("Location") != "/gone" {
		t.Fatalf("leads to %s", a.Header.Get("Location"))
	}
	var e struct{ Error struct{ Code string } }
	v.get("/api/v1/summary").want(t, http.StatusGone).json(t, &e)
	if e.Error.Code != "data_gone" {
		t.Errorf("code %q", e.Error.Code)
	}
	// Looking changes nothing; the button does.
	for range 2 {
		a = v.get("/gone").want(t, http.StatusGone)
		if len(a.Cookies()) != 0 || a.page(t).Find("form[method=post][action='/gone'][data-press] button").Length() != 1 {
			t.Errorf("%v %s", a.Cookies(), a.body)
		}
	}
	v.get("/api/v1/summary").want(t, http.StatusGone)
	doc := v.post("/gone", url.Values{}).want(t, http.StatusGone).page(t)
	if got := text(doc, "h1"); got != "Your data is no longer here. Upload it again." {
		t.Errorf("heading %q", got)
	}
	if doc.Find("#upload input[type=file]").Length() != 1 {
		t.Error("no form to upload it again")
	}
	v.get("/api/v1/summary").want(t, http.StatusUnauthorized)
	if doc := v.get("/").want(t, http.StatusOK).page(t); doc.Find("#upload").Length() != 1 {
		t.Error("no start page afterwards")
	}
}

// TestReplacedDataStaysUntilTheBrowserIsBack: an answer that is lost on its way
// must not cost the data that was there.
func TestReplacedDataStaysUntilTheBrowserIsBack(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	before := *v
	before.http = &http.Client{Jar: v.frozen(), CheckRedirect: v.http.CheckRedirect}
	v.upload("replace", file{"endsong_0.json", history(play{ts: "2024-01-01T10:00:00Z", ms: 1000, track: "A", artist: "X"})}).want(t, http.StatusCreated)

	var sum struct{ Rows int }
	before.get("/api/v1/summary").want(t, http.StatusOK).json(t, &sum)
	if sum.Rows != 400 {
		t.Errorf("the old session sees %d rows", sum.Rows)
	}
	v.get("/receipt").want(t, http.StatusOK)
	s.forgetCache(t)
	before.get("/api/v1/summary").want(t, http.StatusGone)
	// Its cookie is stale, not its person's session: the newest is left alone.
	v.get("/gone").want(t, http.StatusSeeOther)
	v.post("/gone", url.Values{}).want(t, http.StatusSeeOther)
	v.get("/api/v1/summary").want(t, http.StatusOK).json(t, &sum)
	if sum.Rows != 1 {
		t.Errorf("the new session sees %d rows", sum.Rows)
	}
}

func TestTheme(t *testing.T) {
	v := newSite(t).visitor(t)
	for _, theme := range []string{"dark", "light", "auto"} {
		a := v.post("/theme", url.Values{"theme": {theme}, "return": {"/?x=1"}}).want(t, http.StatusSeeOther)
		if a.Header.Get("Location") != "/?x=1" {
			t.Errorf("leads to %q", a.Header.Get("Location"))
		}
		doc := v.get("/").want(t, http.StatusOK).page(t)
		if got := doc.Find("html").AttrOr("data-theme", ""); got != theme {
			t.Errorf("theme %q, want %q", got, theme)
		}
	}
	v.post("/theme", url.Values{"theme": {"pink"}}).want(t, http.StatusBadRequest)
	for _, elsewhere := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "evil", ""} {
		a := v.post("/theme", url.Values{"theme": {"dark"}, "return": {elsewhere}}).want(t, http.StatusSeeOther)
		if a.Header.Get("Location") != "/" {
			t.Errorf("return=%q leads to %q", elsewhere, a.Header.Get("Location"))
		}
	}
}

// TestThemeBehindHTTPS: no other host may set or read the cookie of the choice.
func TestThemeBehindHTTPS(t *testing.T) {
	s := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, secure: true})
	a := s.visitor(t).post("/theme", url.Values{"theme": {"dark"}}).want(t, http.StatusSeeOther)
	if len(a.Cookies()) != 1 {
		t.Fatalf("cookies: %v", a.Cookies())
	}
	c := a.Cookies()[0]
	if c.Name != "__Host-theme" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie: %s", c)
	}
	for cookie, want := range map[string]string{"__Host-theme=dark": "dark", "theme=dark": "auto"} {
		doc := s.visitor(t).request(http.MethodGet, "/", nil, "Cookie", cookie).want(t, http.StatusOK).page(t)
		if got := doc.Find("html").AttrOr("data-theme", ""); got != want {
			t.Errorf("with %s the theme is %q, want %q", cookie, got, want)
		}
	}
}

func TestNothingIsCached(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	for _, path := range append(v.addresses(), "/forget", "/files", "/nowhere") {
		if got := strings.Join(v.get(path).Header.Values("Cache-Control"), ", "); !strings.Contains(got, "no-store") {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
}

// TestWhatAccountDataLeavesOut: its rows have neither album nor place nor device,
// which pages say instead of counting none.
func TestWhatAccountDataLeavesOut(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", file{"StreamingHistory_music_0.json", []byte(`[{"endTime":"2024-01-01 10:00","artistName":"A","trackName":"T","msPlayed":60000}]`)}).want(t, http.StatusCreated)
	for path, want := range map[string]string{
		"/albums": "Your data names no albums.", "/artists?from=2020&to=2020": "You listened to no artists in 2020.",
		"/privacy": "Your plays do not say where you heard them, or on what.",
	} {
		if got := text(v.get(path).want(t, http.StatusOK).page(t), "h1"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if n := v.get("/privacy").page(t).Find(".series").Length(); n != 0 {
		t.Errorf("%d charts of what nobody knows", n)
	}
}

// TestLibraryTellsURIs: a track that account data knows by its names has the URI
// that the library knows it by, whichever file came first.
func TestLibraryTellsURIs(t *testing.T) {
	uri := "spotify:track:" + strings.Repeat("1", 22)
	plays := file{"StreamingHistory_music_0.json", []byte(`[{"endTime":"2024-01-01 10:00","artistName":"A","trackName":"T","msPlayed":60000},
		{"endTime":"2024-01-01 11:00","artistName":"A","trackName":"Other","msPlayed":50000}]`)}
	library := file{"YourLibrary.json", []byte(`{"tracks":[{"artist":"A","album":"L","track":"T","uri":"` + uri + `"}]}`)}
	for _, order := range [][]file{{plays, library}, {library, plays}} {
		v := newSite(t).visitor(t)
		for _, f := range order {
			v.upload("", f).want(t, http.StatusCreated)
		}
		var top struct{ Items []struct{ Name, URI string } }
		v.get("/api/v1/top/tracks").json(t, &top)
		if len(top.Items) != 2 || top.Items[0].URI != uri || top.Items[1].URI != "" {
			t.Errorf("ranking %+v", top.Items)
		}
		var history struct{ Items []struct{ Name, URI string } }
		v.get("/api/v1/plays").json(t, &history)
		if len(history.Items) != 2 || history.Items[1].URI != uri || history.Items[0].URI != "" {
			t.Errorf("history %+v", history.Items)
		}
	}
}

// TestNamesThatShowNothing: artists do call themselves by blanks of all kinds,
// and rows of old exports have a URI without a name. Each link has something to
// see and to click.
func TestNamesThatShowNothing(t *testing.T) {
	v := newSite(t).visitor(t)
	plays := []play{{ts: "2024-01-01T10:00:00Z", ms: 200_000, track: "A", artist: "X", album: "L", uri: "spotify:track:0000000000000000000009"}}
	for i, blank := range []string{"", "  ", "\u3164", "\u2800", "\u200b\u200e"} {
		plays = append(plays, play{ts: fmt.Sprintf("2024-01-01T11:%02d:00Z", i), ms: 200_000, track: blank, artist: blank, album: blank, uri: fmt.Sprintf("spotify:track:%022d", i)})
	}
	v.upload("", file{"endsong_0.json", history(plays...)}).want(t, http.StatusCreated)
	for _, path := range []string{
		"/", "/artists", "/albums", "/tracks", "/history", "/partials/tracks",
		"/tracks/0000000000000000000000", "/tracks/0000000000000000000002", "/history?track=0000000000000000000002",
	} {
		doc := v.get(path).want(t, http.StatusOK).page(t)
		links := 0
		doc.Find("main a, a.name").Each(func(_ int, a *goquery.Selection) {
			links++
			if seen := strings.Trim(a.Text(), " \n\u3164\u2800\u200b\u200e"); seen == "" && a.Find("svg").Length() == 0 && a.AttrOr("aria-label", "")+a.AttrOr("title", "") == "" {
				t.Errorf("%s: nothing to see in %s", path, a.AttrOr("href", ""))
			}
		})
		if links == 0 || doc.Find("h1").Length() > 0 && text(doc, "h1") == "" {
			t.Errorf("%s: %d links under %q", path, links, text(doc, "h1"))
		}
	}
}
