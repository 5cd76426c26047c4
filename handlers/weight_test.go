package handlers_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// TestPagesAreLight bounds the bytes of the pages of somebody with eight years of
// history, and those that each month takes in the frame of every page.
func TestPagesAreLight(t *testing.T) {
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var zip bytes.Buffer
	if _, err := sampletest.Extended(&zip, sampletest.Options{Plays: 60_000, Seed: 1, From: to.AddDate(-8, 0, 0), To: to}); err != nil {
		t.Fatal(err)
	}
	v := newSite(t).visitor(t)
	v.upload("", file{"x.zip", zip.Bytes()}).want(t, http.StatusCreated)
	artist := v.get("/artists").page(t).Find("#list .row a.name").AttrOr("href", "")
	for path, most := range map[string]struct{ raw, packed int }{
		"/":         {136 << 10, 30 << 10}, // this listener has music on every day of the record
		"/calendar": {300 << 10, 42 << 10},
		artist:      {80 << 10, 20 << 10},
	} {
		page := v.get(path).want(t, http.StatusOK)
		if n := len(page.body); n > most.raw {
			t.Errorf("%s takes %d bytes", path, n)
		}
		var packed bytes.Buffer
		w, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(page.body)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if packed.Len() > most.packed {
			t.Errorf("%s takes %d bytes compressed", path, packed.Len())
		}
		strip := page.page(t).Find(".spine")
		months := strip.Find(".month-links a").Length()
		html, err := goquery.OuterHtml(strip)
		if err != nil {
			t.Fatal(err)
		}
		if months < 95 || len(html) > 160*months {
			t.Errorf("%s: %d months take %d bytes, %d each", path, months, len(html), len(html)/max(months, 1))
		}
		t.Logf("%s: %d bytes, %d compressed, %d a month", path, len(page.body), packed.Len(), len(html)/max(months, 1))
	}
}

// TestTablesOfChartsStandAtAddressesOfTheirOwn follows the links to the figures of
// charts, without which no page holds them.
func TestTablesOfChartsStandAtAddressesOfTheirOwn(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	artist := v.get("/artists").page(t).Find("#list .row a.name").AttrOr("href", "")
	for path, charts := range map[string][]string{"/?tz=Asia/Tokyo": {"spine", "clock"}, artist: {"spine", "months"}} {
		doc := v.get(path).want(t, http.StatusOK).page(t)
		for _, chart := range charts {
			link := doc.Find("a.as-table#"+chart+"-table").AttrOr("href", "")
			address, fragment, _ := strings.Cut(link, "#")
			if fragment != chart+"-table" || doc.Find("details.as-table table").Length() != 0 {
				t.Fatalf("%s: the figures of %s are at %q", path, chart, link)
			}
			shown := v.get(address).want(t, http.StatusOK).page(t)
			figures := shown.Find("details[open].as-table:has(#" + fragment + ") tbody td")
			if figures.Length() == 0 || text(shown, "h1") != text(doc, "h1") || shown.Find("a.as-table").Length() != doc.Find("a.as-table").Length()-1 {
				t.Errorf("%s: %s has %d figures", path, address, figures.Length())
			}
		}
		if open := v.get(strings.Replace(path+"?table=spine", "?tz=Asia/Tokyo?", "?", 1)).page(t).Find("details[open] > #chip-range").Length(); open != 1 {
			t.Errorf("%s: the figures of the months are in a chip that is closed", path)
		}
	}
}
