package dataset

import (
	"encoding/binary"
	"math"
	"slices"
	"unsafe"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// partners is what a later merge must know of the account rows that were left
// out: without it another order of uploads would give another dataset. Only
// merges read it.
type partners struct {
	taken []uint32     // rows whose partner by name is in an account package, ascending
	loose []accountRow // account rows whose partner has another name, in order of time
}

// accountRow is a row of an account package that is not among the rows of the
// dataset.
type accountRow struct {
	ts, ms                     uint32
	file                       uint32
	kind                       export.Kind
	title, creator, collection string
}

// looseRowBytes is what one takes besides its names.
const looseRowBytes = int64(unsafe.Sizeof(accountRow{}))

// matched is about how many account rows have a partner.
func (p *partners) matched() int {
	n := len(p.taken)
	for i := range p.loose {
		if a, b := &p.loose[i], &p.loose[max(i-1, 0)]; i == 0 || a.ts != b.ts || a.ms != b.ms || a.title != b.title || a.creator != b.creator {
			n++
		}
	}
	return n
}

func (p *partners) size() int64 {
	n := 4 * int64(cap(p.taken))
	for i := range p.loose {
		r := &p.loose[i]
		n += looseRowBytes + int64(len(r.title)+len(r.creator)+len(r.collection))
	}
	return n
}

// append writes p; nothing where there is nothing to tell.
func (p *partners) append(b []byte) []byte {
	if len(p.taken)+len(p.loose) == 0 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(len(p.taken)))
	before := uint32(0)
	for _, row := range p.taken {
		b = binary.AppendUvarint(b, uint64(row-before))
		before = row
	}
	before = 0
	for i := range p.loose {
		r := &p.loose[i]
		for _, v := range [...]uint32{r.ts - before, r.ms, r.file, uint32(r.kind)} {
			b = binary.AppendUvarint(b, uint64(v))
		}
		b = appendTokens(b, []string{r.title, r.creator, r.collection})
		before = r.ts
	}
	return b
}

// readPartners reads what append wrote, of a dataset of so many rows and files.
func readPartners(b []byte, rows, files int) (p partners, err error) {
	bad := corrupt("partners of rows")
	if len(b) == 0 {
		return p, nil
	}
	var n int
	if !readNumber(&b, &n, rows) || n > len(b) {
		return p, bad
	}
	p.taken = make([]uint32, n)
	row := 0
	for i := range p.taken {
		var d int
		if !readNumber(&b, &d, rows-1-row) || d == 0 && i > 0 {
			return p, bad
		}
		row += d
		p.taken[i] = uint32(row)
	}
	ts := uint32(0)
	for len(b) > 0 {
		var r accountRow
		if !readNumber(&b, &r.ts, math.MaxUint32-ts) || !readNumber(&b, &r.ms, math.MaxUint32) || !readNumber(&b, &r.file, math.MaxUint32) ||
			!readNumber(&b, &r.kind, export.KindAudiobook) || !readText(&b, &r.title) || !readText(&b, &r.creator) || !readText(&b, &r.collection) ||
			int(r.file) >= files || len(p.loose) >= maxRows {
			return p, bad
		}
		ts += r.ts
		r.ts = ts
		p.loose = append(p.loose, r)
	}
	return p, nil
}

// looseSource is the rows that base had left out and that are decided about anew,
// and what they mention.
func looseSource(base *Dataset) (*source, *Part, error) {
	s, p := &source{meaning: &meaning{}}, NewPart()
	for i := range base.partners.loose {
		r := &base.partners.loose[i]
		item, err := p.item(&export.Play{Kind: r.kind, Title: []byte(r.title), Creator: []byte(r.creator), Collection: []byte(r.collection)})
		if err != nil {
			return nil, nil, err
		}
		s.files = append(s.files, r.file)
		s.add(row{
			ts: r.ts, ms: r.ms, item: item, lead: accountLead(r.ms),
			country: unknownCountry, flags: flagAccount,
		})
	}
	return s, p, nil
}

// accountLead is how long before its time a row of an account package began.
func accountLead(ms uint32) int32 { return int32(min(ms/1000, maxLead)) }

// addLoose collects a row that is left out for a partner of another name.
func (p *deduper) addLoose(c *candidate, ts, file uint32) {
	it := &p.merger.items[c.item]
	s := &p.spellings[it.spellings]
	size := len(p.names.at(s.title)) + len(p.names.at(s.creator)) + len(p.names.at(s.collection))
	if p.merger.looseBytes.Add(looseRowBytes+int64(size)) > maxLooseBytes {
		return // the merge is refused
	}
	p.left.loose = append(p.left.loose, accountRow{
		ts: ts, ms: c.ms, file: file, kind: it.kind,
		title: string(p.names.at(s.title)), creator: string(p.names.at(s.creator)), collection: string(p.names.at(s.collection)),
	})
}

// follow goes on with what is known of the rows from first on.
func (p *partners) follow(later *partners, first int) {
	p.taken = slices.Grow(p.taken, len(later.taken))
	for _, row := range later.taken {
		p.taken = append(p.taken, row+uint32(first))
	}
	p.loose = append(p.loose, later.loose...)
}
