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
	// recent holds a code for each pattern of length and ends of a value: the
	// few values that make up nearly all rows are found without hashing.
	recent [32]uint16
}

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
	t.list = append(t.list, s)
	t.index[s] = c
	return c
}

// dictionary renumbers values in the order of their first use.
type dictionary struct {
	from  []string
	codes []int32 // new code of each, -1 before its first use
	list  []string
	limit int
}

func newDictionary(from []string, limit int) dictionary {
	d := dictionary{from: from, codes: make([]int32, len(from)), list: []string{""}, limit: limit}
	for i, s := range from {
		d.codes[i] = -1
		if s == "" {
			d.codes[i] = 0
		}
	}
	return d
}

// code returns the new code of from[c]. When the codes run out, the last one
// stands for all that follow.
func (d *dictionary) code(c uint32) int32 {
	if d.codes[c] >= 0 {
		return d.codes[c]
	}
	switch n := len(d.list); {
	case n < d.limit-1:
		d.list = append(d.list, d.from[c])
	case n == d.limit-1:
		d.list = append(d.list, otherToken)
	}
	d.codes[c] = int32(len(d.list) - 1)
	return d.codes[c]
}
