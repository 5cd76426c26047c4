package dataset

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
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

// DefaultMin is how many seconds make a row a play when the lens does not say:
// Spotify itself counts so.
const DefaultMin = 30

// Bounds of a lens. Whoever needs more than these is a program gone wrong.
const (
	maxMin      = 86400
	maxQuery    = 200 // runes
	maxNot      = 50
	maxNotRunes = 1000
	maxID       = 64
	maxPage     = 100_000
	firstYear   = 1970
	lastYear    = 2105 // times are 32 bits
)

var kindNames = []struct {
	name string
	kind Kinds
}{{"music", Music}, {"podcast", Podcast}, {"audiobook", Audiobook}, {"video", Video}}

// weekdayNames are the days as they stand in URLs, Monday first.
var weekdayNames = [7]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

var sorts = []Sort{SortHours, SortPlays, SortName, SortFirst, SortLast}

// ParseLens reads a lens from a query. A bad value is a *FieldError; an unknown
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
func ParseLens(q url.Values) (Lens, error) { return ParseLensAt(q, time.UTC) }

// ParseLensAt is ParseLens for somebody whose days are those of home when the
// query names no zone.
func ParseLensAt(q url.Values, home *time.Location) (Lens, error) {
	l := Lens{TZ: home, Min: DefaultMin, Page: 1}
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
	slices.Sort(l.Not)
	l.Not = slices.Compact(l.Not)
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
	{name: "min", parse: func(l *Lens, s string) string {
		return parseNumber(&l.Min, s, 0, maxMin, "A play is a whole number of seconds from 0 to 86400.")
	}, print: func(l *Lens) string { return number(l.Min, DefaultMin) }},
	{name: "kind", repeats: true, parse: parseKinds, print: func(l *Lens) string {
		var names []string
		for _, k := range kindNames {
			if l.Kinds&k.kind != 0 {
				names = append(names, k.name)
			}
		}
		return strings.Join(names, ",")
	}},
	{name: "q", parse: parseSearch, print: func(l *Lens) string { return l.Q }},
	{name: "country", parse: func(l *Lens, s string) string {
		if c := countryCode([]byte(s)); c != unknownCountry || strings.EqualFold(s, "ZZ") {
			l.Country = countryName(c)
			return ""
		}
		return "A country is two letters, such as DE."
	}, print: func(l *Lens) string { return l.Country }},
	{name: "platform", parse: func(l *Lens, s string) string {
		if !isFamily(s) {
			return "A platform is one of " + strings.Join(Families, ", ") + "."
		}
		l.Platform = s
		return ""
	}, print: func(l *Lens) string { return l.Platform }},
	{name: "weekday", repeats: true, parse: parseWeekdays, print: func(l *Lens) string {
		var names []string
		for day, name := range weekdayNames {
			if l.Weekdays.Has(day) {
				names = append(names, name)
			}
		}
		return strings.Join(names, ",")
	}},
	{name: "hour", repeats: true, parse: parseHours, print: func(l *Lens) string {
		var numbers []string
		for hour := range 24 {
			if l.Hours.Has(hour) {
				numbers = append(numbers, strconv.Itoa(hour))
			}
		}
		return strings.Join(numbers, ",")
	}},
	{name: "only", repeats: true, parse: parseTraits, print: func(l *Lens) string {
		var names []string
		for _, t := range traitNames {
			if l.Only&t.trait != 0 {
				names = append(names, t.name)
			}
		}
		return strings.Join(names, ",")
	}},
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
	{name: "sort", parse: func(l *Lens, s string) string {
		if !slices.Contains(sorts, Sort(s)) {
			return "An order is one of hours, plays, name, first, last."
		}
		l.Sort = Sort(s)
		return ""
	}, print: func(l *Lens) string { return string(l.Sort) }},
	{name: "page", parse: func(l *Lens, s string) string {
		return parseNumber(&l.Page, s, 1, maxPage, fmt.Sprintf("A page is a whole number from 1 to %d.", maxPage))
	}, print: func(l *Lens) string { return number(max(l.Page, 1), 1) }},
	{name: "after", parse: func(l *Lens, s string) string {
		if _, ok := ParseCursor(s); !ok {
			return badCursor
		}
		l.After = s
		return ""
	}, print: func(l *Lens) string { return l.After }},
}

func number(n, absent int) string {
	if n == absent {
		return ""
	}
	return strconv.Itoa(n)
}

func parseNumber(n *int, s string, low, high int, message string) string {
	v, err := strconv.Atoi(s)
	if err != nil || v < low || v > high {
		return message
	}
	*n = v
	return ""
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
	if t.Year() < firstYear || t.Year() > lastYear {
		return fmt.Sprintf("A year is from %d to %d.", firstYear, lastYear)
	}
	*d = dateOf(t)
	return ""
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

// zoneName is what names of zones look like. time.LoadLocation reads files by
// that name, so nothing else reaches it: no dots, no absolute paths.
var zoneName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}$`)

// zones keeps what was loaded: the database is read from disk otherwise, for
// every request. Only zones that exist get in; a file system that ignores case
// could make many names of one, so there is a bound.
var zones = struct {
	sync.RWMutex
	byName map[string]*time.Location
}{byName: map[string]*time.Location{"UTC": time.UTC}}

const maxZones = 1000

func parseZone(l *Lens, s string) string {
	tz := LoadZone(s)
	if tz == nil {
		tz = LoadZone(findZone(s))
	}
	if tz == nil {
		return unknownZone
	}
	l.TZ = tz
	return ""
}

// LoadZone is the zone of that name in the tz database, or nil.
func LoadZone(name string) *time.Location {
	zones.RLock()
	tz := zones.byName[name]
	zones.RUnlock()
	if tz != nil {
		return tz
	}
	if name == "Local" || !zoneName.MatchString(name) {
		return nil
	}
	tz, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	zones.Lock()
	defer zones.Unlock()
	if len(zones.byName) < maxZones {
		zones.byName[name] = tz
	}
	return tz
}

const unknownZone = "No such time zone is known here. Name a city, a country or a zone: Warsaw, Poland or Europe/Warsaw."

func parseKinds(l *Lens, s string) string {
next:
	for name := range strings.SplitSeq(s, ",") {
		for _, k := range kindNames {
			if k.name == name {
				l.Kinds |= k.kind
				continue next
			}
		}
		return "A kind is one of music, podcast, audiobook, video."
	}
	return ""
}

func parseWeekdays(l *Lens, s string) string {
	for name := range strings.SplitSeq(s, ",") {
		day := slices.Index(weekdayNames[:], name)
		if day < 0 {
			return "A weekday is one of " + strings.Join(weekdayNames[:], ", ") + "."
		}
		l.Weekdays |= 1 << day
	}
	return ""
}

func parseHours(l *Lens, s string) string {
	for text := range strings.SplitSeq(s, ",") {
		var hour int
		if message := parseNumber(&hour, text, 0, 23, "An hour is a whole number from 0 to 23."); message != "" {
			return message
		}
		l.Hours |= 1 << hour
	}
	return ""
}

func parseTraits(l *Lens, s string) string {
next:
	for name := range strings.SplitSeq(s, ",") {
		for _, t := range traitNames {
			if t.name == name {
				l.Only |= t.trait
				continue next
			}
		}
		return "Plays can be narrowed to skipped, offline, private ones."
	}
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
	if len(strings.Fields(l.Q)) > maxWords {
		return fmt.Sprintf("A search has at most %d words.", maxWords)
	}
	return ""
}

func idField(name string, of func(*Lens) *string) field {
	return field{
		name: name,
		parse: func(l *Lens, s string) string {
			notID := func(r rune) bool {
				return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-' && r != '_'
			}
			if len(s) > maxID || strings.ContainsFunc(s, notID) {
				return "This is not the ID of anything. Follow a link from a list."
			}
			*of(l) = s
			return ""
		},
		print: func(l *Lens) string { return *of(l) },
	}
}

// Query is the inverse of ParseLens: the canonical query, defaults left out.
// ParseLensAt(l.Query(), l.Home) gives l again.
func (l Lens) Query() url.Values {
	q := make(url.Values)
	for i := range fields {
		f := &fields[i]
		if f.list == nil {
			if value := f.print(&l); value != "" {
				q.Set(f.name, value)
			}
		} else if values := f.list(&l); len(values) > 0 {
			q[f.name] = slices.Clone(values)
		}
	}
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
	add := func(name, value string) {
		if len(b) > from {
			b = append(b, '&')
		}
		b = append(append(b, name...), '=')
		b = append(b, url.QueryEscape(value)...)
	}
	for i := range fields {
		f := &fields[i]
		if f.list != nil {
			for _, value := range f.list(&l) {
				add(f.name, value)
			}
		} else if value := f.print(&l); value != "" {
			add(f.name, value)
		}
	}
	return b
}
