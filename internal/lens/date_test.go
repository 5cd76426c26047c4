package lens_test

import (
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Dates are written as package time writes them, on every day of four centuries and
// at the edges of what there is.
func TestDateString(t *testing.T) {
	check := func(year int, month time.Month, day int) {
		t.Helper()
		want := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		if got := (lens.Date{Year: year, Month: month, Day: day}).String(); got != want {
			t.Errorf("%d, %d, %d: %q, want %q", year, month, day, got, want)
		}
	}
	for day := time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2200; day = day.AddDate(0, 0, 1) {
		check(day.Date())
	}
	check(7, 3, 9)
	check(9999, 12, 31)
	check(10_000, 1, 1)
	check(2023, 2, 30) // is 2 March
	check(2023, 13, 1)
	if got := (lens.Date{}).String(); got != "" {
		t.Errorf("the zero date is %q", got)
	}
}
