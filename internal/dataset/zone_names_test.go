package dataset

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestZonesByPlace(t *testing.T) {
	for text, want := range map[string]string{
		"Europe/Warsaw": "Europe/Warsaw", "warsaw": "Europe/Warsaw", " Poland ": "Europe/Warsaw", "PL": "Europe/Warsaw", "Warsaw, Poland": "Europe/Warsaw",
		"são paulo": "America/Sao_Paulo", "new york": "America/New_York", "New_York": "America/New_York", "usa": "America/New_York", "US": "America/New_York",
		"Britain": "Europe/London", "UK": "Europe/London", "United Kingdom": "Europe/London", "South Korea": "Asia/Seoul", "korea": "Asia/Pyongyang",
		"oslo": "Europe/Oslo", "Norway": "Europe/Oslo", "kathmandu": "Asia/Kathmandu", "UTC": "UTC", "Luxembourg": "Europe/Luxembourg",
	} {
		l, err := ParseLens(url.Values{"tz": {text}})
		if err != nil || l.Zone().String() != want {
			t.Errorf("%q: %s, %v; want %s", text, l.Zone(), err, want)
		}
	}
	for _, text := range []string{"Atlantis", "Local", "../etc/passwd", "Europe/", "Po", strings.Repeat("x", 5000)} {
		if l, err := ParseLens(url.Values{"tz": {text}}); err == nil {
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
			l, err := ParseLens(url.Values{"tz": {ZonePlace(zone)}})
			if err != nil || l.Zone().String() != zone {
				t.Errorf("%s is shown as %q, which is %s, %v", zone, ZonePlace(zone), l.Zone(), err)
			}
		}
	}
	if n < 400 {
		t.Errorf("only %d zones", n)
	}
	for country, zone := range zoneOfCountry {
		if zoneNames().byCountry[country][0] != zone {
			t.Errorf("%s: %s and %s", country, zone, zoneNames().byCountry[country][0])
		}
	}
}

// TestHomeGoesWithoutSaying: the query names a zone only where it is another.
func TestHomeGoesWithoutSaying(t *testing.T) {
	warsaw, tokyo := LoadZone("Europe/Warsaw"), LoadZone("Asia/Tokyo")
	for query, want := range map[string]string{"": "", "tz=Europe/Warsaw": "", "tz=UTC": "tz=UTC", "tz=Asia/Tokyo": "tz=Asia%2FTokyo"} {
		q, _ := url.ParseQuery(query)
		l, err := ParseLensAt(q, warsaw)
		if err != nil || l.Encode() != want {
			t.Errorf("%q: %q, %v", query, l.Encode(), err)
		}
		if again, err := ParseLensAt(l.Query(), warsaw); err != nil || again.Zone() != l.Zone() {
			t.Errorf("%q comes back as %s, %v", query, again.Zone(), err)
		}
	}
	// What is remembered of one zone is not taken for another's.
	at := func(home *time.Location) string { return Lens{TZ: home, Home: home}.key() }
	if at(warsaw) == at(tokyo) || at(warsaw) == at(nil) {
		t.Error("answers of two homes are remembered as one")
	}
}
