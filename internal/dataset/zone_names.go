package dataset

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed zones.txt
var zonesText string

// zoneNames are the zones of the tz database by what people call them.
var zoneNames = sync.OnceValue(func() (names struct {
	byCountry map[string][]string // zones of a country code, the most populous first
	byName    map[string]string   // zone of a folded city, country, or both
	country   map[string]string   // name of the country a zone is in
}) {
	names.byCountry = make(map[string][]string)
	names.byName = make(map[string]string)
	names.country = make(map[string]string)
	first := func(name, zone string) {
		key := zoneKey(name)
		if _, taken := names.byName[key]; !taken && key != "" {
			names.byName[key] = zone
		}
	}
	var countries [][]string
	for line := range strings.Lines(zonesText) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) > 2 && !strings.HasPrefix(line, "#") {
			countries = append(countries, f)
			names.byCountry[f[0]] = f[2:]
		}
	}
	// Cities come first: Luxembourg and Singapore are both, and mean the same.
	for _, f := range countries {
		for _, zone := range f[2:] {
			first(zone, zone)
			first(zoneCity(zone), zone)
			first(zoneCity(zone)+", "+f[1], zone)
			if _, known := names.country[zone]; !known {
				names.country[zone] = f[1]
			}
		}
	}
	for _, f := range countries {
		first(f[1], f[2])
		// "Britain (UK)" and "Korea (South)" are found by either part.
		if name, part, ok := strings.Cut(strings.TrimSuffix(f[1], ")"), " ("); ok {
			first(name, f[2])
			first(part, f[2])
			first(part+" "+name, f[2])
		}
	}
	for name, code := range otherCountryNames {
		first(name, names.byCountry[code][0])
	}
	return names
})

// otherCountryNames are those that the tz database writes differently or abbreviates.
var otherCountryNames = map[string]string{
	"USA": "US", "United States of America": "US", "America": "US", "Great Britain": "GB", "United Kingdom": "GB",
	"England": "GB", "Scotland": "GB", "Wales": "GB", "Holland": "NL", "Czechia": "CZ", "Turkey": "TR", "Türkiye": "TR",
	"Russian Federation": "RU", "Ivory Coast": "CI", "Burma": "MM", "Macedonia": "MK", "UAE": "AE", "Brasil": "BR",
	"Deutschland": "DE", "España": "ES", "Österreich": "AT", "Polska": "PL", "Schweiz": "CH",
}

// zoneKey is how names of zones are compared: without case, accents and
// whatever stands between words.
func zoneKey(name string) string {
	folded := string(fold(nil, name))
	return strings.Join(strings.FieldsFunc(folded, func(r rune) bool {
		return r == ' ' || r == '_' || r == '-' || r == ',' || r == '.'
	}), " ")
}

// zoneCity is the part of a zone's name that people say: "New York".
func zoneCity(name string) string {
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// findZone is the zone of a city or country, "" when there is none.
func findZone(text string) string {
	names := zoneNames()
	if zones, ok := names.byCountry[strings.ToUpper(strings.TrimSpace(text))]; ok {
		return zones[0]
	}
	return names.byName[zoneKey(text)]
}

// ZonePlace is where a zone is as people say it, "Warsaw, Poland"; the zone's
// own name where that is unknown. ParseLens takes it for tz.
func ZonePlace(zone string) string {
	country, ok := zoneNames().country[zone]
	if !ok {
		return zone
	}
	place := zoneCity(zone) + ", " + country
	if findZone(place) != zone {
		return zone
	}
	return place
}

// ZoneCity is the city a zone is named after: "New York".
func ZoneCity(zone string) string { return zoneCity(zone) }

// ZonesOf lists the zones of a country code, the most populous first.
func ZonesOf(country string) []string { return slices.Clone(zoneNames().byCountry[country]) }
