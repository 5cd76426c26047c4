package dataset

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestAnEmptyDatasetAnswersEverything(t *testing.T) {
	d, err := Merge(nil, []*Part{NewPart()}, &export.Receipt{Files: []export.File{{Name: "x", Rows: 0}}})
	if err != nil {
		t.Fatal(err)
	}
	if d, err = Decode(encode(t, d)); err != nil {
		t.Fatal(err)
	}
	if s := d.Summary(lens.Lens{}); s != (Summary{}) {
		t.Errorf("summary %+v", s)
	}
	if m := d.Months(lens.Lens{}); len(m) != 0 {
		t.Errorf("months %v", m)
	}
	if first, last := d.Span(); first != 0 || last != 0 {
		t.Errorf("span %d to %d", first, last)
	}
	if p, err := d.Plays(lens.Lens{}, 10); err != nil || !reflect.DeepEqual(p, PlayPage{}) {
		t.Errorf("plays %+v, %v", p, err)
	}
	if r := d.Rank(lens.Lens{}, lens.Track, 0, 10); !reflect.DeepEqual(r, Ranking{}) {
		t.Errorf("ranking %+v", r)
	}
	if s := d.Sparks(lens.Lens{}, lens.Track, []string{"x"}, 2); !reflect.DeepEqual(s, [][]int64{{0, 0}}) {
		t.Errorf("sparks %v", s)
	}
	if err := exercise(d); err != nil {
		t.Error(err)
	}
}

func TestEntities(t *testing.T) {
	d := small(t)
	const track = "0000000000000000000001"
	e, ok := d.Find(lens.Track, track)
	artist, album := hashID("artist", "B"), hashID("album", "B", "C")
	if want := (Entity{lens.Track, track, "A", "B", artist, "C", album, "spotify:track:" + track}); !ok || e != want {
		t.Errorf("track\n got %+v\nwant %+v", e, want)
	}
	e, ok = d.Find(lens.Album, album)
	if want := (Entity{By: lens.Album, ID: album, Name: "C", Creator: "B", CreatorID: artist}); !ok || e != want {
		t.Errorf("album\n got %+v\nwant %+v", e, want)
	}
	e, ok = d.Find(lens.Episode, "0000000000000000000003")
	if want := (Entity{By: lens.Episode, ID: "0000000000000000000003", Name: "E", Creator: "S", CreatorID: hashID("show", "S"), URI: "spotify:episode:0000000000000000000003"}); !ok || e != want {
		t.Errorf("episode\n got %+v\nwant %+v", e, want)
	}
	chapter := d.Rank(lens.Lens{}, lens.Chapter, 0, 1).Items[0].Entity
	if want := (Entity{By: lens.Chapter, ID: chapter.ID, Name: "Chapter", Creator: "Author", Collection: "Book", CollectionID: hashID("audiobook", "Book")}); chapter != want || len(chapter.ID) != 11 {
		t.Errorf("chapter\n got %+v\nwant %+v", chapter, want)
	}
	e, ok = d.Find(lens.Audiobook, chapter.CollectionID)
	if want := (Entity{By: lens.Audiobook, ID: chapter.CollectionID, Name: "Book", Creator: "Author"}); !ok || e != want {
		t.Errorf("audiobook\n got %+v\nwant %+v", e, want)
	}
	if _, ok := d.Find(lens.Artist, track); ok {
		t.Error("an artist by the ID of a track")
	}
	if _, ok := d.Find(lens.EntityKinds, track); ok {
		t.Error("a thing of no kind")
	}
}

// People keep links, so IDs must be these in every version.
func TestIDsNeverChange(t *testing.T) {
	for got, want := range map[string]string{
		hashID("artist", "Björk"):         "sVIzRIcyW1o",
		hashID("album", "Björk", "Debut"): "SAnYq-gonQc",
	} {
		if got != want {
			t.Errorf("ID %s, want %s", got, want)
		}
	}
}

// A row of the account package counts for the track whose URI carried its names.
func TestRowsWithoutURICountForTheTrack(t *testing.T) {
	d := small(t)
	r := d.Rank(lens.Lens{}, lens.Track, 0, 10)
	if len(r.Items) != 2 {
		t.Fatalf("%d tracks, want 2: %+v", len(r.Items), r.Items)
	}
	// Track 2 carried the names last.
	if it := r.Items[0]; it.ID != "0000000000000000000002" || it.Rows != 2 || it.Ms != 300_000 || it.First != 1_500_000_000 {
		t.Errorf("%+v", it)
	}
	if got := d.Receipt().Files[2]; got.Duplicate != 1 || got.Kept != 0 {
		t.Errorf("the double account row: %+v", got)
	}
}

func TestDictionariesOverflowIntoOther(t *testing.T) {
	p := NewPart()
	p.Begin(0)
	const rows = 70_000
	for i := range rows {
		play := export.Play{TS: int64(i), MS: 1, Platform: fmt.Append(nil, i), ReasonStart: fmt.Append(nil, "r", i)}
		if err := p.Add(&play); err != nil {
			t.Fatal(err)
		}
	}
	p.End(true)
	d, err := Merge(nil, []*Part{p}, &export.Receipt{Files: []export.File{{Rows: rows}}})
	if err != nil {
		t.Fatal(err)
	}
	if d, err = Decode(encode(t, d)); err != nil {
		t.Fatal(err)
	}
	for row, want := range map[int][2]string{
		0: {"0", "r0"}, 253: {"253", "r253"}, 254: {"254", "other"}, 65_533: {"65533", "other"},
		65_534: {"other", "other"}, rows - 1: {"other", "other"},
	} {
		if it := d.Play(row); it.Platform != want[0] || it.ReasonStart != want[1] {
			t.Errorf("row %d: platform %q, reason %q, want %q", row, it.Platform, it.ReasonStart, want)
		}
	}
}

func TestValuesBeyondBoundsAreBent(t *testing.T) {
	p := NewPart()
	p.Begin(0)
	for _, play := range []export.Play{
		{TS: -5, Start: -10, MS: 1, Country: []byte("D1"), Kind: 77, Shuffle: 9, Title: []byte("t")},
		{TS: 1 << 40, Start: 1, MS: 4_000_000_000, Country: []byte("de"), Platform: []byte(strings.Repeat("x", 300)), Title: make([]byte, 1<<16)},
		{TS: 119, Start: 119, MS: 1, Source: export.SourceAccount, Kind: export.KindMusic, Title: []byte("t")},
	} {
		if err := p.Add(&play); err != nil {
			t.Fatal(err)
		}
	}
	p.End(true)
	d, err := Merge(nil, []*Part{p}, &export.Receipt{Files: []export.File{{Rows: 3}}})
	if err != nil {
		t.Fatal(err)
	}
	if d, err = Decode(encode(t, d)); err != nil {
		t.Fatal(err)
	}
	first, second, third := d.Play(0), d.Play(1), d.Play(2)
	if first.TS != 0 || first.Country != "ZZ" || first.Kind != export.KindUnknown || first.Shuffle != export.Absent {
		t.Errorf("%+v", first)
	}
	if second.TS != 60 || !second.Minute {
		t.Errorf("%+v", second)
	}
	if third.TS != 1<<32-1 || third.Ms != unknownLength-1 || third.Start != third.TS-third.Ms/1000 || third.Country != "DE" || third.Platform != "other" {
		t.Errorf("%+v", third)
	}
	if err := exercise(d); err != nil {
		t.Error(err)
	}
}

func TestMergeRefusesRowsOfUnknownFiles(t *testing.T) {
	for name, begin := range map[string][]int{"no file": nil, "a file too many": {1}, "a file below none": {-1}} {
		p := NewPart()
		for _, f := range begin {
			p.Begin(f)
		}
		if err := p.Add(&export.Play{MS: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := Merge(nil, []*Part{p}, &export.Receipt{Files: make([]export.File, 1)}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A file made to hurt has millions of names for one URI, or millions of rows of
// one second; neither may take more than the time of reading it.
func TestHostileRowsTakeLinearTime(t *testing.T) {
	rows := maxTogether
	if testing.Short() {
		rows = 10_000
	}
	p := NewPart()
	p.Begin(0)
	for i := range rows {
		play := export.Play{TS: 1e9, MS: 1000, Kind: export.KindMusic, URI: []byte("spotify:track:x"), Title: fmt.Append(nil, i)}
		if i%2 == 0 {
			play.URI = nil
		}
		if err := p.Add(&play); err != nil {
			t.Fatal(err)
		}
	}
	p.End(true)
	d, err := Merge(nil, []*Part{p}, &export.Receipt{Files: []export.File{{Rows: rows}}})
	if err != nil {
		t.Fatal(err)
	}
	if d.Rows() != rows/2+1 {
		t.Errorf("%d rows, want %d", d.Rows(), rows/2+1)
	}
}

func TestTooMuchTextIsRefused(t *testing.T) {
	p := NewPart()
	p.Begin(0)
	title := []byte(strings.Repeat("x", 1<<15))
	var err error
	for i := 0; i < 2*maxText>>15 && err == nil; i++ {
		err = p.Add(&export.Play{Title: fmt.Append(title[:1<<15], i)})
	}
	var in *export.InputError
	if !errors.As(err, &in) || in.Fault != export.FaultTooLarge {
		t.Errorf("got %v", err)
	}
}

func TestSearchFindsEveryName(t *testing.T) {
	d := small(t)
	for i := range d.names.len() {
		name := d.names.at(uint32(i))
		hits := make([]uint8, d.names.len())
		if name == "" {
			continue
		}
		d.search(string(fold.Append(nil, name)), 1, hits)
		for j := range hits {
			contains := strings.Contains(string(fold.Append(nil, d.names.at(uint32(j)))), string(fold.Append(nil, name)))
			if (hits[j] == 1) != contains {
				t.Errorf("%q in %q: found %v", name, d.names.at(uint32(j)), hits[j] == 1)
			}
		}
	}
}

// Many requests open one dataset at once, and build what is built on first use.
func TestDatasetsServeManyAtOnce(t *testing.T) {
	d, err := Decode(encode(t, small(t)))
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	want := small(t).Rank(lens.Lens{Filter: lens.Filter{Q: "a"}, Paging: lens.Paging{Sort: lens.SortName}}, lens.Track, 0, 9)
	for i := range 8 {
		g.Go(func() error {
			if err := exercise(d); err != nil {
				return err
			}
			d.Rank(lens.Lens{Min: i}, lens.Artist, 0, 9)
			if got := d.Rank(lens.Lens{Filter: lens.Filter{Q: "a"}, Paging: lens.Paging{Sort: lens.SortName}}, lens.Track, 0, 9); !reflect.DeepEqual(got, want) {
				return fmt.Errorf("got %+v, want %+v", got, want)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func TestAnswersAreRememberedByZoneNotByHome(t *testing.T) {
	warsaw, tokyo := lens.LoadZone("Europe/Warsaw"), lens.LoadZone("Asia/Tokyo")
	at := func(home *time.Location) string { return lensKey(lens.Lens{TZ: home, Home: home}) }
	if at(warsaw) == at(tokyo) || at(warsaw) == at(nil) {
		t.Error("answers of two homes are remembered as one")
	}
}
