package words

import (
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Civil is a date as a time, for formatting: noon, where no zone can move it
// to another day.
func Civil(d lens.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
}

// MonthEnd is the last day of a date's month.
func MonthEnd(d lens.Date) lens.Date {
	return lens.Date{Year: d.Year, Month: d.Month + 1, Day: 1}.AddDays(-1)
}

// Lifetime says how long data is kept.
func Lifetime(d time.Duration) string {
	if days := int(d / (24 * time.Hour)); days >= 2 {
		return format.Locale{}.Count(days, "day", "days")
	}
	return format.Locale{}.HoursInWords(d.Milliseconds())
}
