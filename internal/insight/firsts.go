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

// firstPlays finds the first play of each thing. Those of artists, and of one other
// kind, are kept under the latest minimum and zone.
func firstPlays(s dataset.Selection, things dataset.Things) firsts {
	tz := s.Lens.Zone()
	key := firstsKey{things.By, things.Group, s.Lens.MinMs(), tz.String()}
	return dataset.MemoizeLatest(s.Dataset, [...]any{"first plays", things.By == lens.Artist}, key, func() firsts {
		f := firsts{rows: make([]uint32, things.N), days: make([]int32, things.N)}
		for i := range f.rows {
			f.rows[i], f.days[i] = noRow, never
		}
		starts, lengths := s.Select(lens.Lens{TZ: tz}).Starts(), s.Lengths()
		for i, row := range starts.Rows {
			code := things.Of(row)
			if code != dataset.NoThing && f.rows[code] == noRow && dataset.IsPlay(lengths[row], s.Lens.MinMs()) == 1 {
				f.rows[code], f.days[code] = row, int32(starts.First+int(starts.Days[i]))
			}
		}
		return f
	})
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
