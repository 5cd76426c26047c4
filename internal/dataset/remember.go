package dataset

import "sync"

// maxRemembered bounds what a memory keeps by its number of keys.
const maxRemembered = 64

// memory keeps what was derived from a dataset. The zero value is ready.
type memory[K comparable] struct {
	mu sync.Mutex
	m  map[K]any // of func() T, see recall
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

// Remember returns f's answer for d, which is worked out once and then kept as
// long as d is in memory, unless many others are asked for. Those who ask at
// the same time wait for one of them. What f returns must follow from d and key
// alone, and nobody may change it. Keys are few, of comparable types, and the
// program's own, never what a person typed. f may remember other things, but not
// under its own key.
func Remember[T any](d *Dataset, key any, f func() T) T { return recall(&d.notes, key, f) }
