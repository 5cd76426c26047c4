package words

import (
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Selection says what a lens looks at, to go on a sentence or a title: " of
// podcasts in Portugal on Android in 2023". It is empty where the lens leaves
// nothing out.
func Selection(l lens.Lens) string {
	var s string
	switch {
	case l.Only != 0:
		s = " of " + Marked(l.Only, "plays")
	case l.Kinds != 0:
		s = OfKinds(l.Kinds)
	}
	return s + SelectionOf(l) + Times(l)
}

// Times says on which weekdays and at which hours plays began, where that is narrowed.
func Times(l lens.Lens) (s string) {
	if l.Weekdays != 0 {
		s += " on " + WeekdaysLabel(l.Weekdays)
	}
	if l.Hours != 0 {
		s += " from " + HoursLabel(l.Hours)
	}
	return s
}

// SelectionOf is the part of a selection that is no trait, hour or kind of a play:
// where, on what and when it was, and what is left out.
func SelectionOf(l lens.Lens) string {
	var s string
	if l.Country != "" {
		s += " in " + InSentence(CountryName(l.Country))
	}
	if l.Platform != "" {
		s += " on " + InSentence(FamilyName(l.Platform))
	}
	s += during(l.From, l.To)
	if len(l.Not) > 0 {
		s += " without " + listInWords(l.Not)
	}
	return s
}

// OfKinds is " of podcasts and audiobooks".
func OfKinds(kinds lens.Kinds) string {
	var names []string
	for _, k := range KindLabels {
		if kinds&k.Kind != 0 {
			names = append(names, strings.ToLower(k.Label))
		}
	}
	return " of " + listInWords(names)
}

// InSentence is a label within a sentence: those that are no proper names lose
// their capital, and some countries have an article.
func InSentence(label string) string {
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
func during(from, to lens.Date) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return " since " + format.Date(Civil(from))
	case from.IsZero():
		return " until " + format.Date(Civil(to))
	case from == to:
		return " on " + format.Date(Civil(from))
	}
	wholeMonths := from.Day == 1 && to == MonthEnd(to)
	wholeYears := wholeMonths && from.Month == 1 && to.Month == 12
	sameYear := from.Year == to.Year
	switch {
	case wholeYears && sameYear:
		return " in " + strconv.Itoa(from.Year)
	case wholeYears:
		return " from " + strconv.Itoa(from.Year) + " to " + strconv.Itoa(to.Year)
	case wholeMonths && sameYear && from.Month == to.Month:
		return " in " + format.Month(Civil(from))
	case wholeMonths && sameYear:
		return " from " + Civil(from).Month().String() + " to " + format.Month(Civil(to))
	case wholeMonths:
		return " from " + format.Month(Civil(from)) + " to " + format.Month(Civil(to))
	}
	return " from " + format.Date(Civil(from)) + " to " + format.Date(Civil(to))
}

// WeekdaysLabel is a set of weekdays in words: "Mondays and Tuesdays".
func WeekdaysLabel(days lens.Weekdays) string {
	var names []string
	for day := range 7 {
		if days.Has(day) {
			names = append(names, Weekday(day)+"s")
		}
	}
	return listInWords(names)
}

// HoursLabel is a set of hours in figures: "7 to 9 and 22 to 24 o’clock".
func HoursLabel(hours lens.Hours) string {
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

// Marked is plays of some kind: "skipped plays in a private session".
func Marked(only lens.Traits, plays string) string {
	var s string
	if only&lens.Skipped != 0 {
		s += "skipped "
	}
	if only&lens.Offline != 0 {
		s += "offline "
	}
	s += plays
	if only&lens.Private != 0 {
		s += " in a private session"
	}
	return s
}

// Plural chooses the word for a number.
func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Weekday names a day counted from Monday.
func Weekday(day int) string { return time.Weekday((day + 1) % 7).String() }

// Capital is a phrase at the beginning of a line.
func Capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

var KindLabels = []struct {
	Kind  lens.Kinds
	Value string
	Label string
}{
	{lens.KindMusic, "music", "Music"},
	{lens.KindPodcast, "podcast", "Podcasts"},
	{lens.KindAudiobook, "audiobook", "Audiobooks"},
	{lens.KindVideo, "video", "Videos"},
}

// Heard says what counts as heard, beside the longer lists of all that started.
func Heard(l lens.Lens) string {
	switch l.Min {
	case 0:
		return "Artists and songs count from their first play on, however short."
	case lens.DefaultMin:
		return "Artists and songs count with a play of at least half a minute; the lists have those too that were only begun."
	}
	return "Artists and songs count with a play of at least " + strconv.Itoa(l.Min) + " seconds; the lists have those too that were only begun."
}
