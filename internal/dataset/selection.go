package dataset

import (
	"iter"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Selection is what a lens sees of a dataset: the rows it lets through, in order
// of time. Rows are numbers into the columns, which belong to the dataset and
// must not be changed.
type Selection struct {
	*Dataset
	Lens lens.Lens
}

// Select is what a lens sees.
func (d *Dataset) Select(l lens.Lens) Selection { return Selection{d, l} }

// Blocks yields the rows, block by block. A block is valid until the next one.
// While a loop runs no other query of the same dataset may be made, for queries
// wait for each other.
func (s Selection) Blocks() iter.Seq[[]uint32] {
	return func(yield func([]uint32) bool) {
		v := s.view(s.Lens)
		defer v.done()
		for lo := v.lo; lo < v.hi; lo += blockRows {
			if rows := v.block(lo, min(lo+blockRows, v.hi)); len(rows) > 0 && !yield(rows) {
				return
			}
		}
	}
}

// Ends is the time at which each row ended, in Unix seconds.
func (d *Dataset) Ends() []uint32 { return d.ts }

// Lengths is the milliseconds of each row, to be read by [Ms] and compared by
// [IsPlay].
func (d *Dataset) Lengths() []uint32 { return d.ms }

// Ms is the time that a length adds: none when it is unknown.
func Ms(length uint32) int64 { return int64(length &^ unknownLength) }

// IsPlay is 1 for a length that makes a play, and 0 for another, without a
// branch. An unknown one always does.
func IsPlay(length, minMs uint32) uint32 { return 1 - uint32((uint64(length)-uint64(minMs))>>63) }

// FromAccount tells which rows are of the account data.
func (d *Dataset) FromAccount() func(row uint32) bool {
	flags := d.flags()
	return func(row uint32) bool { return flags[row]&flagAccount != 0 }
}

// HoursOfWeek is the hour of the week in which each row began in a zone, counted
// from Monday's midnight. That of the latest zone is kept: a person has one.
func (d *Dataset) HoursOfWeek(tz *time.Location) []uint8 {
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
		for i, lead := range d.lead() {
			start := int64(d.ts[i]) - int64(lead)
			hours[i] = uint8(uint64(start+zone.At(start)-monday) / hour % HoursPerWeek)
		}
		return hours
	})
}

// HoursPerWeek is the number of values of [Dataset.HoursOfWeek].
const HoursPerWeek = 7 * 24

// hoursThrough is 1 for each hour of the week that the lens lets through.
func hoursThrough(l lens.Lens) (through [HoursPerWeek]uint8) {
	for i := range through {
		day, hour := i/24, i%24
		if (l.Weekdays == 0 || l.Weekdays.Has(day)) && (l.Hours == 0 || l.Hours.Has(hour)) {
			through[i] = 1
		}
	}
	return through
}

// Codes is a column of codes. Several codes may have one name.
type Codes struct {
	OfRow []uint16
	N     int // the codes are below it
	Name  func(code uint16) string
}

// Countries are the countries of the rows, as two letters. ZZ is unknown; the
// account data names none.
func (d *Dataset) Countries() Codes { return Codes{d.country(), unknownCountry + 1, countryName} }

// Families are the platform families of the rows.
func (d *Dataset) Families() Codes { return Codes{d.platform(), len(d.platforms), d.family} }

// UnknownCountry is the name of the country that is not known.
const UnknownCountry = "ZZ"
