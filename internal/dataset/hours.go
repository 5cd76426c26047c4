package dataset

import (
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const hoursPerWeek = 7 * 24

// hoursOf is the hour of the week, counted from Monday's midnight, in which each
// row began. That of the latest zone is kept: a person has one.
func (d *Dataset) hoursOf(tz *time.Location) []uint8 {
	return MemoizeLatest(d, "hours of rows", tz.String(), func() []uint8 {
		hours := make([]uint8, d.Rows())
		if len(hours) == 0 {
			return nil
		}
		// 1970-01-01 was a Thursday; hours are counted from the Monday before the
		// earliest start there can be, so that none is negative.
		const hour = 3600
		const monday = -3*lens.SecondsPerDay - 8*7*lens.SecondsPerDay
		first, last := d.Span()
		zone := lens.ZoneOffsets(tz, first-maxLead, last)
		for i := range hours {
			start := d.start(uint32(i))
			hours[i] = uint8(uint64(start+zone.At(start)-monday) / hour % hoursPerWeek)
		}
		return hours
	})
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
