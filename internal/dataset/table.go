package dataset

// table is an open-addressing hash table from 32-bit tags to 32-bit codes. It
// stores no keys: whoever looks something up compares the key of each code that
// seek proposes. A slot holds tag<<32 | code+1, so that zero means empty.
type table struct {
	slots []uint64
	used  int
}

// seek returns the first code filed under tag at position at or after it, and
// the position to go on from. A search starts with at = tag.
func (t *table) seek(at, tag uint32) (code, next uint32, ok bool) {
	if len(t.slots) == 0 {
		return 0, 0, false
	}
	mask := uint32(len(t.slots) - 1)
	for {
		at &= mask
		e := t.slots[at]
		if e == 0 {
			return 0, 0, false
		}
		at++
		if uint32(e>>32) == tag {
			return uint32(e) - 1, at, true
		}
	}
}

// find returns the code filed under tag that is what is looked for.
func (t *table) find(tag uint32, is func(code uint32) bool) (code uint32, ok bool) {
	code, at, ok := t.seek(tag, tag)
	for ok && !is(code) {
		code, at, ok = t.seek(at, tag)
	}
	return code, ok
}

// more is how many bytes the table takes in addition for one more code.
func (t *table) more() int {
	if t.used*2 < len(t.slots) {
		return 0
	}
	return 8 * (t.grown() - len(t.slots))
}

// grown is how many slots the table has when it has grown.
func (t *table) grown() int { return max(64, 2*len(t.slots)) }

// tableBytes is what a table of n codes takes.
func tableBytes(n int) int64 {
	slots := int64(64)
	for 2*int64(n-1) >= slots {
		slots *= 2
	}
	return 8 * slots
}

// add files code under tag. Codes must be below 1<<32 - 1.
func (t *table) add(tag, code uint32) {
	if t.used*2 >= len(t.slots) {
		t.grow()
	}
	t.put(uint64(tag)<<32 | uint64(code+1))
	t.used++
}

func (t *table) put(e uint64) {
	mask := uint32(len(t.slots) - 1)
	at := uint32(e>>32) & mask
	for t.slots[at] != 0 {
		at = (at + 1) & mask
	}
	t.slots[at] = e
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]uint64, t.grown())
	for _, e := range old {
		if e != 0 {
			t.put(e)
		}
	}
}

// mix spreads two words over 32 bits.
func mix(a, b uint64) uint32 {
	h := (a ^ b*0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd
	h ^= h >> 32
	h *= 0xc4ceb9fe1a85ec53
	return uint32(h >> 32)
}
