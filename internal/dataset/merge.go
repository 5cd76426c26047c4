package dataset

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Merge makes a new dataset of base (nil for none) and parts by the rules of
// "Merging packages without counting twice": the same rows give the same
// dataset in whatever order and in however many uploads they come. It fills in
// Kept, Duplicate and Elsewhere of r's files (and moves counts of base's files
// when a row of theirs turns out to be covered by the new ones), and the new
// dataset's Receipt holds base's files followed by r's. Parts are consumed:
// their memory is released while merging. base is not changed.
//
// The rules, and why order does not matter:
//
//   - Extended rows are one when ts, length and URI agree. One without a URI (as
//     the first packages had them) is one with a row of a URI that ever carried
//     its names; the row with the URI stays. Names of a URI are never forgotten.
//   - Account rows are one when minute, names and length agree, and are left out
//     where the extended history covers them, see [coverage].
//   - Of equal rows one is kept whole, chosen by what they hold; which file is
//     credited with it depends on what came first, how many are kept does not.
//   - Documents are one when topic and content agree, see [unite].
//   - Rows are ordered by ts, length and a hash of what was played; everything
//     else is numbered in the order in which rows mention it.
func Merge(base *Dataset, parts []*Part, r *export.Receipt) (*Dataset, error) {
	documents, err := unite(base, parts)
	if err != nil {
		return nil, fmt.Errorf("merge datasets: %w", err)
	}
	networks := countNetworks(base, parts)
	m := merger{base: base, parts: parts}
	if base != nil {
		m.files = append(m.files, base.receipt.Files...)
	}
	m.firstFile = len(m.files)
	if r != nil {
		m.files = append(m.files, r.Files...)
		upload := 1
		if m.firstFile > 0 {
			upload += m.files[m.firstFile-1].Upload
		}
		for i := m.firstFile; i < len(m.files); i++ {
			m.files[i].Upload = upload
		}
	}
	if len(m.files) > maxFiles {
		return nil, fmt.Errorf("merge datasets: %w", errTooManyFiles)
	}
	if err := m.collect(); err != nil {
		return nil, fmt.Errorf("merge datasets: %w", err)
	}
	m.cover()
	m.place()
	d, err := m.dataset()
	if err != nil {
		return nil, fmt.Errorf("merge datasets: %w", err)
	}
	d.documents, d.networks = documents, networks
	if r != nil {
		copy(r.Files, m.files[m.firstFile:])
	}
	return d, nil
}

// merger holds the state of one merge. A row is known by its number: base's
// rows first, then each part's, a whole block's worth of numbers for each block.
type merger struct {
	base      *Dataset
	parts     []*Part
	files     []export.File
	firstFile int // of r

	sources []source
	keys    []uint64 // ts<<32 | number of the row; sorted by time

	names     *lexicon
	items     []mergedItem
	itemTable table
	spellings []mergedSpelling
	spellTab  table
	platforms []string
	reasons   []string

	coverage coverage
	covering bool

	out *columns

	order         []uint32 // items in the order of their first row
	platformCodes dictionary
	reasonCodes   dictionary
	writer        originsWriter
	group         []candidate
}

// source is a part, or base as the source without blocks.
type source struct {
	part      *Part
	first     int // the number of its first row
	blocks    [][]row
	left      []int32 // rows of each block that are not placed yet
	segments  []span  // ends are row numbers within the source
	spelling  []uint32
	platforms []uint32
	reasons   []uint32
	doubles   []double
}

// mergedItem is a thing that was played: a URI, or a set of names without one.
type mergedItem struct {
	kind      export.Kind
	class     uriClass
	uri       uint32 // code of names
	code      int32  // its number in the new dataset, -1 before its first row
	spellings int32  // first in the list, -1 for none
	hash      uint64 // orders rows of the same second; the same in every process
}

type mergedSpelling struct {
	item                       uint32
	title, creator, collection uint32
	last                       uint32 // latest ts of a row that carried it
	next                       int32
}

// candidate is a row of one second, with what decides its place.
type candidate struct {
	number   uint32
	ms       uint32
	item     uint32
	class    rowClass
	hash     uint64
	platform uint32
	reasons  [2]uint32
	lead     int32
	country  uint16
	flags    uint16
	file     uint32
}

// rowClass orders the rows of one second and length: a row without a URI is
// compared with those that have one, so it comes after them.
type rowClass uint8

const (
	rowURI rowClass = iota
	rowNames
	rowAccount
)

// collect numbers all rows, sorts them by time and makes one dictionary of all.
func (m *merger) collect() error {
	n, rows := 0, 0
	if m.base != nil {
		s := source{}
		err := m.base.origins.walk(m.base.Rows(), m.firstFile,
			func(r span) { s.segments = append(s.segments, r) },
			func(d double) { s.doubles = append(s.doubles, d) })
		if err != nil {
			return err
		}
		m.sources = append(m.sources, s)
		n = m.base.Rows()
		rows = n
	}
	for _, p := range m.parts {
		s := source{part: p, first: n, blocks: p.blocks, left: make([]int32, len(p.blocks))}
		for i, g := range p.segments {
			end := p.rows
			if i+1 < len(p.segments) {
				end = p.segments[i+1].first
			}
			if g.file < 0 || g.file >= len(m.files)-m.firstFile {
				return fmt.Errorf("rows of file %d of %d", g.file, len(m.files)-m.firstFile)
			}
			if end > g.first {
				s.segments = append(s.segments, span{end: end, file: uint32(m.firstFile + g.file)})
			}
		}
		if p.rows > 0 && (len(s.segments) == 0 || p.segments[0].first != 0) {
			return fmt.Errorf("rows outside of a file")
		}
		m.sources = append(m.sources, s)
		n += len(p.blocks) << blockShift
		rows += p.rows
	}
	if rows > maxRows {
		return errTooManyRows
	}
	m.names = newLexicon()
	m.keys = make([]uint64, 0, rows)
	for i := range m.sources {
		s := &m.sources[i]
		var err error
		if s.part == nil {
			err = m.collectBase(s)
		} else {
			err = m.collectPart(s)
		}
		if err != nil {
			return err
		}
	}
	m.keys = sortByTime(m.keys)
	return nil
}

func (m *merger) collectBase(s *source) error {
	d := m.base
	for i, ts := range d.ts {
		m.keys = append(m.keys, uint64(ts)<<32|uint64(i))
	}
	codes, err := m.addTexts(&d.names)
	if err != nil {
		return err
	}
	s.spelling = make([]uint32, d.items())
	for i := range d.items() {
		uri, err := m.names.code([]byte(d.uris.at(uint32(i))))
		if err != nil {
			return err
		}
		for j := d.firstSpelling[i]; j < d.firstSpelling[i+1]; j++ {
			sp := &d.spellings[j]
			c := m.spell(export.Kind(d.kinds[i]), uriClass(d.classes[i]), uri,
				codes[sp.title], codes[sp.creator], codes[sp.collection], sp.last)
			// Rows of base do not say which spelling they had; any of the item's will do.
			s.spelling[i] = c
		}
	}
	s.platforms = m.addTokens(&m.platforms, d.platforms)
	s.reasons = m.addTokens(&m.reasons, d.reasons)
	return nil
}

func (m *merger) addTexts(t *texts) ([]uint32, error) {
	codes := make([]uint32, t.len())
	for i := range codes {
		c, err := m.names.code([]byte(t.at(uint32(i))))
		if err != nil {
			return nil, err
		}
		codes[i] = c
	}
	return codes, nil
}

// collectPart takes only the names that rows refer to: a file that was given
// back leaves others behind.
func (m *merger) collectPart(s *source) error {
	p := s.part
	const unused = -1
	last := make([]int64, len(p.items))
	for i := range last {
		last[i] = unused
	}
	for b, block := range p.blocks {
		s.left[b] = int32(len(block))
		first := uint64(s.first + b<<blockShift)
		for i := range block {
			r := &block[i]
			m.keys = append(m.keys, uint64(r.ts)<<32|(first+uint64(i)))
			last[r.item] = max(last[r.item], int64(r.ts))
		}
	}
	s.spelling = make([]uint32, len(p.items))
	for i := range p.items {
		if last[i] == unused {
			continue
		}
		it := &p.items[i]
		uri, title, creator, collection := p.strings(it)
		class, id := splitURI(uri)
		var codes [4]uint32
		for k, b := range [...][]byte{id, title, creator, collection} {
			c, err := m.names.code(b)
			if err != nil {
				return err
			}
			codes[k] = c
		}
		s.spelling[i] = m.spell(it.kind, class, codes[0], codes[1], codes[2], codes[3], uint32(last[i]))
	}
	s.platforms = m.addTokens(&m.platforms, p.platforms.list)
	s.reasons = m.addTokens(&m.reasons, p.reasons.list)
	p.text, p.items, p.table = nil, nil, table{}
	return nil
}

func (m *merger) addTokens(all *[]string, list []string) []uint32 {
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

// spell returns the code of a spelling, of a new item when need be. Without a
// URI each set of names is an item of its own.
func (m *merger) spell(kind export.Kind, class uriClass, uri, title, creator, collection, last uint32) uint32 {
	who := uint64(kind)<<8 | uint64(class)
	tag := mix(uint64(title)<<32|uint64(creator), uint64(collection)<<32|uint64(uri)^who<<40)
	for c, at, ok := m.spellTab.seek(tag, tag); ok; c, at, ok = m.spellTab.seek(at, tag) {
		s := &m.spellings[c]
		it := &m.items[s.item]
		if s.title == title && s.creator == creator && s.collection == collection &&
			it.uri == uri && it.kind == kind && it.class == class {
			s.last = max(s.last, last)
			return c
		}
	}
	item := uint32(len(m.items))
	if class != uriNone {
		tag := mix(uint64(uri), who)
		for c, at, ok := m.itemTable.seek(tag, tag); ok; c, at, ok = m.itemTable.seek(at, tag) {
			if it := &m.items[c]; it.uri == uri && it.kind == kind && it.class == class {
				item = c
				break
			}
		}
		if item == uint32(len(m.items)) {
			m.itemTable.add(tag, item)
		}
	}
	if item == uint32(len(m.items)) {
		m.items = append(m.items, mergedItem{
			kind: kind, class: class, uri: uri, code: -1, spellings: -1,
			hash: m.hash(kind, class, uri, title, creator, collection),
		})
	}
	if class == uriNone {
		last = 0 // of the rows that are kept, as they are placed
	}
	c := uint32(len(m.spellings))
	m.spellings = append(m.spellings, mergedSpelling{
		item: item, title: title, creator: creator, collection: collection,
		last: last, next: m.items[item].spellings,
	})
	m.items[item].spellings = int32(c)
	m.spellTab.add(tag, c)
	return c
}

// hash is the same for rows that may be one: it covers the URI, or without one
// the names that are compared.
func (m *merger) hash(kind export.Kind, class uriClass, uri, title, creator, collection uint32) uint64 {
	var b [128]byte
	key := append(b[:0], byte(kind), byte(class))
	if class != uriNone {
		return xxhash.Sum64(append(key, m.names.at(uri)...))
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

// cover works out what the extended history covers. Without account rows
// nobody asks.
func (m *merger) cover() {
	for _, k := range m.keys {
		if m.flags(uint32(k))&flagAccount != 0 {
			m.covering = true
			break
		}
	}
	if !m.covering {
		return
	}
	for _, k := range m.keys {
		if m.flags(uint32(k))&flagAccount == 0 {
			m.coverage.see(uint32(k >> 32))
		}
	}
	at := 0
	for _, k := range m.keys {
		if m.flags(uint32(k))&flagAccount == 0 {
			at = m.coverage.mark(at, uint32(k>>32), m.ms(uint32(k)))
		}
	}
}

func (m *merger) source(number uint32) (*source, int) {
	i := len(m.sources) - 1
	for int(number) < m.sources[i].first {
		i--
	}
	return &m.sources[i], int(number) - m.sources[i].first
}

func (m *merger) flags(number uint32) uint16 {
	s, i := m.source(number)
	if s.part == nil {
		return m.base.flags[i]
	}
	return s.blocks[i>>blockShift][i&(blockRows-1)].flags
}

func (m *merger) ms(number uint32) uint32 {
	s, i := m.source(number)
	if s.part == nil {
		return m.base.ms[i]
	}
	return s.blocks[i>>blockShift][i&(blockRows-1)].ms
}

// fetch reads a row in the codes of the merge, once only: a block is let go of
// when its last row has been fetched.
func (m *merger) fetch(number uint32) candidate {
	s, i := m.source(number)
	c := candidate{number: number, file: s.file(i)}
	if s.part == nil {
		d := m.base
		c.ms, c.lead, c.country, c.flags = d.ms[i], d.lead[i], d.country[i], d.flags[i]
		c.item = m.spellings[s.spelling[d.item[i]]].item
		c.platform = s.platforms[d.platform[i]]
		c.reasons = [2]uint32{s.reasons[d.begin[i]], s.reasons[d.end[i]]}
	} else {
		b := i >> blockShift
		r := &s.blocks[b][i&(blockRows-1)]
		c.ms, c.lead, c.country, c.flags = r.ms, r.lead, r.country, r.flags
		c.item = m.spellings[s.spelling[r.item]].item
		c.platform = s.platforms[r.platform]
		c.reasons = [2]uint32{s.reasons[r.begin], s.reasons[r.end]}
		if s.left[b]--; s.left[b] == 0 {
			s.blocks[b] = nil
		}
	}
	it := &m.items[c.item]
	c.hash = it.hash
	switch {
	case c.flags&flagAccount != 0:
		c.class = rowAccount
	case it.class == uriNone:
		c.class = rowNames
	}
	return c
}

// file finds the file of row i.
func (s *source) file(i int) uint32 {
	at, _ := slices.BinarySearchFunc(s.segments, i, func(g span, i int) int { return cmp.Compare(g.end, i+1) })
	return s.segments[at].file
}

// place goes through the rows second by second and keeps what is to be kept.
func (m *merger) place() {
	m.out = newColumns(len(m.keys))
	m.platformCodes = newDictionary(m.platforms, 1<<16)
	m.reasonCodes = newDictionary(m.reasons, 1<<8)
	stretch := 0
	for i := 0; i < len(m.keys); {
		ts := uint32(m.keys[i] >> 32)
		m.group = m.group[:0]
		for ; i < len(m.keys) && uint32(m.keys[i]>>32) == ts; i++ {
			m.group = append(m.group, m.fetch(uint32(m.keys[i])))
		}
		group := m.group
		if len(group) > 1 {
			slices.SortFunc(group, m.compare)
		}
		for len(group) > 0 {
			n := 1
			for n < len(group) && group[n].ms == group[0].ms {
				n++
			}
			stretch = m.settle(ts, group[:n], stretch)
			group = group[n:]
		}
	}
	for i := range m.parts {
		m.parts[i].release()
	}
	m.keys, m.sources, m.group = nil, nil, nil
}

// compare orders rows of one second so that those that may be one are
// neighbours, in an order that depends on nothing but what they hold.
func (m *merger) compare(a, b candidate) int {
	if c := cmp.Compare(a.ms, b.ms); c != 0 {
		return c
	}
	if c := cmp.Compare(a.class, b.class); c != 0 {
		return c
	}
	if c := cmp.Compare(a.hash, b.hash); c != 0 {
		return c
	}
	if a.item != b.item {
		if c := m.compareItems(a.item, b.item); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.number, b.number)
}

// compareItems orders items whose hashes agree: nearly always two that differ
// in nothing but the collection, and the one that has one comes first.
func (m *merger) compareItems(a, b uint32) int {
	x, y := &m.items[a], &m.items[b]
	if c := cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.class, y.class),
		bytes.Compare(m.names.at(x.uri), m.names.at(y.uri))); c != 0 || x.class != uriNone {
		return c
	}
	s, t := &m.spellings[x.spellings], &m.spellings[y.spellings]
	return cmp.Or(
		bytes.Compare(m.names.at(s.title), m.names.at(t.title)),
		bytes.Compare(m.names.at(whose(x.kind, s.creator, s.collection)),
			m.names.at(whose(y.kind, t.creator, t.collection))),
		bytes.Compare(m.names.at(t.collection), m.names.at(s.collection)),
		bytes.Compare(m.names.at(t.creator), m.names.at(s.creator)),
	)
}

// same reports whether two rows of one second, length and class are one.
func (m *merger) same(a, b *candidate) bool {
	if a.item == b.item {
		return true
	}
	if a.hash != b.hash || a.class == rowURI {
		return false
	}
	return m.nameOf(a.item) == m.nameOf(b.item)
}

// name is what rows without a URI are compared by.
type name struct {
	kind         export.Kind
	title, whose uint32
}

func (m *merger) nameOf(item uint32) name {
	it := &m.items[item]
	s := &m.spellings[it.spellings]
	return name{it.kind, s.title, whose(it.kind, s.creator, s.collection)}
}

// settle decides about the rows of one second and one length.
func (m *merger) settle(ts uint32, rows []candidate, stretch int) int {
	if rows[len(rows)-1].class == rowAccount {
		at, covered := m.coverage.covers(stretch, ts, rows[0].ms)
		stretch = at
		if covered {
			for len(rows) > 0 && rows[len(rows)-1].class == rowAccount {
				m.elsewhere(&rows[len(rows)-1])
				rows = rows[:len(rows)-1]
			}
		}
	}
	var known map[name]struct{} // names of the rows with a URI
	if len(rows) > 1 && rows[0].class == rowURI && rows[len(rows)-1].class != rowURI {
		known = m.namesOf(rows)
	}
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].class == rows[0].class && m.same(&rows[0], &rows[n]) {
			n++
		}
		one := rows[:n]
		rows = rows[n:]
		if one[0].class == rowNames && known != nil {
			if _, ok := known[m.nameOf(one[0].item)]; ok {
				for i := range one {
					m.duplicate(&one[i])
				}
				continue
			}
		}
		m.keep(ts, one)
	}
	return stretch
}

// namesOf collects every name that the rows with a URI ever carried.
func (m *merger) namesOf(rows []candidate) map[name]struct{} {
	known := make(map[name]struct{})
	for i := range rows {
		if rows[i].class != rowURI || i > 0 && rows[i].item == rows[i-1].item {
			continue
		}
		it := &m.items[rows[i].item]
		for j := it.spellings; j >= 0; j = m.spellings[j].next {
			if s := &m.spellings[j]; s.title != 0 {
				known[name{it.kind, s.title, whose(it.kind, s.creator, s.collection)}] = struct{}{}
			}
		}
	}
	return known
}

// elsewhere leaves out an account row, and its doubles with it.
func (m *merger) elsewhere(c *candidate) {
	f := &m.files[c.file]
	f.Elsewhere++
	if int(c.file) < m.firstFile {
		f.Kept--
	}
	for _, d := range m.doublesOf(c) {
		m.files[d.file].Duplicate--
		m.files[d.file].Elsewhere++
	}
}

func (m *merger) duplicate(c *candidate) {
	f := &m.files[c.file]
	f.Duplicate++
	if int(c.file) < m.firstFile {
		f.Kept--
	}
}

// doublesOf lists the doubles of an account row of base.
func (m *merger) doublesOf(c *candidate) []double {
	s, i := m.source(c.number)
	if s.part != nil {
		return nil
	}
	byRow := func(d double, i int) int { return cmp.Compare(int(d.row), i) }
	from, _ := slices.BinarySearchFunc(s.doubles, i, byRow)
	to, _ := slices.BinarySearchFunc(s.doubles, i+1, byRow)
	return s.doubles[from:to]
}

// keep places one row for all of one, credited to the one that came first.
// A row of base is always the first, and was counted as kept before.
func (m *merger) keep(ts uint32, one []candidate) {
	first, best := &one[0], &one[0]
	for i := range one[1:] {
		c := &one[1+i]
		if c.number < first.number {
			first = c
		}
		if m.fuller(c, best) {
			best = c
		}
	}
	if int(first.file) >= m.firstFile {
		m.files[first.file].Kept++
	}
	at := uint32(len(m.out.ts))
	for i := range one {
		c := &one[i]
		if c == first {
			continue
		}
		m.duplicate(c)
		if c.class == rowAccount {
			m.writer.doubles = append(m.writer.doubles, double{at, c.file})
		}
	}
	if first.class == rowAccount {
		for _, d := range m.doublesOf(first) {
			m.writer.doubles = append(m.writer.doubles, double{at, d.file})
		}
	}
	m.writer.add(first.file)

	it := &m.items[one[0].item]
	if it.code < 0 {
		it.code = int32(len(m.order))
		m.order = append(m.order, one[0].item)
	}
	if it.class == uriNone {
		m.spellings[it.spellings].last = ts
	}
	o := m.out
	o.ts = append(o.ts, ts)
	o.ms = append(o.ms, best.ms)
	o.item = append(o.item, uint32(it.code))
	o.lead = append(o.lead, best.lead)
	o.platform = append(o.platform, uint16(m.platformCodes.code(best.platform)))
	o.country = append(o.country, best.country)
	o.flags = append(o.flags, best.flags)
	o.begin = append(o.begin, uint8(m.reasonCodes.code(best.reasons[0])))
	o.end = append(o.end, uint8(m.reasonCodes.code(best.reasons[1])))
}

// fuller reports whether a says more than b, by an order that depends on
// nothing but what they hold.
func (m *merger) fuller(a, b *candidate) bool {
	return cmp.Or(
		cmp.Compare(a.flags, b.flags),
		cmp.Compare(b.country, a.country), // ZZ is the last of all countries
		cmp.Compare(a.lead, b.lead),
		cmp.Compare(m.platforms[a.platform], m.platforms[b.platform]),
		cmp.Compare(m.reasons[a.reasons[0]], m.reasons[b.reasons[0]]),
		cmp.Compare(m.reasons[a.reasons[1]], m.reasons[b.reasons[1]]),
	) > 0
}

// dataset numbers items, names and spellings in the order of the rows.
func (m *merger) dataset() (*Dataset, error) {
	if len(m.spellings) > maxRows {
		return nil, errTooMuchText
	}
	d := &Dataset{
		columns:   m.out.clip(),
		platforms: m.platformCodes.list,
		reasons:   m.reasonCodes.list,
		origins:   m.writer.close(),
		receipt:   &export.Receipt{Files: m.files},
	}
	codes := make([]uint32, len(m.names.ends)) // 0: not placed yet, or the empty string
	var names, uris textsWriter
	names.add(nil)
	place := func(c uint32) uint32 {
		if c != 0 && codes[c] == 0 {
			codes[c] = names.add(m.names.at(c))
		}
		return codes[c]
	}
	var list []mergedSpelling
	for _, i := range m.order {
		it := &m.items[i]
		d.kinds = append(d.kinds, uint8(it.kind))
		d.classes = append(d.classes, uint8(it.class))
		uris.add(m.names.at(it.uri))
		d.firstSpelling = append(d.firstSpelling, uint32(len(d.spellings)))
		list = list[:0]
		for j := it.spellings; j >= 0; j = m.spellings[j].next {
			list = append(list, m.spellings[j])
		}
		if len(list) > 1 {
			slices.SortFunc(list, func(a, b mergedSpelling) int {
				return cmp.Or(
					bytes.Compare(m.names.at(a.title), m.names.at(b.title)),
					bytes.Compare(m.names.at(a.creator), m.names.at(b.creator)),
					bytes.Compare(m.names.at(a.collection), m.names.at(b.collection)),
				)
			})
		}
		for _, s := range list {
			d.spellings = append(d.spellings, named{
				title: place(s.title), creator: place(s.creator), collection: place(s.collection), last: s.last,
			})
		}
	}
	d.firstSpelling = append(d.firstSpelling, uint32(len(d.spellings)))
	d.names, d.uris = names.texts(), uris.texts()
	return d, d.index()
}
