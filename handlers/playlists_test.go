package handlers_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

const (
	uriA = "spotify:track:AAAAAAAAAAAAAAAAAAAAAA"
	uriB = "spotify:track:BBBBBBBBBBBBBBBBBBBBBB"
	uriC = "spotify:track:CCCCCCCCCCCCCCCCCCCCCC"
	uriE = "spotify:episode:EEEEEEEEEEEEEEEEEEEEEE"
)

// keeper is somebody with three playlists and a library, of which a little was
// heard: Apple three times in 2021 and once in 2023, Berry once, for too short
// a time, and Date often without ever being kept.
func keeper(t *testing.T) *visitor {
	t.Helper()
	music := func(ts, track, artist, album, uri string, ms int) play {
		return play{ts: ts, track: track, artist: artist, album: album, uri: uri, ms: ms, country: "DE", platform: "android", end: "trackdone"}
	}
	plays := []play{
		music("2021-03-01T10:00:00Z", "Apple", "Ann", "Orchard", uriA, 60_000),
		music("2021-03-02T10:00:00Z", "Apple", "Ann", "Orchard", uriA, 60_000),
		music("2021-03-03T10:00:00Z", "Apple", "Ann", "Orchard", uriA, 60_000),
		music("2021-05-01T10:00:00Z", "Berry", "Bob", "Hedge", uriB, 10_000),
		music("2023-06-01T23:30:00Z", "Apple", "Ann", "Orchard", uriA, 120_000),
		{ts: "2021-06-02T10:00:00Z", episode: "Talk", show: "Show", uri: uriE, ms: 600_000, country: "DE", platform: "android", end: "trackdone"},
	}
	for _, d := range []string{"01", "02", "03", "04", "05"} {
		plays = append(plays, music("2023-07-"+d+"T10:00:00Z", "Date", "Dan", "Palm", "spotify:track:DDDDDDDDDDDDDDDDDDDDDD", 90_000))
	}
	v := newSite(t).visitor(t)
	v.upload("", file{"x.zip", zipped(t,
		file{"Spotify Extended Streaming History/Streaming_History_Audio_2021-2023.json", history(plays...)},
		document(t, "Playlist1.json", object{"playlists": []object{
			{"name": "Fruit", "lastModifiedDate": "2022-01-01", "description": "for the cellar", "numberOfFollowers": 2, "collaborators": []string{"someone"},
				"items": []object{
					listed("Apple", "Ann", uriA, "2021-01-01"), listed("Berry", "Bob", uriB, "2021-02-01"), listed("Cherry", "Cid", uriC, "2021-03-01"),
					{"episode": object{"episodeName": "Talk", "showName": "Show", "episodeUri": uriE}, "addedDate": "2021-04-01"},
				}},
			{"name": "Fruit", "lastModifiedDate": "2023-01-01", "items": []object{listed("Cherry", "Cid", uriC, "2022-03-01"), listed("Apple", "Ann", uriA, "2020-01-01"), listed("Cherry", "Cid", uriC, "2022-03-02")}},
			{"name": "Étude", "lastModifiedDate": "2020-01-01", "items": []object{}},
		}}),
		document(t, "YourLibrary.json", object{
			"tracks": []object{
				{"track": "Apple", "artist": "Ann", "album": "Orchard", "uri": uriA}, {"track": "Berry", "artist": "Bob", "album": "Hedge", "uri": uriB},
				{"track": "Cherry", "artist": "Cid", "album": "Tree", "uri": uriC},
			},
			"albums":       []object{{"album": "Orchard", "artist": "ANN"}, {"album": "Orchard", "artist": "Bob"}},
			"artists":      []object{{"name": "Dan", "uri": "spotify:artist:x"}, {"name": "Nobody", "uri": "spotify:artist:y"}},
			"shows":        []object{{"name": "Show", "publisher": "A House"}},
			"episodes":     []object{{"name": "Talk", "show": "Show", "uri": uriE}},
			"bannedTracks": []object{{"track": "Berry", "artist": "Bob", "uri": uriB}}, "bannedArtists": []object{{"name": "Dan"}},
			"venues": []object{{"name": "A Cellar", "uri": "spotify:venue:z"}},
		}),
	)}).want(t, http.StatusCreated)
	return v
}

// rowNames are the names of a table's lines, in order.
func rowNames(doc *goquery.Document) []string {
	var names []string
	doc.Find("#list tbody .name").Each(func(_ int, s *goquery.Selection) { names = append(names, s.Text()) })
	return names
}

// cells are what a line of the table shows beside its name.
func cells(doc *goquery.Document, name string) []string {
	var out []string
	doc.Find("#list tbody tr").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		if s.Find(".name").Text() != name {
			return true
		}
		s.Find("td").Each(func(_ int, c *goquery.Selection) { out = append(out, strings.Join(strings.Fields(c.Text()), " ")) })
		return false
	})
	return out
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func TestPlaylists(t *testing.T) {
	v := keeper(t)
	doc := v.get("/playlists").want(t, http.StatusOK).page(t)
	same(t, "names", rowNames(doc), []string{"Fruit", "Fruit (2)", "Étude"})
	same(t, "headline", text(doc, "h1"), "3 playlists hold 3 different tracks. You never played 2 of them.")
	same(t, "Fruit", cells(doc, "Fruit"), []string{"4", "2", "5", "15 min", "1 Jun 2023", "1 Jan 2022"})
	same(t, "Fruit (2)", cells(doc, "Fruit (2)"), []string{"3", "1", "4", "5 min", "1 Jun 2023", "1 Jan 2023"})
	same(t, "a card shows what it is ordered by", text(doc, "[aria-labelledby=played-most-title] .hours"), "4 plays")
	same(t, "an empty one", cells(doc, "Étude"), []string{"0", "– none", "– none", "– none", "– none", "1 Jan 2020"})
	for order, want := range map[string][]string{
		"name": {"Étude", "Fruit", "Fruit (2)"}, "items": {"Fruit", "Fruit (2)", "Étude"}, "plays": {"Fruit", "Fruit (2)", "Étude"},
		"last": {"Fruit", "Fruit (2)", "Étude"}, "modified": {"Fruit (2)", "Fruit", "Étude"}, "never": {"Fruit", "Fruit (2)", "Étude"},
	} {
		same(t, order, rowNames(v.get("/playlists?order="+order).want(t, http.StatusOK).page(t)), want)
	}
	same(t, "search", rowNames(v.get("/playlists?q=CELLAR").page(t)), []string{"Fruit"})
	doc = v.get("/playlists?q=etude").page(t)
	same(t, "search without accents", rowNames(doc), []string{"Étude"})
	if doc.Find(".cards").Length() != 0 {
		t.Error("cards while somebody searches")
	}
	if got := text(v.get("/playlists?q=zzz").page(t), "#list"); !strings.Contains(got, "Nothing matches “zzz”.") {
		t.Errorf("no hit: %s", got)
	}
	if got := text(v.get("/playlists?page=9").page(t), "#list"); !strings.Contains(got, "The list ends before page 9.") {
		t.Errorf("page 9: %s", got)
	}
}

// TestPlaylistsUnderALens: the lens says which plays count, and in which zone a
// day begins.
func TestPlaylistsUnderALens(t *testing.T) {
	v := keeper(t)
	doc := v.get("/playlists?from=2023&tz=Asia/Tokyo&order=name").want(t, http.StatusOK).page(t)
	same(t, "headline", text(doc, "h1"), "3 playlists hold 3 different tracks. In this selection you did not play 2 of them.")
	same(t, "Fruit", cells(doc, "Fruit"), []string{"4", "3", "1", "2 min", "2 Jun 2023", "1 Jan 2022"})
	doc.Find("#lens a[href], #list .sorts a").Each(func(_ int, s *goquery.Selection) {
		href := s.AttrOr("href", "")
		if strings.HasPrefix(href, "#") {
			return
		}
		u, err := url.Parse(href)
		if err != nil {
			t.Fatal(err)
		}
		sorts := s.ParentsFiltered(".sorts").Length() > 0
		if u.Path != "/playlists" && u.Path != "" || !sorts && u.Query().Get("order") != "name" || u.Query().Get("tz") != "Asia/Tokyo" {
			t.Errorf("%q loses the order or the zone", href)
		}
	})
	doc.Find("#lens form").Each(func(_ int, s *goquery.Selection) {
		back := s.Find(`input[name=return]`).AttrOr("value", "") // of what is sent by POST
		if s.Find(`input[name=order][value=name]`).Length() != 1 && !strings.Contains(back, "order=name") {
			t.Errorf("a form loses the order: %.200s", s.Text())
		}
	})
	same(t, "kinds", cells(v.get("/playlists?kind=podcast").page(t), "Fruit"), []string{"4", "3", "1", "10 min", "2 Jun 2021", "1 Jan 2022"})
	same(t, "min", cells(v.get("/playlists?min=0").page(t), "Fruit"), []string{"4", "1", "6", "15 min", "1 Jun 2023", "1 Jan 2022"})
}

func TestPlaylist(t *testing.T) {
	v := keeper(t)
	href, ok := v.get("/playlists").page(t).Find("#list tbody a.name").First().Attr("href")
	if !ok {
		t.Fatal("no link")
	}
	doc := v.get(href).want(t, http.StatusOK).page(t)
	same(t, "heading", text(doc, "h1"), "Fruit")
	same(t, "in its order", rowNames(doc), []string{"Apple", "Berry", "Cherry", "Talk"})
	same(t, "Apple", cells(doc, "Apple"), []string{"1 Jan 2021", "4", "5 min", "1 Jun 2023"})
	same(t, "too short to count", cells(doc, "Berry"), []string{"1 Feb 2021", "– none", "never played", "– none"})
	same(t, "never played", cells(doc, "Cherry"), []string{"1 Mar 2021", "– none", "never played", "– none"})
	for name, href := range map[string]string{"Apple": "/tracks/AAAAAAAAAAAAAAAAAAAAAA", "Talk": "/episodes/EEEEEEEEEEEEEEEEEEEEEE"} {
		doc.Find("#list a.name").Each(func(_ int, s *goquery.Selection) {
			if s.Text() == name && s.AttrOr("href", "") != href {
				t.Errorf("%s leads to %s", name, s.AttrOr("href", ""))
			}
		})
	}
	same(t, "by name", rowNames(v.get(href+"?order=name").page(t)), []string{"Apple", "Berry", "Cherry", "Talk"})
	same(t, "latest added first", rowNames(v.get(href+"?order=added").page(t)), []string{"Talk", "Cherry", "Berry", "Apple"})
	same(t, "longest first", rowNames(v.get(href + "?order=hours").page(t))[:2], []string{"Talk", "Apple"})
	same(t, "search", rowNames(v.get(href+"?q=bob").page(t)), []string{"Berry"})
	a := v.request(http.MethodGet, "/partials"+href+"?q=bob&order=name", nil, "HX-Trigger", "search").want(t, http.StatusOK)
	same(t, "address", a.Header.Get("HX-Replace-Url"), href+"?order=name&q=bob")
	same(t, "partial", rowNames(a.page(t)), []string{"Berry"})
	if a.page(t).Find("h1").Length() != 0 {
		t.Error("a partial with a heading")
	}
	v.get("/playlists/nothing-like-it").want(t, http.StatusNotFound)
	v.get("/api/v1/playlists/nothing-like-it").want(t, http.StatusNotFound)
}

func TestPlaylistTracks(t *testing.T) {
	v := keeper(t)
	doc := v.get("/playlists/tracks").want(t, http.StatusOK).page(t)
	same(t, "headline", text(doc, "h1"), "3 different tracks in 3 playlists.")
	same(t, "in most first", rowNames(doc), []string{"Cherry", "Apple", "Berry"})
	same(t, "Apple", cells(doc, "Apple"), []string{"2", "1 Jan 2020", "4", "5 min", "1 Jun 2023"})
	var in []string
	doc.Find("#list tbody tr").First().Find(".in a").Each(func(_ int, s *goquery.Selection) { in = append(in, s.Text()) })
	same(t, "Cherry is in", in, []string{"Fruit", "Fruit (2)"})
	same(t, "most played first", rowNames(v.get("/playlists/tracks?order=plays").page(t))[0], "Apple")
	same(t, "search", rowNames(v.get("/playlists/tracks?q=cid").page(t)), []string{"Cherry"})
	same(t, "partial", rowNames(v.get("/partials/playlists/tracks?order=name").want(t, http.StatusOK).page(t)), []string{"Apple", "Berry", "Cherry"})
}

func TestPlaylistsAPI(t *testing.T) {
	v := keeper(t)
	type list struct {
		Playlist map[string]any
		Items    []map[string]any
		Total    int
		Next     *int
	}
	get := func(path string) list {
		var l list
		v.get("/api/v1"+path).want(t, http.StatusOK).json(t, &l)
		return l
	}
	l := get("/playlists?order=name&limit=2")
	if l.Total != 3 || l.Next == nil || *l.Next != 2 || len(l.Items) != 2 {
		t.Fatalf("%+v", l)
	}
	fruit := l.Items[1]
	id, _ := fruit["id"].(string)
	delete(fruit, "id")
	want := map[string]any{
		"name": "Fruit", "display_name": "Fruit", "description": "for the cellar", "modified": "2022-01-01", "collaborators": 1.0, "followers": 2.0,
		"current": true, "items": 4.0, "different_items": 4.0, "plays": 5.0, "ms_played": 910_000.0, "never_played": 2.0, "last": "2023-06-01T23:30:00Z",
	}
	same(t, "playlist", fruit, want)
	if l := get("/playlists?order=name&limit=2&page=2"); l.Next != nil || len(l.Items) != 1 || l.Items[0]["display_name"] != "Fruit (2)" {
		t.Errorf("page 2: %+v", l)
	}
	if l := get("/playlists?page=99"); l.Items == nil || len(l.Items) != 0 || l.Next != nil || l.Total != 3 {
		t.Errorf("page 99: %+v", l)
	}
	one := get("/playlists/" + id + "?limit=1")
	delete(one.Playlist, "id")
	same(t, "one playlist", one.Playlist, want)
	same(t, "its first item", one.Items, []map[string]any{{
		"id": "AAAAAAAAAAAAAAAAAAAAAA", "name": "Apple", "artist": "Ann", "album": "Apple LP", "uri": uriA, "added": "2021-01-01",
		"rows": 4.0, "plays": 4.0, "ms_played": 300_000.0, "first": "2021-03-01T10:00:00Z", "last": "2023-06-01T23:30:00Z",
	}})
	tracks := get("/playlists/tracks?limit=1")
	if tracks.Total != 3 || tracks.Items[0]["name"] != "Cherry" || tracks.Items[0]["times"] != 3.0 || len(tracks.Items[0]["playlists"].([]any)) != 2 {
		t.Errorf("tracks: %+v", tracks)
	}

	var o map[string]any
	v.get("/api/v1/playlists/overview").want(t, http.StatusOK).json(t, &o)
	for key, want := range map[string]any{
		"playlists": 3.0, "empty_playlists": 1.0, "items": 7.0, "items_per_playlist": 7.0 / 3, "tracks": 3.0,
		"tracks_matched": 2.0, "tracks_unmatched": 1.0, "tracks_never_played": 2.0, "plays": 4.0, "ms_played": 310_000.0,
	} {
		same(t, key, o[key], want)
	}
	// 300 s of Apple, 450 s of Date, 600 s of Talk in ten plays, and 10 s of Berry.
	hours := 1360.0 / 3600
	same(t, "history", o["history"], any(map[string]any{"plays": 10.0, "ms_played": 1_360_000.0, "hours": hours, "days": 1360.0 / 86400, "minutes_per_play": 2.25}))
	artists, _ := o["top_artists"].([]any)
	if len(artists) != 3 || artists[0].(map[string]any)["name"] != "Ann" {
		t.Errorf("artists: %v", artists)
	}
	for key, want := range map[string]string{"top_tracks_by_playlists": "Cherry", "top_tracks_by_plays": "Apple"} {
		if list := o[key].([]any); len(list) != 3 || list[0].(map[string]any)["name"] != want {
			t.Errorf("%s: %v", key, list)
		}
	}
}

func TestBadOrderNamesTheField(t *testing.T) {
	v := keeper(t)
	for _, path := range []string{"/playlists?order=colour", "/playlists/tracks?order=items", "/library?order=items", "/library?part=cellar"} {
		_, query, _ := strings.Cut(path, "?")
		field, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		for name := range field {
			for _, prefix := range []string{"", "/partials"} {
				a := v.get(prefix+path).want(t, http.StatusOK)
				if prefix == "" && a.page(t).Find("#mended-"+name).Length() != 1 {
					t.Errorf("%s does not say that %s was not used", path, name)
				}
			}
			var e struct{ Error struct{ Field string } }
			v.get("/api/v1"+path).want(t, http.StatusBadRequest).json(t, &e)
			same(t, path, e.Error.Field, name)
		}
	}
	v.get("/api/v1/playlists?limit=0").want(t, http.StatusBadRequest)
}

// TestNothingBesidePlays: without an account package the pages say what is
// missing and where to bring it, and the navigation does not lead to them.
func TestNothingBesidePlays(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	for path, title := range map[string]string{
		"/playlists": "Your packages hold no playlists.", "/playlists/tracks": "Your packages hold no playlists.", "/library": "Your packages hold no library.",
	} {
		doc := v.get(path+"?min=0").want(t, http.StatusOK).page(t)
		if got := text(doc, "main"); !strings.Contains(got, title) {
			t.Errorf("%s: %s", path, got)
		}
		same(t, path, doc.Find(`main a[href="/receipt?min=0#more"]`).Length(), 1)
		same(t, "navigation to "+path, doc.Find(`#masthead a[href^="/playlists"], #masthead a[href^="/library"]`).Length(), 0)
	}
	for _, path := range []string{"/playlists", "/playlists/tracks", "/library"} {
		var l struct {
			Items []any
			Total int
		}
		v.get("/api/v1"+path).want(t, http.StatusOK).json(t, &l)
		if l.Items == nil || l.Total != 0 {
			t.Errorf("%s: %+v", path, l)
		}
	}
	v.get("/api/v1/playlists/overview").want(t, http.StatusOK)
	doc := keeper(t).get("/").page(t)
	for _, path := range []string{"/playlists", "/library"} {
		if doc.Find(`#masthead a[href="`+path+`"]`).Length() == 0 {
			t.Errorf("no way to %s", path)
		}
	}
}

// TestSampleBelongings: account package and history of one invented listener.
func TestSampleBelongings(t *testing.T) {
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	o := sampletest.Options{Plays: 5_000, Seed: 7, From: to.AddDate(-4, 0, 0), To: to}
	v := newSite(t).visitor(t)
	for name, write := range map[string]func(io.Writer, sampletest.Options) (sample.Counts, error){"account.zip": sampletest.Account, "extended.zip": sampletest.Extended} {
		var b bytes.Buffer
		if _, err := write(&b, o); err != nil {
			t.Fatal(err)
		}
		v.upload("", file{name, b.Bytes()}).want(t, http.StatusCreated)
	}
	doc := v.get("/playlists").want(t, http.StatusOK).page(t)
	same(t, "playlists", rowNames(doc), []string{"Kitchen, loud", "Rainy trams", "夜の散歩"})
	if got := text(doc, "h1"); !strings.HasPrefix(got, "3 playlists hold 54 different tracks. You never played ") {
		t.Error(got)
	}
	same(t, "library's first page", len(rowNames(v.get("/library").want(t, http.StatusOK).page(t))), 50)
}

// TestGenuinePlaylists compares with a plain reading of genuine packages.
func TestGenuinePlaylists(t *testing.T) {
	const folder = "../../shared/exports/"
	account, err := os.ReadFile(folder + "account-2024-same-person.zip")
	if err != nil {
		t.Skip("the genuine packages are not here")
	}
	extended, err := os.ReadFile(folder + "extended-v2-2024-same-person.zip")
	if err != nil {
		t.Fatal(err)
	}
	v := newSite(t).visitor(t)
	v.upload("", file{"a.zip", account}, file{"e.zip", extended}).want(t, http.StatusCreated)

	var lists struct {
		Playlists []struct {
			Items []struct{ Track *struct{ TrackURI string } }
		}
	}
	unzip(t, account, "Playlist1.json", &lists)
	var saved struct{ Tracks, Artists []any }
	unzip(t, account, "YourLibrary.json", &saved)
	items, uris := 0, map[string]bool{}
	for _, l := range lists.Playlists {
		items += len(l.Items)
		for _, it := range l.Items {
			if it.Track != nil {
				uris[it.Track.TrackURI] = true
			}
		}
	}
	var o struct{ Playlists, Items, Tracks, Tracks_matched, Tracks_unmatched int }
	v.get("/api/v1/playlists/overview").want(t, http.StatusOK).json(t, &o)
	if o.Playlists != len(lists.Playlists) || o.Items != items || o.Tracks != len(uris) || o.Tracks_matched+o.Tracks_unmatched != o.Tracks || o.Tracks_matched == 0 {
		t.Errorf("%+v, want %d playlists, %d items, %d tracks", o, len(lists.Playlists), items, len(uris))
	}
	var l struct {
		Counts map[string]int
		Total  int
	}
	v.get("/api/v1/library").want(t, http.StatusOK).json(t, &l)
	if l.Total != len(saved.Tracks) || l.Counts["artists"] != len(saved.Artists) {
		t.Errorf("%+v, want %d tracks, %d artists", l, len(saved.Tracks), len(saved.Artists))
	}
	// What is asked for one playlist must be what the list of them says.
	doc := v.get("/playlists").want(t, http.StatusOK).page(t)
	doc.Find("#list tbody a.name").Each(func(_ int, s *goquery.Selection) {
		v.get(s.AttrOr("href", "")).want(t, http.StatusOK)
	})
	v.upload("", file{"podcasts.zip", mustRead(t, folder+"account-2025-podcasts-audiobooks.zip")}).want(t, http.StatusCreated)
	same(t, "pages", len(crawl(v, 30, func(string) bool { return true })), 30)
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// unzip reads a document out of a package.
func unzip(t *testing.T, pkg []byte, name string, into any) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, "/"+name) })
	if i < 0 {
		t.Fatalf("no %s", name)
	}
	r, err := z.File[i].Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(r).Decode(into); err != nil {
		t.Fatal(err)
	}
}
