package layout

import "strconv"

func pressed(on bool) string { return strconv.FormatBool(on) }

func inputType(s ChoiceStyle) string {
	if s == ChooseMany {
		return "checkbox"
	}
	return "radio"
}
