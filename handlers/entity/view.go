package entity

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// entityLists are the lists on the page of each kind of entity.
var entityLists = map[lens.EntityKind][]web.Section{
	lens.Artist:    {web.Tracks, web.Albums},
	lens.Album:     {web.Tracks},
	lens.Show:      {web.Episodes},
	lens.Audiobook: {web.Chapters},
}

const entityListSize = 20

// headline is the sentence beneath the name, with its figures.
func headline(req *web.Request, sum dataset.Summary, recordings int) prose.Text {
	selection := words.Selection(req.Lens)
	if sum.Rows == 0 {
		return prose.Of("Not heard" + cmp.Or(selection, " in this selection") + ".")
	}
	t := prose.Text{}.Accent(req.Locale.HoursInWords(sum.Ms)).Plain(selection)
	plays := req.Locale.Count(sum.Plays, "play", "plays")
	switch {
	case web.OnlyUnknown(sum):
		t = prose.Text{}.Accent(plays).Plain(" of unknown length" + selection + ".")
	case sum.Plays > 0:
		t = t.Plain(" over ").Accent(plays)
		if sum.UnknownLength > 0 {
			t = t.Plain(", " + req.Locale.Number(sum.UnknownLength) + " of them of unknown length")
		}
		t = t.Plain(".")
	default:
		t = t.Plain(", never long enough to count as a play.")
	}
	switch {
	case recordings < 2:
		return t
	case req.Lens.Group == lens.GroupTitle:
		return t.Plain(" On " + req.Locale.Number(recordings) + " recordings.")
	}
	return t.Plain(" One of "+req.Locale.Number(recordings)+" recordings: ").
		Link("see them together", req.Href(req.Lens.WithGroup(lens.GroupTitle))).Plain(".")
}

// lists are the recordings, tracks, albums, episodes or chapters of an entity.
func lists(req *web.Request, sec web.Section, recordings []dataset.Ranked) []list.CardListView {
	var cards []list.CardListView
	if len(recordings) > 1 && req.Lens.Group == lens.GroupTitle {
		cards = append(cards, newRecordings(req, recordings))
	}
	for _, entries := range entityLists[sec.By] {
		card := web.NewCardList(req, entries, entityListSize, true)
		if len(card.Rows) == 0 { // account data names no albums
			continue
		}
		for i := range card.Rows {
			card.Rows[i].Creator, card.Rows[i].CreatorURL = "", "" // it is what the page is about
		}
		cards = append(cards, card)
	}
	return cards
}

// listClass gives the first list two thirds and the second one third of the
// width; a last one without a neighbour has all of it.
func listClass(i, n int) string {
	switch {
	case i%2 == 1:
		return "compact"
	case i == n-1:
		return "span-3"
	}
	return "span-2"
}

// recordings are all that have the title and the artist of a track; none for
// other things.
func recordings(req *web.Request, sec web.Section, id string) []dataset.Ranked {
	if sec.By != lens.Track {
		return nil
	}
	return req.Data.Recordings(req.Lens, id)
}

// newRecordings lists the recordings of a track, each with its album and a link
// to its own page.
func newRecordings(req *web.Request, recordings []dataset.Ranked) list.CardListView {
	card := list.CardListView{ID: "recordings", Title: "Recordings"}
	each := *req
	each.Lens = req.Lens.WithGroup("")
	for _, r := range recordings {
		row := web.NewRow(&each, r, recordings[0].Ms)
		row.Creator, row.CreatorURL = words.Credited(r.Collection), web.EntityHref(lens.Album, r.CollectionID, req.Lens)
		card.Rows = append(card.Rows, row)
	}
	return card
}

// trail leads up from an entity to what it belongs to.
func trail(req *web.Request, e dataset.Entity) []layout.LinkView {
	var links []layout.LinkView
	add := func(by lens.EntityKind, name, id string) {
		if name != "" && id != "" {
			links = append(links, layout.LinkView{Label: words.Untitled(name), URL: web.EntityHref(by, id, req.Lens)})
		}
	}
	switch e.By {
	case lens.Album:
		add(lens.Artist, e.Creator, e.CreatorID)
	case lens.Track:
		add(lens.Artist, e.Creator, e.CreatorID)
		add(lens.Album, e.Collection, e.CollectionID)
	case lens.Episode:
		add(lens.Show, e.Creator, e.CreatorID)
	case lens.Chapter:
		add(lens.Audiobook, e.Collection, e.CollectionID)
	}
	return links
}

// pictured are the kinds of things of which pictures are made.
var pictured = map[lens.EntityKind]string{lens.Artist: "artist", lens.Album: "album", lens.Track: "track"}

// ways lead on from an entity: to its plays, and to the days on which it was heard.
func ways(req *web.Request, e dataset.Entity) []layout.LinkView {
	l := web.Kept(req.Lens).WithEntity(e.By, e.ID)
	links := []layout.LinkView{
		{Label: "Every play", URL: web.Href(web.PathHistory, l)},
		{Label: "Its calendar", URL: web.Href(web.PathCalendar, l)},
	}
	if kind, ok := pictured[e.By]; ok {
		links = append(links, layout.LinkView{Label: "Make a picture", URL: web.PictureHref(kind, e.ID, req.Lens.WithEntity(e.By, ""))})
	}
	return links
}

// actions change what all pages count.
func actions(req *web.Request, e dataset.Entity) []layout.LinkView {
	if e.By != lens.Artist && e.By != lens.Show {
		return nil
	}
	return []layout.LinkView{{Label: "Leave out of everything", URL: web.Href(web.PathHome, web.Kept(req.Lens).WithNot(e.Name))}}
}

// monthsChart draws the entity's own months on their own scale.
func monthsChart(req *web.Request, about *web.Subject, sum dataset.Summary) charts.MonthsView {
	name, heard := words.Untitled(about.Entity.Name), ownMonths(about.Months)
	m := charts.MonthsView{
		ID:       "months",
		Label:    "Hours of " + name + " a month",
		Identity: words.IdentityOf(about.Entity),
		Months:   req.Months(heard),
		Years:    req.Years(heard),
		Table:    req.Table("months"),
	}
	for _, month := range m.Months {
		m.Max = max(m.Max, month.Value)
	}
	untimed := web.Untimed(about.Months)
	switch {
	case m.Max == 0:
	case untimed:
		m.Label, m.MaxLabel = "Plays of "+name+" a month", req.Locale.Count(int(m.Max), "play", "plays")
	default:
		m.MaxLabel = req.Locale.Hours(m.Max)
	}
	from, to := req.ShownRange()
	m.Sentence = monthsSentence(req.Locale, about.Months, from, to)
	switch {
	case web.OnlyUnknown(sum) && untimed:
		m.Sentence = "How long they were is not known, so the bars are of plays."
	case web.OnlyUnknown(sum):
		m.Sentence = "How long they were is not known."
	case sum.UnknownLength > 0 && m.Sentence != "":
		m.Sentence = "Plays of unknown length aside: " + strings.ToLower(m.Sentence[:1]) + m.Sentence[1:]
	}
	return m
}

// ownMonths are the months from the first in which it was heard to the last.
func ownMonths(months []dataset.Month) []dataset.Month {
	heard := func(m dataset.Month) bool { return m.Ms > 0 || m.Plays > 0 }
	first := slices.IndexFunc(months, heard)
	if first < 0 {
		return nil
	}
	last := len(months) - 1
	for !heard(months[last]) {
		last--
	}
	return months[first : last+1]
}

// monthsSentence says when most of it was heard: the fullest year and month of
// those in the chosen range. Of a few plays it says nothing that the chart does
// not show.
func monthsSentence(loc format.Locale, months []dataset.Month, from, to lens.Date) string {
	var total int64
	var best dataset.Month
	heard, plays := 0, 0
	years := map[int]int64{}
	for _, m := range months {
		if words.MonthEnd(m.Date).Compare(from) < 0 || to.Compare(m.Date) < 0 {
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
		return "All of it was in " + format.Month(words.Civil(best.Date)) + ": " + loc.HoursInWords(total) + "."
	}
	if plays < web.Few {
		return ""
	}
	fullest := "The fullest month was " + format.Month(words.Civil(best.Date)) + " with " + loc.HoursInWords(best.Ms) + "."
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

// View is the page of one thing of a section.
func View(sec web.Section) web.View {
	return web.View{
		Path: sec.Path + "/:id", Title: sec.Kind,
		Examples: func(req *web.Request) []string {
			var out []string
			for _, it := range req.Data.Rank(lens.Lens{}, sec.By, 0, 2).Items {
				out = append(out, web.EntityPath(sec.By, it.ID))
			}
			return out
		},
		Page: func(req *web.Request) (web.Page, error) {
			entity, ok := req.Data.Find(sec.By, req.ID)
			if !ok {
				return web.Page{}, web.ErrNotFound
			}
			req.Lens, req.Focused = web.Kept(req.Lens).WithEntity(sec.By, req.ID), true
			about := &web.Subject{Entity: entity, Months: req.Data.Months(req.Lens)}
			content, err := newContent(req, sec, about)
			if err != nil {
				return web.Page{}, err
			}
			return web.Page{
				Title: words.Untitled(entity.Name) + words.Selection(req.Lens), Subject: about, Content: page(content),
			}, nil
		},
		API: sec.Path + "/:id/life", JSON: func(req *web.Request) (any, error) { return newLifeJSON(req, sec.By) },
	}
}
