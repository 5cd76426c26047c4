package insight

import (
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

const (
	// SilentDays is how many covered days without a play make a silence.
	SilentDays = 365
	// A track is back with three plays in 30 days, an artist with ten in 90.
	songBackPlays, songBackDays     = 3, 30
	artistBackPlays, artistBackDays = 10, 90
)

// A Comeback is an artist or song that was silent for a year and came back.
type Comeback struct {
	Thing dataset.Entity
	// Until is the last day before the silence, Since the first after it.
	Until, Since int
	Silent       int // covered days between them
	Plays        int // since then, within the window that counts
}

// Comebacks are the returns of a selection: of each thing the longest silence
// that ended in the range. The longest silences come first.
func Comebacks(s dataset.Selection) (songsBack, artistsBack []Comeback) {
	type both struct{ songs, artists []Comeback }
	b := dataset.MemoizeSelection(s, "comebacks", func() both {
		return both{
			comebacks(s, songs(s), songBackPlays, songBackDays),
			comebacks(s, artists(s), artistBackPlays, artistBackDays),
		}
	})
	return b.songs, b.artists
}

func comebacks(s dataset.Selection, things dataset.Things, plays, window int) []Comeback {
	v := livesOf(s, things)
	covered := CoveredDays(s.Dataset, s.Lens.Zone())
	from, to := dayBounds(s.Lens)
	var list []Comeback
	for code := range v.codes() {
		days, until := v.Days(code), -1 // the day of the play before
		var best Comeback
		for i, heard := range days {
			if heard.Plays == 0 {
				continue
			}
			since := v.First + int(heard.Day)
			if until >= 0 && since-until > SilentDays && since >= from && since <= to {
				silent := covered.Between(until+1, since-1)
				if n := playsWithin(days[i:], window); silent >= SilentDays && n >= plays && silent >= best.Silent {
					best = Comeback{Until: until, Since: since, Silent: silent, Plays: n}
				}
			}
			until = since
		}
		if best.Silent > 0 {
			best.Thing = things.Entity(code)
			list = append(list, best)
		}
	}
	slices.SortStableFunc(list, func(a, b Comeback) int {
		return cmp.Or(cmp.Compare(b.Silent, a.Silent), cmp.Compare(b.Since, a.Since))
	})
	return list
}

// playsWithin is how many plays a thing has from the first of its days on, within so
// many days.
func playsWithin(of []dataset.Heard, days int) (n int) {
	for _, heard := range of {
		if int(heard.Day-of[0].Day) >= days {
			break
		}
		n += int(heard.Plays)
	}
	return n
}
