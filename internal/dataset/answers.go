package dataset

import (
	"strings"
	"sync"
)

// The pages of one person ask the same questions again and again: every page
// shows the spine, every page of a list belongs to the same ranking. Answers
// are small, so the latest are remembered.

// maxAnswers and maxAnswerItems bound what is remembered to about a
// megabyte.
const (
	maxAnswers     = 64
	maxAnswerItems = 64
	answersSize    = 1 << 20
)

type asked uint8

const (
	askedSummary asked = iota
	askedMonths
	askedCountries
	askedPlatforms
	askedClock
	askedRank
	askedSparks
)

// A question is one query with everything its answer depends on.
type question struct {
	asked         asked
	lens          lensKey
	by            By
	sort          Sort
	offset, limit int
	ids           string
}

// A lensKey is a lens that can be compared, without its place in a list.
type lensKey struct {
	from, to                              Date
	tz                                    string
	min                                   int
	kinds                                 Kinds
	q, country, platform, not             string
	artist, album, track, show, audiobook string
}

func (l Lens) key() lensKey {
	return lensKey{
		l.From, l.To, l.Zone().String(), l.Min, l.Kinds,
		l.Q, l.Country, l.Platform, strings.Join(l.Not, "\x00"),
		l.Artist, l.Album, l.Track, l.Show, l.Audiobook,
	}
}

// answers are what was asked lately. The zero value is ready.
type answers struct {
	mu sync.Mutex
	m  map[question]any
}

// forget makes every question a new one.
func (a *answers) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.m)
}

// remembered answers a question, with f when it has not been asked lately.
// Whoever gets the answer must not change it.
func remembered[T any](d *Dataset, q question, f func() T) T {
	a := &d.answers
	a.mu.Lock()
	known, ok := a.m[q].(T)
	a.mu.Unlock()
	if ok {
		return known
	}
	answer := f()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.m) >= maxAnswers {
		clear(a.m)
	}
	if a.m == nil {
		a.m = make(map[question]any)
	}
	a.m[q] = answer
	return answer
}
