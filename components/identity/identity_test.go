package identity_test

import (
	"fmt"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
)

func TestMonogram(t *testing.T) {
	for name, want := range map[string]string{
		"Pelwynfai": "P", "quam": "Q", "  spaced": "S", "(brackets)": "B", "\"><script>": "S",
		"2Pac": "2", "Émilie": "É", "e\u0301milie": "E\u0301", "ß": "ß", "Ωmega": "Ω",
		"東京": "東", "!!!": "!", "♥": "♥", "": "·", " \t": "·", "\u0301": "·",
	} {
		if got := identity.Monogram(name); got != want {
			t.Errorf("Monogram(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestHueIsStable(t *testing.T) {
	// The figures are pinned: a change would recolour everybody's artists.
	for name, want := range map[string]string{
		"Pelwynfai": "hue-16", "  pelwynfai ": "hue-16", "QUAM": "hue-9", "": "hue-13",
	} {
		if got := identity.Class(name); got != want {
			t.Errorf("Class(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestHuesAreSpreadEvenly(t *testing.T) {
	var seen [identity.Hues]int
	const names = 24_000
	for i := range names {
		seen[identity.Hue(fmt.Sprintf("Artist %d", i))]++
	}
	for hue, n := range seen {
		if n < 800 || n > 1200 {
			t.Errorf("hue %d has %d of %d names", hue, n, names)
		}
	}
}
