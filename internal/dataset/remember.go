package dataset

import "sync"

// maxRemembered bounds what is remembered of a dataset by its number of keys.
const maxRemembered = 64

// memory keeps what others derived from a dataset. The zero value is ready.
type memory struct {
	mu sync.Mutex
	m  map[string]any
}

// Remember returns f's answer for d, which is worked out once and then kept as
// long as d is in memory, unless many others are asked for. Those who ask at
// the same time wait for one of them. What f returns must follow from d and key
// alone, and nobody may change it. Keys are few and the program's own, never
// what a person typed. f may remember other things, but not under its own key.
func Remember[T any](d *Dataset, key string, f func() T) T {
	m := &d.memory
	m.mu.Lock()
	answer, ok := m.m[key].(func() T)
	if !ok {
		if len(m.m) >= maxRemembered {
			clear(m.m)
		}
		if m.m == nil {
			m.m = make(map[string]any)
		}
		answer = sync.OnceValue(f)
		m.m[key] = answer
	}
	m.mu.Unlock()
	return answer()
}
