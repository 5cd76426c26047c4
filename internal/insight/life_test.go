package insight_test

import (
	"fmt"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestLifeOf(t *testing.T) {
	first := heard("2022-12-31 23:59", 120, "A", "X")
	first.ReasonStart = []byte("clickrow")
	plays := []export.Play{
		heard("2022-12-30 12:00", 29, "A", "X"), first,
		heard("2023-01-01 10:00", 60, "A", "X"), heard("2023-01-02 10:00", 60, "B", "X"), heard("2023-01-02 11:00", 60, "B", "X"),
		heard("2024-02-28 10:00", 60, "A", "X"), heard("2024-02-29 10:00", 60, "A", "X"), heard("2024-03-01 10:00", 60, "A", "X"),
		heard("2023-05-01 10:00", 400, "C", "Y"), heard("2024-05-01 10:00", 100, "C", "Y"),
	}
	for name, c := range map[string]struct {
		from, to string
		want     string
	}{
		"in the whole record": {want: "1/2, best 1 in 2024, 509 of 1009 s, 7 plays; first 2022-12-31 clickrow; peak 2023-01-01 180 s; " +
			"streak 2024-02-28–2024-03-01; half in 2 days; last 2024-03-01; 6 days"},
		"in 2024": {from: "2024-01-01", to: "2024-12-31", want: "1/2, best 1 in 2024, 180 of 280 s, 3 plays; first 2022-12-31 clickrow; peak 2024-02-01 120 s; " +
			"streak 2024-02-28–2024-03-01; half in 1 days; last 2024-03-01; 3 days"},
		"on one day": {from: "2024-02-29", to: "2024-02-29", want: "1/1, best 1 in 2024, 60 of 60 s, 1 plays; first 2022-12-31 clickrow; peak 2024-02-01 60 s; " +
			"streak 2024-02-29–2024-02-29; half in 0 days; last 2024-02-29; 1 days"},
		"before the first play": {to: "2022-12-30"},
	} {
		t.Run(name, func(t *testing.T) {
			s := between(selection(t, "", plays...), c.from, c.to)
			v, ok := insight.LifeOf(s, lens.Artist, s.Play(0).CreatorID)
			got := ""
			if ok {
				got = fmt.Sprintf("%d/%d, best %d in %d, %d of %d s, %d plays; first %s %s; peak %v %d s; streak %v–%v; half in %d days; last %s; %d days",
					v.Rank, v.Among, v.BestRank, v.BestYear, v.Ms/1000, v.AllMs/1000, v.Plays, day(v.First), v.Reason, v.Peak, v.PeakMs/1000,
					v.Streak.First, v.Streak.Last, v.HalfDays, day(v.LastPlay), v.DaysHeard)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if _, ok := insight.LifeOf(selection(t, "", plays...), lens.Artist, "nobody"); ok {
		t.Error("somebody who is not there has a life")
	}
}

// TestLongestGap: of days that nothing is known of nobody was silent.
func TestLongestGap(t *testing.T) {
	for name, c := range map[string]struct {
		plays []export.Play
		gap   int
		after string
	}{
		"one play":                  {plays: evenings("2024-01-01", 1, "A", "X")},
		"day after day":             {plays: evenings("2024-02-28", 3, "A", "X")},
		"a day between":             {plays: together(evenings("2024-02-28", 1, "A", "X"), evenings("2024-03-01", 1, "A", "X")), gap: 1, after: "2024-02-28"},
		"of equal ones the earlier": {plays: together(evenings("2024-01-01", 1, "A", "X"), evenings("2024-01-03", 1, "A", "X"), evenings("2024-01-05", 1, "A", "X")), gap: 1, after: "2024-01-01"},
		"covered by another":        {plays: together(evenings("2024-01-01", 1, "A", "X"), evenings("2024-01-02", 30, "B", "Y"), evenings("2024-02-01", 1, "A", "X")), gap: 30, after: "2024-01-01"},
		"covered in part":           {plays: together(evenings("2024-01-01", 1, "A", "X"), evenings("2024-01-02", 10, "B", "Y"), evenings("2024-02-01", 1, "A", "X")), gap: 10, after: "2024-01-01"},
		"not covered":               {plays: together(evenings("2024-01-01", 1, "A", "X"), evenings("2024-02-01", 1, "A", "X"))},
	} {
		s := selection(t, "", c.plays...)
		v, ok := insight.LifeOf(s, lens.Artist, s.Play(0).CreatorID)
		if !ok || v.Gap != c.gap || c.gap > 0 && day(v.GapAfter) != c.after {
			t.Errorf("%s: %d days after %s, want %d after %s", name, v.Gap, day(v.GapAfter), c.gap, c.after)
		}
	}
}
