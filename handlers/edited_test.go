package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Files that went through somebody's editor.

func TestAFileInWindows1252(t *testing.T) {
	v := newSite(t).visitor(t)
	content := []byte(`[{"endTime":"2023-02-03 10:00","msPlayed":61000,"artistName":"Bj` + "\xf6" + `rk","trackName":"J` + "\xf3ga \x93live\x94" + `"}]`)
	v.upload("", file{"StreamingHistory0.json", content}).want(t, http.StatusCreated)
	if got := v.get("/history").page(t).Find(".play .names").Text(); !strings.Contains(got, "Jóga “live”") || !strings.Contains(got, "Björk") {
		t.Errorf("the history has %q", got)
	}
	if got := soundPage(t, "/receipt", v.get("/receipt")).Find("main").Text(); !strings.Contains(got, "not UTF-8 but Windows-1252") {
		t.Errorf("the receipt does not say so: %.800s", got)
	}
}

// One URI on rows of many titles is no track: each title has a page of its own.
func TestAURIOfManyTitles(t *testing.T) {
	const uri = "spotify:track:4242424242424242424242"
	var rows []object
	for i := range 24 {
		rows = append(rows, object{
			"ts": fmt.Sprintf("2023-03-%02dT14:23:45Z", i+1), "ms_played": 60_000 + 1000*i, "spotify_track_uri": uri,
			"master_metadata_track_name": fmt.Sprint("Song ", i%12), "master_metadata_album_artist_name": "The Lanterns",
		})
	}
	b, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	v := newSite(t).visitor(t)
	v.upload("", file{"Streaming_History_Audio_2023.json", b}).want(t, http.StatusCreated)
	listed := soundPage(t, "/tracks", v.get("/tracks")).Find("#list a.name")
	seen := map[string]bool{}
	listed.Each(func(_ int, a *goquery.Selection) {
		path, _ := a.Attr("href")
		if seen[path] {
			t.Errorf("two tracks at %s", path)
		}
		seen[path] = true
		if page := soundPage(t, path, v.get(path)); page.Find("h1").Text() != a.Text() || !strings.Contains(page.Find("main").Text(), "2 plays") {
			t.Errorf("%s is the page of %q, not %q", path, page.Find("h1").Text(), a.Text())
		}
	})
	if len(seen) != 12 {
		t.Errorf("%d tracks, want 12", len(seen))
	}
}
