package dataset

import "strings"

// The pages of one person ask the same questions again and again: every page
// shows the spine, every page of a list belongs to the same ranking. Answers
// are small, so the latest are remembered.

// maxAnswerItems bounds an answer, and with maxRemembered all of them to about
// a megabyte.
const (
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
	weekdays                              Weekdays
	hours                                 Hours
	only                                  Traits
	group                                 Grouping
	artist, album, track, show, audiobook string
}

func (l Lens) key() lensKey {
	return lensKey{
		l.From, l.To, l.Zone().String(), l.Min, l.Kinds,
		l.Q, l.Country, l.Platform, strings.Join(l.Not, "\x00"), l.Weekdays, l.Hours, l.Only, l.Group,
		l.Artist, l.Album, l.Track, l.Show, l.Audiobook,
	}
}

// remembered answers a question, with f when it has not been asked lately.
// Whoever gets the answer must not change it.
func remembered[T any](d *Dataset, q question, f func() T) T { return recall(&d.answers, q, f) }
