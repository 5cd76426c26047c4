package dataset

import (
	"sync"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// memo keeps what was worked out from a dataset. Those who ask for the same at
// the same time wait for one of them. Nobody may change what is kept.
type memo struct {
	mu      sync.Mutex
	kept    map[any]any     // of func() T
	latest  map[any]variant // of the keys of MemoizeLatest
	queries map[query]any   // the latest answers, of func() T
}

// variant is the last answer to a question with variants.
type variant struct {
	of     any
	answer any // func() T
}

// Memoize returns f's answer for d, which is worked out once and then kept as
// long as d is in memory: nothing that somebody asks for makes it forgotten.
// What f returns must follow from d and key alone. Keys are few, of comparable
// types, and the program's own, never what a person typed. f may memoize other
// things, but not under its own key.
func Memoize[T any](d *Dataset, key any, f func() T) T {
	m := &d.memo
	m.mu.Lock()
	answer := kept(&m.kept, key, f)
	m.mu.Unlock()
	return answer()
}

// IsMemoized reports whether somebody has asked for the answer before.
func IsMemoized(d *Dataset, key any) bool {
	d.memo.mu.Lock()
	defer d.memo.mu.Unlock()
	_, ok := d.memo.kept[key]
	return ok
}

// MemoizeLatest is Memoize for an answer that depends on something more, such
// as a time zone that a person chooses. Of all variants the one that was asked
// for last is kept.
func MemoizeLatest[T any](d *Dataset, key, which any, f func() T) T {
	m := &d.memo
	m.mu.Lock()
	last := m.latest[key]
	answer, ok := last.answer.(func() T)
	if !ok || last.of != which {
		if m.latest == nil {
			m.latest = make(map[any]variant)
		}
		answer = sync.OnceValue(f)
		m.latest[key] = variant{which, answer}
	}
	m.mu.Unlock()
	return answer()
}

// kept is the answer under a key of m, f's when there is none.
func kept[K comparable, T any](m *map[K]any, key K, f func() T) func() T {
	answer, ok := (*m)[key].(func() T)
	if !ok {
		if *m == nil {
			*m = make(map[K]any)
		}
		answer = sync.OnceValue(f)
		(*m)[key] = answer
	}
	return answer
}

// The pages of one person make the same queries again and again: every page
// shows the spine, every page of a list belongs to the same ranking. Answers are
// small, so the latest are kept: maxQueries of them, with maxAnswerItems in each
// and maxQueryBytes of what was asked, take about answersSize together.
const (
	maxQueries     = 64
	maxAnswerItems = 64
	maxQueryBytes  = 4 << 10
	answersSize    = 1 << 20
)

// query is a query with everything its answer depends on.
type query struct {
	of            string
	lens          string // see lensKey
	entities      lens.EntityKind
	sort          lens.Sort
	offset, limit int
	ids           string
}

// lensKey is the lens without its place in a list, with its zone whatever the home.
func lensKey(l lens.Lens) string {
	l.Paging, l.Home = lens.Paging{}, nil
	return l.Encode()
}

// answer answers a query, with f when it is not among the latest. A lens may
// leave out names by the page; whoever asks that is answered anew each time.
func answer[T any](d *Dataset, q query, f func() T) T {
	if len(q.of)+len(q.lens)+len(q.ids) > maxQueryBytes {
		return f()
	}
	m := &d.memo
	m.mu.Lock()
	if _, ok := m.queries[q]; !ok {
		for other := range m.queries {
			if len(m.queries) < maxQueries {
				break
			}
			delete(m.queries, other) // any one: few are made more than once
		}
	}
	answer := kept(&m.queries, q, f)
	m.mu.Unlock()
	return answer()
}

// MemoizeSelection is Memoize for an analysis of a selection. Only the latest
// answers to such are kept. of names the analysis.
func MemoizeSelection[T any](s Selection, of string, f func() T) T {
	return answer(s.Dataset, query{of: of, lens: lensKey(s.Lens)}, f)
}
