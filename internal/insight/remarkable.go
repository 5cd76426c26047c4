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
	r.ofPlays(s, cal)
	r.devotedAndUnusual(s, cal)
	return r
}

// ofPlays finds the days with most plays of one song, of new artists, and of songs
// that were first heard long ago.
func (r *Remarkable) ofPlays(s dataset.Selection, cal Calendar) {
	settled := CoveredDays(s.Dataset, s.Lens.Zone()).Settled()
	artists, song := artists(s), newTally(songs(s))
	firstArtists, firstSongs := firstPlays(s, artists), firstPlays(s, song.things)
	newArtists := make([]int, len(cal.Days))
	ages, plays := make([]int64, len(cal.Days)), make([]int64, len(cal.Days))
	seen := make([]bool, artists.N)
	at, looped := 0, dataset.NoThing
	finish := func() {
		for _, code := range song.codes {
			if n := int(song.plays[code]); n > 0 && n >= r.LoopedPlays {
				r.LoopedDay, r.LoopedPlays, looped = at, n, code
			}
		}
		song.next()
	}
	for p := range timeline(s) {
		if p.Day != at {
			finish()
			at = p.Day
		}
		if !p.Counts {
			continue
		}
		if code := artists.Of(p.Row); code != dataset.NoThing && !seen[code] {
			seen[code] = true
			if day := int(firstArtists.days[code]); day == p.Day && day >= settled {
				newArtists[day-cal.First]++
			}
		}
		if code := song.things.Of(p.Row); code != dataset.NoThing {
			song.addTo(code, p)
			ages[p.Day-cal.First] += int64(p.Day) - int64(firstSongs.days[code])
			plays[p.Day-cal.First]++
		}
	}
	finish()
	if looped != dataset.NoThing {
		r.Looped = song.things.Entity(looped)
	}
	for i := range cal.Days {
		if n := newArtists[i]; n >= newArtistsOfADay && n >= r.NewArtists {
			r.Newest, r.NewArtists = cal.First+i, n
		}
		if plays[i] < nostalgicPlays {
			continue
		}
		if age := float64(ages[i]) / float64(plays[i]); age > 0 && age >= r.NostalgicAge {
			r.Nostalgic, r.NostalgicAge = cal.First+i, age
		}
	}
}

// devotedAndUnusual looks at the artists of each day, and at the sums of the days
// before it, which may lie before the range.
func (r *Remarkable) devotedAndUnusual(s dataset.Selection, cal Calendar) {
	whole := unbounded(s)
	all := Days(whole)
	days := artistsByDay(whole, all)
	things := artists(s)
	before := make([]int64, things.N)
	var sum int64
	move := func(i int, sign int64) {
		for _, a := range days.of(i) {
			before[a.code] += sign * a.ms
			sum += sign * a.ms
		}
	}
	for i := range all.Days {
		if i > UsualDays {
			move(i-UsualDays-1, -1)
		}
		if i > 0 {
			move(i-1, 1)
		}
		day := all.First + i
		if day < cal.First {
			continue
		}
		if day > cal.Last() {
			return
		}
		var of int64
		most := artistMs{code: dataset.NoThing}
		for _, a := range days.of(i) {
			of += a.ms
			if a.plays == 0 {
				continue
			}
			if a.ms > most.ms || a.ms == most.ms && most.code != dataset.NoThing &&
				(a.plays > most.plays || a.plays == most.plays && things.Less(a.code, most.code)) {
				most = a
			}
		}
		if most.ms > 0 && most.ms >= r.DevotedTo.Ms {
			r.Devoted, r.DevotedTo, r.DevotedOf = day, Thing{things.Entity(most.code), most.ms, int(most.plays)}, all.Days[i].Ms
		}
		if of < unusualMs || sum < usualMs {
			continue
		}
		divergence, stands := divergenceOf(days.of(i), of, before, sum)
		if divergence > 0 && divergence >= r.UnusualDivergence {
			r.Unusual, r.UnusualDivergence, r.UnusualArtist = day, divergence, things.Entity(stands)
		}
	}
}

// divergenceOf is the Jensen–Shannon divergence, from 0 to 1, of a day's time by
// artist from that of the days before it, and the artist that adds most to it.
func divergenceOf(day []artistMs, ofDay int64, before []int64, ofBefore int64) (divergence float64, artist uint32) {
	artist = dataset.NoThing
	var most float64
	shared := 0.0 // of the time before, that of the day's artists
	for _, a := range day {
		p, q := float64(a.ms)/float64(ofDay), float64(before[a.code])/float64(ofBefore)
		shared += q
		m := (p + q) / 2
		part := 0.0
		if p > 0 {
			part += p * math.Log2(p/m) / 2
		}
		if q > 0 {
			part += q * math.Log2(q/m) / 2
		}
		divergence += part
		if artist == dataset.NoThing || part > most {
			most, artist = part, a.code
		}
	}
	return divergence + (1-shared)/2, artist
}
