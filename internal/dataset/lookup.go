package dataset

import (
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Folded is a name in the form in which case and accents do not matter, as
// searches compare them. Spaces at the edges do not matter either.
func Folded(name string) string {
	return string(fold(make([]byte, 0, len(name)), strings.TrimSpace(name)))
}

// Ask asks after one track, episode or chapter: by its URI, by its title and
// its artist (or show, or audiobook), or by both. Asked by both, whatever has
// either counts, because Spotify gives one recording several URIs over time.
type Ask struct {
	URI            string
	Title, Creator string // case and accents do not matter; no title, no search by names
}

// Heard is what a lens sees of one Ask; the zero Heard when it sees nothing.
type Heard struct {
	ID          string // of the track, episode or chapter with the most time; "" when the history has none, whatever the lens
	Rows, Plays int
	Ms          int64
	First, Last int64
}

// Lookup answers all asks in one go over the rows.
func (d *Dataset) Lookup(l Lens, asks []Ask) []Heard { return d.Heard(l, d.Match(asks)) }

// Matches are what asks mean in a dataset, whatever the lens. Whoever asks the
// same again keeps them: to find them takes longer than to add up what was
// heard of them.
type Matches struct {
	space space
	by    func(d *Dataset, code uint32) By
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
func (d *Dataset) Match(asks []Ask) *Matches {
	m := &Matches{
		space: space{n: d.items(), of: d.leaf},
		by:    func(d *Dataset, code uint32) By { return leafBy(export.Kind(d.kinds[code])) },
		ends:  make([]uint32, len(asks)),
	}
	if d.Rows() == 0 {
		return m
	}
	named := d.namesakes(asks)
	for i, a := range asks {
		byURI := d.leavesOf(a.URI)
		m.codes = append(m.codes, byURI...)
		for _, leaf := range named.leaves[named.pairs[i]] {
			if !slices.Contains(byURI, leaf) {
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
func (d *Dataset) MatchGroups(by By, asks []Ask) *Matches {
	m := &Matches{
		space: d.space(by), by: func(*Dataset, uint32) By { return by },
		ends: make([]uint32, len(asks)),
	}
	texts := numbers{}
	pairs := make([][2]uint32, len(asks))
	codes := make(map[[2]uint32][]uint32)
	for i, a := range asks {
		if a.Title == "" {
			continue
		}
		pairs[i][0] = texts.number(a.Title)
		if by == ByAlbum {
			pairs[i][1] = texts.number(a.Creator)
		}
		codes[pairs[i]] = nil
	}
	if len(codes) > 0 {
		asked := texts.inNames(d)
		for c := range uint32(m.space.n) {
			pair := [2]uint32{asked[d.nameCode(by, c)]}
			if by == ByAlbum {
				pair[1] = asked[d.artists[d.albums[c].artist]]
			}
			if list, ok := codes[pair]; ok {
				codes[pair] = append(list, c)
			}
		}
	}
	for i, pair := range pairs {
		if pair[0] != 0 {
			m.codes = append(m.codes, codes[pair]...)
		}
		m.ends[i] = uint32(len(m.codes))
	}
	return m
}

// Heard tells what the lens sees of each ask that m was made of.
func (d *Dataset) Heard(l Lens, m *Matches) []Heard {
	heard := make([]Heard, len(m.ends))
	if len(m.codes) == 0 {
		return heard
	}
	v := d.view(l)
	defer v.done()
	sums := v.tally(m.space)
	for i := range heard {
		h := &heard[i]
		best := none
		for _, code := range m.of(i) {
			t := &sums[code]
			if best == none || t.ms > sums[best].ms {
				best = code
			}
			if t.rows == 0 {
				continue
			}
			if h.Rows == 0 || int64(t.first) < h.First {
				h.First = int64(t.first)
			}
			h.Last = max(h.Last, int64(t.last))
			h.Rows += int(t.rows)
			h.Plays += int(t.plays)
			h.Ms += t.ms
		}
		if best != none {
			h.ID = d.id(m.by(d, best), best)
		}
	}
	return heard
}

// TracksBeside ranks the tracks that were played, but are not among m, by their
// plays.
func (d *Dataset) TracksBeside(l Lens, m *Matches, limit int) Ranking {
	v := d.view(l)
	defer v.done()
	sums := v.tally(d.space(ByTrack))
	for _, code := range m.codes {
		sums[code].rows = 0
	}
	for i := range sums {
		if sums[i].plays == 0 {
			sums[i].rows = 0
		}
	}
	return v.ranking(ByTrack, SortPlays, sums, 0, limit)
}

// leafBy is what a kind's items are called in rankings.
func leafBy(kind export.Kind) By {
	switch kind {
	case export.KindPodcast:
		return ByEpisode
	case export.KindAudiobook:
		return ByChapter
	}
	return ByTrack
}

// leavesOf are the tracks, episodes and chapters with that URI: mostly one, but
// chapters of audiobooks were episodes of shows once.
func (d *Dataset) leavesOf(uri string) []uint32 {
	if uri == "" {
		return nil
	}
	class, rest := splitURI([]byte(uri))
	var leaves []uint32
	for _, by := range [...]By{ByTrack, ByEpisode, ByChapter} {
		id := string(rest)
		if usual := class == uriTrack && by == ByTrack || class == uriEpisode && by != ByTrack; !usual || !isID(id) {
			id = hashID("uri", uri)
		}
		if code, ok := d.find(by, id); ok {
			leaves = append(leaves, code)
		}
	}
	return leaves
}

// namesakes are the leaves by the folded names they ever carried. A pair is the
// numbers of title and creator.
type namesakes struct {
	pairs  [][2]uint32 // of each ask, zeros for one without a title
	leaves map[[2]uint32][]uint32
}

// namesakes finds all that was asked for by names. Only texts that somebody
// asks for have a number, so that items nobody asks for cost one comparison.
func (d *Dataset) namesakes(asks []Ask) namesakes {
	n := namesakes{pairs: make([][2]uint32, len(asks)), leaves: make(map[[2]uint32][]uint32)}
	texts := numbers{}
	for i, a := range asks {
		if a.Title != "" {
			n.pairs[i] = [2]uint32{texts.number(a.Title), texts.number(a.Creator)}
			n.leaves[n.pairs[i]] = nil
		}
	}
	if len(n.leaves) == 0 {
		return n
	}
	asked := texts.inNames(d)
	for i, leaf := range d.leaf {
		if leaf == none {
			continue
		}
		kind := export.Kind(d.kinds[i])
		for _, s := range d.spellings[d.firstSpelling[i]:d.firstSpelling[i+1]] {
			pair := [2]uint32{asked[s.title], asked[whose(kind, s.creator, s.collection)]}
			if s.title == 0 || pair[0] == 0 || pair[1] == 0 {
				continue
			}
			// The spellings of one item follow each other, and items without a
			// URI share their leaf with others.
			if list, ok := n.leaves[pair]; ok && !slices.Contains(list, leaf) {
				n.leaves[pair] = append(list, leaf)
			}
		}
	}
	return n
}

// Window asks what began between two times, both inclusive.
type Window struct {
	From, To int64    // Unix seconds of the start of play
	URIs     []string // of tracks, episodes and chapters
	Names    []string // of tracks, artists, albums, shows and so on; case and accents do not matter
}

// maxWindowPlay is how long after a window the end of a play that began in it
// is looked for. The longest play ever seen lasted five and a half hours; rows
// of plays that were handed in later than this are not found.
const maxWindowPlay = 6 * 3600

// FirstPlays answers each window with the first play that the lens sees, that
// began in it, and that is one of its URIs or carries one of its names; nil for
// a window without one. What was asked for matters, not what else was played.
func (d *Dataset) FirstPlays(l Lens, windows []Window) []*Item {
	out := make([]*Item, len(windows))
	if d.Rows() == 0 || len(windows) == 0 {
		return out
	}
	v := d.view(l)
	defer v.done()
	texts := numbers{}
	wanted := make([][]uint32, len(windows)) // the numbers of each window's names
	for i, w := range windows {
		for _, name := range w.Names {
			wanted[i] = append(wanted[i], texts.number(name))
		}
	}
	delete(texts, "") // what has no name is not what was asked for
	asked := texts.inNames(d)
	for i, w := range windows {
		row := v.firstPlay(&w, wanted[i], asked)
		if row < 0 {
			continue
		}
		item := d.play(row)
		out[i] = &item
	}
	return out
}

// firstPlay is the row of the play of w that began first, or -1.
func (v *view) firstPlay(w *Window, texts, asked []uint32) int {
	d := v.d
	var leaves []uint32
	for _, uri := range w.URIs {
		leaves = append(leaves, d.leavesOf(uri)...)
	}
	if len(leaves) == 0 && len(texts) == 0 {
		return -1
	}
	isAsked := func(item uint32) bool {
		leaf := d.leaf[item]
		if leaf == none {
			return false
		}
		s := &d.shown[item]
		return slices.Contains(leaves, leaf) || slices.Contains(texts, asked[s.title]) ||
			slices.Contains(texts, asked[s.creator]) || slices.Contains(texts, asked[s.collection])
	}
	best, began := -1, int64(0)
	lo, hi := max(v.lo, d.rowAt(w.From)), min(v.hi, d.rowAt(w.To+maxWindowPlay+1))
	v.scan(lo, hi, func(rows []uint32) {
		for _, i := range rows {
			start := int64(d.ts[i]) - int64(d.lead[i])
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

// numbers are those of the folded texts that somebody asks for, from 1.
type numbers map[string]uint32

func (n numbers) number(text string) uint32 {
	text = Folded(text)
	c, ok := n[text]
	if !ok {
		c = uint32(len(n) + 1)
		n[text] = c
	}
	return c
}

// inNames are the numbers of the dataset's names, 0 for one that nobody asks for.
func (n numbers) inNames(d *Dataset) []uint32 {
	// Nearly no name is asked for, and its length and first letter tell.
	var likely [1 << 16]bool
	mark := func(s string) *bool {
		if s == "" {
			return &likely[0]
		}
		return &likely[int(s[0])<<8|len(s)&0xFF]
	}
	for s := range n {
		*mark(s) = true
	}
	of := make([]uint32, d.names.len())
	for i := range of {
		if s := strings.TrimSpace(d.foldedName(uint32(i))); *mark(s) {
			of[i] = n[s]
		}
	}
	return of
}

// PlayedMs is the time of the rows that count as plays under the lens. All
// other figures of time take every row; this one tells how much the short ones
// amount to.
func (d *Dataset) PlayedMs(l Lens) int64 {
	v := d.view(l)
	defer v.done()
	var ms int64
	v.scan(v.lo, v.hi, func(rows []uint32) {
		for _, i := range rows {
			ms += int64(d.ms[i]) * int64(isPlay(d.ms[i], v.min))
		}
	})
	return ms
}
