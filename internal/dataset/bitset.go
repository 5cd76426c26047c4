package dataset

import "math/bits"

// bitset is a set of rows or items. Most are empty, and nil.
type bitset []uint64

func (b bitset) has(i int) bool { return b != nil && b[i>>6]>>(i&63)&1 != 0 }

// set adds i to the set, of which there are size at most.
func (b *bitset) set(i, size int) {
	if *b == nil {
		*b = make(bitset, (size+63)/64)
	}
	(*b)[i>>6] |= 1 << (i & 63)
}

// stretches number rows by stretches, with one bit and a half for each row.
type stretches struct {
	starts bitset   // the first row of each; row 0 is one
	before []uint32 // the stretches that begin before each word of starts
}

// newStretches numbers the stretches that begin at the rows of starts.
func newStretches(starts bitset) stretches {
	before := make([]uint32, len(starts)+1)
	for i, word := range starts {
		before[i+1] = before[i] + uint32(bits.OnesCount64(word))
	}
	return stretches{starts, before}
}

// number is the number of the stretch that holds a row, from 0.
func (s stretches) number(row uint32) uint32 {
	upToRow := s.starts[row>>6] & (2<<(row&63) - 1)
	return s.before[row>>6] + uint32(bits.OnesCount64(upToRow)) - 1
}

func (s stretches) count() int { return int(s.before[len(s.before)-1]) }
