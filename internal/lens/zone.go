package lens

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
)

// zoneName is what names of zones look like. time.LoadLocation reads files by
// that name, so nothing else reaches it: no dots, no absolute paths.
var zoneName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}$`)

// zones keeps what was loaded: the database is read from disk otherwise, for
// every request. Only zones that exist get in; a file system that ignores case
// could make many names of one, so there is a bound.
var zones = struct {
	sync.RWMutex
	byName map[string]*time.Location
}{byName: map[string]*time.Location{"UTC": time.UTC}}

const maxZones = 1000

// LoadZone is the zone of that name in the tz database, or nil.
func LoadZone(name string) *time.Location {
	zones.RLock()
	tz := zones.byName[name]
	zones.RUnlock()
	if tz != nil {
		return tz
	}
	if name == "Local" || !zoneName.MatchString(name) {
		return nil
	}
	tz, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	zones.Lock()
	defer zones.Unlock()
	if len(zones.byName) < maxZones {
		zones.byName[name] = tz
	}
	return tz
}

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
			first(ZoneCity(zone), zone)
			first(ZoneCity(zone)+", "+f[1], zone)
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
	folded := string(fold.Append(nil, name))
	return strings.Join(strings.FieldsFunc(folded, func(r rune) bool {
		return r == ' ' || r == '_' || r == '-' || r == ',' || r == '.'
	}), " ")
}

// ZoneCity is the city a zone is named after: "New York".
func ZoneCity(name string) string {
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
// own name where that is unknown. [Parse] takes it for tz.
func ZonePlace(zone string) string {
	country, ok := zoneNames().country[zone]
	if !ok {
		return zone
	}
	place := ZoneCity(zone) + ", " + country
	if findZone(place) != zone {
		return zone
	}
	return place
}

// commonCountries are the countries where many people listen.
const commonCountries = "AE AR AT AU BD BE BG BO BR CA CH CL CO CR CY CZ DE DK DO EC EE EG ES FI FR GB " +
	"GR GT HK HR HU ID IE IL IN IS IT JP KE KR KZ LT LU LV MA MT MX MY NG NL NO NZ " +
	"PA PE PH PK PL PT PY RO RS RU SA SE SG SI SK TH TR TW UA US UY VE VN ZA"

// ZoneOfCountry suggests the zone of a country where many people listen: New
// York for the United States, Toronto for Canada, São Paulo for Brazil. It is
// "" for any other country.
func ZoneOfCountry(code string) string {
	if !slices.Contains(strings.Fields(commonCountries), code) {
		return ""
	}
	return zoneNames().byCountry[code][0]
}
