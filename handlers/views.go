package handlers

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/changes"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/documents"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/entity"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/history"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/library"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/opinions"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/overview"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/playlists"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/privacy"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/ranking"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/receipt"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/searches"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/wrapped"
)

// Views returns all pages over a person's data, in the order of the navigation.
func Views() []web.View { return slices.Clone(views) }

// views are all pages over a person's data, in the order of the navigation.
var views = []web.View{
	overview.View,
	ranking.View(web.Artists), ranking.View(web.Albums), ranking.View(web.Tracks), ranking.View(web.Shows), ranking.View(web.Audiobooks),
	ranking.Answer(web.Episodes), ranking.Answer(web.Chapters),
	entity.View(web.Artists), entity.View(web.Albums), entity.View(web.Tracks), entity.View(web.Shows), entity.View(web.Episodes),
	entity.View(web.Audiobooks), entity.View(web.Chapters),
	history.View,
	playlists.View, playlists.Overview, playlists.Tracks, playlists.Playlist,
	library.View,
	searches.View, changes.View, opinions.View, wrapped.View, privacy.View,
	documents.View, documents.Document,
	receipt.View, receipt.Coverage,
}
