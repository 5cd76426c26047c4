package h264

import "math"

// unchanged encodes a macroblock that is as in the frame before.
func (e *Encoder) unchanged() {
	m := &e.mb
	if e.stale[m.index] {
		for i, side := range [3]int{16, 8, 8} {
			p := &e.current[i]
			copyBlock(m.current[i], p.stride, e.reference[i].at(side*m.x, side*m.y), p.stride, side, side)
		}
		e.stale[m.index] = false
	}
	if e.vectors.predictSkip(m.first) == (Motion{}) {
		e.skipped++
		return
	}
	// What its neighbours did would be done to a skipped one.
	predicted := e.vectors.predict(m.first, 2, true)
	e.writeRun()
	e.bits.ue(0) // P_L0_16x16
	e.bits.se(-4 * int(predicted.X))
	e.bits.se(-4 * int(predicted.Y))
	e.bits.ue(uint32(interPatternNumber[0]))
}

// candidates are vectors to try.
type candidates struct {
	of    [8]Motion
	error [8][4]int // the differences of each quarter
	n     int
}

func (c *candidates) add(v Motion) {
	if c.n == len(c.of) || v.X < -maxMotionX || v.X > maxMotionX || v.Y < -maxMotionY || v.Y > maxMotionY {
		return
	}
	for _, known := range c.of[:c.n] {
		if known == v {
			return
		}
	}
	c.of[c.n] = v
	c.n++
}

// vectorWeights has how many absolute differences a bit is worth at each QP.
var vectorWeights = func() (weights [MaxQP + 1]int) {
	for qp := range weights {
		weights[qp] = max(1, int(math.Round(math.Exp2(float64(qp-12)/6))))
	}
	return weights
}()

// vectorBits is what a vector takes where another is expected.
func vectorBits(v, predicted Motion) int {
	return int(seBits(4*int(v.X-predicted.X)) + seBits(4*int(v.Y-predicted.Y)))
}

// changed encodes a macroblock that differs from the frame before.
func (e *Encoder) changed(motion []Motion, index int) {
	m, v := &e.mb, &e.vectors
	predicted := v.predict(m.first, 2, true)
	skip := v.predictSkip(m.first)
	var c candidates
	c.add(skip)
	if motion != nil {
		c.add(motion[index])
	}
	c.add(Motion{})
	c.add(predicted)
	if motion != nil {
		// What borders on something that moves often shows a part of it.
		for _, at := range [4][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
			if x, y := m.x+at[0], m.y+at[1]; x >= 0 && y >= 0 && x < e.mbWidth && y < e.mbHeight {
				c.add(motion[y*e.mbWidth+x])
			}
		}
	}

	weight := vectorWeights[e.qp]
	uniform := e.isUniform()
	silent := quantizers[e.qp].silent
	best, least, cost := 0, math.MaxInt, 0
	for i := 0; i < c.n; i++ {
		e.compare(c.of[i], &c.error[i])
		d := c.error[i][0] + c.error[i][1] + c.error[i][2] + c.error[i][3]
		price := d + weight*vectorBits(c.of[i], predicted)
		if c.of[i] == skip {
			price = d
		}
		if price < least || uniform && d == 0 {
			best, least, cost = i, price, d
		}
		if d == 0 || !uniform && max(c.error[i][0], c.error[i][1], c.error[i][2], c.error[i][3]) <= silent {
			c.n = i + 1
		}
	}

	if uniform {
		e.predictSquare(0, c.of[best], 2)
		if e.isExact() {
			v.setAll(m.first, c.of[best], fromFrame)
			e.finishInter(e.qp, c.of[best], predicted, skip)
			return
		}
		mode, _ := e.intraLuma()
		e.writeIntra(mode)
		return
	}

	if cost > 4*silent {
		if squares, ok := e.quarters(&c, least, weight); ok {
			e.writeQuarters(squares)
			return
		}
		if mode, intra := e.intraLuma(); intra+weight*8 < least {
			e.writeIntra(mode)
			return
		}
	}
	e.write(e.qp, func(qp int) {
		v.setAll(m.first, c.of[best], fromFrame)
		e.predictSquare(0, c.of[best], 2)
		e.finishInter(qp, c.of[best], predicted, skip)
	})
}

// compare sums up the differences between each quarter of the painted luma and
// what a vector predicts.
func (e *Encoder) compare(v Motion, quarters *[4]int) {
	m := &e.mb
	from, stride := e.reference[0].window(16*m.x+int(v.X), 16*m.y+int(v.Y), 16, 16, m.room[:])
	source, sourceStride := m.source[0], e.source[0].stride
	for i := range 4 {
		x, y := 8*(i&1), 8*(i>>1)
		quarters[i] = absDifferences(source[y*sourceStride+x:], sourceStride, from[y*stride+x:], stride, 8)
	}
}

// predictSquare writes what a vector predicts for the square that begins at a
// quarter and is so many of them wide.
func (e *Encoder) predictSquare(quarter int, v Motion, width int) {
	m := &e.mb
	x, y := 8*(quarter&1), 8*(quarter>>1)
	stride := e.current[0].stride
	from, fromStride := e.reference[0].window(16*m.x+x+int(v.X), 16*m.y+y+int(v.Y), 8*width, 8*width, m.room[:])
	copyBlock(m.current[0][y*stride+x:], stride, from, fromStride, 8*width, 8*width)

	x, y, side := x/2, y/2, 4*width
	right, below := int(v.X&1), int(v.Y&1)
	for i := 1; i < 3; i++ {
		p := &e.current[i]
		from, fromStride := e.reference[i].window(8*m.x+x+int(v.X>>1), 8*m.y+y+int(v.Y>>1), side+right, side+below, m.room[:])
		to := m.current[i][y*p.stride+x:]
		if right+below == 0 {
			copyBlock(to, p.stride, from, fromStride, side, side)
			continue
		}
		// Half-way between pixels (8.4.2.2.2). In a direction that is not, both of
		// a pair are the same.
		for j := range side {
			a, b := from[j*fromStride:], from[(j+below)*fromStride:]
			for k := range side {
				to[j*p.stride+k] = byte((int(a[k]) + int(a[k+right]) + int(b[k]) + int(b[k+right]) + 2) >> 2)
			}
		}
	}
}

// finishInter writes a macroblock of one vector whose prediction stands.
func (e *Encoder) finishInter(qp int, v, predicted, skip Motion) {
	e.quantizeInter(qp)
	e.stale[e.mb.index] = true
	if e.mb.pattern == 0 && v == skip {
		e.skipped++
		return
	}
	e.writeRun()
	e.bits.ue(0) // P_L0_16x16
	e.bits.se(4 * int(v.X-predicted.X))
	e.bits.se(4 * int(v.Y-predicted.Y))
	e.writeInter(qp)
}

// writeInter writes what all macroblocks have that come from another frame.
func (e *Encoder) writeInter(qp int) {
	m := &e.mb
	e.bits.ue(uint32(interPatternNumber[m.pattern]))
	if m.pattern != 0 {
		e.writeQP(qp)
	}
	e.writeLuma(0)
	e.writeChroma()
}

// quarters looks for a vector for each quarter, and reports whether that costs
// less. It leaves the vectors in place.
func (e *Encoder) quarters(c *candidates, least, weight int) (squares [4]Motion, ok bool) {
	// The number of the type, and of those of the quarters.
	total := weight * (5 + 4 - 1)
	for i := range 4 {
		at, topRight := e.quarter(i)
		predicted := e.vectors.predict(at, 1, topRight)
		cheapest := math.MaxInt
		for j, v := range c.of[:c.n] {
			if price := c.error[j][i] + weight*vectorBits(v, predicted); price < cheapest {
				squares[i], cheapest = v, price
			}
		}
		if total += cheapest; total >= least {
			return squares, false
		}
		e.vectors.of[at], e.vectors.kind[at] = squares[i], fromFrame
	}
	return squares, true
}

// quarter gives the index of a quarter among the vectors, and whether what is at
// its top right comes before it.
func (e *Encoder) quarter(i int) (at int, topRight bool) {
	return e.mb.first + i&1 + i>>1*e.vectors.stride, i != 3
}

// writeQuarters writes the macroblock with a vector for each quarter.
func (e *Encoder) writeQuarters(squares [4]Motion) {
	e.write(e.qp, func(qp int) {
		for i, v := range squares {
			e.predictSquare(i, v, 1)
		}
		e.quantizeInter(qp)
		e.writeRun()
		e.bits.ue(3) // P_8x8
		for range 4 {
			e.bits.ue(0) // P_L0_8x8
		}
		for i, v := range squares {
			at, topRight := e.quarter(i)
			predicted := e.vectors.predict(at, 1, topRight)
			e.vectors.of[at], e.vectors.kind[at] = v, fromFrame
			e.bits.se(4 * int(v.X-predicted.X))
			e.bits.se(4 * int(v.Y-predicted.Y))
		}
		e.writeInter(qp)
	})
}

// quantizeInter makes levels of what remains after prediction from another frame
// and adds to the prediction what a decoder makes of them. Levels that are worth
// less than their bits are left out.
func (e *Encoder) quantizeInter(qp int) {
	m, q := &e.mb, &quantizers[qp]
	m.pattern = 0
	e.quantizeInterLuma(q)
	e.quantizeChroma(qp, func(q *quantizer) *roundings { return &q.inter })
}

func (e *Encoder) quantizeInterLuma(q *quantizer) {
	m := &e.mb
	source, sourceStride := m.source[0], e.source[0].stride
	current, stride := m.current[0], e.current[0].stride
	for i := range 4 {
		x, y := 8*(i&1), 8*(i>>1)
		from, to := source[y*sourceStride+x:], current[y*stride+x:]
		if absDifferences(from, sourceStride, to, stride, 8) <= q.silent {
			continue
		}
		var coefficients residual
		rest, score := 0, 0
		for j := range 4 {
			x, y := 4*(j&1), 4*(j>>1)
			coefficients.forward(from[y*sourceStride+x:], sourceStride, to[y*stride+x:], stride)
			levels := &m.luma[4*i+j]
			if q.levels(&coefficients, levels, 0, &q.inter) {
				rest |= 1 << j
				score += worth(levels)
				if levels[0] != 0 {
					score = 9
				}
			}
		}
		if score < 4 {
			continue
		}
		m.pattern |= 1 << i
		for j := range 4 {
			if rest>>j&1 != 0 {
				x, y := 4*(j&1), 4*(j>>1)
				levels := &m.luma[4*i+j]
				coefficients[0] = int32(levels[0]) * q.scale[0]
				q.scaleBack(levels, &coefficients, 1)
				coefficients.addTo(to[y*stride+x:], stride)
			}
		}
	}
}
