package insight_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

func TestDays(t *testing.T) {
	for name, c := range map[string]struct {
		zone     string
		from, to string
		plays    []export.Play
		want     []string // date, seconds, plays of rows, and – where it is not covered
	}{
		"nothing": {},
		"midnight belongs to the new day, what began before it to the old": {
			plays: []export.Play{heard("2024-03-01 23:59:59", 120, "A", "X"), heard("2024-03-02 00:01:59", 60, "B", "X")},
			want:  []string{"2024-03-01 120 1/1", "2024-03-02 60 1/1"},
		},
		"the only play ended on the next day": {
			plays: []export.Play{heard("2024-03-01 23:59", 120, "A", "X")},
			want:  []string{"2024-03-01 120 1/1", "2024-03-02 0 0/0"},
		},
		"a leap day": {
			plays: []export.Play{heard("2024-02-28 23:59:30", 60, "A", "X"), heard("2024-02-29 12:00", 60, "A", "X"), heard("2024-03-01 00:00", 60, "A", "X")},
			want:  []string{"2024-02-28 60 1/1", "2024-02-29 60 1/1", "2024-03-01 60 1/1"},
		},
		"the same in another zone": {
			zone:  "America/New_York",
			plays: []export.Play{heard("2024-03-01 04:59:59", 60, "A", "X"), heard("2024-03-01 05:00:59", 60, "A", "X")},
			want:  []string{"2024-02-29 60 1/1", "2024-03-01 60 1/1"},
		},
		"the day on which clocks go forward has 23 hours": {
			zone:  "Europe/Warsaw", // from UTC+1 to UTC+2 on 31 March at 01:00 UTC
			plays: []export.Play{heard("2024-03-30 22:59", 60, "A", "X"), heard("2024-03-30 23:00", 60, "A", "X"), heard("2024-03-31 21:59", 60, "A", "X"), heard("2024-03-31 22:00", 60, "A", "X")},
			want:  []string{"2024-03-30 60 1/1", "2024-03-31 120 2/2", "2024-04-01 60 1/1"},
		},
		"the day on which they go back has 25": {
			zone:  "Europe/Warsaw", // back to UTC+1 on 27 October at 01:00 UTC
			plays: []export.Play{heard("2024-10-26 21:59", 60, "A", "X"), heard("2024-10-26 22:00", 60, "A", "X"), heard("2024-10-27 22:59", 60, "A", "X"), heard("2024-10-27 23:00", 60, "A", "X")},
			want:  []string{"2024-10-26 60 1/1", "2024-10-27 120 2/2", "2024-10-28 60 1/1"},
		},
		"a day that a zone left out": {
			zone:  "Pacific/Apia", // 30 December 2011 was none
			plays: []export.Play{heard("2011-12-30 09:58", 60, "A", "X"), heard("2011-12-30 10:00", 60, "A", "X")},
			want:  []string{"2011-12-29 60 1/1", "2011-12-30 0 0/0", "2011-12-31 60 1/1"},
		},
		"overlap counts once": { // three plays of an hour that end within two minutes
			plays: []export.Play{heard("2024-03-01 10:00", 3600, "A", "X"), heard("2024-03-01 10:01", 3600, "B", "X"), heard("2024-03-01 10:02", 3600, "C", "X")},
			want:  []string{"2024-03-01 3720 3/3"},
		},
		"a short play within a long one adds nothing": {
			plays: []export.Play{heard("2024-03-01 10:00", 3600, "A", "X"), heard("2024-03-01 10:10", 60, "B", "X"), heard("2024-03-01 10:30", 3600, "C", "X")},
			want:  []string{"2024-03-01 5400 3/3"},
		},
		"what lasts from the day before takes the time": {
			plays: []export.Play{heard("2024-03-01 23:30", 3600, "A", "X"), heard("2024-03-02 00:10", 1800, "B", "X")},
			want:  []string{"2024-03-01 3600 1/1", "2024-03-02 600 1/1"},
		},
		"and does so before the range too": {
			from: "2024-03-02", to: "2024-03-02",
			plays: []export.Play{heard("2024-03-01 23:30", 3600, "A", "X"), heard("2024-03-02 00:10", 1800, "B", "X")},
			want:  []string{"2024-03-02 600 1/1"},
		},
		"short plays add time and no plays": {
			plays: []export.Play{heard("2024-03-01 10:00", 29, "A", "X"), heard("2024-03-01 11:00", 30, "A", "X")},
			want:  []string{"2024-03-01 59 1/2"},
		},
		"a week of silence is covered, eight days are not": {
			plays: []export.Play{heard("2024-03-01 10:00", 60, "A", "X"), heard("2024-03-09 10:00", 60, "A", "X"), heard("2024-03-18 10:00", 60, "A", "X")},
			want: []string{
				"2024-03-01 60 1/1", "2024-03-02 0 0/0", "2024-03-03 0 0/0", "2024-03-04 0 0/0", "2024-03-05 0 0/0", "2024-03-06 0 0/0", "2024-03-07 0 0/0", "2024-03-08 0 0/0",
				"2024-03-09 60 1/1", "2024-03-10 0 0/0 –", "2024-03-11 0 0/0 –", "2024-03-12 0 0/0 –", "2024-03-13 0 0/0 –", "2024-03-14 0 0/0 –", "2024-03-15 0 0/0 –", "2024-03-16 0 0/0 –", "2024-03-17 0 0/0 –",
				"2024-03-18 60 1/1",
			},
		},
		"a range beyond the record": {
			from: "2025-01-01", to: "2025-12-31",
			plays: []export.Play{heard("2024-03-01 10:00", 60, "A", "X")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			cal := insight.Days(between(selection(t, c.zone, c.plays...), c.from, c.to))
			var got []string
			for i, day := range cal.Days {
				line := fmt.Sprintf("%v %d %d/%d", cal.Date(i), day.Ms/1000, day.Plays, day.Rows)
				if !day.Covered {
					line += " –"
				}
				got = append(got, line)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestCalendarBetween(t *testing.T) {
	cal := insight.Days(selection(t, "", evenings("2024-01-10", 5, "A", "X")...))
	for name, c := range map[string]struct {
		from, to string
		first    string
		days     int
	}{
		"within":     {"2024-01-11", "2024-01-12", "2024-01-11", 2},
		"at its end": {"2024-01-14", "2024-02-12", "2024-01-14", 1},
		"before":     {"2023-01-01", "2024-01-10", "2024-01-10", 1},
		"outside":    {"2024-01-15", "2024-01-16", "", 0},
		"reversed":   {"2024-01-12", "2024-01-11", "", 0},
	} {
		got := cal.Between(number(c.from), number(c.to))
		if len(got.Days) != c.days || c.days > 0 && got.Date(0).String() != c.first {
			t.Errorf("%s: %d days from %v", name, len(got.Days), day(got.First))
		}
	}
	if got := cal.At(number("2024-01-14")); got.Plays != 1 || !got.Covered {
		t.Errorf("the last day: %+v", got)
	}
	if got := cal.At(number("2024-01-15")); got != (insight.Day{}) {
		t.Errorf("the day after it: %+v", got)
	}
}

func TestCoveredDays(t *testing.T) {
	s := selection(t, "", together(evenings("2024-01-01", 10, "A", "X"), evenings("2024-02-01", 200, "A", "X"))...)
	c := insight.CoveredDays(s.Dataset, s.Lens.Zone())
	for _, w := range []struct {
		from, to string
		want     int
	}{
		{"2024-01-01", "2024-01-31", 10}, {"2024-01-10", "2024-02-01", 2}, {"2024-01-11", "2024-01-31", 0},
		{"2020-01-01", "2030-01-01", 210}, {"2024-02-02", "2024-02-01", 0}, {"2030-01-01", "2031-01-01", 0},
	} {
		if got := c.Between(number(w.from), number(w.to)); got != w.want {
			t.Errorf("%s to %s: %d covered days, want %d", w.from, w.to, got, w.want)
		}
	}
	// After ten days of January it takes 170 from February on.
	if got, want := day(c.Settled()), day(number("2024-02-01")+170); got != want {
		t.Errorf("settled on %s, want %s", got, want)
	}
	short := selection(t, "", evenings("2024-01-01", 180, "A", "X")...)
	if c := insight.CoveredDays(short.Dataset, short.Lens.Zone()); day(c.Settled()) != day(number("2024-01-01")+180) || c.Has(c.Settled()) {
		t.Errorf("180 days are settled on %s", day(c.Settled()))
	}
}

func TestQuantiles(t *testing.T) {
	var plays []export.Play
	for i := range 8 {
		plays = append(plays, heard(day(number("2024-01-01")+2*i)+" 12:00", 60*(i+1), "A", "X"))
	}
	cal := insight.Days(selection(t, "", plays...))
	if got, want := cal.Quantiles(4), []int64{180_000, 300_000, 420_000}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := (insight.Calendar{}).Quantiles(4); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}

func TestLongestStreak(t *testing.T) {
	for name, c := range map[string]struct {
		plays []export.Play
		want  string
		days  int
	}{
		"nothing":                  {nil, "", 0},
		"one day":                  {evenings("2024-02-29", 1, "A", "X"), "2024-02-29", 1},
		"over a leap day":          {evenings("2024-02-27", 4, "A", "X"), "2024-02-27", 4},
		"of equal ones the later":  {together(evenings("2024-01-01", 3, "A", "X"), evenings("2024-01-05", 3, "A", "X")), "2024-01-05", 3},
		"the longer, though older": {together(evenings("2024-01-01", 3, "A", "X"), evenings("2024-01-05", 2, "A", "X")), "2024-01-01", 3},
		"a short play ends it":     {together(evenings("2024-01-01", 2, "A", "X"), []export.Play{heard("2024-01-03 10:00", 29, "A", "X")}, evenings("2024-01-04", 1, "A", "X")), "2024-01-01", 2},
	} {
		got := insight.Days(selection(t, "", c.plays...)).LongestStreak()
		if got.Days() != c.days || c.days > 0 && got.First.String() != c.want {
			t.Errorf("%s: %d days from %v, want %d from %s", name, got.Days(), got.First, c.days, c.want)
		}
	}
}
