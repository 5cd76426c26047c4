package dataset

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// The reference says what the package promises in the most obvious way: maps,
// strings and time.Time, one rule after the other.

// refRow is a row of a history file, with strings.
type refRow struct {
	file                            int
	ts, start, ms                   int64
	account, video                  bool
	unknown                         bool // its length
	apart                           bool // its URI had too many titles to be one track
	kind                            export.Kind
	uri, title, creator, collection string
	platform, country               string
	begin, end                      string
	tri                             [4]export.Tri
}

func (r *refRow) play() export.Play {
	b := func(s string) []byte {
		if s == "" {
			return nil
		}
		return []byte(s)
	}
	p := export.Play{
		TS: r.ts, Start: r.start, MS: uint32(r.ms), UnknownLength: r.unknown, Kind: r.kind, Video: r.video,
		URI: b(r.uri), Title: b(r.title), Creator: b(r.creator), Collection: b(r.collection),
		Platform: b(r.platform), Country: b(r.country), ReasonStart: b(r.begin), ReasonEnd: b(r.end),
		Shuffle: r.tri[0], Skipped: r.tri[1], Offline: r.tri[2], Incognito: r.tri[3],
	}
	if r.account {
		p.Source = export.SourceAccount
	}
	return p
}

// at is when and how long.
func (r *refRow) at() string { return fmt.Sprintf("%d %d ", r.ts, r.longest()) }

// longest is how long it was at most.
func (r *refRow) longest() int64 {
	if r.unknown {
		return 1 << 40
	}
	return r.ms
}

func (r *refRow) skipped() bool {
	switch r.end {
	case "fwdbtn", "backbtn":
		return true
	case "endplay", "clickrow", "clickside":
		return r.ms < 30_000
	}
	return false
}

func (r *refRow) whose() string {
	if r.kind == export.KindPodcast || r.kind == export.KindAudiobook {
		return r.collection
	}
	return r.creator
}

func (r *refRow) name() string { return fmt.Sprintf("%d\x00%s\x00%s", r.kind, r.title, r.whose()) }

// thing is what was played: a track, or one title of a URI that says nothing.
func (r *refRow) thing() string {
	if r.apart {
		return r.track() + "\x00" + r.title
	}
	return r.track()
}

// track is the URI, or all names.
func (r *refRow) track() string {
	if r.uri != "" {
		return fmt.Sprintf("%d\x00%s", r.kind, r.uri)
	}
	return fmt.Sprintf("%d\x00\x00%s\x00%s\x00%s", r.kind, r.title, r.creator, r.collection)
}

func (r *refRow) countryOr() string {
	if r.country == "" {
		return "ZZ"
	}
	return r.country
}

func (r *refRow) hash() uint64 {
	class, id := splitURI([]byte(r.uri))
	key := []byte{byte(r.kind), byte(class)}
	if class != uriNone {
		return xxhash.Sum64(append(key, id...))
	}
	return xxhash.Sum64(append(key, r.title+"\x00"+r.whose()...))
}

// fullness orders equal rows; the greatest is kept.
func (r *refRow) compareFullness(o *refRow) int {
	bits := func(r *refRow) int {
		n := 0
		for i := 3; i >= 0; i-- {
			n = n*4 + int(r.tri[i])
		}
		n *= 4
		if r.account {
			n += 2
		}
		if r.video {
			n++
		}
		return n
	}
	return cmp.Or(
		cmp.Compare(bits(r), bits(o)), cmp.Compare(o.countryOr(), r.countryOr()),
		cmp.Compare(r.ts-r.start, o.ts-o.start), cmp.Compare(r.platform, o.platform),
		cmp.Compare(r.begin, o.begin), cmp.Compare(r.end, o.end))
}

type refTotals struct{ kept, duplicate, elsewhere int }

// refHistory is what is left of rows after merging.
type refHistory struct {
	rows   []refRow // in canonical order, under the names shown
	totals refTotals
	// first is the ID of the track of each title and artist that was heard first.
	first map[string]string
}

func reference(rows []refRow) refHistory {
	var h refHistory
	rows = slices.Clone(rows)
	titles := map[string]map[string]bool{} // of each URI
	for _, r := range rows {
		if r.uri != "" && r.title != "" {
			if titles[r.track()] == nil {
				titles[r.track()] = map[string]bool{}
			}
			titles[r.track()][r.title] = true
		}
	}
	for i := range rows {
		rows[i].apart = len(titles[rows[i].track()]) > maxTitles
	}
	history := map[string]map[string]bool{} // names that each URI ever carried
	type spelled struct {
		row  refRow
		last int64
	}
	spellings := map[string]map[string]spelled{} // of each URI
	for _, r := range rows {
		if r.uri == "" {
			continue
		}
		if history[r.track()] == nil {
			history[r.track()] = map[string]bool{}
		}
		if spellings[r.thing()] == nil {
			spellings[r.thing()] = map[string]spelled{}
		}
		if r.title != "" {
			history[r.track()][r.name()] = true
		}
		k := r.title + "\x00" + r.creator + "\x00" + r.collection
		spellings[r.thing()][k] = spelled{r, max(r.ts, spellings[r.thing()][k].last)}
	}

	// Rule 1: extended rows.
	at := (*refRow).at
	merge := func(groups map[string][]refRow) []refRow {
		var kept []refRow
		for _, g := range groups {
			item := slices.MinFunc(g, func(a, b refRow) int {
				return cmp.Or(-cmp.Compare(min(1, len(a.title)), min(1, len(b.title))), cmp.Compare(a.title, b.title),
					cmp.Compare(b.collection, a.collection), cmp.Compare(b.creator, a.creator))
			})
			best := slices.MaxFunc(g, func(a, b refRow) int { return a.compareFullness(&b) })
			best.title, best.creator, best.collection = item.title, item.creator, item.collection
			kept = append(kept, best)
			h.totals.kept++
			h.totals.duplicate += len(g) - 1
		}
		return kept
	}
	withURI, without, account := map[string][]refRow{}, map[string][]refRow{}, map[string][]refRow{}
	known := map[string]bool{}
	for _, r := range rows {
		if r.account {
			continue
		}
		if r.uri != "" {
			withURI[at(&r)+r.track()] = append(withURI[at(&r)+r.track()], r)
			for n := range history[r.track()] {
				known[at(&r)+n] = true
			}
		}
	}
	for _, r := range rows {
		if !r.account && r.uri == "" {
			if known[at(&r)+r.name()] {
				h.totals.duplicate++
				continue
			}
			without[at(&r)+r.name()] = append(without[at(&r)+r.name()], r)
		}
	}
	// Rules 2 and 3: account rows.
	elsewhere := partnersOf(rows)
	for _, r := range rows {
		if !r.account {
			continue
		}
		if elsewhere[at(&r)+r.name()] {
			h.totals.elsewhere++
			continue
		}
		account[at(&r)+r.name()] = append(account[at(&r)+r.name()], r)
	}
	h.rows = slices.Concat(merge(withURI), merge(without), merge(account))
	class := func(r *refRow) int {
		switch {
		case r.account:
			return 2
		case r.uri == "":
			return 1
		}
		return 0
	}
	slices.SortFunc(h.rows, func(a, b refRow) int {
		return cmp.Or(cmp.Compare(a.ts, b.ts), cmp.Compare(a.longest(), b.longest()), cmp.Compare(class(&a), class(&b)), cmp.Compare(a.hash(), b.hash()))
	})

	// The names shown: a URI's latest, and rule 4 for what has no URI.
	shown := map[string]refRow{}
	for thing, s := range spellings {
		list := []spelled{}
		for _, v := range s {
			list = append(list, v)
		}
		best := slices.MinFunc(list, func(a, b spelled) int {
			return cmp.Or(
				-cmp.Compare(min(1, len(a.row.title)), min(1, len(b.row.title))), -cmp.Compare(a.last, b.last),
				cmp.Compare(a.row.title, b.row.title), cmp.Compare(a.row.creator, b.row.creator),
				cmp.Compare(a.row.collection, b.row.collection))
		})
		shown[thing] = best.row
	}
	type aim struct {
		row   refRow
		last  int64
		order int
	}
	aims := map[string]aim{}
	lastOf := map[string]int64{}
	order := map[string]int{}
	for i, r := range h.rows {
		lastOf[r.thing()] = r.ts
		if _, ok := order[r.thing()]; !ok {
			order[r.thing()] = i
		}
	}
	offer := func(name string, a aim) {
		rank := func(a aim) [2]int {
			return [2]int{min(1, len(a.row.uri)), min(1, len(a.row.uri)+len(a.row.collection))}
		}
		b, ok := aims[name]
		x, y := rank(a), rank(b)
		if !ok || cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]), cmp.Compare(a.last, b.last), cmp.Compare(b.order, a.order)) > 0 {
			aims[name] = a
		}
	}
	for _, r := range h.rows {
		if r.kind == export.KindUnknown {
			continue
		}
		if r.uri == "" && r.title != "" {
			offer(r.name(), aim{r, lastOf[r.thing()], order[r.thing()]})
		}
		if r.uri != "" {
			for _, s := range spellings[r.thing()] {
				if s.row.title != "" {
					offer(s.row.name(), aim{s.row, s.last, order[r.thing()]})
				}
			}
		}
	}
	for i := range h.rows {
		r := &h.rows[i]
		if r.uri == "" && r.title != "" && r.kind != export.KindUnknown {
			a := aims[r.name()].row
			r.uri, r.title, r.creator, r.collection, r.apart = a.uri, a.title, a.creator, a.collection, a.apart
		}
		if s, ok := shown[r.thing()]; ok {
			r.title, r.creator, r.collection = s.title, s.creator, s.collection
		}
	}
	h.first = map[string]string{}
	heard := map[string]int{}
	for _, r := range h.rows {
		at := order[r.thing()]
		if key := r.recording(); key != "" && (h.first[key] == "" || at < heard[key]) {
			h.first[key], heard[key] = r.idOf(lens.Track), at
		}
	}
	return h
}

// partnersOf lists the account rows, by time, length and name, that the extended
// history holds.
func partnersOf(rows []refRow) map[string]bool {
	// Names are one when a URI carried both.
	nameOf := func(r refRow) string {
		if r.title == "" && r.whose() == "" {
			return ""
		}
		return r.name()
	}
	group := map[string]string{} // any of the names that are one
	find := func(n string) string {
		for group[n] != "" && group[n] != n {
			n = group[n]
		}
		return n
	}
	of := map[string]string{} // a name of each URI
	for _, r := range rows {
		if r.uri == "" {
			continue
		}
		if first, ok := of[r.track()]; !ok {
			of[r.track()] = nameOf(r)
		} else if a, b := find(first), find(nameOf(r)); a != b {
			if b == "" { // which says in group that there is none
				a, b = b, a
			}
			group[a] = b
		}
	}
	by := map[string]map[string]bool{} // whose the things of connected names are
	for _, r := range rows {
		n := find(nameOf(r))
		if by[n] == nil {
			by[n] = map[string]bool{}
		}
		by[n][r.whose()] = true
	}
	type slot struct {
		minute, ms int64
	}
	extended := map[slot]map[string]bool{}
	account := map[slot]map[string]refRow{}
	said := map[int64]map[string]bool{} // what each minute has with a length
	// The beginnings of names with a comma that a thing ever carried.
	cutOf := func(r refRow, first string) string {
		return fmt.Sprint("cut\x00", r.kind, "\x00", r.title, "\x00", first)
	}
	cuts := map[string][]string{}
	for _, r := range rows {
		if first, _, found := strings.Cut(r.creator, ", "); found && first != "" {
			n := find(nameOf(r))
			cuts[n] = append(cuts[n], cutOf(r, first))
		}
	}
	for _, r := range rows {
		s := slot{r.ts / 60, r.ms}
		if said[r.ts/60] == nil {
			said[r.ts/60] = map[string]bool{}
		}
		if r.unknown {
			continue
		}
		said[r.ts/60][find(nameOf(r))] = true
		for _, cut := range cuts[find(nameOf(r))] {
			said[r.ts/60][cut] = true
		}
		if r.account {
			if account[s] == nil {
				account[s] = map[string]refRow{}
			}
			account[s][r.name()] = r
			continue
		}
		if extended[s] == nil {
			extended[s] = map[string]bool{}
		}
		extended[s][find(nameOf(r))] = true
	}
	elsewhere := map[string]bool{}
	for _, r := range rows {
		if r.unknown && (said[r.ts/60][find(nameOf(r))] || said[r.ts/60][cutOf(r, r.creator)]) {
			elsewhere[r.at()+r.name()] = true
		}
	}
	for s, group := range account {
		free := maps.Clone(extended[s])
		var left []refRow
		for _, r := range group {
			if n := find(nameOf(r)); extended[s][n] {
				delete(free, n)
				elsewhere[r.at()+r.name()] = true
			} else {
				left = append(left, r)
			}
		}
		slices.SortFunc(left, func(a, b refRow) int { return cmp.Compare(a.hash(), b.hash()) })
		used := map[string]int{}
		for _, r := range left {
			of, some := "", len(free)
			if s.ms == 0 {
				of, some = r.whose(), 0
				for n := range free {
					if of != "" && by[n][of] {
						some++
					}
				}
			}
			if used[of] < some {
				used[of]++
				elsewhere[r.at()+r.name()] = true
			}
		}
	}
	return elsewhere
}

// idOf is the ID of what the row plays, or "" when it plays no such thing.
func (r *refRow) idOf(by lens.EntityKind) string {
	leaf := func(kind export.Kind) string {
		if r.kind != kind || r.uri == "" && r.title == "" {
			return ""
		}
		prefix := "spotify:episode:"
		if kind == export.KindMusic {
			prefix = "spotify:track:"
		}
		if r.apart {
			return hashID("uri", r.uri, r.title)
		}
		if id, ok := strings.CutPrefix(r.uri, prefix); ok && isID(id) {
			return id
		}
		if r.uri != "" {
			return hashID("uri", r.uri)
		}
		return hashID("item", string('0'+rune(by)), r.title, r.whose())
	}
	group := func(kind export.Kind, names ...string) string {
		if r.kind != kind || slices.Contains(names, "") {
			return ""
		}
		return hashID(names[0], names[1:]...)
	}
	switch by {
	case lens.Artist:
		return group(export.KindMusic, "artist", r.creator)
	case lens.Album:
		return group(export.KindMusic, "album", r.creator, r.collection)
	case lens.Show:
		return group(export.KindPodcast, "show", r.collection)
	case lens.Audiobook:
		return group(export.KindAudiobook, "audiobook", r.collection)
	case lens.Track:
		return leaf(export.KindMusic)
	case lens.Episode:
		return leaf(export.KindPodcast)
	default:
		return leaf(export.KindAudiobook)
	}
}

// recording is what recordings of one track share, "" when nothing tells.
func (r *refRow) recording() string {
	if r.kind != export.KindMusic || r.title == "" || r.creator == "" {
		return ""
	}
	return r.title + "\x00" + r.creator
}

// idOf is the ID of what the row plays as a lens groups it.
func (h *refHistory) idOf(l lens.Lens, r *refRow, by lens.EntityKind) string {
	if by == lens.Track && l.Group == lens.GroupTitle && r.recording() != "" {
		return h.first[r.recording()]
	}
	return r.idOf(by)
}

// same is the ID under which a lens knows the thing with an ID.
func (h *refHistory) same(l lens.Lens, by lens.EntityKind, id string) string {
	for _, r := range h.rows {
		if r.idOf(by) == id {
			return h.idOf(l, &r, by)
		}
	}
	return id
}

func (r *refRow) nameOf(by lens.EntityKind) string {
	switch by {
	case lens.Artist:
		return r.creator
	case lens.Album, lens.Show, lens.Audiobook:
		return r.collection
	}
	return r.title
}

// see lists the rows that a lens sees.
func (h *refHistory) see(l lens.Lens) []refRow {
	var out []refRow
	for _, r := range h.rows {
		date := lens.DateOf(time.Unix(r.ts, 0).In(l.Zone()))
		if !l.From.IsZero() && date.Compare(l.From) < 0 || !l.To.IsZero() && date.Compare(l.To) > 0 {
			continue
		}
		kind := map[export.Kind]lens.Kinds{export.KindMusic: lens.KindMusic, export.KindPodcast: lens.KindPodcast, export.KindAudiobook: lens.KindAudiobook}[r.kind]
		if r.video {
			kind = lens.KindVideo
		}
		if l.Kinds != 0 && l.Kinds&kind == 0 {
			continue
		}
		if l.Country != "" && r.countryOr() != l.Country || l.Platform != "" && lens.FamilyOf(r.platform) != l.Platform {
			continue
		}
		start := time.Unix(r.start, 0).In(l.Zone())
		if l.Weekdays != 0 && !l.Weekdays.Has(int(start.Weekday()+6)%7) || l.Hours != 0 && !l.Hours.Has(start.Hour()) {
			continue
		}
		if l.Only&lens.Skipped != 0 && !r.skipped() || l.Only&lens.Offline != 0 && r.tri[2] != export.True || l.Only&lens.Private != 0 && r.tri[3] != export.True {
			continue
		}
		if !holdsWords(l.Q, r.title, r.creator, r.collection) {
			continue
		}
		left := func(name string) bool {
			return slices.ContainsFunc(l.Not, func(n string) bool { return string(fold.Append(nil, n)) == string(fold.Append(nil, name)) })
		}
		if r.kind == export.KindMusic && left(r.creator) || r.kind == export.KindPodcast && left(r.collection) {
			continue
		}
		narrowed := func(id string, by ...lens.EntityKind) bool {
			return id == "" || slices.ContainsFunc(by, func(by lens.EntityKind) bool { return h.idOf(l, &r, by) == h.same(l, by, id) })
		}
		if narrowed(l.Artist, lens.Artist) && narrowed(l.Album, lens.Album) && narrowed(l.Show, lens.Show) &&
			narrowed(l.Audiobook, lens.Audiobook) && narrowed(l.Track, lens.Track, lens.Episode, lens.Chapter) {
			out = append(out, r)
		}
	}
	return out
}

func plays(rows []refRow, l lens.Lens) int {
	n := 0
	for _, r := range rows {
		if r.longest() >= int64(l.Min)*1000 {
			n++
		}
	}
	return n
}

func total(rows []refRow) (ms int64) {
	for _, r := range rows {
		ms += r.ms
	}
	return ms
}

func groupBy(rows []refRow, key func(*refRow) string) map[string][]refRow {
	m := map[string][]refRow{}
	for _, r := range rows {
		if k := key(&r); k != "" {
			m[k] = append(m[k], r)
		}
	}
	return m
}

func (h *refHistory) summary(l lens.Lens) Summary {
	rows := h.see(l)
	if len(rows) == 0 {
		return Summary{}
	}
	count := func(by lens.EntityKind) int {
		return len(groupBy(rows, func(r *refRow) string { return h.idOf(l, r, by) }))
	}
	s := Summary{
		Rows: len(rows), Plays: plays(rows, l), Ms: total(rows),
		Artists: count(lens.Artist), Albums: count(lens.Album), Tracks: count(lens.Track), Shows: count(lens.Show),
		Episodes: count(lens.Episode), Audiobooks: count(lens.Audiobook), Chapters: count(lens.Chapter),
		First: rows[0].ts, Last: rows[len(rows)-1].ts,
	}
	for _, r := range rows {
		if r.skipped() {
			s.Skips++
		}
		if r.end != "" && r.end != "unknown" {
			s.Ended++
		}
		if r.unknown {
			s.UnknownLength++
		}
	}
	days := map[lens.Date]int64{}
	for _, r := range rows {
		days[lens.DateIn(r.ts, l.Zone())] += r.ms
	}
	s.Days = len(days)
	s.LongestDayMs = -1
	for d, ms := range days {
		if ms > s.LongestDayMs || ms == s.LongestDayMs && d.Compare(s.LongestDay) < 0 {
			s.LongestDay, s.LongestDayMs = d, ms
		}
	}
	return s
}

func (h *refHistory) months(l lens.Lens) []Month {
	if len(h.rows) == 0 {
		return nil
	}
	l.From, l.To = lens.Date{}, lens.Date{}
	last := lens.DateIn(h.rows[len(h.rows)-1].ts, l.Zone())
	var out []Month
	for m := lens.DateIn(h.rows[0].ts, l.Zone()); cmp.Or(m.Year-last.Year, int(m.Month-last.Month)) <= 0; m = lens.DateOf(time.Date(m.Year, m.Month+1, 1, 0, 0, 0, 0, time.UTC)) {
		m.Day = 1
		out = append(out, Month{Date: m})
	}
	for _, r := range h.see(l) {
		d := lens.DateIn(r.ts, l.Zone())
		for i := range out {
			if out[i].Date.Year == d.Year && out[i].Date.Month == d.Month {
				out[i].Ms += r.ms
				out[i].Plays += plays([]refRow{r}, l)
			}
		}
	}
	return out
}

// holdsWords reports whether each word of q stands in one of the names.
func holdsWords(q string, names ...string) bool {
	for _, w := range strings.Fields(string(fold.Append(nil, q))) {
		if !slices.ContainsFunc(names, func(s string) bool { return strings.Contains(string(fold.Append(nil, s)), w) }) {
			return false
		}
	}
	return true
}

// namesOf are the names by which a ranking's search finds a row's thing.
func (r *refRow) namesOf(by lens.EntityKind) []string {
	switch by {
	case lens.Artist:
		return []string{r.creator}
	case lens.Album:
		return []string{r.collection, r.creator}
	case lens.Show, lens.Audiobook:
		return []string{r.collection}
	}
	return []string{r.title, r.creator, r.collection}
}

func (h *refHistory) rank(l lens.Lens, by lens.EntityKind) []Ranked {
	var out []Ranked
	q := l.Q
	l.Q = ""
	named := groupBy(h.rows, func(r *refRow) string { return h.idOf(l, r, by) })
	for id, rows := range groupBy(h.see(l), func(r *refRow) string { return h.idOf(l, r, by) }) {
		var names []string
		for _, r := range named[id] {
			names = append(names, r.namesOf(by)...)
		}
		if !holdsWords(q, names...) {
			continue
		}
		out = append(out, Ranked{
			Entity: Entity{By: by, ID: id, Name: rows[0].nameOf(by)},
			Rows:   len(rows), Plays: plays(rows, l), Ms: total(rows), First: rows[0].ts, Last: rows[len(rows)-1].ts,
		})
	}
	slices.SortFunc(out, func(a, b Ranked) int {
		c := 0
		switch l.Sort {
		case lens.SortPlays:
			c = cmp.Or(b.Plays-a.Plays, cmp.Compare(b.Ms, a.Ms))
		case lens.SortFirst:
			c = cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(b.Ms, a.Ms))
		case lens.SortLast:
			c = cmp.Or(cmp.Compare(b.Last, a.Last), cmp.Compare(b.Ms, a.Ms))
		case lens.SortName:
		default:
			c = cmp.Or(cmp.Compare(b.Ms, a.Ms), b.Plays-a.Plays)
		}
		return cmp.Or(c, cmp.Compare(string(fold.Append(nil, a.Name)), string(fold.Append(nil, b.Name))), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for i := range out {
		out[i].Rank = i + 1
	}
	return out
}

func (h *refHistory) sparks(l lens.Lens, by lens.EntityKind, ids []string, n int) [][]int64 {
	out := make([][]int64, len(ids))
	l.Q = ""
	from, to := int64(0), int64(0)
	if len(h.rows) > 0 {
		from, to = h.rows[0].ts, h.rows[len(h.rows)-1].ts+1
	}
	if !l.From.IsZero() {
		from = time.Date(l.From.Year, l.From.Month, l.From.Day, 0, 0, 0, 0, l.Zone()).Unix()
	}
	if !l.To.IsZero() {
		to = time.Date(l.To.Year, l.To.Month, l.To.Day+1, 0, 0, 0, 0, l.Zone()).Unix()
	}
	for i, id := range ids {
		out[i] = make([]int64, n)
		for _, r := range h.see(l) {
			if h.idOf(l, &r, by) == h.same(l, by, id) {
				at := 0
				for at < n-1 && r.ts >= from+(to-from)*int64(at+1)/int64(n) {
					at++
				}
				out[i][at] += r.ms
			}
		}
	}
	return out
}

// clock counts overlap once, and goes by the days on which rows begin.
func (h *refHistory) clock(l lens.Lens) (out [7][24]int64) {
	rows := h.see(l.WithRange(lens.Date{}, lens.Date{}))
	slices.SortStableFunc(rows, func(a, b refRow) int { return cmp.Compare(a.start, b.start) })
	var until int64
	for _, r := range rows {
		t := time.Unix(r.start, 0).In(l.Zone())
		alone := max(0, r.start*1000+r.ms-max(until, r.start*1000))
		until = max(until, r.start*1000+r.ms)
		if day := lens.DateOf(t); (l.From.IsZero() || day.Compare(l.From) >= 0) && (l.To.IsZero() || day.Compare(l.To) <= 0) {
			out[(int(t.Weekday())+6)%7][t.Hour()] += alone
		}
	}
	return out
}

func (h *refHistory) shares(l lens.Lens, value func(*refRow) string) []Share {
	var out []Share
	for v, rows := range groupBy(h.see(l), value) {
		out = append(out, Share{v, len(rows), plays(rows, l), total(rows)})
	}
	slices.SortFunc(out, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Ms, a.Ms), b.Plays-a.Plays, cmp.Compare(a.Value, b.Value))
	})
	return out
}
