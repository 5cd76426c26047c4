package receipt

import (
	"slices"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestCoverageSentence(t *testing.T) {
	day := func(month time.Month, d int) lens.Date { return lens.Date{Year: 2024, Month: month, Day: d} }
	for want, days := range map[string]insight.CoverageDays{
		"The plays are all of one day.": {First: day(1, 1), Last: day(1, 1)},
		"Every one of the 31 days is covered; pauses of up to a week count as silence.": {First: day(1, 1), Last: day(1, 31)},
		"21 of 31 days are covered. The other 10 lie in 1 pause of more than a week: silence, or a file that is not here. 2 days are in both packages and counted once.": {
			First: day(1, 1), Last: day(1, 31),
			Gaps:     []insight.DayStretch{{First: day(1, 2), Last: day(1, 11)}},
			Overlaps: []insight.DayStretch{{First: day(1, 20), Last: day(1, 20)}, {First: day(1, 22), Last: day(1, 22)}},
		},
	} {
		if got := coverageSentence(format.Locale{}, days); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestBandsOfDaysAreReadAtAGlance joins a listener of a few evenings a month to
// one band; only a whole month of nothing parts two.
func TestBandsOfDaysAreReadAtAGlance(t *testing.T) {
	day := func(year, month, day int) lens.Date {
		return lens.Date{Year: year, Month: time.Month(month), Day: day}
	}
	list := []insight.DayStretch{
		{First: day(2021, 11, 2), Last: day(2021, 11, 4), Rows: 3},
		{First: day(2021, 12, 20), Last: day(2021, 12, 20), Rows: 1},
		{First: day(2022, 1, 9), Last: day(2022, 1, 31), Rows: 20},
		{First: day(2022, 3, 1), Last: day(2022, 3, 2), Rows: 2},
	}
	want := []insight.DayStretch{
		{First: day(2021, 11, 2), Last: day(2022, 1, 31), Rows: 24},
		{First: day(2022, 3, 1), Last: day(2022, 3, 2), Rows: 2},
	}
	if got := joined(list); !slices.Equal(got, want) {
		t.Errorf("joined to %v, want %v", got, want)
	}
	if got := joined(nil); len(got) != 0 {
		t.Errorf("nothing is joined to %v", got)
	}
}
