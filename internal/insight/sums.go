package insight

import (
	"cmp"
	"slices"
	"sort"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A Thing is an artist, album or track with its time and plays in a range.
type Thing struct {
	dataset.Entity
	Ms    int64
	Plays int
}

// sum is what was heard of the thing of a code.
type sum struct {
	code, plays uint32
	ms          int64
}

// add adds what was heard of it at another time.
func (s *sum) add(other sum) {
	s.ms += other.ms
	s.plays += other.plays
}

// thing describes what was heard.
func (s sum) thing(of *dataset.Things) Thing { return Thing{of.Entity(s.code), s.ms, int(s.plays)} }

// compare orders by time, plays, name and ID, the most first. What has no play ranks
// last.
func (s sum) compare(other sum, of *dataset.Things) int {
	if s.plays == 0 || other.plays == 0 {
		return cmp.Compare(other.plays, s.plays)
	}
	c := cmp.Or(cmp.Compare(other.ms, s.ms), cmp.Compare(other.plays, s.plays))
	if c != 0 || s.code == other.code {
		return c
	}
	if of.Less(s.code, other.code) {
		return -1
	}
	return 1
}

// before reports whether a thing ranks before another.
func (s sum) before(other sum, of *dataset.Things) bool {
	// Most have less time, and this much is inlined where many are asked.
	return (s.ms >= other.ms || other.plays == 0) && s.compare(other, of) < 0
}

// top keeps the first of a ranking, at most as many as it has room for.
type top struct {
	of    *dataset.Things
	room  int
	list  []sum // the first comes first
	least int64 // what has less time is not among them; 0 until they are full
}

// offer adds what was heard of a thing.
func (t *top) offer(s sum) {
	if s.ms >= t.least {
		t.insert(s)
	}
}

func (t *top) insert(s sum) {
	if s.plays == 0 {
		return
	}
	t.list = inserted(t.list, t.room, s, func(a, b sum) bool { return a.before(b, t.of) })
	if n := len(t.list); n > 0 && n == t.room {
		t.least = t.list[n-1].ms
	}
}

// inserted puts an item at its place in an ordered list, of which no more stay than
// there is room for.
func inserted[T any](list []T, room int, item T, before func(a, b T) bool) []T {
	at := sort.Search(len(list), func(i int) bool { return before(item, list[i]) })
	if at >= room {
		return list
	}
	return slices.Insert(list[:min(len(list), room-1)], at, item)
}

// rank is the place of the thing of a code, from 1; 0 when it is not among them.
func (t *top) rank(code uint32) int {
	return slices.IndexFunc(t.list, func(s sum) bool { return s.code == code }) + 1
}

// things describes the first.
func (t *top) things() []Thing {
	list := make([]Thing, len(t.list))
	for i, s := range t.list {
		list[i] = s.thing(t.of)
	}
	return list
}

// totals adds up things of several kinds by their codes, each once: who asks for more
// than that asks their lives.
func totals(s dataset.Selection, starts dataset.Starts, kinds ...*dataset.Things) [][]sum {
	itemOf, n := s.Items()
	items := make([]sum, n)
	from, to := dayBounds(s.Lens)
	lengths, minMs := s.Lengths(), s.Lens.MinMs()
	for i, row := range starts.Rows {
		if day := starts.First + int(starts.Days[i]); day < from || day > to {
			continue
		}
		of := &items[itemOf[row]]
		of.ms += dataset.Ms(lengths[row])
		of.plays += dataset.IsPlay(lengths[row], minMs)
	}
	sums := make([][]sum, len(kinds))
	for k, things := range kinds {
		sums[k] = make([]sum, things.N)
		for item, of := range items {
			if code := things.OfItem(uint32(item)); code != dataset.NoThing {
				sums[k][code].code = code
				sums[k][code].add(of)
			}
		}
	}
	return sums
}

// Novelty is how many things of a kind had a play in a range, and how much of it
// was new: first heard in this range.
type Novelty struct {
	Heard, New int
	Ms, NewMs  int64
}

// add adds what was heard of a thing.
func (n *Novelty) add(s sum, isNew bool) {
	if s.plays == 0 {
		return
	}
	n.Heard++
	n.Ms += s.ms
	if isNew {
		n.New++
		n.NewMs += s.ms
	}
}

// firstOf are the n that rank first, in their order.
func firstOf(sums []sum, n int, of *dataset.Things) []sum {
	if n == 0 {
		return nil
	}
	// The time of the last of them is found first: most need not be compared. Nor need
	// those below the mean where enough have more.
	var all int64
	for _, s := range sums {
		all += s.ms
	}
	times := timesOver(sums, all/int64(len(sums)))
	if len(times) < n {
		times = timesOver(sums, 0)
	}
	slices.Sort(times)
	least := times[len(times)-n]
	var most []sum
	for _, s := range sums {
		if s.ms >= least {
			most = append(most, s)
		}
	}
	slices.SortFunc(most, func(a, b sum) int { return a.compare(b, of) })
	return most[:n]
}

// timesOver are the times that are no less than one.
func timesOver(sums []sum, least int64) []int64 {
	times := make([]int64, 0, len(sums))
	for _, s := range sums {
		if s.ms >= least {
			times = append(times, s.ms)
		}
	}
	return times
}
