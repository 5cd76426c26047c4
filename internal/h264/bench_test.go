package h264

import "testing"

// BenchmarkRace encodes a second of a race of bars at 1080×1920, of which a
// quarter is marked as changed. Painting is not counted.
func BenchmarkRace(b *testing.B) {
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		b.StopTimer()
		p := newPainter(1080, 1920)
		e, err := New(Config{Width: 1080, Height: 1920, QP: 24})
		if err != nil {
			b.Fatal(err)
		}
		for n := range FrameRate {
			p.paint(race(60+n, 1080, 1920))
			b.StartTimer()
			sample, _, err := e.Encode(p.frame, p.changed, p.motion)
			b.StopTimer()
			if err != nil {
				b.Fatal(err)
			}
			size += len(sample)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(size)/float64(b.N), "bytes/op")
}
