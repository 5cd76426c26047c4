package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// aLife is a record of two artists: A on every day of the first year, and B from
// its July on, 12 plays on two stretches of days.
func aLife() file {
	var plays []play
	at := func(day int, hour string) string {
		return time.Date(2022, 1, 1+day, 0, 0, 0, 0, time.UTC).Format("2006-01-02T") + hour + ":00:00Z"
	}
	for day := range 365 {
		plays = append(plays, play{ts: at(day, "10"), ms: 60_000, track: "One", artist: "A", uri: fmt.Sprintf("spotify:track:%022d", 1), end: "trackdone"})
	}
	for i, day := range []int{200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 304} {
		start := "trackdone"
		if i == 0 {
			start = "clickrow"
		}
		plays = append(plays, play{ts: at(day, "12"), ms: 120_000, track: "Two", artist: "B", uri: fmt.Sprintf("spotify:track:%022d", 2), start: start, end: "trackdone"})
	}
	for day := range 3 {
		plays = append(plays, play{ts: at(210+day, "14"), ms: 60_000, track: "Three", artist: "C", uri: fmt.Sprintf("spotify:track:%022d", 3), end: "trackdone"})
	}
	return file{"Streaming_History_Audio_2022.json", history(plays...)}
}

// TestPageTellsALife: the page of an artist says its rank, how it came and its
// course; that of one with three plays lists these and says nothing of the sort.
func TestPageTellsALife(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", aLife()).want(t, http.StatusCreated)
	top := v.get("/artists").page(t)
	of := func(name string) string {
		for _, a := range top.Find("main a[href^='/artists/']").EachIter() {
			if strings.TrimSpace(a.Text()) == name {
				return a.AttrOr("href", "")
			}
		}
		t.Fatalf("no artist %s", name)
		return ""
	}
	facts := func(path string) map[string]string {
		said := map[string]string{}
		for _, dt := range v.get(path).want(t, http.StatusOK).page(t).Find("main .facts dt").EachIter() {
			dd := dt.Parent().Find("dd")
			note := dd.Find(".note").Remove().Text()
			said[dt.Text()] = strings.TrimSpace(strings.TrimSpace(dd.Text()) + " " + note)
		}
		return said
	}
	doc := v.get(of("B")).page(t)
	if got := strings.Join(strings.Fields(doc.Find("main .hero").Text()), " "); !strings.Contains(got, "Number 2 of 3 artists, with 6.1% of the hours.") {
		t.Errorf("its standing: %s", got)
	}
	if links := doc.Find("main .hero a[href^='/history?'], main .hero a[href^='/calendar?artist=']").Length(); links != 2 {
		t.Errorf("%d ways on", links)
	}
	if lists, charts := doc.Find("#entity-plays li").Length(), doc.Find("#months-title").Length(); lists != 5 || charts != 1 {
		t.Errorf("%d last plays, %d charts", lists, charts)
	}
	said := facts(of("B"))
	for label, want := range map[string]string{
		"First heard": "20 July 2022 chosen", "Last heard": "1 November 2022", "Days heard": "12",
		"Longest streak": "7 days to 26 July 2022", "Longest gap": "92 days after 26 July 2022", "Half of all plays": "within 5 days of the first",
		"Fullest month": "July 2022 14 minutes",
	} {
		if said[label] != want {
			t.Errorf("%s: %q, want %q", label, said[label], want)
		}
	}
	// How it came is of the whole history, whatever the range.
	if got := facts(of("B") + "?from=2022-10-01")["First heard"]; got != "20 July 2022 chosen" {
		t.Errorf("in October it was first heard on %s", got)
	}
	if said := facts(of("A")); said["First in this record"] != "1 January 2022" || said["First heard"] != "" {
		t.Errorf("what the record begins with is called new: %q", said)
	}
	doc = v.get(of("C")).page(t)
	if lists, charts := doc.Find("#entity-plays li").Length(), doc.Find("#months-title, #clock").Length(); lists != 3 || charts != 0 {
		t.Errorf("three plays: %d listed, %d charts", lists, charts)
	}
	if got := doc.Find("main").Text(); strings.Contains(got, "Number ") || strings.Contains(got, "Half of all") {
		t.Errorf("three plays carry: %s", got)
	}
	var answer struct {
		Life struct {
			Rank, Among int
			First       string
			New         bool
			Reason      string `json:"reason_start"`
			Gap         int    `json:"longest_gap_days"`
		}
	}
	v.get("/api/v1"+of("B")+"/life").want(t, http.StatusOK).json(t, &answer)
	if l := answer.Life; l.Rank != 2 || l.Among != 3 || l.First != "2022-07-20" || !l.New || l.Reason != "clickrow" || l.Gap != 92 {
		t.Errorf("the answer: %+v", l)
	}
}

// TestLensIsOneLine: range, zone and filters, and nothing else; what is set stands
// in the box of filters, each with its way off.
func TestLensIsOneLine(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", aLife()).want(t, http.StatusCreated)
	for path, want := range map[string]string{
		"/artists":                       "Filters",
		"/artists?kind=music&not=A&min=": "Filters (2)",
		"/artists?weekday=mon&min=60":    "Filters (2)",
	} {
		doc := v.get(path).want(t, http.StatusOK).page(t)
		if got := text(doc, "#chip-filters"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if n := doc.Find("#chips > details").Length(); n != 3 {
			t.Errorf("%s: %d chips that open", path, n)
		}
		if set := doc.Find("#chips .filters-set a.removes").Length(); fmt.Sprintf("Filters (%d)", set) != want && set+len(want) != len("Filters") {
			t.Errorf("%s: %d can be taken off", path, set)
		}
	}
	// The form sends empty fields for what is left as it is.
	doc := v.get("/artists?kind=music&min=&country=&platform=&not=").want(t, http.StatusOK).page(t)
	if got := text(doc, "#chip-filters"); got != "Filters (1)" || doc.Find(".mended").Length() != 0 {
		t.Errorf("after the form: %q, and %s", got, doc.Find(".mended").Text())
	}
}
