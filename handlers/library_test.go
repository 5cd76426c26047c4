package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func TestLibrary(t *testing.T) {
	v := keeper(t)
	doc := v.get("/library").want(t, http.StatusOK).page(t)
	same(t, "headline", text(doc, "h1"), "You saved 3 tracks and 1 episode; 2 of them you never played.")
	same(t, "tracks", rowNames(doc), []string{"Apple", "Berry", "Cherry"})
	same(t, "Apple", cells(doc, "Apple"), []string{"Orchard", "4", "5 min", "1 Jun 2023"})
	var tabs []string
	doc.Find(".tabs a").Each(func(_ int, s *goquery.Selection) { tabs = append(tabs, strings.Join(strings.Fields(s.Text()), " ")) })
	same(t, "tabs", tabs, []string{"Tracks 3", "Albums 2", "Artists 2", "Shows 1", "Episodes 1", "Banned 2", "Other 1", "Never played 2", "Not saved", "Abandoned 1"})
	for part, want := range map[string][]string{
		"albums": {"Orchard", "Orchard"}, "artists": {"Dan", "Nobody"}, "shows": {"Show"}, "episodes": {"Talk"},
		"banned": {"Berry", "Dan"}, "other": {"A Cellar"}, "never": {"Berry", "Cherry"}, "unsaved": {"Date"}, "abandoned": {"Talk"},
	} {
		doc := v.get("/library?part="+part).want(t, http.StatusOK).page(t)
		same(t, part, rowNames(doc), want)
		same(t, part+": current tab", doc.Find(".tabs a[aria-current]").Length(), 1)
	}
	// An album is found by its name and its artist's, an artist and a show by
	// their own name.
	same(t, "album", cells(v.get("/library?part=albums").page(t), "Orchard"), []string{"4", "5 min", "1 Jun 2023"})
	doc = v.get("/library?part=artists").page(t)
	same(t, "artist", cells(doc, "Dan"), []string{"5", "8 min", "5 Jul 2023"})
	same(t, "unknown artist", cells(doc, "Nobody"), []string{"– none", "never played", "– none"})
	same(t, "show", cells(v.get("/library?part=shows").page(t), "Show"), []string{"1", "10 min", "2 Jun 2021"})
	same(t, "search", rowNames(v.get("/library?part=tracks&q=hedge").page(t)), []string{"Berry"})
}

// A card shows the figure that its order is by.
func TestLibraryCards(t *testing.T) {
	doc := keeper(t).get("/library").page(t)
	same(t, "played most", text(doc, "[aria-labelledby=unsaved-title] .hours"), "5 plays")
	same(t, "abandoned", text(doc, "[aria-labelledby=abandoned-title] .hours"), "10 min")
}

// TestLibraryUnderALens: figures follow the lens, but what was never played or
// abandoned does not depend on the days somebody looks at.
func TestLibraryUnderALens(t *testing.T) {
	v := keeper(t)
	doc := v.get("/library?from=2021&to=2021&part=tracks&order=name").want(t, http.StatusOK).page(t)
	same(t, "Apple", cells(doc, "Apple"), []string{"Orchard", "3", "3 min", "3 Mar 2021"})
	same(t, "headline", text(doc, "h1"), "You saved 3 tracks and 1 episode; 2 of them you never played.")
	same(t, "abandoned", rowNames(v.get("/library?from=2021&to=2021&part=abandoned").page(t)), []string{"Talk"})
	doc.Find("#lens a[href], #list .sorts a").Each(func(_ int, s *goquery.Selection) {
		if href := s.AttrOr("href", ""); !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "/library?part=tracks") && !(strings.HasPrefix(href, "?") && strings.Contains(href, "&part=tracks")) {
			t.Errorf("%q loses the part", href)
		}
	})
	a := v.request(http.MethodGet, "/partials/library?part=artists&q=dan&page=1&order=last", nil, "HX-Trigger", "search").want(t, http.StatusOK)
	same(t, "address", a.Header.Get("HX-Replace-Url"), "/library?part=artists&order=last&q=dan")
	same(t, "partial", rowNames(a.page(t)), []string{"Dan"})
}

func TestLibraryAPI(t *testing.T) {
	v := keeper(t)
	var l struct {
		Part   string
		Counts map[string]int
		Items  []map[string]any
		Total  int
		Next   *int
	}
	v.get("/api/v1/library?limit=1").want(t, http.StatusOK).json(t, &l)
	same(t, "part", l.Part, "tracks")
	same(t, "counts", l.Counts, map[string]int{"tracks": 3, "albums": 2, "artists": 2, "shows": 1, "episodes": 1, "banned": 2, "other": 1})
	if l.Total != 3 || l.Next == nil || *l.Next != 2 {
		t.Errorf("%+v", l)
	}
	same(t, "item", l.Items, []map[string]any{{
		"id": "AAAAAAAAAAAAAAAAAAAAAA", "name": "Apple", "artist": "Ann", "album": "Orchard", "uri": uriA,
		"rows": 4.0, "plays": 4.0, "ms_played": 300_000.0, "first": "2021-03-01T10:00:00Z", "last": "2023-06-01T23:30:00Z",
	}})
	v.get("/api/v1/library?part=banned").want(t, http.StatusOK).json(t, &l)
	if len(l.Items) != 2 || l.Items[1]["kind"] != "artist" {
		t.Errorf("%+v", l.Items)
	}
}
