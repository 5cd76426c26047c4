package dataset

import (
	"cmp"
	"math"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Month is one month of a series. Series have no gaps: a silent month is there with zeros.
type Month struct {
	Date  lens.Date // its first day
	Ms    int64
	Plays int
}

// Months is hours a month over the whole history, from the first month to the
// last, whatever the lens's From and To; everything else of the lens applies.
// The series is shared: it must not be changed.
func (d *Dataset) Months(l lens.Lens) []Month {
	l.From, l.To = lens.Date{}, lens.Date{}
	return answer(d, query{of: "months", lens: lensKey(l)}, func() []Month { return d.months(l) })
}

func (d *Dataset) months(l lens.Lens) []Month {
	if d.Rows() == 0 {
		return nil
	}
	v := d.view(l)
	defer v.done()
	first, last := d.Span()
	end := lens.DateIn(last, v.tz)
	var months []Month
	var ends []int64
	for m := lens.DateIn(first, v.tz).FirstOfMonth(); m.Compare(end) <= 0; {
		next := m.NextMonth()
		months = append(months, Month{Date: m})
		ends = append(ends, next.Start(v.tz))
		m = next
	}
	m := 0
	v.scan(v.lo, v.hi, func(rows []uint32) {
		for _, i := range rows {
			for int64(d.ts[i]) >= ends[m] {
				m++
			}
			months[m].Ms += Ms(d.ms[i])
			months[m].Plays += int(IsPlay(d.ms[i], v.min))
		}
	})
	return months
}

// Sparks gives, for each ID, milliseconds in each of n equal slices of the
// lens's range (the whole span without one). An ID that is not known has zeros.
// The sparks are shared: they must not be changed.
func (d *Dataset) Sparks(l lens.Lens, by lens.EntityKind, ids []string, n int) [][]int64 {
	if len(ids) > maxAnswerItems {
		return d.sparks(l, by, ids, n)
	}
	q := query{of: "sparks", lens: lensKey(l), entities: by, limit: n, ids: strings.Join(ids, " ")}
	return answer(d, q, func() [][]int64 { return d.sparks(l, by, ids, n) })
}

func (d *Dataset) sparks(l lens.Lens, by lens.EntityKind, ids []string, n int) [][]int64 {
	out := make([][]int64, len(ids))
	if n <= 0 {
		return out
	}
	l.Q = "" // it has found the IDs; what they add up to is theirs alone
	v := d.view(l)
	defer v.done()
	flat := make([]int64, (len(ids)+1)*n) // the first n catch what no ID asks for
	space := v.space(by)
	v.slots = sized(v.slots, space.n)
	for i, id := range ids {
		at := uint32((i + 1) * n)
		if code, ok := v.find(by, id); ok {
			at = cmp.Or(v.slots[code], at) // it may be asked for twice
			v.slots[code] = at
		}
		out[i] = flat[at:][:n:n]
	}
	if v.lo == v.hi || len(ids) == 0 {
		return out
	}
	v.starts = sized(v.starts, d.items())
	starts := v.starts
	for i := range starts {
		if c := space.code(d, i); c != none {
			starts[i] = v.slots[c]
		}
	}

	from, to := d.Range(l)
	slice, next := 0, sliceEnd(from, to, 1, n)
	v.scan(v.lo, v.hi, func(rows []uint32) {
		for _, i := range rows {
			for int64(d.ts[i]) >= next {
				slice++
				next = sliceEnd(from, to, slice+1, n)
			}
			flat[int(starts[d.item[i]])+slice] += Ms(d.ms[i])
		}
	})
	return out
}

// sliceEnd is the end of the i-th of n slices, from 1. The last never ends, so
// that rounding cannot lose a row.
func sliceEnd(from, to int64, i, n int) int64 {
	if i >= n {
		return math.MaxInt64
	}
	return from + (to-from)*int64(i)/int64(n)
}

// Range is the lens's range over d in Unix seconds: from inclusive, to
// exclusive; the dataset's span where the lens has no bound.
func (d *Dataset) Range(l lens.Lens) (from, to int64) {
	from, to = d.Span()
	to++
	if !l.From.IsZero() {
		from = l.From.Start(l.Zone())
	}
	if !l.To.IsZero() {
		to = l.To.AddDays(1).Start(l.Zone())
	}
	return from, max(from, to)
}
