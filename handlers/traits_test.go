package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// told is a history whose plays were skipped, offline and private in turn.
func told(t *testing.T) file {
	t.Helper()
	return file{"Streaming_History_Audio_2022-2023.json", []byte(`[
		{"ts":"2022-01-01T10:00:00Z","ms_played":200000,"master_metadata_track_name":"One","master_metadata_album_artist_name":"A","spotify_track_uri":"spotify:track:0000000000000000000001","reason_end":"trackdone","skipped":false,"offline":true,"incognito_mode":false},
		{"ts":"2022-06-01T10:00:00Z","ms_played":4000,"master_metadata_track_name":"One","master_metadata_album_artist_name":"A","spotify_track_uri":"spotify:track:0000000000000000000001","reason_end":"endplay","skipped":false,"offline":true,"incognito_mode":true},
		{"ts":"2023-01-01T10:00:00Z","ms_played":100000,"master_metadata_track_name":"Two","master_metadata_album_artist_name":"A","spotify_track_uri":"spotify:track:0000000000000000000002","reason_end":"fwdbtn","skipped":null,"offline":true,"incognito_mode":false},
		{"ts":"2023-01-02T10:00:00Z","ms_played":100000,"master_metadata_track_name":"Two","master_metadata_album_artist_name":"A","spotify_track_uri":"spotify:track:0000000000000000000002","reason_end":null,"skipped":true,"offline":false,"incognito_mode":false}]`)}
}

func TestSkipsAreShown(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", told(t)).want(t, http.StatusCreated)
	doc := v.get("/").page(t)
	lede := doc.Find("main .in-short")
	if got := strings.Join(strings.Fields(lede.Text()), " "); !strings.Contains(got, "You skipped 2 of the 3 whose end is known.") {
		t.Errorf("the overview says %q", got)
	}
	link := lede.Find(`a[href*="only=skipped"]`).AttrOr("href", "")
	if link != "/history?min=0&only=skipped" {
		t.Errorf("skips are at %q", link)
	}
	doc = v.get(link).page(t)
	if got := text(doc, "main h1"); got != "Every skipped play, newest first." {
		t.Errorf("headline %q", got)
	}
	if all, skipped := doc.Find(".play").Length(), doc.Find(".play.skipped").Length(); all != 2 || skipped != 2 {
		t.Errorf("%d plays, %d marked as skipped", all, skipped)
	}
	if got := doc.Find(".chips a.removes[title='Show other plays too']").AttrOr("href", ""); got != "/history?min=0" {
		t.Errorf("the chip leads to %q", got)
	}
	if n := v.get("/history?min=0").page(t).Find(".play.skipped").Length(); n != 2 {
		t.Errorf("%d of all plays are marked as skipped", n)
	}
	var fact string
	v.get("/tracks/0000000000000000000002").page(t).Find(".facts > *").Each(func(_ int, s *goquery.Selection) {
		if strings.Contains(s.Text(), "Skipped") {
			fact = strings.Join(strings.Fields(s.Text()), " ")
		}
	})
	if fact != "Skipped1 of 1 time" {
		t.Errorf("the track says %q", fact)
	}

	var summary struct{ Skips, Ended int }
	if v.get("/api/v1/summary").json(t, &summary); summary.Skips != 2 || summary.Ended != 3 {
		t.Errorf("summary %+v", summary)
	}
	var plays struct{ Items []struct{ Skip bool } }
	if v.get("/api/v1/plays?min=0").json(t, &plays); len(plays.Items) != 4 || plays.Items[0].Skip || !plays.Items[1].Skip || !plays.Items[2].Skip || plays.Items[3].Skip {
		t.Errorf("plays %+v", plays)
	}
}

func TestOfflineAndPrivatePlaysByYear(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", told(t)).want(t, http.StatusCreated)
	doc := v.get("/privacy").page(t)
	if got := doc.Find(`[aria-labelledby=offline-title] p`).Text(); got != "You listened without a connection for 5 minutes, 2 plays, and Spotify recorded it all the same." {
		t.Errorf("offline: %q", got)
	}
	rows := doc.Find(`[aria-labelledby=offline-title] tbody tr`)
	if got := strings.Join(strings.Fields(rows.Text()), " "); got != "20223 min1 play20232 min1 play" {
		t.Errorf("years: %q", got)
	}
	link := rows.Eq(1).Find("a").AttrOr("href", "")
	if link != "/history?from=2023&to=2023&only=offline" {
		t.Errorf("2023 is at %q", link)
	}
	if doc = v.get(link).page(t); doc.Find(".play").Length() != 1 || text(doc, "main h1") != "Every offline play in 2023, newest first." {
		t.Errorf("%d plays under %q", doc.Find(".play").Length(), text(doc, "main h1"))
	}
	var answer struct {
		Offline, Private struct {
			MsPlayed int64 `json:"ms_played"`
			Plays    int
			Years    []struct {
				Year, Plays int
				MsPlayed    int64 `json:"ms_played"`
			}
		}
	}
	v.get("/api/v1/privacy").json(t, &answer)
	if o := answer.Offline; o.MsPlayed != 304_000 || o.Plays != 2 || len(o.Years) != 2 || o.Years[0].Year != 2022 || o.Years[0].MsPlayed != 204_000 {
		t.Errorf("offline %+v", o)
	}
	if p := answer.Private; p.MsPlayed != 4000 || p.Plays != 0 || len(p.Years) != 1 {
		t.Errorf("private %+v", p)
	}

	v.upload("replace", library(t)).want(t, http.StatusCreated)
	if got := v.get("/privacy").page(t).Find(`[aria-labelledby=private-title]`).Text(); !strings.Contains(got, "No play in your data is marked as one of a private session.") {
		t.Errorf("without any: %q", got)
	}
}
