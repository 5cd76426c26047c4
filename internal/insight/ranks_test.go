package insight_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestRanksOf(t *testing.T) {
	plays := []export.Play{
		heard("2022-12-31 23:59:59", 300, "A", "X"), // of 2022, to 00:04:59
		heard("2022-06-01 10:00", 200, "B", "Y"),
		heard("2023-02-01 10:00", 400, "B", "Y"),
		heard("2023-02-01 12:00", 29, "D", "W"),
		heard("2024-02-29 10:00", 350, "A", "X"),
		heard("2024-02-29 12:00", 350, "C", "Z"),
		heard("2024-02-29 13:00", 90, "D", "W"),
	}
	for name, c := range map[string]struct {
		zone, from, to string
		every          insight.Every
		cumulative     bool
		want           []string
	}{
		"by year": {
			want: []string{"2022 X 2023 Y 2024 X", "X 1 0 1", "Y 2 1 0", "Z 0 0 2", "W 0 0 3", "4 weeks: X 2, Y 2", "up X 0–1, Z 0–2, W 0–3", "down Y 1–0"},
		},
		"cumulative": { // W was heard in 2023, but no play of it
			cumulative: true,
			want:       []string{"2022 X 2023 Y 2024 X", "X 1 2 1", "Y 2 1 2", "Z 0 0 3", "W 0 0 4", "4 weeks: X 2, Y 2", "up Z 0–3, W 0–4, X 2–1", "down Y 1–2"},
		},
		"by month, silent ones too": {
			from: "2022-12-01", to: "2023-02-28", every: insight.EveryMonth,
			want: []string{"2022-12 X 2023-01  2023-02 Y", "Y 0 0 1", "X 1 0 0", "2 weeks: Y 1, X 1", "up Y 0–1", "down "},
		},
		"in a zone in which the new year had begun": {
			zone: "Europe/Warsaw", from: "2023-01-01", to: "2023-12-31",
			want: []string{"2023 Y", "Y 1", "X 2", "2 weeks: Y 1, X 1", "up ", "down "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := insight.RanksOf(between(selection(t, c.zone, plays...), c.from, c.to), lens.Artist, c.every, c.cumulative)
			if got, want := ranksLines(r, c.every), strings.Join(c.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	if r := insight.RanksOf(selection(t, ""), lens.Artist, insight.EveryYear, false); len(r.Periods) != 0 || len(r.Lines) != 0 {
		t.Errorf("of nothing: %+v", r)
	}
}

func ranksLines(r insight.Ranks, every insight.Every) string {
	var periods, leaders, lines []string
	for i, p := range r.Periods {
		periods = append(periods, p.String()[:map[insight.Every]int{insight.EveryYear: 4, insight.EveryMonth: 7}[every]]+" "+r.Firsts[i].Name)
	}
	for _, l := range r.Lines {
		lines = append(lines, l.Name+" "+strings.Trim(fmt.Sprint(l.Ranks), "[]"))
	}
	for _, l := range r.Leaders {
		leaders = append(leaders, fmt.Sprintf("%s %d", l.Name, l.Weeks))
	}
	moves := func(list []insight.Move) string {
		var out []string
		for _, m := range list {
			out = append(out, fmt.Sprintf("%s %d–%d", m.Name, m.From, m.To))
		}
		return strings.Join(out, ", ")
	}
	return strings.Join(append(append([]string{strings.Join(periods, " ")}, lines...),
		fmt.Sprintf("%d weeks: %s", r.Weeks, strings.Join(leaders, ", ")), "up "+moves(r.Up), "down "+moves(r.Down)), "\n")
}

// TestWeeksBeginOnMonday: 2024-01-07 was a Sunday.
func TestWeeksBeginOnMonday(t *testing.T) {
	s := selection(t, "", heard("2024-01-01 00:00", 60, "A", "X"), heard("2024-01-07 23:59", 90, "B", "Y"), heard("2024-01-08 00:01", 60, "A", "X"))
	r := insight.RanksOf(s, lens.Artist, insight.EveryYear, false)
	if r.Weeks != 2 || len(r.Leaders) != 2 || r.Leaders[0].Weeks != 1 {
		t.Errorf("%d weeks: %+v", r.Weeks, r.Leaders)
	}
}
