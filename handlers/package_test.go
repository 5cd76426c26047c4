package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// toSpotify reports whether a link leads to where people ask Spotify for their
// data, and tells it nothing: the only way out there is.
func toSpotify(s *goquery.Selection) bool {
	return goquery.NodeName(s) == "a" && s.AttrOr("href", "") == web.PrivacyPage && s.AttrOr("rel", "") == "noreferrer"
}

// secrets are the personal values of accountData. They must not be on any page
// that nobody asked to show them.
var secrets = []string{"ada@example.org", "1815-12-10", "+44 20 7946 0958", "12 St James’s Square", "Charles Babbage", "4111 1111 1111 1111"}

// accountData is an account package about the same time as library, under nasty
// names.
func accountData(t testing.TB) file {
	t.Helper()
	type obj = map[string]any
	var entries []file
	add := func(name string, content any) {
		b, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, file{"Spotify Account Data/" + name, b})
	}
	var searches, marquee []obj
	inferences := []string{"1P_Custom_" + nasty[0], "Interest_" + nasty[1], "something new"}
	at := time.Date(2023, 1, 2, 4, 59, 0, 0, time.UTC) // before the first plays of library
	for i := range 130 {
		name := nasty[i%len(nasty)]
		at = at.Add(9 * time.Hour)
		for n, r := range []rune(name)[:3] {
			searches = append(searches, obj{
				"platform": "ANDROID", "searchTime": at.Add(time.Duration(n) * time.Second).Format("2006-01-02T15:04:05.000Z[UTC]"),
				"searchQuery": string([]rune(name)[:n]) + string(r), "searchInteractionURIs": []string{},
			})
		}
		marquee = append(marquee, obj{"artistName": name, "segment": []string{"Super Listeners", "Light listeners", name}[i%3]})
	}
	searches = append(searches, obj{"platform": "", "searchTime": "never", "searchQuery": "timeless", "searchInteractionURIs": nil})
	add("SearchQueries.json", searches)
	add("Marquee.json", marquee)
	add("Inferences.json", obj{"inferences": inferences})
	add("Follow.json", obj{"followerCount": 12, "followingUsersCount": 9, "dismissingUsersCount": 0})
	add("UserPrompts.json", []obj{{"created_timestamp": "2023-05-01T10:00:00Z", "message": nasty[1]}})
	add("TasteProfile.json", obj{"profile": nasty[0]})
	add("PlaylistInABottle.json", obj{"capsule2024": obj{"vessel": nasty[2], "note": nasty[1], "response": []obj{
		{"question": "a_" + nasty[0], "answer": fmt.Sprintf("spotify:track:%022d", 1)}, {"question": "b", "answer": "spotify:track:0000000000000000nowhere"}}}})
	add("PodcastInteractivityRatedShow.json", obj{"ratedShows": []obj{{"showName": nasty[1], "rating": 4, "ratedAt": "2023-05-01T10:00:00Z"}}})
	add("YourSoundCapsule.json", obj{"stats": []obj{
		{"date": "2023-04", "streamCount": 10, "secondsPlayed": 3600, "topArtists": []obj{{"name": nasty[0]}}, "topTracks": []obj{{"name": nasty[1]}}, "topGenres": []obj{{"name": nasty[2]}}},
		{"date": "2023-05-01", "streamCount": 1, "secondsPlayed": 60}, {"date": "2023-05-02", "streamCount": 2, "secondsPlayed": 120},
	}, "highlights": []obj{{"date": "2023-04-02", "highlightType": "FANS"}}})
	add("Wrapped2023.json", obj{
		"topArtists":    obj{"numUniqueArtists": 10, "topArtists": []obj{{"artistUri": "spotify:artist:one"}, {"artistUri": "spotify:artist:two"}}},
		"topTracks":     obj{"topTracks": []string{fmt.Sprintf("spotify:track:%022d", 1), "spotify:track:0000000000000000nowhere"}, "topTrackPlayCount": 3, "distinctTracksPlayed": 7},
		"yearlyMetrics": obj{"totalMsListened": 7_200_000, "mostListenedDay": "2023-02-03"},
		"club":          obj{"name": nasty[1]},
	})
	add("YourLibrary.json", obj{"tracks": []obj{}, "artists": []obj{{"name": nasty[0], "uri": "spotify:artist:one"}}})
	add("Userdata.json", obj{"username": "Ada", "email": secrets[0], "birthdate": secrets[1], "mobileNumber": secrets[2], "facebookUid": nil, "createdFromFacebook": false})
	add("FamilyPlan.json", obj{"plan": "duo", "members": []obj{{"name": secrets[4], "street": secrets[3]}}, "deep": [][]any{{obj{"x": secrets[4]}}}})
	add("Payments.json", obj{"payment_method": secrets[5]})
	add("SomethingNew.json", obj{"colour": nasty[1], "contact_email": secrets[0], "list": []any{}, "rows": []obj{{"a": 1, "phone": secrets[2]}, {"a": true, "b": nil}}, nasty[0]: []string{nasty[1]}})
	return file{"my_spotify_account.zip", zipped(t, entries...)}
}

// withAccount is a visitor with library and accountData.
func withAccount(t *testing.T) *visitor {
	t.Helper()
	v := newSite(t).visitor(t)
	v.upload("", library(t), accountData(t)).want(t, http.StatusCreated)
	return v
}

// soundPage fails on what no page may have: markup out of a name, secrets, links
// that lead elsewhere, an ID twice.
func soundPage(t *testing.T, path string, a answer) *goquery.Document {
	t.Helper()
	doc := a.want(t, http.StatusOK).page(t)
	for _, tag := range []string{"script:not([src])", "em", "img:not([src^='/pictures/'])", "style", "[style]", "iframe"} {
		if n := doc.Find(tag).Length(); n != 0 {
			html, _ := goquery.OuterHtml(doc.Find(tag).First())
			t.Errorf("%s: %d × %s: %.200s", path, n, tag, html)
		}
	}
	ids := map[string]bool{}
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, attr := range s.Nodes[0].Attr {
			switch {
			case strings.HasPrefix(attr.Key, "on"):
				t.Errorf("%s: attribute %s", path, attr.Key)
			case (attr.Key == "href" || attr.Key == "action") && !strings.HasPrefix(attr.Val, "/") && !strings.HasPrefix(attr.Val, "#") && !strings.HasPrefix(attr.Val, "?") && !toSpotify(s):
				t.Errorf("%s: %s=%q leads elsewhere", path, attr.Key, attr.Val)
			case attr.Key == "id":
				if ids[attr.Val] {
					t.Errorf("%s: id %q twice", path, attr.Val)
				}
				ids[attr.Val] = true
			}
		}
	})
	if !strings.Contains(path, "reveal=1") {
		for _, s := range secrets {
			if strings.Contains(string(a.body), s) {
				t.Errorf("%s shows %q unasked", path, s)
			}
		}
	}
	return doc
}

func TestPagesOfThePackage(t *testing.T) {
	v := withAccount(t)
	paths := []string{
		"/searches", "/searches?page=2", "/searches?page=9", "/searches?q=script", "/searches?q=nothing-like-this", "/searches?from=2023-01-10&to=2023-01-20&tz=Asia/Tokyo", "/searches?from=1999&to=1999",
		"/partials/searches?q=em", "/partials/searches/older?page=2", "/opinions", "/wrapped", "/wrapped?tz=Pacific/Kiritimati",
		"/privacy", "/privacy?platform=web&country=DE&from=2023-02", "/privacy?reveal=1", "/privacy?only=offline,skipped", "/documents", "/documents?q=zip&order=name", "/documents?order=newest", "/documents?order=size", "/documents?order=size&page=7", "/documents?q=nothing-like-this",
		"/partials/documents?q=user", "/receipt", "/receipt?tz=America/New_York",
	}
	v.get("/documents").want(t, http.StatusOK).page(t).Find("#list a[href^='/documents/']").Each(func(_ int, s *goquery.Selection) {
		paths = append(paths, s.AttrOr("href", ""), s.AttrOr("href", "")+"?reveal=1")
	})
	if len(paths) < 23+2*14 {
		t.Fatalf("the list leads to too few documents: %v", paths)
	}
	for _, path := range paths {
		doc := soundPage(t, path, v.get(path))
		if !strings.HasPrefix(path, "/partials") && doc.Find("h1").Length() != 1 {
			t.Errorf("%s: %d headings of the first order", path, doc.Find("h1").Length())
		}
		for _, link := range []string{"/searches", "/opinions", "/wrapped", "/privacy", "/documents"} {
			if !strings.HasPrefix(path, "/partials") && doc.Find(`nav a[href^="`+link+`"]`).Length() == 0 {
				t.Errorf("%s: no way to %s", path, link)
			}
		}
	}
	v.get("/documents/0").want(t, http.StatusNotFound)
	v.get("/documents/"+strings.Repeat("x", 16)).want(t, http.StatusNotFound)
	if logs := v.site.logs.String(); slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(logs, s) }) {
		t.Errorf("a secret is in the log:\n%s", logs)
	}
}

func TestPersonalValuesAreShownWhenAskedFor(t *testing.T) {
	v := withAccount(t)
	body := string(v.get("/privacy?reveal=1").want(t, http.StatusOK).body)
	for _, s := range secrets {
		if !strings.Contains(body, s) {
			t.Errorf("%q is not shown", s)
		}
	}
	doc := v.get("/privacy").want(t, http.StatusOK).page(t)
	form := doc.Find("form.reveal")
	if form.AttrOr("action", "") != "/privacy" || form.Find(`input[name="reveal"][value="1"]`).Length() != 1 {
		html, _ := goquery.OuterHtml(form)
		t.Errorf("no way to ask for the values: %s", html)
	}
	// Shown or hidden, the rest of the page is the same, and there is a way back.
	shown := v.get("/privacy?reveal=1").page(t)
	if got := shown.Find(".reveal a").AttrOr("href", ""); got != "/privacy" || text(shown, "h1") != text(doc, "h1") {
		t.Errorf("hidden again by %q, under the heading %q", got, text(shown, "h1"))
	}
	if n := doc.Find(".masked").Length(); n < len(secrets) {
		t.Errorf("%d masked values", n)
	}
	user := v.get("/documents?q=Userdata").want(t, http.StatusOK).page(t).Find("#list a[href^='/documents/']").AttrOr("href", "")
	if got := string(v.get(user+"?reveal=1").want(t, http.StatusOK).body); !strings.Contains(got, secrets[0]) {
		t.Error("the document does not show what was asked for")
	}
	if body := string(v.get("/api/v1/privacy").want(t, http.StatusOK).body); slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(body, s) }) {
		t.Error("the API gives a personal value away")
	}
}

func TestSearchesArePaged(t *testing.T) {
	v := withAccount(t)
	var all struct {
		Items []struct {
			From   *string
			Text   string
			Played *struct{ Name string }
		}
		Total int
		Next  *int
	}
	v.get("/api/v1/searches?limit=1000").want(t, http.StatusOK).json(t, &all)
	if all.Total != len(all.Items) || all.Total < 100 || all.Next != nil {
		t.Fatalf("%d of %d, next %v", len(all.Items), all.Total, all.Next)
	}
	if last := all.Items[all.Total-1]; last.From != nil || last.Text != "timeless" {
		t.Errorf("what has no time does not come last: %+v", last)
	}
	first := v.get("/searches").want(t, http.StatusOK).page(t)
	older := first.Find("a[rel=next]")
	rest := v.get(older.AttrOr("hx-get", "")).want(t, http.StatusOK).page(t)
	if got := first.Find("li.searched").Length() + rest.Find("li.searched").Length(); got != all.Total {
		t.Errorf("two pages show %d of %d searches", got, all.Total)
	}
	if got := v.get(older.AttrOr("href", "")).want(t, http.StatusOK).page(t).Find("li.searched").Length(); got != rest.Find("li.searched").Length() {
		t.Errorf("without JavaScript the second page shows %d", got)
	}
	a := v.get("/partials/searches?q=SCRIPT")
	if a.Header.Get("HX-Replace-Url") != "" {
		t.Error("a partial nobody typed moves the address")
	}
	a = v.request(http.MethodGet, "/partials/searches?q=x", nil, "HX-Trigger", "search")
	if got := a.Header.Get("HX-Replace-Url"); got != "/searches?q=x" {
		t.Errorf("typing leads to %q", got)
	}
}

func TestWrappedIsHeldAgainstThePlays(t *testing.T) {
	v := withAccount(t)
	var got struct {
		Items []struct {
			Year    int
			Spotify struct {
				MsPlayed int64 `json:"ms_played"`
			}
			Cutoffs []struct {
				MsPlayed int64 `json:"ms_played"`
			} `json:"cut_offs"`
			Differences []struct {
				MsPlayed int64 `json:"ms_played"`
			}
		}
	}
	v.get("/api/v1/wrapped").want(t, http.StatusOK).json(t, &got)
	if len(got.Items) != 1 || got.Items[0].Year != 2023 || got.Items[0].Spotify.MsPlayed != 7_200_000 {
		t.Fatalf("%+v", got)
	}
	a := got.Items[0]
	sum := a.Cutoffs[len(a.Cutoffs)-1].MsPlayed
	for _, d := range a.Differences {
		sum += d.MsPlayed
	}
	if sum != a.Spotify.MsPlayed {
		t.Errorf("the differences lead to %d, not to Spotify's %d", sum, a.Spotify.MsPlayed)
	}
	doc := v.get("/wrapped").want(t, http.StatusOK).page(t)
	if got := doc.Find("#wrapped-2023 table.versus tbody tr").Length(); got < 4 {
		t.Errorf("%d figures", got)
	}
	if got := doc.Find("#wrapped-2023 table.pairs tbody tr").Length(); got != 4 {
		t.Errorf("%d places in lists, want 4", got)
	}
}

func TestOpinions(t *testing.T) {
	v := withAccount(t)
	doc := v.get("/opinions").want(t, http.StatusOK).page(t)
	for _, id := range []string{"marquee", "inferences", "taste", "follow", "prompts", "bottle", "podcasts", "capsule"} {
		if doc.Find("section.opinion#"+id).Length() != 1 {
			t.Errorf("%s is missing", id)
		}
	}
	if got := text(doc, "#prompts blockquote"); got != nasty[1] {
		t.Errorf("the prompt is %q", got)
	}
	if doc.Find("#marquee a[href^='/artists/']").Length() == 0 {
		t.Error("no artist of Marquee leads to the artist's page")
	}
	if got := doc.Find("#capsule tbody tr").Length(); got != 2 {
		t.Errorf("%d months, want 2", got)
	}
}

func TestCoverageOnTheReceipt(t *testing.T) {
	v := withAccount(t)
	doc := v.get("/receipt").want(t, http.StatusOK).page(t)
	if doc.Find("figure.coverage .coverage-exact svg a.stretch").Length() == 0 {
		t.Error("no bands of the extended history")
	}
	a := v.get(doc.Find(`a[href*="download=1"]`).AttrOr("href", "")).want(t, http.StatusOK)
	if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="receipt.json"` {
		t.Errorf("the receipt comes as %q", got)
	}
	var got struct {
		From, To string
		Days     int
		Sources  []struct {
			Source    string
			Stretches []struct{ Days, Rows int }
		}
		Gaps, Overlaps []struct{ Days int }
	}
	v.get("/api/v1/coverage").want(t, http.StatusOK).json(t, &got)
	if got.From != "2023-01-02" || len(got.Sources) != 2 || len(got.Sources[0].Stretches) != 1 || got.Sources[0].Stretches[0].Rows != 400 || len(got.Gaps) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestWithoutAccountData(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	for _, path := range []string{"/searches", "/opinions", "/wrapped", "/documents"} {
		doc := soundPage(t, path, v.get(path))
		if doc.Find(`main a[href^="/receipt#more"]`).Length() == 0 {
			t.Errorf("%s does not say what to do", path)
		}
		if doc.Find(`nav a[href^="`+path+`"]`).Length() != 0 {
			t.Errorf("%s is in the navigation and holds nothing", path)
		}
	}
	soundPage(t, "/privacy", v.get("/privacy"))
	for _, path := range []string{"/searches", "/opinions", "/wrapped", "/privacy", "/documents", "/coverage"} {
		if body := string(v.get("/api/v1"+path).want(t, http.StatusOK).body); strings.Contains(strings.ReplaceAll(body, `"from":null`, ""), ":null,") && path != "/searches" {
			t.Errorf("%s: a list that is null: %.200s", path, body)
		}
	}
}

// packagesOf are the packages of an invented listener.
func packagesOf(t testing.TB, o sampletest.Options) []file {
	t.Helper()
	var extended, account, log bytes.Buffer
	if _, err := sampletest.Extended(&extended, o); err != nil {
		t.Fatal(err)
	}
	if _, err := sampletest.Account(&account, o); err != nil {
		t.Fatal(err)
	}
	if _, err := sampletest.TechnicalLog(&log, o); err != nil {
		t.Fatal(err)
	}
	return []file{{"history.zip", extended.Bytes()}, {"account.zip", account.Bytes()}, {"log.zip", log.Bytes()}}
}

// threeYears hold something of every kind.
var threeYears = sampletest.Options{Plays: 3000, Seed: 3, Generation: sampletest.V3b, From: time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}

func TestSamplePackages(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", packagesOf(t, threeYears)...).want(t, http.StatusCreated)
	for _, path := range packagePaths {
		a := v.get(path)
		soundPage(t, path, a)
		if strings.Contains(string(a.body), "listener@example.com") {
			t.Errorf("%s shows the address unasked", path)
		}
	}
	var got struct {
		Overlaps []struct{ Days int }
		Gaps     []struct{ Days int }
	}
	v.get("/api/v1/coverage").want(t, http.StatusOK).json(t, &got)
	if len(got.Overlaps) != 1 || got.Overlaps[0].Days < 300 {
		t.Errorf("the account package covers the last year again, and the map says %+v", got)
	}
}

// packagePaths are the pages of what the packages hold beside the plays.
var packagePaths = func() (paths []string) {
	for _, v := range handlers.Views() {
		if v.Group > web.TheHistory {
			paths = append(paths, v.Path)
		}
	}
	return paths
}()

// TestGenuinePackages looks at packages as Spotify handed them out.
func TestGenuinePackages(t *testing.T) {
	names, err := filepath.Glob("../../shared/exports/account-*.zip")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Skip("../shared/exports is not here: no genuine packages to look at")
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			v := newSite(t).visitor(t)
			v.upload("", file{filepath.Base(name), b}).want(t, http.StatusCreated)
			for _, path := range packagePaths {
				soundPage(t, path, v.get(path))
			}
			list := v.get("/documents").want(t, http.StatusOK).page(t)
			n := list.Find("#list a[href^='/documents/']").Each(func(_ int, s *goquery.Selection) {
				soundPage(t, s.AttrOr("href", ""), v.get(s.AttrOr("href", "")))
			}).Length()
			if n < 10 {
				t.Errorf("only %d documents", n)
			}
			if got := v.get("/searches").page(t).Find("li.searched").Length(); got == 0 {
				t.Error("no searches")
			}
		})
	}
}

// TestDocumentsWithoutPlays looks at an account package that holds no history.
func TestDocumentsWithoutPlays(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", accountData(t)).want(t, http.StatusCreated)
	for _, path := range packagePaths {
		soundPage(t, path, v.get(path))
		v.get("/api/v1/"+strings.TrimPrefix(path, "/")).want(t, http.StatusOK)
	}
	if got := v.get("/searches").page(t).Find("li.searched").Length(); got == 0 {
		t.Error("no searches")
	}
}

// TestListsOfTheAPIEnd: a page that holds the last item leads nowhere.
func TestListsOfTheAPIEnd(t *testing.T) {
	v := withAccount(t)
	for _, path := range []string{"/top/tracks", "/searches"} {
		var list struct {
			Total int
			Next  *int
		}
		ask := func(limit int) {
			t.Helper()
			v.get(fmt.Sprintf("/api/v1%s?limit=%d", path, limit)).want(t, http.StatusOK).json(t, &list)
		}
		ask(1)
		total := list.Total
		if ask(total); total < 2 || list.Next != nil {
			t.Errorf("%s: after all %d comes page %v", path, total, list.Next)
		}
		if ask(total - 1); list.Next == nil || *list.Next != 2 {
			t.Errorf("%s: one is left, and next is %v", path, list.Next)
		}
	}
}

// TestDocumentsOfOneName: each has an address of its own.
func TestDocumentsOfOneName(t *testing.T) {
	v := newSite(t).visitor(t)
	inferences := func(name, content string) file {
		return file{name, zipped(t, file{"Spotify Account Data/Inferences.json", []byte(content)})}
	}
	v.upload("", inferences("a.zip", `{"inferences":["one"]}`), inferences("b.zip", `{"inferences":["two"]}`)).want(t, http.StatusCreated)
	var list struct{ Items []struct{ ID string } }
	v.get("/api/v1/documents").want(t, http.StatusOK).json(t, &list)
	if len(list.Items) != 2 || list.Items[0].ID == list.Items[1].ID {
		t.Fatalf("documents: %v", list.Items)
	}
	contents := make(map[string]bool)
	for _, d := range list.Items {
		contents[string(v.get("/api/v1/documents/"+d.ID).want(t, http.StatusOK).body)] = true
	}
	if len(contents) != 2 {
		t.Errorf("both addresses give %v", contents)
	}
}
