package lens

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// FieldError names the query parameter that cannot be used, and why, in a
// sentence for the person who typed it.
type FieldError struct {
	Field   string
	Message string
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Message }

// ReversedRange is what is wrong with a range that ends before it begins.
const ReversedRange = "The first day must not come after the last."

// Bounds of a lens. Only a program gone wrong needs more than these.
const (
	maxMin      = 86400
	maxQuery    = 200 // runes
	MaxWords    = 8   // of a search
	maxNot      = 50
	maxNotRunes = 1000
	maxID       = 64
	maxPage     = 100_000
	firstYear   = 1970
	LastYear    = 2105 // times are 32 bits
)

// Sorts are all orders.
var Sorts = []Sort{SortHours, SortPlays, SortName, SortFirst, SortLast}

// Parse reads a lens from a query. A bad value is a *FieldError; an unknown
// key is ignored, and so is an empty value, because forms send one for every
// field left blank. Parameters: from, to (YYYY-MM-DD; also YYYY-MM and YYYY,
// which mean their first or last day), tz (IANA name, or a city or country), min (seconds, 0 to
// 86400), kind (music, podcast, audiobook, video; repeatable or
// comma-separated), q, country, platform, weekday (mon to sun) and hour (0 to
// 23; like kind), only (skipped, offline, private; like kind, but all must be
// true), not (repeatable), group (uri, title), artist, album, track, show,
// audiobook, sort, page, after.
//
// Zones come from the time package: a program that may run where no zone
// database is installed must import time/tzdata.
func Parse(q url.Values) (Lens, error) { return ParseAt(q, time.UTC) }

// ParseAt is Parse for somebody whose days are those of home when the
// query names no zone.
func ParseAt(q url.Values, home *time.Location) (Lens, error) {
	l := Lens{TZ: home, Min: DefaultMin, Paging: Paging{Page: 1}}
	if home != time.UTC {
		l.Home = home
	}
	for _, f := range fields {
		for _, value := range q[f.name] {
			if value == "" {
				continue
			}
			if !utf8.ValidString(value) {
				return Lens{}, &FieldError{f.name, "This is not text in UTF-8."}
			}
			if message := f.parse(&l, value); message != "" {
				return Lens{}, &FieldError{f.name, message}
			}
			if !f.repeats {
				break
			}
		}
	}
	if !l.From.IsZero() && !l.To.IsZero() && l.From.Compare(l.To) > 0 {
		return Lens{}, &FieldError{"from", ReversedRange}
	}
	l.Not = sortedNames(l.Not)
	return l, nil
}

// field is one query parameter. parse returns what is wrong with a value, or "".
type field struct {
	name    string
	repeats bool
	parse   func(l *Lens, value string) string
	print   func(l *Lens) string   // "" where it is left out
	list    func(l *Lens) []string // in place of print, for a key with many values
}

var fields = []field{
	{name: "from", parse: func(l *Lens, s string) string { return parseDate(&l.From, s, false) },
		print: func(l *Lens) string { return printDate(l.From, l.To, false) }},
	{name: "to", parse: func(l *Lens, s string) string { return parseDate(&l.To, s, true) },
		print: func(l *Lens) string { return printDate(l.To, l.From, true) }},
	{name: "tz", parse: parseZone, print: func(l *Lens) string {
		name, home := l.Zone().String(), "UTC"
		if l.Home != nil {
			home = l.Home.String()
		}
		if name == home {
			return ""
		}
		return name
	}},
	numberField("min", func(l *Lens) *int { return &l.Min }, 0, maxMin, DefaultMin, "A play is a whole number of seconds from 0 to 86400."),
	setField("kind", func(l *Lens) *Kinds { return &l.Kinds },
		[]string{"music", "podcast", "audiobook", "video"}, "A kind is one of music, podcast, audiobook, video."),
	{name: "q", parse: parseSearch, print: func(l *Lens) string { return l.Q }},
	{name: "country", parse: func(l *Lens, s string) string {
		notLetter := func(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }
		if len(s) != 2 || strings.ContainsFunc(s, notLetter) {
			return "A country is two letters, such as DE."
		}
		l.Country = strings.ToUpper(s)
		return ""
	}, print: func(l *Lens) string { return l.Country }},
	choiceField("platform", func(l *Lens) *Family { return &l.Platform }, Families,
		"A platform is one of "+strings.Join(Families, ", ")+"."),
	setField("weekday", func(l *Lens) *Weekdays { return &l.Weekdays }, weekdayNames,
		"A weekday is one of "+strings.Join(weekdayNames, ", ")+"."),
	setField("hour", func(l *Lens) *Hours { return &l.Hours }, hourNames(), "An hour is a whole number from 0 to 23."),
	setField("only", func(l *Lens) *Traits { return &l.Only },
		[]string{"skipped", "offline", "private"}, "Plays can be narrowed to skipped, offline, private ones."),
	{name: "not", repeats: true, parse: func(l *Lens, s string) string {
		if utf8.RuneCountInString(s) > maxNotRunes {
			return fmt.Sprintf("A name has at most %d characters.", maxNotRunes)
		}
		if len(l.Not) == maxNot {
			return fmt.Sprintf("At most %d names can be left out.", maxNot)
		}
		l.Not = append(l.Not, s)
		return ""
	}, list: func(l *Lens) []string { return l.Not }},
	{name: "group", parse: func(l *Lens, s string) string {
		switch s {
		case "uri":
			l.Group = ""
		case string(GroupTitle):
			l.Group = GroupTitle
		default:
			return "Recordings are grouped by one of uri, title."
		}
		return ""
	}, print: func(l *Lens) string { return string(l.Group) }},
	idField("artist", func(l *Lens) *string { return &l.Artist }),
	idField("album", func(l *Lens) *string { return &l.Album }),
	idField("track", func(l *Lens) *string { return &l.Track }),
	idField("show", func(l *Lens) *string { return &l.Show }),
	idField("audiobook", func(l *Lens) *string { return &l.Audiobook }),
	choiceField("sort", func(l *Lens) *Sort { return &l.Sort }, Sorts, "An order is one of hours, plays, name, first, last."),
	numberField("page", func(l *Lens) *int { return &l.Page }, 1, maxPage, 1, fmt.Sprintf("A page is a whole number from 1 to %d.", maxPage)),
	{name: "after", parse: func(l *Lens, s string) string {
		if _, ok := ParseCursor(s); !ok {
			return BadCursor
		}
		l.After = s
		return ""
	}, print: func(l *Lens) string { return l.After }},
}

// weekdayNames are the days as they stand in URLs.
var weekdayNames = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func hourNames() []string {
	names := make([]string, 24)
	for hour := range names {
		names[hour] = strconv.Itoa(hour)
	}
	return names
}

// numberField is a number that is left out where it is absent.
func numberField(name string, of func(*Lens) *int, low, high, absent int, message string) field {
	return field{
		name: name,
		parse: func(l *Lens, s string) string {
			v, err := strconv.Atoi(s)
			if err != nil || v < low || v > high {
				return message
			}
			*of(l) = v
			return ""
		},
		print: func(l *Lens) string {
			if n := max(*of(l), low); n != absent {
				return strconv.Itoa(n)
			}
			return ""
		},
	}
}

// choiceField is one of several texts.
func choiceField[T ~string](name string, of func(*Lens) *T, choices []T, message string) field {
	return field{
		name: name,
		parse: func(l *Lens, s string) string {
			if !slices.Contains(choices, T(s)) {
				return message
			}
			*of(l) = T(s)
			return ""
		},
		print: func(l *Lens) string { return string(*of(l)) },
	}
}

// setField is a set of named bits, separated by commas.
func setField[T ~uint8 | ~uint32](name string, of func(*Lens) *T, names []string, message string) field {
	return field{
		name: name, repeats: true,
		parse: func(l *Lens, s string) string {
			for value := range strings.SplitSeq(s, ",") {
				// Numbers may have a sign or zeros in front.
				if n, err := strconv.Atoi(value); err == nil {
					value = strconv.Itoa(n)
				}
				bit := slices.Index(names, value)
				if bit < 0 {
					return message
				}
				*of(l) |= 1 << bit
			}
			return ""
		},
		print: func(l *Lens) string {
			if *of(l) == 0 {
				return ""
			}
			var in []string
			for bit, value := range names {
				if *of(l)>>bit&1 != 0 {
					in = append(in, value)
				}
			}
			return strings.Join(in, ",")
		},
	}
}

// parseDate takes a day, a month or a year; last says which of its days is meant.
func parseDate(d *Date, s string, last bool) string {
	const message = "A date is written as 2024, 2024-05 or 2024-05-31."
	var t time.Time
	var err error
	switch len(s) {
	case len("2006"):
		if t, err = time.Parse("2006", s); last {
			t = t.AddDate(1, 0, -1)
		}
	case len("2006-01"):
		if t, err = time.Parse("2006-01", s); last {
			t = t.AddDate(0, 1, -1)
		}
	default:
		t, err = time.Parse(time.DateOnly, s)
	}
	if err != nil {
		return message
	}
	if t.Year() < firstYear || t.Year() > LastYear {
		return fmt.Sprintf("A year is from %d to %d.", firstYear, LastYear)
	}
	*d = DateOf(t)
	return ""
}

// ParseDate reads a day as Date.String writes it, within the years a lens takes.
func ParseDate(s string) (d Date, ok bool) {
	if len(s) != len(time.DateOnly) {
		return Date{}, false
	}
	return d, parseDate(&d, s, false) == ""
}

// printDate is the shortest text that parseDate reads as d: pages hold hundreds
// of links, most of them to whole months and years. A range of one month says so
// at both ends.
func printDate(d, other Date, last bool) string {
	text := d.String()
	switch {
	case bounds(d, last, true) && (other.IsZero() || bounds(other, !last, true)):
		return text[:len("2006")]
	case bounds(d, last, false):
		return text[:len("2006-01")]
	}
	return text
}

// bounds reports whether a date is the first day of a month or year, or its last.
func bounds(d Date, last, year bool) bool {
	day, month := d, time.January
	if last {
		day, month = d.AddDays(1), time.December
	}
	return !d.IsZero() && day.Day == 1 && (!year || d.Month == month)
}

func parseZone(l *Lens, s string) string {
	tz := LoadZone(s)
	if tz == nil {
		tz = LoadZone(findZone(s))
	}
	if tz == nil {
		return "No such time zone is known here. Name a city, a country or a zone: Warsaw, Poland or Europe/Warsaw."
	}
	l.TZ = tz
	return ""
}

func parseSearch(l *Lens, s string) string {
	if utf8.RuneCountInString(s) > maxQuery {
		return fmt.Sprintf("A search has at most %d characters.", maxQuery)
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "A search is one line of text."
	}
	l.Q = strings.TrimSpace(s)
	if len(strings.Fields(l.Q)) > MaxWords {
		return fmt.Sprintf("A search has at most %d words.", MaxWords)
	}
	return ""
}

func idField(name string, of func(*Lens) *string) field {
	return field{
		name: name,
		parse: func(l *Lens, s string) string {
			const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			if len(s) > maxID || strings.Trim(s, letters+"0123456789-_") != "" {
				return "This is not the ID of anything. Follow a link from a list."
			}
			*of(l) = s
			return ""
		},
		print: func(l *Lens) string { return *of(l) },
	}
}

// Query is the inverse of Parse: the canonical query, defaults left out.
// ParseAt(l.Query(), l.Home) gives l again.
func (l Lens) Query() url.Values {
	q := make(url.Values)
	l.each(func(name, value string) { q.Add(name, value) })
	return q
}

// Encode is Query().Encode() with the keys in the order of the fields, which
// people read more easily.
func (l Lens) Encode() string {
	var room [256]byte
	return string(l.AppendQuery(room[:0]))
}

// AppendQuery appends what Encode returns. Pages hold hundreds of links, so it
// builds no map.
func (l Lens) AppendQuery(b []byte) []byte {
	from := len(b)
	l.each(func(name, value string) {
		if len(b) > from {
			b = append(b, '&')
		}
		b = append(append(b, name...), '=')
		b = append(b, url.QueryEscape(value)...)
	})
	return b
}

// each calls f with every parameter of the canonical query.
func (l *Lens) each(f func(name, value string)) {
	for i := range fields {
		field := &fields[i]
		if field.list != nil {
			for _, value := range field.list(l) {
				f(field.name, value)
			}
		} else if value := field.print(l); value != "" {
			f(field.name, value)
		}
	}
}
