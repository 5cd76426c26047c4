package dataset

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// recordings gives each item, as leaf does, the item that stands for it when
// all tracks of the same title by the same artist are one: of these the one
// that was heard first. Tracks without a title or an artist stay by themselves.
func (d *Dataset) recordings() []uint32 {
	d.groupOnce.Do(func() {
		d.grouped = make([]uint32, d.items())
		var heard table
		for i, leaf := range d.leaf {
			d.grouped[i] = leaf
			s := d.shown[i]
			if leaf != uint32(i) || d.kinds[i] != uint8(export.KindMusic) || s.title == 0 || s.creator == 0 {
				continue
			}
			tag := mix(uint64(s.title), uint64(s.creator))
			c, ok := heard.find(tag, func(c uint32) bool { return d.shown[c].title == s.title && d.shown[c].creator == s.creator })
			if ok {
				d.grouped[i], d.repeated = c, true
			} else {
				heard.add(tag, uint32(i))
			}
		}
		// What shares the leaf of another item shares its recordings.
		for i, leaf := range d.leaf {
			if leaf != none {
				d.grouped[i] = d.grouped[leaf]
			}
		}
	})
	return d.grouped
}

// Recordings are the tracks with the title and the artist of the one with that
// ID which the lens sees, itself among them, each with its own figures: most
// time first.
func (d *Dataset) Recordings(l lens.Lens, id string) []Ranked {
	l = l.WithGroup(lens.GroupTitle).WithEntity(lens.Track, id)
	l.Sort = lens.SortHours
	v := d.view(l)
	defer v.done()
	space := d.space(lens.Track)
	return v.ranking(lens.Track, l.Sort, v.tally(space), 0, space.n).Items
}

// HasRecordings reports whether any track has more recordings than one.
func (d *Dataset) HasRecordings() bool {
	d.recordings()
	return d.repeated
}
