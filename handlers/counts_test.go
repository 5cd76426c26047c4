package handlers_test

import (
	"net/http"
	"regexp"
	"strconv"
	"testing"
)

// TestSharedCountsAgree: how many artists a year has is said in the same words of
// counting on its page, in the story, in its pictures and at the end of its reel. The
// list of artists is longer, because it has those that were only begun.
func TestSharedCountsAgree(t *testing.T) {
	_, v := sampled(t)
	get := func(path string, answer any) {
		t.Helper()
		v.get("/api/v1"+path).want(t, http.StatusOK).json(t, answer)
	}
	var year struct {
		Artists    int `json:"artists"`
		NewArtists int `json:"new_artists"`
	}
	get("/years/2024", &year)
	var listed struct{ Artists int }
	get("/summary?from=2024&to=2024", &listed)
	if year.Artists == 0 || listed.Artists <= year.Artists {
		t.Fatalf("%d artists were heard and %d begun: nothing to tell apart", year.Artists, listed.Artists)
	}
	var pictures struct {
		Kinds []struct{ Kind, Alt string }
	}
	get("/pictures?from=2024&to=2024", &pictures)
	var reel struct {
		Clips []struct{ Kind, Text string }
	}
	get("/reel?from=2024&to=2024", &reel)
	said := map[string]string{
		"the year":  text(v.get("/years/2024").page(t), ".story-hero .lede"),
		"the story": text(v.get("/?from=2024&to=2024").page(t), "#discovery-title"),
	}
	for _, k := range pictures.Kinds {
		if k.Kind == "year" || k.Kind == "story" {
			said["the picture of the "+k.Kind] = k.Alt
		}
	}
	for _, c := range reel.Clips {
		if c.Kind == "finale" {
			said["the reel"] = c.Text
		}
	}
	if len(said) != 5 {
		t.Errorf("only %d of them say it", len(said))
	}
	count := regexp.MustCompile(`([\d,]+) artists`)
	for what, sentence := range said {
		if m := count.FindStringSubmatch(sentence); m == nil || m[1] != strconv.Itoa(year.Artists) {
			t.Errorf("%s does not count %d artists: %s", what, year.Artists, sentence)
		}
	}
	for path, counted := range map[string]string{"/years/2024": ".story-hero .counted", "/?from=2024&to=2024": "#discovery .counted", "/pictures": ".counted"} {
		if how := text(v.get(path).page(t), counted); !regexp.MustCompile(`at least half a minute`).MatchString(how) {
			t.Errorf("%s does not say how artists are counted: %s", path, how)
		}
	}
}
