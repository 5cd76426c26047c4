package insight

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestZoneGuess(t *testing.T) {
	stay := func(country string, ms uint32) export.Play {
		return export.Play{TS: 1_600_000_000, MS: ms, Country: []byte(country)}
	}
	for name, c := range map[string]struct {
		stays []export.Play
		want  string
	}{
		"most time counts": {[]export.Play{stay("DE", 1000), stay("PT", 900), stay("DE", 100), stay("IS", 1500)}, "Atlantic/Reykjavik"},
		"not the unknown":  {[]export.Play{stay("", 9000), stay("ZZ", 9001), stay("BR", 10)}, "America/Sao_Paulo"},
		"none known":       {[]export.Play{stay("", 9000)}, ""},
		"a rare one":       {[]export.Play{stay("TV", 100), stay("DE", 10)}, ""},
		"no time":          {[]export.Play{stay("DE", 0)}, ""},
		"nothing":          {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ZoneGuess(datasettest.Of(t, c.stays...)); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
