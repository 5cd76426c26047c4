package h264

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

// patches changes macroblocks of a frame at random: to one colour, to noise, to
// something between and by a little. It marks those it changed.
func patches(r *rand.Rand, frame *image.YCbCr, changed []bool, share float64) {
	width := frame.Rect.Dx() / 16
	noise := 2 + r.IntN(200)
	for mb := range changed {
		changed[mb] = r.Float64() < share
		if !changed[mb] {
			continue
		}
		kind, base := r.IntN(4), [3]int{r.IntN(256), r.IntN(256), r.IntN(256)}
		for i, pixels := range [3][]byte{frame.Y, frame.Cb, frame.Cr} {
			side, stride := 16, frame.YStride
			if i > 0 {
				side, stride = 8, frame.CStride
			}
			for y := range side {
				row := pixels[(mb/width*side+y)*stride+mb%width*side:][:side]
				for x := range row {
					v := base[i]
					switch kind {
					case 1:
						v = r.IntN(256)
					case 2:
						v += r.IntN(noise) - noise/2
					case 3:
						v = int(row[x]) + r.IntN(5) - 2
					}
					row[x] = byte(min(max(v, 0), 255))
				}
			}
		}
	}
}

func TestDecodersAgree(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 14))
		width, height := 2+2*r.IntN(70), 2+2*r.IntN(70)
		t.Run(fmt.Sprintf("%d_%dx%d", seed, width, height), func(t *testing.T) {
			e, err := New(Config{Width: width, Height: height, QP: 24})
			if err != nil {
				t.Fatal(err)
			}
			s := newStream(t, width, height)
			frame := image.NewYCbCr(image.Rect(0, 0, 16*macroblocks(width), 16*macroblocks(height)), image.YCbCrSubsampleRatio420)
			changed := make([]bool, macroblocks(width)*macroblocks(height))
			motion := make([]Motion, len(changed))
			var frames [][]byte
			for n := range 36 {
				if n%6 == 0 {
					e.qp = MinQP + r.IntN(MaxQP-MinQP+1)
				}
				if n == 30 {
					e.frameNumber = 0
				}
				for i := range motion {
					motion[i] = Motion{}
					if r.IntN(3) > 0 {
						motion[i] = Motion{int16(r.IntN(61) - 30), int16(r.IntN(61) - 30)}
					}
				}
				patches(r, frame, changed, []float64{0.1, 0.5, 1}[r.IntN(3)])
				sample, keyframe, err := e.Encode(frame, changed, motion)
				if err != nil {
					t.Fatal(err)
				}
				if keyframe != (n == 0 || n == 30) {
					t.Errorf("frame %d: keyframe is %v", n, keyframe)
				}
				s.add(sample)
				frames = append(frames, e.Decoded())
			}
			s.checkDecoded(t, frames)
		})
	}
}

// What is drawn looks as it was painted, and a macroblock of one colour is so
// exactly, at any quantiser.
func TestDrawings(t *testing.T) {
	tests := []struct {
		width, height, qp int
		least             float64 // dB of luma
	}{
		{1080, 1080, 24, 45},
		{1080, 1920, 24, 45},
		{1920, 1080, 30, 40},
	}
	if testing.Short() {
		tests = tests[:1]
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%dx%d_%d", test.width, test.height, test.qp), func(t *testing.T) {
			p := newPainter(test.width, test.height)
			e, err := New(Config{Width: test.width, Height: test.height, QP: test.qp})
			if err != nil {
				t.Fatal(err)
			}
			s := newStream(t, test.width, test.height)
			var frames [][]byte
			for n := range 8 {
				p.paint(race(60+n*4, test.width, test.height))
				sample, _, err := e.Encode(p.frame, p.changed, p.motion)
				if err != nil {
					t.Fatal(err)
				}
				s.add(sample)
				frames = append(frames, e.Decoded())
				if got := psnr(p.frame.Y, p.frame.YStride, frames[n], test.width, test.height); got < test.least {
					t.Errorf("frame %d has %.1f dB: want %.0f", n, got, test.least)
				}
				for i := range p.changed {
					e.mb.place(e, i%e.mbWidth, i/e.mbWidth)
					e.mb.load(e)
					for plane := range e.mb.current {
						side := [3]int{16, 8, 8}[plane]
						e.mb.current[plane] = e.reference[plane].at(side*e.mb.x, side*e.mb.y)
					}
					if e.isUniform() && !e.isExact() {
						t.Fatalf("frame %d: macroblock %d has one colour and not as painted", n, i)
					}
				}
			}
			s.checkDecoded(t, frames)
		})
	}
}

// psnr compares luma with what was decoded.
func psnr(painted []byte, stride int, decoded []byte, width, height int) float64 {
	sum := 0
	for y := range height {
		for x := range width {
			d := int(painted[y*stride+x]) - int(decoded[y*width+x])
			sum += d * d
		}
	}
	if sum == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(255*255*float64(width*height)/float64(sum))
}

func TestRefusals(t *testing.T) {
	for _, config := range []Config{
		{Width: 0, Height: 16, QP: 24},
		{Width: 15, Height: 16, QP: 24},
		{Width: 16, Height: -2, QP: 24},
		{Width: 4098, Height: 16, QP: 24},
		{Width: 1920, Height: 1090, QP: 24},
		{Width: 1080, Height: 1920, QP: MinQP - 1},
		{Width: 1080, Height: 1920, QP: MaxQP + 1},
	} {
		if _, err := New(config); err == nil {
			t.Errorf("%+v is taken", config)
		}
	}
	e, err := New(Config{Width: 40, Height: 20, QP: 24})
	if err != nil {
		t.Fatal(err)
	}
	good := image.NewYCbCr(image.Rect(0, 0, 48, 32), image.YCbCrSubsampleRatio420)
	short := *good
	short.Cr = short.Cr[:len(short.Cr)-1]
	for name, frame := range map[string]*image.YCbCr{
		"none":           nil,
		"the visible":    image.NewYCbCr(image.Rect(0, 0, 40, 20), image.YCbCrSubsampleRatio420),
		"4:4:4":          image.NewYCbCr(image.Rect(0, 0, 48, 32), image.YCbCrSubsampleRatio444),
		"too few pixels": &short,
	} {
		if _, _, err := e.Encode(frame, nil, nil); err == nil {
			t.Errorf("a frame is taken: %s", name)
		}
	}
	if _, _, err := e.Encode(good, make([]bool, 5), nil); err == nil {
		t.Error("five marks for six macroblocks are taken")
	}
	if _, _, err := e.Encode(good, nil, make([]Motion, 7)); err == nil {
		t.Error("seven vectors for six macroblocks are taken")
	}
	if _, keyframe, err := e.Encode(good, nil, nil); err != nil || !keyframe {
		t.Errorf("after refusals the first frame is: keyframe %v, error %v", keyframe, err)
	}
}

// Every code that begins like another would be read as it.
func TestTablesArePrefixCodes(t *testing.T) {
	check := func(name string, codes []code) {
		t.Helper()
		space := 0.0
		for i, a := range codes {
			if a.length == 0 {
				continue
			}
			space += math.Exp2(-float64(a.length))
			for _, b := range codes[:i] {
				if short := min(a.length, b.length); short > 0 && a.bits>>(a.length-short) == b.bits>>(b.length-short) {
					t.Errorf("%s: %0*b and %0*b", name, a.length, a.bits, b.length, b.bits)
				}
			}
		}
		// The tables of coeff_token leave a few of the longest codes unused.
		if space > 1 || space < 0.96 {
			t.Errorf("%s: the codes are %.4f of all", name, space)
		}
	}
	for i, table := range coeffTokens {
		var all []code
		for _, row := range table {
			all = append(all, row...)
		}
		check(fmt.Sprint("coeff_token ", i), all)
	}
	for name, table := range map[string][][]code{"total_zeros": totalZeros, "total_zeros of chroma": chromaTotalZeros, "run_before": runsBefore} {
		for i, row := range table {
			if len(row) > 0 {
				check(fmt.Sprint(name, " ", i), row)
			}
		}
	}
}

func TestNothingIsAllocatedForAFrame(t *testing.T) {
	p := newPainter(320, 320)
	e, err := New(Config{Width: 320, Height: 320, QP: 24})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	encode := func() {
		p.paint(race(n, 320, 320))
		if _, _, err := e.Encode(p.frame, nil, p.motion); err != nil {
			t.Fatal(err)
		}
	}
	encode()
	n = 1
	encode()
	if allocations := testing.AllocsPerRun(5, func() {
		if _, _, err := e.Encode(p.frame, nil, p.motion); err != nil {
			t.Fatal(err)
		}
	}); allocations > 0 {
		t.Errorf("a frame allocates %v times", allocations)
	}
}
