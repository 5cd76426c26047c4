package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// polish is a history of somebody who listens in Poland, at 23:30 of Warsaw in
// summer, which is 21:30 in UTC.
func polish() file {
	return file{"Streaming_History_Audio_2024.json", history(play{
		ts: "2024-05-01T22:00:00Z", track: "A", artist: "B", uri: "spotify:track:1", country: "PL", platform: "ios", ms: 1_800_000, end: "trackdone",
	})}
}

// zoneSaid is what a page says of its zone.
func zoneSaid(t *testing.T, v *visitor, path string) string {
	t.Helper()
	doc := v.get(path).want(t, http.StatusOK).page(t)
	chip := doc.Find("#chips > details > summary[data-zone-shown]")
	if chip.Length() != 1 || chip.Parent().Find("form input[name=tz]").Length() != 1 || doc.Find(".zone-note").Length() != 0 {
		t.Fatalf("%s: %d chips of the zone, %d fields, %d notes", path, chip.Length(), chip.Parent().Find("form input[name=tz]").Length(), doc.Find(".zone-note").Length())
	}
	return strings.TrimPrefix(strings.TrimSpace(chip.Text()), "Days and hours in ")
}

// TestZoneOfAPerson: the data suggests a zone, the browser knows one, a person
// chooses one, an address names one, and each of them goes before the one before.
func TestZoneOfAPerson(t *testing.T) {
	v := newSite(t).stranger(t)
	v.upload("", polish()).want(t, http.StatusCreated)
	if got := zoneSaid(t, v, "/"); got != "Warsaw time" {
		t.Errorf("without a script: %s", got)
	}
	v.post("/zone", url.Values{"told": {"Asia/Tokyo"}}).want(t, http.StatusNoContent)
	if got := zoneSaid(t, v, "/history"); got != "Tokyo time" {
		t.Errorf("with a script: %s", got)
	}
	doc := v.get("/").want(t, http.StatusOK).page(t)
	if got := doc.Find("html").AttrOr("data-zone-known", ""); got != "Asia/Tokyo" {
		t.Errorf("the script is told that %q is known", got)
	}
	offer := doc.Find("#lens form button[name=tz]")
	if offer.AttrOr("value", "") != "Europe/Warsaw" || !strings.Contains(offer.Closest("form").Text(), "You listened mostly in Poland.") {
		t.Errorf("the offer: %s", offer.Closest("form").Text())
	}
	to := v.post("/zone", url.Values{"tz": {"portugal"}, "return": {"/history?tz=Asia/Tokyo&min=0"}}).want(t, http.StatusSeeOther).Header.Get("Location")
	if to != "/history?min=0" {
		t.Errorf("a choice leads to %s", to)
	}
	if got := zoneSaid(t, v, "/history"); got != "Lisbon time" {
		t.Errorf("chosen: %s", got)
	}
	v.post("/zone", url.Values{"told": {"Asia/Tokyo"}}).want(t, http.StatusNoContent)
	if got := zoneSaid(t, v, "/history"); got != "Lisbon time" {
		t.Errorf("the browser was heard after a choice: %s", got)
	}
	doc = v.get("/history").want(t, http.StatusOK).page(t)
	if _, asks := doc.Find("html").Attr("data-zone-url"); asks {
		t.Error("the script is to tell a zone to somebody who has chosen")
	}
	if doc.Find(`a[href*="tz="]`).Length() != 0 {
		t.Error("links name the zone that goes without saying")
	}
	doc = v.get("/history?tz=UTC").want(t, http.StatusOK).page(t)
	if doc.Find(`#nav a[href*="tz=UTC"], nav a[href*="tz=UTC"]`).Length() == 0 {
		t.Error("links lose the zone that the address names")
	}
	if got := zoneSaid(t, v, "/history?tz=UTC"); got != "UTC" {
		t.Errorf("by the address: %s", got)
	}
}

// TestZoneMovesDays: the same play is on another day in another zone, on pages
// alone: programs get UTC.
func TestZoneMovesDays(t *testing.T) {
	v := newSite(t).stranger(t)
	v.upload("", polish()).want(t, http.StatusCreated)
	for zone, day := range map[string]string{"Warsaw": "2 May 2024", "UTC": "1 May 2024", "Kathmandu": "2 May 2024"} {
		v.chooseZone(zone)
		if text := v.get("/history").want(t, http.StatusOK).page(t).Find("main").Text(); !strings.Contains(text, day) {
			t.Errorf("%s: %.300s", zone, text)
		}
		var first struct{ First string }
		v.get("/api/v1/summary").want(t, http.StatusOK).json(t, &first)
		if first.First != "2024-05-01T22:00:00Z" {
			t.Errorf("%s: the API says %s", zone, first.First)
		}
		var none struct{ Rows int }
		v.get("/api/v1/summary?from=2024-05-02").want(t, http.StatusOK).json(t, &none)
		var plays struct{ Items []any }
		if v.get("/api/v1/plays?from=2024-05-02").want(t, http.StatusOK).json(t, &plays); len(plays.Items) != 0 {
			t.Errorf("%s: the API's days are not those of UTC", zone)
		}
	}
}

// TestZoneThatIsNone is explained beside the field, with what was typed.
func TestZoneThatIsNone(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", polish()).want(t, http.StatusCreated)
	to := v.post("/zone", url.Values{"tz": {"Atlantis"}, "return": {"/history?min=0"}}).want(t, http.StatusSeeOther).Header.Get("Location")
	doc := v.get(to).want(t, http.StatusOK).page(t)
	field := doc.Find("#field-tz")
	described, _, _ := strings.Cut(field.AttrOr("aria-describedby", ""), " ")
	if field.AttrOr("value", "") != "Atlantis" || field.AttrOr("aria-invalid", "") != "true" ||
		!strings.Contains(doc.Find("#"+described).Text(), "No such time zone") {
		t.Errorf("the field: %v, and beside it: %s", field.Nodes, doc.Find("#"+described).Text())
	}
	v.post("/zone", url.Values{"told": {"Atlantis"}}).want(t, http.StatusBadRequest)
	v.post("/zone", url.Values{"tz": {"Rome"}, "return": {"//evil.example/"}}).want(t, http.StatusSeeOther)
	if to := v.post("/zone", url.Values{"tz": {"Rome"}, "return": {"https://evil.example/"}}).Header.Get("Location"); to != "/" {
		t.Errorf("a form leads to %s", to)
	}
}
