package dataset

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// NoThing is the code of a row that is of none of the [Things].
const NoThing = none

// Things are the entities of one kind, numbered from 0. Not every number has one:
// a track of several recordings goes by the number of the first.
type Things struct {
	By    lens.EntityKind
	Group lens.Grouping // of tracks
	N     int           // the codes are below it
	d     *Dataset
	of    []uint32 // of each item
}

// Items says which item each row played, and how many there are: what is added up by
// item need not be added up again for each kind of [Things].
func (d *Dataset) Items() (ofRow []uint32, n int) { return d.item, d.items() }

// Things numbers the entities of a kind, tracks as the grouping says.
func (d *Dataset) Things(by lens.EntityKind, g lens.Grouping) Things {
	space := d.space(by)
	t := Things{By: by, N: space.n, d: d, of: space.of}
	if by == lens.Track && g == lens.GroupTitle {
		space.of = d.recordings()
		t.Group, t.of = g, space.of
	}
	if space.kind != export.KindUnknown {
		t.of = Memoize(d, thingsKey{by, g}, func() []uint32 {
			of := make([]uint32, d.items())
			for i := range of {
				of[i] = space.code(d, i)
			}
			return of
		})
	}
	return t
}

type thingsKey struct {
	by lens.EntityKind
	g  lens.Grouping
}

// Of is the code of what a row played, or [NoThing].
func (t *Things) Of(row uint32) uint32 { return t.of[t.d.item[row]] }

// OfItem is the code of an item, or [NoThing].
func (t *Things) OfItem(item uint32) uint32 { return t.of[item] }

// Entity describes the thing of a code.
func (t *Things) Entity(code uint32) Entity { return t.d.entity(t.By, code) }

// Name is its name.
func (t *Things) Name(code uint32) string { return t.d.entityName(t.By, code) }

// Find is the code of the thing with that ID, or [NoThing].
func (t *Things) Find(id string) uint32 {
	code, ok := t.d.find(t.By, id)
	if !ok {
		return none
	}
	if t.By == lens.Track {
		return t.of[code]
	}
	return code
}

// Less orders things of equal figures: by name, then by ID.
func (t *Things) Less(a, b uint32) bool { return t.d.compareNames(t.By, a, b) < 0 }

// Played is the track, episode or chapter of a row; the zero Entity when the
// package does not name it.
func (d *Dataset) Played(row uint32) Entity {
	leaf := d.leaf[d.item[row]]
	if leaf == none {
		return Entity{}
	}
	return d.entity(leafBy[d.kinds[leaf]], leaf)
}

// StartReason says how a row began, in Spotify's words: clickrow, trackdone and
// the like; "" when it is not known.
func (d *Dataset) StartReason(row uint32) string { return d.reasons[d.begin()[row]] }
