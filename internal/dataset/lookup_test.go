package dataset

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// carries lists the things (kind and URI) that carried the names in any row,
// whether the row was kept or not: names of a URI are never forgotten.
func carries(rows []refRow, a TrackRef) map[string]bool {
	things := make(map[string]bool)
	for _, r := range rows {
		if r.uri != "" && r.kind != export.KindUnknown && r.title != "" &&
			fold.Key(r.title) == fold.Key(a.Title) && fold.Key(r.whose()) == fold.Key(a.Creator) {
			things[r.thing()] = true
		}
	}
	return things
}

func (r *refRow) answers(a TrackRef, carried map[string]bool) bool {
	if r.kind == export.KindUnknown {
		return false
	}
	if a.URI != "" && r.uri == a.URI {
		return true
	}
	if a.Title == "" {
		return false
	}
	if r.uri != "" {
		return carried[r.thing()]
	}
	return fold.Key(r.title) == fold.Key(a.Title) && fold.Key(r.whose()) == fold.Key(a.Creator)
}

func someRef(t *rapid.T) TrackRef {
	var a TrackRef
	if rapid.Bool().Draw(t, "by URI") {
		a.URI = someURI(t, rapid.SampledFrom([]export.Kind{1, 2, 3}).Draw(t, "kind"))
	}
	if rapid.Bool().Draw(t, "by names") {
		a.Title = rapid.SampledFrom(someTitles).Draw(t, "title")
		a.Creator = rapid.SampledFrom(append(someCreators, someAlbums...)).Draw(t, "creator")
	}
	return a
}

func TestLookupAgreesWithTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		d := mergeIn(t, nil, rows, nil, 1)
		h := reference(rows)
		l := someLens(t, &h)
		refs := rapid.SliceOfN(rapid.Custom(someRef), 1, 6).Draw(t, "refs")
		for i, got := range d.Lookup(l, refs) {
			var want Stats
			carried := carries(rows, refs[i])
			for _, r := range h.see(l) {
				if !r.answers(refs[i], carried) {
					continue
				}
				if want.Rows == 0 {
					want.First = r.ts
				}
				want.Rows++
				want.Last = r.ts
				want.Ms += r.ms
				if r.longest() >= int64(l.Min)*1000 {
					want.Plays++
				}
			}
			known := false
			for _, r := range h.rows {
				known = known || r.answers(refs[i], carried)
			}
			if known != (got.ID != "") {
				t.Fatalf("%+v: ID %q, known %v", refs[i], got.ID, known)
			}
			if got.ID = ""; got != want {
				t.Fatalf("%+v:\n got %+v\nwant %+v", refs[i], got, want)
			}
		}
	})
}

func TestFirstPlaysAgreesWithTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		d := mergeIn(t, nil, rows, nil, 1)
		h := reference(rows)
		l := someLens(t, &h)
		var windows []Window
		for range rapid.IntRange(1, 4).Draw(t, "windows") {
			at := rapid.SampledFrom(append(rows, refRow{start: 1_600_000_000})).Draw(t, "row").start
			w := Window{From: at - rapid.Int64Range(0, 600).Draw(t, "before"), To: at + rapid.Int64Range(-10, 4000).Draw(t, "after")}
			w.Refs = rapid.SliceOfN(rapid.Custom(someRef), 0, 2).Draw(t, "refs")
			if rapid.Bool().Draw(t, "by name") {
				w.Names = []string{rapid.SampledFrom(append(someTitles, "björk", " STRASSE ", "")).Draw(t, "name")}
			}
			windows = append(windows, w)
		}
		matches := func(r *refRow, w *Window) bool {
			if r.kind == export.KindUnknown || r.title == "" && r.uri == "" {
				return false
			}
			for _, a := range w.Refs {
				if r.answers(a, carries(rows, a)) {
					return true
				}
			}
			for _, name := range w.Names {
				n := fold.Key(name)
				if n != "" && (fold.Key(r.title) == n || fold.Key(r.creator) == n || fold.Key(r.collection) == n) {
					return true
				}
			}
			return false
		}
		for i, row := range d.FirstPlays(l, windows) {
			var got *Item
			if row >= 0 {
				item := d.Play(row)
				got = &item
			}
			w := &windows[i]
			var want *refRow
			for _, r := range h.see(l) {
				if r.start < w.From || r.start > w.To || r.ts < w.From || r.ts > w.To+maxWindowPlay || r.longest() < int64(l.Min)*1000 || !matches(&r, w) {
					continue
				}
				if want == nil || r.start < want.start {
					want = &r
				}
			}
			switch {
			case (got == nil) != (want == nil):
				t.Fatalf("%+v: got %+v, want %+v", *w, got, want)
			case got != nil && (got.TS != want.ts || got.Start != want.start || got.Ms != want.ms || got.Name != want.title):
				t.Fatalf("%+v:\n got %+v\nwant %+v", *w, *got, *want)
			}
		}
	})
}

func TestPlayedMsIsTheTimeOfPlays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		d := mergeIn(t, nil, rows, nil, 1)
		h := reference(rows)
		l := someLens(t, &h)
		want := int64(0)
		for _, r := range h.see(l) {
			if r.longest() >= int64(l.Min)*1000 {
				want += r.ms
			}
		}
		if got := Insight.PlayedMs(d.Select(l)); got != want {
			t.Fatalf("%d ms, want %d", got, want)
		}
	})
}

func TestLookupOfAnEmptyDataset(t *testing.T) {
	d, err := Merge(nil, []*Part{NewPart()}, &export.Receipt{})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Lookup(lens.Lens{}, []TrackRef{{URI: "spotify:track:x"}}); !reflect.DeepEqual(got, []Stats{{}}) {
		t.Errorf("lookup %+v", got)
	}
	if got := d.FirstPlays(lens.Lens{}, []Window{{To: 1 << 40, Names: []string{"x"}}}); !slices.Equal(got, []int{-1}) {
		t.Errorf("first plays %+v", got)
	}
}
