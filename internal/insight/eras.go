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
	for _, cut := range months.divide() {
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
	nameEras(list, &v.Things, months)
	return list
}

// monthsOfMusic are the months in which artists were heard.
type monthsOfMusic struct {
	list []monthOfMusic
	// artists are the months of each artist, those of one after those of the other, and
	// heard is what was heard in each.
	artists []artistMonth
	heard   []sum
}

type monthOfMusic struct {
	first   lens.Date
	ms      int64
	artists []uint32 // where they lie
}

// artistMonth is a month in which an artist was heard. All of them are read again and
// again, and fit into the processor's memory as small as this.
type artistMonth struct {
	root   float32 // of the artist's share of the month
	month  uint16
	before uint16 // in how many months before it the artist was heard
}

func musicMonths(v lives, cal Calendar) monthsOfMusic {
	in, room := v.monthly(cal), v.Len()/2
	m := monthsOfMusic{artists: make([]artistMonth, 0, room), heard: make([]sum, 0, room)}
	ms := make([]int64, len(in.starts))
	for code := range v.codes() {
		before := uint16(0)
		for _, heard := range v.sums(code, in) {
			if heard.ms > 0 {
				ms[heard.period] += heard.ms
				m.artists = append(m.artists, artistMonth{month: uint16(heard.period), before: before})
				m.heard = append(m.heard, heard.of(code))
				before++
			}
		}
	}
	place := make([]uint16, len(ms)) // of each month among those with music
	for i, ms := range ms {
		place[i] = uint16(len(m.list))
		if ms > 0 {
			m.list = append(m.list, monthOfMusic{first: date(in.starts[i]), ms: ms})
		}
	}
	for i := range m.artists {
		it := &m.artists[i]
		it.month = place[it.month]
		month := &m.list[it.month]
		month.artists = append(month.artists, uint32(i))
		it.root = float32(math.Sqrt(float64(m.heard[i].ms) / float64(month.ms)))
	}
	return m
}

// addProducts adds the cosine of a month and each of those before it, down to the
// first: as vectors of the roots of shares months have the length 1.
func (m monthsOfMusic) addProducts(products []float64, month, first int) {
	for _, at := range m.list[month].artists {
		it := m.artists[at]
		others := m.artists[at-uint32(it.before) : at]
		for i := len(others) - 1; i >= 0 && int(others[i].month) >= first; i-- {
			products[others[i].month] += float64(others[i].root * it.root)
		}
	}
}

// nameEras finds the artists that stand out in each of the eras, which have all the
// months.
func nameEras(eras []Era, artists *dataset.Things, months monthsOfMusic) {
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
	for at := 0; at < len(months.heard); {
		clear(of)
		code, whole := months.heard[at].code, int64(0)
		for ; at < len(months.heard) && months.heard[at].code == code; at++ {
			of[eraOf[months.artists[at].month]].add(months.heard[at])
			whole += months.heard[at].ms
		}
		for i, e := range eras {
			heard := lifted{sum: of[i], all: whole}
			heard.code = code
			p, q := float64(heard.ms)/float64(e.Ms), float64(whole)/float64(all)
			if heard.plays == 0 || p <= q {
				continue
			}
			heard.lift = p * math.Log(p/q)
			most[i] = inserted(most[i], eraArtists, heard, func(a, b lifted) bool {
				return cmp.Or(cmp.Compare(b.lift, a.lift), cmp.Compare(b.ms, a.ms), cmp.Compare(a.code, b.code)) < 0
			})
		}
	}
	for i := range eras {
		for _, a := range most[i] {
			eras[i].Artists = append(eras[i].Artists, EraArtist{a.thing(artists), a.all})
		}
	}
}

// divide cuts months into ranges of at least [EraMonths]. Of unit vectors the sum
// of 1 − cosine to their centroid is n − |Σv|, and |Σv|² the sum of all their
// products. An era that begins at a month need not be asked for longer ends once it
// costs, without its penalty, no less than the best that ends at another month: two
// eras never cost more than the one of both, but for the penalty (Killick, Fearnhead
// and Eckley, PELT, 2012).
func (m monthsOfMusic) divide() [][2]int {
	n := len(m.list)
	best := make([]float64, n+1)   // the least cost of the months before each
	cut := make([]int, n+1)        // where the last of their eras begins
	asked := make([]int, n)        // until which end an era that begins at each is asked for
	products := make([]float64, n) // of each month with those after it and before to
	costs := make([]float64, n)    // of the eras from each to the end, without the penalty
	first := 0                     // the first that is asked for
	for i := range asked {
		asked[i] = n
	}
	for to := 1; to <= n; to++ {
		best[to] = math.Inf(1)
		for asked[first] < to {
			first++
		}
		m.addProducts(products, to-1, first)
		length2 := 0.0 // |Σv|² of the months from .. to-1
		for from := to - 1; from >= first; from-- {
			length2 += 1 + 2*products[from]
			costs[from] = best[from] + float64(to-from) - math.Sqrt(length2)
			if to-from < EraMonths || math.IsInf(best[from], 1) || asked[from] < to {
				continue
			}
			if cost := costs[from] + EraPenalty; cost < best[to] {
				best[to], cut[to] = cost, from
			}
		}
		for from := first; from < to; from++ {
			if costs[from] >= best[to] {
				asked[from] = min(asked[from], to+EraMonths-1)
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
