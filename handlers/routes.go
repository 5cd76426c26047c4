package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

// Paths that other places link to.
const (
	pathHome       = "/"
	pathUpload     = "/uploads"
	pathFiles      = "/files"
	pathDiscard    = pathFiles + "/discard"
	pathImports    = "/imports"
	pathSample     = "/sample"
	pathBring      = "/bring"
	pathReceipt    = "/receipt"
	pathHistory    = "/history"
	pathForget     = "/forget"
	pathReset      = "/reset"
	pathForgotten  = "/forgotten"
	pathGone       = "/gone"
	fieldNoData    = "nodata"
	pathNoData     = pathHome + "?" + fieldNoData // where pages lead that have nothing to show
	pathTheme      = "/theme"
	pathZone       = "/zone"
	pathPartials   = "/partials"
	pathAPI        = "/api/v1"
	pathArtists    = "/artists"
	pathAlbums     = "/albums"
	pathTracks     = "/tracks"
	pathShows      = "/shows"
	pathEpisodes   = "/episodes"
	pathAudiobooks = "/audiobooks"
	pathChapters   = "/chapters"
	pathPlaylists  = "/playlists"
	pathLibrary    = "/library"
	pathSearches   = "/searches"
	pathChanges    = "/changes"
	pathOpinions   = "/opinions"
	pathWrapped    = "/wrapped"
	pathPrivacy    = "/privacy"
	pathDocuments  = "/documents"
)

// A view is what a handler that shows data works with.
type view struct {
	data *dataset.Dataset
	lens dataset.Lens
	// path is the page the view belongs to; its links lead back there.
	path string
	// about is true on an entity's page: its path names what the lens is narrowed to.
	about bool
	// home is the zone of the lens when its query names none.
	home homeZone
	// mended are the parameters that could not be used as they came.
	mended []mendedField
	// own are the page's own parameters, beyond the lens: which part of it is
	// shown, in which order. Links that stay on the page keep them.
	own []layout.FieldView
	// asText is the chart whose figures the page shows as text.
	asText string
	// sample is true for invented data.
	sample bool
	loc    format.Locale
}

// A dataHandler answers a request of somebody who has data.
type dataHandler func(s *Server, c echo.Context, v view) error

// A plainHandler answers a request that needs no data.
type plainHandler func(s *Server, c echo.Context) error

// route lays out the table of routes.
func (s *Server) route() {
	for _, r := range []struct {
		method, path string
		plain        plainHandler
		data         dataHandler
	}{
		{http.MethodGet, pathHome, (*Server).showHome, nil},
		{http.MethodPost, pathUpload, metered(costWrite, (*Server).createUpload), nil},
		{http.MethodGet, pathFiles, (*Server).listFiles, nil},
		{http.MethodPost, pathFiles, metered(costWrite, (*Server).serveFile), nil},
		{http.MethodOptions, pathFiles, (*Server).serveFile, nil},
		{http.MethodHead, pathFiles + "/:id", (*Server).serveFile, nil},
		{http.MethodPatch, pathFiles + "/:id", metered(costPart, (*Server).serveFile), nil},
		{http.MethodDelete, pathFiles + "/:id", (*Server).serveFile, nil},
		{http.MethodPost, pathFiles + "/:id", metered(costPart, (*Server).serveFile), nil}, // with another method in a header
		{http.MethodPost, pathDiscard, (*Server).discardFiles, nil},
		{http.MethodPost, pathImports, (*Server).createImport, nil},
		{http.MethodGet, pathImports + "/:id", (*Server).showImport, nil},
		{http.MethodPost, pathImports + "/:id", (*Server).resumeImport, nil},
		{http.MethodGet, pathPartials + pathImports + "/:id", (*Server).swapImport, nil},
		{http.MethodPost, pathSample, metered(costSample, (*Server).createSample), nil},
		{http.MethodGet, pathBring, (*Server).showBring, nil},
		{http.MethodGet, pathReceipt, nil, (*Server).showReceipt},

		{http.MethodGet, pathForget, (*Server).confirmForget, nil},
		{http.MethodPost, pathReset, (*Server).forget, nil},
		{http.MethodGet, pathForgotten, (*Server).showForgotten, nil},
		{http.MethodGet, pathGone, (*Server).showGone, nil},
		{http.MethodPost, pathGone, (*Server).clearGone, nil},
		{http.MethodPost, pathTheme, (*Server).chooseTheme, nil},
		{http.MethodPost, pathZone, (*Server).rememberZone, nil},

		{http.MethodGet, pathArtists, nil, showRanking(artists)},
		{http.MethodGet, pathAlbums, nil, showRanking(albums)},
		{http.MethodGet, pathTracks, nil, showRanking(tracks)},
		{http.MethodGet, pathShows, nil, showRanking(shows)},
		{http.MethodGet, pathAudiobooks, nil, showRanking(audiobooks)},
		{http.MethodGet, pathPartials + pathArtists, nil, swapRanking(artists)},
		{http.MethodGet, pathPartials + pathAlbums, nil, swapRanking(albums)},
		{http.MethodGet, pathPartials + pathTracks, nil, swapRanking(tracks)},
		{http.MethodGet, pathPartials + pathShows, nil, swapRanking(shows)},
		{http.MethodGet, pathPartials + pathAudiobooks, nil, swapRanking(audiobooks)},

		{http.MethodGet, pathArtists + "/:id", nil, showEntity(artists)},
		{http.MethodGet, pathAlbums + "/:id", nil, showEntity(albums)},
		{http.MethodGet, pathTracks + "/:id", nil, showEntity(tracks)},
		{http.MethodGet, pathShows + "/:id", nil, showEntity(shows)},
		{http.MethodGet, pathEpisodes + "/:id", nil, showEntity(episodes)},
		{http.MethodGet, pathAudiobooks + "/:id", nil, showEntity(audiobooks)},
		{http.MethodGet, pathChapters + "/:id", nil, showEntity(chapters)},

		{http.MethodGet, pathHistory, nil, (*Server).showHistory},
		{http.MethodGet, pathPartials + pathHistory, nil, (*Server).swapHistory},
		{http.MethodGet, pathPartials + pathHistory + "/older", nil, (*Server).appendHistory},

		{http.MethodGet, pathPlaylists, nil, admitted(playlistBytes, showCollection(buildPlaylists))},
		{http.MethodGet, pathPlaylistTracks, nil, admitted(playlistBytes, showCollection(buildPlaylistTracks))},
		{http.MethodGet, pathPlaylists + "/:id", nil, admitted(playlistBytes, showCollection(buildPlaylist))},
		{http.MethodGet, pathLibrary, nil, admitted(libraryBytes, showCollection(buildLibrary))},
		{http.MethodGet, pathPartials + pathPlaylists, nil, admitted(playlistBytes, swapCollection(buildPlaylists))},
		{http.MethodGet, pathPartials + pathPlaylistTracks, nil, admitted(playlistBytes, swapCollection(buildPlaylistTracks))},
		{http.MethodGet, pathPartials + pathPlaylists + "/:id", nil, admitted(playlistBytes, swapCollection(buildPlaylist))},
		{http.MethodGet, pathPartials + pathLibrary, nil, admitted(libraryBytes, swapCollection(buildLibrary))},

		{http.MethodGet, pathAPI + pathPlaylists, nil, admitted(playlistBytes, (*Server).apiPlaylists)},
		{http.MethodGet, pathAPI + pathPlaylists + "/overview", nil, admitted(playlistBytes, (*Server).apiPlaylistOverview)},
		{http.MethodGet, pathAPI + pathPlaylistTracks, nil, admitted(playlistBytes, (*Server).apiPlaylistTracks)},
		{http.MethodGet, pathAPI + pathPlaylists + "/:id", nil, admitted(playlistBytes, (*Server).apiPlaylist)},
		{http.MethodGet, pathAPI + pathLibrary, nil, admitted(libraryBytes, (*Server).apiLibrary)},

		{http.MethodGet, pathSearches, nil, admitted(searchBytes, (*Server).showSearches)},
		{http.MethodGet, pathPartials + pathSearches, nil, admitted(searchBytes, (*Server).swapSearches)},
		{http.MethodGet, pathPartials + pathSearches + "/older", nil, admitted(searchBytes, (*Server).appendSearches)},
		{http.MethodGet, pathChanges, nil, admitted(changeBytes, (*Server).showChanges)},
		{http.MethodGet, pathPartials + pathChanges, nil, admitted(changeBytes, (*Server).swapChanges)},
		{http.MethodGet, pathPartials + pathChanges + "/older", nil, admitted(changeBytes, (*Server).appendChanges)},
		{http.MethodGet, pathOpinions, nil, admitted(opinionBytes, (*Server).showOpinions)},
		{http.MethodGet, pathWrapped, nil, admitted(wrappedBytes, (*Server).showWrapped)},
		{http.MethodGet, pathPrivacy, nil, (*Server).showPrivacy},
		{http.MethodGet, pathDocuments, nil, admitted(documentsBytes, (*Server).showDocuments)},
		{http.MethodGet, pathPartials + pathDocuments, nil, admitted(documentsBytes, (*Server).swapDocuments)},
		{http.MethodGet, pathDocuments + "/:id", nil, (*Server).showDocument},

		{http.MethodGet, pathAPI + pathSearches, nil, admitted(searchBytes, (*Server).apiSearches)},
		{http.MethodGet, pathAPI + pathChanges, nil, admitted(changeBytes, (*Server).apiChanges)},
		{http.MethodGet, pathAPI + pathOpinions, nil, admitted(opinionBytes, (*Server).apiOpinions)},
		{http.MethodGet, pathAPI + pathWrapped, nil, admitted(wrappedBytes, (*Server).apiWrapped)},
		{http.MethodGet, pathAPI + pathPrivacy, nil, admitted(privacyBytes, (*Server).apiPrivacy)},
		{http.MethodGet, pathAPI + pathDocuments, nil, admitted(documentsBytes, (*Server).apiDocuments)},
		{http.MethodGet, pathAPI + pathDocuments + "/:id", nil, (*Server).apiDocument},
		{http.MethodGet, pathAPI + "/coverage", nil, (*Server).apiCoverage},

		{http.MethodGet, pathAPI + "/summary", nil, (*Server).apiSummary},
		{http.MethodGet, pathAPI + "/receipt", nil, (*Server).apiReceipt},
		{http.MethodGet, pathAPI + "/top/:what", nil, (*Server).apiTop},
		{http.MethodGet, pathAPI + "/plays", nil, (*Server).apiPlays},
	} {
		handle := func(c echo.Context) error {
			edge.SetRoute(c.Request().Context(), r.path)
			if r.data != nil {
				return s.withData(c, r.data)
			}
			return r.plain(s, c)
		}
		s.echo.Add(r.method, r.path, handle)
		if r.method == http.MethodGet {
			s.echo.Add(http.MethodHead, r.path, handle)
		}
	}
}

// withData opens the session's data and reads the lens, once for everybody. A
// program is told which parameter it cannot use. A person gets the page without
// it, and a word about it.
func (s *Server) withData(c echo.Context, handle dataHandler) error {
	var mended []mendedField
	for {
		// The data is in use until the answer goes on its way: a slow reader holds
		// no memory.
		ctx, done := context.WithCancel(c.Request().Context())
		v, err := s.look(ctx, c.Request(), c.QueryParams())
		if err == nil {
			v.mended = mended
			c.Response().Before(done)
			err = handle(s, c, v)
		}
		done()
		var field *dataset.FieldError
		if isAPI(c.Request()) || !errors.As(err, &field) || !c.QueryParams().Has(field.Field) {
			return err
		}
		mended = append(mended, mend(c.QueryParams(), field))
	}
}

// look opens the session's data under the lens of a query. Days and hours are
// those of the person's zone on pages, and those of UTC for programs, unless the
// query names another.
func (s *Server) look(ctx context.Context, r *http.Request, query url.Values) (view, error) {
	h, err := s.hold(ctx)
	if err != nil {
		return view{}, err
	}
	home := homeZone{zone: time.UTC}
	if !isAPI(r) {
		home = s.homeOf(r, h.data)
	}
	lens, err := dataset.ParseLensAt(query, home.zone)
	if err != nil {
		return view{}, err
	}
	if err := s.readAccount(r.Context(), h.data); err != nil {
		return view{}, err
	}
	return view{
		data:   h.data,
		lens:   lens,
		home:   home,
		path:   pagePath(r.URL.Path),
		asText: query.Get(fieldTable),
		sample: h.sample,
	}, nil
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, pathAPI+"/") }

// pagePath is the page that a path belongs to: a partial's links lead to the
// page it is part of.
func pagePath(path string) string {
	if rest, ok := strings.CutPrefix(path, pathPartials); ok {
		return strings.TrimSuffix(rest, "/older")
	}
	return path
}
