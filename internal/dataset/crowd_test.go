package dataset

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Rows that are looked at together take memory together, so a file that was made
// of nothing but one second is refused.
func TestCrowdedSecondsAreRefused(t *testing.T) {
	const ts = 1_700_000_040
	at := func(ts int64, source export.Source) export.Play {
		return export.Play{TS: ts, Start: ts - 50, MS: 50_000, Kind: export.KindMusic, Source: source, Title: []byte("a"), Creator: []byte("b")}
	}
	for name, c := range map[string]struct {
		play func(i int) export.Play
		rows int // 0 for a refusal
		n    int
	}{
		"as many of one second as may be":     {func(int) export.Play { return at(ts, export.SourceExtended) }, 1, maxTogether},
		"one more":                            {func(int) export.Play { return at(ts, export.SourceExtended) }, 0, maxTogether + 1},
		"as many of another second":           {func(i int) export.Play { return at(ts+int64(i&1), export.SourceExtended) }, 2, 2 * maxTogether},
		"account rows of one minute":          {func(int) export.Play { return at(ts, export.SourceAccount) }, 0, maxTogether + 1},
		"a minute with one account row in it": {func(i int) export.Play { return at(ts+int64(min(i, 59)), export.Source(i/maxTogether)) }, 0, maxTogether + 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewPart()
			p.Begin(0)
			for i := range c.n {
				play := c.play(i)
				if err := p.Add(&play); err != nil {
					t.Fatal(err)
				}
			}
			p.End(true)
			d, err := Merge(nil, []*Part{p}, &export.Receipt{Files: make([]export.File, 1)})
			if c.rows == 0 {
				if !errors.Is(err, errTooManyRows) {
					t.Errorf("got %v, want a refusal", err)
				}
				return
			}
			if err != nil || d.Rows() != c.rows {
				t.Errorf("%v, want %d rows", err, c.rows)
			}
		})
	}
}

// A row without a URI is one with a row of the URI that ever carried its name,
// however many names that URI carried, and however often it is asked.
func TestNamesOfOneURIAreFoundSoon(t *testing.T) {
	for name, c := range map[string]struct{ seconds, names, uris, want int }{
		"many names of many URIs": {400, 90_000, 300, 120_000},
		"few names":               {1_000, fewNames - 1, 1, 1_000},
		"many names":              {1_000, 10 * fewNames, 1, 1_000},
		"a name for each second":  {60_000, 60_000, 1, 60_000},
		"many URIs in a second":   {20, 20_000, 1_000, 20_000},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want > 10_000 && testing.Short() {
				t.Skip("makes large data")
			}
			p := NewPart()
			p.Begin(0)
			add := func(at, uri, title int) {
				play := export.Play{TS: 1e9 + int64(at), MS: 60_000, Kind: export.KindMusic, Title: fmt.Append(nil, title), Creator: []byte("a")}
				if uri >= 0 {
					play.URI = fmt.Appendf(nil, "spotify:track:%022d", uri)
				}
				if err := p.Add(&play); err != nil {
					t.Fatal(err)
				}
			}
			n := 0
			for at := range c.seconds {
				for uri := range c.uris {
					add(at, uri, n%c.names)
					n++
				}
			}
			for at := range c.seconds {
				add(at, -1, c.names-1-at%c.names) // which the URI had at another time
				add(at, -1, c.names+at)           // which it never had
			}
			p.End(true)
			begun := time.Now()
			d, err := Merge(nil, []*Part{p}, &export.Receipt{Files: make([]export.File, 1)})
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
			if d.Rows() != c.want+c.seconds {
				t.Errorf("%d rows, want %d", d.Rows(), c.want+c.seconds)
			}
		})
	}
}
