package dataset_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// TestDaysByThing: what was heard of each artist and song on each day, of the rows that a
// lens lets through. In St John's the clocks go back over midnight, so that a later start
// may lie on an earlier day. A day that is longer than a number has room is in parts.
func TestDaysByThing(t *testing.T) {
	stJohns, err := time.LoadLocation("America/St_Johns")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
		plays := make([]export.Play, rapid.IntRange(0, 40).Draw(t, "plays"))
		ts := time.Date(2009, 11, 1, 1, 30, 0, 0, time.UTC).Unix() // 31 October, 23:00 in St John's
		for i := range plays {
			ts += rapid.SampledFrom([]int64{0, 600, 1800, 3600, 86_400}).Draw(t, "pause")
			plays[i] = datasettest.Music(ts, rapid.SampledFrom([]uint32{0, 29_999, 40_000, 1<<31 - 1}).Draw(t, "ms"), pick("title", "A", "B"), pick("artist", "X", "Y"), "")
		}
		d := datasettest.Of(t, plays...)
		l := lens.Lens{Min: rapid.SampledFrom([]int{0, lens.DefaultMin}).Draw(t, "min"), TZ: rapid.SampledFrom([]*time.Location{time.UTC, stJohns}).Draw(t, "zone")}
		if rapid.Bool().Draw(t, "filter") {
			l.Hours = 1<<23 | 1
		}
		s := d.Select(l)
		through := make(map[uint32]bool)
		for rows := range s.Blocks() {
			for _, row := range rows {
				through[row] = true
			}
		}
		for _, things := range []dataset.Things{s.Things(lens.Artist, ""), s.Things(lens.Track, lens.GroupTitle)} {
			by := s.ByThing(things)
			for code := range uint32(things.N) {
				type heard struct{ ms, plays int64 }
				got, want := make(map[int]heard), make(map[int]heard)
				if !slices.IsSortedFunc(by.Days(code), func(a, b dataset.Heard) int { return int(a.Day) - int(b.Day) }) {
					t.Fatalf("not in order: %v", by.Days(code))
				}
				for i, h := range by.Days(code) {
					if i > 0 {
						before := by.Days(code)[i-1]
						if before.Day == h.Day && int64(before.Ms)+int64(h.Ms) < 1<<32 {
							t.Fatalf("in parts that fit: %v", by.Days(code))
						}
					}
					day := got[by.First+int(h.Day)]
					got[by.First+int(h.Day)] = heard{day.ms + int64(h.Ms), day.plays + int64(h.Plays)}
				}
				for row := range uint32(d.Rows()) {
					if through[row] && things.Of(row) == code {
						number, length := lens.DateIn(d.Start(row), l.Zone()).Number(), d.Lengths()[row]
						day := want[number]
						want[number] = heard{day.ms + dataset.Ms(length), day.plays + int64(dataset.IsPlay(length, l.MinMs()))}
					}
				}
				if !maps.Equal(got, want) {
					t.Fatalf("got %v, want %v", got, want)
				}
			}
		}
	})
}
