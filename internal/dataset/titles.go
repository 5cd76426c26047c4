package dataset

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// A URI is one track, whatever it was called over time: now and then one is
// renamed. Files that somebody edited, or that came to harm, have one URI on rows
// of many titles, and these are different tracks.

// maxTitles is how many titles a URI may have had and be one track, over all that
// was ever uploaded. The most that genuine packages are known to have is two. A
// URI with more says nothing: each of its titles is a track of its own. Rows keep
// the title they came under, so this follows from all rows in whatever order and
// in however many uploads they came.
const maxTitles = 8

// retitled is an item whose URI another item has as well, under another title.
type retitled struct {
	item  uint32
	first uint32 // of the items with that URI
}

// spellingsOf are the names under which an item may be known.
func (d *Dataset) spellingsOf(item uint32) []named {
	list := d.spellings[d.firstSpelling[item]:d.firstSpelling[item+1]]
	if !d.apart.has(int(item)) {
		return list
	}
	n := 1
	for n < len(list) && list[n].title == list[0].title {
		n++
	}
	return list[:n]
}

// join makes one track of the items of each URI, or leaves them apart.
func (d *Dataset) join() error {
	for _, r := range d.retitled {
		if !d.sameURI(r) {
			return corrupt("titles of a URI")
		}
	}
	var all []named
	part := func(item uint32) {
		d.apart.set(int(item), d.items())
		d.shown[item] = d.latest(d.spellingsOf(item))
	}
	byFirst := slices.Clone(d.retitled)
	slices.SortFunc(byFirst, func(a, b retitled) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.item, b.item))
	})
	for i := range d.items() {
		n := 0
		for n < len(byFirst) && byFirst[n].first == uint32(i) {
			n++
		}
		from, to := d.firstSpelling[i], d.firstSpelling[i+1]
		if n == 0 && to-from <= maxTitles {
			continue
		}
		var others []retitled
		others, byFirst = byFirst[:n], byFirst[n:]
		all = append(all[:0], d.spellings[from:to]...)
		for _, r := range others {
			all = append(all, d.spellings[d.firstSpelling[r.item]:d.firstSpelling[r.item+1]]...)
		}
		if d.countTitles(all) > maxTitles {
			part(uint32(i))
			for _, r := range others {
				part(r.item)
			}
			continue
		}
		d.shown[i] = d.latest(all)
		for _, r := range others {
			d.leaf[r.item], d.shown[r.item] = d.leaf[i], d.shown[i]
		}
		d.joined = append(d.joined, others...)
	}
	return nil
}

// sameURI checks what was read.
func (d *Dataset) sameURI(r retitled) bool {
	return int(r.item) < d.items() && r.first < r.item && d.classes[r.item] != uint8(uriNone) &&
		d.classes[r.item] == d.classes[r.first] && d.kinds[r.item] == d.kinds[r.first] && d.uris.at(r.item) == d.uris.at(r.first)
}

// countTitles counts different titles, as far as it matters.
func (d *Dataset) countTitles(list []named) int {
	var titles [maxTitles + 1]uint32
	n := 0
	for i := range list {
		if t := list[i].title; t != 0 && n < len(titles) && !slices.Contains(titles[:n], t) {
			titles[n] = t
			n++
		}
	}
	return n
}

// appendRetitled writes which items have a URI of others.
func appendRetitled(b []byte, list []retitled) []byte {
	before := uint32(0)
	for _, r := range list {
		b = binary.AppendUvarint(b, uint64(r.item-before))
		b = binary.AppendUvarint(b, uint64(r.item-r.first))
		before = r.item
	}
	return b
}

// readRetitled reads what appendRetitled wrote, of so many items.
func readRetitled(b []byte, items int) ([]retitled, error) {
	var list []retitled
	item := 0
	for len(b) > 0 {
		var d, back int
		if !readNumber(&b, &d, items-1-item) || !readNumber(&b, &back, item+d) || d == 0 || back == 0 {
			return nil, corrupt("titles of a URI")
		}
		item += d
		list = append(list, retitled{uint32(item), uint32(item - back)})
	}
	return list, nil
}
