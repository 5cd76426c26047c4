package h264

import "math"

// unchanged encodes a macroblock that is as in the frame before.
func (e *Encoder) unchanged() {
	m := &e.mb
	if e.stale[m.index] {
		for i, side := range [3]int{16, 8, 8} {
			p := &e.current[i]
			copyBlock(p.at(side*m.x, side*m.y), p.stride, e.reference[i].at(side*m.x, side*m.y), p.stride, side, side)
		}
		e.stale[m.index] = false
	}
	// What its neighbours did is done to a skipped one.
	skip := e.vectors.predictSkip(m.first)
	if skip == (Motion{}) {
		e.skipped++
		return
	}
	if e.leadsToTheSame(skip) {
		e.vectors.setAll(m.first, skip, fromFrame)
		e.skipped++
		return
	}
	predicted := e.vectors.predict(m.first, 2, true)
	e.writeRun()
	e.bits.ue(0) // P_L0_16x16
	e.writeVector(Motion{}, predicted)
	e.bits.ue(uint32(interPatternNumber[0]))
}

// leadsToTheSame reports whether a vector predicts for the macroblock what is in
// its place, as on plain paper.
func (e *Encoder) leadsToTheSame(v Motion) bool {
	if v.X&1 != 0 || v.Y&1 != 0 {
		return false
	}
	m := &e.mb
	for i, side := range [3]int{16, 8, 8} {
		x, y := side*m.x, side*m.y
		from, stride := e.reference[i].window(x+int(v.X)*side/16, y+int(v.Y)*side/16, side, side, m.room[:])
		here := e.reference[i].at(x, y)
		for at := 0; at < side; at += 8 {
			if !equal(here[at:], e.reference[i].stride, from[at:], stride, 8, side) {
				return false
			}
		}
	}
	return true
}

// candidates are vectors to try.
type candidates struct {
	of     [8]Motion
	errors [8][4]int // the differences of each quarter
	n      int
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

// vectorBits is what a vector takes where another is expected.
func vectorBits(v, predicted Motion) int {
	return int(seBits(4*int(v.X-predicted.X)) + seBits(4*int(v.Y-predicted.Y)))
}

// writeVector writes a vector where another is expected.
func (e *Encoder) writeVector(v, predicted Motion) {
	e.bits.se(4 * int(v.X-predicted.X))
	e.bits.se(4 * int(v.Y-predicted.Y))
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

// writeWhole writes the macroblock with one vector.
func (e *Encoder) writeWhole(v Motion, qp int) {
	m := &e.mb
	predicted, skip := e.vectors.predict(m.first, 2, true), e.vectors.predictSkip(m.first)
	e.vectors.setAll(m.first, v, fromFrame)
	e.predictSquare(0, v, 2)
	e.quantizeInter(&[4]Motion{v, v, v, v}, qp)
	if m.pattern == 0 && v == skip {
		e.skipped++
		return
	}
	e.writeRun()
	e.bits.ue(0) // P_L0_16x16
	e.writeVector(v, predicted)
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

// split looks for a vector for each quarter, and reports whether that may cost
// less than the least.
func (e *Encoder) split(c *candidates, least, weight int) (s choice, ok bool) {
	s.way = quarters
	// The number of the type, and of those of the quarters.
	total := weight * (5 + 4 - 1)
	for i := range 4 {
		at, topRight := e.quarter(i)
		predicted := e.vectors.predict(at, 1, topRight)
		cheapest := math.MaxInt
		for j, v := range c.of[:c.n] {
			if price := c.errors[j][i] + weight*vectorBits(v, predicted); price < cheapest {
				s.vectors[i], cheapest = v, price
			}
		}
		if total += cheapest; total >= least {
			return s, false
		}
		e.vectors.of[at], e.vectors.kind[at] = s.vectors[i], fromFrame
	}
	return s, true
}

// quarter gives the index of a quarter among the vectors, and whether what is at
// its top right comes before it.
func (e *Encoder) quarter(i int) (at int, topRight bool) {
	return e.mb.first + i&1 + i>>1*e.vectors.stride, i != 3
}

// writeQuarters writes the macroblock with a vector for each quarter.
func (e *Encoder) writeQuarters(vectors *[4]Motion, qp int) {
	for i, v := range vectors {
		e.predictSquare(i, v, 1)
	}
	e.quantizeInter(vectors, qp)
	e.writeRun()
	e.bits.ue(3) // P_8x8
	for range 4 {
		e.bits.ue(0) // P_L0_8x8
	}
	for i, v := range vectors {
		at, topRight := e.quarter(i)
		predicted := e.vectors.predict(at, 1, topRight)
		e.vectors.of[at], e.vectors.kind[at] = v, fromFrame
		e.writeVector(v, predicted)
	}
	e.writeInter(qp)
}

// isAsPainted reports whether the macroblock was painted exactly as where a
// vector points to in the frame before.
func (e *Encoder) isAsPainted(v Motion) bool {
	for i := range 4 {
		if !e.isQuarterAsPainted(i, v) {
			return false
		}
	}
	return true
}

func (e *Encoder) isQuarterAsPainted(i int, v Motion) bool {
	if v.X&1 != 0 || v.Y&1 != 0 {
		return false
	}
	m := &e.mb
	x, y := 8*(i&1), 8*(i>>1)
	from, stride := e.before[0].window(16*m.x+x+int(v.X), 16*m.y+y+int(v.Y), 8, 8, m.room[:])
	if !equal(m.source[0][y*e.source[0].stride+x:], e.source[0].stride, from, stride, 8, 8) {
		return false
	}
	x, y = x/2, y/2
	for p := 1; p < 3; p++ {
		from, stride := e.before[p].window(8*m.x+x+int(v.X>>1), 8*m.y+y+int(v.Y>>1), 4, 4, m.room[:])
		if !equal(m.source[p][y*e.source[p].stride+x:], e.source[p].stride, from, stride, 4, 4) {
			return false
		}
	}
	return true
}

// quantizeInter makes levels of what remains after prediction from another frame,
// by a vector for each quarter, and adds to the prediction what a decoder makes of
// them. Levels that are worth less than their bits are left out, and so is what
// only differs because the frame before was coded: it was good enough there.
func (e *Encoder) quantizeInter(vectors *[4]Motion, qp int) {
	m, q := &e.mb, &quantizers[qp]
	m.pattern = 0
	asPainted := 0
	for i, v := range vectors {
		if e.isQuarterAsPainted(i, v) {
			asPainted |= 1 << i
		}
	}
	if asPainted == 15 {
		return
	}
	e.quantizeInterLuma(asPainted, q)
	e.quantizeChroma(qp, inter)
}

// quantizeInterLuma does that for the quarters of luma that are not left out.
func (e *Encoder) quantizeInterLuma(leftOut int, q *quantizer) {
	m := &e.mb
	source, sourceStride := m.source[0], e.source[0].stride
	current, stride := m.current[0], e.current[0].stride
	for i := range 4 {
		if leftOut>>i&1 != 0 {
			continue
		}
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
			if q.levels(&coefficients, levels, 0, &q.roundings[inter]) {
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
