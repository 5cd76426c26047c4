package lens

import (
	"sort"
	"time"
)

// Offsets are the distances of a zone from UTC over a range of time. A zone
// changes its offset about twice a year, so asking the current stretch first
// answers nearly always.
type Offsets struct {
	from   []int64 // when each offset begins
	offset []int64
	at     int

	day              int // that Day answered last, from one time to before another
	dayFrom, dayUpTo int64
}

// ZoneOffsets lists the offsets of tz from first to last.
func ZoneOffsets(tz *time.Location, first, last int64) Offsets {
	var o Offsets
	for t := first; ; {
		u := time.Unix(t, 0).In(tz)
		_, seconds := u.Zone()
		o.from = append(o.from, t)
		o.offset = append(o.offset, int64(seconds))
		_, end := u.ZoneBounds()
		if end.IsZero() || end.Unix() > last {
			return o
		}
		if end.Unix() > t {
			t = end.Unix()
		} else {
			// On the last day of leap years after 2037, beyond what zone files
			// spell out, package time says that the offset ended the day before.
			t += SecondsPerDay
		}
		if t > last {
			return o
		}
	}
}

// At is the offset at ts, which must lie in the range.
func (o *Offsets) At(ts int64) int64 {
	if ts < o.from[o.at] || o.at+1 < len(o.from) && ts >= o.from[o.at+1] {
		o.at = max(0, sort.Search(len(o.from), func(i int) bool { return o.from[i] > ts })-1)
	}
	return o.offset[o.at]
}

// Until is the end of the stretch that At was asked about last, or ts if that
// comes first.
func (o *Offsets) Until(ts int64) int64 {
	if o.at+1 < len(o.from) {
		return min(ts, o.from[o.at+1])
	}
	return ts
}

// Day is the day of a time, which must lie in the range, counted from 1970-01-01. Of
// one like the last it is known.
func (o *Offsets) Day(ts int64) int {
	if ts < o.dayFrom || ts >= o.dayUpTo {
		offset := o.At(ts)
		n := DayNumber(ts + offset)
		midnight := n*SecondsPerDay - offset
		o.day, o.dayFrom, o.dayUpTo = int(n), max(midnight, o.from[o.at]), o.Until(midnight+SecondsPerDay)
	}
	return o.day
}

// DayNumber is the day of a local time, ts plus its offset, counted from 1970-01-01.
func DayNumber(local int64) int64 {
	if local < 0 {
		return -((-local + SecondsPerDay - 1) / SecondsPerDay)
	}
	return local / SecondsPerDay
}
