package insight

import (
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// An Anniversary is the day of the year on which an artist was first heard.
type Anniversary struct {
	Thing
	First int // the day of the first play
	On    lens.Date
	Years int
}

// anniversaryArtists is of how many artists with most time anniversaries are told.
const anniversaryArtists = 50

// Anniversaries are those of the artists with most time that are at most so many
// days away from today, the nearest first, of those that were new when they came. Who
// came on 29 February has theirs on 1 March in other years.
func Anniversaries(s dataset.Selection, today lens.Date, within int) []Anniversary {
	artists := artists(s)
	first := firstPlays(s, artists)
	most := top{of: &artists, room: anniversaryArtists}
	for _, of := range totals(s, s.Starts(), &artists)[0] {
		most.offer(of)
	}
	settled := CoveredDays(s.Dataset, s.Lens.Zone()).Settled()
	var list []Anniversary
	for _, of := range most.list {
		day := int(first.days[of.code])
		if day < settled {
			continue // only the first in this record
		}
		came := date(day)
		for year := today.Year - 1; year <= today.Year+1; year++ {
			on := date(lens.Date{Year: year, Month: came.Month, Day: came.Day}.Number())
			if away := on.Number() - today.Number(); year > came.Year && away >= -within && away <= within {
				list = append(list, Anniversary{of.thing(&artists), day, on, year - came.Year})
			}
		}
	}
	away := func(a Anniversary) int { n := a.On.Number() - today.Number(); return max(n, -n) }
	slices.SortStableFunc(list, func(a, b Anniversary) int { return cmp.Compare(away(a), away(b)) })
	return list
}
