package insight

import (
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

// timeline is the rows of a selection in the order in which they began. The range
// of the lens holds the days on which rows begin, where the range of rankings and of
// the history holds those on which they end: what began before midnight belongs to
// the evening.
type timeline struct {
	Play     // the one that next went to
	starts   dataset.Starts
	lengths  []uint32
	minMs    uint32
	from, to int
	at       int   // of the row after it
	until    int64 // when all rows so far have ended, in milliseconds
}

func newTimeline(s dataset.Selection) *timeline { return timelineOf(s, s.Starts()) }

func timelineOf(s dataset.Selection, starts dataset.Starts) *timeline {
	t := &timeline{starts: starts, lengths: s.Lengths(), minMs: s.Lens.MinMs()}
	t.from, t.to = dayBounds(s.Lens)
	return t
}

// next goes to the next row, until there is none.
func (t *timeline) next() bool {
	for t.at < len(t.starts.Rows) {
		i := t.at
		t.at++
		row, start := t.starts.Rows[i], t.starts.At(i)
		ms := dataset.Ms(t.lengths[row])
		begin, end := start*1000, start*1000+ms
		alone := max(0, end-max(begin, t.until))
		t.until = max(t.until, end)
		day := t.starts.First + int(t.starts.Days[i])
		if day > t.to+1 {
			return false
		}
		if day >= t.from && day <= t.to { // a day may come again where the clocks go back over midnight
			p := &t.Play // field by field: that is faster than a whole Play
			p.Row, p.Day, p.Start, p.Ms, p.AloneMs = row, day, start, ms, alone
			p.Counts = dataset.IsPlay(t.lengths[row], t.minMs) == 1
			return true
		}
	}
	return false
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
