package insight

import (
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
	looped := dataset.NoThing
	type old struct{ plays, age int } // the days since the first plays of its songs, added up
	played := make([]old, len(cal.Days))
	for code := range v.codes() {
		debut := int(first.days[code]) - cal.First
		for _, heard := range v.sums(code, days) {
			n, i := int(heard.plays), heard.period
			if n >= max(r.LoopedPlays, 1) && (n > r.LoopedPlays || cal.First+i > r.LoopedDay) {
				r.LoopedDay, r.LoopedPlays, looped = cal.First+i, n, code
			}
			day := &played[i]
			day.plays += n
			day.age += n * (i - debut)
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
			if of := &most[heard.period]; heard.before(*of, &v.Things) {
				*of = heard.sum
			}
			if heard.period == debut && heard.plays > 0 {
				news[debut]++
			}
		}
	}
	unusual := shares.divergences(v)
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

// dayShares are days and what was heard on them and on the [UsualDays] before each.
type dayShares struct {
	days periods
	list []dayShare
}

type dayShare struct {
	on, before int64
	// atMost is no less than the divergence: the total variation takes no logarithms,
	// and no divergence is greater.
	atMost float64
	asked  bool // whether the divergence may be the greatest
}

// of are what was heard of an artist on a day and before it, as parts of all.
func (d *dayShare) of(on, before int64) (p, q float64) {
	return float64(on) / float64(d.on), float64(before) / float64(d.before)
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
			list[i] = dayShare{on[i], before, 0.5, true}
		}
	}
	return dayShares{days, list}
}

// bound adds to the bounds what was heard of one artist.
func (d *dayShares) bound(of []periodSum) {
	oldest, recent := 0, int64(0)
	for _, heard := range of {
		for ; of[oldest].period < heard.period-UsualDays; oldest++ {
			recent -= of[oldest].ms
		}
		if day := &d.list[heard.period]; day.asked {
			p, q := day.of(heard.ms, recent)
			day.atMost += (math.Abs(p-q) - q) / 2
		}
		recent += heard.ms
	}
}

// divergences are those of the days that may have the greatest, when the bounds have
// all artists; 0 of others.
func (d *dayShares) divergences(v lives) []divergence {
	// The day with the greatest bound differs no less than if two things were all that
	// was heard.
	greatest := 0.0
	for _, day := range d.list {
		greatest = max(greatest, day.atMost)
	}
	var least divergence
	least.add(0, (1+greatest)/2, (1-greatest)/2)
	least.add(1, (1-greatest)/2, (1+greatest)/2)
	list, shared := make([]divergence, len(d.list)), make([]float64, len(d.list)) // of the time before, that of the day's artists
	for code := range v.codes() {
		of := v.sums(code, d.days)
		for k, heard := range of {
			i := heard.period
			day := &d.list[i]
			if !day.asked || day.atMost < least.all-1e-9 {
				continue
			}
			var recent int64
			for k--; k >= 0 && of[k].period >= i-UsualDays; k-- {
				recent += of[k].ms
			}
			p, q := day.of(heard.ms, recent)
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
