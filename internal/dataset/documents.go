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
}

// document is a Document with its content, compressed: most requests want none
// of it, and few want all.
type document struct {
	Document
	sum   [sha256.Size]byte // of the JSON
	frame []byte
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
// over. Inflating takes about a millisecond a megabyte; see [Remember].
func (d *Dataset) DocumentJSON(i int) ([]byte, error) {
	if i < 0 || i >= len(d.documents) {
		return nil, fmt.Errorf("document %d of %d: there is none", i, len(d.documents))
	}
	doc := &d.documents[i]
	z, err := decompressor()
	if err != nil {
		return nil, fmt.Errorf("inflate document: %w", err)
	}
	b, err := inflate(z, doc.frame, doc.Size)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(b) != doc.sum {
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
	p.documents = append(p.documents, document{
		Document: Document{
			Topic: d.Topic, Name: d.Name, Package: d.Package,
			Modified: min(max(d.Modified, 0), math.MaxUint32), Size: len(d.JSON),
		},
		sum:   sha256.Sum256(d.JSON),
		frame: bytes.Clone(z.EncodeAll(d.JSON, make([]byte, 0, len(d.JSON)/4))),
	})
	return nil
}

// compareDocuments is the order of Documents, made total.
func compareDocuments(a, b document) int {
	return cmp.Or(
		cmp.Compare(a.Topic, b.Topic),
		cmp.Compare(b.Modified, a.Modified),
		cmp.Compare(a.Name, b.Name),
		bytes.Compare(a.sum[:], b.sum[:]),
		cmp.Compare(a.Package, b.Package),
	)
}

// unite is the union of the documents of base and parts by topic and content. A
// document that came several times goes by the name and the time that come
// first in the order, so the latest: that is since when nothing changed.
func unite(base *Dataset, parts []*Part) ([]document, error) {
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
		id := identity{d.Topic, d.sum}
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
		b = append(b, d.sum[:]...)
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

// readDocuments reads both, and takes the frames from behind the sections. It
// looks into no frame: DocumentJSON checks the one it inflates.
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
		var modified, length, frame uint64
		ok := readText(&table, &topic) && readText(&table, &doc.Name) && readText(&lengths, &doc.Package) &&
			readNumber(&table, &modified) && readNumber(&table, &length) && readNumber(&lengths, &frame)
		if !ok || modified > math.MaxUint32 || length > uint64(maxDocumentBytes-size) ||
			frame > uint64(len(frames)) || len(table) < len(doc.sum) {
			return bad
		}
		doc.Topic, doc.Modified, doc.Size = export.Topic(topic), int64(modified), int(length)
		size += doc.Size
		table = table[copy(doc.sum[:], table):]
		doc.frame, frames = frames[:frame:frame], frames[frame:]
		if i > 0 && compareDocuments(d.documents[i-1], *doc) >= 0 {
			return bad
		}
	}
	if len(table)+len(lengths)+len(frames) > 0 {
		return bad
	}
	return nil
}

// readText and readNumber take a value from the front of b.
func readText(b *[]byte, s *string) bool {
	var n uint64
	if !readNumber(b, &n) || n > uint64(len(*b)) || !utf8.Valid((*b)[:n]) {
		return false
	}
	*s, *b = string((*b)[:n]), (*b)[n:]
	return true
}

func readNumber(b *[]byte, v *uint64) bool {
	var n int
	*v, n = binary.Uvarint(*b)
	if n <= 0 {
		return false
	}
	*b = (*b)[n:]
	return true
}
