package insight_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestMilestones(t *testing.T) {
	var crowd []export.Play // 100 artists, the last of them after a short play of another
	for i := range 100 {
		crowd = append(crowd, heard(fmt.Sprintf("2024-01-%02d 10:00", 1+i%25), 30, fmt.Sprint("S", i), fmt.Sprintf("artist %d of %d", i, i%25)))
		crowd[i].TS += int64(60 * i)
	}
	hour := heard("2024-01-01 10:00", 3600, "A", "X")
	for name, c := range map[string]struct {
		from  string
		plays []export.Play
		want  string
	}{
		"nothing":               {},
		"the first play counts": {plays: []export.Play{heard("2024-01-01 10:00", 29, "A", "X"), heard("2024-01-02 00:00", 30, "B", "X")}, want: "play 1 2024-01-02 B"},
		"in a range it is the first of it": {
			from: "2024-01-02", plays: evenings("2024-01-01", 2, "A", "X"), want: "play 1 2024-01-02 A",
		},
		"the hundredth artist":        {plays: crowd, want: "play 1 2024-01-01 S0; artist 100 2024-01-25 artist 99 of 24"},
		"not the 99th":                {plays: crowd[:99], want: "play 1 2024-01-01 S0"},
		"the thousandth play":         {plays: times(1000, heard("2024-01-01 10:00", 30, "A", "X")), want: "play 1 2024-01-01 A; play 1000 2024-01-01 A"},
		"it may begin after midnight": {plays: times(1000, heard("2024-01-01 15:40:30", 30, "A", "X")), want: "play 1 2024-01-01 A; play 1000 2024-01-02 A"},
		"a hundred hours":             {plays: times(100, hour), want: "play 1 2024-01-01 A; hour 100 2024-01-05 A"},
		"overlap counts once":         {plays: append(times(99, hour), heard("2024-01-01 10:30", 3600, "B", "X")), want: "play 1 2024-01-01 A"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, m := range insight.Milestones(between(selection(t, "", c.plays...), c.from, "")) {
				kind := [...]string{insight.MilestonePlay: "play", insight.MilestoneArtist: "artist", insight.MilestoneSong: "song", insight.MilestoneHour: "hour"}[m.Kind]
				got = append(got, fmt.Sprintf("%s %d %s %s", kind, m.N, day(m.Day), m.Play.Name))
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAnniversaries(t *testing.T) {
	// The record runs for 180 days before anybody is new: the artist of its evenings
	// and who came on the last of them have no anniversary.
	s := selection(t, "", together(evenings("2019-07-01", 180, "A", "Record"), []export.Play{heard("2019-12-27 10:00", 60, "A", "Unsettled"),
		heard("2020-02-29 10:00", 60, "A", "Leap"), heard("2021-12-28 10:00", 60, "A", "Late"),
		heard("2022-01-02 10:00", 60, "A", "Early"), heard("2022-01-01 10:00", 29, "A", "Early"), heard("2024-03-01 10:00", 60, "A", "New")})...)
	for name, c := range map[string]struct {
		today  lens.Date
		within int
		want   string
	}{
		"over New Year":                 {parsed("2023-12-31"), 14, "Early 2024-01-02 2; Late 2023-12-28 2"},
		"not more than so many away":    {parsed("2023-12-31"), 2, "Early 2024-01-02 2"},
		"today":                         {parsed("2022-12-28"), 0, "Late 2022-12-28 1"},
		"nothing of the same year":      {parsed("2021-12-28"), 14, ""},
		"29 February in a leap year":    {parsed("2024-02-29"), 0, "Leap 2024-02-29 4"},
		"is 1 March in other years":     {parsed("2023-03-01"), 0, "Leap 2023-03-01 3"},
		"and not the day before it":     {parsed("2023-02-28"), 0, ""},
		"the nearest first":             {lens.Date{Year: 2025, Month: time.February, Day: 28}, 14, "Leap 2025-03-01 5; New 2025-03-01 1"},
		"the first of the record":       {parsed("2022-07-01"), 0, ""},
		"before it was settled":         {parsed("2022-12-27"), 0, ""},
		"the first play counts as ever": {parsed("2023-01-01"), 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, a := range insight.Anniversaries(s, c.today, c.within) {
				got = append(got, fmt.Sprintf("%s %v %d", a.Name, a.On, a.Years))
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
