// Package dataset holds a listening history as dictionary-coded columns sorted
// by time, and answers every question the pages ask with plain loops over them.
// A Dataset is immutable once made and safe for concurrent use.
package dataset

import (
	"errors"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// ErrCorrupt: the bytes given to Decode are not a dataset of a version this
// program reads.
var ErrCorrupt = errors.New("dataset: corrupt or of an unknown version")

// Part collects the plays of one import worker. It implements [export.Sink].
// NewPart makes one; Merge consumes it.
type Part struct{}

// Dataset is a person's plays, immutable.
type Dataset struct{}

func NewPart() *Part { panic("") }

// Merge makes a new dataset of base (nil for none) and parts by the rules of
// "Merging packages without counting twice": the same rows give the same
// dataset in whatever order and in however many uploads they come. It fills in
// Kept, Duplicate and Elsewhere of r's files (and moves counts of base's files
// when a row of theirs turns out to be covered by the new ones), and the new
// dataset's Receipt holds base's files followed by r's. Parts are consumed:
// their memory is released while merging. base is not changed.
func Merge(base *Dataset, parts []*Part, r *export.Receipt) (*Dataset, error) { panic("") }

// Encode returns the dataset as one blob: a versioned header, a table of
// sections, zstd-compressed columns. The same dataset gives the same bytes.
func (d *Dataset) Encode() ([]byte, error) { panic("") }

// Decode reads what Encode wrote. Any other input gives ErrCorrupt, never a
// panic and never memory beyond a small multiple of what the header justifies.
func Decode(b []byte) (*Dataset, error) { panic("") }

// Size is the memory the dataset holds, in bytes, for caches.
func (d *Dataset) Size() int64 { panic("") }

// Rows is the number of rows after de-duplication.
func (d *Dataset) Rows() int { panic("") }

// Receipt accounts for everything that was uploaded into this dataset. Not to be changed.
func (d *Dataset) Receipt() *export.Receipt { panic("") }

// Times are Unix seconds UTC of the end of a play (ts), the time Spotify
// records; Clock alone uses the start. Ms is milliseconds, summed over all rows
// the lens lets through; Plays counts those of at least Lens.Min seconds.

// Summary is the totals of what a lens sees.
type Summary struct {
	Rows, Plays             int
	Ms                      int64
	Artists, Albums, Tracks int
	Shows, Episodes         int
	Audiobooks, Chapters    int
	First, Last             int64 // 0 when there are no rows
	LongestDay              Date  // the day with most time, in the lens's zone
	LongestDayMs            int64
	Days                    int // days with at least one row
}

// Month is one month of a series. Series have no gaps: a silent month is there with zeros.
type Month struct {
	Date  Date // its first day
	Ms    int64
	Plays int
}

// By is what a ranking ranks.
type By uint8

// What can be ranked.
const (
	ByArtist By = iota
	ByAlbum
	ByTrack
	ByShow
	ByEpisode
	ByAudiobook
	ByChapter
)

// Entity is a thing that was played.
type Entity struct {
	By   By
	ID   string // stable across uploads; safe in a URL path. Tracks and episodes with a URI: its last part
	Name string
	// Creator is the artist of a track or album, the show of an episode, the
	// author of an audiobook; CreatorID is that artist's, show's ID.
	Creator, CreatorID string
	// Collection is the album of a track, the audiobook of a chapter.
	Collection, CollectionID string
	URI                      string // empty when the package gave none
}

// Ranked is an entity with its figures under a lens.
type Ranked struct {
	Entity
	Rank        int // from 1, in the ranking's order
	Rows, Plays int
	Ms          int64
	First, Last int64
}

// Ranking is a page of a ranked list.
type Ranking struct {
	Items []Ranked
	Total int   // entities in all
	MaxMs int64 // of the whole ranking, to scale bars by
}

// Item is one row of the history.
type Item struct {
	Entity                                      // the track, episode or chapter; Name "" when the row has no title
	Artist, ArtistID                     string // or show, or audiobook's author
	Kind                                 export.Kind
	Video                                bool
	TS, Start                            int64
	Ms                                   int64
	Minute                               bool // account row: exact to the minute only
	Platform, Family                     string
	Country                              string
	ReasonStart, ReasonEnd               string
	Shuffle, Skipped, Offline, Incognito export.Tri
}

// PlayPage is a page of the history, newest first.
type PlayPage struct {
	Items []Item
	Next  string // cursor of the following page; "" at the end
	Prev  string // cursor of the preceding page; "" at the start
	Total int
}

// Share is one value of a breakdown.
type Share struct {
	Value       string
	Rows, Plays int
	Ms          int64
}

// Summary adds up.
func (d *Dataset) Summary(l Lens) Summary { panic("") }

// Months is hours a month over the whole history, from the first month to the
// last, whatever the lens's From and To; everything else of the lens applies.
func (d *Dataset) Months(l Lens) []Month { panic("") }

// Span is the first and last ts of the whole dataset.
func (d *Dataset) Span() (first, last int64) { panic("") }

// Rank ranks what the lens sees, by l.Sort. offset and limit cut the page.
// With SortPlays and SortHours, ties are broken by the other, then by name, then ID.
func (d *Dataset) Rank(l Lens, by By, offset, limit int) Ranking { panic("") }

// Sparks gives, for each ID, milliseconds in each of n equal slices of the
// lens's range (the whole span without one).
func (d *Dataset) Sparks(l Lens, by By, ids []string, n int) [][]int64 { panic("") }

// Find returns the entity with that ID.
func (d *Dataset) Find(by By, id string) (Entity, bool) { panic("") }

// Clock is milliseconds by weekday (0 = Monday) and hour of the start of play in the lens's zone.
func (d *Dataset) Clock(l Lens) [7][24]int64 { panic("") }

// Plays is the history the lens sees, newest first: rows of at least l.Min seconds.
func (d *Dataset) Plays(l Lens, limit int) (PlayPage, error) { panic("") }

// Countries and Platforms break down what the lens sees, most time first.
func (d *Dataset) Countries(l Lens) []Share { panic("") }
func (d *Dataset) Platforms(l Lens) []Share { panic("") }
