package dataset

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const editedURI = "spotify:track:4242424242424242424242"

// edited are rows of one URI under so many titles, as somebody's editor or a
// program gone wrong leaves them, each played twice.
func edited(titles int) []refRow {
	var rows []refRow
	for i := range 2 * titles {
		ts := int64(1_600_000_000 + i*1800)
		rows = append(rows, refRow{
			ts: ts, start: ts - 200, ms: 200_000, kind: export.KindMusic,
			uri: editedURI, title: fmt.Sprint("Song ", i%titles), creator: "Band One", collection: "Album",
		})
	}
	return rows
}

// A URI that carries many titles does not make them one track; a few are one that
// was renamed.
func TestAURIOfManyTitlesIsNoTrack(t *testing.T) {
	for titles, tracks := range map[int]int{1: 1, 2: 1, maxTitles: 1, maxTitles + 1: maxTitles + 1, 200: 200} {
		rows := edited(titles)
		once := mergeIn(t, nil, rows, nil, 1)
		for name, uploads := range map[string][][]refRow{
			"at once": {rows}, "in halves": {rows[:titles], rows[titles:]}, "row by row": nil, "backwards": nil,
		} {
			switch name {
			case "row by row":
				for i := range min(len(rows), 40) {
					uploads = append(uploads, rows[i:i+1])
				}
				uploads = append(uploads, rows[min(len(rows), 40):])
			case "backwards":
				uploads = append(uploads, rows[titles:], rows[1:titles], rows[:1])
			}
			var d *Dataset
			for _, u := range uploads {
				var err error
				if d, err = Decode(encode(t, mergeIn(t, d, u, nil, 1))); err != nil {
					t.Fatal(err)
				}
			}
			if d.Digest() != once.Digest() {
				t.Fatalf("%d titles %s are another dataset", titles, name)
			}
			r := d.Rank(lens.Lens{Paging: lens.Paging{Sort: lens.SortFirst}}, lens.Track, 0, 2*titles)
			if r.Total != tracks || d.Summary(lens.Lens{}).Tracks != tracks {
				t.Fatalf("%d titles %s are %d tracks, want %d", titles, name, r.Total, tracks)
			}
			ids := map[string]bool{}
			for i, it := range r.Items {
				ids[it.ID] = true
				title, rows := fmt.Sprint("Song ", i), 2
				if tracks == 1 {
					title, rows = fmt.Sprint("Song ", titles-1), 2*titles // the latest
				}
				if it.Name != title || it.Rows != rows || it.URI != editedURI || it.Collection != "Album" {
					t.Errorf("%d titles %s: %+v", titles, name, it)
				}
				if found, ok := d.Find(lens.Track, it.ID); !ok || found.Name != title {
					t.Errorf("%s is not found: %+v", title, found)
				}
				if heard := d.Lookup(lens.Lens{}, []TrackRef{{URI: editedURI, Title: title, Creator: "Band One"}})[0]; heard.Rows != rows || heard.ID != it.ID {
					t.Errorf("%d titles %s: of %s was heard %+v", titles, name, title, heard)
				}
			}
			if len(ids) != tracks {
				t.Errorf("%d IDs of %d tracks", len(ids), tracks)
			}
			if _, ok := d.FindURI(editedURI); ok != (tracks == 1) {
				t.Errorf("%d titles: the URI names a track: %v", titles, ok)
			}
		}
	}
}

// Rows of one URI, second and length are one under whatever titles they come, and
// none of the titles is forgotten.
func TestOneRowOfManyTitlesStaysOne(t *testing.T) {
	rows := edited(maxTitles + 3)[:maxTitles+3]
	for i := range rows {
		rows[i].ts, rows[i].start = rows[0].ts, rows[0].start
	}
	later := rows[0]
	later.ts, later.start, later.title = later.ts+9000, later.start+9000, "Song 5"
	once := mergeIn(t, nil, append(rows[:len(rows):len(rows)], later), nil, 1)
	var d *Dataset
	for i := len(rows) - 1; i >= 0; i-- {
		d = mergeIn(t, d, rows[i:i+1], nil, 1)
	}
	d = mergeIn(t, d, []refRow{later}, nil, 1)
	if d.Digest() != once.Digest() {
		t.Error("another order gives another dataset")
	}
	page, err := d.Plays(lens.Lens{}, 10)
	if err != nil || len(page.Items) != 2 || page.Items[0].Name != "Song 5" || page.Items[1].Name != "Song 0" {
		t.Errorf("%+v, %v", page, err)
	}
	if again, err := Decode(encode(t, d)); err != nil || again.Digest() != d.Digest() || !bytes.Equal(encode(t, again), encode(t, d)) {
		t.Errorf("stored: %v", err)
	}
}

func TestDamagedTitlesAreRefused(t *testing.T) {
	list := []retitled{{1, 0}, {4, 0}, {5, 3}}
	b := appendRetitled(nil, list)
	if got, err := readRetitled(b, 6); err != nil || fmt.Sprint(got) != fmt.Sprint(list) {
		t.Fatalf("%v, %v", got, err)
	}
	if _, err := readRetitled(b, 5); err == nil {
		t.Error("an item that is not there")
	}
	for _, b := range [][]byte{{1}, {1, 2}, {1, 0}, {0, 1}, {2, 1, 0, 1}} {
		if got, err := readRetitled(b, 6); err == nil {
			t.Errorf("%v is read as %v", b, got)
		}
	}
	d := mergeIn(t, nil, edited(2), nil, 1)
	d.retitled = []retitled{{1, 0}}
	d.kinds = []uint8{uint8(export.KindMusic), uint8(export.KindPodcast)}
	if _, err := Decode(encode(t, d)); err == nil {
		t.Error("items of two kinds have one URI")
	}
}
