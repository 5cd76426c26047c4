package dataset

import (
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const hoursPerWeek = 7 * 24

// weekHours are the hours of the week in which rows began, in one zone.
type weekHours struct {
	tz    string
	began []uint8 // of each row, counted from Monday's midnight
}

// beganIn is the hour of the week in which each row began. That of the latest
// zone is kept: a person has one.
func (d *Dataset) beganIn(tz *time.Location) []uint8 {
	if w := d.week.Load(); w != nil && w.tz == tz.String() {
		return w.began
	}
	w := &weekHours{tz: tz.String(), began: make([]uint8, d.Rows())}
	if len(w.began) > 0 {
		// 1970-01-01 was a Thursday; hours are counted from the Monday before the
		// earliest start there can be, so that none is negative.
		const hour = 3600
		const monday = -3*lens.SecondsPerDay - 8*7*lens.SecondsPerDay
		first, last := d.Span()
		zone := lens.ZoneOffsets(tz, first-maxLead, last)
		for i, ts := range d.ts {
			start := int64(ts) - int64(d.lead[i])
			w.began[i] = uint8(uint64(start+zone.At(start)-monday) / hour % hoursPerWeek)
		}
	}
	d.week.Store(w)
	return w.began
}

// hoursOfWeek is 1 for each hour of the week that the lens lets through.
func hoursOfWeek(l lens.Lens) (through [hoursPerWeek]uint8) {
	for i := range through {
		day, hour := i/24, i%24
		if (l.Weekdays == 0 || l.Weekdays.Has(day)) && (l.Hours == 0 || l.Hours.Has(hour)) {
			through[i] = 1
		}
	}
	return through
}
