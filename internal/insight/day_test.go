package insight_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

func TestDayOf(t *testing.T) {
	for name, c := range map[string]struct {
		zone, date string
		plays      []export.Play
		want       string // sittings with their plays and seconds; new artists and songs; the days around
	}{
		"nothing":                        {date: "2024-01-01"},
		"a gap of exactly 30 minutes":    {date: "2024-01-01", plays: []export.Play{heard("2024-01-01 10:00", 60, "A", "X"), heard("2024-01-01 10:31", 60, "B", "X")}, want: "10:00–10:32 A B 120 s; new X A B"},
		"a second more":                  {date: "2024-01-01", plays: []export.Play{heard("2024-01-01 10:00", 60, "A", "X"), heard("2024-01-01 10:31:01", 59, "B", "X")}, want: "10:00–10:01 A 60 s; 10:31–10:32 B 59 s; new X A B"},
		"the latest end counts":          {date: "2024-01-01", plays: []export.Play{heard("2024-01-01 10:00", 3600, "A", "X"), heard("2024-01-01 10:10", 60, "B", "X"), heard("2024-01-01 11:30", 60, "C", "X")}, want: "10:00–11:31 A B C 3660 s; new X A B C"},
		"a session over midnight is cut": {date: "2024-03-01", plays: []export.Play{heard("2024-02-29 23:50", 900, "A", "X"), heard("2024-03-01 00:04", 120, "B", "X")}, want: "00:04–00:06 B 60 s; new B; after 2024-02-29"},
		"the day before has its start":   {date: "2024-02-29", plays: []export.Play{heard("2024-02-29 23:50", 900, "A", "X"), heard("2024-03-01 00:04", 120, "B", "X")}, want: "23:50–00:05 A 900 s; new X A; before 2024-03-01"},
		"the hour that comes twice": { // 02:30 summer time, then 02:10 winter time in Warsaw
			zone: "Europe/Warsaw", date: "2024-10-27", plays: []export.Play{heard("2024-10-27 00:30", 60, "A", "X"), heard("2024-10-27 01:10", 60, "B", "X")},
			want: "02:30–02:31 A 60 s; 02:10–02:11 B 60 s; new X A B",
		},
		"short plays are shown, and are no first plays": {
			date: "2024-01-01", plays: []export.Play{heard("2024-01-01 10:00", 29, "A", "X"), heard("2024-01-01 10:01", 30, "A", "X")}, want: "10:00–10:01 A A 59 s; new X A",
		},
		"silent days around it are left out": {
			date: "2024-01-05", plays: together(evenings("2024-01-01", 1, "A", "X"), evenings("2024-01-09", 1, "A", "X")), want: "after 2024-01-01; before 2024-01-09",
		},
		"long before the record": {date: "1999-01-01", plays: evenings("2024-01-01", 1, "A", "X"), want: "before 2024-01-01"},
		"long after it":          {date: "9999-12-31", plays: evenings("2024-01-01", 1, "A", "X"), want: "after 2024-01-01"},
	} {
		t.Run(name, func(t *testing.T) {
			s := selection(t, c.zone, c.plays...)
			story := insight.DayOf(between(s, "2001-01-01", "2001-01-01"), number(c.date))
			var got []string
			clock := func(at int64) string { return time.Unix(at, 0).In(s.Lens.Zone()).Format("15:04") }
			for _, sitting := range story.Sittings {
				line := clock(sitting.Start) + "–" + clock(sitting.End)
				for _, p := range sitting.Plays {
					line += " " + s.Played(p.Row).Name
				}
				got = append(got, fmt.Sprintf("%s %d s", line, sitting.Ms/1000))
			}
			fresh := ""
			for _, e := range append(story.NewArtists, story.NewSongs...) {
				fresh += " " + e.Name
			}
			if fresh != "" {
				got = append(got, "new"+fresh)
			}
			if story.Before != 0 {
				got = append(got, "after "+day(story.Before))
			}
			if story.After != 0 {
				got = append(got, "before "+day(story.After))
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestOnThisDayAtTheEdges: the week of a New Year reaches into the years beside
// those of the record.
func TestOnThisDayAtTheEdges(t *testing.T) {
	s := selection(t, "", heard("2023-01-02 10:00", 60, "A", "X"), heard("2023-12-30 10:00", 60, "A", "X"))
	for of, want := range map[string]int{"2024-12-31": 2, "2024-01-01": 2, "2024-06-01": 0} {
		if got := insight.OnThisDay(s, parsed(of), 3); len(got) != want {
			t.Errorf("%s: %+v", of, got)
		}
	}
}

func TestOnThisDay(t *testing.T) {
	s := selection(t, "", heard("2020-02-29 23:59", 120, "A", "X"), heard("2021-03-01 00:00", 60, "A", "X"), heard("2023-01-01 10:00", 60, "B", "Y"),
		heard("2023-01-01 12:00", 90, "C", "Z"), heard("2023-12-30 10:00", 60, "D", "Y"), heard("2024-02-29 10:00", 29, "A", "X"))
	for name, c := range map[string]struct {
		of     string
		around int
		want   string
	}{
		"29 February has only leap years, and needs a play": {"2024-02-29", 0, "2020-02-29 120 s, 1 plays, X: A"},
		"the day after it":          {"2024-03-01", 0, "2021-03-01 60 s, 1 plays, X: A"},
		"the week around it":        {"2024-03-01", 3, "2021-03-01 60 s, 1 plays, X: A; 2020-03-01 120 s, 1 plays, X: A"},
		"most time first":           {"2024-01-01", 0, "2023-01-01 150 s, 2 plays, Z: C B"},
		"a week over New Year":      {"2025-01-01", 3, "2024-01-01 60 s, 1 plays, Y: D; 2023-01-01 150 s, 2 plays, Z: C B"},
		"which the record ends in":  {"2025-12-31", 3, "2023-12-31 60 s, 1 plays, Y: D; 2022-12-31 150 s, 2 plays, Z: C B"},
		"a day that nobody listens": {"2024-05-05", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, y := range insight.OnThisDay(between(s, "2023-01-01", "2023-01-01"), parsed(c.of), c.around) {
				line := fmt.Sprintf("%v %d s, %d plays, %s:", y.Date, y.Ms/1000, y.Plays, y.Top.Name)
				for _, song := range y.Songs {
					line += " " + song.Name
				}
				got = append(got, line)
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
