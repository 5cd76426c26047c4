package handlers

import (
	"time"

	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

const historyPageSize = 100

func newHistoryPageView(req *Request) (pages.HistoryPageView, error) {
	list, err := newHistoryListView(req)
	if err != nil {
		return pages.HistoryPageView{}, err
	}
	if !req.hasPlays() {
		return pages.HistoryPageView{Headline: prose.Of("No plays here yet."), List: list}, nil
	}
	return pages.HistoryPageView{
		Headline: historyHeadline(req),
		Search: partials.SearchView{
			Label:       "Search your history",
			Placeholder: "Search titles, artists, shows",
			Action:      pathHistory,
			Partial:     pathPartials + pathHistory,
			Query:       req.Lens.Q,
		},
		List: list,
	}, nil
}

// historyHeadline names what the history is narrowed to, when it is.
func historyHeadline(req *Request) prose.Text {
	t := prose.Of("Every " + marked(req.Lens.Only, "play"))
	if req.Lens.Kinds != 0 {
		t = t.Plain(ofKinds(req.Lens.Kinds))
	}
	for _, about := range []struct {
		by dataset.By
		id string
	}{
		{dataset.ByTrack, req.Lens.Track}, {dataset.ByEpisode, req.Lens.Track}, {dataset.ByChapter, req.Lens.Track},
		{dataset.ByAlbum, req.Lens.Album}, {dataset.ByArtist, req.Lens.Artist},
		{dataset.ByShow, req.Lens.Show}, {dataset.ByAudiobook, req.Lens.Audiobook},
	} {
		if e, ok := req.Data.Find(about.by, about.id); ok {
			t = t.Plain(" of ").Link(untitled(e.Name), entityHref(about.by, e.ID, req.Lens))
			break
		}
	}
	return t.Plain(began(req.Lens) + selectionOf(req.Lens) + ", newest first.")
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

func newHistoryListView(req *Request) (partials.HistoryListView, error) {
	p, err := req.Data.Plays(req.Lens, historyPageSize)
	if err != nil {
		return partials.HistoryListView{}, err
	}
	m := partials.HistoryListView{
		Count:  req.Locale.Count(p.Total, "play", "plays"),
		Hidden: req.hidden("q"),
		Days:   newDays(req, p.Items),
	}
	if req.Lens.Q != "" {
		m.Count += " for “" + req.Lens.Q + "”"
	}
	if len(m.Days) > 0 && req.Lens.After != "" {
		m.Days[0].Continued = true
	}
	step := func(label, cursor, partial string) *partials.StepView {
		l := req.Lens.WithAfter(cursor)
		return &partials.StepView{Label: label, URL: href(pathHistory, l), Partial: href(partial, l)}
	}
	if p.Prev != "" {
		m.Newer = step("Newer", p.Prev, pathPartials+pathHistory)
	} else if req.Lens.After != "" {
		m.Newer = step("Newest", "", pathPartials+pathHistory)
	}
	if p.Next != "" {
		m.Older = step("Older", p.Next, pathPartials+pathHistory+"/older")
	}
	if len(p.Items) == 0 {
		empty := newEmptyView(req, "plays")
		m.Empty = &empty
	}
	return m, nil
}

// newDays groups plays by the day they ended on.
func newDays(req *Request, items []dataset.Item) []partials.DayView {
	var days []partials.DayView
	var current dataset.Date
	for _, it := range items {
		d := dataset.DateIn(it.TS, req.Lens.Zone())
		if len(days) == 0 || d != current {
			current = d
			days = append(days, partials.DayView{
				Date: format.LongDate(civil(d)),
				ISO:  d.String(),
				URL:  href(pathHistory, req.Lens.WithRange(d, d)),
			})
		}
		day := &days[len(days)-1]
		day.Plays = append(day.Plays, newPlay(req, it))
	}
	return days
}

func newPlay(req *Request, it dataset.Item) partials.PlayView {
	ended := time.Unix(it.TS, 0).In(req.Lens.Zone())
	p := partials.PlayView{
		Time:    format.Clock(ended),
		Instant: ended.Format(time.RFC3339),
		Title:   untitled(it.Name),
		URL:     entityHref(it.By, it.ID, req.Lens),
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
		p.ArtistURL = entityHref(dataset.ByArtist, it.ArtistID, req.Lens)
	case export.KindPodcast:
		p.ArtistURL = entityHref(dataset.ByShow, it.ArtistID, req.Lens)
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

var historyView = View{
	Path: pathHistory, Title: "History", Group: Listening, API: "/plays",
	Holds: func(req *Request) bool { return req.hasPlays() },
	Page: func(req *Request) (Page, error) {
		m, err := newHistoryPageView(req)
		return Page{
			Title: "History" + selection(req.Lens), Content: pages.History(m), Partial: partials.HistoryList(m.List),
		}, err
	},
	// The script notes in the address how often more was appended, so that a reload
	// or the back button finds the whole list again.
	More: func(req *Request) (templ.Component, error) {
		list, err := newHistoryListView(req)
		return partials.HistoryMore(list), err
	},
	JSON: func(req *Request) (any, error) {
		limit, err := req.Limit()
		if err != nil {
			return nil, err
		}
		p, err := req.Data.Plays(req.Lens, limit)
		if err != nil {
			return nil, err
		}
		return newPlaysJSON(req, p), nil
	},
}
