package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestCompareForm: what the form sends becomes an address with both sides in it, the
// form shows what it was sent, and what cannot be used is said beside its field.
func TestCompareForm(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	sent := url.Values{
		"a.from": {"2023-01-01"}, "a.to": {""}, "a.weekday": {"sat,sun"}, "a.kind": {"music"}, "a.hour": {"8"},
		"b.from": {""}, "b.country": {"DE"}, "b.weekday": {""}, "b.kind": {"music,podcast"},
	}
	to := v.get("/compare?"+sent.Encode()).want(t, http.StatusSeeOther).Header.Get("Location")
	want := "/compare?a=" + url.QueryEscape("from=2023-01-01&hour=8&kind=music&weekday=sat%2Csun") + "&b=" + url.QueryEscape("country=DE&kind=music%2Cpodcast")
	if to != want {
		t.Fatalf("led to %s\nwant   %s", to, want)
	}
	page := soundPage(t, to, v.get(to))
	for field, value := range map[string]string{
		"a.from": "2023-01-01", "a.to": "", "a.hour": "8", "b.from": "",
	} {
		if got := page.Find(`.compare-form input[name="`+field+`"]`).AttrOr("value", "none"); got != value {
			t.Errorf("%s is %q, want %q", field, got, value)
		}
	}
	for field, value := range map[string]string{"a.weekday": "sat,sun", "a.kind": "music", "b.weekday": "", "b.kind": "music,podcast", "b.country": "DE"} {
		if got := page.Find(`.compare-form select[name="`+field+`"] option[selected]`).AttrOr("value", "none"); got != value {
			t.Errorf("%s is %q, want %q", field, got, value)
		}
	}

	wrong := "/compare?a=" + url.QueryEscape("from=soon&weekday=caturday") + "&b=" + url.QueryEscape("country=Germany&tz=Narnia")
	page = soundPage(t, wrong, v.get(wrong))
	for field, says := range map[string]string{"a-from": "“soon” was not used.", "a-weekday": "“caturday” was not used.", "b-country": "“Germany” was not used."} {
		if got := text(page, "label[for="+field+"] #wrong-"+field); !strings.HasPrefix(got, says) {
			t.Errorf("beside %s: %q", field, got)
		}
		if got := page.Find("#"+field+"[aria-invalid=true]").AttrOr("aria-describedby", ""); got != "wrong-"+field {
			t.Errorf("%s is described by %q", field, got)
		}
	}
	if got := text(page, ".compare-form fieldset:nth-of-type(2) p.wrong"); !strings.HasPrefix(got, "“Narnia” was not used.") {
		t.Errorf("of the zone: %q", got)
	}
	var refused struct {
		Error struct{ Field, Message string }
	}
	v.get(strings.Replace(wrong, "/compare", "/api/v1/compare", 1)).want(t, http.StatusBadRequest).json(t, &refused)
	if refused.Error.Field != "a" && refused.Error.Field != "b" || refused.Error.Message == "" {
		t.Errorf("a program is told %+v", refused)
	}
}
