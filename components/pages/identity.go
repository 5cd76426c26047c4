package pages

// identity is the name whose colour and letter the page wears.
func (v EntityPageView) identity() string {
	if v.Identity != "" {
		return v.Identity
	}
	return v.Name
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
