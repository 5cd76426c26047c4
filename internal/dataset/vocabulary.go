package dataset

import (
	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// A merge first makes one vocabulary of everything that its sources mention, and
// then places rows in its terms.

// mergedItem is a thing that was played: a URI under one title, or a set of names
// without a URI.
type mergedItem struct {
	kind      export.Kind
	class     uriClass
	uri       uint32 // code of uris
	title     uint32 // where there is a URI
	track     uint32 // the first item of the URI, or itself
	next      int32  // another item of the URI, after the first; -1 for none
	spellings int32  // first in the list, -1 for none
	hash      uint64 // orders rows of the same second; the same in every process
}

type mergedSpelling struct {
	item                       uint32
	title, creator, collection uint32
	last                       uint32 // latest ts of a row that carried it
	next                       int32
}

// vocabulary is what a part, or base, calls things by.
type vocabulary struct {
	part *Part
	base *Dataset
	*meaning

	uris  []uint32    // of each item in m.uris
	names [][3]uint32 // of each spelling in m.names: title, creator, collection
}

// learn makes one vocabulary of all. Their URIs and their names have nothing to
// do with each other.
func (m *merger) learn(all []vocabulary) error {
	var g errgroup.Group
	g.Go(func() error {
		for i := range all {
			if err := all[i].learnURIs(m.uris); err != nil {
				return err
			}
		}
		return nil
	})
	g.Go(func() error {
		for i := range all {
			if err := all[i].learnNames(m.names); err != nil {
				return err
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return err
	}
	most := 0
	for i := range all {
		most += len(all[i].names)
	}
	m.uris.table, m.names.table = table{}, table{} // they are complete
	m.items, m.spellings = make([]mergedItem, 0, most), make([]mergedSpelling, 0, most)
	for i := range all {
		v := &all[i]
		if v.base != nil {
			m.spellBase(v)
			v.platforms, v.reasons = addTokens(&m.platforms, v.base.platforms), addTokens(&m.reasons, v.base.reasons)
			continue
		}
		m.spellPart(v)
		v.platforms, v.reasons = addTokens(&m.platforms, v.part.platforms.list), addTokens(&m.reasons, v.part.reasons.list)
		*v.part = Part{}
	}
	m.itemTable, m.titleTable, m.spellTab = table{}, table{}, table{}
	// Refused before it is made, whichever of the rows would be kept.
	if leastBytes(len(m.items), len(m.spellings), len(m.names.words), m.names.text.size, m.uris.text.size) > MaxBytes {
		return errTooMuchText
	}
	return nil
}

func (v *vocabulary) learnURIs(x *lexicon) (err error) {
	if v.base != nil {
		v.uris = make([]uint32, v.base.items())
		for i := range v.uris {
			if v.uris[i], err = x.code([]byte(v.base.uris.at(uint32(i)))); err != nil {
				return err
			}
		}
		return nil
	}
	v.uris = make([]uint32, v.part.items.size)
	for i := range v.uris {
		uri, _, _, _ := v.part.strings(v.part.items.at(i))
		_, id := splitURI(uri)
		if v.uris[i], err = x.code(id); err != nil {
			return err
		}
	}
	return nil
}

func (v *vocabulary) learnNames(x *lexicon) (err error) {
	if v.base != nil {
		d := v.base
		codes := make([]uint32, d.names.len())
		for i := range codes {
			if codes[i], err = x.code([]byte(d.names.at(uint32(i)))); err != nil {
				return err
			}
		}
		v.names = make([][3]uint32, len(d.spellings))
		for i := range d.spellings {
			s := &d.spellings[i]
			v.names[i] = [3]uint32{codes[s.title], codes[s.creator], codes[s.collection]}
		}
		return nil
	}
	v.names = make([][3]uint32, v.part.items.size)
	for i := range v.names {
		_, title, creator, collection := v.part.strings(v.part.items.at(i))
		for k, b := range [...][]byte{title, creator, collection} {
			if v.names[i][k], err = x.code(b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *merger) spellBase(v *vocabulary) {
	d := v.base
	v.items = make([]uint32, d.items())
	for i := range v.items {
		first := d.firstSpelling[i]
		for j := first; j < d.firstSpelling[i+1]; j++ {
			item := m.spell(export.Kind(d.kinds[i]), uriClass(d.classes[i]), v.uris[i], v.names[j], d.spellings[j].last)
			if j == first {
				v.items[i] = item // what rows played under other titles is kept with it, see retitled
			}
		}
	}
}

// spellPart takes only the names that rows refer to: a file that was given
// back leaves others behind.
func (m *merger) spellPart(v *vocabulary) {
	p := v.part
	var used []bool
	if p.stale {
		used = p.recount()
	}
	v.items = make([]uint32, p.items.size)
	for i := range v.items {
		if used != nil && !used[i] {
			continue
		}
		it := p.items.at(i)
		uri, _, _, _ := p.strings(it)
		class, _ := splitURI(uri)
		v.items[i] = m.spell(it.kind, class, v.uris[i], v.names[i], it.last)
	}
}

// addTokens adds the tokens of list to all of them and returns their codes.
func addTokens(all *[]string, list []string) []uint32 {
	codes := make([]uint32, len(list))
	index := make(map[string]uint32, len(*all)+len(list))
	for i, s := range *all {
		index[s] = uint32(i)
	}
	for i, s := range list {
		c, ok := index[s]
		if !ok {
			c = uint32(len(*all))
			*all = append(*all, s)
			index[s] = c
		}
		codes[i] = c
	}
	return codes
}

// spell returns the item of a spelling, a new one when need be. Without a URI
// each set of names is an item of its own.
func (m *merger) spell(kind export.Kind, class uriClass, uri uint32, names [3]uint32, last uint32) uint32 {
	title, creator, collection := names[0], names[1], names[2]
	who := uint64(kind)<<8 | uint64(class)
	tag := mix(uint64(title)<<32|uint64(creator), uint64(collection)<<32|uint64(uri)^who<<40)
	for c, at, ok := m.spellTab.seek(tag, tag); ok; c, at, ok = m.spellTab.seek(at, tag) {
		s := &m.spellings[c]
		it := &m.items[s.item]
		if s.title == title && s.creator == creator && s.collection == collection &&
			it.uri == uri && it.kind == kind && it.class == class {
			s.last = max(s.last, last)
			return s.item
		}
	}
	var item uint32
	if class == uriNone {
		item = uint32(len(m.items))
		m.items = append(m.items, mergedItem{
			kind: kind, class: class, track: item, next: -1, spellings: -1,
			hash: m.hash(kind, class, 0, title, creator, collection),
		})
		last = 0 // of the rows that are kept, as they are placed
		m.nameless = true
	} else {
		item = m.item(kind, class, uri, title)
	}
	c := uint32(len(m.spellings))
	m.spellings = append(m.spellings, mergedSpelling{
		item: item, title: title, creator: creator, collection: collection,
		last: last, next: m.items[item].spellings,
	})
	m.items[item].spellings = int32(c)
	m.spellTab.add(tag, c)
	return item
}

// item returns the item of a URI under one title, a new one when need be.
func (m *merger) item(kind export.Kind, class uriClass, uri, title uint32) uint32 {
	is := func(c uint32) bool {
		it := &m.items[c]
		return it.uri == uri && it.kind == kind && it.class == class
	}
	who := uint64(kind)<<8 | uint64(class)
	tag := mix(uint64(uri), who)
	first, ok := m.itemTable.find(tag, is)
	item := uint32(len(m.items))
	if !ok {
		m.itemTable.add(tag, item)
		m.items = append(m.items, mergedItem{
			kind: kind, class: class, uri: uri, title: title, track: item, next: -1, spellings: -1,
			hash: m.hash(kind, class, uri, 0, 0, 0),
		})
		return item
	}
	if m.items[first].title == title {
		return first
	}
	tag = mix(uint64(title)<<32|uint64(uri), who)
	if c, ok := m.titleTable.find(tag, func(c uint32) bool { return m.items[c].title == title && is(c) }); ok {
		return c
	}
	m.titleTable.add(tag, item)
	of := &m.items[first]
	added := *of
	added.title, added.track, added.spellings = title, first, -1
	of.next = int32(item)
	m.items = append(m.items, added)
	return item
}

// hash is the same for rows that may be one: it covers the URI, or without one
// the names that are compared.
func (m *merger) hash(kind export.Kind, class uriClass, uri, title, creator, collection uint32) uint64 {
	var b [128]byte
	key := append(b[:0], byte(kind), byte(class))
	if class != uriNone {
		return xxhash.Sum64(append(key, m.uris.at(uri)...))
	}
	key = append(append(key, m.names.at(title)...), 0)
	key = append(key, m.names.at(whose(kind, creator, collection))...)
	return xxhash.Sum64(key)
}

// whose is the name that, with the title, tells things without a URI apart: the
// artist of a track, the show of an episode, the audiobook of a chapter.
func whose(kind export.Kind, creator, collection uint32) uint32 {
	if kind == export.KindPodcast || kind == export.KindAudiobook {
		return collection
	}
	return creator
}
