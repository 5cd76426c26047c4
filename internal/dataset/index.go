package dataset

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// none is the code of nothing: an item without an artist, a row without a title.
const none = ^uint32(0)

// derived is what queries want to know of each item. It follows from the items
// and is made anew by Merge and by Decode, so that what is stored cannot
// contradict itself.
type derived struct {
	shown []named // the names an item is shown under

	// Codes of each item, or none.
	leaf     []uint32   // the item that stands for the track, episode or chapter
	apart    bitset     // items whose URI says nothing, see maxTitles
	joined   []retitled // items that are one track with another, by that one
	artistOf []uint32   // index into artists
	albumOf  []uint32
	showOf   []uint32
	bookOf   []uint32

	artists []uint32 // names
	albums  []album
	shows   []uint32 // names
	books   []book

	ends *ends

	unknownLengths int // rows of unknown length

	turns chan struct{} // of queries, see newTurns

	lazy
}

type album struct{ artist, name uint32 } // index into artists; name

type book struct{ title, author uint32 } // names

// index makes derived.
func (d *Dataset) index() error {
	n := d.items()
	d.shown = make([]named, n)
	for i := range n {
		from, to := d.firstSpelling[i], d.firstSpelling[i+1]
		if from >= to {
			return fmt.Errorf("%w: item without names", ErrCorrupt)
		}
		d.shown[i] = d.latest(d.spellings[from:to])
	}
	d.leaf = make([]uint32, n)
	for i := range n {
		d.leaf[i] = uint32(i)
		if d.classes[i] == uint8(uriNone) && d.shown[i].title == 0 || d.kinds[i] == uint8(export.KindUnknown) {
			d.leaf[i] = none
		}
	}
	if err := d.join(); err != nil {
		return err
	}
	d.alias()
	d.group()
	d.ends = endsOf(d.reasons)
	for _, ms := range d.ms {
		d.unknownLengths += int(ms / unknownLength)
	}
	d.turns = newTurns(d.items())
	return nil
}

// latest picks the names an item is shown under: those it carried last, but
// rather an older title than none.
func (d *Dataset) latest(list []named) named {
	best := list[0]
	for _, s := range list[1:] {
		if (s.title != 0) != (best.title != 0) {
			if s.title != 0 {
				best = s
			}
		} else if s.last > best.last || s.last == best.last && d.compareNamed(&s, &best) < 0 {
			best = s
		}
	}
	return best
}

// compareNamed orders names by what they are.
func (d *Dataset) compareNamed(a, b *named) int {
	return cmp.Or(
		strings.Compare(d.names.at(a.title), d.names.at(b.title)),
		strings.Compare(d.names.at(a.creator), d.names.at(b.creator)),
		strings.Compare(d.names.at(a.collection), d.names.at(b.collection)),
	)
}

// alias gives items without a URI the item of a URI that carried their names:
// of several the one that carried them last. Where no URI did, the same title
// of the same artist is one item all the same, whatever its album.
func (d *Dataset) alias() {
	nameOf := func(item int, s named) name {
		kind := export.Kind(d.kinds[item])
		return name{kind, s.title, whose(kind, s.creator, s.collection)}
	}
	tag := func(n name) uint32 { return mix(uint64(n.title), uint64(n.whose)<<8|uint64(n.kind)) }

	// The names without a URI, each with the best item found for it so far.
	type candidate struct {
		uri        bool
		collection bool
		last       uint32
		item       uint32
	}
	type target struct {
		name name
		best candidate
	}
	var targets []target
	var index table
	find := func(n name) (uint32, bool) {
		return index.find(tag(n), func(c uint32) bool { return targets[c].name == n })
	}
	// Of equals the item that comes first.
	offer := func(t *target, c candidate) {
		b := t.best
		switch {
		case c.uri != b.uri:
			if c.uri {
				t.best = c
			}
		case c.collection != b.collection:
			if c.collection {
				t.best = c
			}
		case c.last > b.last || c.last == b.last && c.item < b.item:
			t.best = c
		}
	}
	for i := range d.items() {
		if d.classes[i] != uint8(uriNone) || d.leaf[i] == none {
			continue
		}
		s := d.shown[i]
		n := nameOf(i, s)
		candidate := candidate{collection: s.collection != 0, last: s.last, item: uint32(i)}
		if c, ok := find(n); ok {
			offer(&targets[c], candidate)
			continue
		}
		index.add(tag(n), uint32(len(targets)))
		targets = append(targets, target{n, candidate})
	}
	if len(targets) == 0 {
		return
	}
	for i := range d.items() {
		if d.classes[i] == uint8(uriNone) || d.kinds[i] == uint8(export.KindUnknown) {
			continue
		}
		for _, s := range d.spellingsOf(uint32(i)) {
			if s.title != 0 {
				if c, ok := find(nameOf(i, s)); ok {
					offer(&targets[c], candidate{uri: true, last: s.last, item: d.leaf[i]})
				}
			}
		}
	}
	for i := range d.items() {
		if d.classes[i] == uint8(uriNone) && d.leaf[i] != none {
			c, _ := find(nameOf(i, d.shown[i])) // which is among them
			d.leaf[i] = targets[c].best.item
			d.shown[i] = d.shown[d.leaf[i]]
		}
	}
}

// group numbers artists, albums, shows and audiobooks by the names shown.
func (d *Dataset) group() {
	n := d.items()
	codes := make([]uint32, 4*n)
	for i := range codes {
		codes[i] = none
	}
	d.artistOf, d.albumOf, d.showOf, d.bookOf = codes[:n:n], codes[n:2*n:2*n], codes[2*n:3*n:3*n], codes[3*n:]
	code := make([][3]uint32, d.names.len()) // of a name as artist, show, audiobook; +1
	number := func(of *uint32, list *[]uint32, text uint32) uint32 {
		if *of == 0 {
			*list = append(*list, text)
			*of = uint32(len(*list))
		}
		return *of - 1
	}
	var albums table
	var books, lastOf []uint32
	for i := range n {
		s := d.shown[i]
		switch export.Kind(d.kinds[i]) {
		case export.KindMusic:
			if s.creator == 0 {
				continue
			}
			a := number(&code[s.creator][0], &d.artists, s.creator)
			d.artistOf[i] = a
			if s.collection != 0 {
				d.albumOf[i] = d.albumCode(&albums, album{a, s.collection})
			}
		case export.KindPodcast:
			if s.collection != 0 {
				d.showOf[i] = number(&code[s.collection][1], &d.shows, s.collection)
			}
		case export.KindAudiobook:
			if s.collection == 0 {
				continue
			}
			b := number(&code[s.collection][2], &books, s.collection)
			d.bookOf[i] = b
			if int(b) == len(d.books) {
				d.books = append(d.books, book{title: s.collection})
				lastOf = append(lastOf, 0)
			}
			// The author is the one named last; many rows name none.
			if s.creator != 0 && (d.books[b].author == 0 || s.last > lastOf[b]) {
				d.books[b].author, lastOf[b] = s.creator, s.last
			}
		}
	}
}

func (d *Dataset) albumCode(t *table, a album) uint32 {
	tag := mix(uint64(a.artist), uint64(a.name))
	c, ok := t.find(tag, func(c uint32) bool { return d.albums[c] == a })
	if !ok {
		c = uint32(len(d.albums))
		d.albums = append(d.albums, a)
		t.add(tag, c)
	}
	return c
}
