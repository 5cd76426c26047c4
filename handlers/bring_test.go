package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
)

// TestBringingOwnDataLeavesTheSample: nothing of the invented listener is around
// the form, and nothing of it stays.
func TestBringingOwnDataLeavesTheSample(t *testing.T) {
	s := newSite(t)
	if got := s.visitor(t).get("/bring").want(t, http.StatusSeeOther).Header.Get("Location"); got != "/#bring" {
		t.Errorf("without data it leads to %q", got)
	}

	v := s.visitor(t)
	v.takeSample()
	overview := v.get("/").page(t)
	if got := overview.Find(".page-note a").AttrOr("href", ""); got != "/bring" {
		t.Errorf("“Bring your own data” leads to %q", got)
	}
	receipt := v.get("/receipt").page(t)
	if receipt.Find("#upload").Length() > 0 || receipt.Find(`#more a[href="/bring"]`).Length() != 1 || receipt.Find(`#more a[href="/forget"]`).Length() != 1 {
		t.Error("the receipt of the sample takes data, or does not say where it goes")
	}
	body, contentType := form(t, "", file{"holiday.mp4", []byte("\x00\x00\x00\x18ftypmp42")})
	refused := v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType).want(t, http.StatusUnsupportedMediaType)
	if got := text(refused.page(t), "#upload-alert"); !strings.Contains(got, "holiday.mp4") {
		t.Errorf("the refusal says %q", got)
	}
	for name, doc := range map[string]answer{"bring": v.get("/bring").want(t, http.StatusOK), "refused": refused} {
		page := doc.page(t)
		if page.Find("#upload").Length() != 1 || page.Find("[name=mode]").Length() > 0 || page.Find("nav").Length() > 0 {
			t.Errorf("%s: not a fresh start", name)
		}
		if page.Find(`form[action="/sample"]`).Length() > 0 || page.Find(`main a[href="/"]`).Text() != "Back to the sample" {
			t.Errorf("%s: no way back to the sample", name)
		}
	}

	v.upload("", library(t)).want(t, http.StatusCreated)
	if got := v.get("/bring").want(t, http.StatusSeeOther).Header.Get("Location"); got != "/receipt#more" {
		t.Errorf("with data of one's own it leads to %q", got)
	}
	var sum struct{ Rows int }
	if v.get("/api/v1/summary").json(t, &sum); sum.Rows != 400 {
		t.Errorf("%d rows, want the 400 that were brought", sum.Rows)
	}
}

// TestYourDataIsFound: under its name in the navigation, with until when it is
// here, and where it is added to and deleted.
func TestYourDataIsFound(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	page := v.get("/receipt").page(t)
	menu := page.Find("#masthead details.your-data")
	if got := menu.Find("summary.current").Text(); got != "Your data" {
		t.Errorf("the menu is called %q", got)
	}
	for _, href := range []string{"/receipt", "/receipt#more", "/link", "/forget"} {
		if menu.Find(`a[href="`+href+`"]`).Length() != 1 {
			t.Errorf("the menu does not lead to %s", href)
		}
	}
	if got := text(page, "#more-title"); got != "Your data" {
		t.Errorf("the section is called %q", got)
	}
	want := "Your data is here until " + format.Date(time.Now().UTC().Add(7*24*time.Hour)) + ", or until you delete it."
	if got := text(page, ".hero .kept"); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if page.Find("#more #upload").Length() != 1 || page.Find(`#more a[href="/forget"]`).Length() != 1 {
		t.Error("it cannot be added to or deleted there")
	}
	if got := text(v.get("/").page(t), "nav"); strings.Contains(got, "Receipt") {
		t.Errorf("the navigation says %q", got)
	}
}
