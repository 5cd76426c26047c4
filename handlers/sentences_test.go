package handlers

import (
	"net/url"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

func TestClockSentence(t *testing.T) {
	fill := func(f func(day, hour int) int64) (c [7][24]int64) {
		for day := range c {
			for hour := range c[day] {
				c[day][hour] = f(day, hour)
			}
		}
		return c
	}
	for want, clock := range map[string][7][24]int64{
		"Nothing was heard in this selection.": {},
		"Mostly on weekday evenings, Tuesday at 20:00 above all. The quietest hour of the week is Wednesday, 4 in the morning.": fill(func(day, hour int) int64 {
			switch {
			case day == 2 && hour == 4:
				return 1
			case day == 1 && hour == 20:
				return 200
			case day < 5 && hour >= 18:
				return 100
			}
			return 10
		}),
		// Weekends are ahead by less than can be seen.
		"Mostly in the evening, Saturday at 18:00 above all. Only Monday, midnight, is silent.": fill(func(day, hour int) int64 {
			switch {
			case day == 0 && hour == 0:
				return 0
			case day >= 5 && hour >= 18:
				return 105
			case hour >= 18:
				return 100
			}
			return 10
		}),
		"All of it on Sunday at 1:00.": fill(func(day, hour int) int64 {
			if day == 6 && hour == 1 {
				return 5
			}
			return 0
		}),
		"Most often on weekday mornings, Monday at 6:00 above all. The quietest hour of the week is Monday, midnight.": fill(func(day, hour int) int64 {
			if day < 5 && hour/6 == 1 {
				return 20
			}
			return 10
		}),
		// The fullest hour lies outside the part of the week that holds most.
		"Most often on weekday evenings. The quietest hour of the week is Monday, midnight.": fill(func(day, hour int) int64 {
			switch {
			case day == 2 && hour == 2:
				return 60
			case day < 5 && hour >= 18:
				return 30
			}
			return 10
		}),
		"Mostly in the afternoon, Monday at 13:00 above all.": fill(func(day, hour int) int64 {
			switch {
			case day == 0 && hour == 13:
				return 20
			case day == 5 && hour == 14:
				return 8
			}
			return 0
		}),
	} {
		if got := clockSentence(clock); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestMonthsSentence(t *testing.T) {
	const h = int64(time.Hour / time.Millisecond)
	month := func(year int, m time.Month, hours int64) dataset.Month {
		return dataset.Month{Date: dataset.Date{Year: year, Month: m, Day: 1}, Ms: hours * h, Plays: int(hours) * 20}
	}
	from, to := dataset.Date{Year: 2019, Month: 1, Day: 1}, dataset.Date{Year: 2022, Month: 12, Day: 31}
	for want, months := range map[string][]dataset.Month{
		"Not a second of it was heard in this range.":                             {month(2020, 1, 0)},
		"The fullest month was March 2020 with 3 hours.":                          {month(2020, 3, 3), month(2020, 4, 1)},
		"75% of it was in 2021. The fullest month was May 2021 with 6 hours.":     {month(2020, 3, 2), month(2021, 5, 6)},
		"All of it was in May 2021: 6 hours.":                                     {month(2020, 3, 0), month(2021, 5, 6)},
		"All of it was in 2020. The fullest month was June 2020 with 5 hours.":    {month(2020, 5, 1), month(2020, 6, 5), month(2021, 1, 0)},
		"Spread over the years. The fullest month was January 2019 with 2 hours.": {month(2019, 1, 2), month(2020, 1, 2), month(2021, 1, 2), month(2022, 1, 2)},
		"66.7% of it was in 2022. The fullest month was June 2022 with 2 hours.":  {month(2018, 3, 90), month(2022, 6, 2), month(2021, 5, 1)},
		"All of it was in December 2022: 30 minutes.":                             {{Date: dataset.Date{Year: 2022, Month: 12, Day: 1}, Ms: h / 2}},
	} {
		if got := monthsSentence(format.Locale{}, months, from, to); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestLedeOfFewPlays(t *testing.T) {
	req := &Request{Lens: dataset.Lens{Min: dataset.DefaultMin}}
	for want, sum := range map[string]dataset.Summary{
		"Something started playing once and went on for at least half a minute.":               {Rows: 1, Plays: 1},
		"Something started playing once, and did not go on for at least half a minute.":        {Rows: 1},
		"Something started playing twice, and never went on for at least half a minute.":       {Rows: 2},
		"Something started playing 3 times; once it went on for at least half a minute.":       {Rows: 3, Plays: 1},
		"Something started playing 3 times and went on for at least half a minute every time.": {Rows: 3, Plays: 3},
		"Something started playing 1,003 times; twice it went on for at least half a minute.":  {Rows: 1003, Plays: 2},
	} {
		if got := overviewLede(req, sum)[0].String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	for want, sum := range map[string]dataset.Summary{
		"You skipped none of what started.":             {Rows: 2, Plays: 2, Ended: 2},
		"You skipped 1 of what started.":                {Rows: 3, Plays: 2, Ended: 3, Skips: 1},
		"You skipped 25% of what started.":              {Rows: 20, Plays: 20, Ended: 20, Skips: 5},
		"You skipped 25% of the 20 whose end is known.": {Rows: 40, Plays: 40, Ended: 20, Skips: 5},
	} {
		if got := overviewLede(req, sum)[1].String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestYearBefore(t *testing.T) {
	for want, d := range map[string]dataset.Date{
		"2023-02-28": {Year: 2024, Month: 2, Day: 29},
		"2025-02-28": {Year: 2026, Month: 2, Day: 28},
		"2023-12-31": {Year: 2024, Month: 12, Day: 31},
	} {
		if got := yearBefore(d).String(); got != want {
			t.Errorf("a year before %s: %s, want %s", d, got, want)
		}
	}
}

func TestNamesOfPlaces(t *testing.T) {
	for code, want := range map[string]string{"DE": "Germany", "": "Unknown country", "ZZ": "Unknown country", "Q1": "Q1"} {
		if got := countryName(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
	for _, family := range dataset.Families {
		if familyName(family) == family {
			t.Errorf("no words for the platform family %q", family)
		}
	}
	for zone, want := range map[string]string{"UTC": "UTC", "America/New_York": "New York", "America/Argentina/Buenos_Aires": "Buenos Aires"} {
		if got := dataset.ZoneCity(zone); got != want {
			t.Errorf("%s: %q, want %q", zone, got, want)
		}
	}
}

func TestSelectionInWords(t *testing.T) {
	for query, want := range map[string]string{
		"":                                  "",
		"sort=name&min=0":                   "",
		"from=2023-01-01&to=2023-12-31":     " in 2023",
		"from=2021-01-01&to=2023-12-31":     " from 2021 to 2023",
		"from=2024-02-01&to=2024-02-29":     " in February 2024",
		"from=2023-03-01&to=2023-05-31":     " from March to May 2023",
		"from=2022-11-01&to=2023-01-31":     " from November 2022 to January 2023",
		"from=2023-03-05&to=2023-03-05":     " on 5 March 2023",
		"from=2023-03-05&to=2023-04-01":     " from 5 March 2023 to 1 April 2023",
		"from=2023-03-05":                   " since 5 March 2023",
		"to=2023-03-05":                     " until 5 March 2023",
		"kind=podcast,audiobook&country=PT": " of podcasts and audiobooks in Portugal",
		"country=NL&platform=car":           " in the Netherlands on a car’s screen",
		"country=US&platform=android&from=2023-01-01&to=2023-12-31": " in the United States on Android in 2023",
		"only=skipped&weekday=sat":                                  " of skipped plays on Saturdays",
		"hour=7,8&not=Pelwynfai":                                    " without Pelwynfai from 7 to 9 o’clock",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		l, err := dataset.ParseLens(q)
		if err != nil {
			t.Fatal(err)
		}
		if got := selection(l); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}
