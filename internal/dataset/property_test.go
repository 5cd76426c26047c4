package dataset

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

var (
	someTitles    = []string{"", "Ágætis", "agaetis", "Nocturne", "NOCTURNE", "夜", "Straße"}
	someCreators  = []string{"", "Björk", "Björk, The", "Bjork", "The The"}
	someAlbums    = []string{"", "One", "Two", "Straße"}
	somePlatforms = []string{"", "ios", "Android OS 12 API 31 (x, y)", "Partner sonos_ppc Sonos;Play5"}
	someCountries = []string{"", "DE", "IS", "ZZ"}
	someReasons   = []string{"", "trackdone", "fwdbtn", "endplay", "unknown"}
	someLengths   = []int64{0, 1000, 29_999, 30_000, 180_000}
	someZones     = []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia"}
)

// someURI has few IDs, one URI of another kind, and none at all.
func someURI(t *rapid.T, kind export.Kind) string {
	n := rapid.IntRange(0, 4).Draw(t, "uri")
	prefix := "spotify:track:"
	if kind == export.KindPodcast || kind == export.KindAudiobook {
		prefix = "spotify:episode:"
	}
	switch {
	case kind == export.KindUnknown || n == 0:
		return ""
	case n == 1:
		return "spotify:local:x:y"
	}
	return fmt.Sprintf("%s%022d", prefix, n)
}

// someRow draws from so few values that rows meet in every way they can.
func someRow(t *rapid.T) refRow {
	pick := func(list []string, label string) string { return rapid.SampledFrom(list).Draw(t, label) }
	var r refRow
	r.account = rapid.IntRange(0, 3).Draw(t, "account") == 0
	r.ms = rapid.SampledFrom(someLengths).Draw(t, "ms")
	day := rapid.SampledFrom([]int64{0, 1, 2, 3, 6, 10, 11, 160}).Draw(t, "day")
	// The last days of October 2020, when clocks change in Europe.
	r.ts = time.Date(2020, 10, 24, 21, 0, 0, 0, time.UTC).Unix() + day*86400 +
		rapid.Int64Range(0, 3).Draw(t, "hour")*3600 + rapid.Int64Range(0, 2).Draw(t, "minute")*60
	r.kind = rapid.SampledFrom([]export.Kind{1, 1, 1, 2, 3, 0}).Draw(t, "kind")
	if r.account {
		r.kind = max(r.kind, export.KindMusic)
		r.title, r.creator = pick(someTitles[1:4], "title"), pick(someCreators, "creator")
		if r.kind != export.KindMusic {
			r.collection = pick(someAlbums, "album")
		}
		if r.kind == export.KindPodcast {
			r.creator = ""
		}
		if rapid.IntRange(0, 3).Draw(t, "until 2018") == 0 {
			return r.until2018(t)
		}
		r.start = r.ts - r.ms/1000
		return r
	}
	r.ts += rapid.Int64Range(0, 2).Draw(t, "second")
	r.start = r.ts - rapid.SampledFrom([]int64{0, 1, 200, 4000, maxLead}).Draw(t, "lead")
	r.uri = someURI(t, r.kind)
	if r.kind != export.KindUnknown {
		r.title, r.creator, r.collection = pick(someTitles, "title"), pick(someCreators, "creator"), pick(someAlbums, "album")
	}
	r.video = rapid.IntRange(0, 4).Draw(t, "video") == 0
	r.platform, r.country = pick(somePlatforms, "platform"), pick(someCountries, "country")
	r.begin, r.end = pick(someReasons, "begin"), pick(someReasons, "end")
	for i := range r.tri {
		r.tri[i] = export.Tri(rapid.IntRange(0, 2).Draw(t, "tri"))
	}
	return r
}

// until2018 is how the account data had a row until 2018.
func (r refRow) until2018(t *rapid.T) refRow {
	ts := r.ts - r.ts%60 + rapid.Int64Range(0, 2).Draw(t, "second of a minute")
	creator, _, _ := strings.Cut(r.creator, ", ")
	return refRow{account: true, unknown: true, ts: ts, start: ts, kind: export.KindMusic, title: r.title, creator: creator}
}

// someRows draws rows and then rows that are nearly the same as others, the
// way packages of one person overlap.
func someRows(t *rapid.T) []refRow {
	rows := rapid.SliceOfN(rapid.Custom(someRow), 0, 30).Draw(t, "rows")
	if len(rows) == 0 {
		return nil
	}
	if rapid.IntRange(0, 3).Draw(t, "edited") == 0 {
		// Somebody's editor has put one URI on rows of many titles.
		titles := rapid.IntRange(maxTitles-2, maxTitles+4).Draw(t, "titles")
		for i := range titles + rapid.IntRange(0, 4).Draw(t, "more rows") {
			r := someRow(t)
			r.account, r.unknown, r.uri, r.kind = false, false, "spotify:track:"+strings.Repeat("7", 22), export.KindMusic
			r.title, r.creator = fmt.Sprint("Title ", i%titles), rapid.SampledFrom(someCreators).Draw(t, "creator")
			rows = append(rows, r)
		}
	}
	for range rapid.IntRange(0, 15).Draw(t, "copies") {
		r := rapid.SampledFrom(rows).Draw(t, "original")
		switch rapid.IntRange(0, 7).Draw(t, "change") {
		case 0: // the very same
		case 1: // an account row says nothing of these
			if !r.account {
				r.platform, r.tri[0] = rapid.SampledFrom(somePlatforms).Draw(t, "platform"), export.True
			}
		case 2:
			r.collection = rapid.SampledFrom(someAlbums).Draw(t, "album")
		case 3: // another URI of the same names, or none
			if !r.account {
				r.uri = someURI(t, r.kind)
			}
		case 4: // as the account package has it
			if r.kind != export.KindUnknown && r.title != "" {
				r = refRow{account: true, ts: r.ts - r.ts%60, ms: r.ms, kind: r.kind, title: r.title, creator: r.creator, collection: r.collection}
				r.start = r.ts - r.ms/1000
			}
		case 7:
			if r.kind == export.KindMusic && r.title != "" {
				r = r.until2018(t)
			}
		case 5: // under another name
			if r.account {
				r.title = rapid.SampledFrom(someTitles[1:]).Draw(t, "title")
			}
		case 6:
			if !r.account {
				r.ts, r.start = r.ts+7, r.start+7
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// someDocument draws from so few values that documents meet in every way.
func someDocument(t *rapid.T) export.Document {
	return export.Document{
		Topic:    rapid.SampledFrom([]export.Topic{export.TopicPlaylists, export.TopicChanges, export.TopicOther}).Draw(t, "topic"),
		Name:     rapid.SampledFrom([]string{"Playlist1.json", "Playlist1 (1).json", "Ä.json"}).Draw(t, "name"),
		Package:  rapid.SampledFrom([]string{"a.zip", "b.zip"}).Draw(t, "package"),
		Modified: rapid.SampledFrom([]int64{0, 1_600_000_000, 1_700_000_000}).Draw(t, "modified"),
		JSON:     rapid.SampledFrom([][]byte{[]byte(`{}`), []byte(`{"playlists":[]}`), []byte(`["` + strings.Repeat("x", 5_000) + `"]`)}).Draw(t, "json"),
	}
}

// contentsOf lists what every document of d is about and holds, and checks that
// each is what its description says.
func contentsOf(t rapid.TB, d *Dataset) []string {
	t.Helper()
	var contents []string
	for i, doc := range d.Documents() {
		b, err := d.DocumentJSON(i)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) != doc.Size {
			t.Fatalf("%+v has %d bytes", doc, len(b))
		}
		contents = append(contents, string(doc.Topic)+" "+string(b))
	}
	return contents
}

// mergeIn adds rows and documents to base in one upload, file by file, to as
// many parts.
func mergeIn(t rapid.TB, base *Dataset, rows []refRow, documents []export.Document, workers int) *Dataset {
	t.Helper()
	parts := make([]*Part, workers)
	for i := range parts {
		parts[i] = NewPart()
	}
	r := &export.Receipt{}
	for file := range 3 {
		p := parts[file%workers]
		p.Begin(file)
		f := export.File{Name: fmt.Sprint(file)}
		for i := range rows {
			if rows[i].file == file {
				play := rows[i].play()
				if err := p.Add(&play); err != nil {
					t.Fatal(err)
				}
				f.Rows++
			}
		}
		p.End(true)
		// A damaged file must leave nothing behind, whatever it held.
		p.Begin(file)
		for i := range rows[:len(rows)/2] {
			play := rows[i].play()
			play.Creator, play.TS = []byte("nobody"), play.TS+int64(i)
			play.Address = []byte("192.0.2.1")
			if err := p.Add(&play); err != nil {
				t.Fatal(err)
			}
		}
		p.End(false)
		r.Files = append(r.Files, f)
	}
	for i, d := range documents {
		if err := parts[i%workers].AddDocument(d); err != nil {
			t.Fatal(err)
		}
	}
	var before []byte
	if base != nil {
		before = encode(t, base)
	}
	d, err := Merge(base, parts, r)
	if err != nil {
		t.Fatal(err)
	}
	if base != nil && !bytes.Equal(before, encode(t, base)) {
		t.Fatal("Merge changed its base")
	}
	if len(d.Networks()) > 0 {
		t.Fatal("the addresses of a damaged file were counted")
	}
	if !reflect.DeepEqual(r.Files, d.Receipt().Files[len(d.Receipt().Files)-3:]) {
		t.Fatal("the receipt given is not the one kept")
	}
	return d
}

func encode(t rapid.TB, d *Dataset) []byte {
	t.Helper()
	b, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func totalsOf(t rapid.TB, d *Dataset) refTotals {
	t.Helper()
	kept := 0
	for _, f := range d.Receipt().Files {
		if f.Rows != f.Kept+f.Duplicate+f.Elsewhere || min(f.Kept, f.Duplicate, f.Elsewhere) < 0 {
			t.Fatalf("counts of a file do not add up: %+v", f)
		}
		kept += f.Kept
	}
	if kept != d.Rows() {
		t.Fatalf("files kept %d rows, the dataset has %d", kept, d.Rows())
	}
	s := d.Receipt().Totals()
	return refTotals{s.Kept, s.Duplicate, s.Elsewhere}
}

func TestAnyOrderOfUploadsGivesTheSameDataset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		documents := rapid.SliceOfN(rapid.Custom(someDocument), 0, 8).Draw(t, "documents")
		once := mergeIn(t, nil, rows, documents, 1)
		want := reference(rows)
		if got := totalsOf(t, once); got != want.totals {
			t.Fatalf("totals %+v, want %+v", got, want.totals)
		}

		shuffled := rapid.Permutation(rows).Draw(t, "order")
		uploads := make([][]refRow, rapid.IntRange(1, 4).Draw(t, "uploads"))
		besides := make([][]export.Document, len(uploads))
		for _, d := range rapid.Permutation(documents).Draw(t, "order of documents") {
			for range rapid.IntRange(1, 2).Draw(t, "times") {
				u := rapid.IntRange(0, len(uploads)-1).Draw(t, "upload of a document")
				besides[u] = append(besides[u], d)
			}
		}
		for _, r := range shuffled {
			r.file = rapid.IntRange(0, 2).Draw(t, "file")
			u := rapid.IntRange(0, len(uploads)-1).Draw(t, "upload")
			uploads[u] = append(uploads[u], r)
		}
		var d *Dataset
		for i, u := range uploads {
			d = mergeIn(t, d, u, besides[i], rapid.IntRange(1, 3).Draw(t, "workers"))
			if rapid.Bool().Draw(t, "stored") {
				stored, err := Decode(encode(t, d))
				if err != nil {
					t.Fatal(err)
				}
				d = stored
			}
		}
		if d.Digest() != once.Digest() {
			want, _ := once.columns()
			got, _ := d.columns()
			t.Fatalf("the dataset differs:\n%+v %+v %+v\n%+v %+v %+v", want, once.spellings, once.names, got, d.spellings, d.names)
		}
		if got := totalsOf(t, d); got != want.totals {
			t.Fatalf("totals %+v, want %+v", got, want.totals)
		}
		equal(t, "Documents", d.Documents(), once.Documents())
		contents := contentsOf(t, d)
		equal(t, "contents of documents", contents, contentsOf(t, once))
		held := make(map[string]bool)
		for _, doc := range documents {
			held[string(doc.Topic)+" "+string(doc.JSON)] = true
		}
		if len(contents) != len(held) {
			t.Fatalf("%d documents of %d different ones", len(contents), len(held))
		}
		for _, c := range contents {
			if !held[c] {
				t.Fatalf("nobody brought %q", c)
			}
		}
	})
}

func TestDecodeIsTheInverseOfEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := mergeIn(t, nil, someRows(t), rapid.SliceOfN(rapid.Custom(someDocument), 0, 3).Draw(t, "documents"), 2)
		blob := encode(t, d)
		if !bytes.Equal(blob, encode(t, d)) {
			t.Fatal("the same dataset gives different bytes")
		}
		again, err := Decode(blob)
		if err != nil {
			t.Fatal(err)
		}
		if again.Digest() != d.Digest() || !bytes.Equal(encode(t, again), blob) ||
			!slices.EqualFunc(again.Receipt().Files, d.Receipt().Files, func(a, b export.File) bool { return reflect.DeepEqual(a, b) }) {
			t.Fatal("what was read differs from what was written")
		}
		equal(t, "Documents", again.Documents(), d.Documents())
		equal(t, "contents of documents", contentsOf(t, again), contentsOf(t, d))
	})
}

func someDate(t *rapid.T, label string) lens.Date {
	return lens.DateOfNumber(18_559 + rapid.Int64Range(-2, 14).Draw(t, label)) // around 2020-10-24
}

func someLens(t *rapid.T, h *refHistory) lens.Lens {
	tz, err := time.LoadLocation(rapid.SampledFrom(someZones).Draw(t, "tz"))
	if err != nil {
		t.Fatal(err)
	}
	l := lens.Lens{TZ: tz, Min: rapid.SampledFrom([]int{0, 1, 30}).Draw(t, "min"), Paging: lens.Paging{Page: 1}}
	often := func(label string) bool { return rapid.IntRange(0, 4).Draw(t, label) == 0 }
	if often("from") {
		l.From = someDate(t, "first")
	}
	if often("to") {
		l.To = someDate(t, "last")
		if !l.From.IsZero() && l.From.Compare(l.To) > 0 {
			l.From, l.To = l.To, l.From
		}
	}
	if often("kinds") {
		l.Kinds = lens.Kinds(rapid.IntRange(1, 15).Draw(t, "kinds"))
	}
	if often("q") {
		l.Q = rapid.SampledFrom([]string{"bjork", "NOCT", "one björk", "strasse", "夜", "the", "zzz"}).Draw(t, "q")
	}
	if often("country") {
		l.Country = rapid.SampledFrom(someCountries[1:]).Draw(t, "country")
	}
	if often("platform") {
		l.Platform = rapid.SampledFrom(lens.Families).Draw(t, "platform")
	}
	if often("weekdays") {
		l.Weekdays = lens.Weekdays(rapid.IntRange(1, 1<<7-1).Draw(t, "weekdays"))
	}
	if often("hours") {
		l.Hours = lens.Hours(rapid.IntRange(1, 1<<24-1).Draw(t, "hours"))
	}
	if often("only") {
		l.Only = lens.Traits(rapid.IntRange(1, 7).Draw(t, "only"))
	}
	if rapid.Bool().Draw(t, "grouped") {
		l.Group = lens.GroupTitle
	}
	if often("not") {
		l = l.WithNot(rapid.SampledFrom([]string{"Björk", "One", "nobody"}).Draw(t, "not"))
	}
	if often("narrow") && len(h.rows) > 0 {
		r := rapid.SampledFrom(h.rows).Draw(t, "row")
		by := rapid.SampledFrom(everyBy).Draw(t, "by")
		l = l.WithEntity(by, cmpOr(r.idOf(by), "nothing"))
	}
	l.Sort = rapid.SampledFrom(append(lens.Sorts, "")).Draw(t, "sort")
	return l
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

var everyBy = []lens.EntityKind{lens.Artist, lens.Album, lens.Track, lens.Show, lens.Episode, lens.Audiobook, lens.Chapter}

func equal[T any](t *rapid.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

func TestQueriesAgreeWithTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		d := mergeIn(t, nil, rows, nil, 2)
		h := reference(rows)
		for range 4 {
			l := someLens(t, &h)
			equal(t, "Summary", d.Summary(l), h.summary(l))
			equal(t, "Months", d.Months(l), h.months(l))
			equal(t, "Clock", Insight.Clock(d.Select(l)), h.clock(l))
			equal(t, "Countries", Insight.Countries(d.Select(l)), h.shares(l, (*refRow).countryOr))
			equal(t, "Platforms", Insight.Platforms(d.Select(l)), h.shares(l, func(r *refRow) string { return lens.FamilyOf(r.platform) }))

			by := rapid.SampledFrom(everyBy).Draw(t, "by")
			offset, limit := rapid.IntRange(0, 3).Draw(t, "offset"), rapid.IntRange(0, 5).Draw(t, "limit")
			checkRank(t, d, &h, l, by, offset, limit)
			checkPlays(t, d, &h, l)

			ids := []string{"nothing"}
			for _, r := range d.Rank(lens.Lens{}, by, 0, 4).Items {
				ids = append(ids, r.ID, r.ID)
			}
			if len(rows) > 0 {
				row := rapid.SampledFrom(h.rows).Draw(t, "one of the recordings")
				checkRecordings(t, d, &h, l, row.idOf(lens.Track))
			}
			n := rapid.IntRange(1, 9).Draw(t, "slices")
			equal(t, "Sparks", d.Sparks(l, by, ids, n), h.sparks(l, by, ids, n))
		}
	})
}

func checkRank(t *rapid.T, d *Dataset, h *refHistory, l lens.Lens, by lens.EntityKind, offset, limit int) {
	t.Helper()
	all := h.rank(l, by)
	got := d.Rank(l, by, offset, limit)
	want := Ranking{Total: len(all)}
	for _, r := range all {
		want.MaxMs = max(want.MaxMs, r.Ms)
	}
	if page := all[min(offset, len(all)):min(offset+limit, len(all))]; len(page) > 0 {
		want.Items = page
	}
	for i := range got.Items {
		e := got.Items[i].Entity
		if found, ok := d.Find(by, e.ID); !ok || found != e {
			t.Fatalf("Find(%d, %q) = %+v, %v; ranked as %+v", by, e.ID, found, ok, e)
		}
		got.Items[i].Entity = Entity{By: by, ID: e.ID, Name: e.Name} // the rest is for TestEntities
	}
	equal(t, "Rank", got, want)
}

// checkRecordings compares the recordings of a track with a ranking of all
// tracks that has but them.
func checkRecordings(t *rapid.T, d *Dataset, h *refHistory, l lens.Lens, id string) {
	t.Helper()
	if id == "" {
		return
	}
	l.Q, l.Sort = "", ""
	grouped := l.WithGroup(lens.GroupTitle)
	var want []Ranked
	for _, r := range h.rank(l.WithGroup("").WithEntity(lens.Track, ""), lens.Track) {
		if h.same(grouped, lens.Track, r.ID) == h.same(grouped, lens.Track, id) {
			r.Rank = len(want) + 1
			want = append(want, r)
		}
	}
	got := d.Recordings(l, id)
	for i := range got {
		got[i].Entity = Entity{By: lens.Track, ID: got[i].ID, Name: got[i].Name}
	}
	if len(got)+len(want) > 0 {
		equal(t, "Recordings", got, want)
	}
}

// checkPlays walks through all pages, forth and back.
func checkPlays(t *rapid.T, d *Dataset, h *refHistory, l lens.Lens) {
	t.Helper()
	var want []refRow
	for _, r := range h.see(l) {
		if r.longest() >= int64(l.Min)*1000 {
			want = append(want, r)
		}
	}
	slices.Reverse(want)
	limit := rapid.IntRange(1, 7).Draw(t, "plays a page")
	var pages []PlayPage
	at := 0
	for {
		p, err := d.Plays(l, limit)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, p)
		if p.Total != len(want) || (p.Prev == "") != (at == 0) || (p.Next == "") != (at+len(p.Items) == len(want)) {
			t.Fatalf("page at %d of %d: total %d, prev %q, next %q", at, len(want), p.Total, p.Prev, p.Next)
		}
		for _, it := range p.Items {
			r := want[at]
			at++
			got := refRow{
				ts: it.TS, start: it.Start, ms: it.Ms, unknown: it.UnknownLength, account: it.Minute || it.UnknownLength, video: it.Video, kind: it.Kind,
				uri: it.URI, title: it.Name, platform: it.Platform, country: it.Country, begin: it.ReasonStart, end: it.ReasonEnd,
				tri: [4]export.Tri{it.Shuffle, it.Skipped, it.Offline, it.Incognito},
			}
			r.apart = false
			r.file, r.country = 0, r.countryOr()
			if it.Creator != r.whose() && it.Kind != export.KindAudiobook && it.ID != "" {
				t.Fatalf("play of %q, want %q", it.Creator, r.whose())
			}
			r.creator, r.collection = "", ""
			equal(t, "play", got, r)
		}
		if p.Next == "" {
			break
		}
		l = l.WithAfter(p.Next)
	}
	if at != len(want) {
		t.Fatalf("%d plays of %d", at, len(want))
	}
	for i := len(pages) - 1; i > 0; i-- {
		p, err := d.Plays(l.WithAfter(pages[i].Prev), limit)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "page on the way back", p.Items, pages[i-1].Items)
	}
}
