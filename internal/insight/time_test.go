package insight_test

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

// TestClock: the hours are those in which plays began, and overlap counts once.
func TestClock(t *testing.T) {
	type cell struct{ day, hour int }
	for name, c := range map[string]struct {
		zone, from, to string
		plays          []export.Play
		want           map[cell]int64 // minutes
	}{
		"an hour is that of the start": {plays: []export.Play{heard("2024-03-01 10:59", 120, "A", "X")}, want: map[cell]int64{{4, 10}: 2}},
		"in the zone":                  {zone: "Europe/Warsaw", plays: []export.Play{heard("2024-03-03 23:00", 60, "A", "X")}, want: map[cell]int64{{0, 0}: 1}},
		"overlap counts once": {
			plays: []export.Play{heard("2024-03-01 10:00", 3600, "A", "X"), heard("2024-03-01 10:01", 3600, "B", "X"), heard("2024-03-01 11:00", 60, "C", "X")},
			want:  map[cell]int64{{4, 10}: 61},
		},
		"also with what began before the range": {
			from: "2024-03-02", to: "2024-03-02",
			plays: []export.Play{heard("2024-03-01 23:30", 3600, "A", "X"), heard("2024-03-02 00:20", 1200, "B", "X")},
			want:  map[cell]int64{{5, 0}: 10},
		},
		"a day is that of the start": {
			from: "2024-03-01", to: "2024-03-01",
			plays: []export.Play{heard("2024-02-29 23:59", 120, "A", "X"), heard("2024-03-01 23:59", 120, "B", "X")},
			want:  map[cell]int64{{4, 23}: 2},
		},
	} {
		clock := insight.Clock(between(selection(t, c.zone, c.plays...), c.from, c.to))
		for day := range clock {
			for hour, ms := range clock[day] {
				if want := c.want[cell{day, hour}]; ms != want*60_000 {
					t.Errorf("%s: day %d, hour %d: %d ms, want %d minutes", name, day, hour, ms, want)
				}
			}
		}
	}
}

// TestPausesAreBetweenStarts: those of up to seven days are bridged, whenever the plays
// ended; the day on which one ended is covered all the same.
func TestPausesAreBetweenStarts(t *testing.T) {
	for name, c := range map[string]struct {
		plays       []export.Play
		first, last string
		days        int
	}{
		"over midnight":                  {[]export.Play{heard("2024-03-01 23:59", 120, "A", "X")}, "2024-03-01", "2024-03-02", 2},
		"seven days between two starts":  {[]export.Play{heard("2024-03-01 10:00", 60, "A", "X"), heard("2024-03-09 23:59", 120, "A", "X")}, "2024-03-01", "2024-03-10", 10},
		"eight, though seven to its end": {[]export.Play{heard("2024-03-01 23:59", 120, "A", "X"), heard("2024-03-10 10:00", 60, "A", "X")}, "2024-03-01", "2024-03-10", 3},
	} {
		s := selection(t, "", c.plays...)
		covered := insight.CoveredDays(s.Dataset, s.Lens.Zone())
		first, last := covered.Bounds()
		if n := covered.Between(first, last); day(first) != c.first || day(last) != c.last || n != c.days {
			t.Errorf("%s: %d days from %s to %s, want %d from %s to %s", name, n, day(first), day(last), c.days, c.first, c.last)
		}
	}
}
