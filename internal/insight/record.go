package insight

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Record is listening drawn as a disc: one ray a day.
type Record struct {
	First int // of the days, counted from 1970-01-01
	Rays  []Ray
	// Top are the artists with most time on these days, at most [RecordColours].
	Top []dataset.Entity
	// Year is the year of the days when the lens's range holds more than fits,
	// else 0.
	Year int
}

// A Ray is one day of a record.
type Ray struct {
	Ms  int64 // overlap counts once
	Top int   // the most heard artist of the day, in Record.Top, or -1
}

const (
	// RecordDays is how many days a record has at most.
	RecordDays = 400
	// RecordColours is how many artists of a record are told apart.
	RecordColours = 5
	// fullYear is how many covered days make a year that stands for more.
	fullYear = 300
)

// RecordOf is the record of a selection: the days of its range up to
// [RecordDays], else of its last year with at least 300 covered days, else of the
// year with most time. It must not be changed.
func RecordOf(s dataset.Selection) Record {
	return dataset.MemoizeSelection(s, "record", func() Record { return record(s) })
}

func record(s dataset.Selection) Record {
	cal := Days(s)
	r := Record{First: cal.First}
	if len(cal.Days) > RecordDays {
		r.Year = recordYear(cal)
		from, to := yearBounds(r.Year)
		cal = cal.Between(from, to)
		r.First = cal.First
	}
	if len(cal.Days) == 0 {
		return r
	}
	v := livesOf(s, artists(s))
	days := v.daily(cal)
	tops := make([]sum, len(cal.Days))
	most := top{of: &v.Things, room: RecordColours}
	for code := range v.codes() {
		all := sum{code: code}
		for _, heard := range v.sums(code, days) {
			of := heard.of(code)
			all.add(of)
			if top := &tops[heard.period]; of.before(*top, &v.Things) {
				*top = of
			}
		}
		most.offer(all)
	}
	colour := make(map[uint32]int)
	for i, thing := range most.list {
		colour[thing.code] = i
		r.Top = append(r.Top, v.Entity(thing.code))
	}
	r.Rays = make([]Ray, len(cal.Days))
	for i, d := range cal.Days {
		r.Rays[i] = Ray{Ms: d.Ms, Top: -1}
		if place, ok := colour[tops[i].code]; ok && tops[i].plays > 0 {
			r.Rays[i].Top = place
		}
	}
	return r
}

// recordYear is the year that stands for a longer range.
func recordYear(cal Calendar) int {
	fullest, most := 0, int64(-1)
	for year := date(cal.Last()).Year; year >= date(cal.First).Year; year-- {
		total := cal.Between(yearBounds(year)).Total()
		if total.Covered >= fullYear {
			return year
		}
		if total.Ms > most {
			fullest, most = year, total.Ms
		}
	}
	return fullest
}

// Dates are the first and last day of the record.
func (r Record) Dates() (first, last lens.Date) {
	return date(r.First), date(r.First + len(r.Rays) - 1)
}
