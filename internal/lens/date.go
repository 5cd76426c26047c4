package lens

import (
	"cmp"
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
	if d.Year < 0 || d.Year > 9999 || d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 28 {
		return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	// A calendar writes thousands of them, and most need no look into the calendar.
	b := [...]byte{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0'}
	put := func(end, n int) {
		for ; n > 0; n /= 10 {
			end--
			b[end] += byte(n % 10)
		}
	}
	put(4, d.Year)
	put(7, int(d.Month))
	put(10, d.Day)
	return string(b[:])
}

// Compare orders dates by time.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// AddDays is the date so many days later.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// Start is the first second of the date in tz, in Unix seconds.
func (d Date) Start(tz *time.Location) int64 {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, tz)
	// Where clocks skip midnight, time.Date may answer with a time of the day before.
	if DateOf(t) != d {
		_, end := t.ZoneBounds()
		return end.Unix()
	}
	return t.Unix()
}

// DateIn is the date of a Unix time in tz.
func DateIn(ts int64, tz *time.Location) Date { return DateOf(time.Unix(ts, 0).In(tz)) }

// DateOf is the date on which t falls in its own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// SecondsPerDay is the length of most days.
const SecondsPerDay = 86400

// Number counts the days from 1970-01-01.
func (d Date) Number() int {
	return int(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / SecondsPerDay)
}

// DateOfNumber is the inverse of Number.
func DateOfNumber(day int64) Date { return DateOf(time.Unix(day*SecondsPerDay, 0).UTC()) }

// FirstOfMonth is the first day of the date's month.
func (d Date) FirstOfMonth() Date { return Date{d.Year, d.Month, 1} }

// NextMonth is the first day of the month after the date's.
func (d Date) NextMonth() Date {
	return DateOf(time.Date(d.Year, d.Month+1, 1, 0, 0, 0, 0, time.UTC))
}
