package dataset

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Ranked is an entity with its figures under a lens.
type Ranked struct {
	Entity
	Rank        int // from 1, in the ranking's order
	Rows, Plays int
	Ms          int64
	First, Last int64
}

// Ranking is a page of a ranked list.
type Ranking struct {
	Items []Ranked
	Total int   // entities in all
	MaxMs int64 // of the whole ranking, to scale bars by
}

// tally is what is added up of one thing.
type tally struct {
	ms          int64
	rows, plays uint32
	first, last uint32
}

func (t *tally) add(u *tally) {
	if u.rows == 0 {
		return
	}
	if t.rows == 0 {
		*t = *u
		return
	}
	t.ms += u.ms
	t.rows += u.rows
	t.plays += u.plays
	t.first = min(t.first, u.first)
	t.last = max(t.last, u.last)
}

// ranked is a candidate of a ranking: its code and its figures in the order of
// their weight, the smaller the better.
type ranked struct {
	major, minor int64
	code         uint32
}

// Rank ranks what the lens sees, by l.Sort. offset and limit cut the page.
// With SortPlays and SortHours, ties are broken by the other, then by name,
// then ID; with SortFirst and SortLast by hours, name, ID.
// A search finds things by their own names; their figures are of everything
// else the lens lets through.
func (d *Dataset) Rank(l lens.Lens, by lens.EntityKind, offset, limit int) Ranking {
	if limit > maxAnswerItems {
		return d.rank(l, by, offset, limit)
	}
	q := query{of: "rank", lens: lensKey(l), entities: by, offset: offset, limit: limit, sort: l.Sort}
	return answer(d, q, func() Ranking { return d.rank(l, by, offset, limit) })
}

func (d *Dataset) rank(l lens.Lens, by lens.EntityKind, offset, limit int) Ranking {
	words := l.Words()
	l.Q = ""
	v := d.view(l)
	defer v.done()
	space := v.space(by)
	if space.n == 0 {
		return Ranking{}
	}
	sums := v.tally(space)
	v.dropUnnamed(by, space, sums, words)
	return v.ranking(by, l.Sort, sums, offset, limit)
}

// ranking is a page of the things of one By, ordered by their sums.
func (v *view) ranking(by lens.EntityKind, order lens.Sort, sums []tally, offset, limit int) Ranking {
	d := v.d
	var r Ranking
	for i := range sums {
		if sums[i].rows > 0 {
			r.Total++
			r.MaxMs = max(r.MaxMs, sums[i].ms)
		}
	}
	offset = max(offset, 0)
	want := min(offset+max(limit, 0), r.Total)
	if want <= offset {
		return r
	}
	top := smallest(want, func(yield func(ranked) bool) {
		for code := range sums {
			if t := &sums[code]; t.rows > 0 && !yield(d.rankKey(by, order, uint32(code), t)) {
				return
			}
		}
	}, func(a, b ranked) int {
		// Not cmp.Or, which would read names for every comparison.
		if c := cmp.Compare(a.major, b.major); c != 0 {
			return c
		}
		if c := cmp.Compare(a.minor, b.minor); c != 0 {
			return c
		}
		return d.compareNames(by, a.code, b.code)
	})
	r.Items = make([]Ranked, 0, want-offset)
	for i, c := range top[offset:] {
		t := &sums[c.code]
		r.Items = append(r.Items, Ranked{
			Entity: d.entity(by, c.code),
			Rank:   offset + i + 1,
			Rows:   int(t.rows), Plays: int(t.plays), Ms: t.ms,
			First: int64(t.first), Last: int64(t.last),
		})
	}
	return r
}

func (d *Dataset) rankKey(by lens.EntityKind, s lens.Sort, code uint32, t *tally) ranked {
	switch s {
	case lens.SortPlays:
		return ranked{-int64(t.plays), -t.ms, code}
	case lens.SortName:
		return ranked{int64(d.nameOrder()[d.nameCode(by, code)]), 0, code}
	case lens.SortFirst:
		return ranked{int64(t.first), -t.ms, code}
	case lens.SortLast:
		return ranked{-int64(t.last), -t.ms, code}
	default:
		return ranked{-t.ms, -int64(t.plays), code}
	}
}

// compareNames orders A to Z as people expect it, and never says equal of two.
func (d *Dataset) compareNames(by lens.EntityKind, a, b uint32) int {
	x, y := d.nameCode(by, a), d.nameCode(by, b)
	if x == y {
		return cmp.Compare(d.id(by, a), d.id(by, b))
	}
	if c := strings.Compare(d.foldedName(x), d.foldedName(y)); c != 0 {
		return c
	}
	return strings.Compare(d.names.at(x), d.names.at(y))
}

// nameOrder is the place of each name from A to Z, so that ordering things by
// their names reads none.
func (d *Dataset) nameOrder() []uint32 {
	d.orderOnce.Do(func() {
		type name struct {
			first uint64 // bytes, which nearly always decide
			code  uint32
		}
		names := make([]name, d.names.len())
		for i := range names {
			var first [8]byte
			copy(first[:], d.foldedName(uint32(i)))
			names[i] = name{binary.BigEndian.Uint64(first[:]), uint32(i)}
		}
		slices.SortFunc(names, func(a, b name) int {
			if c := cmp.Compare(a.first, b.first); c != 0 {
				return c
			}
			if c := strings.Compare(d.foldedName(a.code), d.foldedName(b.code)); c != 0 {
				return c
			}
			return strings.Compare(d.names.at(a.code), d.names.at(b.code))
		})
		d.ordered = make([]uint32, len(names))
		for place, n := range names {
			d.ordered[n.code] = uint32(place)
		}
	})
	return d.ordered
}

// dropUnnamed empties the sums of what the words do not name. A track that is
// several recordings goes by the names of all.
func (v *view) dropUnnamed(by lens.EntityKind, space space, sums []tally, words []string) {
	if len(words) == 0 {
		return
	}
	d, all := v.d, v.searchNames(words)
	v.marks = sized(v.marks, space.n) // the words that name each thing, as bits
	if leafKind[by] == export.KindUnknown {
		for code := range v.marks {
			v.marks[code] = v.hits[d.nameCode(by, uint32(code))]
			if by == lens.Album {
				v.marks[code] |= v.hits[d.artists[d.albums[code].artist]]
			}
		}
	} else {
		for i := range d.shown {
			if c := space.code(d, i); c != none {
				s := &d.shown[i]
				v.marks[c] |= v.hits[s.title] | v.hits[s.creator] | v.hits[s.collection]
			}
		}
	}
	for code := range sums {
		if v.marks[code] != all {
			sums[code].rows = 0
		}
	}
}

// tally adds up what the lens sees by the codes of a space.
func (v *view) tally(space space) []tally {
	d := v.d
	sums := v.sums()
	v.groups = sized(v.groups, space.n)
	for i, c := range space.of {
		if c == none || sums[i].rows == 0 || v.mask != nil && v.mask[i] == 0 {
			continue
		}
		if space.kind == export.KindUnknown || d.kinds[i] == uint8(space.kind) {
			v.groups[c].add(&sums[i])
		}
	}
	return v.groups
}

// sums adds up rows by item: a loop that does nothing else is the fastest. The
// sums may hold items that the mask leaves out.
func (v *view) sums() []tally {
	// Only kinds leave out things and rows at once: videos. Sums without them
	// answer every ranking of a range, whatever things it leaves out. Those of the
	// whole history are kept apart, because most requests ask for it.
	if v.kinds != 0 {
		return v.addRows()
	}
	key := "sums of a range"
	if v.lo == 0 && v.hi == v.d.Rows() && v.rowLens == (rowLens{}) {
		key = "sums of all rows"
	}
	return MemoizeLatest(v.d, key, sumsOf{v.lo, v.hi, v.min, v.rowLens}, func() []tally {
		all := *v
		all.mask, all.scratch = nil, &scratch{}
		return all.addRows()
	})
}

// addRows adds up all rows by item.
func (v *view) addRows() []tally {
	v.spread(func(w *view, lo, hi int) {
		w.tallies = sized(w.tallies, v.d.items())
		w.sumRows(lo, hi)
	}, func(w *view) {
		w.split(len(w.tallies), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				v.tallies[i].add(&w.tallies[i])
			}
		})
	})
	return v.tallies
}

// sumRows adds the rows from lo to hi up by item.
func (v *view) sumRows(lo, hi int) {
	v.scan(lo, hi, func(rows []uint32) { addUp(v.tallies, rows, v.d.item, v.d.ts, v.d.ms, v.min) })
}

// addUp adds rows up by item. Columns that it holds itself stay where they are
// while it writes: the loop then loads nothing but values.
func addUp(sums []tally, rows, item, ts, ms []uint32, min uint32) {
	for _, i := range rows {
		t, ts, ms := &sums[item[i]], ts[i], ms[i]
		if t.rows == 0 {
			t.first = ts
		}
		t.last = ts
		t.rows++
		t.plays += IsPlay(ms, min)
		t.ms += Ms(ms)
	}
}

// sumsOf is what sums are of.
type sumsOf struct {
	lo, hi int
	min    uint32
	rowLens
}

// smallest returns the k smallest of all, in order. It holds 2k at most and
// compares most candidates once only, with the worst of the best so far.
func smallest[T any](k int, all func(yield func(T) bool), compare func(a, b T) int) []T {
	best := make([]T, 0, 2*k)
	full := false // best[k-1] is the worst that still counts
	for t := range all {
		if full && compare(t, best[k-1]) >= 0 {
			continue
		}
		if best = append(best, t); len(best) == 2*k {
			slices.SortFunc(best, compare)
			best = best[:k]
			full = true
		}
	}
	slices.SortFunc(best, compare)
	return best[:min(k, len(best))]
}
