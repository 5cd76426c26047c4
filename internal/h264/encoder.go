// Package h264 encodes drawings as H.264 video: constrained baseline, CAVLC, one
// slice a frame, no deblocking, one reference frame, level 4.0. It is made for
// frames most of which is as it was in the frame before, and of which whoever
// painted them knows what changed and what moved. It stands for itself: names of
// sections and tables are those of Rec. ITU-T H.264.
//
// A frame is an *image.YCbCr with 4:2:0 subsampling and limited range BT.709
// values, whose sides are multiples of 16. The visible size may be smaller; the
// rest at the right and at the bottom is cropped by the players.
package h264

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
)

// Config says what is encoded.
type Config struct {
	Width, Height int // visible pixels, even
	QP            int // the quantiser, from MinQP to MaxQP; 24 is good for drawings
}

// Motion says where the pixels of a macroblock were in the frame before: X pixels
// to the right of where they are now and Y below. What moved down by four has
// Motion{0, -4}. Even vectors are best: half a pixel of chroma is an average.
type Motion struct{ X, Y int16 }

// The largest vector that the level allows is a little larger than this.
const (
	maxMotionX = 2000
	maxMotionY = 500
)

// An Encoder encodes the frames of one clip after another. It is for one
// goroutine, and holds about five bytes a pixel.
type Encoder struct {
	width, height     int
	mbWidth, mbHeight int
	qp                int // of the slice

	frameNumber int    // of the clip: the first is an IDR frame
	stale       []bool // macroblocks of current that are as they were two frames ago

	source, before     [3]plane // the painted frame, and the one before
	current, reference [3]plane // as a decoder has them: luma, then chroma
	counts             [3]grid  // of the levels of each block
	modes              grid     // in which the blocks of luma are predicted
	vectors            vectors

	bits    bitWriter
	sample  []byte
	skipped int // macroblocks since the last that was written
	lastQP  int // of the last macroblock that had levels

	mb macroblock
}

// New gives an encoder, or says why there is none for such frames.
func New(config Config) (*Encoder, error) {
	if err := checkSize(config.Width, config.Height); err != nil {
		return nil, err
	}
	if config.QP < MinQP || config.QP > MaxQP {
		return nil, fmt.Errorf("h264: a quantiser of %d is not between %d and %d", config.QP, MinQP, MaxQP)
	}
	w, h := macroblocks(config.Width), macroblocks(config.Height)
	e := &Encoder{
		width: config.Width, height: config.Height,
		mbWidth: w, mbHeight: h, qp: config.QP,
		stale:   make([]bool, w*h),
		vectors: newVectors(2*w, 2*h),
		modes:   newGrid(4*w, 4*h),
	}
	for i, side := range [3]int{16, 8, 8} {
		e.current[i] = newPlane(side*w, side*h)
		e.reference[i] = newPlane(side*w, side*h)
		e.before[i] = newPlane(side*w, side*h)
		e.counts[i] = newGrid(side/4*w, side/4*h)
	}
	return e, nil
}

// Encode encodes the next frame. Of the macroblocks, from left to right and row
// by row, changed tells which differ from the frame before, and motion where
// their pixels were then; it is a hint, and a wrong one costs bytes only. Without
// changed all are looked at, as they are in the first frame of a clip, which is
// an IDR frame and needs no other. No two IDR frames may follow each other, so a
// clip has at least two frames.
//
// The sample has its NAL unit behind its length in four bytes, as AVC in MP4
// wants it. It is overwritten by the next call.
func (e *Encoder) Encode(frame *image.YCbCr, changed []bool, motion []Motion) (sample []byte, keyframe bool, err error) {
	if err := e.load(frame); err != nil {
		return nil, false, err
	}
	all := e.mbWidth * e.mbHeight
	if changed != nil && len(changed) != all || motion != nil && len(motion) != all {
		return nil, false, fmt.Errorf("h264: %d marks and %d vectors for %d macroblocks", len(changed), len(motion), all)
	}
	keyframe = e.frameNumber == 0
	e.bits.reset()
	e.sliceHeader(keyframe)
	for i := range e.counts {
		e.counts[i].fill(0)
	}
	e.modes.fill(average)
	e.vectors.clear()
	e.skipped, e.lastQP = 0, e.qp

	for y := range e.mbHeight {
		for x := range e.mbWidth {
			e.mb.place(e, x, y)
			if !keyframe && changed != nil && !changed[e.mb.index] {
				e.unchanged()
				continue
			}
			e.mb.load(e)
			if keyframe {
				e.keyframe()
			} else {
				e.changed(motion)
			}
		}
	}
	if e.skipped > 0 {
		e.bits.ue(uint32(e.skipped))
	}
	e.bits.finish()

	for i := range all {
		if keyframe || changed == nil || changed[i] {
			e.keep(i)
		}
	}

	header := byte(nalSlice)
	if keyframe {
		header = nalIDR
	}
	e.sample = appendNAL(append(e.sample[:0], 0, 0, 0, 0), header, e.bits.buf)
	binary.BigEndian.PutUint32(e.sample, uint32(len(e.sample)-4))
	e.frameNumber++
	e.current, e.reference = e.reference, e.current
	return e.sample, keyframe, nil
}

// keep keeps what was painted for the next frame.
func (e *Encoder) keep(index int) {
	for i, side := range [3]int{16, 8, 8} {
		x, y := side*(index%e.mbWidth), side*(index/e.mbWidth)
		copyBlock(e.before[i].at(x, y), e.before[i].stride, e.source[i].at(x, y), e.source[i].stride, side, side)
	}
}

// load takes the planes of a painted frame.
func (e *Encoder) load(frame *image.YCbCr) error {
	if frame == nil {
		return errors.New("h264: no frame")
	}
	width, height := 16*e.mbWidth, 16*e.mbHeight
	if frame.SubsampleRatio != image.YCbCrSubsampleRatio420 || frame.Rect.Dx() != width || frame.Rect.Dy() != height || frame.Rect.Min.X%2 != 0 || frame.Rect.Min.Y%2 != 0 {
		return fmt.Errorf("h264: a frame of %v, %v: want 4:2:0 and %d×%d", frame.Rect, frame.SubsampleRatio, width, height)
	}
	y := frame.YOffset(frame.Rect.Min.X, frame.Rect.Min.Y)
	c := frame.COffset(frame.Rect.Min.X, frame.Rect.Min.Y)
	e.source[0] = plane{frame.Y[y:], frame.YStride, width, height}
	e.source[1] = plane{frame.Cb[c:], frame.CStride, width / 2, height / 2}
	e.source[2] = plane{frame.Cr[c:], frame.CStride, width / 2, height / 2}
	for i := range e.source {
		p := &e.source[i]
		if p.stride < p.width || len(p.pix) < (p.height-1)*p.stride+p.width {
			return fmt.Errorf("h264: a frame of %v has too few pixels", frame.Rect)
		}
	}
	return nil
}

// grid has a value for each block of a plane, and for those that are not there at
// the left and at the top.
type grid struct {
	of     []uint8
	stride int
}

const notThere = 0x80

func newGrid(width, height int) grid {
	g := grid{make([]uint8, (width+1)*(height+1)), width + 1}
	for i := range g.of {
		g.of[i] = notThere
	}
	return g
}

// fill gives all blocks that are there the same.
func (g *grid) fill(v uint8) {
	first := g.of[g.stride+1 : 2*g.stride]
	for i := range first {
		first[i] = v
	}
	for row := 2 * g.stride; row < len(g.of); row += g.stride {
		copy(g.of[row+1:], first)
	}
}

func (g *grid) set(x, y int, v uint8) { g.of[(y+1)*g.stride+x+1] = v }

// around gives what the blocks at the left and above have.
func (g *grid) around(x, y int) (left, above int) {
	i := (y+1)*g.stride + x + 1
	return int(g.of[i-1]), int(g.of[i-g.stride])
}

// context is the index of coeffTokens that the numbers of levels at the left and
// above choose (9.2.1).
func (g *grid) context(x, y int) uint8 {
	left, above := g.around(x, y)
	switch n := left + above; {
	case n < notThere:
		return tokenContext[(n+1)>>1]
	case n < 2*notThere:
		return tokenContext[n-notThere]
	}
	return 0
}
