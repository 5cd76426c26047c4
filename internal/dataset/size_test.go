package dataset

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// names are plays of which each has names and a URI of its own, n of them, each
// name of so many bytes.
func names(n, bytes int, alphabet string) []export.Play {
	r := rand.New(rand.NewPCG(3, 4))
	runes := []rune(alphabet)
	text := func() []byte {
		var b []byte
		for len(b) < bytes {
			b = append(b, string(runes[r.IntN(len(runes))])...)
		}
		return b
	}
	plays := make([]export.Play, n)
	for i := range plays {
		ts := int64(1_400_000_000 + 60*i)
		plays[i] = export.Play{
			TS: ts, Start: ts - 50, MS: 50_000, Kind: export.Kind(1 + i%3),
			URI:   fmt.Appendf(nil, "spotify:track:%022d", i),
			Title: text(), Creator: text(), Collection: text(),
		}
		if i%2 == 0 {
			plays[i].URI = fmt.Appendf(nil, "odd:%d", i)
		}
	}
	return plays
}

// askEverything makes a dataset build whatever it builds on first use.
func askEverything(t testing.TB, d *Dataset) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	all := lens.Lens{Min: 30, TZ: berlin}
	for by := range lens.EntityKinds {
		d.Rank(all.WithSort(lens.SortName), by, 0, 50)
		d.Rank(all.WithQ("a b"), by, 0, 50)
		d.Find(by, "nothing")
	}
	first, last := d.Span()
	year := all.WithRange(lens.DateIn(first, berlin), lens.DateIn((first+last)/2, berlin))
	d.Rank(year, lens.Track, 0, 50)
	d.Summary(all.WithClock(0, 1<<20))
	d.HasRecordings()
	deriveAll(d)
	d.FirstsAt(0)
	d.FindURI("spotify:track:0000000000000000000001")
	d.Match([]TrackRef{{Title: "a", Creator: "b"}})
	d.MatchGroups(lens.Artist, []TrackRef{{Title: "a"}})
	Insight.Platforms(d.Select(all))
	d.Select(all).ByThing(d.Things(lens.Artist, ""))
	d.Select(all).ByThing(d.Things(lens.Track, lens.GroupTitle))
}

// TestSizeIsAnUpperBound weighs datasets after everything was asked: an honest
// one and some that were made to take more than they are said to.
func TestSizeIsAnUpperBound(t *testing.T) {
	if testing.Short() {
		t.Skip("makes large datasets")
	}
	for name, plays := range map[string]func() []export.Play{
		"a listener":                     func() []export.Play { return listener(100_000) },
		"long names":                     func() []export.Play { return names(8_000, 900, "abcdefghijklmnopqrstuvwxyz") },
		"short names":                    func() []export.Play { return names(90_000, 4, "abcdefghijklmnopqrstuvwxyz0123456789") },
		"characters that stand for many": func() []export.Play { return names(4_000, 300, "ﷺﷺﷺ㍍a") },
		"many spellings of few URIs": func() []export.Play {
			plays := names(60_000, 12, "abcdefg")
			for i := range plays {
				plays[i].URI = fmt.Appendf(nil, "spotify:track:%022d", i%7)
				plays[i].Kind = export.KindMusic
			}
			return plays
		},
		"names alone": func() []export.Play {
			plays := names(60_000, 12, "abcdefg")
			for i := range plays {
				plays[i].URI = nil
			}
			return plays
		},
	} {
		t.Run(name, func(t *testing.T) {
			parts, r := fill(t, plays())
			d, err := Merge(nil, parts, r)
			if err != nil {
				t.Fatal(err)
			}
			blob := encode(t, d)
			need, err := DecodingBytes(blob)
			if err != nil {
				t.Fatal(err)
			}
			// Coders and queries leave something behind, which is not the dataset's.
			if d, err = Decode(blob); err != nil {
				t.Fatal(err)
			}
			askEverything(t, d)
			d, parts = nil, nil
			before := heapAlive()
			if d, err = Decode(blob); err != nil {
				t.Fatal(err)
			}
			askEverything(t, d)
			held, size := heapAlive()-before, d.Size()
			if held > size {
				t.Errorf("%d bytes are held, Size says %d", held, size)
			}
			if size > 3*held {
				t.Errorf("%d bytes are held, Size says %d, which is no use as a bound", held, size)
			}
			if need < size {
				t.Errorf("%d bytes are said to be needed for a dataset of %d", need, size)
			}
			runtime.KeepAlive(blob)
			runtime.KeepAlive(d)
		})
	}
}

// A name that grows when it is folded does not make the index of all names grow
// with it, and is found all the same.
func TestNamesThatGrowAreFoundAndBounded(t *testing.T) {
	parts, r := fill(t, append(names(2_000, 300, "ﷺ"), export.Play{
		TS: 1_500_000_000, MS: 60_000, Kind: export.KindMusic, Title: []byte("Muhammad ﷺ"), Creator: []byte("Nasheed"),
	}))
	d, err := Merge(nil, parts, r)
	if err != nil {
		t.Fatal(err)
	}
	folded := d.foldNames()
	if got, most := int64(len(folded.blob)), foldedRoom(len(d.names.blob), d.names.len()); got > most {
		t.Errorf("%d bytes of folded names, more than %d", got, most)
	}
	for i := range d.names.len() {
		if strings.Count(folded.at(uint32(i)), "\x00") != 1 {
			t.Fatalf("folded name %d is %q", i, folded.at(uint32(i)))
		}
	}
	if r := d.Rank(lens.Lens{}.WithQ("muhammad"), lens.Track, 0, 10); r.Total != 1 {
		t.Errorf("%d tracks are found", r.Total)
	}
}

// What is beyond a budget is refused by whichever worker comes to it.
func TestABudgetBoundsAllParts(t *testing.T) {
	for name, plays := range map[string][]export.Play{
		"names": names(12_000, 300, "abcdefgh"), // which are more than the budget
		"rows":  names(1_000, 10, "ab"),         // again and again
	} {
		budget := NewBudget(8<<20, nil)
		parts := []*Part{budget.NewPart(), budget.NewPart()}
		before := heapAlive()
		var err error
		for i := 0; err == nil; i++ {
			if i%1000 == 0 {
				parts[i/1000%2].Begin(0)
			}
			err = parts[i/1000%2].Add(&plays[i%len(plays)])
			if i%1000 == 999 {
				parts[i/1000%2].End(true)
			}
		}
		var input *export.InputError
		if !errors.As(err, &input) || !budget.Exceeded() {
			t.Errorf("%s: %v, exceeded %v", name, err, budget.Exceeded())
		}
		if held := heapAlive() - before; held > 9<<20 {
			t.Errorf("%s: %d bytes are held by parts with a budget of %d", name, held, 8<<20)
		}
		if _, err := Merge(nil, parts, &export.Receipt{Files: make([]export.File, 1)}); err == nil {
			t.Errorf("%s: parts beyond their budget were merged", name)
		}
		runtime.KeepAlive(parts)
	}
	// What is there already counts.
	parts, r := fill(t, names(2_000, 300, "abcdefgh"))
	base, err := Merge(nil, parts, r)
	if err != nil {
		t.Fatal(err)
	}
	if left := NewBudget(MaxBytes, base).left.Load(); left > MaxBytes-base.loadedBytes() {
		t.Errorf("beside a base of %d bytes %d are left", base.loadedBytes(), left)
	}
	if left := NewBudget(1000, base).left.Load(); left != 1000 {
		t.Errorf("of 1000 bytes %d are left", left)
	}
}

func TestADatasetHoldsSoMuchAndNoMore(t *testing.T) {
	if testing.Short() {
		t.Skip("makes large datasets")
	}
	// Each part is within its budget, and both together are too much.
	one, r := fill(t, names(20_000, 700, "abcdefghijklmnopqrstuvwxyz"))
	base, err := Merge(nil, one, r)
	if err != nil {
		t.Fatalf("within the bounds: %v", err)
	}
	if base.Size() > MaxBytes || base.Size() < MaxBytes/2 {
		t.Fatalf("the first has %d bytes", base.Size())
	}
	plays := names(20_000, 700, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	two, r := fill(t, plays)
	_, err = Merge(base, two, r)
	var input *export.InputError
	if !errors.As(err, &input) || input.Code != export.CodeTooMuchText {
		t.Errorf("beyond the bounds: %v", err)
	}

	// Plays.
	part, r := NewPart(), &export.Receipt{}
	play := export.Play{MS: 1, Kind: export.KindMusic, URI: []byte("spotify:track:0000000000000000000001"), Title: []byte("a"), Creator: []byte("b")}
	for i := range MaxPlays + 1 {
		if i%1_000_000 == 0 {
			part.Begin(len(r.Files))
			r.Files = append(r.Files, export.File{})
		}
		play.TS = int64(1_000_000_000 + i)
		play.Start = play.TS
		if err := part.Add(&play); err != nil {
			t.Fatal(err)
		}
		if i%1_000_000 == 999_999 || i == MaxPlays {
			part.End(true)
		}
	}
	if _, err = Merge(nil, []*Part{part}, r); !errors.As(err, &input) || input.Code != export.CodeTooManyRows {
		t.Errorf("more plays than there may be: %v", err)
	}
}

// No query waits for another that it runs itself.
func TestQueriesDoNotNest(t *testing.T) {
	d := small(t)
	d.turns = make(chan struct{}, 1)
	asked := make(chan error)
	go func() {
		err := exercise(d)
		askEverything(t, d)
		asked <- err
	}()
	select {
	case err := <-asked:
		if err != nil || len(d.turns) != 0 {
			t.Errorf("%v, and %d turns were not given back", err, len(d.turns))
		}
	case <-time.After(20 * time.Second):
		t.Fatal("a query waits for a turn that it has itself")
	}
}

// Account rows that are kept by name are copies of it: one long name on many rows
// does not become many long names.
func TestRowsKeptByNameAreBounded(t *testing.T) {
	long := []byte(strings.Repeat("n", 1000))
	merge := func(rows int) (*Dataset, error) {
		part := NewPart()
		part.Begin(0)
		for i := range rows {
			at := int64(1_500_000_000/60*60 + 60*i)
			for _, play := range []export.Play{
				{TS: at + 30, Start: at, MS: 30_000, Kind: export.KindMusic, Title: []byte("a"), Creator: []byte("b"), URI: fmt.Appendf(nil, "spotify:track:%022d", i%50)},
				{TS: at, Start: at - 30, MS: 30_000, Kind: export.KindMusic, Source: export.SourceAccount, Title: long, Creator: long},
			} {
				if err := part.Add(&play); err != nil {
					t.Fatal(err)
				}
			}
		}
		part.End(true)
		return Merge(nil, []*Part{part}, &export.Receipt{Files: make([]export.File, 1)})
	}
	d, err := merge(1000)
	if err != nil || len(d.partners.loose) != 1000 {
		t.Fatalf("%v; the rows are not of the kind this is about", err)
	}
	var input *export.InputError
	if _, err := merge(maxLooseBytes / 2000); !errors.As(err, &input) {
		t.Errorf("%d MB of names: %v", maxLooseBytes>>20, err)
	}
}
