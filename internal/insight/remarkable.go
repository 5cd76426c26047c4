package insight

import (
	"math"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

const (
	// nostalgicPlays is how many plays a day must have to be called nostalgic.
	nostalgicPlays = 10
	// unusualMs is how much must be heard on a day to be called unusual, and
	// usualMs how much on the UsualDays before it.
	unusualMs = 3_600_000
	usualMs   = 10 * unusualMs
	// UsualDays is with how many days before an unusual day is compared.
	UsualDays = 90
	// newArtistsOfADay is from how many new artists on a day is remarkable for them.
	newArtistsOfADay = 3
)

// Remarkable are the days of a range that stand out; a day is 0 where none does.
type Remarkable struct {
	// Longest has most time.
	Longest   int
	LongestMs int64
	// Newest has most artists that were first heard then.
	Newest     int
	NewArtists int
	// Devoted has most time of one artist.
	Devoted   int
	DevotedTo Thing
	DevotedOf int64 // all time of that day, overlap counted once
	// Nostalgic has the songs that were first heard longest ago, on average.
	Nostalgic    int
	NostalgicAge float64 // mean days since the first play
	// Unusual has the artists that differ most from those of the days before it.
	Unusual           int
	UnusualDivergence float64 // Jensen–Shannon, 0 to 1
	UnusualArtist     dataset.Entity
	// Looped is the song with most plays on one day.
	Looped      dataset.Entity
	LoopedDay   int
	LoopedPlays int
}

// RemarkableDays are those of a selection's range. It must not be changed.
func RemarkableDays(s dataset.Selection) Remarkable {
	return dataset.MemoizeSelection(s, "remarkable days", func() Remarkable { return remarkable(s) })
}

func remarkable(s dataset.Selection) (r Remarkable) {
	cal := Days(s)
	if len(cal.Days) == 0 {
		return r
	}
	for i, day := range cal.Days {
		if day.Ms > 0 && day.Ms >= r.LongestMs {
			r.Longest, r.LongestMs = cal.First+i, day.Ms
		}
	}
	r.ofSongs(s, cal)
	r.ofArtists(s, cal)
	return r
}

// ofSongs finds the days with most plays of one song, and of songs that were first
// heard long ago.
func (r *Remarkable) ofSongs(s dataset.Selection, cal Calendar) {
	v := livesOf(s, songs(s))
	first, days := firstPlays(s, v.Things), v.daily(cal)
	looped := dataset.NoThing
	type old struct{ plays, age int } // the days since the first plays of its songs, added up
	played := make([]old, len(cal.Days))
	for code := range v.codes() {
		debut := int(first.days[code]) - cal.First
		for _, heard := range v.within(code, days) {
			i, plays := int(days.of[heard.Day]), int(heard.Plays)
			if plays >= max(r.LoopedPlays, 1) && (plays > r.LoopedPlays || cal.First+i > r.LoopedDay) {
				r.LoopedDay, r.LoopedPlays, looped = cal.First+i, plays, code
			}
			day := &played[i]
			day.plays += plays
			day.age += plays * (i - debut)
		}
	}
	if looped != dataset.NoThing {
		r.Looped = v.Entity(looped)
	}
	for i, day := range played {
		if day.plays < nostalgicPlays {
			continue
		}
		if age := float64(day.age) / float64(day.plays); age > 0 && age >= r.NostalgicAge {
			r.Nostalgic, r.NostalgicAge = cal.First+i, age
		}
	}
}

// ofArtists finds the days with most new artists and with most time of one, and the
// one with the artists that differ most from those of the days before it, which may
// lie before the range.
func (r *Remarkable) ofArtists(s dataset.Selection, cal Calendar) {
	v := livesOf(s, artists(s))
	first := firstPlays(s, v.Things)
	settled := CoveredDays(s.Dataset, s.Lens.Zone()).Settled()
	wide := Calendar{cal.First - UsualDays, make([]Day, UsualDays+len(cal.Days))}
	days := v.daily(wide)
	news, most, shares := make([]int, len(wide.Days)), make([]sum, len(wide.Days)), newDayShares(v, days)
	for code := range v.codes() {
		debut := v.period(int(first.days[code]), days)
		heard := v.sums(code, days)
		shares.bound(heard)
		for _, heard := range heard {
			if most, of := &most[heard.period], heard.of(code); of.before(*most, &v.Things) {
				*most = of
			}
			if heard.period == debut && heard.plays > 0 {
				news[debut]++
			}
		}
	}
	if day, most := shares.greatest(v); most.all > 0 {
		r.Unusual, r.UnusualDivergence, r.UnusualArtist = wide.First+day, most.all, v.Entity(most.artist)
	}
	for i, day := range cal.Days {
		number, i := cal.First+i, i+UsualDays
		if n := news[i]; number >= settled && n >= newArtistsOfADay && n >= r.NewArtists {
			r.Newest, r.NewArtists = number, n
		}
		if most[i].ms > 0 && most[i].ms >= r.DevotedTo.Ms {
			r.Devoted, r.DevotedTo, r.DevotedOf = number, most[i].thing(&v.Things), day.Ms
		}
	}
}

// divergence is the Jensen–Shannon divergence, from 0 to 1, of a day's time by
// artist from that of the [UsualDays] before it, and the artist that adds most to it.
type divergence struct {
	all, most float64
	artist    uint32
}

// dayShares are days and what was heard on them and on the [UsualDays] before each.
type dayShares struct {
	days periods
	list []dayShare
}

type dayShare struct {
	on, before float64
	// atMost is no less than the divergence: the total variation takes no logarithms,
	// and no divergence is greater. It is 0 of days that are not asked.
	atMost float64
}

// newDayShares asks of the days on which enough was heard, and before which enough was.
func newDayShares(v lives, days periods) dayShares {
	on := v.timeIn(days)
	list, before := make([]dayShare, len(on)), int64(0)
	for i := 1; i < len(on); i++ {
		before += on[i-1]
		if i > UsualDays {
			before -= on[i-1-UsualDays]
		}
		if i >= UsualDays && on[i] >= unusualMs && before >= usualMs {
			// Half is the time before of all artists, whether heard on the day or not.
			list[i] = dayShare{1 / float64(on[i]), 1 / float64(before), 0.5}
		}
	}
	return dayShares{days, list}
}

// bound adds to the bounds what was heard of one artist.
func (d dayShares) bound(of []periodSum) {
	oldest, recent := 0, int64(0)
	for _, heard := range of {
		for ; of[oldest].period < heard.period-UsualDays; oldest++ {
			recent -= of[oldest].ms
		}
		day := &d.list[heard.period]
		p, q := float64(heard.ms)*day.on, float64(recent)*day.before
		day.atMost += (math.Abs(p-q) - q) / 2
		recent += heard.ms
	}
}

// greatest is the day with the greatest divergence, the latest of those that differ as
// much, when the bounds have all artists. The day with the greatest bound is asked
// first, and then those whose bounds are no less than its divergence.
func (d dayShares) greatest(v lives) (day int, most divergence) {
	const rounding = 1e-9
	asked, first := make([]bool, len(d.list)), 0
	for i, share := range d.list {
		if share.atMost > d.list[first].atMost {
			first = i
		}
	}
	asked[first] = true
	least := d.divergences(v, asked)[first].all
	for i, share := range d.list {
		asked[i] = share.atMost >= max(least-rounding, rounding)
	}
	for i, u := range d.divergences(v, asked) {
		if u.all > rounding && u.all >= most.all {
			day, most = i, u
		}
	}
	return day, most
}

// divergences are those of the days that are asked.
func (d dayShares) divergences(v lives, asked []bool) []divergence {
	list, shared := make([]divergence, len(d.list)), make([]float64, len(d.list)) // of the time before, that of the day's artists
	from, to := slices.Index(asked, true), len(asked)
	if from < 0 {
		return list
	}
	for !asked[to-1] {
		to--
	}
	days := v.divided(d.days.starts[from]-UsualDays, d.days.starts[to-1], d.days.starts)
	for code := range v.codes() {
		heard := v.within(code, days)
		for k, now := range heard {
			i := days.of[now.Day]
			if !asked[i] {
				continue
			}
			var before int64
			for j := k - 1; j >= 0 && heard[j].Day+UsualDays >= now.Day; j-- {
				before += int64(heard[j].Ms)
			}
			p, q := float64(now.Ms)*d.list[i].on, float64(before)*d.list[i].before
			list[i].add(code, p, q)
			shared[i] += q
		}
	}
	for i := range list {
		if day := &list[i]; day.most > 0 {
			day.all += (1 - shared[i]) / 2
		}
	}
	return list
}

// add adds an artist with its share of the day and of the days before.
func (d *divergence) add(code uint32, p, q float64) {
	m, part := (p+q)/2, 0.0
	if p > 0 {
		part += p * math.Log(p/m)
	}
	if q > 0 {
		part += q * math.Log(q/m)
	}
	part /= 2 * math.Ln2
	d.all += part
	if part > d.most {
		d.most, d.artist = part, code
	}
}
