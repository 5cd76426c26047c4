package h264

import "math"

// A choice is a way to encode a macroblock.
type choice struct {
	way     way
	vectors [4]Motion // of the quarters, or the first of the whole
	mode    int       // of prediction from neighbours
}

type way uint8

const (
	whole    way = iota // P_L0_16x16, or skipped
	quarters            // P_8x8
	smooth              // Intra_16x16: all of it predicted in one mode
	fine                // Intra_4x4: each block by itself
)

// distortionWeights has how many squares of differences a bit is worth at each
// QP, and vectorWeights how many absolute ones.
var distortionWeights, vectorWeights = func() (squares, absolute [MaxQP + 1]int) {
	for qp := range squares {
		squares[qp] = max(1, int(math.Round(0.85*math.Exp2(float64(qp-12)/3))))
		absolute[qp] = max(1, int(math.Round(math.Exp2(float64(qp-12)/6))))
	}
	return squares, absolute
}()

// keyframe encodes a macroblock of an IDR frame.
func (e *Encoder) keyframe() {
	if e.isUniform() {
		e.writeUniform()
		return
	}
	mode, _ := e.intraLuma()
	e.cheapest(choice{way: smooth, mode: mode}, choice{way: fine})
}

// changed encodes a macroblock that differs from the frame before, and whose
// pixels and those of its neighbours were then where the vectors say.
func (e *Encoder) changed(motion []Motion) {
	m, v := &e.mb, &e.vectors
	predicted, skip := v.predict(m.first, 2, true), v.predictSkip(m.first)
	// Painters mark more than what differs.
	if skip == (Motion{}) && e.isAsPainted(skip) {
		e.unchanged()
		return
	}
	var c candidates
	c.add(skip)
	if motion != nil {
		c.add(motion[m.index])
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

	weight, silent := vectorWeights[e.qp], quantizers[e.qp].silent
	uniform := e.isUniform()
	best, least := 0, math.MaxInt
	for i := 0; i < c.n; i++ {
		errors := &c.errors[i]
		if !uniform && e.isAsPainted(c.of[i]) {
			e.write(&choice{vectors: [4]Motion{c.of[i]}})
			return
		}
		e.compare(c.of[i], errors)
		sum := errors[0] + errors[1] + errors[2] + errors[3]
		price := sum
		if c.of[i] != skip {
			price += weight * vectorBits(c.of[i], predicted)
		}
		if price < least || uniform && sum == 0 {
			best, least = i, price
		}
		if sum == 0 || !uniform && max(errors[0], errors[1], errors[2], errors[3]) <= silent {
			c.n = i + 1
		}
	}
	moved := choice{vectors: [4]Motion{c.of[best]}}

	switch errors := &c.errors[best]; {
	case uniform:
		e.predictSquare(0, c.of[best], 2)
		if !e.isExact() {
			e.writeUniform()
			return
		}
		e.write(&moved)
	case max(errors[0], errors[1], errors[2], errors[3]) <= silent:
		e.write(&moved)
	default:
		mode, off := e.intraLuma()
		split, canSplit := e.split(&c, least, weight)
		var ways [4]choice
		n := 0
		add := func(c choice) {
			ways[n] = c
			n++
		}
		// What is off by much more than another way is not tried.
		if least < muchMore*off {
			add(moved)
			if canSplit {
				add(split)
			}
		}
		if off < muchMore*least {
			add(choice{way: smooth, mode: mode})
			add(choice{way: fine})
		}
		e.cheapest(ways[:n]...)
	}
}

// muchMore is how many times as much.
const muchMore = 3

// enough is how many bits a macroblock may take without other ways being tried.
const enough = 64

// cheapest writes the macroblock in the way that costs least in bits and in what
// it is off from the painted one, unless the first takes few bits anyway.
func (e *Encoder) cheapest(choices ...choice) {
	before, start := e.mark(), e.bits.length()
	best, least, last := 0, math.MaxInt, 0
	for i := range choices {
		if i > 0 {
			e.goBack(before)
		}
		e.write(&choices[i])
		last = i
		bits := e.bits.length() - start
		if i == 0 && bits < enough {
			return
		}
		if cost := e.distortion() + distortionWeights[e.qp]*bits; cost < least {
			best, least = i, cost
		}
	}
	if best != last {
		e.goBack(before)
		e.write(&choices[best])
	}
}

// distortion sums up the squares of the differences between the macroblock as it
// was painted and as a decoder has it.
func (e *Encoder) distortion() int {
	m := &e.mb
	return squares(m.source[0], e.source[0].stride, m.current[0], e.current[0].stride, 16) +
		squares(m.source[1], e.source[1].stride, m.current[1], e.current[1].stride, 8) +
		squares(m.source[2], e.source[2].stride, m.current[2], e.current[2].stride, 8)
}

// write encodes the macroblock, with a coarser quantiser if it becomes larger than
// it may.
func (e *Encoder) write(c *choice) {
	before, start := e.mark(), e.bits.length()
	e.stale[e.mb.index] = true
	for qp := e.qp; ; qp = min(qp+4, MaxQP) {
		switch c.way {
		case whole:
			e.writeWhole(c.vectors[0], qp)
		case quarters:
			e.writeQuarters(&c.vectors, qp)
		case smooth:
			e.writeSmooth(c.mode, e.intraChroma(), qp, false)
		case fine:
			e.writeFine(qp)
		}
		if e.bits.length()-start <= maxBits || qp == MaxQP {
			return
		}
		e.goBack(before)
	}
}

// mark is where a macroblock began.
type mark struct {
	position        position
	lastQP, skipped int
}

func (e *Encoder) mark() mark { return mark{e.bits.position(), e.lastQP, e.skipped} }

// goBack forgets what was written of a macroblock, which is then written anew.
func (e *Encoder) goBack(m mark) {
	e.bits.rewind(m.position)
	e.lastQP, e.skipped = m.lastQP, m.skipped
	for i, side := range [3]int{4, 2, 2} {
		for b := range side * side {
			e.counts[i].set(side*e.mb.x+b%side, side*e.mb.y+b/side, 0)
		}
	}
	for b := range 16 {
		e.modes.set(4*e.mb.x+b%4, 4*e.mb.y+b/4, average)
	}
}

// exactQPs are quantisers at which the DC level of luma, of chroma that is
// predicted evenly, of half-even and of any chroma is exact.
var exactQPs = [...]int{28, 22, 16, MinQP}

// writeUniform writes a macroblock of one colour so that it comes out exactly as
// that: traces of what was there before would be seen.
func (e *Encoder) writeUniform() {
	mode, _ := e.intraLuma()
	if !isUniform(e.mb.guess[mode][:], 16, 16) {
		mode = average
	}
	e.stale[e.mb.index] = true
	before := e.mark()
	e.writeSmooth(mode, e.intraChroma(), e.qp, true)
	for _, qp := range exactQPs {
		if e.isExact() {
			return
		}
		if qp < e.qp {
			e.goBack(before)
			e.writeSmooth(mode, average, qp, true)
		}
	}
}

// isUniform reports whether the painted macroblock has one colour.
func (e *Encoder) isUniform() bool {
	m := &e.mb
	return isUniform(m.source[0], e.source[0].stride, 16) && isUniform(m.source[1], e.source[1].stride, 8) && isUniform(m.source[2], e.source[2].stride, 8)
}

// isExact reports whether a macroblock of one colour comes out as it was painted.
func (e *Encoder) isExact() bool {
	m := &e.mb
	for i, side := range [3]int{16, 8, 8} {
		if m.current[i][0] != m.source[i][0] || !isUniform(m.current[i], e.current[i].stride, side) {
			return false
		}
	}
	return true
}
