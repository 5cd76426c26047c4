package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A section is a kind of thing that was played: its list and its pages.
type section struct {
	by        dataset.By
	path      string
	title     string // "Artists"
	kind      string // "Artist"
	one, many string
}

var (
	artists    = section{dataset.ByArtist, pathArtists, "Artists", "Artist", "artist", "artists"}
	albums     = section{dataset.ByAlbum, pathAlbums, "Albums", "Album", "album", "albums"}
	tracks     = section{dataset.ByTrack, pathTracks, "Tracks", "Track", "track", "tracks"}
	shows      = section{dataset.ByShow, pathShows, "Shows", "Show", "show", "shows"}
	episodes   = section{dataset.ByEpisode, pathEpisodes, "Episodes", "Episode", "episode", "episodes"}
	audiobooks = section{dataset.ByAudiobook, pathAudiobooks, "Audiobooks", "Audiobook", "audiobook", "audiobooks"}
	chapters   = section{dataset.ByChapter, pathChapters, "Chapters", "Chapter", "chapter", "chapters"}

	sections = []section{artists, albums, tracks, shows, episodes, audiobooks, chapters}
)

const (
	rankingPageSize = 50
	sparkSlices     = 48
)

func showRanking(sec section) dataHandler {
	return func(s *Server, c echo.Context, v view) error {
		m := newRankedPageView(v, sec)
		return s.render(c, http.StatusOK, pages.Ranked(s.lensPage(c, sec.title+selection(v.lens), v, nil), m))
	}
}

func swapRanking(sec section) dataHandler {
	return func(s *Server, c echo.Context, v view) error {
		showAddress(c, href(sec.path, v.lens))
		return s.render(c, http.StatusOK, pages.RankedPartial(s.lensPage(c, sec.title+selection(v.lens), v, nil), newRankedPageView(v, sec)))
	}
}

// showAddress brings the address bar up to date while somebody types a search:
// the last words take the place of those before, so that going back leaves the
// search. Other links say themselves what becomes of the address.
func showAddress(c echo.Context, url string) {
	if c.Request().Header.Get("HX-Trigger") == "search" {
		c.Response().Header().Set("HX-Replace-Url", url)
	}
}

func newRankedPageView(v view, sec section) pages.RankedPageView {
	list := newRankedListView(v, sec)
	all := v.data.Rank(kept(v.lens), sec.by, 0, 1)
	m := pages.RankedPageView{
		Heading:  sec.title,
		Headline: prose.Of("You listened to ").Accent(v.loc.Count(all.Total, sec.one, sec.many)).Plain(selection(v.lens) + "."),
		Search: partials.SearchView{
			Label:       "Search " + sec.many,
			Placeholder: "Search " + sec.many,
			Action:      sec.path,
			Partial:     pathPartials + sec.path,
			Query:       v.lens.Q,
		},
		List: list,
	}
	switch {
	case all.Total > 0:
	case v.data.Rank(dataset.Lens{}, sec.by, 0, 1).Total == 0:
		m.Search = partials.SearchView{} // nothing could be found
		// Account data names no album, whatever was listened to.
		m.Headline = prose.Of("Your data names no " + sec.many + ".")
	default:
		m.Headline = prose.Of("You listened to no " + sec.many + selection(v.lens) + ".")
	}
	if len(all.Items) > 0 {
		top := all.Items[0]
		m.Lede = prose.Of("Most of all ").Link(untitled(top.Name), entityHref(sec.by, top.ID, v.lens))
		if top.Creator != "" {
			m.Lede = m.Lede.Plain(" by " + untitled(top.Creator))
		}
		m.Lede = m.Lede.Plain(": ")
		if v.ofUnknownLength(top.Ms, top.Plays) {
			m.Lede = m.Lede.Strong(v.loc.Count(top.Plays, "play", "plays")).Plain(" of unknown length.")
		} else {
			m.Lede = m.Lede.Strong(v.loc.HoursInWords(top.Ms))
			if top.Plays == 0 {
				m.Lede = m.Lede.Plain(", never long enough to count as a play.")
			} else {
				m.Lede = m.Lede.Plain(", " + v.loc.Count(top.Plays, "play", "plays") + ".")
			}
		}
	}
	return m
}

var sorts = []struct {
	sort  dataset.Sort
	label string
}{
	{dataset.SortHours, "Hours"},
	{dataset.SortPlays, "Plays"},
	{dataset.SortName, "Name"},
	{dataset.SortFirst, "First heard"},
	{dataset.SortLast, "Last heard"},
}

func newRankedListView(v view, sec section) partials.RankedListView {
	page := max(v.lens.Page, 1)
	r := v.data.Rank(v.lens, sec.by, (page-1)*rankingPageSize, rankingPageSize)
	m := partials.RankedListView{
		Count:  v.loc.Count(r.Total, sec.one, sec.many),
		Rows:   newRows(v, sec.by, r, true),
		Hidden: v.hidden("q"),
		Pager:  newPager(v, sec.path, page, len(r.Items), r.Total),
	}
	if v.lens.Q != "" {
		m.Count += " for “" + v.lens.Q + "”"
	}
	sorts := sorts
	if r.Total == 0 {
		sorts = nil
	}
	order := v.lens.Sort
	if order == "" {
		order = dataset.SortHours
	}
	for _, o := range sorts {
		l := v.lens.WithSort(o.sort)
		if o.sort == dataset.SortHours {
			l.Sort = ""
		}
		m.Sorts = append(m.Sorts, newStep(o.label, sec.path, l, o.sort == order))
	}
	switch {
	case len(m.Rows) > 0:
	case r.Total > 0:
		m.Empty = &partials.EmptyView{
			Title:   "The list ends before page " + v.loc.Number(page) + ".",
			Message: "It has " + m.Count + " on " + v.loc.Count((r.Total+rankingPageSize-1)/rankingPageSize, "page", "pages") + ".",
			Action:  layout.LinkView{Label: "Go to its beginning", URL: href(sec.path, v.lens.ClearedPaging())},
		}
	default:
		empty := newEmptyView(v, sec.many)
		m.Empty = &empty
	}
	return m
}

// newStep is a link that htmx can follow within the page.
func newStep(label, path string, l dataset.Lens, current bool) partials.StepView {
	return partials.StepView{Label: label, URL: href(path, l), Partial: href(pathPartials+path, l), Current: current}
}

func newPager(v view, path string, page, shown, total int) partials.PagerView {
	var p partials.PagerView
	if shown == 0 {
		return p
	}
	first := (page-1)*rankingPageSize + 1
	p.Text = v.loc.Number(first) + "–" + v.loc.Number(first+shown-1) + " of " + v.loc.Number(total)
	turn := func(label string, to int) *partials.StepView {
		step := newStep(label, path, v.lens.WithPage(to), false)
		return &step
	}
	if page > 1 {
		p.Previous = turn("Previous", page-1)
	}
	if page*rankingPageSize < total {
		p.Next = turn("Next", page+1)
	}
	return p
}

// newRows are the lines of a ranked list with their links, bars and, where
// there is room, sparks.
func newRows(v view, by dataset.By, r dataset.Ranking, sparks bool) []partials.RowView {
	rows := make([]partials.RowView, len(r.Items))
	ids := make([]string, len(r.Items))
	for i, it := range r.Items {
		rows[i], ids[i] = newRow(v, it, r.MaxMs), it.ID
	}
	if sparks {
		for i, spark := range v.data.Sparks(v.lens, by, ids, sparkSlices) {
			rows[i].Spark = spark
		}
	}
	return rows
}

func newRow(v view, it dataset.Ranked, most int64) partials.RowView {
	hours, exact := v.hours(it.Ms, it.Plays)
	row := partials.RowView{
		Rank:    it.Rank,
		Name:    untitled(it.Name),
		URL:     entityHref(it.By, it.ID, v.lens),
		Creator: credited(it.Creator), CreatorURL: creatorHref(v, it.Entity),
		Identity: identityOf(it.Entity),
		Hours:    hours,
		Plays:    v.loc.Count(it.Plays, "play", "plays"),
		Title:    exact + ", " + v.loc.Count(it.Plays, "play", "plays"),
	}
	if most > 0 {
		row.Share = float64(it.Ms) / float64(most)
	}
	return row
}

// newEmptyView says why a list is empty and how to see more.
func newEmptyView(v view, many string) partials.EmptyView {
	switch {
	case v.lens.Q != "":
		from, to := v.shown()
		return partials.EmptyView{
			Title:   "Nothing matches “" + v.lens.Q + "”.",
			Message: "The search looks at the names of what you heard (" + format.Span(civil(from), civil(to)) + ").",
			Action:  layout.LinkView{Label: "Clear the search", URL: v.href(v.lens.WithQ(""))},
		}
	case !isWide(v.lens):
		return partials.EmptyView{
			Title:   "No " + many + " in this selection.",
			Message: "Your data has nothing that fits the range and choices above.",
			Action:  layout.LinkView{Label: "Show everything", URL: v.href(widened(v.lens))},
		}
	case !v.hasPlays():
		return partials.EmptyView{
			Title: "Your packages hold no listening history.", Message: "The extended streaming history holds every play since your first.",
			How:    pages.AskFor(pages.PackageExtended, ""),
			Action: layout.LinkView{Label: "Add your history", URL: v.addURL()},
		}
	case many == albums.many && !v.hasExtended():
		return partials.EmptyView{
			Title: "Account data names no albums.", Message: "The extended streaming history does, for every play since your first.",
			How:    pages.AskFor(pages.PackageExtended, ""),
			Action: layout.LinkView{Label: "Add your history", URL: v.addURL()},
		}
	default:
		return partials.EmptyView{
			Title:   "No " + many + " in your data.",
			Message: "The files you uploaded name none. The receipt says what each file held.",
			Action:  layout.LinkView{Label: "See the receipt", URL: href(pathReceipt, kept(v.lens))},
		}
	}
}

// widened takes off everything that narrows a lens, but not how it counts and
// what it is about.
func widened(l dataset.Lens) dataset.Lens {
	return dataset.Lens{
		TZ: l.TZ, Home: l.Home, Min: l.Min, Group: l.Group, Sort: l.Sort,
		Artist: l.Artist, Album: l.Album, Track: l.Track, Show: l.Show, Audiobook: l.Audiobook,
	}
}

// isWide reports whether a lens sees all there is.
func isWide(l dataset.Lens) bool { return !l.HasRange() && !l.Filtered() }
