package dataset

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// The stored form:
//
//	magic and version       5 bytes
//	counts                  uvarints: rows, items, spellings, names, platforms, reasons, documents
//	table                   of each section: its length raw and stored, uvarints
//	sections                one zstd frame each, one behind the other
//	documents               one zstd frame each, left alone until someone asks
//
// Columns of rows are stored as distances from a prediction (see predict.go), split
// into planes: all lowest bytes, then all second bytes, … Most planes are then
// nearly constant, and both directions are loops without branches.
//
// A dataset with rows of unknown length is of version 3. Any other is stored as
// version 2, so that instances of earlier versions read it.
const (
	format              = "SDTD"
	versionKnownLengths = 2
	version             = 3
	magicLen            = len(format) + 1
)

// The sections, in the order in which they are stored.
const (
	sectionItem = iota
	sectionMs
	sectionTS
	sectionLead
	sectionPlatform
	sectionCountry
	sectionFlags
	sectionReasons
	sectionItems
	sectionURIs
	sectionSpellings
	sectionNames
	sectionTokens
	sectionDocuments
	sectionOrigins // this and what follows is no part of the Digest
	sectionFrames
	sectionNetworks
	sectionReceipt
	sections
)

// counts is what the header says.
type counts struct {
	rows, items, spellings, names, platforms, reasons, documents int
}

func (c *counts) fields() []*int {
	return []*int{&c.rows, &c.items, &c.spellings, &c.names, &c.platforms, &c.reasons, &c.documents}
}

func (d *Dataset) counts() counts {
	return counts{d.Rows(), d.items(), len(d.spellings), d.names.len(), len(d.platforms), len(d.reasons), len(d.documents)}
}

// check bounds what a header may claim.
func (c *counts) check() error {
	switch {
	case c.rows > maxRows, c.items > c.rows, c.spellings < c.items, c.spellings > maxRows,
		c.names < 1, c.names > 3*c.spellings+1,
		c.platforms < 1, c.platforms > 1<<16, c.reasons < 1, c.reasons > 1<<8,
		c.documents > maxDocuments:
		return corrupt("counts")
	}
	return nil
}

// fixed is the raw length of a section, or -1 where it varies.
func (c *counts) fixed(section int) int {
	switch section {
	case sectionItem, sectionMs, sectionTS, sectionLead:
		return 4 * c.rows
	case sectionPlatform, sectionCountry, sectionFlags, sectionReasons:
		return 2 * c.rows
	case sectionItems:
		return 2 * c.items
	}
	return -1
}

// maxSection bounds a section whose length varies: the text of all names, and
// where they end.
const maxSection = maxText + maxText/2

func corrupt(what string) error { return fmt.Errorf("%w: %s", ErrCorrupt, what) }

// Frames are made and read whole, so one coder of each kind serves everyone.
var (
	compressor = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest),
			zstd.WithWindowSize(1<<20),   // what repeats is near, and each coder holds two windows
			zstd.WithSingleSegment(true)) // so that every frame says how long it is
	})
	decompressor = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(1<<31),
			zstd.WithDecoderConcurrency(runtime.GOMAXPROCS(0)))
	})
)

// Encode returns the dataset as one blob: a versioned header, a table of
// sections, zstd-compressed columns. The same dataset gives the same bytes.
func (d *Dataset) Encode() ([]byte, error) { return d.AppendTo(nil, 0) }

// AppendTo appends what Encode returns to b, with room for spare bytes behind
// it: a large dataset is sealed where it lies.
func (d *Dataset) AppendTo(b []byte, spare int) ([]byte, error) {
	z, err := compressor()
	if err != nil {
		return nil, fmt.Errorf("encode dataset: %w", err)
	}
	var raw [sections]int
	var stored [sections][]byte
	var next atomic.Int64
	var g errgroup.Group
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() error {
			var section, frame []byte // one after the other in the same room
			for {
				s := int(next.Add(1)) - 1
				if s >= sections {
					return nil
				}
				var err error
				if section, err = d.section(section[:0], s); err != nil {
					return err
				}
				if len(section) > 0 {
					raw[s] = len(section)
					if cap(frame) < len(section)/2 {
						frame = make([]byte, 0, len(section)/2)
					}
					frame = z.EncodeAll(section, frame[:0])
					stored[s] = bytes.Clone(frame)
				}
			}
		})
	}
	if err := cmp.Or(g.Wait(), d.Err()); err != nil {
		return nil, fmt.Errorf("encode dataset: %w", err)
	}
	head := append([]byte(format), d.version())
	counts := d.counts()
	for _, f := range counts.fields() {
		head = binary.AppendUvarint(head, uint64(*f))
	}
	total := 0
	for s := range sections {
		head = binary.AppendUvarint(head, uint64(raw[s]))
		head = binary.AppendUvarint(head, uint64(len(stored[s])))
		total += len(stored[s])
	}
	for i := range d.documents {
		total += len(d.documents[i].frame)
	}
	b = append(make([]byte, 0, len(b)+len(head)+total+spare), b...)
	b = append(b, head...)
	// Side by side, because memory is touched for the first time.
	var copies sync.WaitGroup
	for _, frame := range stored {
		into := b[len(b) : len(b)+len(frame)]
		b = b[:len(b)+len(frame)]
		copies.Go(func() { copy(into, frame) })
	}
	copies.Wait()
	for i := range d.documents {
		b = append(b, d.documents[i].frame...)
	}
	return b, nil
}

// version is the earliest that reads d rightly.
func (d *Dataset) version() byte {
	if d.unknownLengths > 0 {
		return version
	}
	return versionKnownLengths
}

// Digest is a fingerprint of the plays, of everything they mention, and of the
// documents. It says nothing of which uploads brought them: the same plays and
// documents have the same Digest in however many uploads they came.
func (d *Dataset) Digest() [32]byte {
	h := sha256.New()
	counts := d.counts()
	for _, f := range counts.fields() {
		_ = binary.Write(h, binary.LittleEndian, uint64(*f)) // a hash takes everything
	}
	var b []byte
	for s := range sectionOrigins {
		var err error
		if b, err = d.section(b[:0], s); err != nil {
			panic(err) // only the receipt's can fail, and it is not among these
		}
		h.Write(b)
	}
	return [32]byte(h.Sum(nil))
}

// section makes one section in its raw form, in the room of b, which is empty.
func (d *Dataset) section(b []byte, s int) ([]byte, error) {
	counts := d.counts()
	if n := counts.fixed(s); n >= 0 {
		b = slices.Grow(b, n)[:n]
	}
	switch s {
	case sectionItem:
		predictItems(planesOf(b), d.item, d.items())
	case sectionMs:
		predictMs(planesOf(b), d.ms, d.item, d.items())
	case sectionTS:
		predictTS(planesOf(b), d.ts, d.ms)
	case sectionLead:
		predictLead(planesOf(b), d.lead(), d.ms)
	case sectionPlatform:
		planes16(b, d.platform())
	case sectionCountry:
		planes16(b, d.country())
	case sectionFlags:
		planes16(b, d.flags())
	case sectionReasons:
		copy(b[copy(b, d.begin()):], d.end())
	case sectionItems:
		copy(b[copy(b, d.kinds):], d.classes)
	case sectionURIs:
		b = appendTexts(b, &d.uris)
	case sectionSpellings:
		b = d.appendSpellings(b)
	case sectionNames:
		b = appendTexts(b, &d.names)
	case sectionTokens:
		b = appendTokens(appendTokens(b, d.platforms), d.reasons)
	case sectionDocuments:
		b = appendDocuments(b, d.documents)
	case sectionFrames:
		b = appendFrames(b, d.documents)
	case sectionNetworks:
		b = appendNetworks(b, d.networks)
	case sectionOrigins:
		b = append(b, d.origins...)
	default:
		receipt, err := json.Marshal(storedReceipt{forMerges{d.rules, d.partners.append(nil), appendRetitled(nil, d.retitled)}, d.receipt})
		return append(b, receipt...), err
	}
	return b, nil
}

// Decode reads what Encode wrote. What a later version wrote gives ErrVersion;
// any other input gives ErrCorrupt, never a panic and never memory beyond a small
// multiple of what the header justifies.
func Decode(b []byte) (*Dataset, error) {
	z, err := decompressor()
	if err != nil {
		return nil, fmt.Errorf("decode dataset: %w", err)
	}
	h, err := readHeader(b)
	if err != nil {
		return nil, err
	}
	d, c := &Dataset{}, &h.counts
	var documents []byte
	// Every task checks what it reads, so none depends on another.
	tasks := [][]step{
		{
			{sectionItem, into(&d.item, func(b []byte) ([]uint32, error) { return unpredictItems(b, c.items) })},
			{sectionMs, into(&d.ms, func(b []byte) ([]uint32, error) { return unpredictMs(b, d.item, c.items) })},
			{sectionTS, into(&d.ts, func(b []byte) ([]uint32, error) { return unpredictTS(b, d.ms) })},
		},
		{
			{sectionItems, func(b []byte) error {
				b = bytes.Clone(b)
				d.kinds, d.classes = b[:c.items:c.items], b[c.items:]
				return nil
			}},
			{sectionURIs, into(&d.uris, func(b []byte) (texts, error) { return readTexts(b, c.items) })},
			{sectionNames, func(b []byte) error { return d.readNames(b, c) }},
			{sectionSpellings, func(b []byte) error { return d.readSpellings(b, c) }},
		},
		{
			{sectionDocuments, into(&documents, func(b []byte) ([]byte, error) { return bytes.Clone(b), nil })},
			{sectionFrames, func(b []byte) error { return d.readDocuments(c, documents, b, h.rest) }},
			{sectionNetworks, into(&d.networks, readNetworks)},
			{sectionTokens, func(b []byte) error { return d.readTokens(b, c) }},
		},
		{
			{sectionReceipt, func(b []byte) error { return d.readReceipt(b, c) }},
			{sectionOrigins, func(b []byte) error {
				d.origins = bytes.Clone(b)
				return d.origins.walk(c.rows, len(d.receipt.Files), func(span) {}, func(double) {})
			}},
		},
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, steps := range tasks {
		g.Go(func() error {
			// Sections are inflated one after the other in the same room: memory that is
			// touched for the first time costs as much as what is read there.
			room := rooms.Get().(*[]byte)
			defer rooms.Put(room)
			for _, s := range steps {
				b, err := inflateWithin(room, z, h.stored[s.section], h.raw[s.section])
				if err != nil {
					return err
				}
				if err := s.read(b); err != nil {
					return err
				}
			}
			return nil
		})
	}
	g.Go(func() error {
		d.readDetails(&h, z)
		return nil
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := d.index(); err != nil {
		return nil, err
	}
	return d, nil
}

// step is the reading of one section. What it is given stands until the next.
type step struct {
	section int
	read    func(b []byte) error
}

// into is the reading of a section that makes a value.
func into[T any](v *T, read func(b []byte) (T, error)) func(b []byte) error {
	return func(b []byte) (err error) {
		*v, err = read(b)
		return err
	}
}

var rooms = sync.Pool{New: func() any { return new([]byte) }}

// inflateWithin inflates into a room, which grows where it is too small.
func inflateWithin(room *[]byte, z *zstd.Decoder, stored []byte, length int) ([]byte, error) {
	b, err := inflate((*room)[:0], z, stored, length)
	if cap(b) > cap(*room) {
		*room = b
	}
	return b, err
}

// storedReceipt is what the receipt's section holds. All but the receipt itself
// is in it because earlier versions read past them there: while instances are
// renewed one after the other they go on reading what this one stores.
type storedReceipt struct {
	forMerges
	*export.Receipt
}

// forMerges is what later merges must know.
type forMerges struct {
	Rules    int    `json:"rules"`              // absent in datasets that were read by the first
	Partners []byte `json:"partners,omitempty"` // see partners
	Retitled []byte `json:"retitled,omitempty"` // see retitled
}

// readReceipt reads what storedReceipt says.
func (d *Dataset) readReceipt(b []byte, c *counts) (err error) {
	if d.receipt, err = export.DecodeReceipt(b); err != nil {
		return corrupt("receipt")
	}
	var stored forMerges
	if err := json.Unmarshal(b, &stored); err != nil {
		return corrupt("rules")
	}
	d.rules = max(stored.Rules, 1)
	if d.partners, err = readPartners(stored.Partners, c.rows, len(d.receipt.Files)); err != nil {
		return err
	}
	d.retitled, err = readRetitled(stored.Retitled, c.items)
	return err
}

// header is what stands before the sections, and where these are.
type header struct {
	counts
	raw    [sections]int    // length of each section, inflated
	stored [sections][]byte // as it is stored
	rest   []byte           // what follows the sections
}

func readHeader(b []byte) (h header, err error) {
	if len(b) > len(format) && string(b[:len(format)]) == format && b[len(format)] > version {
		return h, ErrVersion
	}
	if len(b) < magicLen || string(b[:len(format)]) != format || b[len(format)] < versionKnownLengths {
		return h, corrupt("header")
	}
	b = b[magicLen:]
	for _, f := range h.fields() {
		if !readNumber(&b, f, 4*maxRows) {
			return h, corrupt("counts")
		}
	}
	if err := h.check(); err != nil {
		return h, err
	}
	var length [sections]int
	for s := range sections {
		ok := readNumber(&b, &h.raw[s], maxSection) && readNumber(&b, &length[s], len(b))
		if want := h.fixed(s); !ok || want >= 0 && h.raw[s] != want {
			return h, corrupt("table of sections")
		}
	}
	for s := range sections {
		if length[s] > len(b) {
			return h, corrupt("table of sections")
		}
		h.stored[s], b = b[:length[s]:length[s]], b[length[s]:]
	}
	h.rest = b
	return h, nil
}

// DecodingBytes is how much memory it takes at most to decode what Encode wrote,
// b itself included, and to ask the dataset whatever its pages ask: the reading
// of documents apart, of which [Dataset.Size] knows.
func DecodingBytes(b []byte) (int64, error) {
	h, err := readHeader(b)
	if err != nil {
		return 0, err
	}
	need := int64(len(b)) + int64(len(h.rest))
	for _, n := range h.raw {
		need += int64(n)
	}
	need += int64(h.rows)*(bytesPerRow+lazyRowBytes) + byThingBytes(h.rows, h.items, h.items) + leastBytes(h.items, h.spellings, h.names, h.raw[sectionNames], h.raw[sectionURIs])
	need += 4*tableBytes(h.items) + tableBytes(h.names) + int64(8*h.raw[sectionReceipt]) + int64(h.documents*documentBytes)
	return need + answersSize, nil
}

// inflateSlack is room behind what a frame holds. With it the decoder copies in
// wide steps, which takes half the time.
const inflateSlack = 64

// inflate inflates into the room of b, which is empty, or makes some where that is
// too small. It gives out memory only when the frame itself promises that many bytes.
func inflate(b []byte, z *zstd.Decoder, stored []byte, length int) ([]byte, error) {
	if length == 0 {
		if len(stored) > 0 {
			return nil, corrupt("length of a section")
		}
		return nil, nil
	}
	var h zstd.Header
	if err := h.Decode(stored); err != nil || !h.HasFCS || h.FrameContentSize != uint64(length) {
		return nil, corrupt("length of a section")
	}
	if cap(b) < length {
		b = make([]byte, 0, length+inflateSlack)
	}
	out, err := z.DecodeAll(stored, b)
	if err != nil || len(out) != length {
		return nil, corrupt("section")
	}
	return out, nil
}
