package insight_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

func TestYears(t *testing.T) {
	// X from June 2022 on, settled on 28 November; Y comes in 2023, with more time.
	record := together(
		evenings("2022-06-01", 365, "A", "X"),
		[]export.Play{heard("2023-03-01 10:00", 10*3600, "B", "Y"), heard("2023-03-01 09:00", 29, "C", "Z")},
	)
	for name, c := range map[string]struct {
		zone, from, to string
		plays          []export.Play
		want           []string
	}{
		"nothing": {},
		"a record of two years": {
			plays: record,
			want: []string{
				"2022: 12840 s, 214 plays on 214 of 214 days, over, not settled; artists 1 of 1, songs 1 of 1; X; best X #1",
				"2023: 45089 s, 152 plays on 151 of 151 days, settled; artists 1 of 2, songs 1 of 2; Y X; best Y #1",
			},
		},
		"a range within a year is settled where the year's begin was not": {
			from: "2022-11-28", to: "2022-12-02", plays: record,
			want: []string{"2022: 300 s, 5 plays on 5 of 5 days, over, settled; artists 0 of 1, songs 0 of 1; X"},
		},
		"one day before is not": {
			from: "2022-11-27", to: "2022-12-02", plays: record,
			want: []string{"2022: 360 s, 6 plays on 6 of 6 days, over, not settled; artists 0 of 1, songs 0 of 1; X"},
		},
		"what was heard first before the range is not new in it": {
			from: "2023-03-02", to: "2023-03-02", plays: together(record, []export.Play{heard("2023-03-02 10:00", 60, "B", "Y")}),
			want: []string{"2023: 120 s, 2 plays on 1 of 1 days, settled; artists 0 of 2, songs 0 of 2; X Y"},
		},
		"New Year's Eve in UTC is New Year in Warsaw": {
			zone:  "Europe/Warsaw",
			plays: []export.Play{heard("2023-12-31 22:59", 60, "A", "X"), heard("2023-12-31 23:00", 60, "A", "X")},
			want: []string{
				"2023: 60 s, 1 plays on 1 of 1 days, over, not settled; artists 1 of 1, songs 1 of 1; X; best X #1",
				"2024: 60 s, 1 plays on 1 of 1 days, not settled; artists 0 of 1, songs 0 of 1; X",
			},
		},
		"a silent year stands between": {
			plays: []export.Play{heard("2020-12-31 12:00", 60, "A", "X"), heard("2022-01-01 12:00", 60, "A", "X")},
			want: []string{
				"2020: 60 s, 1 plays on 1 of 1 days, over, not settled; artists 1 of 1, songs 1 of 1; X; best X #1",
				"2021: 0 s, 0 plays on 0 of 0 days, over, not settled; artists 0 of 0, songs 0 of 0;",
				"2022: 60 s, 1 plays on 1 of 1 days, not settled; artists 0 of 1, songs 0 of 1; X",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, y := range insight.Years(between(selection(t, c.zone, c.plays...), c.from, c.to)) {
				got = append(got, yearLine(y))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func yearLine(y insight.Year) string {
	over, settled, top := "", "not settled", ""
	if y.Over {
		over = ", over"
	}
	if y.Settled {
		settled = "settled"
	}
	for _, a := range y.Top {
		top += " " + a.Name
	}
	line := fmt.Sprintf("%d: %d s, %d plays on %d of %d days%s, %s; artists %d of %d, songs %d of %d;%s",
		y.Year, y.Ms/1000, y.Plays, y.Heard, y.Covered, over, settled, y.Artists.New, y.Artists.Heard, y.Songs.New, y.Songs.Heard, top)
	if y.Best.Name != "" {
		line += fmt.Sprintf("; best %s #%d", y.Best.Name, y.BestRank)
	}
	return line
}

func TestNovelty(t *testing.T) {
	s := selection(t, "", heard("2023-01-01 10:00", 100, "A", "X"), heard("2024-01-01 10:00", 29, "B", "Y"),
		heard("2024-01-02 10:00", 50, "B", "Y"), heard("2024-01-03 10:00", 60, "A", "X"), heard("2024-01-03 11:00", 70, "C", "X"))
	y := insight.Years(s)[1]
	if want := (insight.Novelty{Heard: 2, New: 1, Ms: 209_000, NewMs: 79_000}); y.Artists != want {
		t.Errorf("artists: %+v, want %+v", y.Artists, want)
	}
	if want := (insight.Novelty{Heard: 3, New: 2, Ms: 209_000, NewMs: 149_000}); y.Songs != want {
		t.Errorf("songs: %+v, want %+v", y.Songs, want)
	}
	if day(y.BestSince) != "2024-01-02" || y.Best.Ms != 79_000 || y.Best.Plays != 1 {
		t.Errorf("the best newcomer came on %s: %+v", day(y.BestSince), y.Best)
	}
}

func TestRecordOf(t *testing.T) {
	full := evenings("2022-01-01", 365, "A", "X")
	partial := evenings("2023-01-01", 299, "B", "Y")
	for name, c := range map[string]struct {
		plays       []export.Play
		from, to    string
		first       string
		rays, year  int
		top, colour string // of the record, and of its first ray
	}{
		"nothing":                        {},
		"400 days are all shown":         {plays: evenings("2022-01-01", 400, "A", "X"), first: "2022-01-01", rays: 400, top: "X", colour: "X"},
		"of 401 the last full year":      {plays: evenings("2022-01-01", 401, "A", "X"), first: "2022-01-01", rays: 365, year: 2022, top: "X", colour: "X"},
		"299 covered days are not full":  {plays: together(full, partial), first: "2022-01-01", rays: 365, year: 2022, top: "X", colour: "X"},
		"300 are":                        {plays: together(full, evenings("2023-01-01", 300, "B", "Y")), first: "2023-01-01", rays: 300, year: 2023, top: "Y", colour: "Y"},
		"else the fullest":               {plays: together(evenings("2021-03-01", 200, "A", "X"), evenings("2022-09-01", 20, "B", "Y")), first: "2021-03-01", rays: 306, year: 2021, top: "X", colour: "X"},
		"a range of less than 400 days":  {plays: together(full, partial), from: "2022-12-31", to: "2023-01-02", first: "2022-12-31", rays: 3, top: "Y X", colour: "X"},
		"the sixth artist has no colour": {plays: sixArtists(), first: "2024-01-01", rays: 6, top: "F E D C B", colour: ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := insight.RecordOf(between(selection(t, "", c.plays...), c.from, c.to))
			top, colour := []string{}, ""
			for _, a := range r.Top {
				top = append(top, a.Name)
			}
			if len(r.Rays) > 0 && r.Rays[0].Top >= 0 {
				colour = top[r.Rays[0].Top]
			}
			if len(r.Rays) != c.rays || r.Year != c.year || c.rays > 0 && day(r.First) != c.first || strings.Join(top, " ") != c.top || colour != c.colour {
				t.Errorf("%d rays from %s of %d, of %v, the first of %q", len(r.Rays), day(r.First), r.Year, top, colour)
			}
		})
	}
}

// sixArtists are six days, each of an artist with more time than that before.
func sixArtists() (plays []export.Play) {
	for i := range 6 {
		plays = append(plays, heard(day(number("2024-01-01")+i)+" 12:00", 60*(i+1), "A", string(rune('A'+i))))
	}
	return plays
}
