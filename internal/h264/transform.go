package h264

// The transform and the quantiser (8.5), written out because they are where the
// time of a macroblock goes.

// residual is what of a block remains after prediction, or its coefficients, row
// by row.
type residual [16]int32

// forward transforms the difference of a block and its prediction.
func (c *residual) forward(block []byte, stride int, prediction []byte, predictionStride int) {
	for y := range 4 {
		a, b := block[y*stride:][:4:4], prediction[y*predictionStride:][:4:4]
		d0, d1 := int32(a[0])-int32(b[0]), int32(a[1])-int32(b[1])
		d2, d3 := int32(a[2])-int32(b[2]), int32(a[3])-int32(b[3])
		s0, s1, s2, s3 := d0+d3, d1+d2, d1-d2, d0-d3
		row := c[4*y:][:4:4]
		row[0], row[1], row[2], row[3] = s0+s1, 2*s3+s2, s0-s1, s3-2*s2
	}
	for x := range 4 {
		d0, d1, d2, d3 := c[x], c[x+4], c[x+8], c[x+12]
		s0, s1, s2, s3 := d0+d3, d1+d2, d1-d2, d0-d3
		c[x], c[x+4], c[x+8], c[x+12] = s0+s1, 2*s3+s2, s0-s1, s3-2*s2
	}
}

// addTo transforms back and adds what comes of it to the prediction that stands
// in the block (8.5.12).
func (c *residual) addTo(block []byte, stride int) {
	for y := range 4 {
		row := c[4*y:][:4:4]
		e0, e1 := row[0]+row[2], row[0]-row[2]
		e2, e3 := row[1]>>1-row[3], row[1]+row[3]>>1
		row[0], row[1], row[2], row[3] = e0+e3, e1+e2, e1-e2, e0-e3
	}
	for x := range 4 {
		e0, e1 := c[x]+c[x+8], c[x]-c[x+8]
		e2, e3 := c[x+4]>>1-c[x+12], c[x+4]+c[x+12]>>1
		c[x], c[x+4], c[x+8], c[x+12] = e0+e3, e1+e2, e1-e2, e0-e3
	}
	for y := range 4 {
		p, row := block[y*stride:][:4:4], c[4*y:][:4:4]
		for x, d := range row {
			p[x] = clip(int32(p[x]) + (d+32)>>6)
		}
	}
}

func clip(v int32) byte {
	if uint32(v) > 255 {
		return byte(^v >> 31)
	}
	return byte(v)
}

// hadamard transforms the DC coefficients of a macroblock's luma, in either
// direction (8.5.10).
func (c *residual) hadamard() {
	for y := 0; y < 16; y += 4 {
		s0, s1 := c[y]+c[y+1], c[y]-c[y+1]
		s2, s3 := c[y+2]+c[y+3], c[y+2]-c[y+3]
		c[y], c[y+1], c[y+2], c[y+3] = s0+s2, s0-s2, s1-s3, s1+s3
	}
	for x := range 4 {
		s0, s1 := c[x]+c[x+4], c[x]-c[x+4]
		s2, s3 := c[x+8]+c[x+12], c[x+8]-c[x+12]
		c[x], c[x+4], c[x+8], c[x+12] = s0+s2, s0-s2, s1-s3, s1+s3
	}
}

// hadamard2 transforms the four DC coefficients of a plane of chroma (8.5.11).
func hadamard2(c *[4]int32) {
	s0, s1, s2, s3 := c[0]+c[1], c[0]-c[1], c[2]+c[3], c[2]-c[3]
	c[0], c[1], c[2], c[3] = s0+s2, s1+s3, s0-s2, s1-s3
}

// quantizer has the factors of one QP.
type quantizer struct {
	shift     uint      // of a factor
	factor    [16]int32 // by zigzag, for quantising
	scale     [16]int32 // by zigzag, for scaling back
	roundings [3]roundings
	silent    int // a block whose absolute differences sum up to this has no levels
}

// rounding is how far from zero a coefficient gets its level.
type rounding uint8

const (
	intra   rounding = iota // a third of the way to the next
	inter                   // a sixth
	nearest                 // half of it
)

// roundings is what is added before the shift, and the smallest coefficients
// that are not zero then.
type roundings struct {
	add       int32
	threshold [16]int32 // by zigzag
}

// Factors for quantising and for scaling back of the first six QPs (8.5.9): where
// row and column are even, where both are odd, and elsewhere.
var (
	quantFactors = [6][3]int32{{13107, 5243, 8066}, {11916, 4660, 7490}, {10082, 4194, 6554}, {9362, 3647, 5825}, {8192, 3355, 5243}, {7282, 2893, 4559}}
	scaleFactors = [6][3]int32{{10, 16, 13}, {11, 18, 14}, {13, 20, 16}, {14, 23, 18}, {16, 25, 20}, {18, 29, 23}}
)

var quantizers = func() (all [MaxQP + 1]quantizer) {
	for qp := range all {
		q := &all[qp]
		q.shift = uint(15 + qp/6)
		for i, at := range zigzag {
			class := 2
			switch row, column := at/4, at%4; {
			case row%2 == 0 && column%2 == 0:
				class = 0
			case row%2 == 1 && column%2 == 1:
				class = 1
			}
			q.factor[i] = quantFactors[qp%6][class]
			q.scale[i] = scaleFactors[qp%6][class] << (qp / 6)
		}
		one := int32(1) << q.shift
		for i, part := range [3]int32{intra: 3, inter: 6, nearest: 2} {
			r := &q.roundings[i]
			r.add = one / part
			for i, factor := range q.factor {
				r.threshold[i] = (one - r.add + factor - 1) / factor
			}
		}
		// A coefficient is at most the sum of the differences, four times that
		// where row and column are odd and twice elsewhere.
		most := max(q.factor[0], 4*q.factor[4], 2*q.factor[1])
		q.silent = int((one - q.roundings[inter].add - 1) / most)
	}
	return all
}()

// chromaQP is the QP of chroma for each of luma (Table 8-15).
var chromaQP = func() (qps [MaxQP + 1]int) {
	last := [...]int{29, 30, 31, 32, 32, 33, 34, 34, 35, 35, 36, 36, 37, 37, 37, 38, 38, 38, 39, 39, 39, 39}
	for qp := range qps {
		qps[qp] = qp
		if qp >= 30 {
			qps[qp] = last[qp-30]
		}
	}
	return qps
}()

// levels quantises the coefficients from the given one on, in the order of the
// zigzag, and reports whether one is not zero.
func (q *quantizer) levels(c *residual, levels *[16]int16, from int, r *roundings) bool {
	found := false
	for i := from; i < 16; i++ {
		v := c[zigzag[i]&15]
		sign := v >> 31
		size := (v ^ sign) - sign
		if size < r.threshold[i] {
			levels[i] = 0
			continue
		}
		level := int32(min((int64(size)*int64(q.factor[i])+int64(r.add))>>q.shift, maxLevel))
		levels[i] = int16((level ^ sign) - sign)
		found = true
	}
	return found
}

// scaleBack makes coefficients of levels.
func (q *quantizer) scaleBack(levels *[16]int16, c *residual, from int) {
	for i := from; i < 16; i++ {
		c[zigzag[i]&15] = int32(levels[i]) * q.scale[i]
	}
}

// level quantises a coefficient of a second transform.
func (q *quantizer) level(v int32, r *roundings) int16 {
	sign := v >> 31
	size := int64((v ^ sign) - sign)
	level := int32(min((size*int64(q.factor[0])+2*int64(r.add))>>(q.shift+1), maxLevel))
	return int16((level ^ sign) - sign)
}
