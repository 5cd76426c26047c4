package dataset

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Which account rows the extended history already holds.
//
// The account package has one row for each minute, name and length of the
// extended history, so an account row is left out where its partner is there: an
// extended row of the same minute, name and length or, because now and then an
// artist or a track is renamed between two exports, one of the same minute and
// length that is nobody else's partner. Rows of 0 ms are as long as one another
// by chance, so there it must also be of the same artist or show. Nothing else is
// left out: often only a part of the extended history is uploaded.
//
// A row of unknown length is left out where the same minute has a row of a known
// length and the same name, of either package: that one says more. It takes
// nobody's partner away, because an account row of a known length may want it. Its
// artist is the first of a list, so it may be the beginning of a name with a comma.
//
// Names are compared as connected: names that one URI carried over time are one,
// and so are those that are connected through them. So what is one thing for an
// account row stays one when more is learned about its names.
//
// Everything here follows from all rows that were ever uploaded, in whatever
// order. For that a merge is told what an earlier one left out, see [partners]:
// an extended row whose partner by name came stays taken, and a row whose partner
// has another name is decided about anew.

// connections says which names are one.
type connections struct {
	thing []uint32            // of each item: those with connected names have the same
	by    map[uint64]struct{} // of which artists or shows a thing is
}

// is reports whether a thing is of that artist or show.
func (c *connections) is(thing, whose uint32) bool {
	_, ok := c.by[uint64(thing)<<32|uint64(whose)]
	return ok
}

// connect finds the names that are one.
func (m *merger) connect() connections {
	root := make([]uint32, len(m.items))
	for i := range root {
		root[i] = uint32(i)
	}
	find := func(i uint32) uint32 {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	type owner struct {
		name
		item uint32
	}
	var owners []owner
	var known table
	for i := range m.items {
		it := &m.items[i]
		root[i] = find(it.track) // the first of the URI, if any
		for j := it.spellings; j >= 0; j = m.spellings[j].next {
			n := partnerName(it, &m.spellings[j])
			tag := mix(uint64(n.title)<<32|uint64(n.whose), uint64(n.kind))
			c, ok := known.find(tag, func(c uint32) bool { return owners[c].name == n })
			if !ok {
				known.add(tag, uint32(len(owners)))
				owners = append(owners, owner{n, uint32(i)})
				continue
			}
			if a, b := find(uint32(i)), find(owners[c].item); a != b {
				root[max(a, b)] = min(a, b)
			}
		}
	}
	for i := range root {
		root[i] = find(uint32(i))
	}
	by := make(map[uint64]struct{}, len(owners))
	for _, o := range owners {
		by[uint64(root[o.item])<<32|uint64(o.whose)] = struct{}{}
	}
	return connections{root, by}
}

// partnerName is the name that partners are compared by. A row that says nothing
// of what was played has none, whatever its kind.
func partnerName(it *mergedItem, s *mergedSpelling) name {
	who := whose(it.kind, s.creator, s.collection)
	if s.title == 0 && who == 0 {
		return name{}
	}
	return name{it.kind, s.title, who}
}

// match finds the partners of all account rows. Where there are none, and never
// were any, nobody asks. It gives up when a minute has too many rows, which the
// merge then refuses.
func (m *merger) match() {
	from, to := uint64(endOfTime), uint64(0)
	for _, s := range m.sources {
		if first, last, ok := s.accountSpan(); ok {
			from, to = min(from, uint64(first-first%60)), max(to, uint64(last-last%60)+60)
		}
	}
	if from >= to {
		return
	}
	k := matcher{merger: m, connections: m.connect()}
	var minute []played
	for w := newMergeIterator(m.sources, from, to); len(w.cursors) > 0; {
		begin := w.cursors[0].ts - w.cursors[0].ts%60
		minute = minute[:0]
		asked := false
		for len(w.cursors) > 0 && w.cursors[0].ts-begin < 60 {
			if len(minute) == maxTogether {
				m.crowded.Store(true)
				return
			}
			p := w.played()
			asked = asked || p.account || p.taken
			minute = append(minute, p)
			w.next()
		}
		if asked {
			k.minute(minute)
		}
	}
}

// played is a row as far as its partner depends on it.
type played struct {
	source  uint32
	row     uint32 // of the source
	ms      uint32
	thing   uint32 // the number of its connected names
	whose   uint32 // of an account row
	hash    uint64
	account bool
	taken   bool // an account row's partner by name
}

// played is the current row; thing, whose and hash are left open.
func (w *mergeIterator) played() played {
	c := &w.cursors[0]
	s := w.sources[c.source]
	flags, ms := w.flagsAndMs()
	return played{
		source: c.source, row: uint32(c.at), ms: ms,
		account: flags&flagAccount != 0, taken: s.taken.has(c.at),
	}
}

type matcher struct {
	*merger
	connections
	commas  []commaName // nil until somebody asks
	free    []uint32    // things that the extended history holds and no account row by name
	pending []played    // account rows without a partner by name
}

// minute decides about the rows of one minute.
func (k *matcher) minute(rows []played) {
	for i := range rows {
		r := &rows[i]
		item := k.sources[r.source].itemOf(int(r.row))
		it := &k.items[item]
		r.thing, r.hash = k.thing[item], it.hash
		if r.account {
			n := &k.spellings[it.spellings]
			r.whose = whose(it.kind, n.creator, n.collection)
		}
	}
	slices.SortFunc(rows, func(a, b played) int {
		return cmp.Or(cmp.Compare(a.ms, b.ms), cmp.Compare(a.thing, b.thing))
	})
	known := len(rows)
	for known > 0 && rows[known-1].ms == unknownLength {
		known--
	}
	k.unknown(rows[:known], rows[known:])
	for rows = rows[:known]; len(rows) > 0; {
		n := 1
		for n < len(rows) && rows[n].ms == rows[0].ms {
			n++
		}
		k.length(rows[:n])
		rows = rows[n:]
	}
}

// unknown decides about the rows of unknown length of one minute.
func (k *matcher) unknown(known, unknown []played) {
	if len(known) == 0 || len(unknown) == 0 {
		return
	}
	things := make(map[uint32]struct{}, len(known))
	for i := range known {
		things[known[i].thing] = struct{}{}
	}
	for i := range unknown {
		r := &unknown[i]
		_, ok := things[r.thing]
		if !ok {
			ok = k.isCut(r, things)
		}
		if ok {
			s := k.sources[r.source]
			s.absent.set(int(r.row), s.size)
		}
	}
}

// A commaName is a name whose artist has a comma. Rows of unknown length have it up to
// there: they list several artists, and nothing tells a list from an artist with a comma.
type commaName struct{ title, creator, item uint32 }

// isCut reports whether the name of a row is the beginning of one that any of things
// ever carried.
func (k *matcher) isCut(r *played, things map[uint32]struct{}) bool {
	if k.commas == nil {
		k.commas = k.commaNames()
	}
	it := &k.items[k.sources[r.source].itemOf(int(r.row))]
	s := &k.spellings[it.spellings]
	at, _ := slices.BinarySearchFunc(k.commas, s.title, func(n commaName, title uint32) int { return cmp.Compare(n.title, title) })
	for ; at < len(k.commas) && k.commas[at].title == s.title; at++ {
		if k.questions.Add(1) > maxQuestions {
			k.crowded.Store(true)
			return false
		}
		n := &k.commas[at]
		if _, ok := things[k.thing[n.item]]; ok && k.items[n.item].kind == it.kind {
			if first, _, _ := bytes.Cut(k.names.at(n.creator), comma); bytes.Equal(first, k.names.at(s.creator)) {
				return true
			}
		}
	}
	return false
}

var comma = []byte(", ")

// commaNames lists the names with a comma by their titles.
func (k *matcher) commaNames() []commaName {
	list := []commaName{}
	for i := range k.items {
		for j := k.items[i].spellings; j >= 0; j = k.spellings[j].next {
			if s := &k.spellings[j]; bytes.Index(k.names.at(s.creator), comma) > 0 {
				list = append(list, commaName{s.title, s.creator, uint32(i)})
			}
		}
	}
	slices.SortFunc(list, func(a, b commaName) int { return cmp.Compare(a.title, b.title) })
	return list
}

// length decides about the rows of one minute and length.
func (k *matcher) length(rows []played) {
	k.pending, k.free = k.pending[:0], k.free[:0]
	for rest := rows; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].thing == rest[0].thing {
			n++
		}
		one := rest[:n]
		rest = rest[n:]
		extended, taken := false, false
		for i := range one {
			extended = extended || !one[i].account
			taken = taken || one[i].account || one[i].taken
		}
		switch {
		case !extended:
			k.pending = append(k.pending, one...)
		case !taken:
			k.free = append(k.free, one[0].thing)
		default:
			for i := range one {
				s := k.sources[one[i].source]
				if one[i].account {
					s.absent.set(int(one[i].row), s.size)
				} else {
					s.taken.set(int(one[i].row), s.size)
				}
			}
		}
	}
	if len(k.free) == 0 || len(k.pending) == 0 {
		return
	}
	// One for one, in an order that depends on nothing but names.
	slices.SortFunc(k.pending, func(a, b played) int { return cmp.Compare(a.hash, b.hash) })
	again := func(i int) bool { return i > 0 && k.pending[i].hash == k.pending[i-1].hash }
	free := map[uint32]int{} // what is left for the rows of an artist, or of all (0)
	of := func(r *played) uint32 { return 0 }
	if free[0] = len(k.free); rows[0].ms == 0 {
		distinct := 0
		for i := range k.pending {
			if !again(i) {
				distinct++
			}
		}
		if len(k.free)*distinct > maxNothings {
			return
		}
		free[0] = 0 // for rows that name no artist
		of = func(r *played) uint32 { return r.whose }
		for i := range k.pending {
			who := k.pending[i].whose
			if _, ok := free[who]; !ok {
				for _, thing := range k.free {
					if k.is(thing, who) {
						free[who]++
					}
				}
			}
		}
	}
	matched := false
	for i := range k.pending {
		r := &k.pending[i]
		if !again(i) {
			who := of(r)
			if matched = free[who] > 0; matched {
				free[who]--
			}
		}
		if matched {
			s := k.sources[r.source]
			s.absent.set(int(r.row), s.size)
			s.loose.set(int(r.row), s.size)
		}
	}
}

// maxNothings bounds the comparisons of rows of 0 ms in one minute. Some dozens
// are what a person can skip.
const maxNothings = 1 << 16

// accountSpan is the time of the first and the last row that is of an account
// package, or the partner of such a row.
func (s *source) accountSpan() (first, last uint32, ok bool) {
	if s.base == nil {
		if !s.account {
			return 0, 0, false
		}
		return s.at(0).ts, s.at(s.size - 1).ts, true
	}
	is := func(i int) bool { return s.columns.flags[i]&flagAccount != 0 || s.taken.has(i) }
	i, j := 0, s.size-1
	for i < s.size && !is(i) {
		i++
	}
	if i == s.size {
		return 0, 0, false
	}
	for !is(j) {
		j--
	}
	return s.base.ts[i], s.base.ts[j], true
}

// itemOf is what row i played, in the codes of the merge.
func (s *source) itemOf(i int) uint32 {
	if s.base != nil {
		return s.items[s.base.item[i]]
	}
	return s.items[s.at(i).item]
}

// note says on the receipt what is to be said of all rows together.
func (d *Dataset) note() {
	d.receipt.Notes = nil
	if len(d.ts) == 0 {
		return
	}
	d.noteMissing()
	if n := d.unknownLengths; n > 0 {
		d.receipt.Notes = append(d.receipt.Notes, export.Reason{Code: export.CodeUnknownLengths, Figures: export.Figures{Count: int64(n)}})
	}
}

// noteMissing says when fewer than half of the account rows that lie within the
// extended history have a partner there: then a part of it is missing, or the two
// belong to different people.
func (d *Dataset) noteMissing() {
	flags := d.flags()
	extended := func(i int) bool { return flags[i]&flagAccount == 0 }
	i, j := 0, len(d.ts)-1
	for i <= j && !extended(i) {
		i++
	}
	for j > i && !extended(j) {
		j--
	}
	alone := 0
	for ; i < j; i++ {
		// Of rows of unknown length nobody keeps which had a partner.
		if !extended(i) && d.ms[i] != unknownLength {
			alone++
		}
	}
	if both := d.partners.matched() + alone; 2*alone > both {
		d.receipt.Notes = append(d.receipt.Notes, export.Reason{
			Code: export.CodeFewPartners, Figures: export.Figures{Count: int64(alone), Of: int64(both)},
		})
	}
}
