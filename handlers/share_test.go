package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Who is sent the address of this site sees what it is about. Pages of somebody's
// data say nothing to others, and nobody's Host header becomes an address.
func TestTheStartPageSaysWhatItIs(t *testing.T) {
	v := newSite(t).visitor(t)
	meta := func(a answer, property string) string {
		return a.page(t).Find(`meta[property="`+property+`"]`).AttrOr("content", "")
	}
	for host, want := range map[string]string{
		"":                       v.site.URL,
		"data.example:8080":      "http://data.example:8080",
		"[2001:db8::1]:80":       "http://[2001:db8::1]:80",
		"a@b":                    "",
		`x"><script>`:            "",
		"data.example/elsewhere": "",
	} {
		req, err := http.NewRequest(http.MethodGet, v.site.URL+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		start := v.do(req)
		if start.StatusCode == http.StatusBadRequest {
			continue // the server itself takes no such host
		}
		if want == "" {
			if got := start.page(t).Find(`meta[property^="og:"], link[rel=canonical]`).Length(); got != 0 {
				t.Errorf("%s: %d addresses", host, got)
			}
			continue
		}
		if got := meta(start, "og:url"); got != want+"/" {
			t.Errorf("%s: address %q", host, got)
		}
		if got := meta(start, "og:image"); got != want+"/static/icons/share.png" {
			t.Errorf("%s: picture %q", host, got)
		}
	}
	v.takeSample()
	for _, path := range []string{"/", "/artists", "/receipt"} {
		if got := v.get(path).page(t).Find(`meta[property^="og:"]`).Length(); got != 0 {
			t.Errorf("%s says %d things to others", path, got)
		}
	}
}

// Browsers paint their own bars in the colour of the page.
func TestBarsHaveTheColourOfTheTheme(t *testing.T) {
	v := newSite(t).visitor(t)
	colours := func() (found []string) {
		v.get("/").page(t).Find(`meta[name="theme-color"]`).Each(func(_ int, s *goquery.Selection) {
			found = append(found, s.AttrOr("content", "")+s.AttrOr("media", ""))
		})
		return found
	}
	if got, want := colours(), []string{"#fbf9f5(prefers-color-scheme: light)", "#0f0f15(prefers-color-scheme: dark)"}; !slices.Equal(got, want) {
		t.Errorf("without a choice: %q", got)
	}
	for theme, want := range map[string]string{"light": "#fbf9f5", "dark": "#0f0f15"} {
		v.post("/theme", url.Values{"theme": {theme}})
		if got := colours(); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q", theme, got)
		}
	}
}
