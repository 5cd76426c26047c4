package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Subject is the entity a page is about; the spine shows it against the whole.
type Subject struct {
	Entity dataset.Entity
	// months is the subject's own series, parallel to the whole's.
	Months []dataset.Month
}

func newSpine(req *Request, about *Subject) charts.SpineView {
	months := req.Data.Months(Kept(req.Lens))
	spine := charts.SpineView{Months: req.Months(months), Table: req.Table("spine")}
	if about != nil {
		spine.Subject, spine.Identity = words.Untitled(about.Entity.Name), words.IdentityOf(about.Entity)
		of := barsOf(months)
		for i := range min(len(about.Months), len(spine.Months)) {
			spine.Months[i].Part = of(about.Months[i])
		}
	}
	spine.Years = req.Years(months)
	if n := len(months); n > 0 {
		what := "Hours"
		if Untimed(months) {
			what = "Plays"
		}
		spine.Label = what + " a month, " + format.Month(words.Civil(months[0].Date)) + " to " + format.Month(words.Civil(months[n-1].Date))
	}
	return spine
}

// rangeLinks makes links to this very page with another range. A page holds
// hundreds, so each says its query alone, and what all have in common is written once.
func (req *Request) rangeLinks() func(from, to lens.Date) string {
	common := strings.TrimPrefix(req.Href(req.Lens.WithRange(lens.Date{}, lens.Date{})), req.Path)
	common = strings.Replace(common, "?", "&", 1)
	return func(from, to lens.Date) string {
		return "?" + lens.Lens{From: from, To: to, Min: lens.DefaultMin}.Encode() + common
	}
}

// fieldTable names the chart whose figures a page shows as text.
const fieldTable = "table"

// Table is where the figures of a chart stand as text.
func (req *Request) Table(chart string) charts.TableView {
	here := *req
	here.Own = append(slices.Clip(req.Own), layout.FieldView{Name: fieldTable, Value: chart})
	return charts.TableView{ID: chart + "-table", Shown: req.Query.Get(fieldTable) == chart, URL: here.Href(req.Lens) + "#" + chart + "-table"}
}

// CalendarTableHref is the table of every day, which the record has no room for.
func CalendarTableHref(l lens.Lens) string {
	return Address(PathCalendar, []layout.FieldView{{Name: fieldTable, Value: "calendar"}}, Kept(l)) + "#calendar-table"
}

// Months are one bar each. Following one narrows the range to its month.
func (req *Request) Months(months []dataset.Month) []charts.MonthView {
	shownFrom, shownTo := req.ShownRange()
	bars := make([]charts.MonthView, len(months))
	of, link := barsOf(months), req.rangeLinks()
	for i, m := range months {
		from, to := m.Date, words.MonthEnd(m.Date)
		label := format.Month(words.Civil(from))
		bars[i] = charts.MonthView{
			Label: label,
			Title: req.barTitle(label, m.Ms, m.Plays),
			URL:   link(from, to),
			Value: of(m),
			Lit:   to.Compare(shownFrom) >= 0 && shownTo.Compare(from) >= 0,
		}
		if req.Query.Has(fieldTable) {
			bars[i].Hours, bars[i].Plays = req.shortHours(m.Ms, m.Plays), req.Locale.Number(m.Plays)
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
	return label + ": " + req.shortHours(ms, plays) + ", " + req.Locale.Count(plays, "play", "plays")
}

// Years are the labels beneath the bars. Following one narrows the range to its year.
func (req *Request) Years(months []dataset.Month) []charts.YearView {
	var years []charts.YearView
	shownFrom, shownTo := req.ShownRange()
	link := req.rangeLinks()
	var ms int64
	plays := 0
	for i, m := range months {
		label := strconv.Itoa(m.Date.Year)
		if i == 0 || months[i-1].Date.Year != m.Date.Year {
			from, to := YearOf(m.Date.Year)
			years = append(years, charts.YearView{
				Label: label,
				URL:   link(from, to),
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

// YearOf is the first and the last day of a year.
func YearOf(year int) (from, to lens.Date) {
	return lens.Date{Year: year, Month: 1, Day: 1}, lens.Date{Year: year, Month: 12, Day: 31}
}
