package words

import (
	"net/url"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestNamesOfPlaces(t *testing.T) {
	for code, want := range map[string]string{"DE": "Germany", "": "Unknown country", "ZZ": "Unknown country", "Q1": "Q1"} {
		if got := CountryName(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
	for _, family := range lens.Families {
		if FamilyName(family) == family {
			t.Errorf("no words for the platform family %q", family)
		}
	}
	for zone, want := range map[string]string{"UTC": "UTC", "America/New_York": "New York", "America/Argentina/Buenos_Aires": "Buenos Aires"} {
		if got := lens.ZoneCity(zone); got != want {
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
		l, err := lens.Parse(q)
		if err != nil {
			t.Fatal(err)
		}
		if got := Selection(l); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestHumanized(t *testing.T) {
	for key, want := range map[string]string{
		"topArtistFanPercentage": "Top artist fan percentage", "postal_code": "Postal code", "capsule2024": "Capsule 2024",
		"eras 1 key": "Eras 1 key", "": "", "email": "Email", "a.b": "A b", "URL": "URL", "über_uns": "Über uns", "__x": "X",
	} {
		if got := Humanized(key); got != want {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
	}
}
