package charts

import (
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// CalendarView is years of days, a cell each.
type CalendarView struct {
	Label string
	Years []CalendarYearView
	Table TableView
}

// CalendarYearView is a year.
type CalendarYearView struct {
	Label, URL string
	Empty      int  // places before the first day, from a Monday on
	Strip      bool // half a year, not a whole one
	Days       []CalendarDayView
	// DayURL is what stands before and behind the date in the address of a day.
	DayURL [2]string
}

// CalendarDayView is a day. Tone is 0 for a silent one, up to [CalendarTones] for
// the longest, or [ToneUncovered].
type CalendarDayView struct {
	Tone  int
	Date  string // in the address of its page; "" when it has none
	Month time.Month
	Day   int    // of the month
	Heard string // "3.2 h", "nothing"
	Lit   bool   // part of what the page was asked to show
}

const (
	// CalendarTones is how many tones tell days with music apart.
	CalendarTones = 5
	// ToneUncovered is the tone of a day that no file speaks of.
	ToneUncovered = -1
)

// cells are the days of a year in columns of weeks: thousands on a page, written
// without a template.
func (y *CalendarYearView) cells() templ.Component {
	b := make([]byte, 0, 96*len(y.Days))
	for range y.Empty { // of the weeks before the first cell
		b = append(b, `<i></i>`...)
	}
	before, behind := hrefText(y.DayURL[0]), hrefText(y.DayURL[1])
	for i := range y.Days {
		d := &y.Days[i]
		element := byte('i')
		if d.Date != "" {
			element = 'a'
		}
		b = append(append(b, '<', element), ` class="`...)
		if d.Tone == ToneUncovered {
			b = append(b, 'u')
		} else {
			b = strconv.AppendInt(append(b, 't'), int64(d.Tone), 10)
		}
		if d.Lit {
			b = append(b, ` lit`...)
		}
		b = append(b, '"')
		if d.Date != "" {
			b = append(append(append(append(append(b, ` href="`...), before...), d.Date...), behind...), `" tabindex="-1"`...)
		}
		// The day and what was heard on it: "Mar 5: 3.2 h".
		b = strconv.AppendInt(append(append(append(b, ` title="`...), d.Month.String()[:3]...), ' '), int64(d.Day), 10)
		b = append(append(append(b, ": "...), templ.EscapeString(d.Heard)...), `"></`...)
		b = append(append(b, element), '>')
	}
	return templ.Raw(string(b))
}

// A calendarMonth is a row of a calendar's table: the days of a month by their
// number, nil where the calendar has none.
type calendarMonth struct {
	label string
	year  *CalendarYearView
	days  [31]*CalendarDayView
}

// months are the days by their months, the latest year first.
func (v *CalendarView) months() []calendarMonth {
	var list []calendarMonth
	for i := len(v.Years) - 1; i >= 0; i-- {
		y := &v.Years[i]
		for j := range y.Days {
			d := &y.Days[j]
			if j == 0 || d.Month != y.Days[j-1].Month {
				list = append(list, calendarMonth{label: d.Month.String()[:3] + " " + y.Label, year: y})
			}
			list[len(list)-1].days[d.Day-1] = d
		}
	}
	return list
}
