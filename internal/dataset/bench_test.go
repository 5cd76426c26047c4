package dataset

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/hugepages"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

var benchRows = flag.Int("rows", 300_000, "rows of the benchmarks; 3000000 for the heaviest")

// listener invents a heavy listener: n rows of tracks by Zipf's law, albums
// heard in order now and then, some podcasts, in files of 16,000 rows.
func listener(n int) []export.Play {
	r := rand.New(rand.NewPCG(1, 2))
	artists, tracks := max(10, n/60), max(50, n/8)
	zipf := rand.NewZipf(r, 1.07, 20, uint64(tracks-1))
	type track struct {
		uri, title, artist, album []byte
		ms                        uint32
	}
	list := make([]track, tracks)
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for i := range list {
		id := make([]byte, 22)
		for j := range id {
			id[j] = alphabet[r.IntN(62)]
		}
		a := int(float64(artists) * r.Float64() * r.Float64())
		list[i] = track{
			uri: append([]byte("spotify:track:"), id...), ms: 120_000 + uint32(r.IntN(200_000)),
			title:  fmt.Appendf(nil, "%s Sóng %d", syllables(r, 3), i),
			artist: fmt.Appendf(nil, "The %s %d", syllables(rand.New(rand.NewPCG(uint64(a), 0)), 3), a),
			album:  fmt.Appendf(nil, "Album %s %d", syllables(rand.New(rand.NewPCG(uint64(a), 1)), 2), i%5),
		}
	}
	platforms := []string{"android", "ios", "web_player windows 10;chrome 100.0;desktop", "Partner sonos_ppc Sonos;Play5;"}
	ends := []string{"trackdone", "fwdbtn", "endplay", "logout"}
	plays := make([]export.Play, n)
	ts := time.Date(2012, 3, 1, 12, 0, 0, 0, time.UTC).Unix()
	step := int64(13*365*86400) / int64(n)
	at := 0
	for i := range plays {
		if r.IntN(4) > 0 {
			at = int(zipf.Uint64())
		} else {
			at = (at + 1) % tracks
		}
		t := &list[at]
		ms, end := t.ms, 0
		if r.IntN(5) < 2 {
			ms, end = uint32(r.IntN(int(t.ms))), 1+r.IntN(3)
		}
		ts += int64(ms)/1000 + r.Int64N(4)
		if r.IntN(25) == 0 {
			ts += r.Int64N(max(1, 2*25*(step-150)))
		}
		// A reader hands over strings that it has just written, one behind the other.
		own := slices.Concat(t.uri, t.title, t.artist, t.album)
		cut := func(n int) (s []byte) {
			s, own = own[:n:n], own[n:]
			return s
		}
		plays[i] = export.Play{
			TS: ts, Start: ts - int64(ms)/1000 - r.Int64N(2), MS: ms, Kind: export.KindMusic,
			URI: cut(len(t.uri)), Title: cut(len(t.title)), Creator: cut(len(t.artist)), Collection: cut(len(t.album)),
			Platform: []byte(platforms[i*4/n]), Country: []byte("DE"), Address: fmt.Append(nil, "203.0.113.", i/50%200),
			ReasonStart: []byte(ends[r.IntN(2)]), ReasonEnd: []byte(ends[end]),
			Shuffle: export.Tri(1 + r.IntN(2)), Skipped: export.False, Offline: export.False, Incognito: export.False,
		}
	}
	return plays
}

func syllables(r *rand.Rand, n int) string {
	const c, v = "bcdfghklmnprstvz", "aeiou"
	var b []byte
	for range n {
		b = append(b, c[r.IntN(len(c))], v[r.IntN(len(v))])
	}
	return string(b)
}

// fill gives the plays to two parts, as two workers would.
func fill(t testing.TB, plays []export.Play) ([]*Part, *export.Receipt) {
	parts := []*Part{NewPart(), NewPart()}
	r := &export.Receipt{}
	for chunk := range slices.Chunk(plays, 16_000) {
		p := parts[len(r.Files)%2]
		p.Begin(len(r.Files))
		for i := range chunk {
			if err := p.Add(&chunk[i]); err != nil {
				t.Fatal(err)
			}
		}
		p.End(true)
		r.Files = append(r.Files, export.File{Rows: len(chunk)})
	}
	return parts, r
}

var heavy = sync.OnceValue(func() *Dataset {
	hugepages.ForHeap() // as the server does
	parts, r := fill(nil, listener(*benchRows))
	d, err := Merge(nil, parts, r)
	if err != nil {
		panic(err)
	}
	return d
})

func perRow(b *testing.B, rows int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
}

func BenchmarkAdd(b *testing.B) {
	plays := listener(*benchRows)
	b.ReportAllocs()
	for b.Loop() {
		fill(b, plays)
	}
	perRow(b, len(plays))
}

func BenchmarkMerge(b *testing.B) {
	plays := listener(*benchRows)
	for b.Loop() {
		b.StopTimer()
		parts, r := fill(b, plays)
		runtime.GC()
		b.StartTimer()
		if _, err := Merge(nil, parts, r); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b, len(plays))
}

func BenchmarkMergeAgain(b *testing.B) {
	heavy()
	plays := listener(*benchRows)
	for b.Loop() {
		b.StopTimer()
		parts, r := fill(b, plays)
		b.StartTimer()
		if _, err := Merge(heavy(), parts, r); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b, len(plays))
}

func BenchmarkEncode(b *testing.B) {
	d := heavy()
	var blob []byte
	for b.Loop() {
		var err error
		if blob, err = d.Encode(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(blob))/float64(d.Rows()), "stored-B/row")
	b.ReportMetric(float64(d.Size())/float64(d.Rows()), "memory-B/row")
}

func BenchmarkDecode(b *testing.B) {
	blob, err := heavy().Encode()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Decode(blob); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuery(b *testing.B) {
	d := heavy()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Fatal(err)
	}
	all := lens.Lens{Min: 30, TZ: berlin}
	year := all.WithRange(lens.Date{Year: 2018, Month: 1, Day: 1}, lens.Date{Year: 2018, Month: 12, Day: 31})
	artist := d.Rank(all, lens.Artist, 0, 1).Items[0].ID
	var ids []string
	for _, it := range d.Rank(all, lens.Track, 0, 50).Items {
		ids = append(ids, it.ID)
	}
	lenses := []struct {
		name string
		lens lens.Lens
	}{
		{"all", all}, {"year", year}, {"search", all.WithQ("song ba")}, {"artist", all.WithEntity(lens.Artist, artist)},
		{"not", all.WithNot(d.Rank(all, lens.Artist, 3, 1).Items[0].Name)},
		{"platform", lens.Lens{Min: 30, TZ: berlin, Filter: lens.Filter{Platform: lens.FamilyIOS}}},
		{"country", lens.Lens{Min: 30, TZ: berlin, Filter: lens.Filter{Country: "DE"}}}, // every row
		{"recordings", all.WithGroup(lens.GroupTitle)},
		{"skipped", all.WithOnly(lens.Skipped)},
		{"evenings", all.WithClock(0, 1<<20|1<<21)},
	}
	queries := []struct {
		name string
		run  func(lens.Lens)
	}{
		{"Summary", func(l lens.Lens) { d.Summary(l) }},
		{"Months", func(l lens.Lens) { d.Months(l) }},
		{"RankArtists", func(l lens.Lens) { d.Rank(l, lens.Artist, 0, 50) }},
		{"RankAlbums", func(l lens.Lens) { d.Rank(l, lens.Album, 0, 50) }},
		{"RankTracks", func(l lens.Lens) { d.Rank(l, lens.Track, 0, 50) }},
		{"RankTracksByName", func(l lens.Lens) { d.Rank(l.WithSort(lens.SortName), lens.Track, 200, 50) }},
		{"Sparks", func(l lens.Lens) { d.Sparks(l, lens.Track, ids, 48) }},
		{"Clock", func(l lens.Lens) { Insight.Clock(d.Select(l)) }},
		{"Plays", func(l lens.Lens) {
			if _, err := d.Plays(l, 100); err != nil {
				b.Fatal(err)
			}
		}},
		{"Countries", func(l lens.Lens) { Insight.Countries(d.Select(l)) }},
		{"Platforms", func(l lens.Lens) { Insight.Platforms(d.Select(l)) }},
	}
	for _, q := range queries {
		for _, l := range lenses {
			b.Run(q.name+"/"+l.name, func(b *testing.B) {
				timed(b, func() { q.run(l.lens) })
			})
		}
	}
	// What the pages of an account and of one thing ask beside these.
	refs, windows := sought(d)
	matches, groups := d.Match(refs), d.MatchGroups(lens.Artist, refs)
	for _, q := range []struct {
		name string
		run  func()
	}{
		{"Match10000", func() { d.Match(refs) }},
		{"MatchArtists10000", func() { d.MatchGroups(lens.Artist, refs) }},
		{"Heard10000", func() { d.Stats(all, matches) }},
		{"HeardArtists10000", func() { d.Stats(all, groups) }},
		{"TracksBeside", func() { d.TracksBeside(all, matches, 50) }},
		{"FirstPlays5000", func() { d.FirstPlays(all, windows) }},
		{"PlayedMs", func() { Insight.PlayedMs(d.Select(all)) }},
		{"Recordings", func() { d.Recordings(all, ids[0]) }},
		{"Find", func() { d.Find(lens.Track, ids[0]) }},
		{"CoverageDays", func() { Insight.Coverage(d, berlin) }},
		{"ZoneGuess", func() { Insight.ZoneGuess(d) }},
	} {
		b.Run(q.name, func(b *testing.B) { timed(b, q.run) })
	}
}

// sought are things and searches as an account has them, spread over the history.
func sought(d *Dataset) ([]TrackRef, []Window) {
	refs := make([]TrackRef, 10_000)
	for i := range refs {
		it := d.Play(i * d.Rows() / len(refs))
		refs[i] = TrackRef{URI: it.URI, Title: it.Name, Creator: it.Creator}
	}
	windows := make([]Window, 5_000)
	for i := range windows {
		it := d.Play(i * d.Rows() / len(windows))
		windows[i] = Window{From: it.Start - 60, To: it.Start + 600, Names: []string{it.Name}}
	}
	return refs, windows
}

// timed runs a query as if nobody had asked under its lens before, and reports
// the median and the 95th of 100 beside the mean. What is built on first use is
// there, the sums of the whole history included: every page needs them.
func timed(b *testing.B, query func()) {
	b.ReportAllocs()
	query() // what is built on first use is there
	var took []float64
	for b.Loop() {
		heavy().memo.forget("sums of all rows", "hours of rows")
		start := time.Now()
		query()
		took = append(took, float64(time.Since(start))/float64(time.Millisecond))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(took[len(took)*95/100], "p95-ms")
}

// deriveAll asks for all of the derived layer.
func deriveAll(d *Dataset) {
	v := d.Derive()
	v.Runs()
	v.ByStart()
	d.FirstsAt(lens.DefaultMin)
	v.naturalMs()
}

// BenchmarkDerive is the whole derived layer, once a dataset.
func BenchmarkDerive(b *testing.B) {
	d := heavy()
	b.ReportAllocs()
	for b.Loop() {
		d.memo.forget()
		deriveAll(d)
	}
	v := d.Derive()
	bytes := cap(d.FirstsAt(lens.DefaultMin)) + 4*cap(v.naturalMs())
	for _, of := range []stretches{v.sessions(), v.runs()} {
		bytes += 8*cap(of.starts) + 4*cap(of.before)
	}
	b.ReportMetric(float64(bytes)/float64(d.Rows()), "memory-B/row")
}

// forget makes every question a new one, but for these keys of MemoizeLatest.
func (m *memo) forget(but ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.kept)
	clear(m.queries)
	maps.DeleteFunc(m.latest, func(key any, _ variant) bool { return !slices.Contains(but, key) })
}
