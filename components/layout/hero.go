package layout

import (
	"unicode/utf8"
)

// longTitle is the length, in characters, from which a name is set smaller: at
// full size it would push everything else off the screen.
const longTitle = 48

// TitleClass is the class of a heading that is a name.
func TitleClass(name string) string {
	if utf8.RuneCountInString(name) > longTitle {
		return "long"
	}
	return ""
}

// ErrorView is a page that could not be shown.
type ErrorView struct {
	Status    int
	Title     string // "There is no such artist here."
	Message   string // what to do
	Action    LinkView
	RequestID string
}
