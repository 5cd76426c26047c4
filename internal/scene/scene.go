// Package scene describes drawings as values, and paints them as SVG, as pixels
// and as frames of video.
//
// A [Scene] is a display list: shapes with places and colours, painted in order.
// Lengths are pixels, y grows downwards. Text is set by the fonts of this package
// alone, so that a scene looks the same wherever it is painted; where they hold
// no glyph for a name, [CanSet] says so.
package scene

import (
	"image/color"
	"slices"
)

// A Color is not premultiplied.
type Color = color.NRGBA

// A Scene is a drawing. It holds everything that painting needs, and may be
// painted by several goroutines at once.
type Scene struct {
	Width, Height int
	Background    Color // opaque
	// Title and Description say what is drawn, for who cannot see it.
	Title, Description string
	Items              []Item // painted in order
}

// An Item is a shape at a place.
type Item struct {
	// Key names the item in the frames of a clip: the item of the same key in the
	// frame before is the same one, which may have moved. It is unique in its scene
	// or empty. Frames put keyed items at even pixels.
	Key   string
	X, Y  float64
	Shape Shape
	Fill  Color
}

// A Shape is a [Rect], a [Path] or a [Text].
type Shape interface {
	// draw adds the outline, moved by x and y, in an order that fills by the
	// nonzero rule.
	draw(t *typesetter, to sink, x, y float64)
}

// A Rect is a rectangle whose corners may be round. Its place is its top left.
type Rect struct {
	W, H   float64
	Radius float64
}

func (r Rect) draw(_ *typesetter, to sink, x, y float64) {
	var p Path
	radius := min(r.Radius, r.W/2, r.H/2)
	if radius <= 0 {
		p.MoveTo(0, 0)
		p.LineTo(r.W, 0)
		p.LineTo(r.W, r.H)
		p.LineTo(0, r.H)
		p.Close()
	} else {
		k := radius * (1 - arcHandle)
		p.MoveTo(radius, 0)
		p.LineTo(r.W-radius, 0)
		p.CubeTo(r.W-k, 0, r.W, k, r.W, radius)
		p.LineTo(r.W, r.H-radius)
		p.CubeTo(r.W, r.H-k, r.W-k, r.H, r.W-radius, r.H)
		p.LineTo(radius, r.H)
		p.CubeTo(k, r.H, 0, r.H-k, 0, r.H-radius)
		p.LineTo(0, radius)
		p.CubeTo(0, k, k, 0, radius, 0)
		p.Close()
	}
	p.draw(nil, to, x, y)
}

// Align is what of a line of text stands at its place.
type Align uint8

// The alignments of a line.
const (
	Start Align = iota // the left
	Middle
	End
)

// A Text is one line. Its place is on the baseline.
type Text struct {
	Text string
	Style
	Align Align
}

func (t Text) draw(setter *typesetter, to sink, x, y float64) {
	line := setter.set(t.Text, t.Style)
	switch t.Align {
	case Middle:
		x -= line.width * t.Size / 2
	case End:
		x -= line.width * t.Size
	}
	for _, g := range line.glyphs {
		g.draw(to, x+g.x*t.Size, y-g.y*t.Size, t.Size)
	}
}

// equal reports whether two shapes are drawn alike.
func equal(a, b Shape) bool {
	p, isPath := a.(Path)
	o, both := b.(Path)
	if isPath && both {
		return p.Stroke == o.Stroke && p.Round == o.Round && slices.Equal(p.Segments, o.Segments)
	}
	return a == b
}

// A sink takes an outline.
type sink interface {
	moveTo(x, y float64)
	lineTo(x, y float64)
	quadTo(x1, y1, x, y float64)
	cubeTo(x1, y1, x2, y2, x, y float64)
	closePath()
}
