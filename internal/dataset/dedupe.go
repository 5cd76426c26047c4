package dataset

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// deduper drops the duplicates among the rows of a stretch of time. What it keeps
// is numbered in the order of its own rows.
type deduper struct {
	*merger
	rows                      *mergeIterator
	out                       columns
	items, platforms, reasons numbering
	latest                    []uint32 // ts of the last row kept of each item; nil when no item lacks a URI
	files                     []fileCount
	writer                    originsWriter
	left                      partners

	group []candidate
}

// fileCount is what becomes of the rows of a file.
type fileCount struct{ kept, duplicate, elsewhere int }

func newDeduper(m *merger, w *mergeIterator, out columns) *deduper {
	p := &deduper{
		merger: m, rows: w, out: out,
		items:     newNumbering(len(m.items), len(m.items)),
		platforms: newNumbering(len(m.platforms), maxPlatforms),
		reasons:   newNumbering(len(m.reasons), maxReasons),
		files:     make([]fileCount, len(m.files)),
	}
	// The empty token is the first of every list.
	p.platforms.of(0)
	p.reasons.of(0)
	if m.nameless {
		p.latest = make([]uint32, len(m.items))
	}
	return p
}

// candidate is a row of one second, with what decides its place.
type candidate struct {
	source   uint32
	row      uint32 // of the source
	ms       uint32
	item     uint32
	class    rowClass
	hash     uint64
	platform uint32
	reasons  [2]uint32
	lead     int32
	country  uint16
	flags    uint16
}

// order is lower for what was uploaded first.
func (c *candidate) order() uint64 { return uint64(c.source)<<32 | uint64(c.row) }

// rowClass orders the rows of one second and length: a row without a URI is
// compared with those that have one, so it comes after them.
type rowClass uint8

const (
	rowURI rowClass = iota
	rowNames
	rowAccount
)

// fetch reads the row of a cursor, in the codes of the merge.
func (p *deduper) fetch(at *cursor) candidate {
	s := p.sources[at.source]
	var r row
	if s.base != nil {
		r = s.columns.row(at.at)
	} else {
		r = at.rows[0]
	}
	c := candidate{
		source: at.source, row: uint32(at.at), ms: r.ms, lead: r.lead, country: r.country, flags: r.flags,
		item: s.items[r.item], platform: s.platforms[r.platform], reasons: [2]uint32{s.reasons[r.begin], s.reasons[r.end]},
	}
	if c.flags&flagAccount != 0 {
		c.class = rowAccount
	}
	return c
}

// place resolves the rows second by second. It stops when a second has too many,
// which the merge then refuses.
func (p *deduper) place() {
	w := p.rows
	w.released = p.release
	for len(w.cursors) > 0 {
		ts := w.cursors[0].ts
		p.group = p.group[:0]
		for len(w.cursors) > 0 && w.cursors[0].ts == ts {
			if len(p.group) == maxTogether {
				p.crowded.Store(true)
				return
			}
			p.group = append(p.group, p.fetch(&w.cursors[0]))
			w.next()
		}
		p.resolveSecond(ts, p.group)
	}
}

// resolveSecond drops the duplicates among the rows of one second.
func (p *deduper) resolveSecond(ts uint32, group []candidate) {
	if len(group) == 1 {
		if group[0].class == rowAccount {
			p.resolveGroup(ts, group)
		} else {
			p.keep(ts, group)
		}
		return
	}
	for i := range group {
		c := &group[i]
		it := &p.merger.items[c.item]
		c.hash = it.hash
		if c.class != rowAccount && it.class == uriNone {
			c.class = rowNames
		}
	}
	slices.SortFunc(group, p.compare)
	for len(group) > 0 {
		n := 1
		for n < len(group) && group[n].ms == group[0].ms {
			n++
		}
		p.resolveGroup(ts, group[:n])
		group = group[n:]
	}
}

// compare orders rows of one second so that those that may be one are
// neighbours, in an order that depends on nothing but what they hold.
func (p *deduper) compare(a, b candidate) int {
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
		if c := p.compareItems(a.item, b.item); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.order(), b.order())
}

// compareItems orders items whose hashes agree: nearly always two that differ
// in nothing but the collection, and the one that has one comes first.
func (p *deduper) compareItems(a, b uint32) int {
	x, y := &p.merger.items[a], &p.merger.items[b]
	if c := cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.class, y.class),
		bytes.Compare(p.uris.at(x.uri), p.uris.at(y.uri))); c != 0 {
		return c
	}
	if x.class != uriNone {
		if (x.title == 0) != (y.title == 0) {
			return cmp.Compare(y.title, x.title) // what has a title comes first
		}
		return bytes.Compare(p.names.at(x.title), p.names.at(y.title))
	}
	s, t := &p.spellings[x.spellings], &p.spellings[y.spellings]
	return cmp.Or(
		bytes.Compare(p.names.at(s.title), p.names.at(t.title)),
		bytes.Compare(p.names.at(whose(x.kind, s.creator, s.collection)),
			p.names.at(whose(y.kind, t.creator, t.collection))),
		bytes.Compare(p.names.at(t.collection), p.names.at(s.collection)),
		bytes.Compare(p.names.at(t.creator), p.names.at(s.creator)),
	)
}

// same reports whether two rows of one second, length and class are one.
func (p *deduper) same(a, b *candidate) bool {
	if a.item == b.item || p.merger.items[a.item].track == p.merger.items[b.item].track {
		return true
	}
	if a.hash != b.hash || a.class == rowURI {
		return false
	}
	return p.nameOf(a.item) == p.nameOf(b.item)
}

// name is what rows without a URI are compared by.
type name struct {
	kind         export.Kind
	title, whose uint32
}

func (p *deduper) nameOf(item uint32) name {
	it := &p.merger.items[item]
	s := &p.spellings[it.spellings]
	return name{it.kind, s.title, whose(it.kind, s.creator, s.collection)}
}

// resolveGroup drops the duplicates among the rows of one second and one length.
func (p *deduper) resolveGroup(ts uint32, rows []candidate) {
	if rows[len(rows)-1].class == rowAccount {
		here := rows[:0]
		for i := range rows {
			if c := &rows[i]; p.sources[c.source].absent.has(int(c.row)) {
				p.elsewhere(c, ts)
			} else {
				here = append(here, *c)
			}
		}
		if rows = here; len(rows) == 0 {
			return
		}
	}
	var known func(name) bool // whether it is a name of the rows with a URI
	if len(rows) > 1 && rows[0].class == rowURI && rows[len(rows)-1].class != rowURI {
		known = p.namesOf(rows)
	}
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].class == rows[0].class && p.same(&rows[0], &rows[n]) {
			n++
		}
		one := rows[:n]
		rows = rows[n:]
		if one[0].class == rowNames && known != nil {
			if known(p.nameOf(one[0].item)) {
				for i := range one {
					p.duplicate(&one[i])
				}
				continue
			}
		}
		p.keep(ts, one)
	}
}

// namesOf tells every name that the rows with a URI ever carried. A hostile
// file repeats seconds with many URIs and many names, so the number of comparisons
// is bounded; beyond it the merge is refused.
func (p *deduper) namesOf(rows []candidate) func(name) bool {
	var tracks []uint32
	names := 0
	for i := range rows {
		track := p.merger.items[rows[i].item].track
		switch {
		case rows[i].class != rowURI:
			names++
		case len(tracks) == 0 || track != tracks[len(tracks)-1]:
			tracks = append(tracks, track)
		}
	}
	if p.questions.Add(int64(len(tracks))*int64(names)) > maxQuestions {
		p.crowded.Store(true)
		return func(name) bool { return false }
	}
	return func(n name) bool {
		return slices.ContainsFunc(tracks, func(track uint32) bool { return p.carried(track, n) })
	}
}

// eachName calls f with the names that a track ever carried, until it answers
// false.
func (m *merger) eachName(track uint32, f func(name) bool) {
	for k := int32(track); k >= 0; k = m.items[k].next {
		it := &m.items[k]
		for j := it.spellings; j >= 0; j = m.spellings[j].next {
			if s := &m.spellings[j]; s.title != 0 && !f(name{it.kind, s.title, whose(it.kind, s.creator, s.collection)}) {
				return
			}
		}
	}
}

// carriedName is a name that a track carried.
type carriedName struct {
	track uint32
	name
}

// fewNames is how many names of a track are looked through one by one.
const fewNames = 16

// carried reports whether a track ever carried a name.
func (m *merger) carried(track uint32, n name) bool {
	looked, found := 0, false
	m.eachName(track, func(other name) bool {
		looked++
		found = other == n
		return !found && looked < fewNames
	})
	if found || looked < fewNames {
		return found
	}
	_, found = m.manyNames()[carriedName{track, n}]
	return found
}

// listManyNames lists the names of tracks that carried more than a few, which
// genuine packages do not have.
func (m *merger) listManyNames() map[carriedName]struct{} {
	list := make(map[carriedName]struct{})
	for i := range m.items {
		if m.items[i].track != uint32(i) {
			continue
		}
		looked := 0
		m.eachName(uint32(i), func(name) bool { looked++; return looked < fewNames })
		if looked < fewNames {
			continue
		}
		m.eachName(uint32(i), func(n name) bool {
			list[carriedName{uint32(i), n}] = struct{}{}
			return true
		})
	}
	return list
}

// elsewhere leaves out an account row, and its doubles with it.
func (p *deduper) elsewhere(c *candidate, ts uint32) {
	s := p.sources[c.source]
	loose := s.loose.has(int(c.row))
	p.leaveOut(c).elsewhere++
	if loose {
		p.addLoose(c, ts, s.fileOf(int(c.row)))
	}
	for _, d := range p.doublesOf(c) {
		p.files[d.file].duplicate--
		p.files[d.file].elsewhere++
		if loose {
			p.addLoose(c, ts, d.file)
		}
	}
}

func (p *deduper) duplicate(c *candidate) {
	p.leaveOut(c).duplicate++
}

// leaveOut returns the count of a row's file. A row of base was counted before:
// as kept, or as elsewhere where base had left it out.
func (p *deduper) leaveOut(c *candidate) *fileCount {
	s := p.sources[c.source]
	f := &p.files[s.fileOf(int(c.row))]
	switch {
	case s.base != nil:
		f.kept--
	case s.files != nil:
		f.elsewhere--
	}
	return f
}

// doublesOf lists the doubles of an account row of base.
func (p *deduper) doublesOf(c *candidate) []double {
	s := p.sources[c.source]
	byRow := func(d double, i int) int { return cmp.Compare(int(d.row), i) }
	from, _ := slices.BinarySearchFunc(s.doubles, int(c.row), byRow)
	to, _ := slices.BinarySearchFunc(s.doubles, int(c.row)+1, byRow)
	return s.doubles[from:to]
}

// keep places one row for all of one, credited to the one that came first.
// A row of base is always the first, and was counted as kept before.
func (p *deduper) keep(ts uint32, one []candidate) {
	first, best := &one[0], &one[0]
	for i := range one[1:] {
		c := &one[1+i]
		if c.order() < first.order() {
			first = c
		}
		if p.fuller(c, best) {
			best = c
		}
	}
	s := p.sources[first.source]
	file := s.fileOf(int(first.row))
	if s.base == nil {
		p.files[file].kept++
		if s.files != nil {
			p.files[file].elsewhere--
		}
	}
	at := uint32(len(p.out.ts))
	taken := false
	for i := range one {
		c := &one[i]
		taken = taken || p.sources[c.source].taken.has(int(c.row))
		if c == first {
			continue
		}
		p.duplicate(c)
		if c.class == rowAccount {
			p.writer.doubles = append(p.writer.doubles, double{at, p.sources[c.source].fileOf(int(c.row))})
		}
	}
	if first.class == rowAccount {
		for _, d := range p.doublesOf(first) {
			p.writer.doubles = append(p.writer.doubles, double{at, d.file})
		}
	}
	p.writer.add(file, 1)
	if taken {
		p.left.taken = append(p.left.taken, at)
	}

	item := one[0].item
	if p.latest != nil {
		p.latest[item] = ts
	}
	o := &p.out
	o.ts = append(o.ts, ts)
	o.ms = append(o.ms, best.ms)
	o.item = append(o.item, p.items.of(item))
	o.lead = append(o.lead, best.lead)
	o.platform = append(o.platform, uint16(p.platforms.of(best.platform)))
	o.country = append(o.country, best.country)
	o.flags = append(o.flags, best.flags)
	o.begin = append(o.begin, uint8(p.reasons.of(best.reasons[0])))
	o.end = append(o.end, uint8(p.reasons.of(best.reasons[1])))
}

// fuller reports whether a says more than b, by an order that depends on
// nothing but what they hold.
func (p *deduper) fuller(a, b *candidate) bool {
	return cmp.Or(
		cmp.Compare(a.flags, b.flags),
		cmp.Compare(b.country, a.country), // ZZ is the last of all countries
		cmp.Compare(a.lead, b.lead),
		cmp.Compare(p.merger.platforms[a.platform], p.merger.platforms[b.platform]),
		cmp.Compare(p.merger.reasons[a.reasons[0]], p.merger.reasons[b.reasons[0]]),
		cmp.Compare(p.merger.reasons[a.reasons[1]], p.merger.reasons[b.reasons[1]]),
	) > 0
}
