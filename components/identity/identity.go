// Package identity gives every artist, show and author a colour and a letter
// that stay the same on every page.
package identity

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Hues is the number of steps around the colour circle. The style sheet has one
// class for each.
const Hues = 24

// Hue is the step of a name, 0 to Hues-1. Case and surrounding space do not
// matter, because Spotify changes both now and then.
func Hue(name string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.ToLower(strings.TrimSpace(name)))) // never fails
	return int(h.Sum32() % Hues)
}

// Class is the CSS class of a name's hue.
func Class(name string) string { return "hue-" + strconv.Itoa(Hue(name)) }

// Monogram is the first letter or digit of a name, upper-cased, with the accents
// that are written as marks of their own. A name without either gives its first
// character; an empty one a dot.
func Monogram(name string) string {
	runes := []rune(name)
	start := slices.IndexFunc(runes, isAlphanumeric)
	if start < 0 {
		start = slices.IndexFunc(runes, isVisible)
	}
	if start < 0 {
		return "·"
	}
	end := start + 1
	for end < len(runes) && unicode.IsMark(runes[end]) {
		end++
	}
	return strings.ToUpper(string(runes[start:end]))
}

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isVisible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r)
}
