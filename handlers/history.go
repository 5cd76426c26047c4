package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

const historyPageSize = 100

func (s *Server) showHistory(c echo.Context, v view) error {
	m, err := newHistoryPageView(v)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, pages.History(s.lensPage(c, "History"+selection(v.lens), v, nil), m))
}

func newHistoryPageView(v view) (pages.HistoryPageView, error) {
	list, err := newHistoryListView(v)
	if err != nil {
		return pages.HistoryPageView{}, err
	}
	if !v.hasPlays() {
		return pages.HistoryPageView{Headline: prose.Of("No plays here yet."), List: list}, nil
	}
	return pages.HistoryPageView{
		Headline: historyHeadline(v),
		Search: partials.SearchView{
			Label:       "Search your history",
			Placeholder: "Search titles, artists, shows",
			Action:      pathHistory,
			Partial:     pathPartials + pathHistory,
			Query:       v.lens.Q,
		},
		List: list,
	}, nil
}

// swapHistory answers a search within the page.
func (s *Server) swapHistory(c echo.Context, v view) error {
	m, err := newHistoryPageView(v)
	if err != nil {
		return err
	}
	showAddress(c, href(pathHistory, v.lens))
	return s.render(c, http.StatusOK, pages.HistoryPartial(s.lensPage(c, "History"+selection(v.lens), v, nil), m))
}

// appendHistory answers "Older" within the page: what follows is added below. The
// script notes in the address how often, so that a reload or the back button finds
// the whole list again.
func (s *Server) appendHistory(c echo.Context, v view) error {
	list, err := newHistoryListView(v)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, partials.HistoryMore(list))
}

// historyHeadline names what the history is narrowed to, when it is.
func historyHeadline(v view) prose.Text {
	t := prose.Of("Every " + marked(v.lens.Only, "play"))
	if v.lens.Kinds != 0 {
		t = t.Plain(ofKinds(v.lens.Kinds))
	}
	for _, about := range []struct {
		by dataset.By
		id string
	}{
		{dataset.ByTrack, v.lens.Track}, {dataset.ByEpisode, v.lens.Track}, {dataset.ByChapter, v.lens.Track},
		{dataset.ByAlbum, v.lens.Album}, {dataset.ByArtist, v.lens.Artist},
		{dataset.ByShow, v.lens.Show}, {dataset.ByAudiobook, v.lens.Audiobook},
	} {
		if e, ok := v.data.Find(about.by, about.id); ok {
			t = t.Plain(" of ").Link(untitled(e.Name), entityHref(about.by, e.ID, v.lens))
			break
		}
	}
	return t.Plain(began(v.lens) + selectionOf(v.lens) + ", newest first.")
}

// marked is plays of some kind: "skipped plays in a private session".
func marked(only dataset.Traits, plays string) string {
	var s string
	if only&dataset.Skipped != 0 {
		s += "skipped "
	}
	if only&dataset.Offline != 0 {
		s += "offline "
	}
	s += plays
	if only&dataset.Private != 0 {
		s += " in a private session"
	}
	return s
}

// began says at which times of the week plays began, when that is narrowed.
func began(l dataset.Lens) string {
	if l.Weekdays == 0 && l.Hours == 0 {
		return ""
	}
	s := " that began"
	if l.Weekdays != 0 {
		s += " on " + weekdaysLabel(l.Weekdays)
	}
	if l.Hours != 0 {
		s += " from " + hoursLabel(l.Hours)
	}
	return s
}

func newHistoryListView(v view) (partials.HistoryListView, error) {
	p, err := v.data.Plays(v.lens, historyPageSize)
	if err != nil {
		return partials.HistoryListView{}, err
	}
	m := partials.HistoryListView{
		Count:  v.loc.Count(p.Total, "play", "plays"),
		Hidden: v.hidden("q"),
		Days:   newDays(v, p.Items),
	}
	if v.lens.Q != "" {
		m.Count += " for “" + v.lens.Q + "”"
	}
	if len(m.Days) > 0 && v.lens.After != "" {
		m.Days[0].Continued = true
	}
	step := func(label, cursor, partial string) *partials.StepView {
		l := v.lens.WithAfter(cursor)
		return &partials.StepView{Label: label, URL: href(pathHistory, l), Partial: href(partial, l)}
	}
	if p.Prev != "" {
		m.Newer = step("Newer", p.Prev, pathPartials+pathHistory)
	} else if v.lens.After != "" {
		m.Newer = step("Newest", "", pathPartials+pathHistory)
	}
	if p.Next != "" {
		m.Older = step("Older", p.Next, pathPartials+pathHistory+"/older")
	}
	if len(p.Items) == 0 {
		empty := newEmptyView(v, "plays")
		m.Empty = &empty
	}
	return m, nil
}

// newDays groups plays by the day they ended on.
func newDays(v view, items []dataset.Item) []partials.DayView {
	var days []partials.DayView
	var current dataset.Date
	for _, it := range items {
		d := dataset.DateIn(it.TS, v.lens.Zone())
		if len(days) == 0 || d != current {
			current = d
			days = append(days, partials.DayView{
				Date: format.LongDate(civil(d)),
				ISO:  d.String(),
				URL:  href(pathHistory, v.lens.WithRange(d, d)),
			})
		}
		day := &days[len(days)-1]
		day.Plays = append(day.Plays, newPlay(v, it))
	}
	return days
}

func newPlay(v view, it dataset.Item) partials.PlayView {
	ended := time.Unix(it.TS, 0).In(v.lens.Zone())
	p := partials.PlayView{
		Time:    format.Clock(ended),
		Instant: ended.Format(time.RFC3339),
		Title:   untitled(it.Name),
		URL:     entityHref(it.By, it.ID, v.lens),
		Artist:  credited(it.Artist),
		Played:  format.Length(it.Ms),
		Device:  deviceOf(it),
		Detail:  playDetail(it),
	}
	if it.Name == "" {
		p.Title, p.URL = "Unknown title", ""
	}
	switch it.Kind {
	case export.KindMusic:
		p.ArtistURL = entityHref(dataset.ByArtist, it.ArtistID, v.lens)
	case export.KindPodcast:
		p.ArtistURL = entityHref(dataset.ByShow, it.ArtistID, v.lens)
		p.Kind = "podcast"
	case export.KindAudiobook:
		p.Kind = "audiobook"
	}
	if it.Video {
		p.Kind = "video"
	}
	p.End, p.Skipped = howItEnded(it)
	if it.UnknownLength {
		p.Played, p.End = unknownHours, unknownLength
	}
	return p
}

// deviceOf is the kind of device of a play; account data does not tell.
func deviceOf(it dataset.Item) string {
	if it.Platform == "" {
		return ""
	}
	return familyName(it.Family)
}

// howItEnded puts Spotify's reason in one word.
func howItEnded(it dataset.Item) (word string, skipped bool) {
	if it.Traits&dataset.Skipped != 0 {
		return "skipped", true
	}
	switch it.ReasonEnd {
	case "trackdone":
		return "finished", false
	case "endplay", "clickrow", "clickside", "playbtn", "remote", "popup", "uriopen", "requested":
		return "switched", false
	case "logout", "unexpected-exit", "unexpected-exit-while-paused", "appload":
		return "closed", false
	case "trackerror":
		return "failed", false
	default:
		return "", false
	}
}
