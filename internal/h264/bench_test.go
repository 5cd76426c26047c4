package h264

import "testing"

// BenchmarkRace encodes eight seconds of a race of bars at 1080×1920, and says
// how much of them was painting.
func BenchmarkRace(b *testing.B) {
	for range b.N {
		encodeRace(b, 24, 240)
	}
}

func encodeRace(tb testing.TB, qp, frames int) (size int) {
	p := newPainter(1080, 1920)
	e, err := New(Config{Width: 1080, Height: 1920, QP: qp})
	if err != nil {
		tb.Fatal(err)
	}
	for n := range frames {
		p.paint(race(n, 1080, 1920))
		sample, _, err := e.Encode(p.frame, p.changed, p.motion)
		if err != nil {
			tb.Fatal(err)
		}
		if n == 0 {
			tb.Logf("first %d", len(sample))
		}
		size += len(sample)
	}
	tb.Logf("%d bytes, %d a second", size, size*FrameRate/frames)
	return size
}
