package dataset

// otherToken stands for every value beyond what a dictionary can number, and
// for values longer than maxToken bytes. The longest platform seen has 83.
const (
	otherToken = "other"
	maxToken   = 255
)

// tokens is a small dictionary of values that repeat from row to row:
// platforms, reasons. Code 0 is the absent value.
type tokens struct {
	list  []string
	index map[string]int
	limit int // the largest code; it means otherToken
	bytes int // that list and index take
	// recent holds a code for each pattern of length and ends of a value: the
	// few values that make up nearly all rows are found without hashing.
	recent [32]uint16
}

// tokenBytes is what a token takes besides its text.
const tokenBytes = 100

func newTokens(limit int) tokens {
	return tokens{list: []string{""}, index: map[string]int{"": 0}, limit: limit}
}

func (t *tokens) code(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	slot := &t.recent[(len(b)*5^int(b[0])^int(b[len(b)-1])<<2)&31]
	if string(b) == t.list[*slot] {
		return int(*slot)
	}
	if len(b) > maxToken {
		b = []byte(otherToken)
	}
	c, ok := t.index[string(b)]
	if !ok {
		c = t.add(string(b))
	}
	*slot = uint16(c)
	return c
}

func (t *tokens) add(s string) int {
	if len(t.list) >= t.limit {
		if len(t.list) == t.limit {
			t.list = append(t.list, otherToken)
		}
		return t.limit
	}
	c := len(t.list)
	t.bytes += tokenBytes + len(s)
	t.list = append(t.list, s)
	t.index[s] = c
	return c
}

// numbering numbers things in the order in which rows mention them.
type numbering struct {
	numbers []int32  // of each thing, -1 before its first row
	order   []uint32 // the things by their numbers
	limit   int      // of the numbers; the last one stands for all things that follow
}

func newNumbering(things, limit int) numbering {
	n := numbering{numbers: make([]int32, things), limit: limit}
	for i := range n.numbers {
		n.numbers[i] = -1
	}
	return n
}

func (n *numbering) of(thing uint32) uint32 {
	if number := n.numbers[thing]; number >= 0 {
		return uint32(number)
	}
	if len(n.order) < n.limit {
		n.order = append(n.order, thing)
	}
	last := len(n.order) - 1
	n.numbers[thing] = int32(last)
	return uint32(last)
}

// follow goes on with the things that later rows mention, and returns the
// numbers that take the place of theirs.
func (n *numbering) follow(later *numbering) []uint32 {
	numbers := make([]uint32, len(later.order))
	for i, thing := range later.order {
		numbers[i] = n.of(thing)
	}
	return numbers
}

// tokens are the things by their numbers when they are among list.
func (n *numbering) tokens(list []string) []string {
	out := make([]string, len(n.order))
	for i, thing := range n.order {
		out[i] = list[thing]
		if i == n.limit-1 {
			out[i] = otherToken
		}
	}
	return out
}
