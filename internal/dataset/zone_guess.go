package dataset

import "github.com/spotify-data-tool/spotify-data-tool/internal/lens"

// ZoneGuess suggests a time zone: that of the country with most time, or ""
// where no country is known or few people listen there. Where a country has
// several zones it is the one most people live in. A person must be able to
// choose another.
func (d *Dataset) ZoneGuess() string {
	for _, s := range d.Countries(lens.Lens{}) {
		if s.Value != countryName(unknownCountry) && s.Ms > 0 {
			return lens.ZoneOfCountry(s.Value)
		}
	}
	return ""
}
