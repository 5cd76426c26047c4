package handlers

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// The first of a collection are those that stand first when all are in order.
func TestTheFirstOfACollection(t *testing.T) {
	type item struct{ name, rest string }
	for range 200 {
		c := collection[item]{
			names: func(i *item) []string { return []string{i.name, i.rest} },
			order: order[item]{compare: func(x, y *item) int { return cmp.Compare(x.rest, y.rest) }},
		}
		for i := range rand.IntN(20) {
			c.items = append(c.items, item{string(rune('a' + rand.IntN(4))), string(rune('A' + (i*7)%3))})
		}
		for _, byName := range []bool{false, true} {
			if byName {
				c.order.compare = nil
			}
			all := c.chosen("")
			for n := range 8 {
				if got, want := c.first(n), all[:min(n, len(all))]; !slices.Equal(got, want) {
					t.Fatalf("the first %d of %v: %v, want %v", n, c.items, got, want)
				}
			}
		}
	}
}
