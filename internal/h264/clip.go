package h264

import (
	"bytes"
	"errors"
	"fmt"
	"image"
)

// ErrTooLarge is a clip that does not fit into its bytes, however coarse.
var ErrTooLarge = errors.New("h264: the clip does not fit into its bytes")

// How much coarser than it began an attempt at a clip may become, and by how much
// the next one begins coarser.
const (
	coarser     = 12
	nextAttempt = 6
)

// savings has how many times the bytes of a frame are as many as those of one that
// is so many steps coarser, in parts of 256: about a quarter for six steps.
var savings = func() (parts [coarser + 1]int) {
	parts[0] = 256
	for i := range coarser {
		parts[i+1] = parts[i] * 267 / 256
	}
	return parts
}()

// EncodeClip encodes so many frames, at least two, into at most limit bytes of
// samples. paint is called for each frame from 0 on and says what Encode has to
// know; if a clip has to be encoded again it is called from 0 again.
//
// A clip that fits is encoded with the Encoder's quantiser throughout. Where what
// is written so far, and frames as those of the last second for the rest, would
// take more than the limit, frames become as much coarser as what is left of it
// asks for, one step at a time, and finer again when there is room. That costs no
// second encoding, which only follows where twelve steps are not enough. Nothing
// of this depends on time or chance. The error is ErrTooLarge where nothing helps.
// Afterwards the Encoder has the quantiser that it had.
func (e *Encoder) EncodeClip(frames, limit int, paint func(n int) (frame *image.YCbCr, changed []bool, motion []Motion, err error)) (samples [][]byte, err error) {
	if frames < 2 {
		return nil, fmt.Errorf("h264: a clip of %d frames: no two IDR frames may follow each other", frames)
	}
	first := e.qp
	defer func() { e.qp = first }()
	for qp := first; ; qp += nextAttempt {
		e.qp = min(qp, MaxQP)
		samples, err = e.attempt(frames, limit, paint)
		if !errors.Is(err, ErrTooLarge) || qp >= MaxQP {
			return samples, err
		}
	}
}

// attempt encodes a clip that is at the beginning as coarse as the Encoder is.
func (e *Encoder) attempt(frames, limit int, paint func(int) (*image.YCbCr, []bool, []Motion, error)) (samples [][]byte, err error) {
	e.frameNumber = 0
	finest, coarsest := e.qp, min(e.qp+coarser, MaxQP)
	samples = make([][]byte, 0, frames)
	// The mean of the last frames, as large as they would be if they were finest.
	taken, recent := 0, 0
	for n := range frames {
		frame, changed, motion, err := paint(n)
		if err != nil {
			return nil, err
		}
		sample, _, err := e.Encode(frame, changed, motion)
		if err != nil {
			return nil, err
		}
		samples = append(samples, bytes.Clone(sample))
		if taken += len(sample); taken > limit {
			return nil, ErrTooLarge
		}
		if n == 0 {
			// Of what comes the first frame says nothing: they have what is left.
			recent = (limit - taken) / (frames - 1)
			continue
		}
		recent += (len(sample)*savings[e.qp-finest]/256 - recent) / FrameRate
		left, steps := limit-limit/64-taken, 0
		for steps < coarsest-finest && recent*(frames-1-n)*256/savings[steps] > left {
			steps++
		}
		e.qp += min(max(finest+steps-e.qp, -1), 1)
	}
	return samples, nil
}
