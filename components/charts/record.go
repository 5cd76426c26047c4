package charts

import "math"

// ray is one bar of the record on the start page. One year of them is lit, as a
// chosen range is on the spine.
type ray struct {
	X1, Y1, X2, Y2 string
	Lit            bool
}

// The record of the start page: an invented listener's months around a circle,
// in a square of recordSize.
const (
	recordSize  = 560.0
	recordInner = 112.0
	recordOuter = 262.0
	recordBars  = 120
)

// record draws the invented months: ten years with their winters, a few habits
// that come and go. It is decoration, and the same on every visit.
func record() []ray {
	out := make([]ray, recordBars)
	for i := range out {
		year := float64(i) / 12
		winter := 0.5 + 0.5*math.Cos(2*math.Pi*(year-0.04))
		habit := math.Pow(math.Abs(math.Sin(year*1.31+0.4)), 3)
		fever := math.Pow(math.Max(0, math.Sin(year*3.7+1.1)), 6)
		grain := 0.5 + 0.5*math.Sin(float64(i*i)*0.73)
		level := math.Min(1, 0.1+0.22*winter+0.3*habit+0.42*fever*grain+0.12*grain)
		angle := 2*math.Pi*float64(i)/recordBars - math.Pi/2
		reach := recordInner + (recordOuter-recordInner)*level
		at := func(radius float64) (x, y string) {
			return short(recordSize/2+radius*math.Cos(angle), 1), short(recordSize/2+radius*math.Sin(angle), 1)
		}
		out[i].X1, out[i].Y1 = at(recordInner)
		out[i].X2, out[i].Y2 = at(reach)
		out[i].Lit = i >= 8 && i < 20
	}
	return out
}
