// Package format writes figures and dates the way the pages say them: grouped
// numbers, "289 h", "18 December 2023". It is pure: nothing here reads a clock
// or the environment.
package format

import (
	"fmt"
	"strconv"
	"time"
)

// Locale is the language that words and figures are written in. The pages speak
// English so far, and figures follow the words around them: a sentence whose
// digits are grouped as in another language could be misread.
type Locale struct{}

const (
	groupSeparator   = ","
	decimalSeparator = "."
)

// Number groups the digits of n: "53,411".
func (l Locale) Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if s[0] == '-' {
		sign, s = "−", s[1:]
	}
	var room [64]byte
	b := append(room[:0], sign...)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b = append(b, groupSeparator...)
		}
		b = append(b, s[i])
	}
	return string(b)
}

// Count is a number with its noun: "1 play", "2,780 plays".
func (l Locale) Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return l.Number(n) + " " + many
}

// Times is how often something happened: "once", "twice", "2,780 times".
func (l Locale) Times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return l.Number(n) + " times"
}

// Decimal writes tenths with one decimalSeparator: Decimal(175) is "17.5".
func (l Locale) Decimal(tenths int64) string {
	return l.Number(int(tenths/10)) + decimalSeparator + strconv.FormatInt(tenths%10, 10)
}

const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
)

// None stands in a column where there is nothing: no time, no figure.
const None = "–"

// Hours is a time played, as short as it can be said: "289 h", "29.9 h",
// "12 min", "40 s". No time at all is None: a column of zeros would hide the
// few figures that there are.
func (l Locale) Hours(ms int64) string {
	switch tenths := roundDiv(ms, hour/10); {
	case ms <= 0:
		return None
	case ms < second/2:
		return "< 1 s"
	case tenths >= 1000:
		return l.Number(int(roundDiv(ms, hour))) + " h"
	case roundDiv(ms, minute) >= 60:
		return l.Decimal(tenths) + " h"
	case roundDiv(ms, second) >= 60:
		return l.Number(int(roundDiv(ms, minute))) + " min"
	default:
		return l.Number(int(roundDiv(ms, second))) + " s"
	}
}

// HoursInWords is the same for sentences: "289 hours", "17.5 hours",
// "1 minute", "no time".
func (l Locale) HoursInWords(ms int64) string {
	switch tenths := roundDiv(ms, hour/10); {
	case ms <= 0:
		return "no time"
	case ms < second/2:
		return "less than a second"
	case tenths >= 1000:
		return l.Count(int(roundDiv(ms, hour)), "hour", "hours")
	case roundDiv(ms, minute) >= 60 && tenths == 10:
		return "1 hour"
	case roundDiv(ms, minute) >= 60 && tenths%10 == 0:
		return l.Number(int(tenths/10)) + " hours"
	case roundDiv(ms, minute) >= 60:
		return l.Decimal(tenths) + " hours"
	case roundDiv(ms, second) >= 60:
		return l.Count(int(roundDiv(ms, minute)), "minute", "minutes")
	default:
		return l.Count(int(roundDiv(ms, second)), "second", "seconds")
	}
}

// Exact is a time played to the minute, for tooltips: "289 hours 12 minutes";
// below an hour to the second.
func (l Locale) Exact(ms int64) string {
	s := max(0, ms) / second
	h, m := int(s/3600), int(s/60%60)
	switch {
	case s == 0:
		return l.HoursInWords(min(ms, 1))
	case h > 0 && m > 0:
		return l.Count(h, "hour", "hours") + " " + l.Count(m, "minute", "minutes")
	case h > 0:
		return l.Count(h, "hour", "hours")
	case m > 0 && s%60 > 0:
		return l.Count(m, "minute", "minutes") + " " + l.Count(int(s%60), "second", "seconds")
	case m > 0:
		return l.Count(m, "minute", "minutes")
	default:
		return l.Count(int(s), "second", "seconds")
	}
}

// Length is how long one play ran: "3:42", "1:02:03".
func Length(ms int64) string {
	s := max(0, ms) / second
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// nbsp keeps a dash with what it follows: a line does not break there.
const nbsp = "\u00a0"

// Percent is part of whole: "89.9%", "83%" when it comes out even, "0%" of
// nothing. What is there but rounds to nothing is "< 0.1%", and what is not
// quite everything never rounds to "100%". English sets no space before the
// sign.
func (l Locale) Percent(part, whole int64) string {
	if whole <= 0 || part <= 0 {
		return "0%"
	}
	tenths := roundDiv(part*1000, whole)
	switch {
	case tenths == 0:
		return "< " + l.Decimal(1) + "%"
	case tenths == 1000 && part < whole:
		return "> " + l.Decimal(999) + "%"
	case tenths%10 == 0:
		return l.Number(int(tenths/10)) + "%"
	}
	return l.Decimal(tenths) + "%"
}

func roundDiv(a, b int64) int64 { return (a + b/2) / b }

// Date is "18 December 2023".
func Date(t time.Time) string { return t.Format("2 January 2006") }

// ShortDate is "18 Dec 2023".
func ShortDate(t time.Time) string { return t.Format("2 Jan 2006") }

// LongDate is "Monday, 18 December 2023".
func LongDate(t time.Time) string { return t.Format("Monday, 2 January 2006") }

// Month is "December 2023".
func Month(t time.Time) string { return t.Month().String() + " " + strconv.Itoa(t.Year()) }

// Clock is "21:47".
func Clock(t time.Time) string { return t.Format("15:04") }

// Span is a range of days as short as it can be said: "29 Mar 2018 – 28 Feb
// 2026", "3 Jan – 9 Mar 2021", "3 – 9 Jan 2021", "3 Jan 2021".
func Span(first, last time.Time) string {
	y1, m1, d1 := first.Date()
	y2, m2, d2 := last.Date()
	switch {
	case y1 != y2:
		return ShortDate(first) + nbsp + "– " + ShortDate(last)
	case m1 != m2:
		return first.Format("2 Jan") + nbsp + "– " + ShortDate(last)
	case d1 != d2:
		return first.Format("2") + nbsp + "–" + nbsp + ShortDate(last)
	}
	return ShortDate(first)
}

// BriefSpan is a span for where there is room for a dozen characters: "2023–26",
// "Jan–Mar ’24", "3–9 Jan ’24".
func BriefSpan(first, last time.Time) string {
	y1, m1, d1 := first.Date()
	y2, m2, d2 := last.Date()
	switch {
	case y1 != y2:
		return first.Format("2006") + "–" + last.Format("06")
	case m1 != m2:
		return first.Format("Jan") + "–" + last.Format("Jan") + nbsp + last.Format("’06")
	case d1 != d2:
		return first.Format("2") + "–" + last.Format("2 Jan ’06")
	}
	return ShortDate(first)
}
