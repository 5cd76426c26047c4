package handlers

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/calendar"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/changes"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/compare"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/day"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/discoveries"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/documents"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/entity"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/eras"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/history"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/library"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/milestones"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/more"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/obsessions"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/opinions"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/pictures"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/playlists"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/privacy"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/ranking"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/ranks"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/receipt"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/reel"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/search"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/searches"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/story"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/wrapped"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/years"
)

// Views returns all pages over a person's data, in the order of the navigation.
func Views() []web.View { return slices.Clone(views) }

// views are all pages over a person's data, in the order of the navigation.
var views = []web.View{
	story.View,
	ranking.View(web.Artists), ranking.View(web.Albums), ranking.View(web.Tracks), ranking.View(web.Shows), ranking.View(web.Audiobooks),
	ranking.Answer(web.Episodes), ranking.Answer(web.Chapters),
	entity.View(web.Artists), entity.View(web.Albums), entity.View(web.Tracks), entity.View(web.Shows), entity.View(web.Episodes),
	entity.View(web.Audiobooks), entity.View(web.Chapters),
	years.View, years.Year, calendar.View, day.View, day.OnThisDay,
	eras.View, discoveries.View, obsessions.View, ranks.View, milestones.View, compare.View,
	history.View,
	playlists.View, playlists.Overview, playlists.Tracks, playlists.Playlist,
	library.View, pictures.View,
	searches.View, changes.View, opinions.View, wrapped.View, privacy.View,
	documents.View, documents.Document,
	receipt.View, receipt.Coverage, reel.View,
	search.View, more.View,
}
