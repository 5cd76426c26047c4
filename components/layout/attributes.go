package layout

func inputType(s ChoiceStyle) string {
	if s == ChooseMany {
		return "checkbox"
	}
	return "radio"
}
