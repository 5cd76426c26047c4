// Package insight holds the analyses that pages, the API and pictures share: one
// file for each, over a selection of a dataset. It knows no requests and no words.
package insight

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// Clock is milliseconds by weekday (0 = Monday) and hour in which plays began, in
// the lens's zone. Overlap counts once.
func Clock(s dataset.Selection) [7][24]int64 {
	return dataset.MemoizeSelection(s, "clock", func() (clock [7][24]int64) {
		hours := s.HoursOfWeek(s.Lens.Zone())
		for p := newTimeline(s); p.next(); {
			hour := hours[p.Row]
			clock[hour/24][hour%24] += p.AloneMs
		}
		return clock
	})
}

// PlayedMs is the time of the rows that count as plays under the lens. All
// other figures of time take every row; this one tells how much the short ones
// amount to.
func PlayedMs(s dataset.Selection) (ms int64) {
	lengths, minMs := s.Lengths(), s.Lens.MinMs()
	for rows := range s.Blocks() {
		for _, i := range rows {
			ms += dataset.Ms(lengths[i]) * int64(dataset.IsPlay(lengths[i], minMs))
		}
	}
	return ms
}
