package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// ArtistLink names an artist and leads to the artist's page, if the history has
// one.
func (req *Request) ArtistLink(name string) layout.LinkView {
	link := layout.LinkView{Label: name}
	if id := req.Names().ArtistID(name); id != "" {
		link.URL = EntityHref(lens.Artist, id, req.Lens)
	}
	return link
}

// DateOf is the day of a time of the account data, "" when it is not known.
func (req *Request) DateOf(ms int64) string {
	if ms == 0 {
		return ""
	}
	return format.Date(req.At(ms))
}

const DayMs = 24 * int64(time.Hour/time.Millisecond)

// Few is up to how many plays, or ends of plays, nothing general is said of them:
// three plays make no habit.
const Few = 10

// Skipped is how much was skipped of what is known to have ended, and where it
// is listed; nothing where all is skipped because the lens sees nothing else.
func (req *Request) Skipped(sum dataset.Summary) (share, link string, ok bool) {
	if sum.Ended == 0 || req.Lens.Only&lens.Skipped != 0 {
		return "", "", false
	}
	l := req.Lens.WithOnly(req.Lens.Only | lens.Skipped)
	l.Min = 0 // most of them are short
	return req.Locale.Percent(int64(sum.Skips), int64(sum.Ended)), Href(PathHistory, l), true
}

// NewCardList is the top of a ranking in a card.
func NewCardList(req *Request, sec Section, n int, sparks bool) list.CardListView {
	r := req.Data.Rank(req.Lens, sec.By, 0, n)
	card := list.CardListView{
		ID: sec.Many, Title: sec.Title, Rows: NewRows(req, sec.By, r, sparks), Empty: "None in this selection.",
	}
	if r.Total > n && listed(sec) {
		card.AllLabel, card.AllURL = "all "+req.Locale.Number(r.Total), Href(sec.Path, req.Lens.ClearedPaging())
	}
	return card
}

// listed reports whether a section has a list page of its own.
func listed(sec Section) bool { return sec.By != lens.Episode && sec.By != lens.Chapter }

// NewClockView is the card with the hours of the week, each a link to its plays.
func NewClockView(req *Request) charts.ClockView {
	clock := insight.Clock(req.Data.Select(req.Lens))
	m := charts.ClockView{
		Sentence: req.clockSentence(clock),
		Heatmap:  charts.HeatmapView{ID: "clock", Label: "Hours listened by weekday and hour of the day", Table: req.Table("clock")},
	}
	if OnlyUnknown(req.Data.Summary(req.Lens)) {
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
			cell.Title = words.Weekday(day) + hours[hour].label + nothingOr(cell.Hours, ms)
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
	return Href(PathHistory, req.Lens.WithClock(days, hours))
}

// clockSentence says when most listening happens, unless only a part of the week
// is looked at, or a few plays or a day are all there is.
func (req *Request) clockSentence(clock [7][24]int64) string {
	if req.Lens.Weekdays != 0 || req.Lens.Hours != 0 || req.Data.Summary(req.Lens).Plays < Few || insight.Days(req.Data.Select(req.Lens)).Total().Heard < 2 {
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
		s += ", " + words.Weekday(fullDay) + " at " + strconv.Itoa(fullHour) + ":00 above all"
	}
	s += "."
	switch {
	case silent == 7*24-1:
		return "All of it on " + words.Weekday(fullDay) + " at " + strconv.Itoa(fullHour) + ":00."
	case silent > 7*24/2:
		return s
	case silent > 1:
		return s + " " + strconv.Itoa(silent) + " of the 168 hours of the week are silent."
	case silent == 1:
		return s + " Only " + words.Weekday(quietDay) + ", " + hourInWords(quietHour) + ", is silent."
	default:
		return s + " The quietest hour of the week is " + words.Weekday(quietDay) + ", " + hourInWords(quietHour) + "."
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
