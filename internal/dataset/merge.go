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
//   - Documents are one when topic and content agree, see [mergeDocuments].
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
	documents, err := mergeDocuments(base, parts)
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
	m.manyNames = sync.OnceValue(m.listManyNames)
	if len(m.files) > maxFiles {
		return nil, fmt.Errorf("merge datasets: %w", errTooManyFiles)
	}
	if err := m.collect(base, parts); err != nil {
		return nil, fmt.Errorf("merge datasets: %w", err)
	}
	if m.rows >= largeMerge {
		debug.FreeOSMemory() // the columns need what the dictionaries have left
	}
	var placed *deduper
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

	manyNames func() map[carriedName]struct{} // see listManyNames

	released   atomic.Int64 // rows that were let go of
	looseBytes atomic.Int64 // of the rows in partners.loose
	questions  atomic.Int64 // after names that things ever carried
	crowded    atomic.Bool  // more is to be looked at together than maxTogether and maxQuestions allow
}

// collect lists all rows by their sources and makes one dictionary of all.
func (m *merger) collect(base *Dataset, parts []*Part) error {
	var owners []vocabulary
	if base != nil {
		columns, err := base.columns()
		if err != nil {
			return err
		}
		s := &source{run: run{list: list[row]{size: base.Rows()}}, base: base, columns: columns, meaning: &meaning{}}
		err = base.origins.walk(base.Rows(), m.firstFile,
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
			loose, part, err := looseSource(base)
			if err != nil {
				return err
			}
			m.sources = append(m.sources, loose)
			owners = append(owners, vocabulary{part: part, meaning: loose.meaning})
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
func (m *merger) place() *deduper {
	stretches := runtime.GOMAXPROCS(0)
	if len(m.platforms) >= maxPlatforms || len(m.reasons) >= maxReasons {
		stretches = 1 // which of them get a number depends on all rows before
	}
	out := newColumns(m.rows)
	dedupers := make([]*deduper, stretches)
	from, first := uint64(0), 0
	for i := range dedupers {
		to, end := uint64(endOfTime), m.rows
		if i < stretches-1 {
			to = max(from, quantile(m.sources, m.rows*(i+1)/stretches))
			end = 0
			for _, s := range m.sources {
				end += s.before(to)
			}
		}
		dedupers[i] = newDeduper(m, newMergeIterator(m.sources, from, to), out.room(first, end))
		from, first = to, end
	}
	// Blocks go as they are resolved, so all iterators must have found their starts.
	var g sync.WaitGroup
	for _, p := range dedupers {
		g.Go(p.place)
	}
	g.Wait()
	m.sources = nil
	return m.join(dedupers, &out)
}

// join makes one deduper of all.
func (m *merger) join(dedupers []*deduper, out *columns) *deduper {
	all := dedupers[0]
	out.moveUp(0, &all.out)
	for _, p := range dedupers[1:] {
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
		out.moveUp(n, &p.out)
	}
	all.out = out.clip()
	return all
}

// dataset numbers items, names and spellings in the order of the rows.
func (m *merger) dataset(p *deduper) (*Dataset, error) {
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
	d.setColumns(&p.out)
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
