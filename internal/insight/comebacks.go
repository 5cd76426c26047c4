package insight

import (
	"cmp"
	"math"
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
	var days []int
	for code := range v.codes() {
		if !v.hasPlays(code, 1+plays) {
			continue
		}
		days = v.playDays(days[:0], code, math.MinInt, math.MaxInt)
		var best Comeback
		for i := 1; i < len(days); i++ {
			until, since := days[i-1], days[i]
			if since-until <= SilentDays || since < from || since > to {
				continue
			}
			silent := covered.Between(until+1, since-1)
			n, _ := slices.BinarySearch(days, since+window)
			if silent >= SilentDays && n-i >= plays && silent >= best.Silent {
				best = Comeback{Until: until, Since: since, Silent: silent, Plays: n - i}
			}
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
