package words

import "github.com/spotify-data-tool/spotify-data-tool/components/format"

var cardinals = [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"}

// Cardinal is a small number in letters, and another in digits: "eight", "23".
func Cardinal(loc format.Locale, n int) string {
	if n >= 0 && n < len(cardinals) {
		return cardinals[n]
	}
	return loc.Number(n)
}

var ordinals = [...]string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}

// Ordinal is a place in letters where it is among the first ten: "second", "23rd".
func Ordinal(loc format.Locale, n int) string {
	if n > 0 && n < len(ordinals) {
		return ordinals[n]
	}
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return loc.Number(n) + suffix
}

// fractions are the shares that have a name, from the largest.
var fractions = []struct {
	least float64
	words string
}{
	{0.9, "nine in ten"}, {0.75, "three quarters"}, {0.6667, "two thirds"}, {0.5, "half"}, {0.3333, "a third"}, {0.25, "a quarter"}, {0.2, "a fifth"}, {0.1, "a tenth"},
}

// Fraction names a share of at least a tenth: "a third" for one within a
// hundredth of it, "more than a third" for one above it. It is "" below a tenth.
func Fraction(part, whole int64) string {
	if whole <= 0 {
		return ""
	}
	share := float64(part) / float64(whole)
	for i, f := range fractions {
		if share >= f.least-0.01 {
			switch {
			case share <= f.least+0.01:
				return f.words
			case i > 0 && fractions[i-1].least-share < 0.03:
				return "nearly " + fractions[i-1].words
			}
			return "more than " + f.words
		}
	}
	return ""
}
