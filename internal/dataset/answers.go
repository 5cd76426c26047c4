package dataset

import "github.com/spotify-data-tool/spotify-data-tool/internal/lens"

// The pages of one person ask the same questions again and again: every page
// shows the spine, every page of a list belongs to the same ranking. Answers
// are small, so the latest are remembered.

// maxAnswerItems bounds an answer, and with maxQuestion and maxRemembered all of
// them to about a megabyte.
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
	lens          string // see lensKey
	by            By
	sort          Sort
	offset, limit int
	ids           string
}

// lensKey is the lens without its place in a list, with its zone whatever the home.
func lensKey(l lens.Lens) string {
	l.Paging, l.Home = lens.Paging{}, nil
	return l.Encode()
}

// maxQuestion bounds what is remembered of a question: a lens may leave out
// names by the page, and whoever asks that need not be answered twice as fast.
const maxQuestion = 4 << 10

// remembered answers a question, with f when it has not been asked lately.
// Whoever gets the answer must not change it.
func remembered[T any](d *Dataset, q question, f func() T) T {
	if len(q.lens)+len(q.ids) > maxQuestion {
		return f()
	}
	return recall(&d.answers, q, f)
}
