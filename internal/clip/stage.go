package clip

import (
	"image/color"
	"math"

	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
)

// A Look is how a story is drawn.
type Look struct {
	Width, Height int // even
	Dark          bool
}

// A box is where something is drawn.
type box struct{ x, y, w, h float64 }

// A stage is what a story is drawn on, frame after frame.
type stage struct {
	Look
	items []scene.Item
	// text has room for the sentence, body for what shows it.
	text, body box
	// sentenceHeight is how much of text the sentence may take.
	sentenceHeight float64

	background, ink, dim, rule, accent scene.Color
	// panel and disc are the sleeve and the record on it, onPanel what is written on its
	// label: as pictures have them.
	panel, disc, onPanel, groove scene.Color

	sentences map[string]scene.Paragraph // set once a clip
	lines     map[line]string
}

func rgb(r, g, b uint8) scene.Color { return color.NRGBA{r, g, b, 255} }

// palette are colours that are told apart on the record, and neutral is that of the
// rest.
var (
	palette = []scene.Color{rgb(0x3a, 0xb4, 0xff), rgb(0xd4, 0xa2, 0x0c), rgb(0x1f, 0xc9, 0x94), rgb(0xa0, 0x98, 0xff), rgb(0xdd, 0x86, 0xd8)}
	neutral = rgb(0xe5, 0xe1, 0xd8)
	white   = rgb(0xff, 0xff, 0xff)
)

func newStage(l Look) *stage {
	s := &stage{Look: l, disc: rgb(0x17, 0x17, 0x1c), groove: rgb(0x2a, 0x2a, 0x30), sentences: make(map[string]scene.Paragraph), lines: make(map[line]string)}
	s.background, s.ink, s.dim, s.rule, s.accent = rgb(0xfb, 0xf9, 0xf5), rgb(0x1e, 0x1e, 0x29), rgb(0x62, 0x62, 0x6c), rgb(0xe0, 0xde, 0xd8), rgb(0xd3, 0x3c, 0x33)
	s.panel, s.onPanel = s.accent, white
	if l.Dark {
		s.background, s.ink, s.dim, s.rule, s.accent = rgb(0x0f, 0x0f, 0x15), rgb(0xee, 0xeb, 0xe5), rgb(0x9d, 0x9d, 0xa6), rgb(0x2d, 0x2d, 0x35), rgb(0xfd, 0x84, 0x53)
		s.panel, s.onPanel = s.accent, s.background
	}
	w, h := float64(l.Width), float64(l.Height)
	switch {
	case l.Width > l.Height:
		s.text, s.body = box{96, 190, 700, 640}, box{884, 96, w - 884 - 96, h - 96 - 150}
	case l.Width == l.Height:
		s.text, s.body = box{64, 124, w - 128, 230}, box{64, 384, w - 128, h - 384 - 110}
	default:
		s.text, s.body = box{80, 220, w - 160, 420}, box{80, 690, w - 160, h - 690 - 170}
	}
	s.sentenceHeight = s.text.h
	return s
}

// scene is what the story shows at a moment.
func (s *stage) scene(of Story, at float64) *scene.Scene {
	s.items = make([]scene.Item, 0, cap(s.items))
	s.over(of.head())
	of.draw(s, at)
	return &scene.Scene{Width: s.Width, Height: s.Height, Background: s.background, Items: s.items}
}

func (s *stage) add(key string, x, y float64, shape scene.Shape, fill scene.Color) {
	if fill.A > 0 {
		s.items = append(s.items, scene.Item{Key: key, X: x, Y: y, Shape: shape, Fill: fill})
	}
}

func (s *stage) rect(key string, b box, radius float64, fill scene.Color) {
	if b.w > 0 && b.h > 0 {
		s.add(key, b.x, b.y, scene.Rect{W: b.w, H: b.h, Radius: radius}, fill)
	}
}

func display(size float64) scene.Style {
	return scene.Style{Font: scene.Display, Weight: 800, Size: size, Spacing: -0.02}
}

func body(weight int, size float64) scene.Style {
	return scene.Style{Font: scene.Body, Weight: weight, Size: size, Tabular: true}
}

// put adds a line of text, shortened to a width where that is not 0.
func (s *stage) put(key, text string, style scene.Style, x, y, width float64, align scene.Align, fill scene.Color) {
	if width > 0 {
		text = s.shortened(text, style, width)
	}
	if text != "" {
		s.add(key, x, y, scene.Text{Text: text, Style: style, Align: align}, fill)
	}
}

// A line is a text that is to fit into a width.
type line struct {
	text  string
	style scene.Style
	width float64
}

// maxLines bounds the lines that are remembered: counters have many.
const maxLines = 1000

// shortened is scene.Shorten, remembered: a name is the same in every frame.
func (s *stage) shortened(text string, style scene.Style, width float64) string {
	key := line{text, style, width}
	short, known := s.lines[key]
	if !known {
		if len(s.lines) >= maxLines {
			clear(s.lines)
		}
		short = scene.Shorten(text, style, width)
		s.lines[key] = short
	}
	return short
}

// Names that no font can set are told by their letter alone.
func (s *stage) name(r Row) string {
	if !scene.CanSet(r.Name) {
		return "· " + r.Letter
	}
	return r.Name
}

// over is what stands in every frame: above the sentence, and at the foot.
func (s *stage) over(h Head) {
	s.put("over", h.Over, body(600, 34), s.text.x, s.text.y-60, s.text.w, scene.Start, s.dim)
	s.put("foot", h.Foot, body(500, 27), s.text.x, float64(s.Height)-64, float64(s.Width)-2*s.text.x, scene.Start, s.dim)
}

// sentence is the sentence of a clip, which comes when k goes from 0 to 1.
func (s *stage) sentence(h Head, k float64) {
	if k <= 0 {
		return
	}
	var key string
	for _, run := range h.Sentence {
		key += run.Text
	}
	p, ok := s.sentences[key]
	if !ok {
		p = s.set(h.Sentence, s.sentenceHeight)
		s.sentences[key] = p
	}
	size := p.Lines[0][0].Size
	leading := 1.04 * size
	y := s.text.y + size*0.86
	lines := float64(len(p.Lines))
	for _, item := range p.Items("sentence", s.text.x, y, leading, scene.Start) {
		// Line by line, and without moving: what fades and moves at once is dear.
		line := math.Round((item.Y - y) / leading)
		if item.Fill = faded(item.Fill, k*lines-line); item.Fill.A > 0 {
			s.items = append(s.items, item)
		}
	}
}

// set sets a sentence as large as there is room for it.
func (s *stage) set(runs []Run, height float64) scene.Paragraph {
	var p scene.Paragraph
	for size := 132.0; size > 40; size -= 6 {
		spans := make([]scene.Span, len(runs))
		for i, run := range runs {
			style := display(size)
			style.Weight = 600
			spans[i] = scene.Span{Text: run.Text, Style: style, Fill: s.ink}
			if run.Accent {
				spans[i].Fill, spans[i].Weight = s.accent, 800
			}
		}
		p = scene.Wrap(spans, s.text.w)
		if p.Width <= s.text.w && 1.04*size*float64(len(p.Lines)) <= height && len(p.Lines) <= 5 {
			break
		}
	}
	return p
}

// ticker is the large figure where the sentence comes, which goes when k goes from 0 to 1.
func (s *stage) ticker(text, note string, k float64) {
	if k >= 1 {
		return
	}
	size := min(210, s.text.h*0.62)
	for size > 60 && scene.Measure(text, tabular(display(size))) > s.text.w {
		size -= 10
	}
	s.put("ticker", text, tabular(display(size)), s.text.x, s.text.y+size*0.82, 0, scene.Start, faded(s.accent, 1-k))
	if note != "" {
		s.put("note", note, body(600, 44), s.text.x, s.text.y+size*0.82+78, s.text.w, scene.Start, faded(s.ink, 1-k))
	}
}

func tabular(st scene.Style) scene.Style {
	st.Tabular = true
	return st
}

// sleeve is the square with the record on it; it gives the record's middle and
// radius.
func (s *stage) sleeve(b box) (x, y, radius float64) {
	s.rect("sleeve", b, 14, s.panel)
	x, y, radius = even(b.x+b.w/2), even(b.y+b.h/2), math.Floor(min(b.w, b.h)*0.46)
	var p scene.Path
	p.Circle(0, 0, radius)
	s.add("disc", x, y, p, s.disc)
	for i, k := range []float64{0.94, 0.8, 0.66, 0.52} {
		ring := scene.Path{Stroke: 1.5}
		ring.Arc(0, 0, radius*k, 0, 2*math.Pi)
		s.add("groove"+string(rune('a'+i)), x, y, ring, s.groove)
	}
	return x, y, radius
}

// label is the middle of a record.
func (s *stage) label(x, y, radius float64, large, small string) {
	var p, hole scene.Path
	p.Circle(0, 0, radius)
	s.add("label", x, y, p, s.panel)
	size := radius * 0.56
	for size > 12 && scene.Measure(large, tabular(display(size))) > radius*1.7 {
		size--
	}
	base := y + size*0.34
	if small != "" {
		base = y - radius*0.22
	}
	s.put("large", large, tabular(display(size)), x, base, 0, scene.Middle, s.onPanel)
	if small != "" {
		hole.Circle(0, 0, radius*0.085)
		s.add("hole", x, y, hole, s.disc)
		s.put("small", small, body(600, radius*0.15), x, y+radius*0.44, radius*1.6, scene.Middle, s.onPanel)
	}
}

// rows is a list of names with their figures, of which k says how many have come.
func (s *stage) rows(key string, b box, rows []Row, colour func(i int) scene.Color, k float64) {
	pitch := min(86, b.h/float64(max(1, len(rows))))
	size := min(pitch*0.52, b.w*0.072)
	for i, r := range rows {
		come := easeOut(min(1, max(0, k-float64(i))))
		if come <= 0 {
			continue
		}
		id := key + string(rune('a'+i))
		y := b.y + pitch*float64(i)
		s.rect(id+"tile", box{b.x, even(y + pitch*0.16), even(size * 0.84), even(size * 0.84)}, 8, faded(colour(i), come))
		base := y + pitch*0.16 + size*0.75
		figure := 0.0
		if r.Figure != "" {
			figure = scene.Measure(r.Figure, body(600, size)) + 30
			s.put(id+"figure", r.Figure, body(600, size), b.x+b.w, base, 0, scene.End, faded(s.ink, come))
		}
		s.put(id+"name", s.name(r), body(600, size), b.x+size*1.3, base, b.w-size*1.3-figure, scene.Start, faded(s.ink, come))
	}
}

// hue is the colour of a name, by its step around the circle: oklch(72% 0.13 hue).
func hue(step int) scene.Color {
	c, _ := scene.OKLCH(0.72, 0.13, float64(step)*360/24)
	return c
}

func cube(v float64) float64 { return v * v * v }

func faded(c scene.Color, k float64) scene.Color {
	// In steps, so that what nearly stands still is not painted anew.
	c.A = uint8(math.Round(float64(c.A) * math.Round(min(1, max(0, k))*8) / 8))
	return c
}

func even(v float64) float64 { return 2 * math.Round(v/2) }

// between is how far a moment is from one to another, from 0 to 1.
func between(at, from, to float64) float64 { return min(1, max(0, (at-from)/(to-from))) }

func easeOut(k float64) float64 { return 1 - cube(1-k) }

func easeInOut(k float64) float64 {
	if k < 0.5 {
		return 4 * cube(k)
	}
	return 1 - cube(2-2*k)/2
}

// tick is a moment as counters know it: they change six times a second.
func tick(at float64) float64 { return math.Floor(at*6) / 6 }
