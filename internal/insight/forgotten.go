package insight

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A Lost thing was among the most heard and has been silent since.
type Lost struct {
	Thing
	Last   int // the day of its last play
	Silent int // covered days since
}

// forgottenShare is of how many things one is among the most heard.
const forgottenShare = 20

// Forgotten are the artists and the songs of a selection that are among the top
// 5 % by hours and were not played on the last [SilentDays] covered days of the
// record, most time first.
func Forgotten(s dataset.Selection) (songsLost, artistsLost []Lost) {
	type both struct{ songs, artists []Lost }
	b := dataset.MemoizeSelection(s, "forgotten", func() both {
		ofSongs, ofArtists := newLostTally(songs(s)), newLostTally(artists(s))
		from, to := dayBounds(s.Lens)
		for p := range timeline(unbounded(s)) {
			inRange := p.Day >= from && p.Day <= to
			ofSongs.add(p, inRange)
			ofArtists.add(p, inRange)
		}
		covered := CoveredDays(s.Dataset, s.Lens.Zone())
		return both{ofSongs.lost(covered), ofArtists.lost(covered)}
	})
	return b.songs, b.artists
}

// lostTally adds up the things of a range, and knows their last plays at any time.
type lostTally struct {
	*tally
	last []int32 // the day of the last play
}

func newLostTally(things dataset.Things) lostTally {
	return lostTally{newTally(things), make([]int32, things.N)}
}

func (t lostTally) add(p Play, inRange bool) {
	if inRange {
		t.tally.add(p)
	}
	if code := t.things.Of(p.Row); p.Counts && code != dataset.NoThing {
		t.last[code] = int32(p.Day)
	}
}

func (t lostTally) lost(covered Covered) (list []Lost) {
	_, end := covered.Bounds()
	for _, code := range t.top(t.played()/forgottenShare, nil) {
		if silent := covered.Between(int(t.last[code])+1, end); silent >= SilentDays {
			list = append(list, Lost{t.thing(code), int(t.last[code]), silent})
		}
	}
	return list
}
