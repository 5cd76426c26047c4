package pages

import "unicode/utf8"

// identity is the name whose colour and letter the page wears.
func (v EntityPageView) identity() string {
	if v.Identity != "" {
		return v.Identity
	}
	return v.Name
}

// longTitle is the length, in characters, from which a name is set smaller: at
// full size it would push everything else off the screen.
const longTitle = 48

func titleClass(name string) string {
	if utf8.RuneCountInString(name) > longTitle {
		return "long"
	}
	return ""
}

// entityListClass gives the first list two thirds and the second one third of
// the width; a list on its own has all of it.
func entityListClass(i, n int) string {
	switch {
	case n == 1:
		return "span-3"
	case i%2 == 0 && i == n-1:
		return "span-3"
	case i%2 == 0:
		return "span-2"
	default:
		return "compact"
	}
}
