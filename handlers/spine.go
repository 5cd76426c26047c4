package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A subject is the entity a page is about; the spine shows it against the whole.
type subject struct {
	entity dataset.Entity
	// months is the subject's own series, parallel to the whole's.
	months []dataset.Month
}

func newSpine(req *Request, about *subject) charts.SpineView {
	months := req.Data.Months(kept(req.Lens))
	spine := charts.SpineView{Months: req.months(months), Table: req.table("spine")}
	if about != nil {
		spine.Subject, spine.Identity = untitled(about.entity.Name), identityOf(about.entity)
		of := barsOf(months)
		for i := range min(len(about.months), len(spine.Months)) {
			spine.Months[i].Part = of(about.months[i])
		}
	}
	spine.Years = req.years(months)
	if n := len(months); n > 0 {
		what := "Hours"
		if untimed(months) {
			what = "Plays"
		}
		spine.Label = what + " a month, " + format.Month(civil(months[0].Date)) + " to " + format.Month(civil(months[n-1].Date))
	}
	return spine
}

// rangeHref is this very page with another range. Hundreds of links on a page lead
// to one, so it says the query alone.
func (req *Request) rangeHref(from, to dataset.Date) string {
	return strings.TrimPrefix(req.href(req.Lens.WithRange(from, to)), req.Path)
}

// fieldTable names the chart whose figures a page shows as text.
const fieldTable = "table"

// table is where the figures of a chart stand as text.
func (req *Request) table(chart string) charts.TableView {
	here := *req
	here.Own = append(slices.Clip(req.Own), layout.FieldView{Name: fieldTable, Value: chart})
	return charts.TableView{ID: chart + "-table", Shown: req.Query.Get(fieldTable) == chart, URL: here.href(req.Lens) + "#" + chart + "-table"}
}

// months are one bar each. Following one narrows the range to its month.
func (req *Request) months(months []dataset.Month) []charts.MonthView {
	shownFrom, shownTo := req.shown()
	bars := make([]charts.MonthView, len(months))
	of := barsOf(months)
	for i, m := range months {
		from, to := m.Date, monthEnd(m.Date)
		label := format.Month(civil(from))
		hours, _ := req.hours(m.Ms, m.Plays)
		bars[i] = charts.MonthView{
			Label: label,
			Title: req.barTitle(label, m.Ms, m.Plays),
			URL:   req.rangeHref(from, to),
			Hours: hours, Plays: req.Locale.Number(m.Plays),
			Value: of(m),
			Lit:   to.Compare(shownFrom) >= 0 && shownTo.Compare(from) >= 0,
		}
	}
	return bars
}

// barTitle is what a month or year says when it is pointed at: "March 2019: 59.2 h,
// 751 plays".
func (req *Request) barTitle(label string, ms int64, plays int) string {
	if ms == 0 && plays == 0 {
		return label + ": nothing"
	}
	hours, _ := req.hours(ms, plays)
	return label + ": " + hours + ", " + req.Locale.Count(plays, "play", "plays")
}

func (req *Request) years(months []dataset.Month) []charts.YearView {
	var years []charts.YearView
	shownFrom, shownTo := req.shown()
	var ms int64
	plays := 0
	for i, m := range months {
		label := strconv.Itoa(m.Date.Year)
		if i == 0 || months[i-1].Date.Year != m.Date.Year {
			from, to := yearOf(m.Date.Year)
			years = append(years, charts.YearView{
				Label: label,
				URL:   req.rangeHref(from, to),
				First: i,
				Lit:   to.Compare(shownFrom) >= 0 && shownTo.Compare(from) >= 0,
			})
			ms, plays = 0, 0
		}
		year := &years[len(years)-1]
		year.Count++
		ms, plays = ms+m.Ms, plays+m.Plays
		if i+1 == len(months) || months[i+1].Date.Year != m.Date.Year {
			year.Title = req.barTitle(label, ms, plays)
		}
	}
	return years
}

func yearOf(year int) (from, to dataset.Date) {
	return dataset.Date{Year: year, Month: 1, Day: 1}, dataset.Date{Year: year, Month: 12, Day: 31}
}
