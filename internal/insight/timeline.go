package insight

import (
	"iter"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Play is a row of a selection on the day on which it began.
type Play struct {
	Row   uint32
	Day   int   // in the lens's zone, counted from 1970-01-01
	Start int64 // Unix seconds
	Ms    int64 // how long it was played; 0 when that is not known
	// AloneMs is the part of Ms during which nothing of the selection that began
	// before was still playing: added up, it counts overlap once.
	AloneMs int64
	// Counts is true when it was played for long enough to be a play.
	Counts bool
}

// timeline yields the rows of a selection in the order in which they began. The
// range of the lens holds the days on which rows begin, where the range of
// rankings and of the history holds those on which they end: what began before
// midnight belongs to the evening.
func timeline(s dataset.Selection) iter.Seq[Play] {
	return func(yield func(Play) bool) {
		from, to := dayBounds(s.Lens)
		starts, lengths, minMs := s.Starts(), s.Lengths(), s.Lens.MinMs()
		var heardUntil int64 // milliseconds
		for i, row := range starts.Rows {
			start, ms := starts.At(i), dataset.Ms(lengths[row])
			begin, end := start*1000, start*1000+ms
			alone := max(0, end-max(begin, heardUntil))
			heardUntil = max(heardUntil, end)
			day := starts.First + int(starts.Days[i])
			if day > to+1 {
				return
			}
			if day < from || day > to {
				continue // a day may come again where the clocks go back over midnight
			}
			p := Play{Row: row, Day: day, Start: start, Ms: ms, AloneMs: alone, Counts: dataset.IsPlay(lengths[row], minMs) == 1}
			if !yield(p) {
				return
			}
		}
	}
}

// dayBounds are the first and last day of a lens.
func dayBounds(l lens.Lens) (from, to int) {
	from, to = -1<<31, 1<<31-1
	if !l.From.IsZero() {
		from = l.From.Number()
	}
	if !l.To.IsZero() {
		to = l.To.Number()
	}
	return from, to
}

// unbounded is the selection over the whole history.
func unbounded(s dataset.Selection) dataset.Selection {
	l := s.Lens.WithRange(lens.Date{}, lens.Date{})
	return s.Select(l)
}
