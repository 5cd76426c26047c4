// Package lens says what of a listening history a page looks at: which plays
// count, what the page is about, and where in a list it is. A lens lives in the
// URL; it is parsed and printed in one place.
package lens

import (
	"slices"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
)

// Lens is what a view looks at. The zero Lens, with TZ nil meaning UTC and Min
// 0, sees every row; [Parse] defaults Min to [DefaultMin].
type Lens struct {
	From, To Date           // from the start of From to the end of To; both inclusive
	TZ       *time.Location // zone of dates, hours and months
	Home     *time.Location // the zone when the query names none; nil is UTC
	Min      int            // seconds that make a row a play; one of unknown length is one always
	Group    Grouping
	Filter
	Focus
	Paging
}

// Filter says which plays of the range a lens lets through.
type Filter struct {
	Kinds    Kinds
	Q        string   // words to be found in titles, artists, albums and shows; case and accents do not matter
	Country  string   // two letters
	Platform Family   // "" for any
	Weekdays Weekdays // on which a play began, in the lens's zone
	Hours    Hours    // in which a play began, in the lens's zone
	Not      []string // artists and shows left out, by their whole name; case and accents do not matter
	Only     Traits   // all of which must be true of a play; 0 for any
}

// Focus narrows a lens to one thing, by the ID that rankings give. Track takes
// episodes and chapters too.
type Focus struct {
	Artist, Album, Track, Show, Audiobook string
}

// Paging is the order of a list and the place in it.
type Paging struct {
	Sort  Sort
	Page  int    // from 1
	After string // a Cursor
}

// DefaultMin is how many seconds make a row a play when the lens does not say:
// Spotify itself counts so.
const DefaultMin = 30

// Kinds is a set of kinds of content. Video is a kind of its own here: music
// videos and video podcasts count as KindVideo, not as KindMusic or KindPodcast.
type Kinds uint8

// The kinds a lens can choose from. The zero Kinds means all, rows without a
// title included.
const (
	KindMusic Kinds = 1 << iota
	KindPodcast
	KindAudiobook
	KindVideo
)

// Traits are what is true of single plays.
type Traits uint8

// The traits.
const (
	Skipped Traits = 1 << iota // by the reason it ended for and its length
	Offline                    // played without a connection
	Private                    // played in a private session
)

// Weekdays is a set of days of the week: bit 0 is Monday. The zero Weekdays
// means all.
type Weekdays uint8

// Has reports whether a day is in the set, 0 for Monday.
func (w Weekdays) Has(day int) bool { return w>>day&1 != 0 }

// Hours is a set of hours of the day: bit 0 is the hour from midnight. The
// zero Hours means all.
type Hours uint32

// Has reports whether an hour is in the set.
func (h Hours) Has(hour int) bool { return h>>hour&1 != 0 }

// Grouping says which recordings are one track. Spotify gives one recording
// several URIs over time: on a single, on the album, on a compilation.
type Grouping string

// The groupings. The empty one tells tracks apart by their URI.
const (
	GroupTitle Grouping = "title" // all of the same title by the same artist are one
)

// Sort is an order of a ranking.
type Sort string

// The orders. The empty Sort means SortHours for rankings.
const (
	SortHours Sort = "hours" // most time first
	SortPlays Sort = "plays" // most plays first
	SortName  Sort = "name"  // A to Z
	SortFirst Sort = "first" // earliest first play first
	SortLast  Sort = "last"  // latest last play first
)

// EntityKind is a kind of thing that is played and can be ranked.
type EntityKind uint8

// The kinds of things.
const (
	Artist EntityKind = iota
	Album
	Track
	Show
	Episode
	Audiobook
	Chapter
	EntityKinds // their number
)

// Zone is the lens's zone, UTC when none is set.
func (l Lens) Zone() *time.Location {
	if l.TZ == nil {
		return time.UTC
	}
	return l.TZ
}

// MinMs is how many milliseconds make a row a play.
func (l Lens) MinMs() uint32 { return uint32(min(max(l.Min, 0), maxMin)) * 1000 }

// HasRange reports whether the lens has a first or a last day.
func (l Lens) HasRange() bool { return !l.From.IsZero() || !l.To.IsZero() }

// InRange reports whether a day is within the range. The zero Date, which is a day that
// is not known, is within none.
func (l Lens) InRange(d Date) bool {
	return !l.HasRange() || !d.IsZero() && (l.From.IsZero() || d.Compare(l.From) >= 0) && (l.To.IsZero() || d.Compare(l.To) <= 0)
}

// Filtered reports whether the lens leaves out rows for any reason but the range.
func (l Lens) Filtered() bool {
	return l.Kinds != 0 || l.Q != "" || l.Country != "" || l.Platform != "" ||
		l.Weekdays != 0 || l.Hours != 0 || l.Only != 0 || len(l.Not) > 0 || l.Focus != Focus{}
}

// Words are the distinct folded words of the search, at most [MaxWords].
func (l Lens) Words() []string {
	var words []string
	for _, w := range strings.Fields(string(fold.Append(nil, l.Q))) {
		if len(words) < MaxWords && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

// ClearedPaging is the lens at the start of its list. Whatever changes what a
// list holds must start over, so the With methods below clear paging too.
func (l Lens) ClearedPaging() Lens {
	l.Page, l.After = 1, ""
	return l
}

// WithRange is the lens from one day to another; zero Dates for no bound.
func (l Lens) WithRange(from, to Date) Lens {
	l.From, l.To = from, to
	return l.ClearedPaging()
}

// WithClock is the lens narrowed to days of the week and hours of the day; zero
// for all.
func (l Lens) WithClock(w Weekdays, h Hours) Lens {
	l.Weekdays, l.Hours = w, h
	return l.ClearedPaging()
}

// WithOnly is the lens narrowed to plays of which all of it is true; 0 for any.
func (l Lens) WithOnly(t Traits) Lens {
	l.Only = t
	return l.ClearedPaging()
}

// WithGroup is the lens with another grouping of recordings.
func (l Lens) WithGroup(g Grouping) Lens {
	l.Group = g
	return l.ClearedPaging()
}

// WithQ is the lens with another search.
func (l Lens) WithQ(q string) Lens {
	l.Q = q
	return l.ClearedPaging()
}

// WithSort is the lens in another order.
func (l Lens) WithSort(s Sort) Lens {
	l.Sort = s
	return l.ClearedPaging()
}

// WithNot is the lens that leaves out one more artist or show.
func (l Lens) WithNot(name string) Lens {
	l.Not = sortedNames(append(slices.Clone(l.Not), name))
	return l.ClearedPaging()
}

func sortedNames(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// WithoutNot is the lens that lets an artist or show back in.
func (l Lens) WithoutNot(name string) Lens {
	l.Not = slices.DeleteFunc(slices.Clone(l.Not), func(n string) bool { return n == name })
	return l.ClearedPaging()
}

// WithEntity is the lens narrowed to one thing.
func (l Lens) WithEntity(kind EntityKind, id string) Lens {
	switch kind {
	case Artist:
		l.Artist = id
	case Album:
		l.Album = id
	case Show:
		l.Show = id
	case Audiobook:
		l.Audiobook = id
	default:
		l.Track = id
	}
	return l.ClearedPaging()
}

// WithPage is the lens at another page of its ranking.
func (l Lens) WithPage(n int) Lens {
	l.Page, l.After = n, ""
	return l
}

// WithAfter is the lens at another place of the history.
func (l Lens) WithAfter(cursor string) Lens {
	l.Page, l.After = 1, cursor
	return l
}
