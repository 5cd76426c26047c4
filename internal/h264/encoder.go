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
	FPS           int // FrameRate, or 0 for the same
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
// goroutine, and holds about seven bytes a pixel.
type Encoder struct {
	width, height     int
	mbWidth, mbHeight int
	qp                int // of the slice

	frameNumber int
	stale       []bool // macroblocks of current that are as they were two frames ago

	source             [3]plane // the painted frame
	current, reference [3]plane // as a decoder has them: luma, then chroma
	counts             [3]counts
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
	if config.FPS != 0 && config.FPS != FrameRate {
		return nil, fmt.Errorf("h264: %d frames a second: only %d can be encoded", config.FPS, FrameRate)
	}
	w, h := macroblocks(config.Width), macroblocks(config.Height)
	e := &Encoder{
		width: config.Width, height: config.Height,
		mbWidth: w, mbHeight: h,
		stale:   make([]bool, w*h),
		vectors: newVectors(2*w, 2*h),
	}
	if err := e.SetQP(config.QP); err != nil {
		return nil, err
	}
	for i, side := range [3]int{16, 8, 8} {
		e.current[i] = newPlane(side*w, side*h)
		e.reference[i] = newPlane(side*w, side*h)
		e.counts[i] = newCounts(side/4*w, side/4*h)
	}
	return e, nil
}

// SetQP changes the quantiser from the next frame on.
func (e *Encoder) SetQP(qp int) error {
	if qp < MinQP || qp > MaxQP {
		return fmt.Errorf("h264: a quantiser of %d is not between %d and %d", qp, MinQP, MaxQP)
	}
	e.qp = qp
	return nil
}

// Restart begins a new clip: the next frame is an IDR frame.
func (e *Encoder) Restart() { e.frameNumber = 0 }

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
		e.counts[i].clear()
	}
	e.vectors.clear()
	e.skipped, e.lastQP = 0, e.qp

	for i := range all {
		e.mb.place(e, i)
		switch {
		case keyframe:
			e.intra()
		case changed != nil && !changed[i]:
			e.unchanged()
		case motion != nil:
			e.changed(motion, i)
		default:
			e.changed(nil, i)
		}
	}
	if e.skipped > 0 {
		e.bits.ue(uint32(e.skipped))
	}
	e.bits.finish()

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

// counts has the number of levels of each block of a plane, with a border of
// blocks that are not there at the left and at the top.
type counts struct {
	of     []uint8
	stride int
}

const notThere = 0x80

func newCounts(width, height int) counts {
	c := counts{make([]uint8, (width+1)*(height+1)), width + 1}
	for i := range c.of {
		c.of[i] = notThere
	}
	return c
}

func (c *counts) clear() {
	for row := c.stride; row < len(c.of); row += c.stride {
		clear(c.of[row+1 : row+c.stride])
	}
}

func (c *counts) set(x, y, count int) { c.of[(y+1)*c.stride+x+1] = uint8(count) }

// context is the index of coeffTokens that the blocks at the left and above
// choose (9.2.1).
func (c *counts) context(x, y int) uint8 {
	i := (y+1)*c.stride + x + 1
	n := int(c.of[i-1]) + int(c.of[i-c.stride])
	switch {
	case n < notThere:
		return tokenContext[(n+1)>>1]
	case n < 2*notThere:
		return tokenContext[n-notThere]
	}
	return 0
}
