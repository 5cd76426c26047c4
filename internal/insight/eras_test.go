package insight_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

func TestEras(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		plays    []export.Play
		want     []string
	}{
		"nothing":    {},
		"two months": {plays: months("2024-01", "XX")},
		"one artist is one era, in which nobody stands out": {
			plays: months("2024-01", "XXXXXXXX"), want: []string{"2024-01-15–2024-08-15 8 months:"},
		},
		"two artists": { // together 8 − √32 = 2.34 more than apart, which costs 1.5
			plays: months("2024-01", "XXXXYYYY"),
			want:  []string{"2024-01-15–2024-04-30 4 months: X 100%", "2024-05-01–2024-08-15 4 months: Y 100%"},
		},
		"of three months each": { // 6 − √18 = 1.76 is more than 1.5
			plays: months("2024-01", "XXXYYY"),
			want:  []string{"2024-01-15–2024-03-31 3 months: X 100%", "2024-04-01–2024-06-15 3 months: Y 100%"},
		},
		"two months are too short for an era": {
			plays: months("2024-01", "XXXXYY"), want: []string{"2024-01-15–2024-06-15 6 months:"},
		},
		"silent months belong to none": {
			plays: months("2023-11", "XXX---YYY"), // from November over New Year and 29 February
			want:  []string{"2023-11-15–2024-01-31 3 months: X 100%", "2024-05-01–2024-07-15 3 months: Y 100%"},
		},
		"in a range": {
			from: "2024-02-10", to: "2024-07-20", plays: months("2024-01", "XXXXYYYY"),
			want: []string{"2024-02-10–2024-04-30 3 months: X 100%", "2024-05-01–2024-07-20 3 months: Y 100%"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range insight.Eras(between(selection(t, "", c.plays...), c.from, c.to)) {
				line := fmt.Sprintf("%v–%v %d months:", e.From, e.To, e.Months)
				for i, a := range e.Artists {
					line += fmt.Sprintf("%s %s %.0f%%", []string{"", ";"}[min(i, 1)], a.Name, 100*float64(a.Ms)/float64(a.AllMs))
				}
				got = append(got, line)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// months is an hour of an artist on the 15th of each month, of none for a dash.
func months(first, artists string) (plays []export.Play) {
	m := parsed(first + "-01")
	for i, artist := range artists {
		if artist != '-' {
			plays = append(plays, heard(fmt.Sprintf("%04d-%02d-15 %d:00", m.Year, m.Month, 10+int(artist-'X')), 3600, fmt.Sprint("S", i%3), string(artist)))
		}
		m = m.NextMonth()
	}
	return plays
}
