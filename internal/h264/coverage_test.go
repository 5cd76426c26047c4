package h264

import (
	"image"
	"math/rand/v2"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// spectra changes macroblocks of a frame so that their blocks have any number of
// levels at a quantiser, of any size, or none.
func spectra(r *rand.Rand, frame *image.YCbCr, changed []bool, qp int) {
	width := frame.Rect.Dx() / 16
	for mb := range changed {
		if changed[mb] = r.IntN(4) > 0; !changed[mb] {
			continue
		}
		busy := r.IntN(16) // quarters of luma with levels
		chroma := r.IntN(3)
		for i, pixels := range [3][]byte{frame.Y, frame.Cb, frame.Cr} {
			side, stride := 16, frame.YStride
			if i > 0 {
				side, stride = 8, frame.CStride
			}
			most, base := r.IntN(17), byte(128)
			if r.IntN(3) == 0 {
				base = byte(64 + r.IntN(128))
			}
			for b := range side * side / 16 {
				column, row := b%(side/4), b/(side/4)
				block := pixels[(mb/width*side+row*4)*stride+mb%width*side+column*4:]
				if i > 0 && chroma == 1 {
					base += byte(r.IntN(20))
				}
				for y := range 4 {
					for x := range 4 {
						block[y*stride+x] = base
					}
				}
				if i == 0 && busy>>(row/2*2+column/2)&1 == 0 || i > 0 && chroma < 2 {
					continue
				}
				if r.IntN(3) == 0 {
					most = r.IntN(17)
				}
				addLevels(r, block, stride, most, qp)
			}
		}
	}
}

// addLevels changes a block so that it has about so many levels.
func addLevels(r *rand.Rand, block []byte, stride, most, qp int) {
	var levels [16]int16
	for range most {
		levels[r.IntN(1+r.IntN(16))] = int16([]int{1, -1, 1, -1, 2, -2, 3, -5, 9, -16, 40}[r.IntN(5+r.IntN(7))])
	}
	if r.IntN(4) == 0 {
		for n := range levels[:most] {
			levels[n] = int16(r.IntN(5) - 2)
		}
	}
	if r.IntN(8) == 0 && qp < 20 {
		for n := range levels[:most] {
			levels[n] = int16(r.IntN(801) - 400)
		}
	}
	var c residual
	quantizers[qp].scaleBack(&levels, &c, 0)
	c.addTo(block, stride)
}

// stripes changes macroblocks of a frame to what is above them, at their left or in
// between, with a little that is not.
func stripes(r *rand.Rand, frame *image.YCbCr, changed []bool, qp int) {
	width := frame.Rect.Dx() / 16
	for mb := range changed {
		if changed[mb] = r.IntN(2) > 0; !changed[mb] {
			continue
		}
		direction, little := r.IntN(3), [3]int{r.IntN(4), r.IntN(8), r.IntN(8)}
		if r.IntN(2) == 0 {
			little = [3]int{}
		}
		for i, pixels := range [3][]byte{frame.Y, frame.Cb, frame.Cr} {
			side, stride := 16, frame.YStride
			if i > 0 {
				side, stride = 8, frame.CStride
			}
			first := mb/width*side*stride + mb%width*side
			for y := range side {
				for x := range side {
					at := first + y*stride + x
					switch {
					case direction == 0 && mb >= width:
						pixels[at] = pixels[first-stride+x]
					case direction == 1 && mb%width > 0:
						pixels[at] = pixels[first+y*stride-1]
					case direction == 2 && mb >= width && mb%width > 0:
						pixels[at] = pixels[at-stride-1]
					default:
						pixels[at] = byte(100 + 20*r.IntN(3))
					}
				}
			}
			for range little[i] {
				column, row := r.IntN(side/4), r.IntN(side/4)
				addLevels(r, pixels[first+4*(row*stride+column):], stride, 2, qp)
			}
		}
	}
}

// TestEveryToolIsUsed encodes until each part of the syntax that can be written
// has been, and has two decoders read it.
func TestEveryToolIsUsed(t *testing.T) {
	const width, height = 240, 176
	// Before anything is encoded for them.
	servers.Program(t, "ffmpeg")
	servers.Program(t, "node")
	servers.Package(t, "tinyh264")
	met := newParser(width, height)
	for round := range uint64(6) {
		r := rand.New(rand.NewPCG(round, 26))
		e, err := New(Config{Width: width, Height: height, QP: 24})
		if err != nil {
			t.Fatal(err)
		}
		s := newStream(t, width, height)
		frame := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
		changed := make([]bool, macroblocks(width)*macroblocks(height))
		motion := make([]Motion, len(changed))
		var frames [][]byte
		for n := range 48 {
			qp := []int{MinQP, 12, 16, 20, 24, 30, 36, 44, MaxQP}[r.IntN(9)]
			e.qp = qp
			if n%6 == 0 {
				e.frameNumber = 0
			}
			for i := range motion {
				motion[i] = Motion{int16(r.IntN(41) - 20), int16(r.IntN(41) - 20)}
			}
			switch r.IntN(6) {
			case 0:
				patches(r, frame, changed, 0.7)
			case 1, 2:
				stripes(r, frame, changed, qp)
			default:
				spectra(r, frame, changed, qp)
			}
			sample, _, err := e.Encode(frame, changed, motion)
			if err != nil {
				t.Fatal(err)
			}
			if err := met.slice(sample); err != nil {
				t.Fatal(err)
			}
			s.add(sample)
			frames = append(frames, e.Decoded())
		}
		s.checkDecoded(t, frames)
	}

	want := func(name string, numbers ...int) {
		t.Helper()
		var n [3]int
		copy(n[:], numbers)
		if wanted := (part{name, n[0], n[1], n[2]}); !met.met[wanted] {
			t.Errorf("not met: %v", wanted)
		}
	}
	for _, name := range []string{"skipped", "P_L0_16x16", "P_8x8", "QP of a macroblock", "emulation prevention"} {
		want(name)
	}
	for slice := range 2 {
		want("I_NxN", slice)
		for kind := range 24 {
			if kind%4 < 3 { // the fourth mode is not used
				want("Intra_16x16", kind+1, slice)
			}
		}
	}
	for mode := range fineModes {
		want("mode of a block", mode)
	}
	for mode := range 3 {
		want("mode of chroma", mode)
	}
	for number := range 48 {
		want("inter pattern", number)
		want("intra pattern", number)
	}
	for context, table := range coeffTokens {
		for total, row := range table {
			for ones := range row {
				want("coeff_token", context, total, ones)
			}
		}
	}
	for total, row := range totalZeros {
		for zeros := range row {
			want("total_zeros", total, zeros)
		}
	}
	for total, row := range chromaTotalZeros {
		for zeros := range row {
			want("total_zeros of chroma", total, zeros)
		}
	}
	for zeros, row := range runsBefore {
		for run := range row {
			want("run_before", zeros, run)
		}
	}
	for suffix := range 7 {
		for prefix := range 16 {
			want("level", prefix, suffix)
		}
	}
	t.Logf("%d parts of the syntax were met", len(met.met))
}

// FuzzEncode encodes frames of any kind and reads them again.
func FuzzEncode(f *testing.F) {
	f.Add(uint64(1), uint8(20), uint8(10), uint8(24), int16(3), int16(-5))
	f.Add(uint64(2), uint8(1), uint8(1), uint8(51), int16(-2000), int16(500))
	f.Add(uint64(3), uint8(40), uint8(3), uint8(10), int16(32767), int16(-32768))
	f.Fuzz(func(t *testing.T, seed uint64, width, height, qp uint8, x, y int16) {
		config := Config{Width: 2 + 2*int(width%64), Height: 2 + 2*int(height%64), QP: MinQP + int(qp)%(MaxQP-MinQP+1)}
		e, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		p := newParser(config.Width, config.Height)
		r := rand.New(rand.NewPCG(seed, 1))
		frame := image.NewYCbCr(image.Rect(0, 0, 16*p.width, 16*p.height), image.YCbCrSubsampleRatio420)
		changed := make([]bool, p.width*p.height)
		motion := make([]Motion, len(changed))
		for range 4 {
			for i := range motion {
				motion[i] = Motion{x, y}
				if r.IntN(2) == 0 {
					motion[i] = Motion{int16(r.IntN(1 << 16)), int16(r.IntN(1 << 16))}
				}
			}
			switch r.IntN(3) {
			case 0:
				patches(r, frame, changed, 0.7)
			case 1:
				stripes(r, frame, changed, config.QP)
			default:
				spectra(r, frame, changed, config.QP)
			}
			sample, _, err := e.Encode(frame, changed, motion)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.slice(sample); err != nil {
				t.Fatal(err)
			}
		}
	})
}
