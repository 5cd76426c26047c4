package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// small is a dataset with something of everything.
func small(t testing.TB) *Dataset {
	rows := []refRow{
		{ts: 1_600_000_000, start: 1_599_999_800, ms: 200_000, kind: export.KindMusic, uri: "spotify:track:0000000000000000000001", title: "Á", creator: "B", collection: "C", platform: "ios", country: "DE", begin: "x"},
		{ts: 1_600_000_000, start: 1_599_999_800, ms: 200_000, kind: export.KindMusic, uri: "spotify:track:0000000000000000000001", title: "A", creator: "B", collection: "C"},
		{ts: 1_600_000_300, start: 1_600_000_000, ms: 200_000, kind: export.KindMusic, uri: "spotify:track:0000000000000000000002", title: "A", creator: "B", collection: "D", video: true},
		{ts: 1_600_100_300, start: 1_600_100_000, ms: 29_000, kind: export.KindPodcast, uri: "spotify:episode:0000000000000000000003", title: "E", collection: "S"},
		{ts: 1_600_200_300, start: 1_600_200_000, ms: 40_000, kind: export.KindAudiobook, title: "Chapter", collection: "Book", creator: "Author"},
		{ts: 1_600_200_400, start: 1_600_200_400, kind: export.KindUnknown},
		{ts: 1_500_000_000, start: 1_499_999_900, ms: 100_000, kind: export.KindMusic, title: "A", creator: "B", account: true, file: 1},
		{ts: 1_500_000_000, start: 1_499_999_900, ms: 100_000, kind: export.KindMusic, title: "A", creator: "B", account: true, file: 2},
	}
	parts := []*Part{NewPart()}
	r := &export.Receipt{}
	for f := range 3 {
		parts[0].Begin(f)
		r.Files = append(r.Files, export.File{})
		for _, row := range rows {
			if row.file == f {
				play := row.play()
				play.Address = fmt.Append(nil, "203.0.113.", f)
				if err := parts[0].Add(&play); err != nil {
					t.Fatal(err)
				}
				r.Files[f].Rows++
			}
		}
		parts[0].End(true)
	}
	for _, doc := range []export.Document{
		{Topic: export.TopicPlaylists, Name: "Playlist1.json", Package: "a.zip", Modified: 1_600_000_000, JSON: []byte(`{"playlists":[]}`)},
		{Topic: export.TopicOther, Name: "Ä.json", JSON: []byte(`{"x":[1,2,3]}`)},
	} {
		if err := parts[0].AddDocument(doc); err != nil {
			t.Fatal(err)
		}
	}
	d, err := Merge(nil, parts, r)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// assemble makes a blob of any sections, whether they make sense or not.
func assemble(t testing.TB, header []int, raw [sections][]byte, documents []byte) []byte {
	z, err := compressor()
	if err != nil {
		t.Fatal(err)
	}
	out := append([]byte(format), version)
	for _, n := range header {
		out = binary.AppendUvarint(out, uint64(n))
	}
	var frames []byte
	for _, b := range raw {
		before := len(frames)
		if len(b) > 0 {
			frames = z.EncodeAll(b, frames)
		}
		out = binary.AppendUvarint(out, uint64(len(b)))
		out = binary.AppendUvarint(out, uint64(len(frames)-before))
	}
	return append(append(out, frames...), documents...)
}

// decodeAll decodes the columns as well that are decoded later. One that is damaged
// must not keep anything from answering.
func decodeAll(b []byte) (*Dataset, error) {
	d, err := Decode(b)
	if err != nil {
		return nil, err
	}
	if _, err := d.columns(); err != nil {
		if answered := exercise(d); !errors.Is(answered, ErrCorrupt) {
			return nil, fmt.Errorf("a damaged column was encoded and decoded again: %v", answered)
		}
		return nil, err
	}
	return d, nil
}

// exercise asks everything of a dataset.
func exercise(d *Dataset) error {
	l := lens.Lens{Min: 30, TZ: time.UTC, Filter: lens.Filter{Q: "a"}}
	d.Summary(lens.Lens{})
	d.Summary(l)
	Insight.Clock(d.Select(lens.Lens{}))
	Insight.Countries(d.Select(lens.Lens{}))
	Insight.Platforms(d.Select(lens.Lens{}))
	d.Size()
	d.Digest()
	// Months and days follow the span, which Decode cannot judge: 136 years at most.
	d.Months(lens.Lens{})
	for _, by := range everyBy {
		var ids []string
		for _, it := range d.Rank(lens.Lens{}, by, 0, 1000).Items {
			ids = append(ids, it.ID)
			d.Find(by, it.ID)
		}
		d.Sparks(lens.Lens{}, by, ids, 7)
	}
	if _, err := d.Plays(lens.Lens{}, 1000); err != nil {
		return err
	}
	for i := range d.Documents() {
		if _, err := d.DocumentJSON(i); err != nil && !errors.Is(err, ErrCorrupt) {
			return err
		}
	}
	if _, err := Merge(d, []*Part{NewPart()}, nil); err != nil {
		return err
	}
	blob, err := d.Encode()
	if err != nil {
		return err
	}
	if _, err := Decode(blob); err != nil {
		return fmt.Errorf("what was decoded cannot be encoded and decoded again: %w", err)
	}
	return nil
}

// FuzzSections changes one section or the documents, and what the header says,
// behind the backs of the checksums.
func FuzzSections(f *testing.F) {
	d := small(f)
	header := func() []int {
		c := d.counts()
		var h []int
		for _, n := range c.fields() {
			h = append(h, *n)
		}
		return h
	}
	raw := func() (raw [sections][]byte) {
		for s := range sections {
			b, err := d.section(nil, s)
			if err != nil {
				f.Fatal(err)
			}
			raw[s] = append([]byte(nil), b...)
		}
		return raw
	}
	var frames []byte
	for i := range d.documents {
		frames = append(frames, d.documents[i].frame...)
	}
	if _, err := Decode(assemble(f, header(), raw(), frames)); err != nil {
		f.Fatal(err)
	}
	for s := range sections {
		f.Add(uint8(s), raw()[s], uint8(0), 0)
	}
	f.Add(uint8(sections), frames, uint8(0), 0)
	f.Fuzz(func(t *testing.T, section uint8, content []byte, count uint8, by int) {
		h, r := header(), raw()
		h[int(count)%len(h)] += by % 4
		documents := frames
		if s := int(section) % (sections + 1); s < sections {
			r[s] = content
		} else {
			documents = content
		}
		for _, n := range h {
			if n < 0 {
				return
			}
		}
		d, err := decodeAll(assemble(t, h, r, documents))
		if err == nil {
			if err := exercise(d); err != nil {
				t.Fatal(err)
			}
		} else if !errors.Is(err, ErrCorrupt) {
			t.Fatal(err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	blob, err := small(f).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(blob)
	f.Add(blob[:len(blob)/2])
	f.Add(append([]byte(format), version))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := decodeAll(b)
		if err == nil {
			if err := exercise(d); err != nil {
				t.Fatal(err)
			}
		} else if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrVersion) {
			t.Fatal(err)
		}
	})
}

func FuzzParseLens(f *testing.F) {
	f.Add("from=2020&to=2021-03&tz=Europe%2FBerlin&min=5&kind=music,video&kind=podcast&q=a+b&country=de")
	f.Add("platform=ios&not=a&not=b&artist=x&album=y&track=z&show=1&audiobook=2&sort=plays&page=3&after=o1600000000.2")
	f.Add("from=2021-02-29&tz=../../etc/passwd&min=-1&page=0&after=x&kind=")
	d := small(f)
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		l, err := lens.Parse(q)
		if err != nil {
			var field *lens.FieldError
			if !errors.As(err, &field) || field.Field == "" || field.Message == "" {
				t.Fatalf("%v does not say which field is wrong and why", err)
			}
			return
		}
		again, err := lens.Parse(l.Query())
		if err != nil {
			t.Fatalf("%q gives %q, which is refused: %v", query, l.Query().Encode(), err)
		}
		if !reflect.DeepEqual(l, again) {
			t.Fatalf("%q is %+v, but its own query gives %+v", query, l, again)
		}
		d.Summary(l)
		d.Months(l)
		Insight.Clock(d.Select(l))
		d.Rank(l, lens.Track, 50*(l.Page-1), 50)
		d.Sparks(l, lens.Artist, []string{"x"}, 9)
		if _, err := d.Plays(l, 3); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzCursor(f *testing.F) {
	for _, s := range []string{"", "o0.0", "n1600000000.0", "o4294967295.4294967295", "o1600000000.00", "x1.1", "o1", "o+1.1"} {
		f.Add(s)
	}
	d := small(f)
	f.Fuzz(func(t *testing.T, s string) {
		if c, ok := lens.ParseCursor(s); ok && (c.String() != s || url.QueryEscape(s) != s) {
			t.Fatalf("%q is not how a cursor is written", s)
		}
		p, err := d.Plays(lens.Lens{Paging: lens.Paging{After: s}}, 2)
		var field *lens.FieldError
		if err != nil && (!errors.As(err, &field) || field.Field != "after") {
			t.Fatal(err)
		}
		for _, c := range []string{p.Next, p.Prev} {
			if _, err := d.Plays(lens.Lens{Paging: lens.Paging{After: c}}, 2); err != nil {
				t.Fatalf("%q leads to %q, which is refused", s, c)
			}
		}
	})
}
