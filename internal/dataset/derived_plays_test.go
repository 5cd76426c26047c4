package dataset_test

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const noon = 1_600_000_000

// derivedRow is what the derived layer tells of a row.
type derivedRow struct {
	session, run uint32
	firsts       dataset.Firsts
	naturalMs    uint32
}

func rowsOf(d *dataset.Dataset) []derivedRow {
	v := d.Derive()
	rows := make([]derivedRow, d.Rows())
	for i := range rows {
		row := uint32(i)
		rows[i] = derivedRow{v.Session(row), v.Run(row), v.Firsts(row), v.NaturalMs(row)}
	}
	return rows
}

func TestDerive(t *testing.T) {
	const track, artist, album = dataset.FirstOfTrack, dataset.FirstOfArtist, dataset.FirstOfAlbum
	music := datasettest.Music
	skipped := func(p export.Play) export.Play { p.ReasonEnd = []byte("fwdbtn"); return p }
	for name, c := range map[string]struct {
		plays []export.Play
		want  []derivedRow
	}{
		"nothing": {},
		"a pause of exactly 30 minutes does not end a session": {
			[]export.Play{music(noon, 60_000, "A", "X", "L"), music(noon+1800+60, 60_000, "A", "X", "L"), music(noon+2*(1800+60)+1, 60_000, "A", "X", "L")},
			[]derivedRow{{0, 0, track | artist | album, 60_000}, {0, 0, 0, 60_000}, {1, 1, 0, 60_000}},
		},
		"a long play that began before holds sessions together": {
			[]export.Play{music(noon, 60_000, "A", "X", "L"), music(noon+5000, 10_000, "B", "X", "M"), music(noon+5100, 5_100_000, "C", "Y", "L")},
			[]derivedRow{{0, 0, track | artist | album, 60_000}, {0, 1, 0, 10_000}, {0, 2, track | artist | album, 5_100_000}},
		},
		"too short to be a first play": {
			[]export.Play{music(noon, 29_999, "A", "X", "L"), music(noon+100, 30_000, "A", "X", "L"), music(noon+200, 40_000, "B", "X", "L")},
			[]derivedRow{{0, 0, 0, 29_999}, {0, 0, track | artist | album, 29_999}, {0, 1, track, 40_000}},
		},
		"what was skipped says nothing of lengths": {
			[]export.Play{music(noon, 50_000, "A", "X", "L"), skipped(music(noon+100, 1_000, "A", "X", "L")), music(noon+200, 60_001, "A", "X", "L"), skipped(music(noon+300, 40_000, "B", "X", "L"))},
			[]derivedRow{{0, 0, track | artist | album, 55_000}, {0, 0, 0, 55_000}, {0, 0, 0, 55_000}, {0, 1, track, 0}},
		},
		"rows without a title are runs of their own": {
			[]export.Play{{TS: noon, MS: 60_000}, {TS: noon + 100, MS: 60_001}, music(noon+200, 60_000, "A", "X", "L")},
			[]derivedRow{{0, 0, 0, 0}, {0, 1, 0, 0}, {0, 2, track | artist | album, 60_000}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := datasettest.Of(t, c.plays...)
			if got := rowsOf(d); !slices.Equal(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
			sessions, runs := 0, 0
			if n := len(c.want); n > 0 {
				sessions, runs = int(c.want[n-1].session)+1, int(c.want[n-1].run)+1
			}
			if v := d.Derive(); v.Sessions() != sessions || v.Runs() != runs {
				t.Errorf("%d sessions and %d runs, want %d and %d", v.Sessions(), v.Runs(), sessions, runs)
			}
		})
	}
}

// TestDerivedLayerIsThatOfASlowReference: sessions in the order of starts, and
// everything else by the names and IDs that rows are shown with.
func TestDerivedLayerIsThatOfASlowReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
		plays := make([]export.Play, rapid.IntRange(0, 90).Draw(t, "plays"))
		ts := int64(noon)
		for i := range plays {
			ts += rapid.SampledFrom([]int64{0, 1, 40, 1700, 1799, 1800, 1801, 1840, 1841, 7200}).Draw(t, "pause")
			plays[i] = datasettest.Music(ts, rapid.SampledFrom([]uint32{0, 9_000, 29_999, 30_000, 40_000, 4_000_000}).Draw(t, "ms"),
				pick("title", "A", "B", "C"), pick("artist", "X", "Y"), pick("album", "L", "M", ""))
			plays[i].ReasonEnd = []byte(pick("end", "trackdone", "fwdbtn", ""))
			if rapid.IntRange(0, 9).Draw(t, "nameless") == 0 {
				plays[i].Kind, plays[i].Title, plays[i].Creator, plays[i].Collection = export.KindUnknown, nil, nil, nil
			}
		}
		d := datasettest.Of(t, plays...)
		order := slices.Collect(slices.Values(d.Derive().ByStart()))
		byStart := make([]uint32, d.Rows())
		for i := range byStart {
			byStart[i] = uint32(i)
		}
		slices.SortStableFunc(byStart, func(a, b uint32) int { return cmp.Compare(d.Start(a), d.Start(b)) })
		if !slices.Equal(order, byStart) {
			t.Fatalf("in order of starts: got %v, want %v", order, byStart)
		}
		got, want := rowsOf(d), slowly(d, lens.DefaultMin)
		if !slices.Equal(got, want) {
			t.Fatalf("got  %v\nwant %v", got, want)
		}
		for _, least := range []int{0, 10, 40} {
			want := slowly(d, least)
			for row, firsts := range d.FirstsAt(least) {
				if firsts != want[row].firsts {
					t.Fatalf("row %d at %d seconds: %b, want %b", row, least, firsts, want[row].firsts)
				}
			}
		}
	})
}

func slowly(d *dataset.Dataset, least int) []derivedRow {
	rows := make([]derivedRow, d.Rows())
	byStart := make([]int, d.Rows())
	var run uint32
	for i := range rows {
		byStart[i] = i
	}
	slices.SortStableFunc(byStart, func(a, b int) int { return int(d.Play(a).Start - d.Play(b).Start) })
	session, latest := -1, int64(-1<<40)
	for _, i := range byStart {
		p := d.Play(i)
		if p.Start > latest+1800 {
			session++
		}
		latest = max(latest, p.TS)
		rows[i].session = uint32(session)
	}
	heard := make(map[string]bool)
	for i := range rows {
		p := d.Play(i)
		if i > 0 {
			before := d.Play(i - 1)
			if p.ID == "" || p.ID != before.ID || rows[i].session != rows[i-1].session {
				run++
			}
		}
		rows[i].run = run
		for bit, key := range []string{p.ID, p.CreatorID, p.CollectionID} {
			if key == "" || p.Ms < int64(least)*1000 {
				continue
			}
			if key = string(rune('0'+bit)) + key; !heard[key] {
				heard[key] = true
				rows[i].firsts |= 1 << bit
			}
		}
		var ms []int64
		for j := range rows {
			if q := d.Play(j); q.ID != "" && q.ID == p.ID && q.ReasonEnd == "trackdone" {
				ms = append(ms, q.Ms)
			}
		}
		slices.Sort(ms)
		if n := len(ms); n > 0 {
			rows[i].naturalMs = uint32((ms[(n-1)/2] + ms[n/2]) / 2)
		}
	}
	return rows
}

// TestDerivedFiguresOfASamplePackage pins figures that were worked out by hand.
func TestDerivedFiguresOfASamplePackage(t *testing.T) {
	const name = "../../../shared/exports/extended-v3-2026-59k.zip"
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the sample packages are not there")
	} else if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	part := dataset.NewPart()
	receipt, err := export.Read(t.Context(), []export.Input{{Name: "package.zip", R: f, Size: info.Size()}}, export.Options{Sinks: []export.Sink{part}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := dataset.Merge(nil, []*dataset.Part{part}, receipt)
	if err != nil {
		t.Fatal(err)
	}
	if n := d.Derive().Sessions(); n != 1840 {
		t.Errorf("%d sessions, want 1,840", n)
	}
	if fresh, all := artistsOf(d, 2025, lens.DefaultMin); fresh != 127 || all != 202 {
		t.Errorf("%d of %d artists of 2025 were heard for the first time, want 127 of 202", fresh, all)
	}
	if fresh, all := artistsOf(d, 2025, 0); fresh != 120 || all != 224 {
		t.Errorf("at 0 seconds %d of %d artists of 2025 were heard for the first time, want 120 of 224", fresh, all)
	}
}

// artistsOf counts the artists of a year, and those of them who were first heard in it.
func artistsOf(d *dataset.Dataset, year, least int) (fresh, all int) {
	artists := make(map[string]bool)
	for row, firsts := range d.FirstsAt(least) {
		p := d.Play(row)
		if time.Unix(p.TS, 0).UTC().Year() != year || p.CreatorID == "" || p.Kind != export.KindMusic || p.Ms < int64(least)*1000 {
			continue
		}
		artists[p.CreatorID] = true
		if firsts&dataset.FirstOfArtist != 0 {
			fresh++
		}
	}
	return fresh, len(artists)
}

// TestDerivedFiguresOfAGeneratedHistory pins figures of a history that comes
// with the test: evenings of twelve plays, with artists who are first heard in
// the second year.
func TestDerivedFiguresOfAGeneratedHistory(t *testing.T) {
	var plays []export.Play
	titles := []string{"A", "A", "B", "C", "D", "D", "D", "E", "F", "G", "H", "I"}
	for day := range 600 {
		for i, title := range titles {
			end := time.Date(2023, 6, 1+day, 20, 4*i, 0, 0, time.UTC).Unix()
			artist := string(rune('a' + i/3 + day/100))
			plays = append(plays, datasettest.Music(end, uint32(10_000+20_000*(i%3)), title, artist, ""))
		}
	}
	d := datasettest.Of(t, plays...)
	v := d.Derive()
	if v.Sessions() != 600 || v.Runs() != 600*10 {
		t.Errorf("%d sessions and %d runs, want 600 and 6,000", v.Sessions(), v.Runs())
	}
	if fresh, all := artistsOf(d, 2024, lens.DefaultMin); fresh != 3 || all != 7 {
		t.Errorf("%d of %d artists of 2024 were heard for the first time, want 3 of 7", fresh, all)
	}
}
