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
	artists []sum // in the order of their codes
	ms      int64
}

// Eras divides the months of a selection with music so that the sum of
// 1 − cosine(month, era) and of [EraPenalty] for each era is least, where a month
// is the vector of the roots of its artists' time. They must not be changed.
func Eras(s dataset.Selection) []Era {
	return dataset.MemoizeSelection(s, "eras", func() []Era { return eras(s) })
}

func eras(s dataset.Selection) []Era {
	cal := Days(s)
	if len(cal.Days) == 0 {
		return nil
	}
	v := livesOf(s, artists(s))
	months, sums := monthsOf(v, cal)
	if len(months) < EraMonths {
		return nil
	}
	var all int64
	for _, m := range months {
		all += m.ms
	}
	var list []Era
	for _, cut := range divide(similarities(months, v.N)) {
		e := eraOf(months[cut[0]:cut[1]], &v.Things, sums, all)
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

// monthsOf are the months with music and their artists, and the time of each artist
// in all of them.
func monthsOf(v lives, cal Calendar) (months []monthArtists, sums []int64) {
	in := v.monthly(cal)
	months, sums = make([]monthArtists, len(in.starts)), make([]int64, v.N)
	for i, start := range in.starts {
		months[i].first = date(start)
	}
	for code := range v.codes() {
		for i, heard := range v.sums(code, in) {
			if heard.ms > 0 {
				months[i].artists = append(months[i].artists, heard)
				months[i].ms += heard.ms
				sums[code] += heard.ms
			}
		}
	}
	return slices.DeleteFunc(months, func(m monthArtists) bool { return m.ms == 0 }), sums
}

// similarities is the cosine of every two months, the earlier first.
func similarities(months []monthArtists, artists int) [][]float64 {
	similar, parts := make([][]float64, len(months)), make([][]eraPart, artists)
	for i, m := range months {
		similar[i] = make([]float64, len(months))
		for _, a := range m.artists {
			parts[a.code] = append(parts[a.code], eraPart{i, math.Sqrt(float64(a.ms) / float64(m.ms))})
		}
	}
	for _, of := range parts {
		for i, a := range of {
			row := similar[a.month]
			for _, b := range of[i+1:] {
				row[b.month] += a.root * b.root
			}
		}
	}
	return similar
}

// eraPart is an artist in a month.
type eraPart struct {
	month int
	root  float64 // of the artist's share of the month
}

// divide cuts months into ranges of at least [EraMonths]. Of unit vectors the sum
// of 1 − cosine to their centroid is n − |Σv|, and |Σv|² the sum of all their
// products.
func divide(similar [][]float64) [][2]int {
	n := len(similar)
	best := make([]float64, n+1)   // the least cost of the months before each
	cut := make([]int, n+1)        // where the last of their eras begins
	products := make([]float64, n) // of each month with those after it and before to
	for to := 1; to <= n; to++ {
		best[to] = math.Inf(1)
		length2 := 0.0 // |Σv|² of the months from .. to-1
		for from := to - 1; from >= 0; from-- {
			if from < to-1 {
				products[from] += similar[from][to-1]
			}
			length2 += 1 + 2*products[from]
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

func eraOf(months []monthArtists, artists *dataset.Things, all []int64, allMs int64) Era {
	last := months[len(months)-1].first
	e := Era{From: months[0].first, To: last.NextMonth().AddDays(-1), Months: len(months)}
	sums := make([]sum, artists.N)
	for _, m := range months {
		for _, a := range m.artists {
			sums[a.code].ms += a.ms
			sums[a.code].plays += a.plays
		}
		e.Ms += m.ms
	}
	type lifted struct {
		sum
		lift float64
	}
	var list []lifted
	for code, of := range sums {
		of.code = uint32(code)
		p, q := float64(of.ms)/float64(e.Ms), float64(all[code])/float64(allMs)
		if of.plays == 0 || of.ms == 0 {
			continue
		}
		if lift := p * math.Log(p/q); lift > 0 {
			list = append(list, lifted{of, lift})
		}
	}
	slices.SortFunc(list, func(a, b lifted) int {
		return cmp.Or(cmp.Compare(b.lift, a.lift), cmp.Compare(b.ms, a.ms), cmp.Compare(a.code, b.code))
	})
	for _, a := range list[:min(eraArtists, len(list))] {
		e.Artists = append(e.Artists, EraArtist{a.thing(artists), all[a.code]})
	}
	return e
}
