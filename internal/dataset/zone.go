package dataset

import (
	"sort"
	"time"
)

// Date is a civil date in the lens's zone. The zero Date means "no bound".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// IsZero reports whether the date is "no bound".
func (d Date) IsZero() bool { return d == Date{} }

// String is YYYY-MM-DD, or "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// Compare orders dates by time.
func (d Date) Compare(e Date) int {
	switch {
	case d.Year != e.Year:
		return sign(d.Year - e.Year)
	case d.Month != e.Month:
		return sign(int(d.Month - e.Month))
	default:
		return sign(d.Day - e.Day)
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// AddDays is the date so many days later.
func (d Date) AddDays(n int) Date {
	return dateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// Start is the first second of the date in tz, in Unix seconds.
func (d Date) Start(tz *time.Location) int64 {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, tz)
	// Where clocks skip midnight, time.Date may answer with a time of the day before.
	if dateOf(t) != d {
		_, end := t.ZoneBounds()
		return end.Unix()
	}
	return t.Unix()
}

// DateIn is the date of a Unix time in tz.
func DateIn(ts int64, tz *time.Location) Date { return dateOf(time.Unix(ts, 0).In(tz)) }

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

const secondsPerDay = 86400

// dayDate is the date of a day counted from 1970-01-01.
func dayDate(day int64) Date { return dateOf(time.Unix(day*secondsPerDay, 0).UTC()) }

// offsets are the distances of a zone from UTC over a range of time. A zone
// changes its offset about twice a year, so asking the current stretch first
// answers nearly always.
type offsets struct {
	from   []int64 // when each offset begins
	offset []int64
	at     int
}

// zoneOffsets lists the offsets of tz from first to last.
func zoneOffsets(tz *time.Location, first, last int64) offsets {
	var o offsets
	for t := first; ; {
		u := time.Unix(t, 0).In(tz)
		_, seconds := u.Zone()
		o.from = append(o.from, t)
		o.offset = append(o.offset, int64(seconds))
		_, end := u.ZoneBounds()
		if end.IsZero() || end.Unix() > last {
			return o
		}
		if end.Unix() > t {
			t = end.Unix()
		} else {
			// On the last day of leap years after 2037, beyond what zone files
			// spell out, package time says that the offset ended the day before.
			t += secondsPerDay
		}
		if t > last {
			return o
		}
	}
}

// of is the offset at ts, which must lie in the range.
func (o *offsets) of(ts int64) int64 {
	if ts < o.from[o.at] || o.at+1 < len(o.from) && ts >= o.from[o.at+1] {
		o.at = max(0, sort.Search(len(o.from), func(i int) bool { return o.from[i] > ts })-1)
	}
	return o.offset[o.at]
}

// end is the first change of the clock after the one that of was last asked
// about, or ts if that comes before it.
func (o *offsets) end(ts int64) int64 {
	if o.at+1 < len(o.from) {
		return min(ts, o.from[o.at+1])
	}
	return ts
}
