package web

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// What pages may say depends on the packages that somebody has. Account data
// covers about a year and leaves out albums, devices, places and how plays ended;
// its documents alone tell of no play at all.

// HasPlays reports whether there is any play.
func (req *Request) HasPlays() bool { return req.Data.Rows() > 0 }

// HasExtended reports whether any play comes from the extended history, which
// alone can tell that something was never played.
func (req *Request) HasExtended() bool {
	return dataset.Memoize(req.Data, "extended", func() bool {
		return slices.ContainsFunc(req.Data.Receipt().Files, func(f export.File) bool {
			return f.Kept > 0 && (f.Class == export.ClassExtended || f.Class == export.ClassExtendedVideo)
		})
	})
}

// AddURL leads to where packages are added.
func (req *Request) AddURL() string {
	if req.Sample {
		return PathBring
	}
	return Href(PathReceipt, Kept(req.Lens)) + "#more"
}

// Holdings say what the packages hold beside plays, each with its page.
func (req *Request) Holdings() prose.Text {
	a := req.Account()
	var parts []prose.Text
	add := func(n int, one, many, path string) {
		if n > 0 {
			parts = append(parts, prose.Text{}.Link(req.Locale.Count(n, one, many), Href(path, Kept(req.Lens))))
		}
	}
	add(len(a.Playlists), "playlist", "playlists", PathPlaylists)
	add(a.Library.Saved(), "entry in your library", "entries in your library", PathLibrary)
	add(len(req.SearchOutcomes()), "search", "searches", PathSearches)
	add(len(a.Changes), "change to library and playlists", "changes to library and playlists", PathChanges)
	add(len(a.Wrapped), "year of Wrapped", "years of Wrapped", PathWrapped)
	add(len(req.Data.Documents()), "document in all", "documents in all", PathDocuments)
	if len(parts) == 0 {
		return nil
	}
	return append(prose.Of("Your packages hold "), prose.List(parts)...).Plain(".")
}
