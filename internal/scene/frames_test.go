package scene_test

import (
	"bytes"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
)

// raceScene is a frame of bars that grow and change places.
func raceScene(frame int) *scene.Scene {
	s := &scene.Scene{Width: 1080, Height: 1920, Background: paper}
	s.Items = append(s.Items, scene.Item{X: 80, Y: 200, Shape: scene.Text{Text: "2025", Style: scene.Style{Font: scene.Display, Weight: 800, Size: 160}}, Fill: ink})
	for i := range 10 {
		key := fmt.Sprint(i)
		y := float64(300 + 150*i + (frame*(3+i))%150)
		width := float64(200 + (frame*7*(i+1))%700)
		s.Items = append(s.Items,
			scene.Item{Key: "bar" + key, X: 80, Y: y, Shape: scene.Rect{W: width, H: 100, Radius: 12}, Fill: red},
			scene.Item{Key: "name" + key, X: 100, Y: y + 64, Shape: scene.Text{Text: lines[i].text, Style: scene.Style{Font: scene.Body, Weight: 600, Size: 44}}, Fill: paper},
			scene.Item{Key: "hours" + key, X: 1000, Y: y + 64, Shape: scene.Text{Text: fmt.Sprint(frame/5*(i+3), " h"), Style: scene.Style{Font: scene.Body, Weight: 600, Size: 44, Tabular: true}, Align: scene.End}, Fill: ink})
	}
	return s
}

// TestFramesRepaintWhatDiffers holds each frame against one painted from nothing,
// and its marks against what differs.
func TestFramesRepaintWhatDiffers(t *testing.T) {
	frames := scene.NewFrames(1080, 1920)
	var before *image.YCbCr
	for n := range 8 {
		s := raceScene(n * 3)
		switch n {
		case 4:
			s.Items = s.Items[:len(s.Items)-4]
		case 5: // the same items the other way about
			for i, j := 1, len(s.Items)-1; i < j; i, j = i+1, j-1 {
				s.Items[i], s.Items[j] = s.Items[j], s.Items[i]
			}
		case 6:
			s.Background = ink
		}
		got, changed, _ := frames.Paint(s)
		want, _, _ := scene.NewFrames(1080, 1920).Paint(s)
		if !bytes.Equal(got.Y, want.Y) || !bytes.Equal(got.Cb, want.Cb) || !bytes.Equal(got.Cr, want.Cr) {
			t.Fatalf("frame %d differs from one painted from nothing", n)
		}
		if before != nil {
			for i, is := range changed {
				x, y := i%68*16, i/68*16
				if is != blockDiffers(before, got, x, y) {
					t.Fatalf("frame %d, macroblock at %d %d: changed %t", n, x, y, is)
				}
			}
		}
		before = &image.YCbCr{Y: bytes.Clone(got.Y), Cb: bytes.Clone(got.Cb), Cr: bytes.Clone(got.Cr), YStride: got.YStride, CStride: got.CStride, Rect: got.Rect, SubsampleRatio: got.SubsampleRatio}
	}
	if _, changed, _ := frames.Paint(raceScene(21)); bytes.ContainsFunc(marks(changed), func(r rune) bool { return r == '1' }) {
		t.Error("the same scene again changes something")
	}
}

func marks(changed []bool) []byte {
	b := make([]byte, len(changed))
	for i, is := range changed {
		b[i] = '0'
		if is {
			b[i] = '1'
		}
	}
	return b
}

func blockDiffers(a, b *image.YCbCr, x, y int) bool {
	for dy := range 16 {
		at := a.YOffset(x, y+dy)
		if !bytes.Equal(a.Y[at:at+16], b.Y[at:at+16]) {
			return true
		}
		at = a.COffset(x, y+dy)
		if !bytes.Equal(a.Cb[at:at+8], b.Cb[at:at+8]) || !bytes.Equal(a.Cr[at:at+8], b.Cr[at:at+8]) {
			return true
		}
	}
	return false
}

// TestFramesTellMotion: what only moved is found where its vector points.
func TestFramesTellMotion(t *testing.T) {
	at := func(x, y float64) *scene.Scene {
		return &scene.Scene{Width: 320, Height: 320, Background: paper, Items: []scene.Item{
			{Key: "name", X: x, Y: y, Shape: scene.Text{Text: "Pelwynfai", Style: heading}, Fill: ink},
		}}
	}
	frames := scene.NewFrames(320, 320)
	first, _, _ := frames.Paint(at(40, 100))
	before := bytes.Clone(first.Y)
	frame, changed, motion := frames.Paint(at(45.2, 117)) // by 6 and 18: to even pixels
	moved := 0
	for i, m := range motion {
		if m == (scene.Motion{}) {
			continue
		}
		moved++
		if m != (scene.Motion{X: -6, Y: -18}) && m != (scene.Motion{X: -6, Y: -16}) || !changed[i] {
			t.Fatalf("motion %v, changed %t", m, changed[i])
		}
		x, y := i%20*16, i/20*16
		for dy := range 16 {
			for dx := range 16 {
				if frame.Y[(y+dy)*frame.YStride+x+dx] != before[(y+dy+int(m.Y))*frame.YStride+x+dx+int(m.X)] {
					t.Fatalf("the pixel at %d %d did not come from %v", x+dx, y+dy, m)
				}
			}
		}
	}
	if moved < 8 {
		t.Errorf("%d macroblocks moved", moved)
	}
}

// TestFramesAreWithinTheLimits: grey has no colour, and black and white are 16
// and 235.
func TestFramesAreWithinTheLimits(t *testing.T) {
	for _, c := range []scene.Color{{A: 255}, {R: 255, G: 255, B: 255, A: 255}, {R: 127, G: 127, B: 127, A: 255}} {
		frame, _, _ := scene.NewFrames(20, 30).Paint(&scene.Scene{Width: 20, Height: 30, Background: c})
		if frame.Rect.Dx() != 32 || frame.Rect.Dy() != 32 {
			t.Fatalf("%v", frame.Rect)
		}
		want := uint8(16 + (int(c.R)*219+127)/255)
		if frame.Y[0] != want || frame.Cb[0] != 128 || frame.Cr[0] != 128 {
			t.Errorf("%v is %d %d %d, want %d", c, frame.Y[0], frame.Cb[0], frame.Cr[0], want)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		c := scene.Color{R: uint8(r.IntN(2) * 255), G: uint8(r.IntN(2) * 255), B: uint8(r.IntN(2) * 255), A: 255}
		frame, _, _ := scene.NewFrames(16, 16).Paint(&scene.Scene{Width: 16, Height: 16, Background: c})
		for _, v := range []uint8{frame.Cb[0], frame.Cr[0]} {
			if v < 16 || v > 240 || frame.Y[0] < 16 || frame.Y[0] > 235 {
				t.Errorf("%v is %d %d %d", c, frame.Y[0], frame.Cb[0], frame.Cr[0])
			}
		}
	}
}

func BenchmarkFrames(b *testing.B) {
	scenes := make([]*scene.Scene, 60)
	for i := range scenes {
		scenes[i] = raceScene(i)
	}
	frames := scene.NewFrames(1080, 1920)
	frames.Paint(scenes[0])
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		frames.Paint(scenes[i%len(scenes)])
	}
}

func BenchmarkPixels(b *testing.B) {
	s := raceScene(10)
	scene.Pixels(s)
	b.ReportAllocs()
	for b.Loop() {
		scene.Pixels(s)
	}
}
