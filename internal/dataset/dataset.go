// Package dataset holds a listening history as dictionary-coded columns sorted
// by time, and answers every question the pages ask with plain loops over them.
// A Dataset is immutable once made and safe for concurrent use.
package dataset

import (
	"errors"
	"sync/atomic"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// ErrCorrupt says that the bytes given to Decode are not a dataset.
var ErrCorrupt = errors.New("dataset: corrupt")

// ErrVersion says that they are a dataset of a later version. It is not damaged,
// and an instance of that version reads it, so it must be left alone.
var ErrVersion = errors.New("dataset: stored by a later version")

// Dataset is a person's plays and the documents of their account, immutable.
type Dataset struct {
	// The rows, sorted by ts, as columns has them. Those that many pages do without
	// are decoded by the first that asks, see lateColumn.
	ts, ms, item             []uint32
	lead                     func() []int32
	platform, country, flags func() []uint16
	begin, end               func() []uint8
	lateBytes                int                   // of the columns that wait to be decoded
	damage                   atomic.Pointer[error] // see Err

	// The things that were played, numbered in the order of their first row: a URI
	// under one title, or a set of names without a URI.
	kinds         []uint8 // export.Kind
	classes       []uint8 // uriClass
	uris          texts   // without the prefix of their class
	firstSpelling []uint32
	spellings     []named
	retitled      []retitled // in the order of the items

	names     texts // text 0 is the empty string
	platforms []string
	reasons   []string

	documents []document // in the order of compareDocuments
	networks  []NetworkMonth

	origins  origins
	partners partners
	receipt  *export.Receipt
	rules    int // see Rules

	derived
}

// named is one set of names that an item carried, and the latest ts at which
// it did. Items nearly always have one; tracks are renamed now and then. Those of
// a URI under other titles, of which there are no rows, follow those under the
// title of its first item.
type named struct {
	title, creator, collection uint32 // in names
	last                       uint32
}

// Rows is the number of rows after de-duplication.
func (d *Dataset) Rows() int { return len(d.ts) }

func (d *Dataset) items() int { return len(d.kinds) }

// Receipt accounts for everything that was uploaded into this dataset. Not to be changed.
func (d *Dataset) Receipt() *export.Receipt { return d.receipt }

// CurrentRules is the number of the rules by which packages are read today. It
// is raised when a mistake in them is mended that has left wrong figures in
// datasets which are stored.
const CurrentRules = 2

// Rules is the number of the rules by which the dataset was read: of several
// uploads the lowest. Where it is below CurrentRules, uploading the packages
// again corrects the figures.
func (d *Dataset) Rules() int { return d.rules }

// Span is the first and last ts of the whole dataset; 0 and 0 when it is empty.
func (d *Dataset) Span() (first, last int64) {
	if len(d.ts) == 0 {
		return 0, 0
	}
	return int64(d.ts[0]), int64(d.ts[len(d.ts)-1])
}
