package dataset

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"hash/maphash"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Entity is a thing that was played.
type Entity struct {
	By   lens.EntityKind
	ID   string // stable across uploads; safe in a URL path. Tracks and episodes with a URI: its last part
	Name string
	// Creator is the artist of a track or album, the show of an episode, the
	// author of an audiobook; CreatorID is that artist's, show's ID.
	Creator, CreatorID string
	// Collection is the album of a track, the audiobook of a chapter.
	Collection, CollectionID string
	URI                      string // empty when the package gave none
}

// leafKind is the kind of the items that are ranked one by one as things of a
// kind, export.KindUnknown for things that are groups of items.
var leafKind = [lens.EntityKinds]export.Kind{
	lens.Track: export.KindMusic, lens.Episode: export.KindPodcast, lens.Chapter: export.KindAudiobook,
}

// leafBy is what a kind's items are called in rankings.
var leafBy = [...]lens.EntityKind{
	export.KindUnknown: lens.Track, export.KindMusic: lens.Track, export.KindPodcast: lens.Episode, export.KindAudiobook: lens.Chapter,
}

// space is how things of one By are numbered: their number, and the code of
// each item, or none. Items of other kinds have none in groups; among leaves
// they are told apart by kind.
type space struct {
	n    int
	of   []uint32
	kind export.Kind // of leaves; KindUnknown for groups
}

func (d *Dataset) space(by lens.EntityKind) space {
	switch by {
	case lens.Artist:
		return space{n: len(d.artists), of: d.artistOf}
	case lens.Album:
		return space{n: len(d.albums), of: d.albumOf}
	case lens.Show:
		return space{n: len(d.shows), of: d.showOf}
	case lens.Audiobook:
		return space{n: len(d.books), of: d.bookOf}
	case lens.Track, lens.Episode, lens.Chapter:
		return space{n: d.items(), of: d.leaf, kind: leafKind[by]}
	}
	return space{}
}

// code is the code of item i, or none.
func (s *space) code(d *Dataset, i int) uint32 {
	if s.kind != export.KindUnknown && d.kinds[i] != uint8(s.kind) {
		return none
	}
	return s.of[i]
}

// entity describes the thing of that code.
func (d *Dataset) entity(by lens.EntityKind, code uint32) Entity {
	e := Entity{By: by, ID: d.id(by, code), Name: d.entityName(by, code)}
	switch by {
	case lens.Album:
		e.Creator, e.CreatorID = d.named(lens.Artist, d.albums[code].artist)
	case lens.Audiobook:
		e.Creator = d.names.at(d.books[code].author)
	case lens.Track:
		e.Creator, e.CreatorID = d.named(lens.Artist, d.artistOf[code])
		e.Collection, e.CollectionID = d.named(lens.Album, d.albumOf[code])
		if e.CollectionID == "" {
			e.Collection = d.names.at(d.shown[code].collection) // an album without an artist
		}
		e.URI = d.uri(code)
	case lens.Episode:
		e.Creator, e.CreatorID = d.named(lens.Show, d.showOf[code])
		e.URI = d.uri(code)
	case lens.Chapter:
		e.Collection, e.CollectionID = d.named(lens.Audiobook, d.bookOf[code])
		e.Creator = d.names.at(d.shown[code].creator)
		e.URI = d.uri(code)
	}
	return e
}

func (d *Dataset) named(by lens.EntityKind, code uint32) (name, id string) {
	if code == none {
		return "", ""
	}
	return d.entityName(by, code), d.id(by, code)
}

func (d *Dataset) entityName(by lens.EntityKind, code uint32) string {
	return d.names.at(d.nameCode(by, code))
}

func (d *Dataset) nameCode(by lens.EntityKind, code uint32) uint32 {
	switch by {
	case lens.Artist:
		return d.artists[code]
	case lens.Album:
		return d.albums[code].name
	case lens.Show:
		return d.shows[code]
	case lens.Audiobook:
		return d.books[code].title
	default:
		return d.shown[code].title
	}
}

func (d *Dataset) uri(item uint32) string {
	return uriPrefix[d.classes[item]] + d.uris.at(item)
}

// id is the entity's ID: the one that Spotify's links carry where a package
// gave it, else a hash of what the thing is known by. The hash must never
// change, because people keep links.
func (d *Dataset) id(by lens.EntityKind, code uint32) string {
	switch by {
	case lens.Artist:
		return hashID("artist", d.names.at(d.artists[code]))
	case lens.Album:
		a := d.albums[code]
		return hashID("album", d.names.at(d.artists[a.artist]), d.names.at(a.name))
	case lens.Show:
		return hashID("show", d.names.at(d.shows[code]))
	case lens.Audiobook:
		return hashID("audiobook", d.names.at(d.books[code].title))
	}
	switch {
	case d.classes[code] == uint8(uriNone):
		s := d.shown[code]
		return hashID("item", string('0'+rune(by)), d.names.at(s.title), d.names.at(whose(leafKind[by], s.creator, s.collection)))
	case d.hasUsualID(by, code):
		return d.uris.at(code)
	case d.apart.has(int(code)):
		return hashID("uri", d.uri(code), d.names.at(d.shown[code].title))
	default:
		return hashID("uri", d.uri(code))
	}
}

// usualClass is how Spotify spells the URIs of tracks, episodes and chapters.
func usualClass(by lens.EntityKind) uriClass {
	if by == lens.Track {
		return uriTrack
	}
	return uriEpisode
}

// hasUsualID reports whether a leaf's ID is the last part of its URI.
func (d *Dataset) hasUsualID(by lens.EntityKind, leaf uint32) bool {
	return d.classes[leaf] == uint8(usualClass(by)) && isID(d.uris.at(leaf)) && !d.apart.has(int(leaf))
}

// hashID is 64 bits of a hash of what and names, as 11 characters.
func hashID(what string, names ...string) string {
	var b [256]byte
	key := append(b[:0], what...)
	for _, n := range names {
		key = append(append(key, 0), n...)
	}
	sum := sha256.Sum256(key)
	return base64.RawURLEncoding.EncodeToString(sum[:8])
}

// Find returns the entity with that ID.
func (d *Dataset) Find(by lens.EntityKind, id string) (Entity, bool) {
	code, ok := d.find(by, id)
	if !ok {
		return Entity{}, false
	}
	return d.entity(by, code), true
}

// FindURI returns the track, episode or chapter with that URI.
func (d *Dataset) FindURI(uri string) (Entity, bool) {
	leaves := d.appendURI(nil, uri)
	if len(leaves) == 0 {
		return Entity{}, false
	}
	return d.entity(leafBy[d.kinds[leaves[0]]], leaves[0]), true
}

func (d *Dataset) find(by lens.EntityKind, id string) (code uint32, ok bool) {
	if by >= lens.EntityKinds {
		return 0, false
	}
	kind := leafKind[by]
	if kind != export.KindUnknown && isID(id) {
		var room [1]uint32
		for _, item := range d.appendItems(room[:0], usualClass(by), id) {
			if d.kinds[item] == uint8(kind) {
				return item, true
			}
		}
		return 0, false
	}
	t := &d.findable[by]
	d.findOnce[by].Do(func() {
		for c := range uint32(d.space(by).n) {
			if kind == export.KindUnknown || d.leaf[c] == c && d.kinds[c] == uint8(kind) && !d.hasUsualID(by, c) {
				t.add(uint32(xxhash.Sum64String(d.id(by, c))), c)
			}
		}
	})
	tag := uint32(xxhash.Sum64String(id))
	return t.find(tag, func(c uint32) bool { return d.id(by, c) == id })
}

// appendURI appends the tracks, episodes and chapters with that URI, in this
// order: mostly one, but chapters of audiobooks were episodes of shows once.
func (d *Dataset) appendURI(list []uint32, uri string) []uint32 {
	class, rest := splitURI(uri)
	if class == uriNone {
		return list
	}
	from := len(list)
	list = d.appendItems(list, class, rest)
	if len(list) > from+1 {
		slices.SortFunc(list[from:], func(a, b uint32) int { return cmp.Compare(d.kinds[a], d.kinds[b]) })
	}
	return list
}

// appendItems is appendURI for a URI that was split, in any order.
func (d *Dataset) appendItems(list []uint32, class uriClass, rest string) []uint32 {
	tagOf := func(class uriClass, rest string) uint32 { return uint32(maphash.String(seed, rest)) + uint32(class) }
	d.uriOnce.Do(func() {
		for i, leaf := range d.leaf {
			if class := uriClass(d.classes[i]); leaf == uint32(i) && class != uriNone && !d.apart.has(i) {
				d.byURI.add(tagOf(class, d.uris.at(leaf)), leaf)
			}
		}
	})
	tag := tagOf(class, rest)
	for item, at, ok := d.byURI.seek(tag, tag); ok; item, at, ok = d.byURI.seek(at, tag) {
		if d.classes[item] == uint8(class) && d.uris.at(item) == rest {
			list = append(list, item)
		}
	}
	return list
}
