package handlers

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// entityLists are the lists on the page of each kind of entity.
var entityLists = map[dataset.By][]section{
	dataset.ByArtist:    {tracks, albums},
	dataset.ByAlbum:     {tracks},
	dataset.ByShow:      {episodes},
	dataset.ByAudiobook: {chapters},
}

const entityListSize = 20

func newEntityPageView(req *Request, sec section, about *subject) pages.EntityPageView {
	e := about.entity
	sum := req.Data.Summary(req.Lens)
	m := pages.EntityPageView{
		Kind:     sec.kind,
		Name:     untitled(e.Name),
		Identity: identityOf(e),
		Trail:    newTrail(req, e),
		Actions:  newEntityActions(req, sec, e),
	}
	if sum.Rows == 0 {
		m.Headline = prose.Of("Not heard" + cmp.Or(selection(req.Lens), " in this selection") + ".")
		empty := partials.EmptyView{
			Title:   "Nothing of it in this selection.",
			Message: "You did not listen to it in the range and choices above.",
			Action:  layout.LinkView{Label: "Show all of it", URL: req.href(widened(req.Lens))},
		}
		m.Empty = &empty
		return m
	}
	m.Headline = prose.Text{}.Accent(req.Locale.HoursInWords(sum.Ms)).Plain(selection(req.Lens))
	switch {
	case onlyUnknown(sum):
		m.Headline = prose.Text{}.Accent(req.Locale.Count(sum.Plays, "play", "plays")).Plain(" of unknown length" + selection(req.Lens) + ".")
	case sum.Plays > 0:
		m.Headline = m.Headline.Plain(" over ").Accent(req.Locale.Count(sum.Plays, "play", "plays"))
		if sum.UnknownLength > 0 {
			m.Headline = m.Headline.Plain(", " + req.Locale.Number(sum.UnknownLength) + " of them of unknown length")
		}
		m.Headline = m.Headline.Plain(".")
	default:
		m.Headline = m.Headline.Plain(", never long enough to count as a play.")
	}
	if recordings := req.recordings(sec, e.ID); len(recordings) > 1 {
		if req.Lens.Group == dataset.GroupTitle {
			m.Headline = m.Headline.Plain(" On " + req.Locale.Number(len(recordings)) + " recordings.")
			m.Lists = append(m.Lists, newRecordings(req, recordings))
		} else {
			m.Headline = m.Headline.Plain(" One of "+req.Locale.Number(len(recordings))+" recordings: ").
				Link("see them together", req.href(req.Lens.WithGroup(dataset.GroupTitle))).Plain(".")
		}
	}
	m.Facts = newEntityFacts(req, sum)
	m.Months = newEntityMonths(req, about)
	switch sentence := m.Months.Sentence; {
	case onlyUnknown(sum) && untimed(about.months):
		m.Months.Sentence = "How long they were is not known, so the bars are of plays."
	case onlyUnknown(sum):
		m.Months.Sentence = "How long they were is not known."
	case sum.UnknownLength > 0 && sentence != "":
		m.Months.Sentence = "Plays of unknown length aside: " + strings.ToLower(sentence[:1]) + sentence[1:]
	}
	clock := newClockView(req)
	m.Clock = &clock
	for _, list := range entityLists[sec.by] {
		card := newCardList(req, list, entityListSize, true)
		if len(card.Rows) == 0 { // account data names no albums
			continue
		}
		for i := range card.Rows {
			card.Rows[i].Creator, card.Rows[i].CreatorURL = "", "" // it is what the page is about
		}
		m.Lists = append(m.Lists, card)
	}
	return m
}

// recordings are all that have the title and the artist of a track; none for
// other things.
func (req *Request) recordings(sec section, id string) []dataset.Ranked {
	if sec.by != dataset.ByTrack {
		return nil
	}
	return req.Data.Recordings(req.Lens, id)
}

// newRecordings lists the recordings of a track, each with its album and a link
// to its own page.
func newRecordings(req *Request, recordings []dataset.Ranked) partials.CardListView {
	card := partials.CardListView{ID: "recordings", Title: "Recordings"}
	each := *req
	each.Lens = req.Lens.WithGroup("")
	for _, r := range recordings {
		row := newRow(&each, r, recordings[0].Ms)
		row.Creator, row.CreatorURL = credited(r.Collection), entityHref(dataset.ByAlbum, r.CollectionID, req.Lens)
		card.Rows = append(card.Rows, row)
	}
	return card
}

// newTrail leads up from an entity to what it belongs to.
func newTrail(req *Request, e dataset.Entity) []layout.LinkView {
	var trail []layout.LinkView
	add := func(by dataset.By, name, id string) {
		if name != "" && id != "" {
			trail = append(trail, layout.LinkView{Label: untitled(name), URL: entityHref(by, id, req.Lens)})
		}
	}
	switch e.By {
	case dataset.ByAlbum:
		add(dataset.ByArtist, e.Creator, e.CreatorID)
	case dataset.ByTrack:
		add(dataset.ByArtist, e.Creator, e.CreatorID)
		add(dataset.ByAlbum, e.Collection, e.CollectionID)
	case dataset.ByEpisode:
		add(dataset.ByShow, e.Creator, e.CreatorID)
	case dataset.ByChapter:
		add(dataset.ByAudiobook, e.Collection, e.CollectionID)
	}
	return trail
}

func newEntityActions(req *Request, sec section, e dataset.Entity) []layout.LinkView {
	actions := []layout.LinkView{{Label: "Every play", URL: href(pathHistory, kept(req.Lens).WithEntity(sec.by, e.ID))}}
	if sec.by == dataset.ByArtist || sec.by == dataset.ByShow {
		actions = append(actions, layout.LinkView{
			Label: "Leave out of everything", URL: href(pathHome, kept(req.Lens).WithNot(e.Name)),
		})
	}
	return actions
}

func newEntityFacts(req *Request, sum dataset.Summary) []partials.FactView {
	on := func(d dataset.Date) string { return href(pathHistory, req.Lens.WithRange(d, d)) }
	day := func(unix int64) prose.Text {
		d := dataset.DateIn(unix, req.Lens.Zone())
		return prose.Text{}.Link(format.Date(civil(d)), on(d))
	}
	facts := []partials.FactView{
		{Label: "First heard", Value: day(sum.First)},
		{Label: "Last heard", Value: day(sum.Last)},
		{Label: "Days heard", Value: prose.Of(req.Locale.Number(sum.Days))},
	}
	if sum.Days == 1 { // all the others would say the same day again
		facts = []partials.FactView{{Label: "Heard on", Value: day(sum.First)}}
	}
	if sum.LongestDayMs > 0 && sum.Days > 1 {
		facts = append(facts, partials.FactView{
			Label: "Most in a day",
			Value: prose.Text{}.Link(req.Locale.HoursInWords(sum.LongestDayMs), on(sum.LongestDay)),
			Note:  format.Date(civil(sum.LongestDay)),
		})
	}
	if share, link, ok := req.skipped(sum); ok {
		skipped := partials.FactView{Label: "Skipped", Value: prose.Of("never")}
		switch {
		case sum.Skips > 0 && sum.Ended < few:
			skipped.Value = prose.Text{}.Link(req.Locale.Number(sum.Skips)+" of "+req.Locale.Count(sum.Ended, "time", "times"), link)
		case sum.Skips > 0:
			skipped.Value, skipped.Note = prose.Text{}.Link(share, link), req.Locale.Times(sum.Skips)
		}
		facts = append(facts, skipped)
	}
	return facts
}

func newEntityMonths(req *Request, about *subject) charts.MonthsView {
	from, to := req.shown()
	m := charts.MonthsView{
		ID:       "months",
		Sentence: monthsSentence(req.Locale, about.months, from, to),
		Label:    "Hours of " + untitled(about.entity.Name) + " a month",
		Identity: identityOf(about.entity),
		Months:   req.months(about.months),
		Years:    req.years(about.months),
		Table:    req.table("months"),
	}
	for _, month := range m.Months {
		m.Max = max(m.Max, month.Value)
	}
	switch {
	case m.Max == 0:
	case untimed(about.months):
		m.Label = "Plays of " + untitled(about.entity.Name) + " a month"
		m.MaxLabel = req.Locale.Count(int(m.Max), "play", "plays")
	default:
		m.MaxLabel = req.Locale.Hours(m.Max)
	}
	return m
}

// monthsSentence says when most of it was heard: the fullest year and month of
// those in the chosen range. Of a few plays it says nothing that the chart does
// not show.
func monthsSentence(loc format.Locale, months []dataset.Month, from, to dataset.Date) string {
	var total int64
	var best dataset.Month
	heard, plays := 0, 0
	years := map[int]int64{}
	for _, m := range months {
		if monthEnd(m.Date).Compare(from) < 0 || to.Compare(m.Date) < 0 {
			continue
		}
		if m.Ms > 0 {
			heard++
		}
		total += m.Ms
		plays += m.Plays
		years[m.Date.Year] += m.Ms
		if m.Ms > best.Ms {
			best = m
		}
	}
	if total == 0 {
		return "Not a second of it was heard in this range."
	}
	if heard == 1 {
		return "All of it was in " + format.Month(civil(best.Date)) + ": " + loc.HoursInWords(total) + "."
	}
	if plays < few {
		return ""
	}
	fullest := "The fullest month was " + format.Month(civil(best.Date)) + " with " + loc.HoursInWords(best.Ms) + "."
	year := best.Date.Year
	for y, ms := range years {
		if ms > years[year] || ms == years[year] && y < year {
			year = y
		}
	}
	switch share := float64(years[year]) / float64(total); {
	case len(years) == 1:
		return fullest
	case share > 0.995:
		return "All of it was in " + strconv.Itoa(year) + ". " + fullest
	case share >= 0.3:
		return loc.Percent(years[year], total) + " of it was in " + strconv.Itoa(year) + ". " + fullest
	}
	return "Spread over the years. " + fullest
}

// entityView is the page of one thing of a section.
func entityView(sec section) View {
	return View{
		Path: sec.path + "/:id", Title: sec.kind,
		Examples: func(req *Request) []string {
			var out []string
			for _, it := range req.Data.Rank(dataset.Lens{}, sec.by, 0, 2).Items {
				out = append(out, entityPath(sec.by, it.ID))
			}
			return out
		},
		Page: func(req *Request) (Page, error) {
			entity, ok := req.Data.Find(sec.by, req.ID)
			if !ok {
				return Page{}, errNotFound
			}
			req.Lens, req.Focused = kept(req.Lens).WithEntity(sec.by, req.ID), true
			about := &subject{entity: entity, months: req.Data.Months(req.Lens)}
			return Page{
				Title: untitled(entity.Name) + selection(req.Lens), Subject: about,
				Content: pages.Entity(newEntityPageView(req, sec, about)),
			}, nil
		},
	}
}
