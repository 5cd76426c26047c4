package fold

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestAppend(t *testing.T) {
	for s, want := range map[string]string{
		"BJÖRK": "bjork", "Bjo\u0308rk": "bjork", "Sigur Rós": "sigur ros", "Ærø ŁÓDŹ": "aero lodz", "STRASSE": "strasse", "Straße": "strasse",
		"Ёлка": "елка", "Αθήνας": "αθηνασ", "が": "か\u3099", "ﬁre": "fire", "İstanbul ı": "istanbul i", "a\x00b": "a b", "Don’t": "don't", "": "",
	} {
		if got := string(Append(nil, s)); got != want {
			t.Errorf("%q folds to %q, want %q", s, got, want)
		}
	}
}

// The table of Latin letters changes nothing of the result.
func TestAppendGivesTheNormalFormOfAllRunes(t *testing.T) {
	letters := rapid.OneOf(rapid.RuneFrom([]rune("aZ é\u0308\u0327\u0591\u05b0ßİŉĳ½´\u00a0ºΣｱが각ﬁ\x00")), rapid.Rune())
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(letters).Draw(t, "s")
		if got, want := Append(nil, s), appendRunes(nil, norm.NFKD.String(s)); !bytes.Equal(got, want) {
			t.Fatalf("%q folds to %q, want %q", s, got, want)
		}
	})
}

func TestAppendWithinFoldsAsAppendDoes(t *testing.T) {
	for _, s := range []string{"", "Sigur Rós", "ﷺ ß Œuvre", "が か\u3099", "a\u0000b", "\xff", "ǅ İstanbul ﬁ"} {
		want := string(Append(nil, s))
		if got := string(AppendWithin(nil, s, len(want))); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
		if len(want) > 0 && len(want) > len(s) {
			if got := string(AppendWithin(nil, s, len(want)-1)); got != strings.ReplaceAll(s, "\x00", " ") {
				t.Errorf("%q without room: %q", s, got)
			}
		}
	}
}
