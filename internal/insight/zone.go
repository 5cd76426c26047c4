package insight

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// ZoneGuess suggests a time zone: that of the country with most time, or ""
// where no country is known or few people listen there. Where a country has
// several zones it is the one most people live in. A person must be able to
// choose another.
func ZoneGuess(d *dataset.Dataset) string {
	for _, s := range Countries(d.Select(lens.Lens{})) {
		if s.Value != dataset.UnknownCountry && s.Ms > 0 {
			return lens.ZoneOfCountry(s.Value)
		}
	}
	return ""
}
