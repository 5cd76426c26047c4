package words

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

var regionNames = display.English.Regions()

// UnknownCountry is what Spotify writes when it does not know.
const UnknownCountry = "ZZ"

// CountryName is a country in words.
func CountryName(code string) string {
	if code == "" || code == UnknownCountry {
		return "Unknown country"
	}
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return cmp.Or(regionNames.Name(region), code)
}

var familyNames = map[string]string{
	"android": "Android", "ios": "iPhone and iPad", "windows": "Windows", "macos": "Mac", "linux": "Linux",
	"web": "Web player", "cast": "Cast", "tv": "Television", "console": "Games console",
	"speaker": "Speaker", "car": "Car", "other": "Other devices",
}

// FamilyName is a platform family in words.
func FamilyName(family string) string {
	return cmp.Or(familyNames[family], family)
}

// Untitled names what has no name, or one that shows nothing: some artists call
// themselves and their tracks by a blank, and nobody could see the link.
func Untitled(name string) string {
	if !strings.ContainsFunc(name, visible) {
		return "Untitled"
	}
	return name
}

// Credited is who made something, "" when nobody is named.
func Credited(name string) string {
	if name == "" {
		return ""
	}
	return Untitled(name)
}

func visible(r rune) bool {
	const brailleBlank = '\u2800'
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != brailleBlank &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// IdentityOf is the name that gives an entity its colour and letter: its
// maker's, so that an artist's albums and tracks share one.
func IdentityOf(e dataset.Entity) string {
	switch e.By {
	case lens.Album, lens.Track, lens.Episode:
		return cmp.Or(e.Creator, e.Name)
	case lens.Chapter:
		return cmp.Or(e.Collection, e.Name)
	}
	return e.Name
}

// Humanized writes a key of a document as words: "topArtistFanPercentage" is
// "Top artist fan percentage".
func Humanized(key string) string {
	var b strings.Builder
	before := ' '
	for i, r := range key {
		switch {
		case r == '_' || r == '-' || r == '.':
			r = ' '
		case unicode.IsUpper(r) && i > 0 && (unicode.IsLower(before) || unicode.IsDigit(before)):
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		case unicode.IsDigit(r) && unicode.IsLetter(before):
			b.WriteByte(' ')
		}
		if r != ' ' || before != ' ' {
			if b.Len() == 0 {
				b.WriteRune(unicode.ToUpper(r))
			} else {
				b.WriteRune(r)
			}
		}
		before = r
	}
	return strings.TrimSpace(b.String())
}
