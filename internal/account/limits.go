package account

import (
	"math"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// The bounds on what is read of documents. The cost of reading one lies in what
// is built of it and not in its bytes: a list of ten million nulls is a few
// hundred kilobytes in a ZIP.
//
// The bounds hold for a dataset over all its uploads. The newest documents come
// first, so that neither the order nor the number of uploads makes a difference.
// What is beyond them is counted on the receipt, and never built; the pages of
// documents show it all the same.

// A bound is how much is read of all documents of a topic, and what an element
// of them takes in memory with everything that is joined with it, texts apart.
type bound struct {
	export.Room
	each int
}

// anyNumber bounds what costs nothing to pass over.
const anyNumber = math.MaxInt / 2

// count is the part of an extent that the bound limits.
func (b bound) count(f export.Extent) int {
	if b.Values < anyNumber {
		return f.Elements + f.Members
	}
	return f.Elements
}

// most is the largest count within the bound.
func (b bound) most() int {
	if b.Values < anyNumber {
		return b.Values
	}
	return b.Elements
}

// within is a room of the topic that takes no more than so many bytes: half of
// them for elements, half for texts.
func (b bound) within(bytes int64) export.Room {
	half := int(max(bytes, 0) / 2)
	room := export.Room{Elements: half / b.each, Values: anyNumber, Text: half}
	if b.Values < anyNumber {
		room.Values = half / b.each
	}
	return room
}

// smaller is the intersection of two rooms.
func smaller(a, b export.Room) export.Room {
	return export.Room{Elements: min(a.Elements, b.Elements), Values: min(a.Values, b.Values), Text: min(a.Text, b.Text)}
}

// DocumentMemory is how many bytes of memory the reading of a document takes at most
// that holds so much, for as long as its dataset is in memory.
func DocumentMemory(t export.Topic, f export.Extent) int64 {
	b := ruleOf(t)
	w := int64(min(b.count(f), b.most()))*int64(b.each) + int64(min(f.Text, b.Text))
	if b.holds != nothing {
		w += int64(min(f.Elements+f.Members, maxPersonalFields)) * personalFieldBytes
	}
	return w
}

// TreeLimits bound a tree.
type TreeLimits struct {
	Depth    int // levels of objects and arrays
	Children int // members of one object or elements of one array
	Nodes    int // nodes in all
	Text     int // bytes of one text
}

// DisplayLimits are for a tree that a person looks at.
var DisplayLimits = TreeLimits{Depth: 12, Children: 200, Nodes: 5_000, Text: 2_000}

// wholeLimits are for reading a document, or a record of one, that Spotify
// writes: none comes near. How many of them there are is bounded by rooms.
var wholeLimits = TreeLimits{Depth: 32, Children: 1 << 17, Nodes: 1 << 17, Text: 1 << 20}

// maxShown is how much of a document the API gives, in bytes: all of any that
// Spotify writes, which begins another file long before.
const maxShown = 4 << 20

const (
	maxDepth      = 128     // brackets within each other, as package export lets pass
	maxKey        = 200     // bytes of a key in a tree or a path
	maxTexts      = 1 << 15 // different texts that are kept to be found again while reading
	maxPackages   = 64      // packages of one topic
	maxOtherLists = 100     // of a library
	maxWrapped    = 32      // years
	maxFacts      = 500     // of one document

	maxPersonalFields = 500   // of one document
	maxPersonalValues = 100   // of one field
	maxPersonalDepth  = 16    // levels in which they are looked for
	maxPersonalPath   = 300   // bytes of a path
	maxPersonal       = 3_000 // fields in all

	personalFieldBytes = 500 // what a field takes, its values apart
)
