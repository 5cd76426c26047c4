package insight

import (
	"cmp"
	"math"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	// EraMonths is how many months with music an era has at least.
	EraMonths = 3
	// EraPenalty is what an era costs, in months that have nothing in common with
	// their era: the higher, the fewer eras.
	EraPenalty = 1.5
	// eraArtists is after how many artists an era is named at most.
	eraArtists = 3
)

// An Era is a stretch of months in which much the same artists were heard.
type Era struct {
	From, To lens.Date // the first day of its first month and the last of its last, as far as the range goes
	Ms       int64     // of artists
	Months   int       // with music
	// Artists stand out: those with the greatest p·ln(p/q), where p is the share of
	// an artist in the era and q in the whole selection.
	Artists []EraArtist
}

// EraArtist is an artist of an era.
type EraArtist struct {
	Thing
	AllMs int64 // in the whole selection
}

// monthArtists is a month with music.
type monthArtists struct {
	first   lens.Date
	artists []artistMs // in the order of their codes
	ms      int64
}

// Eras divides the months of a selection with music so that the sum of
// 1 − cosine(month, era) and of [EraPenalty] for each era is least, where a month
// is the vector of the roots of its artists' time. They must not be changed.
func Eras(s dataset.Selection) []Era {
	return dataset.MemoizeSelection(s, "eras", func() []Era { return eras(s) })
}

func eras(s dataset.Selection) []Era {
	sums := newTally(artists(s))
	months := monthsOf(s, sums.things)
	if len(months) < EraMonths {
		return nil
	}
	for _, m := range months {
		for _, a := range m.artists {
			sums.ms[a.code] += a.ms
		}
	}
	var all int64
	for _, ms := range sums.ms {
		all += ms
	}
	cal := Days(s)
	var list []Era
	for _, cut := range divide(similarities(months)) {
		e := eraOf(months[cut[0]:cut[1]], sums, all)
		if first := cal.Date(0); e.From.Compare(first) < 0 {
			e.From = first
		}
		if last := date(cal.Last()); e.To.Compare(last) > 0 {
			e.To = last
		}
		list = append(list, e)
	}
	return list
}

// monthsOf adds up the artists of each month.
func monthsOf(s dataset.Selection, things dataset.Things) []monthArtists {
	var months []monthArtists
	month := newTally(things)
	var first lens.Date
	end := -1 << 31
	finish := func() {
		m := monthArtists{first: first}
		slices.Sort(month.codes)
		for _, code := range month.codes {
			if ms := month.ms[code]; ms > 0 {
				m.artists = append(m.artists, artistMs{code, month.plays[code], ms})
				m.ms += ms
			}
		}
		if m.ms > 0 {
			months = append(months, m)
		}
		month.next()
	}
	for p := range timeline(s) {
		if p.Day >= end {
			if len(month.codes) > 0 {
				finish()
			}
			first = date(p.Day).FirstOfMonth()
			end = first.NextMonth().Number()
		}
		month.add(p)
	}
	if len(month.codes) > 0 {
		finish()
	}
	return months
}

// similarities is the cosine of every two months.
func similarities(months []monthArtists) [][]float64 {
	type part struct {
		month int
		root  float64 // of the artist's share of the month
	}
	before := make(map[uint32][]part) // of each artist, in the months so far
	similar := make([][]float64, len(months))
	for i, m := range months {
		similar[i] = make([]float64, len(months))
		for _, a := range m.artists {
			root := math.Sqrt(float64(a.ms) / float64(m.ms))
			for _, p := range before[a.code] {
				similar[i][p.month] += root * p.root
			}
			before[a.code] = append(before[a.code], part{i, root})
		}
		for j := range i {
			similar[j][i] = similar[i][j]
		}
		similar[i][i] = 1
	}
	return similar
}

// divide cuts months into ranges of at least [EraMonths]. Of unit vectors the sum
// of 1 − cosine to their centroid is n − |Σv|, and |Σv|² the sum of all their
// products.
func divide(similar [][]float64) [][2]int {
	n := len(similar)
	best := make([]float64, n+1) // the least cost of the months before each
	cut := make([]int, n+1)      // where the last of their eras begins
	for to := 1; to <= n; to++ {
		best[to] = math.Inf(1)
		length2 := 0.0 // |Σv|² of the months from .. to-1
		for from := to - 1; from >= 0; from-- {
			length2 += 1
			for k := from + 1; k < to; k++ {
				length2 += 2 * similar[from][k]
			}
			if to-from < EraMonths || math.IsInf(best[from], 1) {
				continue
			}
			if cost := best[from] + float64(to-from) - math.Sqrt(length2) + EraPenalty; cost < best[to] {
				best[to], cut[to] = cost, from
			}
		}
	}
	var ranges [][2]int
	for to := n; to > 0; to = cut[to] {
		ranges = append(ranges, [2]int{cut[to], to})
	}
	slices.Reverse(ranges)
	return ranges
}

func eraOf(months []monthArtists, all *tally, allMs int64) Era {
	last := months[len(months)-1].first
	e := Era{From: months[0].first, To: last.NextMonth().AddDays(-1), Months: len(months)}
	sums := make(map[uint32]artistMs)
	for _, m := range months {
		for _, a := range m.artists {
			sum := sums[a.code]
			sums[a.code] = artistMs{a.code, sum.plays + a.plays, sum.ms + a.ms}
			e.Ms += a.ms
		}
	}
	type lifted struct {
		artistMs
		lift float64
	}
	var list []lifted
	for code, sum := range sums {
		p, q := float64(sum.ms)/float64(e.Ms), float64(all.ms[code])/float64(allMs)
		if lift := p * math.Log(p/q); lift > 0 && sum.plays > 0 {
			list = append(list, lifted{sum, lift})
		}
	}
	slices.SortFunc(list, func(a, b lifted) int {
		return cmp.Or(cmp.Compare(b.lift, a.lift), cmp.Compare(b.ms, a.ms), cmp.Compare(a.code, b.code))
	})
	for _, a := range list[:min(eraArtists, len(list))] {
		e.Artists = append(e.Artists, EraArtist{Thing{all.things.Entity(a.code), a.ms, int(a.plays)}, all.ms[a.code]})
	}
	return e
}
