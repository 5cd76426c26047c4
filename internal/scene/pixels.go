package scene

import (
	"encoding/binary"
	"image"
	"image/draw"
	"math"
	"slices"

	"golang.org/x/image/vector"
)

// Pixels paints a scene. Every pixel of the image is opaque.
func Pixels(s *Scene) *image.RGBA {
	p := &painter{setter: newTypesetter(), reuse: true}
	defer p.setter.release()
	img := image.NewRGBA(image.Rect(0, 0, s.Width, s.Height))
	fillArea(img, img.Rect, s.Background)
	for i := range s.Items {
		item := &s.Items[i]
		m := p.mask(item, item.X, item.Y)
		m.paint(img, img.Rect, item.Fill)
	}
	return img
}

// A mask is how much of each pixel a shape covers. Its columns from column on, and
// its rows from row on, are repeated: a rectangle of any size is kept as its
// corners.
type mask struct {
	image.Alpha
	at                      image.Point // of its top left
	column, row             int
	repeatColumn, repeatRow int // how many times more
}

// bounds are the pixels that a mask may cover.
func (m *mask) bounds() image.Rectangle {
	size := m.Rect.Size().Add(image.Pt(m.repeatColumn, m.repeatRow))
	return image.Rectangle{Max: size}.Add(m.at)
}

// A painter makes masks, one after the other.
type painter struct {
	setter *typesetter
	raster vector.Rasterizer
	bounds extent
	// With reuse a mask is good until the next one is made, which takes its place.
	reuse bool
	last  []uint8
}

// fillArea fills an area with one opaque colour.
func fillArea(img *image.RGBA, area image.Rectangle, c Color) {
	draw.Draw(img, area, image.NewUniform(Color{R: c.R, G: c.G, B: c.B, A: 255}), image.Point{}, draw.Src)
}

// maxSide bounds what a mask covers: shapes that reach further are cut off.
const maxSide = 4096

// mask makes the mask of an item that stands at a place.
func (p *painter) mask(item *Item, x, y float64) *mask {
	m := &mask{}
	left, top := math.Floor(x), math.Floor(y)
	shape := item.Shape
	if r, ok := shape.(Rect); ok {
		shape = m.fold(r)
	}
	p.bounds = extent{}
	shape.draw(p.setter, &p.bounds, x-left, y-top)
	area := p.bounds.pixels()
	if area.Empty() {
		return m
	}
	m.at = area.Min.Add(image.Pt(int(left), int(top)))
	m.column -= area.Min.X
	m.row -= area.Min.Y
	p.raster.Reset(area.Dx(), area.Dy())
	shape.draw(p.setter, &outline{&p.raster, float64(-area.Min.X), float64(-area.Min.Y)}, x-left, y-top)
	m.Alpha = image.Alpha{Pix: p.coverage(area.Dx() * area.Dy()), Stride: area.Dx(), Rect: image.Rectangle{Max: area.Size()}}
	p.raster.DrawOp = draw.Src
	p.raster.Draw(&m.Alpha, m.Rect, image.Opaque, image.Point{})
	return m
}

// coverage is room for a mask of n pixels, each of which is drawn over.
func (p *painter) coverage(n int) []uint8 {
	if !p.reuse {
		return make([]uint8, n)
	}
	p.last = slices.Grow(p.last[:0], n)[:n]
	return p.last
}

// fold takes out of a rectangle the rows and columns that are all the same.
func (m *mask) fold(r Rect) Rect {
	corner := int(math.Ceil(max(0, r.Radius))) + 2
	fold := func(side float64) (at, repeat int) {
		if repeat = int(side) - 2*corner - 2; repeat <= 0 {
			return 0, 0
		}
		return corner, repeat
	}
	m.column, m.repeatColumn = fold(r.W)
	m.row, m.repeatRow = fold(r.H)
	r.W -= float64(m.repeatColumn)
	r.H -= float64(m.repeatRow)
	return r
}

// An extent is a sink that finds the area of an outline.
type extent struct {
	minX, minY, maxX, maxY float64
	some                   bool
}

func (e *extent) add(x, y float64) {
	if !e.some {
		e.minX, e.minY, e.maxX, e.maxY, e.some = x, y, x, y, true
	}
	e.minX, e.minY, e.maxX, e.maxY = min(e.minX, x), min(e.minY, y), max(e.maxX, x), max(e.maxY, y)
}

func (e *extent) moveTo(x, y float64) { e.add(x, y) }
func (e *extent) lineTo(x, y float64) { e.add(x, y) }
func (e *extent) quadTo(x1, y1, x, y float64) {
	e.add(x1, y1)
	e.add(x, y)
}
func (e *extent) cubeTo(x1, y1, x2, y2, x, y float64) {
	e.add(x1, y1)
	e.add(x2, y2)
	e.add(x, y)
}
func (e *extent) closePath() {}

// pixels is the area in whole pixels.
func (e *extent) pixels() image.Rectangle {
	within := func(v float64) int { return int(min(max(v, -maxSide), maxSide)) }
	if !e.some || math.IsNaN(e.minX+e.minY+e.maxX+e.maxY) {
		return image.Rectangle{}
	}
	return image.Rect(within(math.Floor(e.minX)), within(math.Floor(e.minY)), within(math.Ceil(e.maxX)), within(math.Ceil(e.maxY)))
}

// An outline is a sink that fills a rasterizer.
type outline struct {
	to   *vector.Rasterizer
	x, y float64
}

func (o *outline) moveTo(x, y float64) { o.to.MoveTo(float32(x+o.x), float32(y+o.y)) }
func (o *outline) lineTo(x, y float64) { o.to.LineTo(float32(x+o.x), float32(y+o.y)) }
func (o *outline) quadTo(x1, y1, x, y float64) {
	o.to.QuadTo(float32(x1+o.x), float32(y1+o.y), float32(x+o.x), float32(y+o.y))
}
func (o *outline) cubeTo(x1, y1, x2, y2, x, y float64) {
	o.to.CubeTo(float32(x1+o.x), float32(y1+o.y), float32(x2+o.x), float32(y2+o.y), float32(x+o.x), float32(y+o.y))
}
func (o *outline) closePath() { o.to.ClosePath() }

// paint lays a colour over what a mask covers within an area.
func (m *mask) paint(img *image.RGBA, area image.Rectangle, c Color) {
	area = area.Intersect(m.bounds())
	if area.Empty() || c.A == 0 {
		return
	}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := y - m.at.Y
		if row > m.row {
			row = max(m.row, row-m.repeatRow)
		}
		coverage := m.Pix[row*m.Stride : row*m.Stride+m.Rect.Dx()]
		x, end := area.Min.X, area.Max.X
		line := func(from, to, shift int) { // the columns of the mask that stand shift further right
			from, to = max(from, x), min(to, end)
			if from < to {
				offset := img.PixOffset(from, y)
				blend(img.Pix[offset:offset+4*(to-from)], coverage[from-shift:to-shift], c)
			}
		}
		if m.repeatColumn == 0 {
			line(x, end, m.at.X)
			continue
		}
		middle := m.at.X + m.column
		line(x, middle, m.at.X)
		if from, to := max(middle, x), min(middle+m.repeatColumn, end); from < to {
			offset := img.PixOffset(from, y)
			blendSame(img.Pix[offset:offset+4*(to-from)], coverage[m.column], c)
		}
		line(middle+m.repeatColumn, end, m.at.X+m.repeatColumn)
	}
}

// blend lays a colour over a row of pixels.
func blend(pix, coverage []uint8, c Color) {
	for i := 0; i < len(coverage); i++ {
		v := coverage[i]
		if v == 0 {
			// Most of what a shape stands in is empty.
			for i+8 < len(coverage) && binary.LittleEndian.Uint64(coverage[i+1:]) == 0 {
				i += 8
			}
			continue
		}
		p := pix[4*i : 4*i+4 : 4*i+4]
		a := uint32(v)
		if c.A != 255 {
			a = a * uint32(c.A) / 255
		}
		if a == 255 {
			p[0], p[1], p[2] = c.R, c.G, c.B
			continue
		}
		mix(p, c, a)
	}
}

func mix(p []uint8, c Color, a uint32) {
	p[0] = uint8((uint32(p[0])*(255-a) + uint32(c.R)*a + 127) / 255)
	p[1] = uint8((uint32(p[1])*(255-a) + uint32(c.G)*a + 127) / 255)
	p[2] = uint8((uint32(p[2])*(255-a) + uint32(c.B)*a + 127) / 255)
}

// blendSame lays a colour over pixels that are covered alike.
func blendSame(pix []uint8, coverage uint8, c Color) {
	a := uint32(coverage) * uint32(c.A) / 255
	switch a {
	case 0:
	case 255:
		pix[0], pix[1], pix[2] = c.R, c.G, c.B
		for done := 4; done < len(pix); done *= 2 {
			copy(pix[done:], pix[:done])
		}
	default:
		for ; len(pix) > 0; pix = pix[4:] {
			mix(pix[:4], c, a)
		}
	}
}
