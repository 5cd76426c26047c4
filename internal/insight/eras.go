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
	months := musicMonths(v, cal)
	if len(months.list) < EraMonths {
		return nil
	}
	var list []Era
	for _, cut := range divide(similarities(v, months)) {
		e := Era{From: months.list[cut[0]].first, To: months.list[cut[1]-1].first.NextMonth().AddDays(-1), Months: cut[1] - cut[0]}
		for _, m := range months.list[cut[0]:cut[1]] {
			e.Ms += m.ms
		}
		if first := cal.Date(0); e.From.Compare(first) < 0 {
			e.From = first
		}
		if last := date(cal.Last()); e.To.Compare(last) > 0 {
			e.To = last
		}
		list = append(list, e)
	}
	nameEras(list, v, months)
	return list
}

// monthsOfMusic are the months in which artists were heard.
type monthsOfMusic struct {
	in    periods
	place []int // of each month of in among those with music
	list  []monthOfMusic
}

type monthOfMusic struct {
	first lens.Date
	ms    int64
}

func musicMonths(v lives, cal Calendar) monthsOfMusic {
	m := monthsOfMusic{in: v.monthly(cal)}
	for i, ms := range v.timeIn(m.in) {
		m.place = append(m.place, len(m.list))
		if ms > 0 {
			m.list = append(m.list, monthOfMusic{date(m.in.starts[i]), ms})
		}
	}
	return m
}

// similarities is the cosine of every two months, in the row of the later.
func similarities(v lives, months monthsOfMusic) [][]float64 {
	similar := make([][]float64, len(months.list))
	for i := range similar {
		similar[i] = make([]float64, len(similar))
	}
	type share struct {
		month int
		root  float64 // of the artist's share of the month
	}
	var before []share
	for code := range v.codes() {
		before = before[:0]
		for _, heard := range v.sums(code, months.in) {
			if heard.ms == 0 {
				continue
			}
			month := months.place[heard.period]
			root := math.Sqrt(float64(heard.ms) / float64(months.list[month].ms))
			row := similar[month]
			for _, of := range before {
				row[of.month] += of.root * root
			}
			before = append(before, share{month, root})
		}
	}
	return similar
}

// nameEras finds the artists that stand out in each of the eras, which have all the
// months.
func nameEras(eras []Era, v lives, months monthsOfMusic) {
	var all int64
	var eraOf []int // of each month with music
	for i, e := range eras {
		all += e.Ms
		eraOf = append(eraOf, slices.Repeat([]int{i}, e.Months)...)
	}
	type lifted struct {
		sum
		lift float64
		all  int64
	}
	most, of := make([][]lifted, len(eras)), make([]sum, len(eras))
	for code := range v.codes() {
		clear(of)
		whole := int64(0)
		for _, heard := range v.sums(code, months.in) {
			if heard.ms > 0 {
				of[eraOf[months.place[heard.period]]].add(heard.sum)
				whole += heard.ms
			}
		}
		for i, e := range eras {
			heard := lifted{sum: of[i], all: whole}
			heard.code = code
			p, q := float64(heard.ms)/float64(e.Ms), float64(whole)/float64(all)
			if heard.plays == 0 || p <= q {
				continue
			}
			heard.lift = p * math.Log(p/q)
			at, _ := slices.BinarySearchFunc(most[i], heard, func(a, b lifted) int {
				return cmp.Or(cmp.Compare(b.lift, a.lift), cmp.Compare(b.ms, a.ms), cmp.Compare(a.code, b.code))
			})
			most[i] = slices.Insert(most[i], at, heard)
			most[i] = most[i][:min(len(most[i]), eraArtists)]
		}
	}
	for i := range eras {
		for _, a := range most[i] {
			eras[i].Artists = append(eras[i].Artists, EraArtist{a.thing(&v.Things), a.all})
		}
	}
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
				products[from] += similar[to-1][from]
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
