package dataset

import (
	"runtime"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A view is a lens made ready for one dataset: a range of rows, a mask over
// items that holds everything the lens asks of what was played, and the little
// it asks of single rows. The loops over rows then hardly branch.
type view struct {
	d      *Dataset
	tz     *time.Location
	lo, hi int      // rows of the range
	leaf   []uint32 // as Dataset.leaf, or with recordings grouped

	// Bit 0 of mask[item] lets its audio rows through, bit 1 its video rows.
	// nil lets all through.
	mask  []uint8
	kinds lens.Kinds // that the mask is made of; 0 for any
	min   uint32     // milliseconds that make a play

	rowLens
	platform []uint8 // 1 for each platform let through; nil for any
	// 1 for each hour of the week let through, and the hour in which each row
	// began; nil for any.
	week        [HoursPerWeek]uint8
	hoursOfRows []uint8

	*scratch
}

// rowLens is what a lens asks of single rows, whatever was played. Zero values
// ask nothing.
type rowLens struct {
	country  uint16
	family   lens.Family
	weekdays lens.Weekdays
	hours    lens.Hours
	zone     string // of weekdays and hours
	only     lens.Traits
}

// scratch is memory that queries pass on to each other.
type scratch struct {
	rows    [blockRows]uint32
	masks   []uint8
	hits    []uint8
	tallies []tally
	groups  []tally
	slots   []uint32
	starts  []uint32
	marks   []uint8
	totals  totals
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// sized returns s with n zeroed elements, in its own memory if that is enough.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// done gives the scratch memory back, and the turn.
func (v *view) done() {
	v.giveBack()
	<-v.d.turns
}

func (v *view) giveBack() {
	scratches.Put(v.scratch)
	v.scratch = nil
}

// How many queries of one dataset run at a time. A query adds up every item in
// memory of its own, so many at once of a dataset with many items would take
// several times what it takes itself; a machine is no slower for it, since each
// takes all cores.
const (
	turnsOfMany = 1
	turnsOfFew  = 8
	manyItems   = 1 << 16
)

func newTurns(items int) chan struct{} {
	if items > manyItems {
		return make(chan struct{}, turnsOfMany)
	}
	return make(chan struct{}, turnsOfFew)
}

// view makes l ready. The caller must call done.
func (d *Dataset) view(l lens.Lens) *view {
	d.turns <- struct{}{}
	v := &view{d: d, tz: l.Zone(), hi: d.Rows(), scratch: scratches.Get().(*scratch)}
	v.min = l.MinMs()
	v.leaf = d.leaf
	if l.Group == lens.GroupTitle {
		v.leaf = d.recordings()
	}
	if !l.From.IsZero() {
		v.lo = d.rowAt(l.From.Start(v.tz))
	}
	if !l.To.IsZero() {
		v.hi = max(v.lo, d.rowAt(l.To.AddDays(1).Start(v.tz)))
	}
	if l.Country != "" {
		v.country = countryCode([]byte(l.Country))
	}
	if v.family = l.Platform; v.family != "" {
		v.platform = make([]uint8, len(d.platforms))
		for i := range d.platforms {
			if d.family(uint16(i)) == v.family {
				v.platform[i] = 1
			}
		}
	}
	if l.Weekdays != 0 || l.Hours != 0 {
		v.weekdays, v.hours, v.zone = l.Weekdays, l.Hours, v.tz.String()
		v.week, v.hoursOfRows = hoursThrough(l), d.HoursOfWeek(v.tz)
	}
	v.only, v.kinds = l.Only, l.Kinds
	v.choose(l)
	return v
}

// rowAt is the first row at or after ts.
func (d *Dataset) rowAt(ts int64) int {
	return sort.Search(len(d.ts), func(i int) bool { return int64(d.ts[i]) >= ts })
}

// choose makes the mask.
func (v *view) choose(l lens.Lens) {
	d := v.d
	words := l.Words()
	if l.Kinds == 0 && len(words) == 0 && len(l.Not) == 0 && l.Focus == (lens.Focus{}) {
		return
	}
	v.masks = sized(v.masks, d.items())
	v.mask = v.masks
	ofKind := maskOf(l.Kinds)
	for i, k := range d.kinds {
		v.mask[i] = ofKind[k]
	}
	v.narrow(l.Artist, lens.Artist)
	v.narrow(l.Album, lens.Album)
	v.narrow(l.Show, lens.Show)
	v.narrow(l.Audiobook, lens.Audiobook)
	v.narrow(l.Track, lens.Track, lens.Episode, lens.Chapter)
	if len(l.Not) > 0 {
		v.leaveOut(d.artistOf, d.artists, l.Not)
		v.leaveOut(d.showOf, d.shows, l.Not)
	}
	if len(words) > 0 {
		v.search(words)
	}
}

// maskOf is what a set of kinds lets through of each kind of item.
func maskOf(k lens.Kinds) [export.KindAudiobook + 1]uint8 {
	const audio, video = 1, 2
	if k == 0 {
		return [...]uint8{audio | video, audio | video, audio | video, audio | video}
	}
	var m [export.KindAudiobook + 1]uint8
	for kind, set := range [...]lens.Kinds{export.KindMusic: lens.KindMusic, export.KindPodcast: lens.KindPodcast, export.KindAudiobook: lens.KindAudiobook} {
		if k&set != 0 {
			m[kind] |= audio
		}
		if k&lens.KindVideo != 0 {
			m[kind] |= video
		}
	}
	return m
}

// narrow leaves only the items of the entities with that ID. What is of several
// kinds is numbered alike.
func (v *view) narrow(id string, kinds ...lens.EntityKind) {
	if id == "" {
		return
	}
	var codes []uint32
	for _, by := range kinds {
		if code, ok := v.find(by, id); ok {
			codes = append(codes, code)
		}
	}
	for i, c := range v.space(kinds[0]).of {
		if !slices.Contains(codes, c) {
			v.mask[i] = 0
		}
	}
}

// space is how the lens numbers things of one By.
func (v *view) space(by lens.EntityKind) space {
	s := v.d.space(by)
	if by == lens.Track {
		s.of = v.leaf
	}
	return s
}

// find is the code, in that space, of the thing with that ID.
func (v *view) find(by lens.EntityKind, id string) (code uint32, ok bool) {
	if code, ok = v.d.find(by, id); ok && by == lens.Track {
		code = v.leaf[code]
	}
	return code, ok
}

// leaveOut clears the items whose group has one of the names.
func (v *view) leaveOut(of, groups []uint32, names []string) {
	left := make([]string, len(names))
	for i, name := range names {
		left[i] = string(fold.Append(nil, name))
	}
	v.hits = sized(v.hits, len(groups))
	for i, g := range groups {
		if slices.Contains(left, v.d.foldedName(g)) {
			v.hits[i] = 1
		}
	}
	if !slices.Contains(v.hits, 1) {
		return
	}
	for i, g := range of {
		if g != none && v.hits[g] != 0 {
			v.mask[i] = 0
		}
	}
}

// HasName reports whether an artist or a show has that name, as [Lens.Not]
// compares names.
func (d *Dataset) HasName(name string) bool {
	folded := string(fold.Append(nil, name))
	for _, groups := range [][]uint32{d.artists, d.shows} {
		for _, g := range groups {
			if d.foldedName(g) == folded {
				return true
			}
		}
	}
	return false
}

// searchNames sets, in hits, the bit of each word in the names that contain it,
// and returns all bits.
func (v *view) searchNames(words []string) (all uint8) {
	v.hits = sized(v.hits, v.d.names.len())
	for i, w := range words {
		v.d.search(w, 1<<i, v.hits)
	}
	return uint8(1<<len(words) - 1)
}

// search leaves the items that have every word in one of their names.
func (v *view) search(words []string) {
	d := v.d
	all := v.searchNames(words)
	for i := range d.shown {
		s := &d.shown[i]
		if v.hits[s.title]|v.hits[s.creator]|v.hits[s.collection] != all {
			v.mask[i] = 0
		}
	}
}

// scan calls f with the numbers of the rows from lo to hi that the lens lets
// through, in order, a block at a time. f must not keep the slice.
func (v *view) scan(lo, hi int, f func(rows []uint32)) {
	for ; lo < hi; lo += blockRows {
		if rows := v.block(lo, min(lo+blockRows, hi)); len(rows) > 0 {
			f(rows)
		}
	}
}

// spreadRows is how many rows a core takes at least: fewer are not worth the
// bother of a second one.
const spreadRows = 1 << 19

// cores is how many stretches the rows of the range are read in, side by side.
func (v *view) cores() int {
	return max(1, min(runtime.GOMAXPROCS(0), (v.hi-v.lo)/spreadRows))
}

// spread calls f for each stretch of the range, side by side, and then gather in
// their order. Each stretch has a view with scratch memory of its own, until it
// is gathered; the first has v itself.
func (v *view) spread(f func(w *view, lo, hi int), gather func(w *view)) {
	n := v.cores()
	views := make([]*view, n)
	var others sync.WaitGroup
	at := func(part int) int { return v.lo + int(int64(v.hi-v.lo)*int64(part)/int64(n)) }
	for part := 1; part < n; part++ {
		w := *v
		w.scratch = scratches.Get().(*scratch)
		views[part] = &w
		others.Go(func() { f(&w, at(part), at(part+1)) })
	}
	f(v, v.lo, at(1))
	others.Wait()
	for _, w := range views[1:] {
		gather(w)
		w.giveBack()
	}
}

// split calls f for stretches of n things, side by side where rows are spread.
func (v *view) split(n int, f func(lo, hi int)) {
	parts := v.cores()
	var g sync.WaitGroup
	for part := range parts {
		g.Go(func() { f(n*part/parts, n*(part+1)/parts) })
	}
	g.Wait()
}

// block lists the rows from lo to hi, at most blockRows, that the lens lets
// through. Each thing asked of single rows is a pass over those left, without a
// branch.
func (v *view) block(lo, hi int) []uint32 {
	d := v.d
	out := v.rows[:hi-lo]
	country := v.country
	switch {
	case v.mask == nil && country == 0:
		for i := range out {
			out[i] = uint32(lo + i)
		}
	case v.mask == nil:
		n := 0
		for i, c := range d.country()[lo:hi] {
			out[n] = uint32(lo + i)
			if c == country {
				n++
			}
		}
		out, country = out[:n], 0
	default:
		n := 0
		flags, mask := d.flags()[lo:hi], v.mask
		for i, item := range d.item[lo:hi] {
			out[n] = uint32(lo + i)
			n += int(mask[item] >> (flags[i] & flagVideo) & 1)
		}
		out = out[:n]
	}
	if country != 0 {
		n, countries := 0, d.country()
		for _, i := range out {
			out[n] = i
			if countries[i] == country {
				n++
			}
		}
		out = out[:n]
	}
	if v.platform != nil {
		n, platforms := 0, d.platform()
		for _, i := range out {
			out[n] = i
			n += int(v.platform[platforms[i]])
		}
		out = out[:n]
	}
	if v.hoursOfRows != nil {
		n := 0
		for _, i := range out {
			out[n] = i
			n += int(v.week[v.hoursOfRows[i]])
		}
		out = out[:n]
	}
	if v.only != 0 {
		n, flags, end := 0, d.flags(), d.end()
		for _, i := range out {
			out[n] = i
			if d.ends.traits(d.ms[i], end[i], flags[i])&v.only == v.only {
				n++
			}
		}
		out = out[:n]
	}
	return out
}
