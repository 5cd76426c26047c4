package handlers_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
)

// historyOf2018 is an account package of mid-2018, whose history tells no
// lengths.
func historyOf2018(t *testing.T) file {
	return file{"my_spotify_data.zip", zipped(t, file{"MyData/StreamingHistory.json", []byte(`[
 {
  "artistName": "The Lanterns, A. Writer, The Lanterns",
  "trackName": "Harbour",
  "time": "2018-03-06 07:29:33"
 },
 {
  "artistName": "Quiet Parade",
  "trackName": "Second Floor",
  "time": "2018-03-06 07:36:02"
 }
]`)})}
}

func TestPlaysOfUnknownLength(t *testing.T) {
	v := newSite(t).visitor(t)
	var receipt struct {
		Rows, Kept, Unreadable int
		Notes                  []struct {
			Code    string `json:"reason_code"`
			Reason  string
			Figures struct{ Count int }
		}
	}
	a := v.upload("", historyOf2018(t)).want(t, http.StatusCreated)
	if err := json.Unmarshal(a.body, &receipt); err != nil {
		t.Fatal(err)
	}
	if receipt.Rows != 2 || receipt.Kept != 2 || receipt.Unreadable != 0 || len(receipt.Notes) != 1 ||
		receipt.Notes[0].Code != "plays_of_unknown_length" || receipt.Notes[0].Figures.Count != 2 || !strings.Contains(receipt.Notes[0].Reason, "unknown length: 2") {
		t.Errorf("%s", a.body)
	}

	// Whatever the lens calls a play, they are two.
	for _, query := range []string{"", "?min=0", "?min=600"} {
		for path, want := range map[string]string{
			"/": "2 plays of unknown length, by 2 artists", "/history": "2 plays", "/artists": "of unknown length", "/tracks": "of unknown length",
			"/receipt": "Plays of unknown length: 2",
		} {
			main := soundPage(t, path, v.get(path+query)).Find("main")
			main.Find("svg").Remove() // charts say of every hour that there was nothing
			text := main.Text()
			if !strings.Contains(text, want) {
				t.Errorf("%s%s does not say %q: %.600s", path, query, want, text)
			}
			for _, untrue := range []string{" 0 s", "\n0 s", "0 seconds", "0:00", "half a minute", "Nothing was heard", "Not a minute"} {
				if strings.Contains(text, untrue) {
					t.Errorf("%s%s says %q: %.600s", path, query, untrue, text)
				}
			}
		}
	}
	doc := v.get("/history").page(t)
	if got := doc.Find(".play .played").First().Text(); got != "–" {
		t.Errorf("it was played for %q", got)
	}
	if got := doc.Find(".play .end").First().Text(); got != "length unknown" {
		t.Errorf("it ended %q", got)
	}
	if title, _ := doc.Find(".play .end").First().Attr("title"); strings.Contains(title, "to the minute") {
		t.Errorf("known to the second: %q", title)
	}
	artist, ok := v.get("/artists").page(t).Find("#list a.name").First().Attr("href")
	if !ok {
		t.Fatal("no artist")
	}
	if text := soundPage(t, artist, v.get(artist)).Find("main").Text(); !strings.Contains(text, "1 play of unknown length.") || strings.Contains(text, "Not a minute") {
		t.Errorf("%s: %.600s", artist, text)
	}

	// Where nothing has a time the bars are of plays.
	page := v.get(artist).page(t)
	if page.Find("[data-spine][aria-label^='Plays a month']").Length() != 1 {
		t.Error("the bars of the history are not said to be of plays")
	}
	// The list of a few plays stands in place of the chart.
	if played := page.Find("#entity-plays .played"); played.Length() != 1 || played.Text() != web.UnknownHours || page.Find("#months").Length() != 0 {
		t.Errorf("the list of plays says %q", played.Text())
	}

	var plays struct {
		Items []struct {
			TS, Artist, Name string
			Unknown          bool  `json:"unknown_length"`
			Minute           bool  `json:"minute_only"`
			Ms               int64 `json:"ms_played"`
		}
	}
	if err := json.Unmarshal(v.get("/api/v1/plays?min=86400").want(t, http.StatusOK).body, &plays); err != nil {
		t.Fatal(err)
	}
	if len(plays.Items) != 2 {
		t.Fatalf("%+v", plays)
	}
	if p := plays.Items[1]; p.TS != "2018-03-06T07:29:33Z" || p.Artist != "The Lanterns" || p.Name != "Harbour" || !p.Unknown || p.Minute || p.Ms != 0 {
		t.Errorf("%+v", p)
	}
	var summary map[string]any
	if err := json.Unmarshal(v.get("/api/v1/summary").want(t, http.StatusOK).body, &summary); err != nil {
		t.Fatal(err)
	}
	if summary["unknown_length"] != 2.0 || summary["plays"] != 2.0 || summary["ms_played"] != 0.0 {
		t.Errorf("%v", summary)
	}
}

// Beside plays with a length, no sentence about time is about those without.
func TestPlaysOfUnknownLengthBesideOthers(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", historyOf2018(t), file{"StreamingHistory1.json", []byte(`[
		{"endTime": "2019-03-01 10:00", "artistName": "The Lanterns", "trackName": "Harbour", "msPlayed": 240000},
		{"endTime": "2019-03-02 10:00", "artistName": "The Lanterns", "trackName": "Harbour", "msPlayed": 240000},
		{"endTime": "2018-03-06 07:36", "artistName": "Quiet Parade", "trackName": "Second Floor", "msPlayed": 60000}
	]`)}).want(t, http.StatusCreated)
	text := soundPage(t, "/", v.get("/")).Find("main").Text()
	if !strings.Contains(text, "1 play of unknown length adds no time") || !strings.Contains(text, "4 times") || !strings.Contains(text, "all 3 whose length is known went on for at least half a minute") {
		t.Errorf("%.600s", text)
	}
	artist, _ := v.get("/artists").page(t).Find("#list a.name").First().Attr("href")
	main := soundPage(t, artist, v.get(artist)).Find("main")
	text = main.Text()
	if !strings.Contains(text, "over 3 plays, 1 of them of unknown length.") || main.Find("#entity-plays .played").Last().Text() != web.UnknownHours {
		t.Errorf("%.800s", text)
	}
}
