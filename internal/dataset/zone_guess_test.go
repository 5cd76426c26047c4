package dataset

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestZoneGuess(t *testing.T) {
	type stay struct {
		country string
		ms      uint32
	}
	for name, c := range map[string]struct {
		stays []stay
		want  string
	}{
		"most time counts": {[]stay{{"DE", 1000}, {"PT", 900}, {"DE", 100}, {"IS", 1500}}, "Atlantic/Reykjavik"},
		"not the unknown":  {[]stay{{"", 9000}, {"ZZ", 9000}, {"BR", 10}}, "America/Sao_Paulo"},
		"none known":       {[]stay{{"", 9000}}, ""},
		"a rare one":       {[]stay{{"TV", 100}, {"DE", 10}}, ""},
		"no time":          {[]stay{{"DE", 0}}, ""},
		"nothing":          {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewPart()
			p.Begin(0)
			for i, s := range c.stays {
				if err := p.Add(&export.Play{TS: int64(i), MS: s.ms, Country: []byte(s.country)}); err != nil {
					t.Fatal(err)
				}
			}
			p.End(true)
			d, err := Merge(nil, []*Part{p}, &export.Receipt{Files: []export.File{{Rows: len(c.stays)}}})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.ZoneGuess(); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
