package handlers

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A section is a kind of thing that was played: its list and its pages.
type section struct {
	by        dataset.By
	path      string
	title     string // "Artists"
	kind      string // "Artist"
	one, many string
	covers    []string // pages of what its entries consist of
}

var (
	artists    = section{dataset.ByArtist, pathArtists, "Artists", "Artist", "artist", "artists", nil}
	albums     = section{dataset.ByAlbum, pathAlbums, "Albums", "Album", "album", "albums", nil}
	tracks     = section{dataset.ByTrack, pathTracks, "Tracks", "Track", "track", "tracks", nil}
	shows      = section{dataset.ByShow, pathShows, "Shows", "Show", "show", "shows", []string{pathEpisodes}}
	episodes   = section{dataset.ByEpisode, pathEpisodes, "Episodes", "Episode", "episode", "episodes", nil}
	audiobooks = section{dataset.ByAudiobook, pathAudiobooks, "Audiobooks", "Audiobook", "audiobook", "audiobooks", []string{pathChapters}}
	chapters   = section{dataset.ByChapter, pathChapters, "Chapters", "Chapter", "chapter", "chapters", nil}

	sections = []section{artists, albums, tracks, shows, episodes, audiobooks, chapters}
)

const sparkSlices = 48

func newRankedPageView(req *Request, sec section) pages.RankedPageView {
	list := newRankedListView(req, sec)
	all := req.Data.Rank(kept(req.Lens), sec.by, 0, 1)
	m := pages.RankedPageView{
		Heading:  sec.title,
		Headline: prose.Of("You listened to ").Accent(req.Locale.Count(all.Total, sec.one, sec.many)).Plain(selection(req.Lens) + "."),
		Search: partials.SearchView{
			Label:       "Search " + sec.many,
			Placeholder: "Search " + sec.many,
			Action:      sec.path,
			Partial:     pathPartials + sec.path,
			Query:       req.Lens.Q,
		},
		List: list,
	}
	switch {
	case all.Total > 0:
	case req.Data.Rank(dataset.Lens{}, sec.by, 0, 1).Total == 0:
		m.Search = partials.SearchView{} // nothing could be found
		// Account data names no album, whatever was listened to.
		m.Headline = prose.Of("Your data names no " + sec.many + ".")
	default:
		m.Headline = prose.Of("You listened to no " + sec.many + selection(req.Lens) + ".")
	}
	if len(all.Items) > 0 {
		top := all.Items[0]
		m.Lede = prose.Of("Most of all ").Link(untitled(top.Name), entityHref(sec.by, top.ID, req.Lens))
		if top.Creator != "" {
			m.Lede = m.Lede.Plain(" by " + untitled(top.Creator))
		}
		m.Lede = m.Lede.Plain(": ")
		if req.ofUnknownLength(top.Ms, top.Plays) {
			m.Lede = m.Lede.Strong(req.Locale.Count(top.Plays, "play", "plays")).Plain(" of unknown length.")
		} else {
			m.Lede = m.Lede.Strong(req.Locale.HoursInWords(top.Ms))
			if top.Plays == 0 {
				m.Lede = m.Lede.Plain(", never long enough to count as a play.")
			} else {
				m.Lede = m.Lede.Plain(", " + req.Locale.Count(top.Plays, "play", "plays") + ".")
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

func newRankedListView(req *Request, sec section) partials.RankedListView {
	page := max(req.Lens.Page, 1)
	r := req.Data.Rank(req.Lens, sec.by, (page-1)*rankingPageSize, rankingPageSize)
	m := partials.RankedListView{
		Count:  req.Locale.Count(r.Total, sec.one, sec.many),
		Rows:   newRows(req, sec.by, r, true),
		Hidden: req.hidden("q"),
		Pager:  newPager(req, sec.path, page, len(r.Items), r.Total),
	}
	if req.Lens.Q != "" {
		m.Count += " for “" + req.Lens.Q + "”"
	}
	sorts := sorts
	if r.Total == 0 {
		sorts = nil
	}
	order := req.Lens.Sort
	if order == "" {
		order = dataset.SortHours
	}
	for _, o := range sorts {
		l := req.Lens.WithSort(o.sort)
		if o.sort == dataset.SortHours {
			l.Sort = ""
		}
		m.Sorts = append(m.Sorts, newStep(o.label, sec.path, l, o.sort == order))
	}
	switch {
	case len(m.Rows) > 0:
	case r.Total > 0:
		m.Empty = &partials.EmptyView{
			Title:   "The list ends before page " + req.Locale.Number(page) + ".",
			Message: "It has " + m.Count + " on " + req.Locale.Count((r.Total+rankingPageSize-1)/rankingPageSize, "page", "pages") + ".",
			Action:  layout.LinkView{Label: "Go to its beginning", URL: href(sec.path, req.Lens.ClearedPaging())},
		}
	default:
		empty := newEmptyView(req, sec.many)
		m.Empty = &empty
	}
	return m
}

// newStep is a link that htmx can follow within the page.
func newStep(label, path string, l dataset.Lens, current bool) partials.StepView {
	return partials.StepView{Label: label, URL: href(path, l), Partial: href(pathPartials+path, l), Current: current}
}

func newPager(req *Request, path string, page, shown, total int) partials.PagerView {
	var p partials.PagerView
	if shown == 0 {
		return p
	}
	first := (page-1)*rankingPageSize + 1
	p.Text = req.Locale.Number(first) + "–" + req.Locale.Number(first+shown-1) + " of " + req.Locale.Number(total)
	turn := func(label string, to int) *partials.StepView {
		step := newStep(label, path, req.Lens.WithPage(to), false)
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
func newRows(req *Request, by dataset.By, r dataset.Ranking, sparks bool) []partials.RowView {
	rows := make([]partials.RowView, len(r.Items))
	ids := make([]string, len(r.Items))
	for i, it := range r.Items {
		rows[i], ids[i] = newRow(req, it, r.MaxMs), it.ID
	}
	if sparks {
		for i, spark := range req.Data.Sparks(req.Lens, by, ids, sparkSlices) {
			rows[i].Spark = spark
		}
	}
	return rows
}

func newRow(req *Request, it dataset.Ranked, most int64) partials.RowView {
	hours, exact := req.hours(it.Ms, it.Plays)
	row := partials.RowView{
		Rank:    it.Rank,
		Name:    untitled(it.Name),
		URL:     entityHref(it.By, it.ID, req.Lens),
		Creator: credited(it.Creator), CreatorURL: creatorHref(req, it.Entity),
		Identity: identityOf(it.Entity),
		Hours:    hours,
		Plays:    req.Locale.Count(it.Plays, "play", "plays"),
		Title:    exact + ", " + req.Locale.Count(it.Plays, "play", "plays"),
	}
	if most > 0 {
		row.Share = float64(it.Ms) / float64(most)
	}
	return row
}

// newEmptyView says why a list is empty and how to see more.
func newEmptyView(req *Request, many string) partials.EmptyView {
	switch {
	case req.Lens.Q != "":
		from, to := req.shown()
		return partials.EmptyView{
			Title:   "Nothing matches “" + req.Lens.Q + "”.",
			Message: "The search looks at the names of what you heard (" + format.Span(civil(from), civil(to)) + ").",
			Action:  layout.LinkView{Label: "Clear the search", URL: req.href(req.Lens.WithQ(""))},
		}
	case !isWide(req.Lens):
		return partials.EmptyView{
			Title:   "No " + many + " in this selection.",
			Message: "Your data has nothing that fits the range and choices above.",
			Action:  layout.LinkView{Label: "Show everything", URL: req.href(widened(req.Lens))},
		}
	case !req.hasPlays():
		return partials.EmptyView{
			Title: "Your packages hold no listening history.", Message: "The extended streaming history holds every play since your first.",
			How:    pages.AskFor(pages.PackageExtended, ""),
			Action: layout.LinkView{Label: "Add your history", URL: req.addURL()},
		}
	case many == albums.many && !req.hasExtended():
		return partials.EmptyView{
			Title: "Account data names no albums.", Message: "The extended streaming history does, for every play since your first.",
			How:    pages.AskFor(pages.PackageExtended, ""),
			Action: layout.LinkView{Label: "Add your history", URL: req.addURL()},
		}
	default:
		return partials.EmptyView{
			Title:   "No " + many + " in your data.",
			Message: "The files you uploaded name none. The receipt says what each file held.",
			Action:  layout.LinkView{Label: "See the receipt", URL: href(pathReceipt, kept(req.Lens))},
		}
	}
}

// widened takes off everything that narrows a lens, but not how it counts and
// what it is about.
func widened(l dataset.Lens) dataset.Lens {
	return dataset.Lens{TZ: l.TZ, Home: l.Home, Min: l.Min, Group: l.Group, Focus: lens.Focus{Artist: l.Artist, Album: l.Album, Track: l.Track, Show: l.Show, Audiobook: l.Audiobook}, Paging: lens.Paging{Sort: l.Sort}}
}

// isWide reports whether a lens sees all there is.
func isWide(l dataset.Lens) bool { return !l.HasRange() && !l.Filtered() }

// rankingView is the list page of a section.
func rankingView(sec section) View {
	return View{
		Path: sec.path, Title: sec.title, Group: Listening, API: "/top" + sec.path, Covers: sec.covers,
		Holds: func(req *Request) bool {
			return req.Data.Rank(dataset.Lens{Min: req.Lens.Min}, sec.by, 0, 1).Total > 0
		},
		Page: func(req *Request) (Page, error) {
			m := newRankedPageView(req, sec)
			return Page{
				Title: sec.title + selection(req.Lens), Content: pages.Ranked(m), Partial: partials.RankedList(m.List),
			}, nil
		},
		JSON: func(req *Request) (any, error) { return topJSON(req, sec.by) },
	}
}

// rankingAnswer is a ranking that only the API gives.
func rankingAnswer(sec section) View {
	return View{API: "/top" + sec.path, JSON: func(req *Request) (any, error) { return topJSON(req, sec.by) }}
}
