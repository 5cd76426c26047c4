package dataset

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// TestSkipsGoByReasonAndLength: what Spotify's own field says of skips was
// always false for years, so it must not matter.
func TestSkipsGoByReasonAndLength(t *testing.T) {
	var plays []export.Play
	var want []bool
	for reason, skips := range map[string][3]bool{ // after 0, 29,999 and 30,000 ms
		"fwdbtn": {true, true, true}, "backbtn": {true, true, true},
		"endplay": {true, true, false}, "clickrow": {true, true, false}, "clickside": {true, true, false},
		"trackdone": {}, "logout": {}, "remote": {}, "trackerror": {}, "unknown": {}, "": {},
	} {
		for i, ms := range []uint32{0, 29_999, 30_000} {
			for _, told := range []export.Tri{export.Absent, export.False, export.True} {
				ts := int64(1_600_000_000 + len(plays))
				plays = append(plays, export.Play{TS: ts, Start: ts, MS: ms, Kind: export.KindMusic, Title: []byte("T"), ReasonEnd: []byte(reason), Skipped: told})
				want = append(want, skips[i])
			}
		}
	}
	parts, r := fill(t, plays)
	d, err := Merge(nil, parts, r)
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.Plays(lens.Lens{}, len(plays))
	if err != nil || len(p.Items) != len(plays) {
		t.Fatalf("%d plays, %v", len(p.Items), err)
	}
	for _, it := range p.Items {
		if got := it.Traits&lens.Skipped != 0; got != want[it.TS-1_600_000_000] {
			t.Errorf("%q after %d ms, told %d: skipped is %v", it.ReasonEnd, it.Ms, it.Skipped, got)
		}
	}
	if s := d.Summary(lens.Lens{}); s.Skips != 2*9+3*6 || s.Ended != 9*9 {
		t.Errorf("%d skips of %d that ended", s.Skips, s.Ended)
	}
}
