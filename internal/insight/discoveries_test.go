package insight_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

func TestNewMonths(t *testing.T) {
	s := selection(t, "Europe/Warsaw", together(evenings("2023-09-01", 182, "A", "X"), // settled on 28 February
		[]export.Play{heard("2024-02-29 22:59", 100, "B", "Y"), heard("2024-02-29 23:00:40", 100, "C", "Z"), heard("2024-02-29 12:00", 29, "D", "W")})...)
	for name, c := range map[string]struct {
		from string
		want []string
	}{
		"the last two months": {"2024-02-01", []string{"2024-02-01 new 1 of 2 artists, 100 of 1840 s; 1 of 2 songs", "2024-03-01 new 1 of 1 artists, 100 of 100 s; 1 of 1 songs; settled"}},
		"from the 181st day":  {"2024-02-28", []string{"2024-02-01 new 1 of 2 artists, 100 of 220 s; 1 of 2 songs; settled", "2024-03-01 new 1 of 1 artists, 100 of 100 s; 1 of 1 songs; settled"}},
	} {
		var got []string
		for _, m := range insight.DiscoveriesOf(between(s, c.from, "")).Months {
			line := fmt.Sprintf("%v new %d of %d artists, %d of %d s; %d of %d songs", m.First, m.Artists.New, m.Artists.Heard, m.Artists.NewMs/1000, m.Artists.Ms/1000, m.Songs.New, m.Songs.Heard)
			if m.Settled {
				line += "; settled"
			}
			got = append(got, line)
		}
		if got, want := strings.Join(got, "\n"), strings.Join(c.want, "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestKept(t *testing.T) {
	// The record is settled on 29 June 2022; Y comes on the first of July.
	first := heard("2022-07-01 10:00", 60, "B", "Y")
	for name, c := range map[string]struct {
		from, to      string
		plays         []export.Play
		kept, decided int
	}{
		"a play a year later":       {plays: append(evenings("2022-01-01", 600, "A", "X"), first, heard("2023-07-01 10:00", 60, "C", "Y")), kept: 1, decided: 1},
		"a day too early":           {plays: append(evenings("2022-01-01", 600, "A", "X"), first, heard("2023-06-30 10:00", 60, "C", "Y")), decided: 1},
		"a short one":               {plays: append(evenings("2022-01-01", 600, "A", "X"), first, heard("2023-07-01 10:00", 29, "C", "Y")), decided: 1},
		"the year is covered":       {plays: append(evenings("2022-01-01", 547, "A", "X"), first), decided: 1}, // to 1 July 2023
		"all but its last day":      {plays: append(evenings("2022-01-01", 546, "A", "X"), first)},
		"out of the range":          {from: "2022-07-02", plays: append(evenings("2022-01-01", 600, "A", "X"), first)},
		"before it was settled":     {plays: append(evenings("2022-01-01", 600, "A", "X"), heard("2022-06-28 10:00", 60, "B", "Y"))},
		"days that are not covered": {plays: together(evenings("2022-01-01", 200, "A", "X"), []export.Play{first}, evenings("2023-07-01", 100, "A", "X"))},
	} {
		d := insight.DiscoveriesOf(between(selection(t, "", c.plays...), c.from, c.to))
		if d.Kept != c.kept || d.Decided != c.decided {
			t.Errorf("%s: kept %d of %d, want %d of %d", name, d.Kept, d.Decided, c.kept, c.decided)
		}
	}
}

func TestBestDiscoveries(t *testing.T) {
	record := evenings("2022-01-01", 300, "A", "X")
	play := func(date string, n int) []export.Play { return times(n, heard(date+" 10:00", 60, "B", "Y")) }
	for name, c := range map[string]struct {
		plays []export.Play
		want  string
	}{
		"four plays on the day":       {together(record, play("2022-07-01", 4)), "2022 B on 2022-07-01: 4, 4 so far"},
		"three are too few":           {together(record, play("2022-07-01", 3)), ""},
		"the fourth on day 14":        {together(record, play("2022-07-01", 3), play("2022-07-14", 1)), "2022 B on 2022-07-01: 4, 4 so far"},
		"the fourth on day 15":        {together(record, play("2022-07-01", 3), play("2022-07-15", 1)), "2022 B on 2022-07-01: 3, 4 so far"},
		"on the last day of its year": {together(record, play("2022-07-01", 3), play("2023-06-30", 1)), "2022 B on 2022-07-01: 3, 4 so far"},
		"a day after its year":        {together(record, play("2022-07-01", 3), play("2023-07-01", 1)), ""},
		"the year is covered":         {together(record, play("2022-07-01", 3), play("2022-07-15", 1), evenings("2022-10-28", 247, "A", "X")), "2022 B on 2022-07-01: 3, 4"}, // to 1 July 2023
		"all but its last day":        {together(record, play("2022-07-01", 3), play("2022-07-15", 1), evenings("2022-10-28", 246, "A", "X")), "2022 B on 2022-07-01: 3, 4 so far"},
		"in its first year":           {together(record, play("2022-07-01", 4), play("2023-06-30", 1), play("2023-07-01", 1)), "2022 B on 2022-07-01: 4, 5 so far"},
		"before it was settled":       {together(record, play("2022-06-28", 4)), ""},
		"two recordings are one":      {together(record, play("2022-07-01", 2), elsewhere(times(2, heard("2022-07-02 10:00", 60, "B", "Y"))...)), "2022 B on 2022-07-01: 4, 4 so far"},
	} {
		var got []string
		for _, y := range insight.DiscoveriesOf(selection(t, "", c.plays...)).Best {
			for _, f := range y.Songs {
				got = append(got, fmt.Sprintf("%d %s on %s: %d, %d", y.Year, f.Name, day(f.Day), f.Plays, f.OneYear)+map[bool]string{false: " so far"}[f.YearOver])
			}
		}
		if got := strings.Join(got, "; "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestArrivals(t *testing.T) {
	record := evenings("2022-01-01", 200, "A", "X") // from 20:00 to 20:01
	first := func(at string) export.Play {
		p := heard(at, 60, "B", "Y")
		p.ReasonStart = []byte("clickrow")
		return p
	}
	for name, c := range map[string]struct {
		plays []export.Play
		want  string
	}{
		"after exactly 30 minutes":   {append(record, first("2022-07-01 20:31")), "Y 2022-07-01 clickrow after X 30"},
		"a second more":              {append(record, first("2022-07-01 20:31:01")), "Y 2022-07-01 clickrow"},
		"over midnight":              {append(record, heard("2022-07-01 23:50", 300, "C", "Z"), first("2022-07-02 00:00")), "Y 2022-07-02 clickrow after Z 5; Z 2022-07-01 "},
		"while another still played": {append(record, first("2022-07-01 20:00:30")), "Y 2022-07-01 clickrow after X 0"},
		"short plays are no parents": {append(record, heard("2022-07-01 20:10", 29, "C", "Z"), first("2022-07-01 20:15")), "Y 2022-07-01 clickrow after X 14"},
		"before it was settled":      {append(record, first("2022-06-28 20:10")), ""},
		"the first of the record":    {append(record, first("2021-12-31 20:10")), ""},
	} {
		var got []string
		for _, a := range insight.DiscoveriesOf(selection(t, "", c.plays...)).Tree {
			line := fmt.Sprintf("%s %s %s", a.Name, day(a.Day), a.Reason)
			if a.After.Name != "" {
				line += fmt.Sprintf(" after %s %d", a.After.Name, a.AfterMinutes)
			}
			got = append(got, line)
		}
		if got := sortedLines(got); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
