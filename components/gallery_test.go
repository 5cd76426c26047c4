package components_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// gallery is every page, filled with the invented listener.
func gallery() map[string]templ.Component {
	g := newInventor()
	withAlert := func(v partials.UploadView) partials.UploadView {
		v.Alert = &partials.AlertView{Title: "That ZIP is encrypted.", File: hostileScript + ".zip", Message: "Bring the ZIP as Spotify sent it, without a password.", RequestID: "01JD4B1D"}
		return v
	}
	withData := func(title, path string) layout.PageView {
		m := frame(title, path, nil)
		withNavigation(&m)
		return m
	}
	start := pages.StartView{Upload: upload(false), SampleURL: "/sample", Lifetime: "7 days"}
	refused := start
	refused.Upload = withAlert(start.Upload)
	empty := g.ranked("Artists", 0)
	empty.List = partials.RankedListView{Count: "No artists", Empty: &partials.EmptyView{
		Title: "No artist is called “" + hostileMarkup + "”.", Message: "The search looks at names in the chosen range.", Action: layout.LinkView{Label: "Show all artists", URL: "/artists"},
	}}
	empty.Search.Query = hostileMarkup
	tracks := g.ranked("Tracks", 20)
	tracks.List.Rows = g.rows(trackNames, 20, true, 29.9, "tracks")
	nothing := g.overview()
	nothing.Empty = &partials.EmptyView{Title: "You played nothing in April 2018.", Message: "The history begins on 29 March 2018.", Action: layout.LinkView{Label: "Show everything", URL: "/"}}
	nothing.Headline = prose.Of("A silent month.")
	nothing.Lede = nil
	tabled, lens := g.overview(), g.lens("/", "", "")
	tabled.Clock.Heatmap.Table.Shown, lens.Spine.Table.Shown = true, true
	track := g.entity(longName)
	track.Kind, track.Identity = "Track", "QUAM"
	track.Trail = []layout.LinkView{{Label: "QUAM", URL: "/artists/4"}, {Label: hostileMarkup, URL: "/albums/1"}}
	track.Lists = nil
	track.Clock = new(g.clock())

	all := map[string]templ.Component{
		"start":         pages.Start(frame("Your listening life", "/", nil), start),
		"start-refused": pages.Start(frame("Your listening life", "/", nil), refused),
		"overview":      pages.Overview(frame("Overview", "/", g.lens("/", "", "")), g.overview()),
		"overview-2024": pages.Overview(frame("Overview, 2024", "/", g.lens("/", "", "2024")), g.overview()),
		"overview-none": pages.Overview(frame("Overview", "/", g.lens("/", "", "2018")), nothing),
		"tables":        pages.Overview(frame("Overview", "/", lens), tabled),
		"artists":       pages.Ranked(frame("Artists", "/artists", g.lens("/artists", "", "")), g.ranked("Artists", 50)),
		"artists-none":  pages.Ranked(frame("Artists", "/artists", g.lens("/artists", "", "")), empty),
		"tracks":        pages.Ranked(frame("Tracks", "/tracks", g.lens("/tracks", "", "")), tracks),
		"artist":        pages.Entity(frame("Pelwynfai", "/artists/1", g.lens("/artists/1", "Pelwynfai", "")), g.entity("Pelwynfai")),
		"artist-evil":   pages.Entity(frame(hostileMarkup, "/artists/9", g.lens("/artists/9", hostileScript, "2024")), g.entity(hostileScript)),
		"track":         pages.Entity(frame(longName, "/tracks/3", g.lens("/tracks/3", "QUAM", "")), track),
		"history":       pages.History(frame("History", "/history", g.lens("/history", "", "")), g.history()),
		"receipt":       pages.Receipt(withData("Receipt", "/receipt"), receipt()),
		"forget":        pages.Forget(withData("Delete my data", "/forget"), pages.ForgetView{Action: "/forget", Rows: "53,411 plays", BackURL: "/"}),
		"forgotten":     pages.Forgotten(frame("Deleted", "/", nil), pages.ForgottenView{StartURL: "/"}),
		"import": pages.Import(frame("Reading your data", "/imports/4b1d", nil), pages.ImportView{URL: "/imports/4b1d", Progress: partials.ProgressView{
			PollURL: "/partials/imports/4b1d", Sentence: "File 3 of 7 · 84,000 plays so far", Done: 3, All: 7,
		}}),
		"import-left": pages.Import(frame("Reading your data", "/imports/4b1d", nil), pages.ImportView{URL: "/imports/4b1d", Progress: partials.ProgressView{
			TakeOverURL: "/imports/4b1d", Sentence: "The reading broke off.",
		}}),
		"elsewhere": pages.Elsewhere(frame("With another instance", "/", nil), pages.ElsewhereView{
			Title: "Your data is with another instance", Message: "Try again.", RetryURL: "/", Upload: upload(false),
		}),
		"gone": pages.Gone(frame("No longer here", "/", nil), pages.GoneView{Upload: upload(false), SampleURL: "/sample"}),
		"error-400": pages.Error(withData("Not understood", "/artists"), pages.ErrorView{
			Status: 400, Title: "That is not a date.", Message: "Write it as 2023-12-18. You wrote " + hostileScript + ".",
			Action: layout.LinkView{Label: "Show all time", URL: "/artists"}, RequestID: "01JD4B1D7Q",
		}),
		"error-503": pages.Error(withData("One moment", "/"), pages.ErrorView{
			Status: 503, Title: "The store of sessions does not answer.", Message: "Your data is safe. Nothing is lost.",
			Action: layout.LinkView{Label: "Try again", URL: "/"}, RequestID: "01JD4B1D7Q",
		}),
	}
	maps.Copy(all, g.packagePages())
	return all
}

func render(t *testing.T, c templ.Component) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestWriteGallery writes every page to the folder GALLERY_DIR, to be looked at
// in a browser. Serve that folder together with static/ at /static.
func TestWriteGallery(t *testing.T) {
	dir := os.Getenv("GALLERY_DIR")
	if dir == "" {
		t.Skip("set GALLERY_DIR to write the pages there")
	}
	for name, page := range gallery() {
		if err := os.WriteFile(filepath.Join(dir, name+".html"), render(t, page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
