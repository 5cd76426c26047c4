package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/internal/example"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/viewtest"
)

// TestOneLineAddsAView adds the smallest view to the list, and finds it wherever a
// view is to be found.
func TestOneLineAddsAView(t *testing.T) {
	defer handlers.AddView(example.View)()
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)

	page := soundPage(t, "/streaks", v.get("/streaks"))
	for _, wrong := range badlyMade(page) {
		t.Error(wrong)
	}
	if got := text(page, "main h1"); got != "Music for 5 months in a row." {
		t.Errorf("the page says %q", got)
	}
	if page.Find("section#lens").Length() != 1 || page.Find(`#masthead .nav a[href="/years"][aria-current]`).Length() == 0 {
		t.Error("the page has no lens, or is not in its navigation")
	}
	if v.get("/years").page(t).Find(`.more-ways a[href="/streaks"]`).Length() == 0 {
		t.Error("the other pages do not lead to it")
	}
	if got := text(v.get("/streaks?from=2023-02&to=2023-03").page(t), "main h1"); got != "Music for 2 months in a row." {
		t.Errorf("under a lens the page says %q", got)
	}
	partial := v.get("/partials/streaks").want(t, http.StatusOK).page(t)
	if text(partial, "h1") != text(page, "main h1") || partial.Find("section#lens[hx-swap-oob=true]").Length() != 1 || partial.Find("main").Length() != 0 {
		t.Error("the partial is not the content and the lens")
	}
	var answer struct {
		Months      int
		First, Last string
	}
	v.get("/api/v1/streaks").want(t, http.StatusOK).json(t, &answer)
	if answer.Months != 5 || answer.First != "2023-01-01" || answer.Last != "2023-05-01" {
		t.Errorf("the API answers %+v", answer)
	}
	v.get("/api/v1/streaks?from=never").want(t, http.StatusBadRequest)
	for _, route := range viewtest.Routes(example.View) {
		if a := v.request(http.MethodHead, route, nil).want(t, http.StatusOK); len(a.body) != 0 {
			t.Errorf("HEAD %s answers %d bytes", route, len(a.body))
		}
	}
	if !strings.Contains(strings.Join(v.addresses(), " "), "/partials/streaks /api/v1/streaks") {
		t.Error("the tests do not list it")
	}
}
