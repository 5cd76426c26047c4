package scene

import (
	"encoding/binary"
	"image"
	"math"
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/internal/h264"
)

// Block is the side of a macroblock, in pixels.
const Block = 16

// A Motion says where the picture of a macroblock stood in the frame before,
// relative to where it stands now, in whole and even pixels: the pixel at x and y
// was at x+X and y+Y. Zero is that nothing moved.
type Motion = h264.Motion

// Frames paints the scenes of a clip one after the other, and of each only what
// differs from the one before. It is not for several goroutines at once.
type Frames struct {
	width, height int // of the scenes
	columns, rows int // of macroblocks
	painted       *image.RGBA
	frame         *image.YCbCr
	changed       []bool
	motion        []Motion
	background    Color
	placed        map[string]placed
	spare         map[string]placed
	begun         bool
}

// placed is an item as it stands in a frame.
type placed struct {
	x, y  float64
	item  Item
	mask  *mask
	order int
}

// NewFrames is for scenes of a size, in pixels. Frames are padded to whole
// macroblocks on the right and at the bottom.
func NewFrames(width, height int) *Frames {
	columns, rows := (width+Block-1)/Block, (height+Block-1)/Block
	all := image.Rect(0, 0, columns*Block, rows*Block)
	return &Frames{
		width: width, height: height, columns: columns, rows: rows,
		painted: image.NewRGBA(all), frame: image.NewYCbCr(all, image.YCbCrSubsampleRatio420),
		changed: make([]bool, columns*rows), motion: make([]Motion, columns*rows),
		placed: make(map[string]placed), spare: make(map[string]placed),
	}
}

// Paint paints the next scene: 4:2:0, BT.709 in limited range. For each macroblock
// in raster order it says whether any pixel differs from the frame before, and
// from where its picture moved. All three are good until the next call.
func (f *Frames) Paint(s *Scene) (frame *image.YCbCr, changed []bool, motion []Motion) {
	clear(f.changed)
	clear(f.motion)
	p := &painter{setter: newTypesetter()}
	defer p.setter.release()
	if !f.begun || s.Background != f.background {
		for i := range f.changed {
			f.changed[i] = true
		}
	}
	now := f.place(p, s)
	f.background = s.Background
	for area := range f.areas {
		fillArea(f.painted, area, s.Background)
		for i := range now {
			now[i].mask.paint(f.painted, area, now[i].item.Fill)
		}
	}
	for i, is := range f.changed {
		if is {
			f.changed[i] = f.convert(i%f.columns, i/f.columns) || !f.begun
		}
	}
	f.begun = true
	return f.frame, f.changed, f.motion
}

// place finds where the items of a scene stand and marks what they change.
func (f *Frames) place(p *painter, s *Scene) []placed {
	now := make([]placed, 0, len(s.Items))
	before, after := f.placed, f.spare
	nameless, last := 0, -1
	for i := range s.Items {
		n := placed{item: s.Items[i], x: s.Items[i].X, y: s.Items[i].Y, order: i}
		name := n.item.Key
		if name == "" {
			// The nth of those without a key is the nth of the frame before.
			nameless++
			name = "\x00" + strconv.Itoa(nameless)
		} else {
			n.x, n.y = even(n.x), even(n.y)
		}
		was, ok := before[name]
		if ok {
			delete(before, name)
		}
		dx, dy := n.x-was.x, n.y-was.y
		same := ok && equal(n.item.Shape, was.item.Shape)
		if same && dx == math.Trunc(dx) && dy == math.Trunc(dy) {
			moved := *was.mask
			moved.at = moved.at.Add(image.Pt(int(dx), int(dy)))
			n.mask = &moved
		} else {
			n.mask = p.mask(&n.item, n.x, n.y)
		}
		isMoved := dx != 0 || dy != 0
		if !same || isMoved || n.item.Fill != was.item.Fill || was.order < last {
			if ok {
				f.mark(was.mask, Motion{})
			}
			var from Motion
			if same && isMoved && n.item.Key != "" && math.Abs(dx) < 512 && math.Abs(dy) < 512 {
				from = Motion{X: int16(-dx), Y: int16(-dy)}
			}
			f.mark(n.mask, from)
		}
		last = max(last, was.order)
		after[name] = n
		now = append(now, n)
	}
	for name, gone := range before {
		f.mark(gone.mask, Motion{})
		delete(before, name)
	}
	f.placed, f.spare = after, before
	return now
}

// even is the nearest even number: there the chroma samples of 4:2:0 move whole.
func even(v float64) float64 { return 2 * math.Round(v/2) }

// sparse is from which area on it is worth finding what a mask leaves empty.
const sparse = 64 * 64

// mark marks the macroblocks that a mask touches.
func (f *Frames) mark(m *mask, from Motion) {
	area := m.bounds().Intersect(f.painted.Rect)
	if area.Empty() {
		return
	}
	look := m.repeatColumn == 0 && m.repeatRow == 0 && area.Dx()*area.Dy() >= sparse
	for row := area.Min.Y / Block; row <= (area.Max.Y-1)/Block; row++ {
		for column := area.Min.X / Block; column <= (area.Max.X-1)/Block; column++ {
			block := image.Rect(column*Block, row*Block, (column+1)*Block, (row+1)*Block)
			if look && m.isEmpty(block.Intersect(area)) {
				continue
			}
			f.changed[row*f.columns+column] = true
			if from != (Motion{}) {
				f.motion[row*f.columns+column] = from
			}
		}
	}
}

// isEmpty reports whether a mask covers nothing of an area within its bounds.
func (m *mask) isEmpty(area image.Rectangle) bool {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		start := (y-m.at.Y)*m.Stride + area.Min.X - m.at.X
		row := m.Pix[start : start+area.Dx()]
		for ; len(row) >= 8; row = row[8:] {
			if binary.LittleEndian.Uint64(row) != 0 {
				return false
			}
		}
		for _, v := range row {
			if v != 0 {
				return false
			}
		}
	}
	return true
}

// areas are rectangles of changed macroblocks: runs within a row, joined with the
// same run in the rows below.
func (f *Frames) areas(yield func(image.Rectangle) bool) {
	type run struct{ from, to, top int }
	var open []run
	flush := func(runs []run, row int) bool {
		for _, r := range runs {
			if !yield(image.Rect(r.from*Block, r.top*Block, r.to*Block, row*Block)) {
				return false
			}
		}
		return true
	}
	for row := 0; row <= f.rows; row++ {
		var next, ended []run
		for column := 0; row < f.rows && column < f.columns; column++ {
			if !f.changed[row*f.columns+column] {
				continue
			}
			from := column
			for column < f.columns && f.changed[row*f.columns+column] {
				column++
			}
			next = append(next, run{from, column, row})
		}
		for _, o := range open {
			kept := false
			for i := range next {
				if next[i].from == o.from && next[i].to == o.to {
					next[i].top, kept = o.top, true
				}
			}
			if !kept {
				ended = append(ended, o)
			}
		}
		if !flush(ended, row) {
			return
		}
		open = next
	}
}

// Weights of BT.709 in limited range, in parts of 1<<16, rounded so that grey has
// no colour and white is 235.
const (
	yR, yG, yB = 11966, 40254, 4064
	uR, uG, uB = -6596, -22189, 28785
	vR, vG, vB = 28784, -26145, -2639
)

// convert takes a macroblock over into the frame, and reports whether it differs.
func (f *Frames) convert(column, row int) bool {
	// Most squares of four pixels are of one colour, the same as the one before.
	var flat uint64 // its two upper pixels; zero, which has no opaque pixel, is none
	var flatY, flatCb, flatCr, differs uint8
	for y := row * Block; y < (row+1)*Block; y += 2 {
		top := f.painted.Pix[f.painted.PixOffset(column*Block, y):][:4*Block]
		bottom := f.painted.Pix[f.painted.PixOffset(column*Block, y+1):][:4*Block]
		lumaTop := f.frame.Y[y*f.frame.YStride+column*Block:][:Block]
		lumaBottom := f.frame.Y[(y+1)*f.frame.YStride+column*Block:][:Block]
		chroma := y/2*f.frame.CStride + column*Block/2
		cb, cr := f.frame.Cb[chroma:][:Block/2], f.frame.Cr[chroma:][:Block/2]
		for i := range Block / 2 {
			a, b := top[8*i:8*i+8:8*i+8], bottom[8*i:8*i+8:8*i+8]
			upper := binary.LittleEndian.Uint64(a)
			isFlat := upper == binary.LittleEndian.Uint64(b) && uint32(upper) == uint32(upper>>32)
			if isFlat && upper == flat {
				differs |= put(&lumaTop[2*i], flatY) | put(&lumaTop[2*i+1], flatY) |
					put(&lumaBottom[2*i], flatY) | put(&lumaBottom[2*i+1], flatY) |
					put(&cb[i], flatCb) | put(&cr[i], flatCr)
				continue
			}
			differs |= put(&lumaTop[2*i], luma(a[0], a[1], a[2])) | put(&lumaTop[2*i+1], luma(a[4], a[5], a[6])) |
				put(&lumaBottom[2*i], luma(b[0], b[1], b[2])) | put(&lumaBottom[2*i+1], luma(b[4], b[5], b[6]))
			red := int32(a[0]) + int32(a[4]) + int32(b[0]) + int32(b[4])
			green := int32(a[1]) + int32(a[5]) + int32(b[1]) + int32(b[5])
			blue := int32(a[2]) + int32(a[6]) + int32(b[2]) + int32(b[6])
			differs |= put(&cb[i], uint8((uR*red+uG*green+uB*blue+(128<<18)+(1<<17))>>18)) |
				put(&cr[i], uint8((vR*red+vG*green+vB*blue+(128<<18)+(1<<17))>>18))
			if isFlat {
				flat, flatY, flatCb, flatCr = upper, lumaTop[2*i], cb[i], cr[i]
			}
		}
	}
	return differs != 0
}

func luma(r, g, b uint8) uint8 {
	return uint8((yR*int32(r) + yG*int32(g) + yB*int32(b) + (16 << 16) + (1 << 15)) >> 16)
}

// put writes a sample and returns what differs.
func put(sample *uint8, value uint8) uint8 {
	differs := *sample ^ value
	*sample = value
	return differs
}
