package insight

import (
	"cmp"
	"iter"
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

// artistMonth is an artist in a month with music.
type artistMonth struct {
	sum
	month int     // of those with music
	root  float64 // of the artist's share of the month
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
	months, parts := artistMonths(v, cal)
	if len(months) < EraMonths {
		return nil
	}
	var list []Era
	for _, cut := range divide(similarities(parts, len(months))) {
		e := Era{From: months[cut[0]].first, To: months[cut[1]-1].first.NextMonth().AddDays(-1), Months: cut[1] - cut[0]}
		for _, m := range months[cut[0]:cut[1]] {
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
	nameEras(list, parts, &v.Things)
	return list
}

// monthOfMusic is a month in which artists were heard.
type monthOfMusic struct {
	first lens.Date
	ms    int64
}

// artistMonths are the months with music, and artist by artist what was heard in
// each of them.
func artistMonths(v lives, cal Calendar) (months []monthOfMusic, parts []artistMonth) {
	in := v.monthly(cal)
	ms := make([]int64, len(in.starts))
	for code := range v.codes() {
		for i, heard := range v.sums(code, in) {
			if heard.ms > 0 {
				ms[i] += heard.ms
				parts = append(parts, artistMonth{sum: heard, month: i})
			}
		}
	}
	place := make([]int, len(ms)) // among those with music
	for i, ms := range ms {
		if place[i] = len(months); ms > 0 {
			months = append(months, monthOfMusic{date(in.starts[i]), ms})
		}
	}
	for i := range parts {
		p := &parts[i]
		p.month = place[p.month]
		p.root = math.Sqrt(float64(p.ms) / float64(months[p.month].ms))
	}
	return months, parts
}

// byArtist yields the months of each artist.
func byArtist(parts []artistMonth) iter.Seq[[]artistMonth] {
	return func(yield func([]artistMonth) bool) {
		for from := 0; from < len(parts); {
			to := from + 1
			for to < len(parts) && parts[to].code == parts[from].code {
				to++
			}
			if !yield(parts[from:to]) {
				return
			}
			from = to
		}
	}
}

// similarities is the cosine of every two months, in the row of the earlier.
func similarities(parts []artistMonth, months int) [][]float64 {
	similar := make([][]float64, months)
	for i := range similar {
		similar[i] = make([]float64, months)
	}
	for of := range byArtist(parts) {
		for i, a := range of {
			row := similar[a.month]
			for _, b := range of[i+1:] {
				row[b.month] += a.root * b.root
			}
		}
	}
	return similar
}

// nameEras finds the artists that stand out in each of the eras, which have all the
// months.
func nameEras(eras []Era, parts []artistMonth, things *dataset.Things) {
	var all int64
	for _, e := range eras {
		all += e.Ms
	}
	type lifted struct {
		sum
		lift float64
		all  int64
	}
	most := make([][]lifted, len(eras))
	for of := range byArtist(parts) {
		code, whole := of[0].code, int64(0)
		for _, m := range of {
			whole += m.ms
		}
		end := 0 // the month after an era
		for i, e := range eras {
			heard := lifted{sum: sum{code: code}, all: whole}
			for end += e.Months; len(of) > 0 && of[0].month < end; of = of[1:] {
				heard.add(of[0].sum)
			}
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
			eras[i].Artists = append(eras[i].Artists, EraArtist{a.thing(things), a.all})
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
