package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// pageView is the frame of a page. v is nil on pages without data.
func (s *Server) pageView(c echo.Context, title string, v *view) layout.PageView {
	r := c.Request()
	p := layout.PageView{
		Title:    title,
		Path:     r.URL.RequestURI(),
		Theme:    s.themeOf(r),
		ThemeURL: pathTheme,
		Zone:     s.zoneView(r),
		HomeURL:  pathHome,
		Assets: layout.AssetsView{
			CSS:      s.Asset("app.css"),
			JS:       s.Asset("app.js"),
			HTMX:     s.Asset("vendor/htmx.min.js"),
			Icon:     s.Asset("icon.svg"),
			Touch:    s.Asset("icons/apple-touch-icon.png"),
			Manifest: s.Asset("manifest.webmanifest"),
			Fonts:    []string{s.Asset("fonts/inter-latin.woff2"), s.Asset("fonts/bricolage-grotesque-latin.woff2")},
		},
	}
	if r.Method != http.MethodGet {
		p.Path = pathHome
	}
	if inSession(r.Context()) {
		if _, ok := s.ref(r.Context(), keyDataset); ok {
			p.ForgetURL = pathForget
		}
	}
	if v != nil {
		p.Zone.Time, p.Zone.Shown, p.Zone.ChangeURL = v.zoneTime(), v.lens.Zone().String(), href(pathHome, kept(v.lens))+"#chip-tz"
		for _, m := range v.mended {
			p.Mended = append(p.Mended, layout.MendedView{Field: m.field, Message: m.message})
		}
		p.HomeURL = href(pathHome, kept(v.lens))
		p.Nav = newNav(v)
		p.More = newMore(v)
		if v.sample {
			p.Notice = prose.Of("You are looking at an invented listener. ").Link("Bring your own data", pathBring).Plain(".")
		}
	}
	return p
}

// lensPage is pageView for pages that look at a range of plays.
func (s *Server) lensPage(c echo.Context, title string, v view, subject *subject) layout.PageView {
	p := s.pageView(c, title, &v)
	if v.data.Rows() > 0 { // without a play there is no time to look at
		lens := newLensView(v, subject)
		p.Lens = &lens
		for _, message := range lens.Exclusions.Missing {
			p.Mended = append(p.Mended, layout.MendedView{Field: "not", Message: message})
		}
		p.Zone.ChangeURL = "#chip-tz"
	}
	return p
}

// newNav lists the pages that hold something.
func newNav(v *view) []layout.LinkView {
	all := v.data.Summary(dataset.Lens{Min: v.lens.Min})
	var nav []layout.LinkView
	add := func(label, path string) { nav = append(nav, v.navLink(label, path)) }
	add("Overview", pathHome)
	for _, section := range []struct {
		label, path string
		holds       int
	}{
		{"Artists", pathArtists, all.Artists}, {"Albums", pathAlbums, all.Albums}, {"Tracks", pathTracks, all.Tracks},
		{"Shows", pathShows, all.Shows}, {"Audiobooks", pathAudiobooks, all.Audiobooks}, {"History", pathHistory, all.Rows},
	} {
		if section.holds > 0 {
			add(section.label, section.path)
		}
	}
	return nav
}

// navLink leads to a section under the same lens.
func (v *view) navLink(label, path string) layout.LinkView {
	return layout.LinkView{Label: label, URL: href(path, kept(v.lens)), Current: under(v.path, path)}
}

// newMore lists the pages of what the packages hold beside the plays.
func newMore(v *view) []layout.NavGroupView {
	var more []layout.NavGroupView
	group := func(label string, inline bool, links ...layout.LinkView) {
		if len(links) > 0 {
			more = append(more, layout.NavGroupView{Label: label, Inline: inline, Links: links})
		}
	}
	a := v.account()
	var yours []layout.LinkView
	if len(a.Playlists) > 0 {
		yours = append(yours, v.navLink("Playlists", pathPlaylists))
	}
	if holdsLibrary(a) {
		yours = append(yours, v.navLink("Library", pathLibrary))
	}
	group("What you keep", true, yours...)
	var theirs []layout.LinkView
	if len(a.Searches) > 0 {
		theirs = append(theirs, v.navLink("Searches", pathSearches))
	}
	if len(a.Changes) > 0 {
		theirs = append(theirs, v.navLink("Changes", pathChanges))
	}
	if v.hasTopic(opinionTopics...) {
		theirs = append(theirs, v.navLink("Spotify on you", pathOpinions))
	}
	if v.hasTopic(export.TopicWrapped) {
		theirs = append(theirs, v.navLink("Wrapped", pathWrapped))
	}
	theirs = append(theirs, v.navLink("Privacy", pathPrivacy))
	if len(v.data.Documents()) > 0 {
		theirs = append(theirs, v.navLink("Everything else", pathDocuments))
	}
	group("What Spotify keeps", false, theirs...)
	// On a phone the row shows its beginning, and this must be found.
	group("Add and delete", true, v.navLink("Your data", pathReceipt))
	return more
}

// under reports whether a page belongs to a section of the navigation.
func under(path, section string) bool {
	within := func(section string) bool { return path == section || strings.HasPrefix(path, section+"/") }
	switch section {
	case pathHome:
		return path == pathHome
	case pathShows:
		return within(pathShows) || within(pathEpisodes)
	case pathAudiobooks:
		return within(pathAudiobooks) || within(pathChapters)
	default:
		return within(section)
	}
}
