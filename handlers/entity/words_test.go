package entity

import (
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestMonthsSentence(t *testing.T) {
	const h = int64(time.Hour / time.Millisecond)
	month := func(year int, m time.Month, hours int64) dataset.Month {
		return dataset.Month{Date: lens.Date{Year: year, Month: m, Day: 1}, Ms: hours * h, Plays: int(hours) * 20}
	}
	from, to := lens.Date{Year: 2019, Month: 1, Day: 1}, lens.Date{Year: 2022, Month: 12, Day: 31}
	for want, months := range map[string][]dataset.Month{
		"Not a second of it was heard in this range.":                             {month(2020, 1, 0)},
		"The fullest month was March 2020 with 3 hours.":                          {month(2020, 3, 3), month(2020, 4, 1)},
		"75% of it was in 2021. The fullest month was May 2021 with 6 hours.":     {month(2020, 3, 2), month(2021, 5, 6)},
		"All of it was in May 2021: 6 hours.":                                     {month(2020, 3, 0), month(2021, 5, 6)},
		"All of it was in 2020. The fullest month was June 2020 with 5 hours.":    {month(2020, 5, 1), month(2020, 6, 5), month(2021, 1, 0)},
		"Spread over the years. The fullest month was January 2019 with 2 hours.": {month(2019, 1, 2), month(2020, 1, 2), month(2021, 1, 2), month(2022, 1, 2)},
		"66.7% of it was in 2022. The fullest month was June 2022 with 2 hours.":  {month(2018, 3, 90), month(2022, 6, 2), month(2021, 5, 1)},
		"All of it was in December 2022: 30 minutes.":                             {{Date: lens.Date{Year: 2022, Month: 12, Day: 1}, Ms: h / 2}},
	} {
		if got := monthsSentence(format.Locale{}, months, from, to); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
