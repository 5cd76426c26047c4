package dataset

import (
	"bytes"
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"

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
//     its names; the row with the URI stays. Names of a URI are never forgotten,
//     and each row keeps the title that it came under: of equal rows the one that
//     sorts first. What is one track is only decided when all are known, see
//     [maxTitles].
//   - Account rows are one when minute, names and length agree, and are left out
//     where the extended history holds their partner, see [matcher]. Rows of
//     unknown length are one when second and names agree, and are left out where
//     the same minute has the same play with a length.
//   - Of equal rows one is kept whole, chosen by what they hold; which file is
//     credited with it depends on what came first, how many are kept does not.
//   - Documents are one when topic and content agree, see [unite].
//   - Rows are ordered by ts, length and a hash of what was played; everything
//     else is numbered in the order in which rows mention it.
func Merge(base *Dataset, parts []*Part, r *export.Receipt) (*Dataset, error) {
	for _, p := range parts {
		switch {
		case p.err != nil:
			return nil, fmt.Errorf("merge datasets: %w", p.err)
		case p.budget.Exceeded():
			return nil, fmt.Errorf("merge datasets: %w", errTooMuchText)
		}
	}
	documents, err := unite(base, parts)
	if err != nil {
		return nil, fmt.Errorf("merge datasets: %w", err)
	}
	networks := countNetworks(base, parts)
	m := merger{names: newLexicon(), uris: newLexicon(), platforms: []string{""}, reasons: []string{""}}
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
	if err := m.collect(base, parts); err != nil {
		return nil, fmt.Errorf("merge datasets: %w", err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("merge datasets: %w", err)
	}
	if m.rows >= largeMerge {
		debug.FreeOSMemory() // the columns need what the dictionaries have left
	}
	var placed *placer
	if m.match(); !m.crowded.Load() {
		placed = m.place()
	}
	if m.looseBytes.Load() > maxLooseBytes || m.crowded.Load() {
		return nil, fmt.Errorf("merge datasets: %w", errTooManyRows)
	}
	d, err := m.dataset(placed)
	if err != nil {
		return nil, fmt.Errorf("merge datasets: %w", err)
	}
	d.documents, d.networks, d.rules = documents, networks, CurrentRules
	if base != nil {
		d.rules = min(d.rules, base.rules)
	}
	d.note()
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("merge datasets: %w", err)
	}
	if r != nil {
		copy(r.Files, m.files[m.firstFile:])
		r.Notes = d.receipt.Notes
	}
	if m.rows >= releaseRows {
		m = merger{}
		debug.FreeOSMemory() // the encoding needs what the merge has left
	}
	return d, nil
}

// check refuses what a dataset may not hold.
func (d *Dataset) check() error {
	if d.Rows() > MaxPlays {
		return errTooManyRows
	}
	if d.Size() <= MaxBytes {
		return nil
	}
	if d.allDocumentBytes() > MaxBytes/2 {
		return errTooManyDocuments
	}
	return errTooMuchText
}

// merger holds the state of one merge.
type merger struct {
	files     []export.File
	firstFile int // of this upload

	sources []*source // base, then the runs by their files
	rows    int       // of all sources

	names, uris *lexicon
	items       []mergedItem
	itemTable   table // the first item of each URI
	titleTable  table // the others, by URI and title
	spellings   []mergedSpelling
	spellTab    table
	platforms   []string
	reasons     []string
	nameless    bool // some item has no URI

	released   atomic.Int64 // rows that were let go of
	looseBytes atomic.Int64 // of the rows in partners.loose
	crowded    atomic.Bool  // more than maxTogether rows are to be looked at together
}

// mergedItem is a thing that was played: a URI under one title, or a set of names
// without a URI.
type mergedItem struct {
	kind      export.Kind
	class     uriClass
	uri       uint32 // code of uris
	title     uint32 // where there is a URI
	track     uint32 // the first item of the URI, or itself
	next      int32  // another item of the URI, after the first; -1 for none
	spellings int32  // first in the list, -1 for none
	hash      uint64 // orders rows of the same second; the same in every process
}

type mergedSpelling struct {
	item                       uint32
	title, creator, collection uint32
	last                       uint32 // latest ts of a row that carried it
	next                       int32
}

// collect lists all rows by their sources and makes one dictionary of all.
func (m *merger) collect(base *Dataset, parts []*Part) error {
	var owners []vocabulary
	if base != nil {
		s := &source{run: run{list: list[row]{size: base.Rows()}}, base: base, meaning: &meaning{}}
		err := base.origins.walk(base.Rows(), m.firstFile,
			func(r span) { s.segments = append(s.segments, r) },
			func(d double) { s.doubles = append(s.doubles, d) })
		if err != nil {
			return err
		}
		for _, row := range base.partners.taken {
			s.taken.set(int(row), s.size)
		}
		m.sources = append(m.sources, s)
		owners = append(owners, vocabulary{base: base, meaning: s.meaning})
		if len(base.partners.loose) > 0 {
			loose := looseSource(base)
			m.sources = append(m.sources, loose)
			owners = append(owners, vocabulary{loose: base.partners.loose, meaning: loose.meaning})
		}
	}
	before := len(m.sources)
	for _, p := range parts {
		if p.file.size > 0 {
			return fmt.Errorf("rows of a file that has not ended")
		}
		means := &meaning{}
		for _, r := range p.runs {
			if r.file < 0 || r.file >= len(m.files)-m.firstFile {
				return fmt.Errorf("rows of file %d of %d", r.file, len(m.files)-m.firstFile)
			}
			if r.size > 0 {
				m.sources = append(m.sources, &source{run: r, file: uint32(m.firstFile + r.file), meaning: means})
			}
		}
		owners = append(owners, vocabulary{part: p, meaning: means})
	}
	slices.SortStableFunc(m.sources[before:], func(a, b *source) int { return cmp.Compare(a.file, b.file) })
	for _, s := range m.sources {
		m.rows += s.size
	}
	if m.rows > maxRows {
		return errTooManyRows
	}
	return m.learn(owners)
}

// vocabulary is what a part, or base, calls things by.
type vocabulary struct {
	part  *Part
	base  *Dataset
	loose []accountRow
	*meaning

	uris  []uint32    // of each item in m.uris
	names [][3]uint32 // of each spelling in m.names: title, creator, collection
}

// learn makes one vocabulary of all. Their URIs and their names have nothing to
// do with each other.
func (m *merger) learn(all []vocabulary) error {
	var g errgroup.Group
	g.Go(func() error {
		for i := range all {
			if err := all[i].learnURIs(m.uris); err != nil {
				return err
			}
		}
		return nil
	})
	g.Go(func() error {
		for i := range all {
			if err := all[i].learnNames(m.names); err != nil {
				return err
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return err
	}
	most := 0
	for i := range all {
		most += len(all[i].names)
	}
	m.uris.table, m.names.table = table{}, table{} // they are complete
	m.items, m.spellings = make([]mergedItem, 0, most), make([]mergedSpelling, 0, most)
	for i := range all {
		v := &all[i]
		if v.base != nil {
			m.spellBase(v)
			v.platforms, v.reasons = addTokens(&m.platforms, v.base.platforms), addTokens(&m.reasons, v.base.reasons)
			continue
		}
		if v.loose != nil {
			m.spellLoose(v)
			continue
		}
		m.spellPart(v)
		v.platforms, v.reasons = addTokens(&m.platforms, v.part.platforms.list), addTokens(&m.reasons, v.part.reasons.list)
		*v.part = Part{}
	}
	m.itemTable, m.titleTable, m.spellTab = table{}, table{}, table{}
	return nil
}

// check refuses, before it is made, a dataset of more things and names than one
// may hold, whichever of their rows are kept.
func (m *merger) check() error {
	if leastBytes(len(m.items), len(m.spellings), len(m.names.words), m.names.text.size, m.uris.text.size) > MaxBytes {
		return errTooMuchText
	}
	return nil
}

func (v *vocabulary) learnURIs(x *lexicon) (err error) {
	if v.base != nil {
		v.uris = make([]uint32, v.base.items())
		for i := range v.uris {
			if v.uris[i], err = x.code([]byte(v.base.uris.at(uint32(i)))); err != nil {
				return err
			}
		}
		return nil
	}
	if v.loose != nil {
		return nil
	}
	v.uris = make([]uint32, v.part.items.size)
	for i := range v.uris {
		uri, _, _, _ := v.part.strings(v.part.items.at(i))
		_, id := splitURI(uri)
		if v.uris[i], err = x.code(id); err != nil {
			return err
		}
	}
	return nil
}

func (v *vocabulary) learnNames(x *lexicon) (err error) {
	if v.base != nil {
		d := v.base
		codes := make([]uint32, d.names.len())
		for i := range codes {
			if codes[i], err = x.code([]byte(d.names.at(uint32(i)))); err != nil {
				return err
			}
		}
		v.names = make([][3]uint32, len(d.spellings))
		for i := range d.spellings {
			s := &d.spellings[i]
			v.names[i] = [3]uint32{codes[s.title], codes[s.creator], codes[s.collection]}
		}
		return nil
	}
	if v.loose != nil {
		v.names = make([][3]uint32, len(v.loose))
		for i := range v.names {
			r := &v.loose[i]
			for k, text := range [...]string{r.title, r.creator, r.collection} {
				if v.names[i][k], err = x.code([]byte(text)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	v.names = make([][3]uint32, v.part.items.size)
	for i := range v.names {
		_, title, creator, collection := v.part.strings(v.part.items.at(i))
		for k, b := range [...][]byte{title, creator, collection} {
			if v.names[i][k], err = x.code(b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *merger) spellBase(v *vocabulary) {
	d := v.base
	v.items = make([]uint32, d.items())
	for i := range v.items {
		first := d.firstSpelling[i]
		for j := first; j < d.firstSpelling[i+1]; j++ {
			item := m.spell(export.Kind(d.kinds[i]), uriClass(d.classes[i]), v.uris[i], v.names[j], d.spellings[j].last)
			if j == first {
				v.items[i] = item // what rows played under other titles is kept with it, see retitled
			}
		}
	}
}

// spellPart takes only the names that rows refer to: a file that was given
// back leaves others behind.
func (m *merger) spellPart(v *vocabulary) {
	p := v.part
	var used []bool
	if p.stale {
		used = p.recount()
	}
	v.items = make([]uint32, p.items.size)
	for i := range v.items {
		if used != nil && !used[i] {
			continue
		}
		it := p.items.at(i)
		uri, _, _, _ := p.strings(it)
		class, _ := splitURI(uri)
		v.items[i] = m.spell(it.kind, class, v.uris[i], v.names[i], it.last)
	}
}

func (m *merger) spellLoose(v *vocabulary) {
	v.items = make([]uint32, len(v.loose))
	for i := range v.items {
		v.items[i] = m.spell(v.loose[i].kind, uriNone, 0, v.names[i], 0)
	}
}

// addTokens adds the tokens of list to all of them and returns their codes.
func addTokens(all *[]string, list []string) []uint32 {
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

// spell returns the item of a spelling, a new one when need be. Without a URI
// each set of names is an item of its own.
func (m *merger) spell(kind export.Kind, class uriClass, uri uint32, names [3]uint32, last uint32) uint32 {
	title, creator, collection := names[0], names[1], names[2]
	who := uint64(kind)<<8 | uint64(class)
	tag := mix(uint64(title)<<32|uint64(creator), uint64(collection)<<32|uint64(uri)^who<<40)
	for c, at, ok := m.spellTab.seek(tag, tag); ok; c, at, ok = m.spellTab.seek(at, tag) {
		s := &m.spellings[c]
		it := &m.items[s.item]
		if s.title == title && s.creator == creator && s.collection == collection &&
			it.uri == uri && it.kind == kind && it.class == class {
			s.last = max(s.last, last)
			return s.item
		}
	}
	var item uint32
	if class == uriNone {
		item = uint32(len(m.items))
		m.items = append(m.items, mergedItem{
			kind: kind, class: class, track: item, next: -1, spellings: -1,
			hash: m.hash(kind, class, 0, title, creator, collection),
		})
		last = 0 // of the rows that are kept, as they are placed
		m.nameless = true
	} else {
		item = m.item(kind, class, uri, title)
	}
	c := uint32(len(m.spellings))
	m.spellings = append(m.spellings, mergedSpelling{
		item: item, title: title, creator: creator, collection: collection,
		last: last, next: m.items[item].spellings,
	})
	m.items[item].spellings = int32(c)
	m.spellTab.add(tag, c)
	return item
}

// item returns the item of a URI under one title, a new one when need be.
func (m *merger) item(kind export.Kind, class uriClass, uri, title uint32) uint32 {
	is := func(c uint32) bool {
		it := &m.items[c]
		return it.uri == uri && it.kind == kind && it.class == class
	}
	who := uint64(kind)<<8 | uint64(class)
	tag := mix(uint64(uri), who)
	first, at, ok := m.itemTable.seek(tag, tag)
	for ok && !is(first) {
		first, at, ok = m.itemTable.seek(at, tag)
	}
	item := uint32(len(m.items))
	if !ok {
		m.itemTable.add(tag, item)
		m.items = append(m.items, mergedItem{
			kind: kind, class: class, uri: uri, title: title, track: item, next: -1, spellings: -1,
			hash: m.hash(kind, class, uri, 0, 0, 0),
		})
		return item
	}
	if m.items[first].title == title {
		return first
	}
	tag = mix(uint64(title)<<32|uint64(uri), who)
	for c, at, ok := m.titleTable.seek(tag, tag); ok; c, at, ok = m.titleTable.seek(at, tag) {
		if m.items[c].title == title && is(c) {
			return c
		}
	}
	m.titleTable.add(tag, item)
	of := &m.items[first]
	added := *of
	added.title, added.track, added.spellings = title, first, -1
	of.next = int32(item)
	m.items = append(m.items, added)
	return item
}

// hash is the same for rows that may be one: it covers the URI, or without one
// the names that are compared.
func (m *merger) hash(kind export.Kind, class uriClass, uri, title, creator, collection uint32) uint64 {
	var b [128]byte
	key := append(b[:0], byte(kind), byte(class))
	if class != uriNone {
		return xxhash.Sum64(append(key, m.uris.at(uri)...))
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

// release lets go of a block whose rows are placed. The columns grow as the
// blocks go; where they are large the system gets the memory back, or it would
// be held twice until the collector found a reason to run.
func (m *merger) release(s *source, block int) {
	n := int64(len(s.blocks[block]))
	s.blocks[block] = nil
	if after := m.released.Add(n); after/releaseRows != (after-n)/releaseRows {
		debug.FreeOSMemory()
	}
}

const (
	// largeMerge is how many rows make memory matter more than the moment it
	// takes to give back what is free.
	largeMerge = 1 << 19
	// releaseRows is how many rows are let go of at a time.
	releaseRows = 1 << 20
)

// place decides about all rows, in stretches of time side by side.
func (m *merger) place() *placer {
	stretches := runtime.GOMAXPROCS(0)
	if len(m.platforms) >= maxPlatforms || len(m.reasons) >= maxReasons {
		stretches = 1 // which of them get a number depends on all rows before
	}
	out := newColumns(m.rows)
	placers := make([]*placer, stretches)
	from, first := uint64(0), 0
	for i := range placers {
		to, end := uint64(endOfTime), m.rows
		if i < stretches-1 {
			to = max(from, quantile(m.sources, m.rows*(i+1)/stretches))
			end = 0
			for _, s := range m.sources {
				end += s.before(to)
			}
		}
		placers[i] = newPlacer(m, newWalk(m.sources, from, to), out.room(first, end))
		from, first = to, end
	}
	// Blocks go as they are placed, so all walks must have found their beginnings.
	var g sync.WaitGroup
	for _, p := range placers {
		g.Go(p.place)
	}
	g.Wait()
	m.sources = nil
	return m.join(placers, &out)
}

// join makes one placer of all.
func (m *merger) join(placers []*placer, out *columns) *placer {
	all := placers[0]
	out.closeUp(0, &all.out)
	for _, p := range placers[1:] {
		items, platforms, reasons := all.items.follow(&p.items), all.platforms.follow(&p.platforms), all.reasons.follow(&p.reasons)
		for i, v := range p.out.item {
			p.out.item[i] = items[v]
		}
		for i, v := range p.out.platform {
			p.out.platform[i] = uint16(platforms[v])
		}
		for _, column := range [...][]uint8{p.out.begin, p.out.end} {
			for i, v := range column {
				column[i] = uint8(reasons[v])
			}
		}
		for i, ts := range p.latest {
			all.latest[i] = max(all.latest[i], ts)
		}
		for i := range p.files {
			all.files[i].kept += p.files[i].kept
			all.files[i].duplicate += p.files[i].duplicate
			all.files[i].elsewhere += p.files[i].elsewhere
		}
		n := len(out.ts)
		all.writer.follow(&p.writer, n)
		all.left.follow(&p.left, n)
		out.closeUp(n, &p.out)
	}
	all.out = out.clip()
	return all
}

// dataset numbers items, names and spellings in the order of the rows.
func (m *merger) dataset(p *placer) (*Dataset, error) {
	if len(m.spellings) > maxRows {
		return nil, errTooMuchText
	}
	for i := range m.files {
		f, n := &m.files[i], &p.files[i]
		f.Kept += n.kept
		f.Duplicate += n.duplicate
		f.Elsewhere += n.elsewhere
	}
	for i, ts := range p.latest {
		if it := &m.items[i]; it.class == uriNone {
			m.spellings[it.spellings].last = ts
		}
	}
	n := len(p.items.order)
	d := &Dataset{
		columns:       p.out,
		kinds:         make([]uint8, 0, n),
		classes:       make([]uint8, 0, n),
		firstSpelling: make([]uint32, 0, n+1),
		spellings:     make([]named, 0, len(m.spellings)),
		platforms:     p.platforms.tokens(m.platforms),
		reasons:       p.reasons.tokens(m.reasons),
		origins:       p.writer.close(),
		partners:      p.left,
		receipt:       &export.Receipt{Files: m.files},
	}
	codes := make([]uint32, len(m.names.words)) // 0: not placed yet, or the empty string
	names, uris := newTextsWriter(m.names.text.size, len(m.names.words)), newTextsWriter(m.uris.text.size, n)
	names.add(nil)
	place := func(c uint32) uint32 {
		if c != 0 && codes[c] == 0 {
			codes[c] = names.add(m.names.at(c))
		}
		return codes[c]
	}
	var list []mergedSpelling
	first := make(map[uint32]uint32) // the number of the first item of a URI that has several
	for number, i := range p.items.order {
		it := &m.items[i]
		d.kinds = append(d.kinds, uint8(it.kind))
		d.classes = append(d.classes, uint8(it.class))
		uris.add(m.uris.at(it.uri))
		d.firstSpelling = append(d.firstSpelling, uint32(len(d.spellings)))
		list = m.appendSpellings(list[:0], it)
		if m.items[it.track].next >= 0 {
			if n, ok := first[it.track]; ok {
				d.retitled = append(d.retitled, retitled{uint32(number), n})
			} else {
				first[it.track] = uint32(number)
				list = m.appendTitlesWithoutRows(list, it, &p.items)
			}
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

// appendSpellings appends the spellings of an item, in an order that depends on
// nothing but names.
func (m *merger) appendSpellings(list []mergedSpelling, it *mergedItem) []mergedSpelling {
	from := len(list)
	for j := it.spellings; j >= 0; j = m.spellings[j].next {
		list = append(list, m.spellings[j])
	}
	m.sortSpellings(list[from:])
	return list
}

// appendTitlesWithoutRows appends the spellings under titles of the same URI that
// no row is left of, because each was one with a row under another.
func (m *merger) appendTitlesWithoutRows(list []mergedSpelling, it *mergedItem, numbers *numbering) []mergedSpelling {
	from := len(list)
	for i := int32(it.track); i >= 0; i = m.items[i].next {
		if numbers.numbers[i] < 0 {
			list = m.appendSpellings(list, &m.items[i])
		}
	}
	m.sortSpellings(list[from:])
	return list
}

func (m *merger) sortSpellings(list []mergedSpelling) {
	if len(list) < 2 {
		return
	}
	slices.SortFunc(list, func(a, b mergedSpelling) int {
		return cmp.Or(
			bytes.Compare(m.names.at(a.title), m.names.at(b.title)),
			bytes.Compare(m.names.at(a.creator), m.names.at(b.creator)),
			bytes.Compare(m.names.at(a.collection), m.names.at(b.collection)),
		)
	})
}
