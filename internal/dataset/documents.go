package dataset

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Document describes a JSON file of a package that is no listening history:
// playlists, library, searches and whatever else Spotify hands out.
// DocumentJSON gives what it holds.
type Document struct {
	Topic    export.Topic
	Name     string // its base name in the package
	Package  string // an upload that it came in
	Modified int64  // when it was written, in Unix seconds; 0 when nobody knows
	Size     int    // bytes of JSON
	// Sum is the SHA-256 of the JSON: what tells documents apart without reading them.
	Sum [sha256.Size]byte
	// Extent is how much the JSON holds, measured when it was read in, and
	// Reading how many bytes of memory it takes at most to read it, by the account
	// of who added it.
	Extent  export.Extent
	Reading int64
}

// document is a Document with its content, compressed: most requests want none
// of it, and few want all.
type document struct {
	Document
	frame []byte // one of zstd, and behind it the extent, see appendExtent
}

// Documents lists the documents by topic, the latest written first, then by
// name. The order depends on nothing but what they hold.
func (d *Dataset) Documents() []Document {
	list := make([]Document, len(d.documents))
	for i := range d.documents {
		list[i] = d.documents[i].Document
	}
	return list
}

// DocumentJSON is the content of Documents()[i], as package export handed it
// over. Inflating takes about a millisecond a megabyte; see [Memoize].
func (d *Dataset) DocumentJSON(i int) ([]byte, error) { return d.DocumentInto(nil, i) }

// DocumentInto is DocumentJSON in the room of b, where that is large enough.
func (d *Dataset) DocumentInto(b []byte, i int) ([]byte, error) {
	if i < 0 || i >= len(d.documents) {
		return nil, fmt.Errorf("document %d of %d: there is none", i, len(d.documents))
	}
	doc := &d.documents[i]
	z, err := decompressor()
	if err != nil {
		return nil, fmt.Errorf("inflate document: %w", err)
	}
	if cap(b) < doc.Size {
		b = nil
	}
	b, err = inflate(b[:0], z, doc.frame, doc.Size)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(b) != doc.Sum {
		return nil, corrupt("document")
	}
	return b, nil
}

// AddDocument takes one document. Like the methods of a sink it must not be
// called while another of p's methods runs: where documents and plays are read
// at the same time, documents get a part of their own.
func (p *Part) AddDocument(d export.Document) error {
	z, err := compressor()
	if err != nil {
		return fmt.Errorf("keep document: %w", err)
	}
	extent, reading := d.Extent, d.Reading
	if extent == (export.Extent{}) {
		extent = export.Measure(d.JSON)
	}
	if reading == 0 {
		reading = unweighed(extent)
	}
	frame := bytes.Clone(appendExtent(z.EncodeAll(d.JSON, make([]byte, 0, len(d.JSON)/4+extentFrame)), extent, reading))
	if !p.budget.take(documentBytes + len(d.Name) + len(d.Package) + len(frame)) {
		return errTooManyDocuments
	}
	p.documents = append(p.documents, document{
		Document: Document{
			Topic: d.Topic, Name: d.Name, Package: d.Package,
			Modified: min(max(d.Modified, 0), math.MaxUint32), Size: len(d.JSON),
			Sum: sha256.Sum256(d.JSON), Extent: extent, Reading: reading,
		},
		frame: frame,
	})
	return nil
}

// compareDocuments is the order of Documents, made total.
func compareDocuments(a, b document) int {
	return cmp.Or(
		cmp.Compare(a.Topic, b.Topic),
		cmp.Compare(b.Modified, a.Modified),
		cmp.Compare(a.Name, b.Name),
		bytes.Compare(a.Sum[:], b.Sum[:]),
		cmp.Compare(a.Package, b.Package),
	)
}

// mergeDocuments is the union of the documents of base and parts by topic and content. A
// document that came several times goes by the name and the time that come
// first in the order, so the latest: that is since when nothing changed.
func mergeDocuments(base *Dataset, parts []*Part) ([]document, error) {
	var all []document
	if base != nil {
		all = append(all, base.documents...)
	}
	for _, p := range parts {
		all = append(all, p.documents...)
	}
	slices.SortFunc(all, compareDocuments)
	type identity struct {
		topic export.Topic
		sum   [sha256.Size]byte
	}
	seen := make(map[identity]struct{}, len(all))
	united := slices.DeleteFunc(all, func(d document) bool {
		id := identity{d.Topic, d.Sum}
		_, known := seen[id]
		seen[id] = struct{}{}
		return known
	})
	size := 0
	for i := range united {
		size += united[i].Size
	}
	if len(united) > maxDocuments || size > maxDocumentBytes {
		return nil, errTooManyDocuments
	}
	return united, nil
}

// appendDocuments writes what is part of the Digest.
func appendDocuments(b []byte, list []document) []byte {
	for i := range list {
		d := &list[i]
		b = appendTokens(b, []string{string(d.Topic), d.Name})
		b = binary.AppendUvarint(b, uint64(d.Modified))
		b = binary.AppendUvarint(b, uint64(d.Size))
		b = append(b, d.Sum[:]...)
	}
	return b
}

// appendFrames writes what is not: the upload a document came in, and how long
// it is compressed.
func appendFrames(b []byte, list []document) []byte {
	for i := range list {
		b = appendTokens(b, []string{list[i].Package})
		b = binary.AppendUvarint(b, uint64(len(list[i].frame)))
	}
	return b
}

// readDocuments reads both, and takes the frames from behind the sections.
// DocumentJSON checks the frame that it inflates. Of a document that was stored
// before its extent was, it is measured.
func (d *Dataset) readDocuments(c *counts, table, lengths, frames []byte) error {
	bad := corrupt("documents")
	if c.documents > len(table) {
		return bad
	}
	frames = bytes.Clone(frames) // so that the stored columns around them can go
	d.documents = make([]document, c.documents)
	size := 0
	for i := range d.documents {
		doc := &d.documents[i]
		var topic string
		var frame int
		if !readText(&table, &topic) || !readText(&table, &doc.Name) || !readText(&lengths, &doc.Package) ||
			!readNumber(&table, &doc.Modified, math.MaxUint32) || !readNumber(&table, &doc.Size, maxDocumentBytes-size) ||
			!readNumber(&lengths, &frame, len(frames)) || len(table) < len(doc.Sum) {
			return bad
		}
		doc.Topic = export.Topic(topic)
		size += doc.Size
		table = table[copy(doc.Sum[:], table):]
		doc.frame, frames = frames[:frame:frame], frames[frame:]
		if i > 0 && compareDocuments(d.documents[i-1], *doc) >= 0 {
			return bad
		}
	}
	if len(table)+len(lengths)+len(frames) > 0 {
		return bad
	}
	for i := range d.documents {
		doc := &d.documents[i]
		known := false
		if doc.Extent, doc.Reading, known = extentOf(doc.frame); known {
			continue
		}
		// What is damaged holds nothing that anybody could read.
		if json, err := d.DocumentJSON(i); err == nil {
			doc.Extent = export.Measure(json)
			doc.Reading = unweighed(doc.Extent)
			doc.frame = appendExtent(doc.frame, doc.Extent, doc.Reading)
		}
	}
	return nil
}

// MaxReading bounds what is built of all documents of a dataset, in bytes of
// memory. Package account keeps to it, and Size counts on that.
const MaxReading = 116 << 20

// unweighed is more than a document of this extent takes to read, whatever it is.
func unweighed(f export.Extent) int64 {
	return min(int64(f.Elements)*600+int64(f.Members)*550+int64(f.Text)+1, MaxReading)
}

// readingBytes is what is remembered of the documents at most.
func (d *Dataset) readingBytes() int64 {
	n := int64(0)
	for i := range d.documents {
		n += d.documents[i].Reading
	}
	return min(n, MaxReading)
}

// The extent of a document stands behind its frame, in a frame of the kind that
// every decoder of zstd skips: whoever does not know of it reads the document
// all the same.
const (
	extentMagic   = 0x184d2a53 // one of those that zstd sets aside
	extentPayload = 4 * 4
	extentFrame   = 8 + extentPayload
)

func appendExtent(b []byte, f export.Extent, reading int64) []byte {
	b = binary.LittleEndian.AppendUint32(b, extentMagic)
	b = binary.LittleEndian.AppendUint32(b, extentPayload)
	for _, n := range [...]int{f.Elements, f.Members, f.Text, int(min(reading, MaxReading))} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	return b
}

// extentOf reads what stands behind a frame; false where nothing does.
func extentOf(frame []byte) (f export.Extent, reading int64, known bool) {
	if len(frame) < extentFrame {
		return f, 0, false
	}
	b := frame[len(frame)-extentFrame:]
	number := func(i int) int { return int(binary.LittleEndian.Uint32(b[4*i:])) }
	if number(0) != extentMagic || number(1) != extentPayload {
		return f, 0, false
	}
	return export.Extent{Elements: number(2), Members: number(3), Text: number(4)}, int64(number(5)), true
}

// readText and readNumber take a value from the front of b.
func readText(b *[]byte, s *string) bool {
	var n int
	if !readNumber(b, &n, len(*b)) || n > len(*b) || !utf8.Valid((*b)[:n]) {
		return false
	}
	*s, *b = string((*b)[:n]), (*b)[n:]
	return true
}

func readNumber[T ~uint8 | ~uint32 | ~int | ~int64](b *[]byte, v *T, most T) bool {
	n, size := binary.Uvarint(*b)
	if size <= 0 || most < 0 || n > uint64(most) {
		return false
	}
	*v, *b = T(n), (*b)[size:]
	return true
}
