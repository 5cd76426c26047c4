package insight_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

func TestComebacks(t *testing.T) {
	all := evenings("2020-01-01", 1000, "Other", "Y") // to 26 September 2022, 2020 being a leap year
	first := heard("2020-02-29 12:00", minute, "A", "X")
	back := func(date string, n int) []export.Play { return times(n, heard(date+" 12:00", minute, "A", "X")) }
	for name, c := range map[string]struct {
		from, to       string
		plays          []export.Play
		songs, artists string
	}{
		"nothing":                        {},
		"silent for 365 days":            {plays: together(all, []export.Play{first}, back("2021-03-01", 3)), songs: "A 2020-02-29–2021-03-01 365 days, 3 plays"},
		"364 are too few":                {plays: together(all, []export.Play{first}, back("2021-02-28", 3))},
		"two plays are too few":          {plays: together(all, []export.Play{first}, back("2021-03-01", 2))},
		"the third on the 30th day":      {plays: together(all, []export.Play{first}, back("2021-03-01", 2), back("2021-03-30", 1)), songs: "A 2020-02-29–2021-03-01 365 days, 3 plays"},
		"the third on the 31st":          {plays: together(all, []export.Play{first}, back("2021-03-01", 2), back("2021-03-31", 1))},
		"an artist with ten in 90 days":  {plays: together(all, []export.Play{first}, back("2021-03-01", 2), back("2021-05-29", 8)), artists: "X 2020-02-29–2021-03-01 365 days, 10 plays"},
		"the tenth on the 91st":          {plays: together(all, []export.Play{first}, back("2021-03-01", 2), back("2021-05-30", 8))},
		"days that are not covered":      {plays: together([]export.Play{first}, back("2021-03-15", 3))},
		"of two silences the longer":     {plays: together(all, []export.Play{first}, back("2021-03-01", 3), back("2022-03-03", 3)), songs: "A 2021-03-01–2022-03-03 366 days, 3 plays"},
		"that ended in the range":        {from: "2021-01-01", to: "2021-12-31", plays: together(all, []export.Play{first}, back("2021-03-01", 3), back("2022-03-03", 3)), songs: "A 2020-02-29–2021-03-01 365 days, 3 plays"},
		"a short play is no end of it":   {plays: together(all, []export.Play{first, heard("2020-12-01 12:00", 29, "A", "X")}, back("2021-03-01", 3)), songs: "A 2020-02-29–2021-03-01 365 days, 3 plays"},
		"a play within it is one though": {plays: together(all, []export.Play{first, heard("2020-12-01 12:00", 30, "A", "X")}, back("2021-03-01", 3))},
	} {
		t.Run(name, func(t *testing.T) {
			songs, artists := insight.Comebacks(between(selection(t, "", c.plays...), c.from, c.to))
			if got := comebackLine(songs); got != c.songs {
				t.Errorf("songs: %q, want %q", got, c.songs)
			}
			if got := comebackLine(artists); got != c.artists {
				t.Errorf("artists: %q, want %q", got, c.artists)
			}
		})
	}
}

func comebackLine(list []insight.Comeback) string {
	var lines []string
	for _, c := range list {
		lines = append(lines, fmt.Sprintf("%s %s–%s %d days, %d plays", c.Thing.Name, day(c.Until), day(c.Since), c.Silent, c.Plays))
	}
	return strings.Join(lines, "; ")
}

// TestForgotten: of 40 artists with a song each, two are among the top 5 %.
func TestForgotten(t *testing.T) {
	var crowd []export.Play // 38 artists of the first days
	for i := range 38 {
		crowd = append(crowd, heard(fmt.Sprintf("2022-01-01 10:%02d", i), 30, "S", fmt.Sprintf("crowd %d", i)))
	}
	old := heard("2022-01-02 10:00", 7200, "Old", "O")
	for name, c := range map[string]struct {
		plays []export.Play
		want  []string
	}{
		"nothing":                      {},
		"a few artists":                {evenings("2022-01-01", 3, "A", "X"), nil},
		"365 covered days after it":    {together(crowd, []export.Play{old}, evenings("2022-01-03", 365, "New", "N")), []string{"O 7200 s, last on 2022-01-02, silent 365"}},
		"364 are too few":              {together(crowd, []export.Play{old}, evenings("2022-01-03", 364, "New", "N")), nil},
		"a play within them":           {together(crowd, []export.Play{old, heard("2022-06-01 10:00", 30, "Other", "O")}, evenings("2022-01-03", 365, "New", "N")), nil},
		"a short one does not count":   {together(crowd, []export.Play{old, heard("2022-06-01 10:00", 29, "Other", "O")}, evenings("2022-01-03", 365, "New", "N")), []string{"O 7229 s, last on 2022-01-02, silent 365"}},
		"days that are not covered":    {together(crowd, []export.Play{old}, evenings("2023-09-01", 300, "New", "N")), nil},
		"with 39 only one is that far": {together(crowd[:37], []export.Play{heard("2022-01-02 10:00", 3600, "Old", "O")}, evenings("2022-01-03", 365, "New", "N")), nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, artists := insight.Forgotten(selection(t, "", c.plays...))
			var got []string
			for _, a := range artists {
				got = append(got, fmt.Sprintf("%s %d s, last on %s, silent %d", a.Name, a.Ms/1000, day(a.Last), a.Silent))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}
