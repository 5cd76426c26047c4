package h264

import (
	"fmt"
	"image"
	"math"
	"slices"
)

// An item of a drawing: a rounded rectangle with a text on it.
type item struct {
	x, y, width, height, radius int
	colour                      [3]byte // Y, Cb, Cr
	text                        string
	size                        int // of the text, in pixels
	ink                         [3]byte
}

func (i item) bounds() image.Rectangle {
	return image.Rect(i.x, i.y, i.x+max(i.width, len(i.text)*i.size*6/10), i.y+max(i.height, i.size))
}

// A painter paints drawings as the clips are: it repaints the macroblocks that
// differ and says which these are and what moved.
type painter struct {
	frame         *image.YCbCr
	width, height int // in macroblocks
	paper         [3]byte
	before        []item
	changed       []bool
	motion        []Motion
	glyphs        map[[2]int][]byte
}

func newPainter(width, height int) *painter {
	p := &painter{width: macroblocks(width), height: macroblocks(height), paper: [3]byte{24, 130, 126}, glyphs: make(map[[2]int][]byte)}
	p.frame = image.NewYCbCr(image.Rect(0, 0, 16*p.width, 16*p.height), image.YCbCrSubsampleRatio420)
	p.changed = make([]bool, p.width*p.height)
	p.motion = make([]Motion, p.width*p.height)
	return p
}

// paint paints a drawing, whose items have the same places in all drawings.
func (p *painter) paint(items []item) {
	clear(p.motion)
	first := p.before == nil
	for i := range p.changed {
		p.changed[i] = first
	}
	for n, now := range items {
		if first {
			break
		}
		then := p.before[n]
		if now == then {
			continue
		}
		p.mark(then.bounds(), Motion{})
		p.mark(now.bounds(), Motion{int16(then.x - now.x), int16(then.y - now.y)})
	}
	p.before = slices.Clone(items)
	for i, changed := range p.changed {
		if !changed {
			continue
		}
		block := image.Rect(0, 0, 16, 16).Add(image.Pt(i%p.width*16, i/p.width*16))
		p.fill(block)
		for _, item := range items {
			if block.Overlaps(item.bounds()) {
				p.item(item, block)
			}
		}
	}
}

func (p *painter) mark(r image.Rectangle, m Motion) {
	for y := max(0, r.Min.Y/16); y <= min(p.height-1, (r.Max.Y-1)/16); y++ {
		for x := max(0, r.Min.X/16); x <= min(p.width-1, (r.Max.X-1)/16); x++ {
			p.changed[y*p.width+x] = true
			if m != (Motion{}) {
				p.motion[y*p.width+x] = m
			}
		}
	}
}

func (p *painter) fill(r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p.frame.Y[p.frame.YOffset(x, y)] = p.paper[0]
			c := p.frame.COffset(x, y)
			p.frame.Cb[c], p.frame.Cr[c] = p.paper[1], p.paper[2]
		}
	}
}

func (p *painter) item(i item, block image.Rectangle) {
	box := block.Intersect(image.Rect(i.x, i.y, i.x+i.width, i.y+i.height))
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			dx := max(i.x+i.radius-x, x-(i.x+i.width-1-i.radius), 0)
			dy := max(i.y+i.radius-y, y-(i.y+i.height-1-i.radius), 0)
			cover := 256
			if dx > 0 && dy > 0 {
				cover = int(256 * min(max(float64(i.radius)+0.5-math.Hypot(float64(dx), float64(dy)), 0), 1))
			}
			p.blend(x, y, i.colour, cover)
		}
	}
	for n, letter := range i.text {
		advance := i.size * 6 / 10
		at := image.Pt(i.x+n*advance+i.size/4, i.y+(max(i.height, i.size)-i.size)/2)
		box := block.Intersect(image.Rect(at.X, at.Y, at.X+advance, at.Y+i.size))
		if letter == ' ' || box.Empty() {
			continue
		}
		glyph := p.glyph(int(letter), i.size)
		for y := box.Min.Y; y < box.Max.Y; y++ {
			for x := box.Min.X; x < box.Max.X; x++ {
				p.blend(x, y, i.ink, int(glyph[(y-at.Y)*advance+x-at.X]))
			}
		}
	}
}

// blend paints with so much of 256. Chroma has that of its first pixel.
func (p *painter) blend(x, y int, colour [3]byte, cover int) {
	mix := func(at *byte, v byte) { *at = byte((int(*at)*(256-cover) + int(v)*cover + 128) >> 8) }
	mix(&p.frame.Y[p.frame.YOffset(x, y)], colour[0])
	if x%2 == 0 && y%2 == 0 {
		c := p.frame.COffset(x, y)
		mix(&p.frame.Cb[c], colour[1])
		mix(&p.frame.Cr[c], colour[2])
	}
}

// glyph invents a letter: four strokes with round ends, its edges smooth.
func (p *painter) glyph(letter, size int) []byte {
	key := [2]int{letter, size}
	if known, ok := p.glyphs[key]; ok {
		return known
	}
	width := size * 6 / 10
	cover := make([]byte, width*size)
	random := uint32(letter)*2654435761 + 12345
	corner := func() (x, y float64) {
		random = random*1664525 + 1013904223
		return float64(width) * (0.2 + 0.3*float64(random>>24%3)), float64(size) * (0.15 + 0.35*float64(random>>16%3))
	}
	fromX, fromY := corner()
	for range 4 {
		toX, toY := corner()
		for y := range size {
			for x := range width {
				px, py, dx, dy := float64(x)-fromX, float64(y)-fromY, toX-fromX, toY-fromY
				along := 0.0
				if square := dx*dx + dy*dy; square > 0 {
					along = min(max((px*dx+py*dy)/square, 0), 1)
				}
				distance := math.Hypot(px-along*dx, py-along*dy)
				c := min(max(float64(size)/18+0.5-distance, 0), 1)
				cover[y*width+x] = max(cover[y*width+x], byte(255*c))
			}
		}
		fromX, fromY = toX, toY
	}
	p.glyphs[key] = cover
	return cover
}

// race is a drawing of a race of ten bars at a moment, in frames: they grow, and
// overtake each other now and then.
func race(n, width, height int) []item {
	moment := float64(n) / FrameRate
	items := []item{
		{x: 60, y: 80, text: "The artists of a year", size: height / 27, ink: [3]byte{235, 128, 128}},
		{x: 60, y: 80 + height/20, text: fmt.Sprintf("week %d", 1+n/10), size: height / 40, ink: [3]byte{160, 128, 128}},
	}
	const bars = 10
	value := func(i int, at float64) float64 {
		return (1 + at*(0.12+0.02*math.Sin(float64(i)*2.3))) * (300 - 17*float64(i) + 60*math.Sin(at/2+1.7*float64(i)))
	}
	rank := func(i int, at float64) (above int) {
		for j := range bars {
			if value(j, at) > value(i, at) {
				above++
			}
		}
		return above
	}
	most := 0.0
	for i := range bars {
		most = max(most, value(i, moment))
	}
	step := height * 7 / 100
	for i := range bars {
		// The mean of the ranks of the half second before, which eases over time.
		place := 0.0
		for j := range 15 {
			place += float64(rank(i, moment-float64(j)/30)) / 15
		}
		even := func(v float64) int { return 2 * int(math.Round(v/2)) }
		y := height/5 + even(place*float64(step))
		length := even(float64(width-300) * value(i, moment) / most)
		items = append(items,
			item{x: 60, y: y, width: length, height: step * 8 / 10, radius: step / 5, colour: [3]byte{byte(70 + 13*i), byte(90 + 9*i), byte(170 - 11*i)}, text: fmt.Sprintf("Artist no %c", 'A'+i), size: step * 4 / 10, ink: [3]byte{235, 128, 128}},
			item{x: 60 + length, y: y, height: step * 8 / 10, text: fmt.Sprint(int(value(i, math.Floor(moment*6)/6))), size: step * 4 / 10, ink: [3]byte{210, 128, 128}},
		)
	}
	return items
}
