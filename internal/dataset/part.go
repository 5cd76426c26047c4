package dataset

import (
	"hash/maphash"
	"math"
	"unsafe"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// row is a play as a Part keeps it. Its codes are local to the part.
type row struct {
	ts, ms   uint32
	item     uint32 // index into Part.items
	lead     int32  // seconds from start to ts
	platform uint16
	country  uint16
	flags    uint16
	begin    uint8 // reason_start
	end      uint8 // reason_end
}

// The bits of row.flags. The four tri-states take two bits each.
const (
	flagVideo   = 1 << 0
	flagAccount = 1 << 1

	shiftShuffle   = 2
	shiftSkipped   = 4
	shiftOffline   = 6
	shiftIncognito = 8
	flagBits       = 10
)

// A lead is bounded by what makes a client's clock sane: not after the end of the
// play, less than thirty days before it.
const maxLead = 30 * 86400

// spelling is a thing that was played under one set of names. A URI that
// carried two names over time has two spellings. Its four strings lie one
// behind the other in Part.text, so that comparing them touches one place.
type spelling struct {
	text                            uint32 // where the first begins
	uri, title, creator, collection uint16 // lengths
	kind                            export.Kind
	last                            uint32 // latest ts of a row that carried it
}

// Part collects the plays and documents of one import worker. It implements [export.Sink].
// NewPart makes one; Merge consumes it.
type Part struct {
	runs []run // of the files that were kept
	file run   // the one being read

	text  arena
	items list[spelling]
	stale bool  // a file was given back, so that items may say last of rows that are gone
	table table // of items: by URI, or by all names where there is none

	platforms, reasons tokens

	networks  networks
	documents []document

	budget *Budget
	err    error // what a method without an error of its own ran into
}

var _ export.Sink = (*Part)(nil)

// NewPart makes an empty part with a budget of its own, that of a whole dataset.
func NewPart() *Part { return NewBudget(MaxBytes, nil).NewPart() }

// Begin says that the plays that follow come from r.Files[file] of the receipt.
func (p *Part) Begin(file int) { p.file.file = file }

// End closes the file. With keep false its plays are forgotten; names that only
// they used stay behind until the merge, which takes what rows refer to.
func (p *Part) End(keep bool) {
	p.networks.end(keep)
	if keep {
		// The rows of the last block move out of it, and a file out of order is
		// sorted beside itself.
		moved, sorting := p.file.size%blockRows*rowBytes, 0
		if p.file.mixed {
			sorting = p.file.size * (rowBytes + 2*8)
		}
		if !p.budget.take(moved + sorting) {
			p.err = errTooManyRows
			p.file.reset()
			return
		}
		p.runs = append(p.runs, p.file.close())
		p.budget.give(sorting)
		return
	}
	p.stale = p.stale || p.file.size > 0
	p.budget.give(max(len(p.file.blocks)-1, 0) * blockRows * rowBytes) // one serves again
	p.file.reset()
}

// recount finds the latest ts of each item anew, and which items have rows.
func (p *Part) recount() (used []bool) {
	used = make([]bool, p.items.size)
	for i := range used {
		p.items.at(i).last = 0
	}
	for _, r := range p.runs {
		for _, block := range r.blocks {
			for i := range block {
				r := &block[i]
				it := p.items.at(int(r.item))
				it.last = max(it.last, r.ts)
				used[r.item] = true
			}
		}
	}
	return used
}

// Add takes one play.
func (p *Part) Add(play *export.Play) error {
	if p.err != nil {
		return p.err
	}
	if p.file.full() && !p.budget.take(blockRows*rowBytes) {
		return errTooManyRows
	}
	item, err := p.item(play)
	if err != nil {
		return err
	}
	ts := min(max(play.TS, 0), math.MaxUint32)
	flags := triBits(play.Shuffle)<<shiftShuffle | triBits(play.Skipped)<<shiftSkipped |
		triBits(play.Offline)<<shiftOffline | triBits(play.Incognito)<<shiftIncognito
	if play.Video {
		flags |= flagVideo
	}
	ms := min(play.MS, unknownLength-1)
	if play.UnknownLength {
		ms = unknownLength
	}
	if play.Source == export.SourceAccount {
		flags |= flagAccount
		if !play.UnknownLength {
			ts -= ts % 60
		}
	}
	lead := ts - play.Start
	if lead < 0 || lead > maxLead {
		lead = min(Ms(ms)/1000, maxLead)
	}
	it := p.items.at(int(item))
	it.last = max(it.last, uint32(ts))
	tokens := p.platforms.bytes + p.reasons.bytes
	p.file.add(row{
		ts: uint32(ts), ms: ms, item: item, lead: int32(lead),
		platform: uint16(p.platforms.code(play.Platform)),
		country:  countryCode(play.Country),
		flags:    flags,
		begin:    uint8(p.reasons.code(play.ReasonStart)),
		end:      uint8(p.reasons.code(play.ReasonEnd)),
	})
	if more := p.platforms.bytes + p.reasons.bytes - tokens; more > 0 && !p.budget.take(more) {
		return errTooMuchText
	}
	if p.networks.add(ts, play.Address) && !p.budget.take(networkBytes) {
		return errTooMuchText
	}
	return nil
}

// maxSpellings is how many spellings of one URI are searched one by one. A file
// made to hurt could bring millions; those beyond are filed by all their names.
const maxSpellings = 8

// item returns the code of what was played. Nearly every row names a URI seen
// before under the very same names: one hash and four comparisons.
func (p *Part) item(play *export.Play) (uint32, error) {
	kind := play.Kind
	if kind > export.KindAudiobook {
		kind = export.KindUnknown
	}
	var tag uint32
	if len(play.URI) > 0 {
		tag = uint32(maphash.Bytes(seed, play.URI))
		c, tried, ok := p.find(tag, kind, play, maxSpellings)
		if ok {
			return c, nil
		}
		if tried == maxSpellings {
			tag ^= namesTag(play)
			if c, _, ok := p.find(tag, kind, play, math.MaxInt); ok {
				return c, nil
			}
		}
	} else {
		tag = namesTag(play)
		if c, _, ok := p.find(tag, kind, play, math.MaxInt); ok {
			return c, nil
		}
	}
	uri, title, creator, collection := short(play.URI), short(play.Title), short(play.Creator), short(play.Collection)
	more := p.text.more(len(uri)+len(title)+len(creator)+len(collection)) + p.table.more() + mergeBytesPerItem
	if p.items.full() {
		more += blockRows * spellingBytes
	}
	if p.text.size > maxText || p.items.size >= maxRows || !p.budget.take(more) {
		return 0, errTooMuchText
	}
	s := spelling{
		kind: kind,
		uri:  uint16(len(uri)), title: uint16(len(title)), creator: uint16(len(creator)), collection: uint16(len(collection)),
		text: p.text.add(uri, title, creator, collection),
	}
	c := uint32(p.items.size)
	p.items.add(s)
	p.table.add(tag, c)
	return c, nil
}

// What a row and a spelling take.
const (
	rowBytes      = int(unsafe.Sizeof(row{}))
	spellingBytes = int(unsafe.Sizeof(spelling{}))
)

// short is b, or nothing when it is 64 KiB or longer. The reader cuts strings
// far below.
func short(b []byte) []byte {
	if len(b) > math.MaxUint16 {
		return nil
	}
	return b
}

// strings returns the four strings of a spelling.
func (p *Part) strings(s *spelling) (uri, title, creator, collection []byte) {
	b := p.text.at(s.text)
	uri, b = b[:s.uri], b[s.uri:]
	title, b = b[:s.title], b[s.title:]
	creator, b = b[:s.creator], b[s.creator:]
	return uri, title, creator, b[:s.collection]
}

// find looks for the spelling of play under tag, among limit candidates.
func (p *Part) find(tag uint32, kind export.Kind, play *export.Play, limit int) (code uint32, tried int, ok bool) {
	for c, at, ok := p.table.seek(tag, tag); ok && tried < limit; c, at, ok = p.table.seek(at, tag) {
		s := p.items.at(int(c))
		uri, title, creator, collection := p.strings(s)
		if string(uri) == string(play.URI) && string(title) == string(play.Title) &&
			string(creator) == string(play.Creator) && string(collection) == string(play.Collection) &&
			s.kind == kind {
			return c, tried, true
		}
		tried++
	}
	return 0, tried, false
}

func namesTag(play *export.Play) uint32 {
	return mix(maphash.Bytes(seed, play.Title)^3*maphash.Bytes(seed, play.Collection), maphash.Bytes(seed, play.Creator))
}

func triBits(t export.Tri) uint16 {
	if t > export.True {
		return 0
	}
	return uint16(t)
}

// A country is two letters packed into 16 bits. What is not two letters is ZZ,
// which is how Spotify writes an unknown country.
const unknownCountry = 'Z'<<8 | 'Z'

func countryCode(b []byte) uint16 {
	if len(b) != 2 {
		return unknownCountry
	}
	x, y := b[0]&^0x20, b[1]&^0x20
	if x < 'A' || x > 'Z' || y < 'A' || y > 'Z' {
		return unknownCountry
	}
	return uint16(x)<<8 | uint16(y)
}

func countryName(c uint16) string { return string([]byte{byte(c >> 8), byte(c)}) }
