package handlers_test

import (
	"fmt"
	"net/http"
	"testing"
)

// TestRecordingsOfOneTrack: one song under three URIs is three tracks, or one
// when somebody asks for it, wherever tracks are counted.
func TestRecordingsOfOneTrack(t *testing.T) {
	var plays []play
	for i := range 12 {
		p := play{
			ts: fmt.Sprintf("2023-01-%02dT20:00:00Z", i+1), ms: 100_000, end: "trackdone", platform: "ios", country: "DE",
			track: "Nocturne", artist: "Björk", album: []string{"Single", "Album", "Hits"}[i%3], uri: fmt.Sprintf("spotify:track:%022d", i%3),
		}
		if i > 8 {
			p.track, p.uri = "Other", fmt.Sprintf("spotify:track:%022d", 9)
		}
		plays = append(plays, p)
	}
	v := newSite(t).visitor(t)
	v.upload("", file{"Streaming_History_Audio_2023.json", history(plays...)}).want(t, http.StatusCreated)

	type ranking struct {
		Items []struct {
			ID, Name string
			MsPlayed int64 `json:"ms_played"`
			Plays    int
		}
		Total int
	}
	var apart, together ranking
	v.get("/api/v1/top/tracks").json(t, &apart)
	v.get("/api/v1/top/tracks?group=title").json(t, &together)
	if apart.Total != 4 || together.Total != 2 {
		t.Fatalf("%d tracks apart, %d together", apart.Total, together.Total)
	}
	if top := together.Items[0]; top.Name != "Nocturne" || top.Plays != 9 || top.MsPlayed != 900_000 {
		t.Errorf("first is %+v", top)
	}
	var summary struct{ Tracks, Plays int }
	if v.get("/api/v1/summary?group=title").json(t, &summary); summary.Tracks != 2 || summary.Plays != 12 {
		t.Errorf("summary %+v", summary)
	}

	for _, path := range []string{"/tracks", "/partials/tracks"} {
		if n := v.get(path + "?group=title").page(t).Find("#list .row").Length(); n != 2 {
			t.Errorf("%s lists %d tracks", path, n)
		}
	}
	one := fmt.Sprintf("/tracks/%022d", 2)
	doc := v.get(one).page(t)
	if got := text(doc, "main .lede"); got != "5 minutes over 3 plays. One of 3 recordings: see them together." {
		t.Errorf("a recording by itself: %q", got)
	}
	if got := doc.Find("main .lede a").AttrOr("href", ""); got != one+"?group=title" {
		t.Errorf("together at %q", got)
	}
	if doc.Find("#recordings-title").Length() != 0 {
		t.Error("a recording by itself lists the others")
	}
	doc = v.get(one + "?group=title").page(t)
	if got := text(doc, "main .lede"); got != "15 minutes over 9 plays. On 3 recordings." {
		t.Errorf("recordings together: %q", got)
	}
	var albums []string
	rows := doc.Find("section[aria-labelledby=recordings-title] .row")
	for i := range rows.Nodes {
		albums = append(albums, rows.Eq(i).Find(".creator").Text())
		if got := rows.Eq(i).Find("a.name").AttrOr("href", ""); got != fmt.Sprintf("/tracks/%022d", i) {
			t.Errorf("recording %d leads to %q", i, got)
		}
	}
	if fmt.Sprint(albums) != "[Single Album Hits]" {
		t.Errorf("recordings on %q", albums)
	}
	var history struct{ Total int }
	if v.get(fmt.Sprintf("/api/v1/plays?group=title&track=%022d", 1)).json(t, &history); history.Total != 9 {
		t.Errorf("%d plays of all recordings", history.Total)
	}

	doc = v.get("/tracks?group=title").page(t)
	if got := text(doc, "#chips .removes"); got != "Recordings together" {
		t.Errorf("chip %q", got)
	}
	if got := doc.Find(`form:has([name=group][type=radio]) [type=radio][checked]`).AttrOr("value", ""); got != "title" {
		t.Errorf("checked is %q", got)
	}
}

// TestNothingToGroup: where no track has a second recording there is no choice.
func TestNothingToGroup(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", file{"Streaming_History_Audio_2023.json", history(play{
		ts: "2023-01-01T20:00:00Z", ms: 100_000, track: "One", artist: "Björk", uri: fmt.Sprintf("spotify:track:%022d", 1),
	})}).want(t, http.StatusCreated)
	if n := v.get("/tracks").page(t).Find("#choice-group").Length(); n != 0 {
		t.Errorf("%d chips", n)
	}
	if n := v.get("/tracks?group=title").page(t).Find("#choice-group").Length(); n != 1 {
		t.Errorf("%d chips to undo a choice", n)
	}
}
