package dataset

import (
	"sync"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// lazy is what only some requests need, built on the first that does.
type lazy struct {
	foldOnce sync.Once
	folded   texts // names, folded for search, each followed by foldSeparator

	familyOnce sync.Once
	families   []lens.Family // of the platforms

	orderOnce sync.Once
	ordered   []uint32 // see nameOrder

	alikeOnce sync.Once
	alikes    []uint32 // see alike
	likeness  table    // of these, by what they have in common

	uriOnce sync.Once
	byURI   table // leaves

	findOnce [lens.EntityKinds]sync.Once
	findable [lens.EntityKinds]table // codes by hash of ID, but for the usual IDs of leaves

	groupOnce sync.Once
	grouped   []uint32 // see recordings
	repeated  bool     // whether a group has more than one

	memo memo
}
