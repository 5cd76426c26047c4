package insight_test

import (
	"fmt"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestCompare(t *testing.T) {
	s := selection(t, "",
		heard("2023-12-31 23:59", 100, "A", "X"), heard("2023-12-31 10:00", 300, "B", "Y"), heard("2023-12-30 10:00", 100, "C", "Gone"),
		heard("2024-01-01 10:00", 300, "A", "X"), heard("2024-01-01 11:00", 50, "B", "Y"), heard("2024-02-29 10:00", 50, "D", "New"),
		heard("2024-02-29 12:00", 29, "E", "Short"))
	c := insight.Compare(between(s, "", "2023-12-31"), between(s, "2024-01-01", ""), lens.Artist)
	for name, w := range map[string]struct {
		of   []insight.Shift
		want string
	}{
		"risers":     {c.Risers, "X 0.200–0.699"},
		"fallers":    {c.Fallers, "Y 0.600–0.117"},
		"newcomers":  {c.Newcomers, "New 0.000–0.117"},
		"departures": {c.Departures, "Gone 0.200–0.000"},
		"shared":     {c.Shared, "X 0.200–0.699; Y 0.600–0.117"},
	} {
		if got := shiftLines(w.of); got != w.want {
			t.Errorf("%s: %s, want %s", name, got, w.want)
		}
	}
	if want := (insight.Side{DaysTotal: insight.DaysTotal{Ms: 500_000, Rows: 3, Plays: 3, Covered: 2, Heard: 2}, Days: 2, Artists: 3, Songs: 3}); c.A != want {
		t.Errorf("the first side: %+v, want %+v", c.A, want)
	}
	if want := (insight.Side{DaysTotal: insight.DaysTotal{Ms: 429_000, Rows: 4, Plays: 3, Covered: 2, Heard: 2}, Days: 60, Artists: 3, Songs: 3}); c.B != want {
		t.Errorf("the second side: %+v, want %+v", c.B, want)
	}
}

func TestCompareWithNothing(t *testing.T) {
	s := selection(t, "", evenings("2024-01-01", 2, "A", "X")...)
	c := insight.Compare(between(s, "2020-01-01", "2020-12-31"), s, lens.Track)
	if len(c.Risers)+len(c.Fallers)+len(c.Shared)+len(c.Departures) != 0 || shiftLines(c.Newcomers) != "A 0.000–1.000" {
		t.Errorf("%+v", c)
	}
}

func TestCompareTellsTenOfEach(t *testing.T) {
	var plays []export.Play
	for i := range 12 {
		plays = append(plays, heard(fmt.Sprintf("2024-01-01 10:%02d", i), 30+i, "S", fmt.Sprintf("artist %d", i)))
	}
	s := selection(t, "", plays...)
	c := insight.Compare(s, between(s, "2024-01-02", ""), lens.Artist)
	if len(c.Departures) != insight.Shifts || c.Departures[0].Name != "artist 11" {
		t.Errorf("%s", shiftLines(c.Departures))
	}
}

func shiftLines(list []insight.Shift) string {
	var lines []string
	for _, s := range list {
		lines = append(lines, fmt.Sprintf("%s %.3f–%.3f", s.Name, s.A.Share, s.B.Share))
	}
	return sortedLines(lines)
}
