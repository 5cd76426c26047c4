package handlers_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// technicalLog is a log with more changes than a page holds, several of them in
// the same second, under names that try to break out.
func technicalLog(t testing.TB) file {
	t.Helper()
	saved := make([]string, 250)
	for i := range saved {
		at := 1_672_600_000 + i/3*600
		saved[i] = fmt.Sprintf(`{"timestamp_utc":%d,"context_ip":"203.0.113.77","message_uri":"spotify:track:%022d","message_device_id":"secret-device"}`, at, i%90)
	}
	return file{"my_log.zip", zipped(t,
		file{"Spotify Technical Log Information/AddedToCollection.json", []byte("[" + strings.Join(saved, ",") + "]")},
		file{"Spotify Technical Log Information/AddedToPlaylist.json", []byte(`[
			{"timestamp_utc":"2023-03-01T10:00:00.000Z","message_playlist_uri":"spotify:playlist:A1","message_item_uris":["spotify:track:0000000000000000000001","spotify:track:0000000000000000000002","spotify:track:1000000000000000000003","spotify:track:1000000000000000000004","spotify:track:1000000000000000000005","spotify:track:1000000000000000000006","spotify:track:1000000000000000000007"]},
			{"timestamp_utc":"2023-03-01T11:00:00.000Z","message_playlist_uri":"spotify:playlist:unknown","message_item_uri":"spotify:track:0000000000000000000002","message_position":4},
			{"timestamp_utc":"2023-03-01T11:00:00.000Z","context_time":1}]`)},
		file{"Spotify Technical Log Information/PlaylistCreated.json", []byte(`[{"timestamp_utc":"2023-02-28T10:00:00Z","message_uri":"spotify:playlist:A1","message_name":"<em>x</em>"}]`)},
		file{"Spotify Technical Log Information/ConnectionError.json", []byte(`[{"timestamp_utc":"2023-02-28T10:00:00Z","context_ip":"203.0.113.77"},{"timestamp_utc":"2023-02-28T10:00:01Z","context_ip":"203.0.113.77"}]`)},
	)}
}

func withLog(t *testing.T) *visitor {
	t.Helper()
	v := newSite(t).visitor(t)
	v.upload("", library(t), belongings(t), technicalLog(t)).want(t, http.StatusCreated)
	return v
}

func TestChangesPage(t *testing.T) {
	v := withLog(t)
	doc := soundPage(t, "/changes", v.get("/changes"))
	if got := text(doc, "main h1"); got != "You saved something 250 times and put something into a playlist 8 times." {
		t.Errorf("headline %q", got)
	}
	if got := text(doc, "#list .count"); got != "253 changes" {
		t.Errorf("count %q", got)
	}
	rows := doc.Find("#list li.changed")
	if rows.Length() != 100 {
		t.Fatalf("%d changes on the page", rows.Length())
	}
	// The newest: a playlist that nothing names.
	first := rows.Eq(0)
	if got := strings.Join(strings.Fields(first.Find(".where").Text()), " "); got != "to a playlist whose name is not known" {
		t.Errorf("first change: %q", got)
	}
	if got := first.Find("a.name").AttrOr("href", ""); got != "/tracks/0000000000000000000002" {
		t.Errorf("it leads to %q", got)
	}
	// Several items at once: those never played have no page, and most are folded away.
	second := rows.Eq(1)
	if a, all := second.Find(".items a.name").Length(), second.Find(".items > li").Length(); a != 2 || all != 5 {
		t.Errorf("%d of %d items are links", a, all)
	}
	if got := second.Find(".note").Text(); got != "and 2 more" {
		t.Errorf("the rest is %q", got)
	}
	// The log names the playlist, and one of that name is in the account data.
	if a := second.Find(".where a"); a.Text() != "<em>x</em>" || !strings.HasPrefix(a.AttrOr("href", ""), "/playlists/") {
		t.Errorf("playlist %q at %q", a.Text(), a.AttrOr("href", ""))
	} else {
		v.get(a.AttrOr("href", "")).want(t, http.StatusOK)
	}
	if got := doc.Find(`nav a[href="/changes"]`).Text(); !strings.Contains(got, "Changes") {
		t.Error("not in the navigation")
	}
	var tabs []string
	doc.Find(".tabs a").Each(func(_ int, s *goquery.Selection) {
		tabs = append(tabs, strings.Join(strings.Fields(s.Text()), " ")+" "+s.AttrOr("href", ""))
	})
	if fmt.Sprint(tabs) != "[All 253 /changes Saved 250 /changes?change=saved Added to playlist 2 /changes?change=added_to_playlist Playlist created 1 /changes?change=playlist_created]" {
		t.Errorf("tabs %q", tabs)
	}
	if body := string(v.get("/changes").body) + string(v.get("/documents").body); strings.Contains(body, "203.0.113") || strings.Contains(body, "secret-device") {
		t.Error("an address or a device got through")
	}
}

// TestChangesArePaged walks to the end and back, in both orders, and meets
// every change once.
func TestChangesArePaged(t *testing.T) {
	v := withLog(t)
	type answer struct {
		Items []struct {
			At    string
			Items []struct{ URI string }
		}
		Total int
		Next  *string
	}
	var all []string
	for next := ""; ; {
		var a answer
		v.get("/api/v1/changes?limit=37&after="+next).want(t, http.StatusOK).json(t, &a)
		if a.Total != 253 {
			t.Fatalf("%d in all", a.Total)
		}
		for _, it := range a.Items {
			line := it.At
			for _, i := range it.Items {
				line += " " + i.URI
			}
			all = append(all, line)
		}
		if a.Next == nil {
			break
		}
		next = *a.Next
	}
	if len(all) != 253 || !slices.IsSortedFunc(all, func(a, b string) int { return strings.Compare(b[:20], a[:20]) }) {
		t.Fatalf("%d changes, or not the newest first", len(all))
	}
	for _, order := range []string{"", "order=oldest&"} {
		path, back := "/changes?"+order, ""
		var seen []string
		for path != "" {
			doc := v.get(path).want(t, http.StatusOK).page(t)
			doc.Find("#list li.changed").Each(func(_ int, s *goquery.Selection) {
				seen = append(seen, s.Find("time").AttrOr("datetime", "")+s.Find(".items").Text())
			})
			back = doc.Find(`#list a[rel=prev]`).AttrOr("href", "")
			if partial := doc.Find(`#list .older a`).AttrOr("hx-get", ""); partial != "" {
				if n := v.get(partial).want(t, http.StatusOK).page(t).Find("li.changed").Length(); n == 0 {
					t.Errorf("%s holds nothing", partial)
				}
			}
			path = doc.Find(`#list .older a`).AttrOr("href", "")
		}
		if len(seen) != 253 {
			t.Errorf("%d changes on the pages, order %q", len(seen), order)
		}
		doc := v.get(back).want(t, http.StatusOK).page(t)
		page := doc.Find("#list li.changed")
		if got := page.Eq(0).Find("time").AttrOr("datetime", "") + page.Eq(0).Find(".items").Text(); page.Length() != 100 || got != seen[100] {
			t.Errorf("back leads to %q, want %q", got, seen[100])
		}
	}
}

func TestChangesAreNarrowed(t *testing.T) {
	v := withLog(t)
	for query, want := range map[string]int{
		"change=added_to_playlist": 2, "change=removed": 0, "change=playlist_created": 1,
		"from=2023-03": 2, "to=2023-02-27": 250, "from=2023-02-28&to=2023-02-28&tz=Asia/Tokyo": 1,
		"q=EM+x": -1, "q=nothing-like-this": 0, "change=added_to_playlist&q=no-such": 0,
	} {
		var a struct{ Total int }
		v.get("/api/v1/changes?"+query).want(t, http.StatusOK).json(t, &a)
		doc := soundPage(t, query, v.get("/changes?"+query))
		if n := doc.Find("#list li.changed").Length(); want >= 0 && a.Total != want || n != min(a.Total, 100) {
			t.Errorf("%s: %d in the answer, %d on the page, want %d", query, a.Total, n, want)
		}
		if want == 0 && doc.Find("#list .empty a.button").Length() != 1 {
			t.Errorf("%s: nothing says what to do", query)
		}
		if n := v.get("/partials/changes?"+query).want(t, http.StatusOK).page(t).Find("li.changed").Length(); n != min(a.Total, 100) {
			t.Errorf("%s: %d in the partial", query, n)
		}
	}
	for query, field := range map[string]string{"change=lost": "change", "order=random": "order", "after=x": "after", "limit=0": "limit"} {
		var refusal struct{ Error struct{ Field string } }
		if v.get("/api/v1/changes?"+query).want(t, http.StatusBadRequest).json(t, &refusal); refusal.Error.Field != field {
			t.Errorf("%s: refused for %q", query, refusal.Error.Field)
		}
	}
	v.get("/changes?after=n1.0").want(t, http.StatusOK)
	v.get("/changes?after=o1.0").want(t, http.StatusOK)
}

func TestReceiptOfATechnicalLog(t *testing.T) {
	v := withLog(t)
	var r struct {
		Changes, Telemetry int
		Lines              []struct {
			Name, Class, Status, Reason string
			Changes, Telemetry, Rows    int
		}
	}
	v.get("/api/v1/receipt").json(t, &r)
	if r.Changes != 253 || r.Telemetry != 3 {
		t.Errorf("%d changes, %d rows of telemetry", r.Changes, r.Telemetry)
	}
	doc := v.get("/receipt").page(t)
	if got := text(doc, "main .lede"); !strings.Contains(got, "Of the technical log, 253 changes to library and playlists are kept and 3 rows of telemetry are not.") {
		t.Errorf("lede %q", got)
	}
	lines := map[string]string{}
	doc.Find("table.files tbody tr").Each(func(_ int, s *goquery.Selection) {
		lines[s.Find(".file-name").Text()] = strings.Join(strings.Fields(s.Text()), " ")
	})
	for name, want := range map[string][]string{
		"AddedToCollection": {"250", "changes to your library"}, "ConnectionError": {"telemetry about apps and devices, counted and not kept", "2", "0"},
		"AddedToPlaylist": {"1 row says nothing of what changed and is not kept.", "3", "2"},
	} {
		line := lines["Spotify Technical Log Information/"+name+".json"]
		for _, w := range want {
			if !strings.Contains(line, w) {
				t.Errorf("%s: %q does not say %q", name, line, w)
			}
		}
	}

	none := newSite(t).visitor(t)
	none.upload("", library(t)).want(t, http.StatusCreated)
	doc = soundPage(t, "/changes", none.get("/changes"))
	if got := doc.Find("main .empty a.button").AttrOr("href", ""); got != "/receipt#more" {
		t.Errorf("without a log the page leads to %q", got)
	}
	if doc.Find(`nav a[href^="/changes"]`).Length() != 0 {
		t.Error("in the navigation without a change")
	}
}
