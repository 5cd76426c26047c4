package example

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestLongest(t *testing.T) {
	day := func(month int) lens.Date {
		return lens.Date{Year: 2024, Month: 1, Day: 1}.AddDays(31 * (month - 1)).FirstOfMonth()
	}
	for name, c := range map[string]struct {
		plays    []int
		from, to lens.Date
		want     streak
	}{
		"no data":              {want: streak{}},
		"silence":              {plays: []int{0, 0}, want: streak{}},
		"all":                  {plays: []int{1, 2, 3}, want: streak{3, "2024-01-01", "2024-03-01"}},
		"at the end":           {plays: []int{1, 0, 2, 3}, want: streak{2, "2024-03-01", "2024-04-01"}},
		"the first of two":     {plays: []int{1, 1, 0, 1, 1}, want: streak{2, "2024-01-01", "2024-02-01"}},
		"between two silences": {plays: []int{0, 5, 0}, want: streak{1, "2024-02-01", "2024-02-01"}},
		"within a range":       {plays: []int{1, 1, 1, 1, 1}, from: day(2).AddDays(9), to: day(4), want: streak{3, "2024-02-01", "2024-04-01"}},
	} {
		var months []dataset.Month
		for i, plays := range c.plays {
			months = append(months, dataset.Month{Date: day(i + 1), Plays: plays})
		}
		if got := longest(months, c.from, c.to); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
