package lens

import (
	"net/url"
	"strings"
	"testing"
)

func TestZonesByPlace(t *testing.T) {
	for text, want := range map[string]string{
		"Europe/Warsaw": "Europe/Warsaw", "warsaw": "Europe/Warsaw", " Poland ": "Europe/Warsaw", "PL": "Europe/Warsaw", "Warsaw, Poland": "Europe/Warsaw",
		"são paulo": "America/Sao_Paulo", "new york": "America/New_York", "New_York": "America/New_York", "usa": "America/New_York", "US": "America/New_York",
		"Britain": "Europe/London", "UK": "Europe/London", "United Kingdom": "Europe/London", "South Korea": "Asia/Seoul", "korea": "Asia/Pyongyang",
		"oslo": "Europe/Oslo", "Norway": "Europe/Oslo", "kathmandu": "Asia/Kathmandu", "UTC": "UTC", "Luxembourg": "Europe/Luxembourg",
	} {
		l, err := Parse(url.Values{"tz": {text}})
		if err != nil || l.Zone().String() != want {
			t.Errorf("%q: %s, %v; want %s", text, l.Zone(), err, want)
		}
	}
	for _, text := range []string{"Atlantis", "Local", "../etc/passwd", "Europe/", "Po", strings.Repeat("x", 5000)} {
		if l, err := Parse(url.Values{"tz": {text}}); err == nil {
			t.Errorf("%q is %s", text, l.Zone())
		}
	}
}

// TestEveryZoneOfTheList loads, and the place it is shown by is read as itself.
func TestEveryZoneOfTheList(t *testing.T) {
	n := 0
	for _, zones := range zoneNames().byCountry {
		for _, zone := range zones {
			n++
			if LoadZone(zone) == nil {
				t.Errorf("%s is unknown", zone)
			}
			l, err := Parse(url.Values{"tz": {ZonePlace(zone)}})
			if err != nil || l.Zone().String() != zone {
				t.Errorf("%s is shown as %q, which is %s, %v", zone, ZonePlace(zone), l.Zone(), err)
			}
		}
	}
	if n < 400 {
		t.Errorf("only %d zones", n)
	}
	for _, country := range strings.Fields(commonCountries) {
		if len(zoneNames().byCountry[country]) == 0 || ZoneOfCountry(country) == "" {
			t.Errorf("%s is no country", country)
		}
	}
	for country, want := range map[string]string{"US": "America/New_York", "BR": "America/Sao_Paulo", "RU": "Europe/Moscow", "ID": "Asia/Jakarta", "TV": "", "ZZ": ""} {
		if got := ZoneOfCountry(country); got != want {
			t.Errorf("%s: %q, want %q", country, got, want)
		}
	}
}

// TestHomeGoesWithoutSaying: the query names a zone only where it is another.
func TestHomeGoesWithoutSaying(t *testing.T) {
	warsaw := LoadZone("Europe/Warsaw")
	for query, want := range map[string]string{"": "", "tz=Europe/Warsaw": "", "tz=UTC": "tz=UTC", "tz=Asia/Tokyo": "tz=Asia%2FTokyo"} {
		q, _ := url.ParseQuery(query)
		l, err := ParseAt(q, warsaw)
		if err != nil || l.Encode() != want {
			t.Errorf("%q: %q, %v", query, l.Encode(), err)
		}
		if again, err := ParseAt(l.Query(), warsaw); err != nil || again.Zone() != l.Zone() {
			t.Errorf("%q comes back as %s, %v", query, again.Zone(), err)
		}
	}
}
