package handlers

import (
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	overviewArtists = 8
	overviewTracks  = 8
	overviewAlbums  = 8
	overviewShows   = 5
)

func newOverviewView(req *Request) pages.OverviewView {
	sum := req.Data.Summary(req.Lens)
	m := pages.OverviewView{Receipt: newReceiptCard(req)}
	if req.Data.Rows() > 0 {
		from, to := req.shown()
		m.Span = format.Span(civil(from), civil(to))
	}
	if sum.Rows == 0 {
		m.Headline = prose.Of("Silence.")
		if !req.hasPlays() {
			m.Headline = prose.Of("No plays here yet.")
			if holdings := req.holdings(); holdings != nil {
				m.Lede = []prose.Text{holdings}
			}
		}
		empty := newEmptyView(req, "plays")
		m.Empty = &empty
		return m
	}
	m.Headline = overviewHeadline(req, sum)
	m.Lede = overviewLede(req, sum)
	m.Artists = newCardList(req, artists, overviewArtists, true)
	m.Tracks = newCardList(req, tracks, overviewTracks, false) // narrow cards have no room for sparks
	m.Albums = newCardList(req, albums, overviewAlbums, true)
	m.Shows = newCardList(req, shows, overviewShows, false)
	m.Clock = newClockView(req)
	m.Breakdowns = newBreakdowns(req, sum.Ms)
	m.Ask = newAskView(req)
	return m
}

const dayMs = 24 * int64(time.Hour/time.Millisecond)

// overviewHeadline is the one big sentence: "351 hours in 2023, or 15 days of
// your life, across 1,233 artists."
func overviewHeadline(req *Request, sum dataset.Summary) prose.Text {
	figure, unit, _ := strings.Cut(req.Locale.HoursInWords(sum.Ms), " ")
	if onlyUnknown(sum) {
		figure, unit, _ = strings.Cut(req.playsOfUnknownLength(sum), " ")
	}
	t := prose.Text{}.Accent(figure).Plain(" " + unit + selection(req.Lens))
	if days := int((sum.Ms + dayMs/2) / dayMs); days >= 2 {
		t = t.Plain(", or " + req.Locale.Number(days) + " days of your life")
	}
	switch {
	case sum.Artists > 0:
		t = t.Plain(", across ").Accent(req.Locale.Number(sum.Artists)).Plain(plural(sum.Artists, " artist", " artists"))
	case sum.Shows > 0:
		t = t.Plain(", across ").Accent(req.Locale.Number(sum.Shows)).Plain(plural(sum.Shows, " show", " shows"))
	}
	return t.Plain(".")
}

// few is up to how many plays, or ends of plays, nothing general is said of them:
// three plays make no habit.
const few = 10

func overviewLede(req *Request, sum dataset.Summary) []prose.Text {
	rows, plays := sum.Rows-sum.UnknownLength, sum.Plays-sum.UnknownLength
	t := prose.Of("Something started playing ")
	t = t.Strong(req.Locale.Times(sum.Rows))
	if req.Lens.Min > 0 && rows > 0 {
		length := "for " + req.Locale.HoursInWords(int64(req.Lens.Min)*1000) + " or more"
		if req.Lens.Min == lens.DefaultMin {
			length = "for at least half a minute"
		}
		switch {
		case sum.UnknownLength > 0:
			t = append(t.Plain("; "), req.knownLede(rows, plays, length)...)
		case plays == 0 && sum.Rows == 1:
			t = t.Plain(", and did not go on " + length)
		case plays == 0:
			t = t.Plain(", and never went on " + length)
		case sum.Rows == 1:
			t = t.Plain(" and went on " + length)
		case plays == sum.Rows:
			t = t.Plain(" and went on " + length + " every time")
		default:
			t = t.Plain("; ").Strong(req.Locale.Times(plays)).Plain(" it went on " + length)
		}
	}
	lede := append([]prose.Text{t.Plain(".")}, req.unknownLede(sum)...)
	if share, link, ok := req.skipped(sum); ok {
		of := " of what started."
		if sum.Ended*10 < sum.Rows*9 { // account data does not say how plays ended
			of = " of the " + req.Locale.Number(sum.Ended) + " whose end is known."
		}
		switch {
		case sum.Skips > 0 && sum.Ended < few:
			lede = append(lede, prose.Of("You skipped ").Link(req.Locale.Number(sum.Skips), link).Plain(of))
		case sum.Skips > 0:
			lede = append(lede, prose.Of("You skipped ").Link(share, link).Plain(of))
		case sum.Rows > 1:
			lede = append(lede, prose.Of("You skipped none"+of))
		}
	}
	if sum.LongestDayMs > 0 && sum.Days > 1 {
		d := sum.LongestDay
		lede = append(lede, prose.Of("Your longest day was ").
			Link(format.Date(civil(d)), href(pathHistory, req.Lens.WithRange(d, d))).
			Plain(", with "+req.Locale.HoursInWords(sum.LongestDayMs)+"."))
	}
	return lede
}

// skipped is how much was skipped of what is known to have ended, and where it
// is listed; nothing where all is skipped because the lens sees nothing else.
func (req *Request) skipped(sum dataset.Summary) (share, link string, ok bool) {
	if sum.Ended == 0 || req.Lens.Only&lens.Skipped != 0 {
		return "", "", false
	}
	l := req.Lens.WithOnly(req.Lens.Only | lens.Skipped)
	l.Min = 0 // most of them are short
	return req.Locale.Percent(int64(sum.Skips), int64(sum.Ended)), href(pathHistory, l), true
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// newCardList is the top of a ranking in a card.
func newCardList(req *Request, sec section, n int, sparks bool) partials.CardListView {
	r := req.Data.Rank(req.Lens, sec.by, 0, n)
	card := partials.CardListView{
		ID: sec.many, Title: sec.title, Rows: newRows(req, sec.by, r, sparks), Empty: "None in this selection.",
	}
	if r.Total > n && listed(sec) {
		card.AllLabel, card.AllURL = "all "+req.Locale.Number(r.Total), href(sec.path, req.Lens.ClearedPaging())
	}
	return card
}

// listed reports whether a section has a list page of its own.
func listed(sec section) bool { return sec.by != lens.Episode && sec.by != lens.Chapter }

func newClockView(req *Request) pages.ClockView {
	clock := req.Data.Clock(req.Lens)
	m := pages.ClockView{
		Sentence: req.clockSentence(clock),
		Heatmap:  charts.HeatmapView{ID: "clock", Label: "Hours listened by weekday and hour of the day", Table: req.table("clock")},
	}
	if onlyUnknown(req.Data.Summary(req.Lens)) {
		m.Sentence = "For how long is not known, so no hour of the week has any time."
	}
	// The plays of an hour of the week: 168 links of one form.
	plays := req.plays(0, 0)
	if strings.Contains(plays, "?") {
		plays += "&"
	} else {
		plays += "?"
	}
	var hours [24]struct{ query, label string }
	for hour := range hours {
		hours[hour].query = "&" + lens.Lens{Min: lens.DefaultMin}.WithClock(0, 1<<hour).Encode()
		hours[hour].label = ", " + strconv.Itoa(hour) + " to " + strconv.Itoa(hour+1) + ": "
	}
	for day := range clock {
		ofDay := plays + lens.Lens{Min: lens.DefaultMin}.WithClock(1<<day, 0).Encode()
		for hour, ms := range clock[day] {
			cell := charts.HeatCellView{Value: ms, Hours: req.Locale.Hours(ms)}
			cell.Title = weekday(day) + hours[hour].label + nothingOr(cell.Hours, ms)
			if ms > 0 {
				cell.URL = ofDay + hours[hour].query
			}
			m.Heatmap.Cells[day][hour] = cell
		}
		m.Heatmap.DayURLs[day] = req.plays(1<<day, req.Lens.Hours)
	}
	for hour := range m.Heatmap.HourURLs {
		m.Heatmap.HourURLs[hour] = req.plays(req.Lens.Weekdays, 1<<hour)
	}
	return m
}

// plays leads to the history of some days of the week and hours of the day.
func (req *Request) plays(days lens.Weekdays, hours lens.Hours) string {
	return href(pathHistory, req.Lens.WithClock(days, hours))
}

// weekday names a day counted from Monday.
func weekday(day int) string { return time.Weekday((day + 1) % 7).String() }

// clockSentence says when most listening happens, unless only a part of the week
// is looked at or a few plays are all there is.
func (req *Request) clockSentence(clock [7][24]int64) string {
	if req.Lens.Weekdays != 0 || req.Lens.Hours != 0 || req.Data.Summary(req.Lens).Plays < few {
		return ""
	}
	return clockSentence(clock)
}

// nothingOr is a figure, or "nothing" where it would be a dash.
func nothingOr(figure string, n int64) string {
	if n == 0 {
		return "nothing"
	}
	return figure
}

// clockSentence says when most listening happens, and when least. It says no
// more than the chart shows: the fullest hour is named only where it lies in the
// part of the week that the sentence speaks of, working days and weekends are
// told apart only when they differ by a clear margin, and silent hours are
// counted only where most are not.
func clockSentence(clock [7][24]int64) string {
	var total int64
	var parts [2][4]int64 // working days and weekends, quarters of the day
	fullDay, fullHour, quietDay, quietHour, silent := 0, 0, 0, 0, 0
	for day := range clock {
		weekend := 0
		if day >= 5 {
			weekend = 1
		}
		for hour, ms := range clock[day] {
			total += ms
			parts[weekend][hour/6] += ms
			if ms == 0 {
				silent++
			}
			if ms > clock[fullDay][fullHour] {
				fullDay, fullHour = day, hour
			}
			if ms < clock[quietDay][quietHour] {
				quietDay, quietHour = day, hour
			}
		}
	}
	if total == 0 {
		return "Nothing was heard in this selection."
	}
	quarter := 0
	for q := range 4 {
		if parts[0][q]+parts[1][q] > parts[0][quarter]+parts[1][quarter] {
			quarter = q
		}
	}
	when := [4]string{"at night", "in the morning", "in the afternoon", "in the evening"}[quarter]
	plural := [4]string{"nights", "mornings", "afternoons", "evenings"}[quarter]
	inPart := fullHour/6 == quarter
	// Per day, and ten percent apart at least.
	switch working, weekend := parts[0][quarter]*2, parts[1][quarter]*5; {
	case working*10 > weekend*11:
		when = "on weekday " + plural
		inPart = inPart && fullDay < 5
	case weekend*10 > working*11:
		when = "on weekend " + plural
		inPart = inPart && fullDay >= 5
	}
	often := "Most often "
	if (parts[0][quarter]+parts[1][quarter])*2 > total {
		often = "Mostly "
	}
	s := often + when
	if inPart { // a single hour elsewhere would contradict the rest of the sentence
		s += ", " + weekday(fullDay) + " at " + strconv.Itoa(fullHour) + ":00 above all"
	}
	s += "."
	switch {
	case silent == 7*24-1:
		return "All of it on " + weekday(fullDay) + " at " + strconv.Itoa(fullHour) + ":00."
	case silent > 7*24/2:
		return s
	case silent > 1:
		return s + " " + strconv.Itoa(silent) + " of the 168 hours of the week are silent."
	case silent == 1:
		return s + " Only " + weekday(quietDay) + ", " + hourInWords(quietHour) + ", is silent."
	default:
		return s + " The quietest hour of the week is " + weekday(quietDay) + ", " + hourInWords(quietHour) + "."
	}
}

// hourInWords is an hour of the day as it is said: "4 in the morning".
func hourInWords(hour int) string {
	switch {
	case hour == 0:
		return "midnight"
	case hour == 12:
		return "noon"
	case hour < 12:
		return strconv.Itoa(hour) + " in the morning"
	case hour < 18:
		return strconv.Itoa(hour-12) + " in the afternoon"
	default:
		return strconv.Itoa(hour-12) + " in the evening"
	}
}

const breakdownRows = 5

// newBreakdowns are where and on what; one value alone says nothing.
func newBreakdowns(req *Request, total int64) []partials.BreakdownView {
	var out []partials.BreakdownView
	add := func(id, title, preposition string, shares []dataset.Share, name func(string) string, narrow func(*lens.Lens, string)) {
		if len(shares) < 2 {
			return
		}
		b := partials.BreakdownView{ID: id, Title: title, Sentence: shareSentence(req, shares, total, preposition, name)}
		for _, s := range shares[:min(len(shares), breakdownRows)] {
			row := partials.ShareRowView{
				Label: name(s.Value), Percent: req.Locale.Percent(s.Ms, total), Hours: req.Locale.Hours(s.Ms),
				Share: float64(s.Ms) / float64(max(total, 1)),
			}
			if s.Value != "" {
				l := req.Lens.ClearedPaging()
				narrow(&l, s.Value)
				row.URL = req.href(l)
			}
			b.Rows = append(b.Rows, row)
		}
		out = append(out, b)
	}
	add("countries", "Where", "in ", req.Data.Countries(req.Lens), countryName, func(l *lens.Lens, c string) { l.Country = c })
	add("platforms", "On what", "on ", req.Data.Platforms(req.Lens), familyName, func(l *lens.Lens, p string) { l.Platform = p })
	return out
}

func shareSentence(req *Request, shares []dataset.Share, total int64, preposition string, name func(string) string) string {
	top := shares[0]
	switch share := float64(top.Ms) / float64(max(total, 1)); {
	case top.Ms == total:
		return "All of it " + preposition + inSentence(name(top.Value)) + "."
	case share >= 0.95:
		return "Nearly all of it " + preposition + inSentence(name(top.Value)) + "."
	case share >= 0.5:
		return req.Locale.Percent(top.Ms, total) + " of it " + preposition + inSentence(name(top.Value)) + "."
	default:
		return "Most " + preposition + inSentence(name(top.Value)) + ", " + req.Locale.Percent(top.Ms, total) + " of the hours."
	}
}

var overviewView = View{
	Path: pathHome, Title: "Overview", Group: Listening, API: "/summary",
	Page: func(req *Request) (Page, error) {
		req.Lens = kept(req.Lens)
		return Page{Title: "Overview" + selection(req.Lens), Content: pages.Overview(newOverviewView(req))}, nil
	},
	JSON: func(req *Request) (any, error) { return newSummaryJSON(req.Data, req.Lens), nil },
}
