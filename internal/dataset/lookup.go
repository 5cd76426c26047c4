package dataset

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// TrackRef refers to one track, episode or chapter: by its URI, by its title and
// its artist (or show, or audiobook), or by both. Asked by both, whatever has
// either counts, because Spotify gives one recording several URIs over time.
type TrackRef struct {
	URI            string
	Title, Creator string // case and accents do not matter; no title, no search by names
}

// Stats is what a lens sees of one TrackRef; the zero Stats when it sees nothing.
type Stats struct {
	ID          string // of the track, episode or chapter with the most time; "" when the history has none, whatever the lens
	Rows, Plays int
	Ms          int64
	First, Last int64
}

// Lookup answers for all refs in one go over the rows.
func (d *Dataset) Lookup(l lens.Lens, refs []TrackRef) []Stats { return d.Stats(l, d.Match(refs)) }

// Matches are what refs mean in a dataset, whatever the lens. Whoever asks the
// same again keeps them: to find them takes longer than to add up what was
// heard of them.
type Matches struct {
	space space
	by    func(d *Dataset, code uint32) lens.EntityKind
	ends  []uint32 // of each ask's codes
	codes []uint32
}

// of are the codes that ask i means.
func (m *Matches) of(i int) []uint32 {
	from := uint32(0)
	if i > 0 {
		from = m.ends[i-1]
	}
	return m.codes[from:m.ends[i]]
}

// Match finds the tracks, episodes and chapters that are asked for.
func (d *Dataset) Match(refs []TrackRef) *Matches {
	m := &Matches{
		space: space{n: d.items(), of: d.leaf},
		by:    func(d *Dataset, code uint32) lens.EntityKind { return leafBy[d.kinds[code]] },
		ends:  make([]uint32, len(refs)),
	}
	if d.Rows() == 0 {
		return m
	}
	// What the URIs mean comes first, because names are mostly spelled alike.
	byURI := make([]uint32, 0, len(refs))
	w := d.want(len(refs))
	for i, a := range refs {
		from := len(byURI)
		byURI = d.appendURI(byURI, a.URI)
		m.ends[i] = uint32(len(byURI))
		var like [2]uint32
		if len(byURI) > from {
			s := &d.shown[byURI[from]]
			like = [2]uint32{s.title, whose(export.Kind(d.kinds[byURI[from]]), s.creator, s.collection)}
		}
		if a.Title != "" {
			w.ask(i, pair{d.nameLike(a.Title, like[0]), d.nameLike(a.Creator, like[1])})
		}
	}
	// What shares the leaf of another item shares one of its names, or was joined
	// with it for its URI.
	joined := d.joined
	for i, leaf := range d.leaf {
		if leaf != uint32(i) {
			continue
		}
		list := d.spellings[d.firstSpelling[i]:d.firstSpelling[i+1]]
		if d.apart != nil {
			list = d.spellingsOf(leaf)
		}
		for {
			for _, s := range list {
				if s.title != 0 {
					w.offer(pair{s.title, whose(export.Kind(d.kinds[i]), s.creator, s.collection)}, leaf)
				}
			}
			if len(joined) == 0 || joined[0].first != leaf {
				break
			}
			list, joined = d.spellingsOf(joined[0].item), joined[1:]
		}
	}
	from := uint32(0)
	for i := range refs {
		here := len(m.codes)
		m.codes = append(m.codes, byURI[from:m.ends[i]]...)
		from = m.ends[i]
		for _, leaf := range w.of(i) {
			if !slices.Contains(m.codes[here:], leaf) {
				m.codes = append(m.codes, leaf)
			}
		}
		m.ends[i] = uint32(len(m.codes))
	}
	return m
}

// MatchGroups finds the artists, albums, shows or audiobooks that are asked for.
// A history has no URI of those, so it is their names that count, and those
// they are shown under: an album's with its artist's, any other's alone, for
// the creators that packages tell of shows stand in no history. What this
// cannot know: that two artists have one name, that an album was renamed, or
// that a package credits an album to the first of its artists only.
func (d *Dataset) MatchGroups(by lens.EntityKind, refs []TrackRef) *Matches {
	m := &Matches{
		space: d.space(by), by: func(*Dataset, uint32) lens.EntityKind { return by },
		ends: make([]uint32, len(refs)),
	}
	w := d.want(len(refs))
	for i, a := range refs {
		if a.Title == "" {
			continue
		}
		p := pair{title: d.nameLike(a.Title, 0)}
		if by == lens.Album {
			p.creator = d.nameLike(a.Creator, 0)
		}
		w.ask(i, p)
	}
	for c := range uint32(m.space.n) {
		p := pair{title: d.nameCode(by, c)}
		if by == lens.Album {
			p.creator = d.artists[d.albums[c].artist]
		}
		w.offer(p, c)
	}
	for i := range refs {
		m.codes = append(m.codes, w.of(i)...)
		m.ends[i] = uint32(len(m.codes))
	}
	return m
}

// Stats tells what the lens sees of each ask that m was made of.
func (d *Dataset) Stats(l lens.Lens, m *Matches) []Stats {
	heard := make([]Stats, len(m.ends))
	if len(m.codes) == 0 {
		return heard
	}
	v := d.view(l)
	defer v.done()
	sums := v.tally(m.space)
	for i := range heard {
		best, sum := none, tally{}
		for _, code := range m.of(i) {
			if best == none || sums[code].ms > sums[best].ms {
				best = code
			}
			sum.add(&sums[code])
		}
		if best != none {
			heard[i] = Stats{
				ID:   d.id(m.by(d, best), best),
				Rows: int(sum.rows), Plays: int(sum.plays), Ms: sum.ms,
				First: int64(sum.first), Last: int64(sum.last),
			}
		}
	}
	return heard
}

// TracksBeside ranks the tracks that were played, but are not among m, by their
// plays.
func (d *Dataset) TracksBeside(l lens.Lens, m *Matches, limit int) Ranking {
	v := d.view(l)
	defer v.done()
	sums := v.tally(d.space(lens.Track))
	for _, code := range m.codes {
		sums[code].rows = 0
	}
	for i := range sums {
		if sums[i].plays == 0 {
			sums[i].rows = 0
		}
	}
	return v.ranking(lens.Track, lens.SortPlays, sums, 0, limit)
}

// pair is a title with its creator: names.
type pair struct{ title, creator uint32 }

// wanted are the pairs that somebody asks for, with what carries them. Names
// count as alike says.
type wanted struct {
	alike  []uint32
	titled []bool            // of each name: whether a pair has that title; nearly none has
	asked  []pair            // of each ask; of none where it has none
	codes  map[pair][]uint32 // that carry each pair, in the order of the offers
}

func (d *Dataset) want(refs int) *wanted {
	return &wanted{alike: d.alike(), titled: make([]bool, d.names.len()), asked: slices.Repeat([]pair{{none, none}}, refs), codes: make(map[pair][]uint32)}
}

// ask says which pair an ask is after. Names that the history has not are none.
func (w *wanted) ask(i int, p pair) {
	if p.title == none || p.creator == none {
		return
	}
	w.asked[i] = p
	w.codes[p] = nil
	w.titled[p.title] = true
}

// offer says that code carries a pair. The offers of one code follow each other.
func (w *wanted) offer(p pair, code uint32) {
	p.title = w.alike[p.title]
	if !w.titled[p.title] {
		return
	}
	p.creator = w.alike[p.creator]
	if codes, ok := w.codes[p]; ok && (len(codes) == 0 || codes[len(codes)-1] != code) {
		w.codes[p] = append(codes, code)
	}
}

// of are the codes that carry the pair of an ask.
func (w *wanted) of(ask int) []uint32 { return w.codes[w.asked[ask]] }

// Window asks what began between two times, both inclusive.
type Window struct {
	From, To int64      // Unix seconds of the start of play
	Refs     []TrackRef // after tracks, episodes and chapters
	Names    []string   // of tracks, artists, albums, shows and so on; case and accents do not matter
}

// maxWindowPlay is how long after a window the end of a play that began in it
// is looked for. The longest play ever seen lasted five and a half hours; rows
// of plays that were handed in later than this are not found.
const maxWindowPlay = 6 * 3600

// FirstPlays answers each window with the row of the first play that the lens
// sees, that began in it, and that one of its refs is after or that carries one
// of its names; -1 for a window without one. What was asked for matters, not what else
// was played.
func (d *Dataset) FirstPlays(l lens.Lens, windows []Window) []int {
	rows := make([]int, len(windows))
	for i := range rows {
		rows[i] = -1
	}
	if d.Rows() == 0 || len(windows) == 0 {
		return rows
	}
	var refs []TrackRef
	for i := range windows {
		refs = append(refs, windows[i].Refs...)
	}
	matches := d.Match(refs)
	v := d.view(l)
	defer v.done()
	var leaves, names []uint32
	asked := 0
	for i, w := range windows {
		leaves, names = leaves[:0], names[:0]
		for range w.Refs {
			leaves = append(leaves, matches.of(asked)...)
			asked++
		}
		for _, name := range w.Names {
			// What has no name is not what was asked for.
			if n := d.nameLike(name, 0); n != none && n != 0 {
				names = append(names, n)
			}
		}
		if len(leaves)+len(names) > 0 {
			rows[i] = v.firstPlay(&w, leaves, names)
		}
	}
	return rows
}

// firstPlay is the row of the play of w that began first, or -1.
func (v *view) firstPlay(w *Window, leaves, names []uint32) int {
	d, alike, lead := v.d, v.d.alike(), v.d.lead()
	isAsked := func(item uint32) bool {
		leaf := d.leaf[item]
		if leaf == none {
			return false
		}
		s := &d.shown[item]
		return slices.Contains(leaves, leaf) || slices.Contains(names, alike[s.title]) ||
			slices.Contains(names, alike[s.creator]) || slices.Contains(names, alike[s.collection])
	}
	best, began := -1, int64(0)
	lo, hi := max(v.lo, d.rowAt(w.From)), min(v.hi, d.rowAt(w.To+maxWindowPlay+1))
	v.scan(lo, hi, func(rows []uint32) {
		for _, i := range rows {
			start := int64(d.ts[i]) - int64(lead[i])
			if start < w.From || start > w.To || d.ms[i] < v.min || best >= 0 && start >= began {
				continue
			}
			if isAsked(d.item[i]) {
				best, began = int(i), start
			}
		}
	})
	return best
}
