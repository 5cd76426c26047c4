package inflate

import (
	"math/bits"
)

// prefixTable tells the symbol that the next bits begin with. The first entries
// are found by a code's first bits; longer codes go on behind a link.
//
//	bits 0-5    how many bits of the input the code has; 0 in an entry without one
//	bits 8-12   how many bits follow that belong to the number; of a link, how many find its entries
//	bits 16-30  the literal, the number's least value, or where a link leads
//	bit 30      of literals: an end of block, a link or nothing (entryOther)
//	bit 31      of literals: a literal; of distances: a link or nothing
type prefixTable [1 << 13]uint32

const (
	entrySize       = 63
	entryExtraShift = 8
	entryExtraMask  = 31
	entryExtra      = entryExtraMask << entryExtraShift
	entryValue      = 16
	entryOther      = 1 << 30
	entryLiteral    = 1 << 31

	literalBits  = 11
	distanceBits = 8
	lengthBits   = 7
	longestCode  = 15
)

// link finds the entry that e leads to.
func (t *prefixTable) link(e uint32, hold uint64) uint32 {
	first := hold >> (e & entrySize)
	return t[(uint64(e>>entryValue&0x1FFF)+first&(1<<(e>>entryExtraShift&entryExtraMask)-1))&(uint64(len(t))-1)]
}

// build makes the table of a code that is given by the lengths of its symbols'
// codes. It answers false for one that is none.
func (t *prefixTable) build(lengths []uint8, first uint, meanings []uint32) bool {
	var count [longestCode + 1]int
	for _, n := range lengths {
		count[n]++
	}
	longest := uint(longestCode)
	for longest > 0 && count[longest] == 0 {
		longest--
	}
	var next [longestCode + 1]uint32
	left, code := 1, uint32(0)
	for n := 1; n <= int(longest); n++ {
		next[n] = code
		code = (code + uint32(count[n])) << 1
		left = left<<1 - count[n]
		if left < 0 {
			return false
		}
	}
	nothing := meanings[len(meanings)-1]
	if left > 0 {
		// A code of one symbol, or of none as long as nobody uses it.
		if longest > 1 || longest == 1 && count[1] != 1 {
			return false
		}
		for i := range 1 << first {
			t[i] = nothing
		}
	}
	more := uint(0) // bits behind a link
	if longest > first {
		more = longest - first
	}
	end := uint32(1) << first
	var linked [1 << literalBits]uint16 // where the links made so far lead
	for symbol, length := range lengths {
		n := uint(length)
		if n == 0 {
			continue
		}
		reversed := bits.Reverse32(next[n]) >> (32 - n)
		next[n]++
		e := meanings[symbol]
		if e != nothing {
			e |= uint32(min(n, first))
		}
		if n <= first {
			for i := reversed; i < 1<<first; i += 1 << n {
				t[i] = e
			}
			continue
		}
		at := reversed & (1<<first - 1)
		if linked[at] == 0 {
			linked[at] = uint16(end)
			t[at] = nothing | end<<entryValue | uint32(more)<<entryExtraShift | uint32(first)
			end += 1 << more
		}
		if e != nothing {
			e += uint32(n - first)
		}
		for i := reversed >> first; i < 1<<more; i += 1 << (n - first) {
			t[uint32(linked[at])+i] = e
		}
	}
	return true
}

// What symbols mean. The last entry of each is that of symbols without meaning.
var (
	fixedLengths     [288 + 32]uint8
	literalMeanings  [289]uint32
	distanceMeanings [33]uint32
	lengthMeanings   [20]uint32

	lengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

func init() {
	at := 0
	for _, run := range [][2]uint8{{144, 8}, {112, 9}, {24, 7}, {8, 8}, {32, 5}} {
		for range run[0] {
			fixedLengths[at] = run[1]
			at++
		}
	}
	for i := range literalMeanings {
		switch {
		case i < 256:
			literalMeanings[i] = entryLiteral | uint32(i)<<entryValue
		case i == 256:
			literalMeanings[i] = entryOther | 1<<entryValue // the end of the block
		case i < 285:
			literalMeanings[i] = number(i-257, 4, 3)
		case i == 285:
			literalMeanings[i] = 258 << entryValue
		default:
			literalMeanings[i] = entryOther
		}
	}
	for i := range distanceMeanings {
		if distanceMeanings[i] = entryLiteral; i < 30 {
			distanceMeanings[i] = number(i, 2, 1)
		}
	}
	for i := range lengthMeanings {
		lengthMeanings[i] = uint32(i) << entryValue
	}
	lengthMeanings[19] = entryOther
}

// number is the entry of the nth symbol of those that stand for numbers from the
// least on. Each group of them has one bit more behind it than the one before, but
// the first two have none.
func number(n, group, least int) uint32 {
	extra := max(0, n/group-1)
	if extra > 0 {
		n = (group + n%group) << extra
	}
	return uint32(least+n)<<entryValue | uint32(extra)<<entryExtraShift
}
