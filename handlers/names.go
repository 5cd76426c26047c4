package handlers

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

var regionNames = display.English.Regions()

// countryName is a country in words; Spotify writes ZZ when it does not know.
func countryName(code string) string {
	if code == "" || code == "ZZ" {
		return "Unknown country"
	}
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := regionNames.Name(region); name != "" {
		return name
	}
	return code
}

var familyNames = map[string]string{
	"android": "Android", "ios": "iPhone and iPad", "windows": "Windows", "macos": "Mac", "linux": "Linux",
	"web": "Web player", "cast": "Cast", "tv": "Television", "console": "Games console",
	"speaker": "Speaker", "car": "Car", "other": "Other devices",
}

// familyName is a platform family in words.
func familyName(family string) string {
	if name, ok := familyNames[family]; ok {
		return name
	}
	return family
}

// untitled names what has no name, or one that shows nothing: some artists call
// themselves and their tracks by a blank, and nobody could see the link.
func untitled(name string) string {
	if !strings.ContainsFunc(name, visible) {
		return "Untitled"
	}
	return name
}

// credited is who made something, "" when nobody is named.
func credited(name string) string {
	if name == "" {
		return ""
	}
	return untitled(name)
}

func visible(r rune) bool {
	const brailleBlank = '\u2800'
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != brailleBlank &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// identityOf is the name that gives an entity its colour and letter: its
// maker's, so that an artist's albums and tracks share one.
func identityOf(e dataset.Entity) string {
	switch e.By {
	case dataset.ByAlbum, dataset.ByTrack, dataset.ByEpisode:
		if e.Creator != "" {
			return e.Creator
		}
	case dataset.ByChapter:
		if e.Collection != "" {
			return e.Collection
		}
	}
	return e.Name
}
