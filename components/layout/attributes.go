package layout

import "strconv"

func pressed(on bool) string { return strconv.FormatBool(on) }

func inputType(s ChoiceStyle) string {
	if s == ChooseMany {
		return "checkbox"
	}
	return "radio"
}

// moreClass marks the menu when it holds the current page: always, or only where
// the page's group does not stand beside the row.
func moreClass(groups []NavGroupView) string {
	for _, group := range groups {
		for _, link := range group.Links {
			if !link.Current {
				continue
			}
			if group.Inline {
				return "current-narrow"
			}
			return "current"
		}
	}
	return ""
}
