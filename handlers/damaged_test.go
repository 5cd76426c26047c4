package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Damage that is found while a view asks its data becomes an error, and nothing of
// what the view made of the data is shown.
func TestDataFoundDamagedIsNotShown(t *testing.T) {
	ask := func(req *web.Request) string {
		req.Data = datasettest.Damaged(t, datasettest.Music(1_600_000_000, 200_000, "Title", "Artist", "Album"))
		plays, err := req.Data.Plays(lens.Lens{}, 1)
		if err != nil {
			t.Error(err)
		}
		return fmt.Sprint("made of the data: ", plays.Total)
	}
	defer handlers.AddView(web.View{
		Path: "/asked", Title: "Asked", Group: web.AboutYou,
		Page: func(req *web.Request) (web.Page, error) {
			return web.Page{Title: "Asked", Content: templ.Raw(ask(req))}, nil
		},
		JSON: func(req *web.Request) (any, error) { return ask(req), nil },
		More: func(req *web.Request) (templ.Component, error) { return templ.Raw(ask(req)), nil },
	})()
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	for _, path := range []string{"/asked", "/partials/asked", "/partials/asked/older", "/api/v1/asked"} {
		a := v.get(path)
		if a.StatusCode != http.StatusGone && a.Header.Get("Location") != "/gone" || strings.Contains(string(a.body), "made of the data") {
			t.Errorf("%s: %s\n%s", path, a.Status, a.body)
		}
	}
}
