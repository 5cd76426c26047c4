package dataset

import (
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Starts are rows in the order in which they began, and the days on which they did.
// They must not be changed.
type Starts struct {
	Rows []uint32
	// Days are the days of the rows, counted from First, which is counted from
	// 1970-01-01. Where the clocks go back over midnight a day comes again.
	Days  []uint16
	First int
	// Count is how many days there are, the last with a start included.
	Count int

	ends []uint32
	lead []int32
}

// At is when the i-th row began, in Unix seconds.
func (s *Starts) At(i int) int64 { return int64(s.ends[s.Rows[i]]) - int64(s.lead[s.Rows[i]]) }

// Starts are the rows that the lens lets through, whatever its range.
func (s Selection) Starts() Starts {
	all := s.startsIn(s.Lens.Zone())
	if !s.Lens.Filtered() {
		return all
	}
	through, count := make([]uint8, s.Rows()), 0 // 1 for each row that the lens lets through
	for rows := range s.Select(s.Lens.WithRange(lens.Date{}, lens.Date{})).Blocks() {
		for _, row := range rows {
			through[row] = 1
		}
		count += len(rows)
	}
	some := all
	rows, days, n := make([]uint32, count+1), make([]uint16, count+1), 0
	for i, row := range all.Rows { // without a branch that nobody could predict
		rows[n], days[n] = row, all.Days[i]
		n += int(through[row])
	}
	some.Rows, some.Days = rows[:n], days[:n]
	return some
}

// startsIn are all rows. The days of the latest zone are kept: a person has one.
func (d *Dataset) startsIn(tz *time.Location) Starts {
	return MemoizeLatest(d, "days of starts", tz.String(), func() Starts {
		s := Starts{Rows: d.Derive().ByStart(), Days: make([]uint16, d.Rows()), ends: d.ts, lead: d.lead()}
		if len(s.Rows) == 0 {
			return s
		}
		_, last := d.Span()
		zone := lens.ZoneOffsets(tz, s.At(0), max(last, s.At(len(s.Rows)-1)))
		s.First = zone.Day(s.At(0)) - 1 // a later start may lie on an earlier day
		for i := range s.Days {
			n := zone.Day(s.At(i)) - s.First
			s.Days[i], s.Count = uint16(n), max(s.Count, n+1)
		}
		return s
	})
}
