package h264

// macroblock is the one that is being encoded.
type macroblock struct {
	index int
	x, y  int // in macroblocks
	first int // its first quarter among the vectors

	source  [3][]byte // the painted pixels from its first on
	current [3][]byte // as a decoder has them; holds the prediction first

	luma     [16][16]int16   // levels by zigzag, in the order of the stream
	lumaDC   [16]int16       // of an intra macroblock
	chroma   [2][4][16]int16 // without the DC
	chromaDC [2][4]int16
	pattern  int // coded_block_pattern: which of these are not all zero

	guess [3][256]byte // predictions of luma from neighbours
	modes [16]uint8    // of prediction, of each block
	room  [17 * 17]byte
}

// maxBits is what a macroblock may take at most (A.3.1).
const maxBits = 3200

// place goes to the macroblock at x and y.
func (m *macroblock) place(e *Encoder, x, y int) {
	m.index, m.x, m.y = y*e.mbWidth+x, x, y
	m.first = e.vectors.index(2*x, 2*y)
}

// load looks at its pixels, which one that did not change need not.
func (m *macroblock) load(e *Encoder) {
	for i, side := range [3]int{16, 8, 8} {
		m.source[i] = e.source[i].at(side*m.x, side*m.y)
		m.current[i] = e.current[i].at(side*m.x, side*m.y)
	}
}

// writeRun writes how many macroblocks were skipped before this one.
func (e *Encoder) writeRun() {
	if e.frameNumber > 0 {
		e.bits.ue(uint32(e.skipped))
	}
	e.skipped = 0
}

// writeQP writes the quantiser as the difference from the last one, which goes
// from -26 to 25 and around the end of the scale (7.4.5).
func (e *Encoder) writeQP(qp int) {
	const scale = MaxQP + 1
	e.bits.se((qp-e.lastQP+scale/2+scale)%scale - scale/2)
	e.lastQP = qp
}

// quantizeChroma makes levels of what of chroma remains after prediction and
// adds to the prediction what a decoder makes of them.
func (e *Encoder) quantizeChroma(qp int, rounding rounding) {
	m, q := &e.mb, &quantizers[chromaQP[qp]]
	r := &q.roundings[rounding]
	stride := e.current[1].stride
	for i := range 2 {
		source, current := m.source[i+1], m.current[i+1]
		sourceStride := e.source[i+1].stride
		m.chromaDC[i] = [4]int16{}
		if rounding == inter && absDifferences(source, sourceStride, current, stride, 8) <= q.silent {
			m.chroma[i] = [4][16]int16{}
			continue
		}
		var coefficients [4]residual
		var dc [4]int32
		rest, score := 0, 0
		for b := range 4 {
			x, y := 4*(b&1), 4*(b>>1)
			c := &coefficients[b]
			c.forward(source[y*sourceStride+x:], sourceStride, current[y*stride+x:], stride)
			dc[b] = c[0]
			if q.levels(c, &m.chroma[i][b], 1, r) {
				rest |= 1 << b
				score += worth(&m.chroma[i][b])
			}
		}
		if rest != 0 && rounding == inter && score < 7 {
			m.chroma[i] = [4][16]int16{}
			rest = 0
		}
		hadamard2(&dc)
		for b := range dc {
			m.chromaDC[i][b] = q.level(dc[b], r)
		}
		if m.chromaDC[i] == ([4]int16{}) && rest == 0 {
			continue
		}
		m.pattern |= 16
		if rest != 0 {
			m.pattern |= 32
		}
		for b := range dc {
			dc[b] = int32(m.chromaDC[i][b])
		}
		hadamard2(&dc)
		for b := range 4 {
			x, y := 4*(b&1), 4*(b>>1)
			c := &coefficients[b]
			c[0] = dc[b] * q.scale[0] >> 1
			e.restore(c, q, &m.chroma[i][b], rest>>b&1 != 0, current[y*stride+x:], stride)
		}
	}
	if m.pattern&32 != 0 {
		// One code says whether there are others than the DC.
		m.pattern &^= 16
	}
}

// restore adds a block to its prediction as a decoder does. c has the DC
// coefficient; the others come of the levels if there are any.
func (e *Encoder) restore(c *residual, q *quantizer, levels *[16]int16, more bool, current []byte, stride int) {
	switch {
	case more:
		q.scaleBack(levels, c, 1)
		c.addTo(current, stride)
	case c[0] != 0:
		addDC((c[0]+32)>>6, current, stride)
	}
}

// addDC adds the same to all pixels of a block.
func addDC(d int32, block []byte, stride int) {
	if d == 0 {
		return
	}
	for y := range 4 {
		p := block[y*stride:][:4:4]
		for x := range p {
			p[x] = clip(int32(p[x]) + d)
		}
	}
}

// worth says how much a block's levels improve it: those that are alone and ±1
// are worth little, the less the higher their frequency. Others are worth
// whatever is asked for.
func worth(levels *[16]int16) int {
	score, run := 0, 0
	for i := 1; i < 16; i++ {
		switch levels[i] {
		case 0:
			run++
			continue
		case 1, -1:
		default:
			return 9
		}
		switch {
		case run == 0:
			score += 3
		case run < 3:
			score += 2
		case run < 6:
			score++
		}
		run = 0
	}
	return score
}

// writeLuma writes the blocks that the pattern says are there.
func (e *Encoder) writeLuma(from int) {
	m, counts := &e.mb, &e.counts[0]
	for b := range 16 {
		x, y := 4*m.x+blockX[b], 4*m.y+blockY[b]
		count := 0
		if m.pattern>>(b/4)&1 != 0 {
			count = e.bits.block(m.luma[b][from:], counts.context(x, y))
		}
		counts.set(x, y, uint8(count))
	}
}

func (e *Encoder) writeChroma() {
	m := &e.mb
	if m.pattern>>4 != 0 {
		e.bits.block(m.chromaDC[0][:], chromaDC)
		e.bits.block(m.chromaDC[1][:], chromaDC)
	}
	for i := range 2 {
		counts := &e.counts[i+1]
		for b := range 4 {
			x, y := 2*m.x+b&1, 2*m.y+b>>1
			count := 0
			if m.pattern>>5 != 0 {
				count = e.bits.block(m.chroma[i][b][1:], counts.context(x, y))
			}
			counts.set(x, y, uint8(count))
		}
	}
}
