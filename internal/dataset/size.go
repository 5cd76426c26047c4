package dataset

import "unsafe"

// Size is the memory the dataset takes at most, in bytes: what it holds now, and
// what searches, look-ups, rankings and the reading of documents build on first
// use and keep. What a query takes for its own time is not in it, see turns.
func (d *Dataset) Size() int64 { return d.loadedBytes() + d.lazyBytes() }

// loadedBytes is what the dataset takes before anybody has asked it anything.
func (d *Dataset) loadedBytes() int64 {
	size := int64(unsafe.Sizeof(*d)) + int64(bytesPerRow)*int64(cap(d.ts)) + int64(d.lateBytes)
	size += itemBytes*int64(d.items()) + int64(unsafe.Sizeof(named{}))*int64(cap(d.spellings))
	size += int64(4*cap(d.artists) + 8*cap(d.albums) + 4*cap(d.shows) + 8*cap(d.books))
	size += int64(unsafe.Sizeof(retitled{}))*int64(cap(d.retitled)+cap(d.joined)) + int64(8*cap(d.apart))
	size += d.names.size() + d.uris.size() + int64(len(d.origins)) + d.partners.size()
	for i := range d.receipt.Files {
		f := &d.receipt.Files[i]
		size += int64(unsafe.Sizeof(*f)) + int64(len(f.Package)+len(f.Name)+len(f.Sentence))
		for j := range f.Problems {
			p := &f.Problems[j]
			size += int64(unsafe.Sizeof(*p)) + int64(len(p.Key)+len(p.Sentence))
		}
	}
	for i := range d.documents {
		doc := &d.documents[i]
		size += int64(documentBytes + len(doc.Name) + len(doc.Package) + len(doc.frame))
	}
	size += 32 * int64(len(d.networks))
	for _, s := range d.platforms {
		size += 2*16 + int64(len(s)) // and its family
	}
	return size
}

// itemBytes is what an item takes besides its spellings and their names: kind,
// class, where its spellings begin, the names shown, the codes of derived.
const itemBytes = 2 + 4 + 16 + 5*4

// lazyBytes is what is built on first use, as if it were there in full.
func (d *Dataset) lazyBytes() int64 {
	size := int64(answersSize) + lazyRowBytes*int64(d.Rows()) + int64(d.items())*lazyItemBytes
	size += byThingBytes(d.Rows(), d.items(), len(d.artists))
	size += tableBytes(d.items()) * 2 // by URI, and by ID the leaves whose ID is no usual one
	for _, n := range [...]int{len(d.artists), len(d.albums), len(d.shows), len(d.books)} {
		size += tableBytes(n)
	}
	size += foldedBytes(len(d.names.blob), d.names.len()) + lazyNameBytes*int64(d.names.len()) + tableBytes(d.names.len())
	return size + d.readingBytes()
}

// lazyRowBytes is the hour of the week of a row, the day of its start, and of the
// derived layer its place in the order of starts, its first plays, twice, and half a
// byte of sessions and runs.
const lazyRowBytes = 1 + 2 + 4 + 2 + 1

// lazyItemBytes is the recording of an item, its sums of two ranges, its natural
// length, and its numbers among tracks, songs, episodes and chapters.
const lazyItemBytes = 4 + 2*int64(unsafe.Sizeof(tally{})) + 4 + 4*4

// byThingBytes is what is kept of things, those of one kind and the artists: their
// first plays with the days of these, and the groupings of so many rows by days, at most
// one a row, with where in them those of each thing are. There are at most as many
// things as items.
func byThingBytes(rows, items, artists int) int64 {
	things := int64(items + artists)
	size := (4 + 4) * things
	if rows <= keptByThing {
		size += groupings*int64(unsafe.Sizeof(Heard{}))*int64(rows) + 4*things
	}
	return size
}

// lazyNameBytes is what orders a name and tells which are alike.
const lazyNameBytes = 4 + 4

// documentBytes is what a document takes besides its frame and its names.
const documentBytes = int(unsafe.Sizeof(document{}))

// allDocumentBytes is what the documents take, and what is read of them.
func (d *Dataset) allDocumentBytes() int64 {
	size := d.readingBytes()
	for i := range d.documents {
		size += int64(documentBytes + len(d.documents[i].frame))
	}
	return size
}

// leastBytes is what Size cannot be below with so many things and names.
func leastBytes(items, spellings, names, text, uris int) int64 {
	const lazyItem = lazyItemBytes + 2*2*8
	return int64(items)*(itemBytes+4+lazyItem) + int64(spellings)*int64(unsafe.Sizeof(named{})) +
		int64(names)*(4+4+lazyNameBytes+2*8) + int64(text) + foldedBytes(text, 0) + int64(uris)
}
