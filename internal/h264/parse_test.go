package h264

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// A part of the syntax, with the numbers that tell it from others.
type part struct {
	name    string
	a, b, c int
}

func (p part) String() string { return fmt.Sprintf("%s %d %d %d", p.name, p.a, p.b, p.c) }

// A parser reads slices again, as far as their syntax goes, and counts the parts
// of it that it has met. It knows the tables from the other side.
type parser struct {
	width, height int // in macroblocks
	met           map[part]bool

	payload []byte
	at      int // in bits
	failed  error

	counts  [3]grid
	modes   grid
	inverse map[*code]map[code]int // of each table
}

var errSyntax = errors.New("syntax")

func newParser(width, height int) *parser {
	return &parser{width: macroblocks(width), height: macroblocks(height), met: make(map[part]bool), inverse: make(map[*code]map[code]int)}
}

func (p *parser) fail(format string, arguments ...any) {
	if p.failed == nil {
		p.failed = fmt.Errorf("%w: bit %d: %s", errSyntax, p.at, fmt.Sprintf(format, arguments...))
	}
}

func (p *parser) see(name string, numbers ...int) {
	var n [3]int
	copy(n[:], numbers)
	p.met[part{name, n[0], n[1], n[2]}] = true
}

func (p *parser) bits(n int) (v int) {
	for range n {
		if p.at >= 8*len(p.payload) {
			p.fail("no more bits")
			return 0
		}
		v = v<<1 | int(p.payload[p.at/8]>>(7-p.at%8)&1)
		p.at++
	}
	return v
}

func (p *parser) ue() int {
	zeros := 0
	for p.failed == nil && p.bits(1) == 0 {
		zeros++
	}
	if zeros > 16 {
		p.fail("a code of %d zeros", zeros)
		return 0
	}
	return 1<<zeros - 1 + p.bits(zeros)
}

func (p *parser) se() int {
	v := p.ue()
	if v%2 == 1 {
		return (v + 1) / 2
	}
	return -v / 2
}

// in reads a code of a table.
func (p *parser) in(table []code) int {
	inverse := p.inverse[&table[0]]
	if inverse == nil {
		inverse = make(map[code]int)
		for i, c := range table {
			inverse[c] = i
		}
		p.inverse[&table[0]] = inverse
	}
	var c code
	for c.length < 16 && p.failed == nil {
		c = code{c.bits<<1 | uint16(p.bits(1)), c.length + 1}
		if i, ok := inverse[c]; ok {
			return i
		}
	}
	p.fail("no code of the table")
	return 0
}

// slice reads a sample of one slice.
func (p *parser) slice(sample []byte) error {
	p.failed, p.at = nil, 0
	if len(sample) < 5 || int(binary.BigEndian.Uint32(sample)) != len(sample)-4 {
		return fmt.Errorf("%w: a sample of %d bytes", errSyntax, len(sample))
	}
	for _, emulated := range [][]byte{{0, 0, 0}, {0, 0, 1}, {0, 0, 2}} {
		if bytes.Contains(sample[5:], emulated) {
			return fmt.Errorf("%w: a start code in a slice", errSyntax)
		}
	}
	p.payload = bytes.ReplaceAll(sample[5:], []byte{0, 0, 3}, []byte{0, 0})
	if len(p.payload) != len(sample)-5 {
		p.see("emulation prevention")
	}
	p.counts = [3]grid{newGrid(4*p.width, 4*p.height), newGrid(2*p.width, 2*p.height), newGrid(2*p.width, 2*p.height)}
	for i := range p.counts {
		p.counts[i].fill(0)
	}
	p.modes = newGrid(4*p.width, 4*p.height)
	p.modes.fill(average)

	idr := sample[4] == nalIDR
	p.ue()
	kind := p.ue()
	if idr != (kind == 7) || !idr && kind != 5 {
		p.fail("a slice of type %d", kind)
	}
	p.ue()
	p.bits(4)
	if idr {
		p.ue()
		p.bits(2)
	} else {
		p.bits(3)
	}
	qp := initialQP + p.se()
	p.see("slice QP", qp)
	p.ue()
	for i := 0; i < p.width*p.height && p.failed == nil; i++ {
		if !idr {
			run := p.ue()
			if run > 0 {
				p.see("skipped")
			}
			if i += run; i == p.width*p.height {
				break
			}
		}
		start := p.at
		p.macroblock(i%p.width, i/p.width, idr, &qp)
		if p.at-start > maxBits {
			p.fail("a macroblock of %d bits", p.at-start)
		}
	}
	if p.bits(1) != 1 {
		p.fail("no stop bit")
	}
	for p.failed == nil && p.at < 8*len(p.payload) {
		if p.at%8 == 0 || p.bits(1) != 0 {
			p.fail("more behind the stop bit")
		}
	}
	return p.failed
}

func (p *parser) macroblock(x, y int, idr bool, qp *int) {
	kind := p.ue()
	inSlice := 0 // of type I
	if !idr {
		inSlice = 1 // of type P
		kind -= 5
	}
	chroma, luma, first, isSmooth := 0, 0, 0, false
	pattern := func(name string, table *[48]uint8) {
		number := p.ue()
		if number >= 48 {
			p.fail("pattern %d", number)
			return
		}
		p.see(name, number)
		luma, chroma = int(table[number]&15), int(table[number]>>4)
	}
	switch {
	case kind == -5:
		p.see("P_L0_16x16")
		p.vector()
		pattern("inter pattern", &interPatterns)
	case kind == -2:
		p.see("P_8x8")
		for range 4 {
			if p.ue() != 0 {
				p.fail("parts of quarters")
			}
		}
		for range 4 {
			p.vector()
		}
		pattern("inter pattern", &interPatterns)
	case kind == 0:
		p.see("I_NxN", inSlice)
		for b := range 16 {
			left, above := p.modes.around(4*x+blockX[b], 4*y+blockY[b])
			mode := min(left, above)
			if max(left, above) == notThere {
				mode = average
			}
			if p.bits(1) == 0 {
				rest := p.bits(3)
				if rest >= mode {
					rest++
				}
				mode = rest
			}
			p.see("mode of a block", mode)
			p.modes.set(4*x+blockX[b], 4*y+blockY[b], uint8(mode))
		}
		p.see("mode of chroma", p.ue())
		pattern("intra pattern", &intraPatterns)
	case kind >= 1 && kind <= 24:
		p.see("Intra_16x16", kind, inSlice)
		kind--
		chroma, isSmooth, first = kind/4%3, true, 1
		if kind >= 12 {
			luma = 15
		}
		p.see("mode of chroma", p.ue())
	default:
		p.fail("a macroblock of type %d", kind)
	}
	if luma+chroma > 0 || isSmooth {
		delta := p.se()
		if delta < -26 || delta > 25 {
			p.fail("a step of %d in QP", delta)
		}
		if delta != 0 {
			p.see("QP of a macroblock")
		}
		*qp = (*qp + delta + 52) % 52
	}
	if isSmooth {
		p.block(p.counts[0].context(4*x, 4*y), 16)
	}
	for b := range 16 {
		if luma>>(b/4)&1 != 0 {
			x, y := 4*x+blockX[b], 4*y+blockY[b]
			p.counts[0].set(x, y, uint8(p.block(p.counts[0].context(x, y), 16-first)))
		}
	}
	if chroma > 0 {
		p.block(chromaDC, 4)
		p.block(chromaDC, 4)
	}
	for i := 1; i < 3 && chroma == 2; i++ {
		for b := range 4 {
			x, y := 2*x+b%2, 2*y+b/2
			p.counts[i].set(x, y, uint8(p.block(p.counts[i].context(x, y), 15)))
		}
	}
}

func (p *parser) vector() {
	if x, y := p.se(), p.se(); x%4 != 0 || y%4 != 0 {
		p.fail("a part of a pixel")
	}
}

// flatTokens are coeffTokens with four for each number of levels.
var flatTokens = func() (flat [len(coeffTokens)][]code) {
	for context, table := range coeffTokens {
		for _, row := range table {
			flat[context] = append(flat[context], append(slices.Clone(row), make([]code, 4-len(row))...)...)
		}
	}
	return flat
}()

// block reads a block of at most so many levels, and gives their number.
func (p *parser) block(context uint8, most int) int {
	token := p.in(flatTokens[context])
	total, ones := token/4, token%4
	p.see("coeff_token", int(context), total, ones)
	if total > most {
		p.fail("%d levels of %d", total, most)
		return 0
	}
	p.bits(ones)
	suffix := 0
	if total > 10 && ones < 3 {
		suffix = 1
	}
	for i := ones; i < total && p.failed == nil; i++ {
		prefix := 0
		for p.failed == nil && p.bits(1) == 0 {
			prefix++
		}
		if prefix > 15 {
			p.fail("a prefix of %d", prefix)
		}
		p.see("level", prefix, suffix)
		length := suffix
		switch {
		case prefix == 15:
			length = 12
		case prefix == 14 && suffix == 0:
			length = 4
		}
		number := prefix<<suffix + p.bits(length)
		if prefix == 15 && suffix == 0 {
			number += 15
		}
		if i == ones && ones < 3 {
			number += 2
		}
		size := number/2 + 1
		if suffix == 0 {
			suffix = 1
		}
		if size > 3<<(suffix-1) && suffix < 6 {
			suffix++
		}
	}
	zeros := 0
	switch {
	case total == 0 || total == most:
	case context == chromaDC:
		zeros = p.in(chromaTotalZeros[total])
		p.see("total_zeros of chroma", total, zeros)
	default:
		zeros = p.in(totalZeros[total])
		p.see("total_zeros", total, zeros)
	}
	if zeros > most-total {
		p.fail("%d zeros and %d levels of %d", zeros, total, most)
	}
	for i := 0; i < total-1 && zeros > 0 && p.failed == nil; i++ {
		run := p.in(runsBefore[min(zeros, 7)])
		p.see("run_before", min(zeros, 7), run)
		zeros -= run
	}
	if zeros < 0 {
		p.fail("longer runs than zeros")
	}
	return total
}
