package web

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
		c := Collection[item]{
			Names: func(i *item) []string { return []string{i.name, i.rest} },
			Order: Order[item]{Compare: func(x, y *item) int { return cmp.Compare(x.rest, y.rest) }},
		}
		for i := range rand.IntN(20) {
			c.Items = append(c.Items, item{string(rune('a' + rand.IntN(4))), string(rune('A' + (i*7)%3))})
		}
		for _, byName := range []bool{false, true} {
			if byName {
				c.Order.Compare = nil
			}
			all := c.Chosen("")
			for n := range 8 {
				if got, want := c.First(n), all[:min(n, len(all))]; !slices.Equal(got, want) {
					t.Fatalf("the first %d of %v: %v, want %v", n, c.Items, got, want)
				}
			}
		}
	}
}
