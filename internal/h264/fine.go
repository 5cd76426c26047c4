package h264

import "math"

// Prediction of luma block by block (8.3.1).

// The modes of Table 8-2 beside vertical, horizontal and average.
const (
	downLeft = 3 + iota
	downRight
	verticalRight
	horizontalDown
	verticalLeft
	horizontalUp
	fineModes
)

// edge is what surrounds a block of four by four: the pixels at its left from the
// lowest to the highest, the one at the corner, eight above, the last twice.
type edge struct {
	pixels      [14]int32
	left, above bool // whether they are there
}

// Where these begin.
const (
	leftFirst  = 3 // and from there to lower indices
	corner     = 4
	aboveFirst = 5
)

// topRightFirst tells of a block within its macroblock whether what is at its top
// right comes before it, if what is above the macroblock is not meant.
var topRightFirst = [16]bool{2: true, 6: true, 8: true, 9: true, 10: true, 12: true, 14: true}

// edge gives what surrounds a block of the macroblock.
func (e *Encoder) edge(b int) (around edge) {
	m, p := &e.mb, &e.current[0]
	x, y := 16*m.x+4*blockX[b], 16*m.y+4*blockY[b]
	around.left, around.above = x > 0, y > 0
	a := &around.pixels
	if around.left {
		for j := range 4 {
			a[leftFirst-j] = int32(p.pix[(y+j)*p.stride+x-1])
		}
	}
	if around.above {
		row := p.at(0, y-1)
		if around.left {
			a[corner] = int32(row[x-1])
		}
		for j := range 4 {
			a[aboveFirst+j] = int32(row[x+j])
		}
		known := topRightFirst[b]
		if blockY[b] == 0 {
			known = x+4 < p.width
		}
		for j := 4; j < 8; j++ {
			a[aboveFirst+j] = a[aboveFirst+3]
			if known {
				a[aboveFirst+j] = int32(row[x+j])
			}
		}
		a[aboveFirst+8] = a[aboveFirst+7]
	}
	return around
}

// has reports whether the pixels that a mode needs are there.
func (a *edge) has(mode int) bool {
	switch mode {
	case vertical, downLeft, verticalLeft:
		return a.above
	case horizontal, horizontalUp:
		return a.left
	case average:
		return true
	}
	return a.left && a.above
}

// predict writes the prediction of a mode.
func (a *edge) predict(mode int, block *[16]byte) {
	p := &a.pixels
	mean := func(i int) int32 { return (p[i] + p[i+1] + 1) >> 1 }
	weighted := func(i int) int32 { return (p[i-1] + 2*p[i] + p[i+1] + 2) >> 2 }
	var dc int32 = 128
	if mode == average {
		above := p[aboveFirst] + p[aboveFirst+1] + p[aboveFirst+2] + p[aboveFirst+3]
		left := p[0] + p[1] + p[2] + p[3]
		switch {
		case a.left && a.above:
			dc = (above + left + 4) >> 3
		case a.left:
			dc = (left + 2) >> 2
		case a.above:
			dc = (above + 2) >> 2
		}
	}
	for i := range block {
		x, y := i&3, i>>2
		v := dc
		switch mode {
		case vertical:
			v = p[aboveFirst+x]
		case horizontal:
			v = p[leftFirst-y]
		case downLeft:
			v = weighted(aboveFirst + x + y + 1)
		case downRight:
			v = weighted(corner + x - y)
		case verticalRight:
			switch z, at := 2*x-y, x-y>>1; {
			case z < -1:
				v = weighted(corner + 1 - y)
			case z&1 == 0:
				v = mean(corner + at)
			default:
				v = weighted(corner + at)
			}
		case horizontalDown:
			switch z, at := 2*y-x, y-x>>1; {
			case z < -1:
				v = weighted(corner - 1 + x)
			case z&1 == 0:
				v = mean(leftFirst - at)
			default:
				v = weighted(corner - at)
			}
		case verticalLeft:
			if y&1 == 0 {
				v = mean(aboveFirst + x + y>>1)
			} else {
				v = weighted(aboveFirst + x + y>>1 + 1)
			}
		case horizontalUp:
			switch z, at := x+2*y, leftFirst-1-(y+x>>1); {
			case z > 5:
				v = p[0]
			case z == 5:
				v = (p[1] + 3*p[0] + 2) >> 2
			case z&1 == 0:
				v = mean(at)
			default:
				v = weighted(at)
			}
		}
		block[i] = byte(v)
	}
}

// writeFine writes the macroblock with a mode for each block of luma.
func (e *Encoder) writeFine(qp int) {
	m := &e.mb
	e.vectors.setAll(m.first, Motion{}, fromIntra)
	m.pattern = 0
	var expected [16]uint8
	for b := range 16 {
		expected[b] = e.expectedMode(b)
		e.predictFine(b, int(expected[b]))
		if e.quantizeFine(b, &quantizers[qp]) {
			m.pattern |= 1 << (b / 4)
		}
	}
	chroma := e.intraChroma()
	for i := 1; i < 3; i++ {
		e.predictChroma(i, chroma, m.current[i], e.current[i].stride)
	}
	e.quantizeChroma(qp, intra)

	e.writeRun()
	w := &e.bits
	if e.frameNumber > 0 {
		w.ue(5) // I_NxN in a P slice
	} else {
		w.ue(0)
	}
	for b, mode := range m.modes {
		w.flag(mode == expected[b])
		switch {
		case mode < expected[b]:
			w.put(uint32(mode), 3)
		case mode > expected[b]:
			w.put(uint32(mode-1), 3)
		}
	}
	w.ue(chromaMode[chroma])
	w.ue(uint32(intraPatternNumber[m.pattern]))
	if m.pattern != 0 {
		e.writeQP(qp)
	}
	e.writeLuma(0)
	e.writeChroma()
}

// expectedMode is what the modes at the left and above let expect.
func (e *Encoder) expectedMode(b int) uint8 {
	left, above := e.modes.around(4*e.mb.x+blockX[b], 4*e.mb.y+blockY[b])
	if left == notThere || above == notThere {
		return average
	}
	return uint8(min(left, above))
}

// predictFine chooses the mode of a block and writes its prediction.
func (e *Encoder) predictFine(b, expected int) {
	m := &e.mb
	around := e.edge(b)
	source, sourceStride := m.source[0][4*(blockY[b]*e.source[0].stride+blockX[b]):], e.source[0].stride
	current, stride := m.current[0][4*(blockY[b]*e.current[0].stride+blockX[b]):], e.current[0].stride
	var painted, block, best [16]byte
	copyBlock(painted[:], 4, source, sourceStride, 4, 4)
	least, weight := math.MaxInt, vectorWeights[e.qp]
	for i := range fineModes {
		// The expected one first: it is often good enough.
		mode := i
		switch i {
		case 0:
			mode = expected
		case expected:
			mode = 0
		}
		if !around.has(mode) {
			continue
		}
		around.predict(mode, &block)
		cost := 4 * weight
		if mode == expected {
			cost = weight
		}
		if cost += absDifferences(painted[:], 8, block[:], 8, 2); cost < least {
			least, best = cost, block
			m.modes[b] = uint8(mode)
		}
		if least <= 4*weight {
			break
		}
	}
	copyBlock(current, stride, best[:], 4, 4, 4)
	e.modes.set(4*m.x+blockX[b], 4*m.y+blockY[b], m.modes[b])
}

// quantizeFine makes levels of what of a block remains after prediction, and
// reports whether there are any.
func (e *Encoder) quantizeFine(b int, q *quantizer) bool {
	m := &e.mb
	source, sourceStride := m.source[0][4*(blockY[b]*e.source[0].stride+blockX[b]):], e.source[0].stride
	current, stride := m.current[0][4*(blockY[b]*e.current[0].stride+blockX[b]):], e.current[0].stride
	var c residual
	c.forward(source, sourceStride, current, stride)
	levels := &m.luma[b]
	if !q.levels(&c, levels, 0, &q.roundings[intra]) {
		return false
	}
	q.scaleBack(levels, &c, 0)
	c.addTo(current, stride)
	return true
}
