package handlers

import (
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// selection says what a lens looks at, to go on a sentence or a title: " of
// podcasts in Portugal on Android in 2023". It is empty where the lens leaves
// nothing out.
func selection(l dataset.Lens) string {
	var s string
	switch {
	case l.Only != 0:
		s = " of " + marked(l.Only, "plays")
	case l.Kinds != 0:
		s = ofKinds(l.Kinds)
	}
	s += selectionOf(l)
	if l.Weekdays != 0 {
		s += " on " + weekdaysLabel(l.Weekdays)
	}
	if l.Hours != 0 {
		s += " from " + hoursLabel(l.Hours)
	}
	return s
}

// selectionOf is the part of a selection that is no trait, hour or kind of a play:
// where, on what and when it was, and what is left out.
func selectionOf(l dataset.Lens) string {
	var s string
	if l.Country != "" {
		s += " in " + inSentence(countryName(l.Country))
	}
	if l.Platform != "" {
		s += " on " + inSentence(familyName(l.Platform))
	}
	s += during(l.From, l.To)
	if len(l.Not) > 0 {
		s += " without " + listInWords(l.Not)
	}
	return s
}

// ofKinds is " of podcasts and audiobooks".
func ofKinds(kinds dataset.Kinds) string {
	var names []string
	for _, k := range kindLabels {
		if kinds&k.kind != 0 {
			names = append(names, strings.ToLower(k.label))
		}
	}
	return " of " + listInWords(names)
}

// inSentence is a label within a sentence: those that are no proper names lose
// their capital, and some countries have an article.
func inSentence(label string) string {
	switch label {
	case "Unknown country":
		return "an unknown country"
	case "Other devices":
		return "other devices"
	case "Web player", "Television", "Games console", "Speaker":
		return "a " + strings.ToLower(label)
	case "Car":
		return "a car’s screen"
	case "Bahamas", "Comoros", "Dominican Republic", "Gambia", "Maldives", "Marshall Islands", "Netherlands",
		"Philippines", "Seychelles", "Solomon Islands":
		return "the " + label
	}
	if strings.HasPrefix(label, "United ") {
		return "the " + label
	}
	return label
}

// during says a range of days as short as it can be said: " in 2023", " in March
// 2023", " on 3 March 2023", " from March to May 2023", " since 3 March 2023".
func during(from, to dataset.Date) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return " since " + format.Date(civil(from))
	case from.IsZero():
		return " until " + format.Date(civil(to))
	case from == to:
		return " on " + format.Date(civil(from))
	}
	wholeMonths := from.Day == 1 && to == monthEnd(to)
	wholeYears := wholeMonths && from.Month == 1 && to.Month == 12
	sameYear := from.Year == to.Year
	switch {
	case wholeYears && sameYear:
		return " in " + strconv.Itoa(from.Year)
	case wholeYears:
		return " from " + strconv.Itoa(from.Year) + " to " + strconv.Itoa(to.Year)
	case wholeMonths && sameYear && from.Month == to.Month:
		return " in " + format.Month(civil(from))
	case wholeMonths && sameYear:
		return " from " + civil(from).Month().String() + " to " + format.Month(civil(to))
	case wholeMonths:
		return " from " + format.Month(civil(from)) + " to " + format.Month(civil(to))
	}
	return " from " + format.Date(civil(from)) + " to " + format.Date(civil(to))
}

// weekdaysLabel is a set of weekdays in words: "Mondays and Tuesdays".
func weekdaysLabel(days dataset.Weekdays) string {
	var names []string
	for day := range 7 {
		if days.Has(day) {
			names = append(names, weekday(day)+"s")
		}
	}
	return listInWords(names)
}

// hoursLabel is a set of hours in figures: "7 to 9 and 22 to 24 o’clock".
func hoursLabel(hours dataset.Hours) string {
	var runs []string
	for hour := 0; hour < 24; hour++ {
		if !hours.Has(hour) {
			continue
		}
		first := hour
		for hour < 24 && hours.Has(hour) {
			hour++
		}
		runs = append(runs, strconv.Itoa(first)+" to "+strconv.Itoa(hour))
	}
	return listInWords(runs) + " o’clock"
}

// listInWords is "Mondays, Tuesdays and Sundays".
func listInWords(items []string) string {
	last := len(items) - 1
	if last < 1 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:last], ", ") + " and " + items[last]
}
