package h264

// vectors has the vectors of the quarters of macroblocks, with a border of such
// that are not there at the left, at the top and at the right.
type vectors struct {
	of     []Motion
	kind   []kind
	stride int
}

// kind is what a quarter of a macroblock is predicted from.
type kind int8

const (
	fromFrame kind = iota // from the frame before, by its vector
	fromIntra             // from its neighbours
	nowhere               // it is not there
)

func newVectors(width, height int) vectors {
	v := vectors{stride: width + 2}
	v.of = make([]Motion, v.stride*(height+1))
	v.kind = make([]kind, len(v.of))
	for i := range v.kind {
		v.kind[i] = nowhere
	}
	return v
}

// clear makes all quarters such that did not move.
func (v *vectors) clear() {
	clear(v.of)
	for row := v.stride; row < len(v.kind); row += v.stride {
		clear(v.kind[row+1 : row+v.stride-1])
	}
}

func (v *vectors) index(x, y int) int { return (y+1)*v.stride + x + 1 }

// setAll gives all quarters of a macroblock, whose first is at i, the same.
func (v *vectors) setAll(i int, m Motion, k kind) {
	for _, at := range [4]int{i, i + 1, i + v.stride, i + v.stride + 1} {
		v.of[at], v.kind[at] = m, k
	}
}

// predict gives the vector that the neighbours of a square, whose first quarter
// is at i and which is so many quarters wide, let expect (8.4.1.3). The one at
// the top right may be yet to come.
func (v *vectors) predict(i, width int, topRightKnown bool) Motion {
	a, b, c := i-1, i-v.stride, i-v.stride+width
	if !topRightKnown || v.kind[c] == nowhere {
		c = i - v.stride - 1
	}
	if v.kind[b] == nowhere && v.kind[c] == nowhere && v.kind[a] != nowhere {
		return v.of[a]
	}
	only, known := 0, 0
	for _, at := range [3]int{a, b, c} {
		if v.kind[at] == fromFrame {
			only = at
			known++
		}
	}
	if known == 1 {
		return v.of[only]
	}
	return Motion{median(v.of[a].X, v.of[b].X, v.of[c].X), median(v.of[a].Y, v.of[b].Y, v.of[c].Y)}
}

func median(a, b, c int16) int16 { return max(min(a, b), min(max(a, b), c)) }

// predictSkip gives the vector of a macroblock that is skipped (8.4.1.1).
func (v *vectors) predictSkip(i int) Motion {
	for _, at := range [2]int{i - 1, i - v.stride} {
		if v.kind[at] == nowhere || v.kind[at] == fromFrame && v.of[at] == (Motion{}) {
			return Motion{}
		}
	}
	return v.predict(i, 2, true)
}
