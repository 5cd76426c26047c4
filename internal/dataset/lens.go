package dataset

import (
	"net/url"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Date is a civil date in the lens's zone. The zero Date means "no bound".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Kinds is a set of kinds of content. Video is a kind of its own here: music
// videos and video podcasts count as Video, not as Music or Podcast.
type Kinds uint8

// The kinds a lens can choose from. The zero Kinds means all, rows without a
// title included.
const (
	Music Kinds = 1 << iota
	Podcast
	Audiobook
	Video
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

// Lens is what a view looks at. It lives in the URL and is parsed in one
// place, [ParseLens]. The zero Lens, with TZ nil meaning UTC and Min 0, sees
// every row; [ParseLens] defaults Min to 30.
type Lens struct {
	From, To Date           // from the start of From to the end of To; both inclusive
	TZ       *time.Location // zone of dates, hours and months
	Min      int            // seconds that make a row a play
	Kinds    Kinds
	Q        string   // search in titles, artists, albums and shows; case and accents do not matter
	Country  string   // two letters
	Platform string   // a platform family, see Platforms
	Not      []string // artists and shows left out, by exact name

	// Narrowing to one thing, by the ID that rankings give.
	Artist, Album, Track, Show, Audiobook string

	Sort  Sort
	Page  int    // from 1
	After string // keyset cursor of Plays
}

// FieldError names the query parameter that cannot be used, and why, in a
// sentence for the person who typed it.
type FieldError struct {
	Field   string
	Message string
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Message }

// ParseLens reads a lens from a query. A bad value is a *FieldError; an unknown
// key is ignored. Parameters: from, to (YYYY-MM-DD; also YYYY-MM and YYYY, which
// mean their first or last day), tz (IANA name), min (seconds, 0 to 86400),
// kind (music, podcast, audiobook, video; repeatable or comma-separated), q,
// country, platform, not (repeatable), artist, album, track, show, audiobook,
// sort, page, after.
func ParseLens(q url.Values) (Lens, error) { panic("not written yet") }

// Query is the inverse of ParseLens: the canonical query, defaults left out,
// keys in a fixed order. ParseLens(l.Query()) gives l again.
func (l Lens) Query() url.Values { panic("not written yet") }

var _ = export.KindMusic
