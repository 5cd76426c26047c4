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
		return both{lost(s, songs(s)), lost(s, artists(s))}
	})
	return b.songs, b.artists
}

func lost(s dataset.Selection, things dataset.Things) (list []Lost) {
	v := livesOf(s, things)
	from, to := dayBounds(s.Lens)
	var heard []sum
	for code := range v.codes() {
		if of := v.total(code, from, to); of.plays > 0 {
			heard = append(heard, of)
		}
	}
	most := len(heard) / forgottenShare
	covered := CoveredDays(s.Dataset, s.Lens.Zone())
	_, end := covered.Bounds()
	for _, of := range firstOf(heard, most, &things) {
		last, _ := v.lastPlay(of.code)
		if silent := covered.Between(last+1, end); silent >= SilentDays {
			list = append(list, Lost{of.thing(&things), last, silent})
		}
	}
	return list
}
