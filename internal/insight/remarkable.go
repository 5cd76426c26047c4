package insight

import (
	"iter"
	"math"

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
	ages, plays := make([]int, len(cal.Days)), make([]int, len(cal.Days))
	looped := dataset.NoThing
	for code := range v.codes() {
		for i, heard := range v.sums(code, days) {
			n, day := int(heard.plays), cal.First+i
			if n == 0 {
				continue
			}
			if n > r.LoopedPlays || n == r.LoopedPlays && day > r.LoopedDay {
				r.LoopedDay, r.LoopedPlays, looped = day, n, code
			}
			ages[i] += n * (day - int(first.days[code]))
			plays[i] += n
		}
	}
	if looped != dataset.NoThing {
		r.Looped = v.Entity(looped)
	}
	for i, n := range plays {
		if n < nostalgicPlays {
			continue
		}
		if age := float64(ages[i]) / float64(n); age > 0 && age >= r.NostalgicAge {
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
	news, most, on := make([]int, len(wide.Days)), make([]sum, len(wide.Days)), make([]int64, len(wide.Days))
	for code := range v.codes() {
		debut := v.period(int(first.days[code]), days)
		for i, heard := range v.sums(code, days) {
			on[i] += heard.ms
			if heard.before(most[i], &v.Things) {
				most[i] = heard
			}
			if i == debut && heard.plays > 0 {
				news[i]++
			}
		}
	}
	unusual := divergences(v, days, on)
	for i, day := range cal.Days {
		number, i := cal.First+i, i+UsualDays
		if n := news[i]; number >= settled && n >= newArtistsOfADay && n >= r.NewArtists {
			r.Newest, r.NewArtists = number, n
		}
		if most[i].ms > 0 && most[i].ms >= r.DevotedTo.Ms {
			r.Devoted, r.DevotedTo, r.DevotedOf = number, most[i].thing(&v.Things), day.Ms
		}
		if u := unusual[i]; u.all > 0 && u.all >= r.UnusualDivergence {
			r.Unusual, r.UnusualDivergence, r.UnusualArtist = number, u.all, v.Entity(u.artist)
		}
	}
}

// divergence is the Jensen–Shannon divergence, from 0 to 1, of a day's time by
// artist from that of the [UsualDays] before it, and the artist that adds most to it.
type divergence struct {
	all, most float64
	artist    uint32
}

// divergences are those of the days that may have the greatest; 0 of others, and
// where too little was heard on the day or before it. on is how much was heard.
func divergences(v lives, days periods, on []int64) []divergence {
	list, atMost := make([]divergence, len(on)), make([]float64, len(on))
	before := make([]int64, len(on))
	for i := 1; i < len(on); i++ {
		before[i] = before[i-1] + on[i-1]
		if i > UsualDays {
			before[i] -= on[i-1-UsualDays]
		}
	}
	// The total variation takes no logarithms, and no divergence is greater. Nor is
	// that of the day with the greatest less than it would be of two things.
	for i, heard := range sharesOfDays(v, days, on, before) {
		atMost[i] += (math.Abs(heard.p-heard.q) - heard.q) / 2
	}
	greatest := -1.0
	for i := UsualDays; i < len(on); i++ {
		if on[i] >= unusualMs && before[i] >= usualMs {
			atMost[i] += 0.5 // the time before of all artists, whether heard on the day or not
			greatest = max(greatest, atMost[i])
		}
	}
	var least divergence
	least.add(0, (1+greatest)/2, (1-greatest)/2)
	least.add(1, (1-greatest)/2, (1+greatest)/2)
	shared := make([]float64, len(on)) // of the time before, that of the day's artists
	for i, heard := range sharesOfDays(v, days, on, before) {
		if atMost[i] >= least.all-1e-9 {
			list[i].add(heard.code, heard.p, heard.q)
			shared[i] += heard.q
		}
	}
	for i := range list {
		if day := &list[i]; day.most > 0 {
			day.all += (1 - shared[i]) / 2
		}
	}
	return list
}

// dayShare is what of the time of a day was one artist's, and of the days before it.
type dayShare struct {
	code uint32
	p, q float64
}

// sharesOfDays yields the shares of each artist on each day on which enough was heard,
// and before which enough was.
func sharesOfDays(v lives, days periods, on, before []int64) iter.Seq2[int, dayShare] {
	return func(yield func(int, dayShare) bool) {
		type heardOn struct {
			day int
			ms  int64
		}
		var past []heardOn // of an artist, day by day
		for code := range v.codes() {
			past = past[:0]
			oldest, recent := 0, int64(0)
			for i, heard := range v.sums(code, days) {
				for ; oldest < len(past) && past[oldest].day < i-UsualDays; oldest++ {
					recent -= past[oldest].ms
				}
				if i >= UsualDays && on[i] >= unusualMs && before[i] >= usualMs &&
					!yield(i, dayShare{code, float64(heard.ms) / float64(on[i]), float64(recent) / float64(before[i])}) {
					return
				}
				past = append(past, heardOn{i, heard.ms})
				recent += heard.ms
			}
		}
	}
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
