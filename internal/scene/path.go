package scene

import "math"

// A Path is an outline that is filled, or a line that is stroked.
type Path struct {
	Segments []Segment
	Stroke   float64 // the width of the line; zero fills
	Round    bool    // the ends of the line; where lines meet they are always round
}

// A Segment goes from where the one before ended.
type Segment struct {
	Op Op
	// At are the points: the end of a move or line, two handles and the end of a
	// curve.
	At [3]Point
}

// A Point is relative to the place of its item.
type Point struct{ X, Y float64 }

// Op is what a segment is.
type Op uint8

// The segments of a path.
const (
	Move Op = iota
	Line
	Cube
	Close
)

// arcHandle is how long the handles are of a curve that stands for a quarter of a
// circle of radius 1.
const arcHandle = 0.5522847498

// MoveTo begins a new outline.
func (p *Path) MoveTo(x, y float64) {
	p.Segments = append(p.Segments, Segment{Move, [3]Point{{x, y}}})
}

// LineTo adds a straight line.
func (p *Path) LineTo(x, y float64) {
	p.Segments = append(p.Segments, Segment{Line, [3]Point{{x, y}}})
}

// CubeTo adds a cubic Bézier curve.
func (p *Path) CubeTo(x1, y1, x2, y2, x, y float64) {
	p.Segments = append(p.Segments, Segment{Cube, [3]Point{{x1, y1}, {x2, y2}, {x, y}}})
}

// Close goes back to where the outline began.
func (p *Path) Close() { p.Segments = append(p.Segments, Segment{Op: Close}) }

// Circle adds a circle.
func (p *Path) Circle(x, y, radius float64) {
	k := radius * arcHandle
	p.MoveTo(x+radius, y)
	p.CubeTo(x+radius, y+k, x+k, y+radius, x, y+radius)
	p.CubeTo(x-k, y+radius, x-radius, y+k, x-radius, y)
	p.CubeTo(x-radius, y-k, x-k, y-radius, x, y-radius)
	p.CubeTo(x+k, y-radius, x+radius, y-k, x+radius, y)
	p.Close()
}

// Arc adds a part of a circle, clockwise from one angle to another in radians from
// the right. It begins a new outline.
func (p *Path) Arc(x, y, radius, from, to float64) {
	parts := max(1, int(math.Ceil((to-from)/(math.Pi/2)-1e-9)))
	step := (to - from) / float64(parts)
	k := 4.0 / 3 * math.Tan(step/4) * radius
	sin, cos := math.Sincos(from)
	p.MoveTo(x+radius*cos, y+radius*sin)
	for i := range parts {
		s, c := sin, cos
		sin, cos = math.Sincos(from + step*float64(i+1))
		p.CubeTo(x+radius*c-k*s, y+radius*s+k*c, x+radius*cos+k*sin, y+radius*sin-k*cos, x+radius*cos, y+radius*sin)
	}
}

func (p Path) draw(_ *typesetter, to sink, x, y float64) {
	if p.Stroke > 0 {
		to = &stroker{to: to, half: p.Stroke / 2, round: p.Round}
	}
	for _, s := range p.Segments {
		a := s.At
		switch s.Op {
		case Move:
			to.moveTo(x+a[0].X, y+a[0].Y)
		case Line:
			to.lineTo(x+a[0].X, y+a[0].Y)
		case Cube:
			to.cubeTo(x+a[0].X, y+a[0].Y, x+a[1].X, y+a[1].Y, x+a[2].X, y+a[2].Y)
		case Close:
			to.closePath()
		}
	}
	if s, ok := to.(*stroker); ok {
		s.finish()
	}
}

// A stroker makes the outline of a line: a rectangle for each straight piece and
// a disc where two meet. All turn the same way, so that they fill where they lie
// on each other.
type stroker struct {
	to       sink
	half     float64
	round    bool
	x, y     float64
	x0, y0   float64
	begun    bool // whether a piece has been drawn since the line began
	isClosed bool
}

func (s *stroker) moveTo(x, y float64) {
	s.finish()
	s.x, s.y, s.x0, s.y0, s.begun, s.isClosed = x, y, x, y, false, false
}

func (s *stroker) lineTo(x, y float64) {
	length := math.Hypot(x-s.x, y-s.y)
	if length == 0 {
		return
	}
	if s.begun || s.round {
		s.disc(s.x, s.y)
	}
	dx, dy := (y-s.y)/length*s.half, (s.x-x)/length*s.half
	s.to.moveTo(s.x+dx, s.y+dy)
	s.to.lineTo(x+dx, y+dy)
	s.to.lineTo(x-dx, y-dy)
	s.to.lineTo(s.x-dx, s.y-dy)
	s.to.closePath()
	s.x, s.y, s.begun = x, y, true
}

// chords is how many straight pieces stand for a curve.
const chords = 24

func (s *stroker) quadTo(x1, y1, x, y float64) {
	s.cubeTo(s.x+(x1-s.x)*2/3, s.y+(y1-s.y)*2/3, x+(x1-x)*2/3, y+(y1-y)*2/3, x, y)
}

func (s *stroker) cubeTo(x1, y1, x2, y2, x, y float64) {
	fromX, fromY := s.x, s.y
	for i := 1; i <= chords; i++ {
		t := float64(i) / chords
		u := 1 - t
		a, b, c, d := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		s.lineTo(a*fromX+b*x1+c*x2+d*x, a*fromY+b*y1+c*y2+d*y)
	}
}

func (s *stroker) closePath() {
	s.lineTo(s.x0, s.y0)
	s.disc(s.x0, s.y0)
	s.isClosed = true
}

// finish ends a line that is not closed.
func (s *stroker) finish() {
	if s.begun && s.round && !s.isClosed {
		s.disc(s.x, s.y)
	}
	s.begun = false
}

func (s *stroker) disc(x, y float64) {
	// A thin line shows no corners that are worth a disc.
	if s.half < 0.6 {
		return
	}
	var p Path
	p.Circle(x, y, s.half)
	p.draw(nil, s.to, 0, 0)
}
