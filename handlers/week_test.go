package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/PuerkitoBio/goquery"
)

// TestHoursOfTheWeekAreLinks: a cell of the chart leads to the plays it stands
// for, by the same rule.
func TestHoursOfTheWeekAreLinks(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	tz, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	doc := v.get("/?tz=Asia/Tokyo&min=0").page(t)
	seen := 0
	doc.Find("#clock .heat-cells a[title]").Each(func(i int, cell *goquery.Selection) {
		if i%5 != 0 {
			return
		}
		link := cell.AttrOr("href", "")
		u, err := url.Parse(link)
		if err != nil || u.Path != "/history" || u.Query().Get("tz") != "Asia/Tokyo" {
			t.Fatalf("a cell leads to %q", link)
		}
		var plays struct {
			Items []struct {
				Start time.Time `json:"start"`
			}
			Total int
		}
		v.get("/api/v1/plays?"+u.RawQuery).want(t, http.StatusOK).json(t, &plays)
		if plays.Total == 0 || len(plays.Items) != plays.Total {
			t.Fatalf("%s holds %d plays", link, plays.Total)
		}
		seen += plays.Total
		for _, p := range plays.Items {
			at := p.Start.In(tz)
			day := strings.ToLower(at.Weekday().String()[:3])
			if day != u.Query().Get("weekday") || at.Format("15") != twoDigits(u.Query().Get("hour")) {
				t.Errorf("%s holds a play that began %s", link, at.Format("Monday 15:04"))
			}
		}
	})
	if seen == 0 {
		t.Fatal("no cell is a link")
	}

	doc = v.get("/history?tz=Asia/Tokyo&weekday=sun,sat&hour=7,8,23&country=DE").page(t)
	if got := text(doc, "main h1"); got != "Every play that began on Saturdays and Sundays from 7 to 9 and 23 to 24 o’clock in Germany, newest first." {
		t.Errorf("headline %q", got)
	}
	var chips []string
	doc.Find(".chips a.removes").Each(func(_ int, s *goquery.Selection) { chips = append(chips, s.AttrOr("href", "")) })
	if !slices.Equal(chips, []string{
		"/history?tz=Asia%2FTokyo&weekday=sat%2Csun&hour=7%2C8%2C23",
		"/history?tz=Asia%2FTokyo&country=DE&hour=7%2C8%2C23", "/history?tz=Asia%2FTokyo&country=DE&weekday=sat%2Csun",
	}) {
		t.Errorf("chips lead to %q", chips)
	}
	if n := v.get("/history?tz=Asia/Tokyo").page(t).Find(".chips a.removes").Length(); n != 0 {
		t.Errorf("%d chips take off what is not there", n)
	}

	for query, field := range map[string]string{"weekday=monday": "weekday", "hour=24": "hour"} {
		var refusal struct{ Error struct{ Code, Field string } }
		v.get("/api/v1/summary?"+query).want(t, http.StatusBadRequest).json(t, &refusal)
		if refusal.Error.Field != field {
			t.Errorf("%s: refused for %q", query, refusal.Error.Field)
		}
	}
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}
