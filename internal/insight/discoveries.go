package insight

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	// Quickly is in how many days from its first play on the best discovery of a
	// year was played most.
	Quickly = 14
	// discoveryPlays is how many plays a discovery has at least, in these days or
	// in its first year.
	discoveryPlays = 4
	// KeptAfter is after how many days a discovery that is still played was kept.
	// It is not said before so many days after the first play are covered.
	KeptAfter = 365
	// treeGap is how long before an artist's first play another may have played to
	// be its parent in the family tree, in seconds.
	treeGap = 30 * 60
)

// Discoveries are the artists and songs that were first heard in a range.
type Discoveries struct {
	Months []NewMonth
	// Kept of Decided artists of the range were still played a year after their
	// first play; of the others that year is not covered yet.
	Kept, Decided int
	// Best are the songs of each year with more than three plays in their first 14
	// days or in their first year, those with most in the 14 days first.
	Best []BestOfYear
	// Tree are the artists with most time that came right after another.
	Tree []Arrival
}

// NewMonth is a month with what was new in it.
type NewMonth struct {
	First          lens.Date
	Artists, Songs Novelty
	// Settled is false while a first play is only the first in this record.
	Settled bool
}

// BestOfYear are the best discoveries of a year.
type BestOfYear struct {
	Year  int
	Songs []Found
}

// Found is a song that was played again and again after its first play.
type Found struct {
	dataset.Entity
	Day     int // of the first play
	Plays   int // in the first 14 days
	OneYear int // in the first year
	// YearOver is false where that year is not covered yet, and more may come.
	YearOver bool
}

// Arrival is how an artist was first heard.
type Arrival struct {
	Thing        // with its time in the whole history
	Day          int
	Reason       string         // why the first play began, in Spotify's words; "" when unknown
	After        dataset.Entity // the artist that played right before it; the zero Entity for none
	AfterMinutes int
}

const (
	bestOfYear  = 5
	arrivalsMax = 40
)

// DiscoveriesOf looks at what was first heard in a selection's range. It must not
// be changed.
func DiscoveriesOf(s dataset.Selection) Discoveries {
	return dataset.MemoizeSelection(s, "discoveries", func() (d Discoveries) {
		if cal := Days(s); len(cal.Days) > 0 {
			d.ofArtists(s, cal)
			d.ofSongs(s, cal)
		}
		return d
	})
}

// ofArtists counts the new artists by months, and those that were still played a
// year later, and tells how those with most time came.
func (d *Discoveries) ofArtists(s dataset.Selection, cal Calendar) {
	v := livesOf(s, artists(s))
	first := firstPlays(s, v.Things)
	covered := CoveredDays(s.Dataset, s.Lens.Zone())
	from, to := newBounds(s, covered)
	_, end := covered.Bounds()
	months := v.monthly(cal)
	for _, start := range months.starts {
		d.Months = append(d.Months, NewMonth{First: date(start), Settled: max(start, cal.First) >= covered.Settled()})
	}
	for i, n := range v.novelties(first, months) {
		d.Months[i].Artists = n
	}
	most := top{of: &v.Things, room: arrivalsMax}
	for code := range v.codes() {
		day := int(first.days[code])
		if day < from || day > to {
			continue
		}
		most.offer(v.total(code, math.MinInt, math.MaxInt))
		if last, ok := v.lastPlay(code); ok && covered.Between(day+1, end) >= KeptAfter {
			d.Decided++
			if last >= day+KeptAfter {
				d.Kept++
			}
		}
	}
	d.Tree = arrivals(s, most, first)
}

// newBounds are the days of the range on which a first play means that something
// was new.
func newBounds(s dataset.Selection, covered Covered) (from, to int) {
	from, to = dayBounds(s.Lens)
	return max(from, covered.Settled()), to
}

// ofSongs counts the new songs by months and finds the best of each year.
func (d *Discoveries) ofSongs(s dataset.Selection, cal Calendar) {
	v := livesOf(s, songs(s))
	first := firstPlays(s, v.Things)
	covered := CoveredDays(s.Dataset, s.Lens.Zone())
	from, to := newBounds(s, covered)
	_, end := covered.Bounds()
	for i, n := range v.novelties(first, v.monthly(cal)) {
		d.Months[i].Songs = n
	}
	type found struct {
		code           uint32
		day            int
		quick, oneYear int
	}
	years := make(map[int][]found)
	var days []int
	for code := range v.codes() {
		day := int(first.days[code])
		if day < from || day > to || !v.hasPlays(code, discoveryPlays) {
			continue
		}
		days = v.playDays(days[:0], code, day, day+KeptAfter-1)
		if len(days) < discoveryPlays || days[0] != day {
			continue
		}
		quick, _ := slices.BinarySearch(days, day+Quickly)
		years[date(day).Year] = append(years[date(day).Year], found{code, day, quick, len(days)})
	}
	for _, year := range slices.Sorted(maps.Keys(years)) {
		list := years[year]
		slices.SortFunc(list, func(a, b found) int {
			return cmp.Or(cmp.Compare(b.quick, a.quick), cmp.Compare(b.oneYear, a.oneYear), cmp.Compare(a.code, b.code))
		})
		best := BestOfYear{Year: year}
		for _, f := range list[:min(len(list), bestOfYear)] {
			best.Songs = append(best.Songs, Found{
				Entity: v.Entity(f.code), Day: f.day, Plays: f.quick, OneYear: f.oneYear,
				YearOver: covered.Between(f.day+1, end) >= KeptAfter,
			})
		}
		d.Best = append(d.Best, best)
	}
}

// arrivals tells of new artists how their first play began and which other artist
// had a play that ended at most half an hour before.
func arrivals(s dataset.Selection, of top, first firsts) (list []Arrival) {
	rows := s.Starts().Rows
	for _, heard := range of.list {
		row := first.rows[heard.code]
		a := Arrival{Thing: heard.thing(of.of), Day: int(first.days[heard.code]), Reason: s.StartReason(row)}
		if before, ok := playBefore(s, of.of, rows, row); ok {
			gap := s.Start(row) - (s.Start(before) + dataset.Ms(s.Lengths()[before])/1000)
			if parent := of.of.Of(before); parent != heard.code && gap <= treeGap {
				a.After, a.AfterMinutes = of.of.Entity(parent), int(max(0, gap)/60)
			}
		}
		list = append(list, a)
	}
	return list
}

// playBefore is the play of anything of a kind before a row, in the order in which
// the rows of a selection began.
func playBefore(s dataset.Selection, things *dataset.Things, rows []uint32, row uint32) (before uint32, ok bool) {
	start := s.Start(row)
	at := sort.Search(len(rows), func(i int) bool { return s.Start(rows[i]) >= start })
	for ; at < len(rows) && rows[at] != row; at++ {
		if s.Start(rows[at]) > start {
			return 0, false // the selection leaves the row out
		}
	}
	if at == len(rows) {
		return 0, false
	}
	for at--; at >= 0; at-- {
		if before = rows[at]; things.Of(before) != dataset.NoThing && dataset.IsPlay(s.Lengths()[before], s.Lens.MinMs()) == 1 {
			return before, true
		}
	}
	return 0, false
}
