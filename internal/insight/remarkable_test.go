package insight_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

func TestRemarkableDays(t *testing.T) {
	usual := evenings("2024-01-01", 200, "A", "X") // settled on 29 June, the 181st day
	for name, c := range map[string]struct {
		from, to string
		plays    []export.Play
		of       func(insight.Remarkable) string
		want     string
	}{
		"nothing": {of: func(r insight.Remarkable) string { return fmt.Sprintf("%+v", r == insight.Remarkable{}) }, want: "true"},
		"of equal days the later is the longest": {
			plays: evenings("2024-02-28", 3, "A", "X"), of: longest, want: "2024-03-01 60 s",
		},
		"overlap counts once in the longest": {
			plays: []export.Play{heard("2024-01-01 10:00", 3000, "A", "X"), heard("2024-01-01 10:01", 3000, "B", "X"), heard("2024-01-02 10:00", 3600, "A", "X")},
			of:    longest, want: "2024-01-02 3600 s",
		},
		"nothing is new before the record has run": {
			plays: together(usual, comers("2024-06-28", 3)), of: newest, want: "none",
		},
		"on the 181st day it is": {plays: together(usual, comers("2024-06-29", 3)), of: newest, want: "2024-06-29 3"},
		"two are not remarkable": {plays: together(usual, comers("2024-06-29", 2)), of: newest, want: "none"},
		"nor those who came before the range": {
			from: "2024-06-30", to: "2024-07-05", plays: together(usual, comers("2024-06-29", 4), comers("2024-07-02", 3)), of: newest, want: "2024-07-02 3",
		},
		"ten plays make a day nostalgic": {
			plays: append(evenings("2024-01-01", 1, "A", "X"), times(10, heard("2024-01-31 10:00", 60, "A", "X"))...),
			of:    nostalgic, want: "2024-01-31 30.0",
		},
		"nine do not": {
			plays: append(evenings("2024-01-01", 1, "A", "X"), times(9, heard("2024-01-31 10:00", 60, "A", "X"))...),
			of:    nostalgic, want: "none",
		},
		"the age is a mean": {
			plays: append(evenings("2024-01-01", 1, "A", "X"), together(times(6, heard("2024-01-31 10:00", 60, "A", "X")), times(6, heard("2024-01-31 12:00", 60, "B", "X")))...),
			of:    nostalgic, want: "2024-01-31 15.0",
		},
		"first plays before the range count": {
			from: "2024-01-31", to: "2024-01-31", plays: append(evenings("2024-01-01", 1, "A", "X"), times(10, heard("2024-01-31 10:00", 60, "A", "X"))...),
			of: nostalgic, want: "2024-01-31 30.0",
		},
		"most of one artist": {
			plays: []export.Play{heard("2024-01-01 10:00", 700, "A", "X"), heard("2024-01-01 12:00", 500, "B", "Y"), heard("2024-01-02 10:00", 600, "C", "Y"), heard("2024-01-02 12:00", 99, "D", "Y")},
			of: func(r insight.Remarkable) string {
				return fmt.Sprintf("%s %s %d s of %d s", day(r.Devoted), r.DevotedTo.Name, r.DevotedTo.Ms/1000, r.DevotedOf/1000)
			},
			want: "2024-01-01 X 700 s of 1200 s",
		},
		"whose rows were all too short is nobody": {
			plays: times(20, heard("2024-01-01 10:00", 20, "A", "X")),
			of:    func(r insight.Remarkable) string { return fmt.Sprintf("%q %d", r.DevotedTo.Name, r.Devoted) }, want: `"" 0`,
		},
		"one song again and again": {
			plays: append(times(5, heard("2024-01-01 23:57", 60, "A", "X")), times(2, heard("2024-01-03 12:00", 60, "B", "X"))...), // three before midnight, two after
			of: func(r insight.Remarkable) string {
				return fmt.Sprintf("%s %s %d", day(r.LoopedDay), r.Looped.Name, r.LoopedPlays)
			},
			want: "2024-01-01 A 3",
		},
		"quite unlike the days before": {
			plays: append(evenHours("2024-01-01", 10), heard("2024-01-20 10:00", 3600, "B", "Y")), of: unusual, want: "2024-01-20 Y 1.000",
		},
		"half unlike them": {
			plays: append(evenHours("2024-01-01", 10), heard("2024-01-20 10:00", 1800, "B", "Y"), heard("2024-01-20 11:00", 1800, "A", "X")),
			of:    unusual, want: "2024-01-20 Y 0.311", // of Y 1/4; of X (½·log₂⅔ + log₂4⁄3)/2
		},
		"59 minutes are too little": {
			plays: append(evenHours("2024-01-01", 10), heard("2024-01-20 10:00", 3540, "B", "Y")), of: unusual, want: "none",
		},
		"as is less than ten hours before": {
			plays: append(evenHours("2024-01-01", 9), heard("2024-01-20 10:00", 3600, "B", "Y")), of: unusual, want: "none",
		},
		"on the 90th day before it counts": {
			from: "2024-04-09", to: "2024-04-09", // the 90th day before is 10 January
			plays: append(evenHours("2024-01-10", 10), heard("2024-04-09 10:00", 3600, "B", "Y")), of: unusual, want: "2024-04-09 Y 1.000",
		},
		"on the 91st it does not": {
			plays: append(evenHours("2024-01-10", 10), heard("2024-04-10 10:00", 3600, "B", "Y")), of: unusual, want: "none",
		},
		"a day like all others is not unusual": {
			plays: evenHours("2024-01-01", 20), of: unusual, want: "none",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.of(insight.RemarkableDays(between(selection(t, "", c.plays...), c.from, c.to))); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	if want := 0.25 + (0.5*math.Log2(2./3)+math.Log2(4./3))/2; fmt.Sprintf("%.3f", want) != "0.311" {
		t.Errorf("the half is %.3f", want)
	}
}

func longest(r insight.Remarkable) string {
	return fmt.Sprintf("%s %d s", day(r.Longest), r.LongestMs/1000)
}

func newest(r insight.Remarkable) string { return dated(r.Newest, "%d", r.NewArtists) }

func nostalgic(r insight.Remarkable) string { return dated(r.Nostalgic, "%.1f", r.NostalgicAge) }

func unusual(r insight.Remarkable) string {
	return dated(r.Unusual, "%s %.3f", r.UnusualArtist.Name, r.UnusualDivergence)
}

// dated is a figure of a day, and "none" without one.
func dated(at int, format string, args ...any) string {
	if at == 0 {
		return "none"
	}
	return day(at) + " " + fmt.Sprintf(format, args...)
}

// comers are so many artists who are heard for the first time on a day.
func comers(date string, n int) (plays []export.Play) {
	for i := range n {
		plays = append(plays, heard(fmt.Sprintf("%s 10:%02d", date, i), 30, "S", fmt.Sprintf("comer %d of %s", i, date)))
	}
	return plays
}

// evenHours is an hour of X on each of so many days.
func evenHours(date string, days int) (plays []export.Play) {
	for i := range days {
		plays = append(plays, heard(day(number(date)+i)+" 20:00", 3600, "A", "X"))
	}
	return plays
}
