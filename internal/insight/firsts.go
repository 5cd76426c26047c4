package insight

import (
	"math"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// noRow is the first play of what was never played for long enough.
const noRow = ^uint32(0)

// never is the day on which that was first heard.
const never = math.MaxInt32

type firstsKey struct {
	by    lens.EntityKind
	group lens.Grouping
	minMs uint32
	zone  string
}

// firsts are the first plays of things in the whole history, whatever the range
// and the filters of the lens.
type firsts struct {
	rows []uint32 // of each code; noRow without a play
	days []int32  // on which these began; never
}

// firstPlays finds the first play of each thing. Of each kind and grouping those of
// the latest minimum and zone are kept.
func firstPlays(s dataset.Selection, things dataset.Things) firsts {
	tz := s.Lens.Zone()
	key := firstsKey{things.By, things.Group, s.Lens.MinMs(), tz.String()}
	return dataset.MemoizeLatest(s.Dataset, [...]any{"first plays", things.By, things.Group}, key, func() firsts {
		f := firsts{rows: make([]uint32, things.N), days: make([]int32, things.N)}
		for i := range f.rows {
			f.rows[i], f.days[i] = noRow, never
		}
		for p := range timeline(s.Select(lens.Lens{TZ: tz, Min: s.Lens.Min})) {
			if code := things.Of(p.Row); p.Counts && code != dataset.NoThing && f.rows[code] == noRow {
				f.rows[code], f.days[code] = p.Row, int32(p.Day)
			}
		}
		return f
	})
}

// between reports whether a thing was first heard from one day to another.
func (f *firsts) between(code uint32, from, to int) bool {
	day := int(f.days[code])
	return day >= from && day <= to
}

// songs are the tracks by artist and title, whatever the lens's grouping.
func songs(s dataset.Selection) dataset.Things { return s.Things(lens.Track, lens.GroupTitle) }

func artists(s dataset.Selection) dataset.Things { return s.Things(lens.Artist, "") }

// date is the date of a day number.
func date(day int) lens.Date { return lens.DateOfNumber(int64(day)) }

// yearBounds are the first and last day of a year.
func yearBounds(year int) (from, to int) {
	return lens.Date{Year: year, Month: time.January, Day: 1}.Number(), lens.Date{Year: year, Month: time.December, Day: 31}.Number()
}
