package insight

import (
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	// Quickly is within how many days of its first play the best discovery of a
	// year is played again and again, and quickPlays how often at least.
	Quickly    = 14
	quickPlays = 4
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
	// Best are the songs of each year with most plays in the first 14 days.
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
	return dataset.MemoizeSelection(s, "discoveries", func() Discoveries {
		return Discoveries{Months: newMonths(s), Best: bestDiscoveries(s), Tree: arrivals(s)}.withKept(s)
	})
}

func newMonths(s dataset.Selection) []NewMonth {
	cal := Days(s)
	if len(cal.Days) == 0 {
		return nil
	}
	ofArtists, ofSongs := newTally(artists(s)), newTally(songs(s))
	firstArtists, firstSongs := firstPlays(s, ofArtists.things), firstPlays(s, ofSongs.things)
	settled := CoveredDays(s.Dataset, s.Lens.Zone()).Settled()
	var list []NewMonth
	for m := cal.Date(0).FirstOfMonth(); m.Number() <= cal.Last(); m = m.NextMonth() {
		list = append(list, NewMonth{First: m, Settled: max(m.Number(), cal.First) >= settled})
	}
	at, end := 0, list[0].First.NextMonth().Number()
	finish := func() {
		from, to := max(list[at].First.Number(), cal.First), min(end-1, cal.Last())
		list[at].Artists = ofArtists.novelty(firstArtists, from, to)
		list[at].Songs = ofSongs.novelty(firstSongs, from, to)
		ofArtists.next()
		ofSongs.next()
	}
	for p := range timeline(s) {
		for p.Day >= end {
			finish()
			at++
			end = list[at].First.NextMonth().Number()
		}
		ofArtists.add(p)
		ofSongs.add(p)
	}
	finish()
	return list
}

// withKept counts the new artists that were still played a year later.
func (d Discoveries) withKept(s dataset.Selection) Discoveries {
	covered := CoveredDays(s.Dataset, s.Lens.Zone())
	settled := covered.Settled()
	_, end := covered.Bounds()
	from, to := dayBounds(s.Lens)
	whole := unbounded(s)
	v := livesOf(whole, artists(s))
	first := firstPlays(s, v.things)
	for code := range v.things.N {
		days := v.of(code)
		day := int(first.days[code])
		if len(days) == 0 || day < max(from, settled) || day > to || covered.Between(day+1, end) < KeptAfter {
			continue
		}
		d.Decided++
		if int(days[len(days)-1]) >= day+KeptAfter {
			d.Kept++
		}
	}
	return d
}

func bestDiscoveries(s dataset.Selection) []BestOfYear {
	settled := CoveredDays(s.Dataset, s.Lens.Zone()).Settled()
	from, to := dayBounds(s.Lens)
	v := livesOf(unbounded(s), songs(s))
	first := firstPlays(s, v.things)
	years := make(map[int][]Found)
	code := make(map[string]uint32)
	for c := range v.things.N {
		days := v.of(c)
		day := int(first.days[c])
		if len(days) < quickPlays || day < max(from, settled) || day > to || int(days[0]) != day {
			continue
		}
		quick, _ := slices.BinarySearch(days, int32(day+Quickly))
		oneYear, _ := slices.BinarySearch(days, int32(day+365))
		if quick < quickPlays {
			continue
		}
		f := Found{Entity: v.things.Entity(uint32(c)), Day: day, Plays: quick, OneYear: oneYear}
		code[f.ID] = uint32(c)
		years[date(day).Year] = append(years[date(day).Year], f)
	}
	var list []BestOfYear
	for year, found := range years {
		slices.SortFunc(found, func(a, b Found) int {
			return cmp.Or(cmp.Compare(b.Plays, a.Plays), cmp.Compare(b.OneYear, a.OneYear), cmp.Compare(code[a.ID], code[b.ID]))
		})
		list = append(list, BestOfYear{year, found[:min(len(found), bestOfYear)]})
	}
	slices.SortFunc(list, func(a, b BestOfYear) int { return cmp.Compare(a.Year, b.Year) })
	return list
}

// arrivals tells of each artist first heard in the range how its first play began
// and which other artist had a play that ended at most half an hour before.
func arrivals(s dataset.Selection) []Arrival {
	settled := CoveredDays(s.Dataset, s.Lens.Zone()).Settled()
	from, to := dayBounds(s.Lens)
	things := artists(s)
	first := firstPlays(s, things)
	sums := newTally(things)
	before := make(map[uint32]Play) // of a new artist's code, the play before its first
	var last Play
	heard := false
	for p := range timeline(unbounded(s)) {
		sums.add(p)
		code := things.Of(p.Row)
		if code == dataset.NoThing {
			continue
		}
		if first.rows[code] == p.Row && heard {
			before[code] = last
		}
		if p.Counts {
			last, heard = p, true
		}
	}
	isNew := func(code uint32) bool { return first.between(code, max(from, settled), to) }
	var list []Arrival
	for _, code := range sums.top(arrivalsMax, isNew) {
		row := first.rows[code]
		a := Arrival{Thing: sums.thing(code), Day: int(first.days[code]), Reason: s.StartReason(row)}
		if p, ok := before[code]; ok {
			gap := s.Start(row) - (p.Start + p.Ms/1000)
			if parent := things.Of(p.Row); parent != code && gap <= treeGap {
				a.After, a.AfterMinutes = things.Entity(parent), int(max(0, gap)/60)
			}
		}
		list = append(list, a)
	}
	return list
}
