package dataset

import "sync"

// maxRemembered bounds what a memory keeps by its number of keys.
const maxRemembered = 64

// memory keeps what was derived from a dataset. The zero value is ready.
type memory[K comparable] struct {
	mu sync.Mutex
	m  map[K]any // of func() T, see recall
}

// notes are what others remember of a dataset.
type notes struct {
	mu     sync.Mutex
	m      map[any]any     // of func() T
	latest map[any]variant // of the keys of RememberLatest
}

// variant is the last answer to a question with variants.
type variant struct {
	of     any
	answer any // func() T
}

// forget makes every key a new one.
func (m *memory[K]) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.m)
}

// recall returns f's answer for key, which is worked out once. Those who ask at
// the same time wait for one of them.
func recall[K comparable, T any](m *memory[K], key K, f func() T) T {
	m.mu.Lock()
	answer, ok := m.m[key].(func() T)
	if !ok {
		for other := range m.m {
			if len(m.m) < maxRemembered {
				break
			}
			delete(m.m, other) // any one: few are asked for more than once
		}
		if m.m == nil {
			m.m = make(map[K]any)
		}
		answer = sync.OnceValue(f)
		m.m[key] = answer
	}
	m.mu.Unlock()
	return answer()
}

// forget makes every key a new one.
func (n *notes) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.m)
	clear(n.latest)
}

// Remember returns f's answer for d, which is worked out once and then kept as
// long as d is in memory: nothing that somebody asks for makes it forgotten.
// Those who ask at the same time wait for one of them. What f returns must
// follow from d and key alone, and nobody may change it. Keys are few, of
// comparable types, and the program's own, never what a person typed. f may
// remember other things, but not under its own key.
func Remember[T any](d *Dataset, key any, f func() T) T {
	n := &d.notes
	n.mu.Lock()
	answer, ok := n.m[key].(func() T)
	if !ok {
		if n.m == nil {
			n.m = make(map[any]any)
		}
		answer = sync.OnceValue(f)
		n.m[key] = answer
	}
	n.mu.Unlock()
	return answer()
}

// IsRemembered reports whether somebody has asked for the answer before.
func IsRemembered(d *Dataset, key any) bool {
	n := &d.notes
	n.mu.Lock()
	defer n.mu.Unlock()
	_, ok := n.m[key]
	return ok
}

// RememberLatest is Remember for an answer that depends on something more, such
// as a time zone that a person chooses. Of all variants the one that was asked
// for last is kept.
func RememberLatest[T any](d *Dataset, key, which any, f func() T) T {
	n := &d.notes
	n.mu.Lock()
	last := n.latest[key]
	answer, ok := last.answer.(func() T)
	if !ok || last.of != which {
		if n.latest == nil {
			n.latest = make(map[any]variant)
		}
		answer = sync.OnceValue(f)
		n.latest[key] = variant{which, answer}
	}
	n.mu.Unlock()
	return answer()
}
