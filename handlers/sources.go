package handlers

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// What pages may say depends on the packages that somebody has. Account data
// covers about a year and leaves out albums, devices, places and how plays ended;
// its documents alone tell of no play at all.

// hasPlays reports whether there is any play.
func (req *Request) hasPlays() bool { return req.Data.Rows() > 0 }

// hasExtended reports whether any play comes from the extended history, which
// alone can tell that something was never played.
func (req *Request) hasExtended() bool {
	return dataset.Memoize(req.Data, "extended", func() bool {
		for _, f := range req.Data.Receipt().Files {
			if f.Kept > 0 && (f.Class == export.ClassExtended || f.Class == export.ClassExtendedVideo) {
				return true
			}
		}
		return false
	})
}

// addURL leads to where packages are added.
func (req *Request) addURL() string {
	if req.Sample {
		return pathBring
	}
	return href(pathReceipt, kept(req.Lens)) + "#more"
}

// newAskView says what account data leaves out and how to get it; nil for those
// who have it.
func newAskView(req *Request) *pages.AskView {
	if !req.hasPlays() || req.hasExtended() {
		return nil
	}
	return &pages.AskView{
		Title: "What your account data leaves out",
		Text: []prose.Text{
			prose.Of("It covers about a year, and says of each play the artist, the title and the minute. " +
				"Albums, devices, countries, shuffle and skips are not in it, so no page here counts them."),
			pages.AskFor(pages.PackageExtended, req.addURL()),
		},
	}
}

// holdings say what the packages hold beside plays, each with its page.
func (req *Request) holdings() prose.Text {
	a := req.account()
	var parts []prose.Text
	add := func(n int, one, many, path string) {
		if n > 0 {
			parts = append(parts, prose.Text{}.Link(req.Locale.Count(n, one, many), href(path, kept(req.Lens))))
		}
	}
	add(len(a.Playlists), "playlist", "playlists", pathPlaylists)
	add(a.Library.Saved(), "entry in your library", "entries in your library", pathLibrary)
	add(len(req.sought()), "search", "searches", pathSearches)
	add(len(a.Changes), "change to library and playlists", "changes to library and playlists", pathChanges)
	add(len(a.Wrapped), "year of Wrapped", "years of Wrapped", pathWrapped)
	add(len(req.Data.Documents()), "document in all", "documents in all", pathDocuments)
	if len(parts) == 0 {
		return nil
	}
	return append(prose.Of("Your packages hold "), prose.List(parts)...).Plain(".")
}
