package web

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Section is a kind of thing that was played: its list and its pages.
type Section struct {
	By        lens.EntityKind
	Path      string
	Title     string // "Artists"
	Kind      string // "Artist"
	One, Many string
	Covers    []string // pages of what its entries consist of
}

var (
	Artists    = Section{lens.Artist, pathArtists, "Artists", "Artist", "artist", "artists", nil}
	Albums     = Section{lens.Album, pathAlbums, "Albums", "Album", "album", "albums", nil}
	Tracks     = Section{lens.Track, pathTracks, "Tracks", "Track", "track", "tracks", nil}
	Shows      = Section{lens.Show, pathShows, "Shows", "Show", "show", "shows", []string{pathEpisodes}}
	Episodes   = Section{lens.Episode, pathEpisodes, "Episodes", "Episode", "episode", "episodes", nil}
	Audiobooks = Section{lens.Audiobook, pathAudiobooks, "Audiobooks", "Audiobook", "audiobook", "audiobooks", []string{pathChapters}}
	Chapters   = Section{lens.Chapter, pathChapters, "Chapters", "Chapter", "chapter", "chapters", nil}

	sections = []Section{Artists, Albums, Tracks, Shows, Episodes, Audiobooks, Chapters}
)

const sparkSlices = 48

// NewRows are the lines of a ranked list with their links, bars and, where
// there is room, sparks.
func NewRows(req *Request, by lens.EntityKind, r dataset.Ranking, sparks bool) []list.RowView {
	rows := make([]list.RowView, len(r.Items))
	ids := make([]string, len(r.Items))
	for i, it := range r.Items {
		rows[i], ids[i] = NewRow(req, it, r.MaxMs), it.ID
	}
	if sparks {
		for i, spark := range req.Data.Sparks(req.Lens, by, ids, sparkSlices) {
			rows[i].Spark = spark
		}
	}
	return rows
}

// NewRow is a line of a ranked list. most is the time of the first, for the bar.
func NewRow(req *Request, it dataset.Ranked, most int64) list.RowView {
	hours, exact := req.hours(it.Ms, it.Plays)
	row := list.RowView{
		Rank:    it.Rank,
		Name:    words.Untitled(it.Name),
		URL:     EntityHref(it.By, it.ID, req.Lens),
		Creator: words.Credited(it.Creator), CreatorURL: creatorHref(req, it.Entity),
		Identity: words.IdentityOf(it.Entity),
		Hours:    hours,
		Plays:    req.Locale.Count(it.Plays, "play", "plays"),
		Title:    exact + ", " + req.Locale.Count(it.Plays, "play", "plays"),
	}
	if most > 0 {
		row.Share = float64(it.Ms) / float64(most)
	}
	return row
}

// NewEmptyView says why a list is empty and how to see more.
func NewEmptyView(req *Request, many string) list.EmptyView {
	bring := func(title, message string) list.EmptyView {
		action := layout.LinkView{Label: "Add your history", URL: req.AddURL()}
		return list.EmptyView{Title: title, Message: message, How: AskFor(PackageExtended, ""), Action: action}
	}
	switch {
	case req.Lens.Q != "":
		from, to := req.ShownRange()
		return req.NoMatch("the names of what you heard (" + format.Span(words.Civil(from), words.Civil(to)) + ")")
	case !IsWide(req.Lens):
		return list.EmptyView{
			Title:   "No " + many + " in this selection.",
			Message: "Your data has nothing that fits the range and choices above.",
			Action:  layout.LinkView{Label: "Show everything", URL: req.Href(Widened(req.Lens))},
		}
	case !req.HasPlays():
		return bring("Your packages hold no listening history.", "The extended streaming history holds every play since your first.")
	case many == Albums.Many && !req.HasExtended():
		return bring("Account data names no albums.", "The extended streaming history does, for every play since your first.")
	default:
		return list.EmptyView{
			Title:   "No " + many + " in your data.",
			Message: "The files you uploaded name none. The receipt says what each file held.",
			Action:  layout.LinkView{Label: "See the receipt", URL: Href(PathReceipt, Kept(req.Lens))},
		}
	}
}

// Widened takes off everything that narrows a lens, but not how it counts and
// what it is about.
func Widened(l lens.Lens) lens.Lens {
	return lens.Lens{TZ: l.TZ, Home: l.Home, Min: l.Min, Group: l.Group, Focus: l.Focus, Paging: lens.Paging{Sort: l.Sort}}
}

// IsWide reports whether a lens sees all there is.
func IsWide(l lens.Lens) bool { return !l.HasRange() && !l.Filtered() }
