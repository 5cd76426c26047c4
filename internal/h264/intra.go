package h264

import (
	"encoding/binary"
	"math"
)

// How luma is predicted from its neighbours (Table 8-4).
const (
	vertical = iota
	horizontal
	average
)

// chromaMode has the same for chroma (Table 8-5).
var chromaMode = [3]uint32{vertical: 2, horizontal: 1, average: 0}

// writeSmooth writes the macroblock with a mode for all its luma, which intraLuma
// has made, and one for chroma.
func (e *Encoder) writeSmooth(mode, chroma, qp int, uniform bool) {
	m, q := &e.mb, &quantizers[qp]
	rounding := intra
	if uniform {
		rounding = nearest
	}
	e.vectors.setAll(m.first, Motion{}, fromIntra)
	copyBlock(m.current[0], e.current[0].stride, m.guess[mode][:], 16, 16, 16)
	for i := 1; i < 3; i++ {
		e.predictChroma(i, chroma, m.current[i], e.current[i].stride)
	}
	m.pattern = 0
	e.quantizeSmoothLuma(q, &q.roundings[rounding])
	e.quantizeChroma(qp, rounding)

	e.writeRun()
	w := &e.bits
	number := uint32(1 + mode + 4*(m.pattern>>4))
	if m.pattern&15 != 0 {
		number += 12
	}
	if e.frameNumber > 0 {
		number += 5
	}
	w.ue(number)
	w.ue(chromaMode[chroma])
	e.writeQP(qp)
	w.block(m.lumaDC[:], e.counts[0].context(4*m.x, 4*m.y))
	e.writeLuma(1)
	e.writeChroma()
}

// quantizeSmoothLuma makes levels of what of luma remains after prediction, with
// the DC of all blocks transformed once more.
func (e *Encoder) quantizeSmoothLuma(q *quantizer, r *roundings) {
	m := &e.mb
	source, sourceStride := m.source[0], e.source[0].stride
	current, stride := m.current[0], e.current[0].stride
	var coefficients [16]residual
	var dc residual
	rest := 0
	for b := range 16 {
		x, y := blockX[b], blockY[b]
		c := &coefficients[b]
		c.forward(source[4*(y*sourceStride+x):], sourceStride, current[4*(y*stride+x):], stride)
		dc[4*y+x] = c[0]
		if q.levels(c, &m.luma[b], 1, r) {
			rest |= 1 << b
		}
	}
	if rest != 0 {
		m.pattern |= 15
	}
	dc.hadamard()
	for i, at := range zigzag {
		m.lumaDC[i] = q.level((dc[at]+1)>>1, r)
	}
	for i, at := range zigzag {
		dc[at] = int32(m.lumaDC[i])
	}
	dc.hadamard()
	for b := range 16 {
		x, y := blockX[b], blockY[b]
		c := &coefficients[b]
		c[0] = (dc[4*y+x]*q.scale[0] + 2) >> 2
		e.restore(c, q, &m.luma[b], rest>>b&1 != 0, current[4*(y*stride+x):], stride)
	}
}

// intraLuma makes the predictions of luma and gives the best and how far it is
// off.
func (e *Encoder) intraLuma() (mode, cost int) {
	m := &e.mb
	current, stride := &e.current[0], e.current[0].stride
	x, y := 16*m.x, 16*m.y
	sum, known := 0, 0
	cost = math.MaxInt
	consider := func(candidate int) {
		source, sourceStride, guess := m.source[0], e.source[0].stride, m.guess[candidate][:]
		c := absDifferences(source, sourceStride, guess, 16, 16) + absDifferences(source[8:], sourceStride, guess[8:], 16, 16)
		if c < cost {
			mode, cost = candidate, c
		}
	}
	if y > 0 {
		above := current.at(x, y-1)[:16]
		for j := range 16 {
			copy(m.guess[vertical][16*j:], above)
		}
		for _, p := range above {
			sum += int(p)
		}
		known++
	}
	if x > 0 {
		for j := range 16 {
			left := current.pix[(y+j)*stride+x-1]
			fill(m.guess[horizontal][16*j:], left, 16)
			sum += int(left)
		}
		known++
	}
	dc := 128
	if known > 0 {
		dc = (sum + 8*known) / (16 * known)
	}
	fill(m.guess[average][:], byte(dc), 256)
	consider(average)
	if y > 0 {
		consider(vertical)
	}
	if x > 0 {
		consider(horizontal)
	}
	return mode, cost
}

// fill writes the same n times, a multiple of eight.
func fill(dst []byte, v byte, n int) {
	for i := 0; i < n; i += 8 {
		binary.LittleEndian.PutUint64(dst[i:], uint64(v)*0x0101010101010101)
	}
}

// intraChroma gives the best prediction of chroma.
func (e *Encoder) intraChroma() int {
	m := &e.mb
	best, least := average, math.MaxInt
	for _, mode := range [3]int{average, vertical, horizontal} {
		if mode == vertical && m.y == 0 || mode == horizontal && m.x == 0 {
			continue
		}
		cost := 0
		for i := 1; i < 3; i++ {
			e.predictChroma(i, mode, m.room[:], 8)
			cost += absDifferences(m.source[i], e.source[i].stride, m.room[:], 8, 8)
		}
		if cost < least {
			best, least = mode, cost
		}
	}
	return best
}

// predictChroma writes the prediction of a plane of chroma (8.3.4).
func (e *Encoder) predictChroma(i, mode int, dst []byte, stride int) {
	m, current := &e.mb, &e.current[i]
	x, y := 8*m.x, 8*m.y
	switch mode {
	case vertical:
		above := current.at(x, y-1)[:8]
		for j := range 8 {
			copy(dst[j*stride:], above)
		}
	case horizontal:
		for j := range 8 {
			fill(dst[j*stride:], current.pix[(y+j)*current.stride+x-1], 8)
		}
	default:
		// The sums of four neighbours above and at the left, of each half.
		var above, left [2]int
		if y > 0 {
			for j, p := range current.at(x, y-1)[:8] {
				above[j/4] += int(p)
			}
		}
		if x > 0 {
			for j := range 8 {
				left[j/4] += int(current.pix[(y+j)*current.stride+x-1])
			}
		}
		for b := range 4 {
			column, row := b&1, b>>1
			dc := 128
			switch useAbove, useLeft := y > 0, x > 0; {
			case useAbove && useLeft && column == row:
				dc = (above[column] + left[row] + 4) >> 3
			case useAbove && (column > row || !useLeft):
				dc = (above[column] + 2) >> 2
			case useLeft:
				dc = (left[row] + 2) >> 2
			}
			for j := range 4 {
				at := dst[(4*row+j)*stride+4*column:]
				at[0], at[1], at[2], at[3] = byte(dc), byte(dc), byte(dc), byte(dc)
			}
		}
	}
}
