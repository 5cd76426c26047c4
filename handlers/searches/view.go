package searches

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	searchesPageSize = 100
	topSearches      = 8
)

// outcomesIn are the searches within the lens's range that hold its words.
func outcomesIn(all []account.SearchOutcome, l lens.Lens) []account.SearchOutcome {
	words := strings.Fields(fold.Key(l.Q))
	if len(words) == 0 && !l.HasRange() {
		return all
	}
	var found []account.SearchOutcome
	for _, s := range all {
		if l.InRange(searchDate(s, l.Zone())) && web.Matches([]string{s.Text}, words) {
			found = append(found, s)
		}
	}
	return found
}

// searchesHeadline says how often somebody searched, and, beside a history, how
// often a play came of it.
func searchesHeadline(req *web.Request, all []account.SearchOutcome, history bool) prose.Text {
	if len(all) == 0 {
		return prose.Of("You searched for nothing in this range.")
	}
	played, moments := 0, 0
	for _, s := range all {
		if s.Row >= 0 {
			played++
		}
		if !s.DayOnly {
			moments++ // of a day alone nobody knows what came after
		}
	}
	t := prose.Of("You searched ").Accent(req.Locale.Times(len(all)))
	// Those without a time come last.
	timed, _ := slices.BinarySearchFunc(all, int64(0), func(s account.SearchOutcome, zero int64) int { return cmp.Compare(zero, s.From) })
	if timed > 0 {
		first, last := searchDay(req, all[timed-1]), searchDay(req, all[0])
		if first == last {
			t = t.Plain(" on " + format.Date(words.Civil(first)))
		} else {
			t = t.Plain(" from " + format.Date(words.Civil(first)) + " to " + format.Date(words.Civil(last)))
		}
	}
	if moments == 0 {
		return t.Plain(". The document gives their days, not their times.")
	}
	t = t.Plain(". ")
	if moments < len(all) && history {
		t = t.Plain("Of the " + req.Locale.Number(moments) + " whose time is known: ")
	}
	const then = " you played something you had looked for."
	switch {
	case !history:
		return t.Plain("What you played then is not known: your packages hold no plays.")
	case played == 0 && moments == 1:
		return t.Plain("You did not play what you looked for.")
	case played == 0:
		return t.Plain("After none of them did you play what you had looked for.")
	case moments == 1:
		return t.Plain("Then" + then)
	case played == moments:
		return t.Plain("After every one of them" + then)
	case moments < web.Few:
		return t.Plain("After ").Strong(req.Locale.Number(played)).Plain(" of them" + then)
	default:
		return t.Plain("After ").Strong(req.Locale.Percent(int64(played), int64(moments))).Plain(" of them" + then)
	}
}

func searchFacts(loc format.Locale, all []account.SearchOutcome) []list.FactView {
	if len(all) == 0 {
		return nil
	}
	keys, typed := 0, 0
	words := make(map[string]bool)
	for _, s := range all {
		if !s.DayOnly {
			keys += s.Keystrokes
			typed++
		}
		words[fold.Key(s.Text)] = true
	}
	facts := []list.FactView{
		{Label: "Searches", Value: prose.Of(loc.Number(len(all)))},
		{Label: "Different searches", Value: prose.Of(loc.Number(len(words)))},
	}
	if keys > typed {
		facts = append(facts, list.FactView{Label: "Records in the file", Value: prose.Of(loc.Number(keys))})
	}
	if keys > typed && typed > 1 {
		facts = append(facts, list.FactView{Label: "Records of a search", Note: "on average", Value: prose.Of(loc.Decimal(int64(keys * 10 / typed)))})
	}
	return facts
}

// newTopSearches is what was searched for most, as it was written last.
func newTopSearches(req *web.Request, all []account.SearchOutcome) list.CardListView {
	m := list.CardListView{ID: "top-searches", Title: "Searched most"}
	type words struct {
		text  string
		times int
	}
	at := make(map[string]int)
	var entries []words
	for _, s := range all {
		key := fold.Key(s.Text)
		if key == "" {
			continue
		}
		i, ok := at[key]
		if !ok {
			i = len(entries)
			at[key] = i
			entries = append(entries, words{text: s.Text})
		}
		entries[i].times++
	}
	slices.SortStableFunc(entries, func(a, b words) int { return cmp.Compare(b.times, a.times) })
	for i, w := range entries[:min(len(entries), topSearches)] {
		if w.times < 2 {
			break // a list of what was searched for once says nothing
		}
		times := req.Locale.Times(w.times)
		m.Rows = append(m.Rows, list.RowView{
			Rank: i + 1, Name: w.text, URL: searchesFor(req, w.text), Share: float64(w.times) / float64(entries[0].times),
			Hours: times, Title: times,
		})
	}
	return m
}

// searchesFor leads to every search for some words, unless they are more than a
// search can have.
func searchesFor(req *web.Request, text string) string {
	if text == "" {
		return ""
	}
	if _, err := lens.Parse(url.Values{"q": {text}}); err != nil {
		return ""
	}
	return web.Href(web.PathSearches, web.Kept(req.Lens).WithQ(text))
}

func newSearchListView(req *web.Request, found []account.SearchOutcome) list.Timeline {
	page := max(req.Lens.Page, 1)
	first := min((page-1)*searchesPageSize, len(found))
	shown := found[first:min(first+searchesPageSize, len(found))]
	m := list.Timeline{
		Frame: req.Frame("Searches", len(found), "search", "searches"),
		Days: web.Days(web.Kept(req.Lens), shown,
			func(s account.SearchOutcome) lens.Date { return searchDay(req, s) },
			func(s account.SearchOutcome) templ.Component { return searched(req, s) }),
	}
	if first > 0 && len(shown) > 0 {
		m.Days[0].Continued = searchDay(req, found[first-1]) == searchDay(req, shown[0])
		m.Newer = new(web.NewStep("Newer", web.PathSearches, nil, req.Lens.WithPage(page-1)))
	}
	if first+len(shown) < len(found) && len(shown) > 0 {
		m.Older = web.NewOlder("Older", web.PathSearches, nil, req.Lens.WithPage(page+1))
	}
	if len(shown) == 0 {
		m.Empty = newNoSearches(req, len(found))
	}
	return m
}

func newNoSearches(req *web.Request, found int) *list.EmptyView {
	if found > 0 {
		return &list.EmptyView{
			Title:   "The list ends before page " + req.Locale.Number(req.Lens.Page) + ".",
			Message: "It has " + req.Locale.Count(found, "search", "searches") + ".",
			Action:  layout.LinkView{Label: "Go to its beginning", URL: web.Href(web.PathSearches, req.Lens.ClearedPaging())},
		}
	}
	none, all := "No searches in this range.", req.Lens.WithRange(lens.Date{}, lens.Date{})
	if req.Lens.Q != "" {
		none, all = "You did not search for “"+req.Lens.Q+"”.", req.Lens.WithQ("")
	}
	return &list.EmptyView{
		Title: none, Message: "The package holds the searches of about three months.",
		Action: layout.LinkView{Label: "Show all searches", URL: web.Href(web.PathSearches, all)},
	}
}

// searchDay is the day of a search, the zero Date when its time is not known.
func searchDay(req *web.Request, s account.SearchOutcome) lens.Date {
	return searchDate(s, req.Lens.Zone())
}

func searchDate(s account.SearchOutcome, tz *time.Location) lens.Date {
	switch {
	case s.From == 0:
		return lens.Date{}
	case s.DayOnly: // the day is Spotify's, whatever the zone
		tz = time.UTC
	}
	return lens.DateIn(s.From/1000, tz)
}

// device is what somebody searched on, and "" where that is not known.
func device(s account.SearchOutcome) string {
	if f := lens.FamilyOf(s.Platform); f != lens.FamilyOther {
		return words.FamilyName(f)
	}
	return ""
}

// afterwards says how long after a search a play began.
func afterwards(loc format.Locale, s account.SearchOutcome, p dataset.Item) string {
	if wait := p.Start*1000 - s.To; wait >= 1000 {
		return loc.HoursInWords(wait) + " later"
	}
	return "at once"
}

type searchJSON struct {
	Day        *string       `json:"day"`  // where no time is known but the day, as in packages until 2019
	From       *string       `json:"from"` // null where only the day is known
	To         *string       `json:"to"`
	Text       string        `json:"text"`
	Keystrokes int           `json:"keystrokes"`
	Platform   string        `json:"platform"`
	Opened     []string      `json:"opened"` // URIs
	Played     *web.PlayJSON `json:"played"`
}

func newSearchJSON(req *web.Request, s account.SearchOutcome) searchJSON {
	item := searchJSON{
		Text: s.Text, Keystrokes: s.Keystrokes, Platform: s.Platform, Opened: append([]string{}, s.URIs...),
	}
	if s.DayOnly {
		item.Day = new(searchDate(s, time.UTC).String())
	} else {
		item.From, item.To = web.RFC3339(s.From/1000), web.RFC3339(s.To/1000)
	}
	if s.Row >= 0 {
		item.Played = new(web.NewPlayJSON(req, req.Data.Play(s.Row)))
	}
	return item
}

var View = web.View{
	Path: web.PathSearches, Title: "Searches", Group: web.AboutYou, Memory: searchBytes,
	Holds: func(req *web.Request) bool { return len(req.Account().Searches) > 0 },
	Page: func(req *web.Request) (web.Page, error) {
		found := newSearchListView(req, outcomesIn(req.SearchOutcomes(), req.Lens))
		return web.Page{Title: "Searches", Content: page(req, found), Partial: list.TimelineList(found)}, nil
	},
	More: func(req *web.Request) (templ.Component, error) {
		return list.TimelineMore(newSearchListView(req, outcomesIn(req.SearchOutcomes(), req.Lens))), nil
	},
	JSON: func(req *web.Request) (any, error) {
		return web.PageJSON(req, outcomesIn(req.SearchOutcomes(), req.Lens), newSearchJSON)
	},
}

func searchBytes(req *web.Request) int64 {
	return int64(len(req.Account().Searches)) * web.RowBytes / 2
}
