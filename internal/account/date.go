package account

import (
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// date reads the day with which s begins, the zero Date when there is none.
func date(s string) lens.Date {
	if len(s) < len(time.DateOnly) {
		return lens.Date{}
	}
	t, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)])
	if err != nil {
		return lens.Date{}
	}
	return lens.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

// yearMonth reads YYYY-MM as the first day of the month.
func yearMonth(s string) lens.Date {
	if len(s) != len("2006-01") {
		return lens.Date{}
	}
	return date(s + "-01")
}

var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999 MST", time.DateTime, "2006-01-02 15:04", time.DateOnly}

// milliseconds reads a time in any of the formats of these documents as Unix
// milliseconds. It returns 0 for another format and for times that no package
// can have. Java writes [UTC] behind the zone. Numbers are seconds,
// milliseconds or microseconds, whichever makes a year of our time.
func milliseconds(s string) int64 {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '['); i > 0 {
		s = s[:i]
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return plausible(epoch(n))
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return plausible(t.UnixMilli())
		}
	}
	return 0
}

// plausible returns 0 for times outside the years that a history can have:
// links to such days would lead nowhere. Times in January 1970 are seconds that
// Spotify took for milliseconds.
func plausible(ms int64) int64 {
	if ms > 0 && time.UnixMilli(ms).UTC().Year() == 1970 {
		ms *= 1000
	}
	if y := time.UnixMilli(ms).UTC().Year(); y < 2000 || y > 2099 {
		return 0
	}
	return ms
}

// epoch guesses the unit of a Unix time. As seconds, 1e11 is the year 5138; as
// milliseconds, 1e14 is.
func epoch(n int64) int64 {
	switch {
	case n <= 0:
		return 0
	case n < 1e11:
		return n * 1000
	case n < 1e14:
		return n
	default:
		return n / 1000
	}
}
