package picture

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
)

// A layout is where things stand in a format.
type layout struct {
	sleeve box
	round  float64 // the corners of the sleeve
	disc   struct{ x, y, radius float64 }
	head   box // the sentence
	// headSize is how large the sentence is at most, and headLines how many lines it
	// has. On the sleeve it takes the colours of the label.
	headSize     float64
	headLines    int
	headOnSleeve bool
	rows         box // their height is that of all
	rowSize      float64
	facts        box
	factColumns  int
	factSize     float64
	footX, footY float64
	footWidth    float64
}

type box struct{ x, y, w, h float64 }

var layouts = map[Size]layout{
	Post: {
		sleeve: box{60, 60, 960, 700}, round: 12, disc: disc{540, 410, 310},
		head: box{60, 800, 960, 160}, headSize: 66, headLines: 2,
		rows: box{60, 988, 556, 230}, rowSize: 31,
		facts: box{676, 988, 344, 230}, factColumns: 1, factSize: 30,
		footX: 60, footY: 1304, footWidth: 960,
	},
	Story: {
		sleeve: box{0, 0, 1080, 1080}, disc: disc{540, 570, 440},
		head: box{72, 1132, 936, 236}, headSize: 96, headLines: 3,
		rows: box{72, 1392, 936, 310}, rowSize: 42,
		facts: box{72, 1726, 936, 90}, factColumns: 3, factSize: 34,
		footX: 72, footY: 1888, footWidth: 936,
	},
	Square: {
		sleeve: box{0, 0, 1080, 600}, disc: disc{318, 300, 250},
		head: box{626, 60, 394, 480}, headSize: 66, headLines: 6, headOnSleeve: true,
		rows: box{60, 650, 556, 300}, rowSize: 33,
		facts: box{676, 650, 344, 300}, factColumns: 1, factSize: 30,
		footX: 60, footY: 1040, footWidth: 960,
	},
	Link: {
		sleeve: box{0, 0, 520, 630}, disc: disc{260, 315, 228},
		head: box{572, 44, 576, 128}, headSize: 52, headLines: 3,
		rows: box{572, 196, 576, 220}, rowSize: 27,
		facts: box{572, 446, 576, 70}, factColumns: 3, factSize: 25,
		footX: 572, footY: 592, footWidth: 576,
	},
	Landscape: {
		sleeve: box{0, 0, 960, 1080}, disc: disc{480, 540, 420},
		head: box{1050, 84, 790, 250}, headSize: 92, headLines: 3,
		rows: box{1050, 376, 790, 340}, rowSize: 43,
		facts: box{1050, 780, 790, 100}, factColumns: 3, factSize: 35,
		footX: 1050, footY: 1010, footWidth: 790,
	},
}

type disc = struct{ x, y, radius float64 }

func display(weight int, size float64) scene.Style {
	return scene.Style{Font: scene.Display, Weight: weight, Size: size, Spacing: -.02}
}

func body(weight int, size float64) scene.Style {
	return scene.Style{Font: scene.Body, Weight: weight, Size: size, Spacing: -.005}
}

// sleeve draws the sleeve with its record.
func (d *drawing) sleeve(c *Disc) {
	s := d.layout.sleeve
	d.add(s.x, s.y, scene.Rect{W: s.w, H: s.h, Radius: d.round}, d.accent)
	at := d.disc
	var rim, label, hole scene.Path
	rim.Circle(0, 0, at.radius)
	d.add(at.x, at.y, rim, vinyl)
	outer, inner := at.radius*.95, at.radius*.36
	groove := vinylRay
	groove.A = 18
	for i := range 4 {
		var ring scene.Path
		ring.Circle(0, 0, inner+(outer-inner)*(.25+.25*float64(i)))
		ring.Stroke = 1
		d.add(at.x, at.y, ring, groove)
	}
	d.rays(c.Rays, inner, outer)
	label.Circle(0, 0, at.radius*.32)
	d.add(at.x, at.y, label, d.accent)
	hole.Circle(0, 0, at.radius*.028)
	d.add(at.x, at.y, hole, vinyl)

	size, room := at.radius*.165, at.radius*.52
	side := c.Label
	if !scene.CanSet(side) {
		side = ""
	}
	if w := scene.Measure(side, display(800, size)); w > room {
		size = max(at.radius*.075, size*room/w)
		side = scene.Shorten(side, display(800, size), room)
	}
	d.text(at.x, at.y-at.radius*.145+size*.36, side, display(800, size), scene.Middle, d.onAccent)
	d.text(at.x, at.y+at.radius*.14, c.Note, body(500, at.radius*.047), scene.Middle, d.onAccent)
}

// rays draws the rays, those of a colour as one path.
func (d *drawing) rays(rays []Ray, inner, outer float64) {
	var top int64
	for _, r := range rays {
		top = max(top, r.Ms)
	}
	thick := d.disc.radius / 280 // as in the record of the story
	// Wider than their share at the label, where they touch, to be seen further out.
	width := min(9*thick, max(1.4*thick, 2*math.Pi*inner/float64(max(len(rays), 1))*1.5))
	paths := make([]scene.Path, len(d.hues)+1)
	for i, r := range rays {
		if r.Ms <= 0 {
			continue
		}
		hue := r.Hue
		if hue < 0 || hue >= len(d.hues) {
			hue = len(d.hues)
		}
		sin, cos := math.Sincos(2*math.Pi*float64(i)/float64(len(rays)) - math.Pi/2)
		reach := inner + max(1.5*thick, (outer-inner)*float64(r.Ms)/float64(top))
		paths[hue].MoveTo(inner*cos, inner*sin)
		paths[hue].LineTo(reach*cos, reach*sin)
	}
	for i := len(paths) - 1; i >= 0; i-- {
		if paths[i].Segments != nil {
			paths[i].Stroke, paths[i].Round = width, true
			d.add(d.disc.x, d.disc.y, paths[i], d.hue(i, vinylRay))
		}
	}
}

// leading is the distance of two lines of the sentence, in its size.
const leading = 1.08

// dated is between the day and the month of a date, which stay on one line.
var dated = regexp.MustCompile(`(\d) (\p{Lu})`)

// sentence sets the sentence as large as it fits.
func (d *drawing) sentence(runs []Run) {
	b := d.head
	plain, accent := d.ink, d.accent
	if d.headOnSleeve {
		plain, accent = d.onAccent, d.onAccent
	}
	var p scene.Paragraph
	size := d.headSize
	for ; ; size *= .94 {
		spans := make([]scene.Span, 0, len(runs))
		for _, r := range runs {
			s := scene.Span{Text: r.Text, Style: display(500, size), Fill: plain}
			if r.Accent {
				s.Style, s.Fill = display(800, size), accent
			}
			if r.Name {
				s.Text = scene.Shorten(s.Text, s.Style, b.w*.98)
			} else {
				s.Text = strings.ReplaceAll(dated.ReplaceAllString(s.Text, "$1\u00a0$2"), " –", "\u00a0–")
			}
			spans = append(spans, s)
		}
		p = scene.Wrap(spans, b.w)
		if p.Width <= b.w && len(p.Lines) <= d.headLines && float64(len(p.Lines))*size*leading <= b.h || size < d.headSize*.4 {
			break
		}
	}
	y := b.y + size*.86
	if d.headOnSleeve {
		y = b.y + (b.h-float64(len(p.Lines)-1)*size*leading)/2 + size*.34
	}
	d.Items = append(d.Items, p.Items("", b.x, y, size*leading, scene.Start)...)
}

// rows draws the names with their figures.
func (d *drawing) rows(rows []Row) {
	b, size := d.layout.rows, d.rowSize
	step := b.h / MaxRows
	figures := scene.Style{Font: scene.Body, Weight: 600, Size: size, Spacing: -.005, Tabular: true}
	var widest float64
	for i := range rows {
		widest = max(widest, scene.Measure(rows[i].Figure, figures))
	}
	for i, r := range rows {
		y := b.y + step*(float64(i)+.5)
		tile, base := size*.9, y+size*.36
		fill := d.hue(r.Hue, d.quiet)
		d.add(b.x, y-tile/2, scene.Rect{W: tile, H: tile, Radius: tile * .2}, fill)
		left := b.x + tile*1.55
		room := b.w - tile*1.55 - widest - size
		d.text(b.x+b.w, base, r.Figure, figures, scene.End, d.ink)
		name := r.Name
		switch {
		case name == "":
			bar := fill
			bar.A = 160
			d.add(left, y-size*.3, scene.Rect{W: max(size*.6, room*min(r.Share, 1)), H: size * .6, Radius: size * .12}, bar)
			continue
		case !scene.CanSet(name):
			name = r.Unset
			if scene.CanSet(r.Monogram) {
				d.text(b.x+tile/2, y+tile*.22, r.Monogram, body(700, tile*.6), scene.Middle, vinyl)
			}
		}
		d.text(left, base, scene.Shorten(name, body(600, size), room), body(600, size), scene.Start, d.ink)
	}
}

// facts draws the facts, beneath each other or beside.
func (d *drawing) facts(facts []Fact) {
	b, size := d.layout.facts, d.factSize
	width, right, down := b.w, 0.0, b.h/MaxFacts
	if d.factColumns > 1 {
		gap := size * .8
		width = (b.w - gap*(MaxFacts-1)) / MaxFacts
		right, down = width+gap, 0
	}
	isTooWide := func(f Fact) bool { return scene.Measure(f.Name+f.Value, body(600, size)) > width }
	for smallest := size * .86; size > smallest && slices.ContainsFunc(facts, isTooWide); {
		size *= .97
	}
	for i, f := range facts {
		d.fact(f, b.x+right*float64(i), b.y+down*float64(i)+d.factSize*.72, width, size)
	}
}

// fact draws a fact. Beside others it may take two lines.
func (d *drawing) fact(f Fact, x, y, width, size float64) {
	label, s := body(500, d.factSize*.7), body(600, size)
	if w := scene.Measure(f.Label, label); w > width {
		label.Size *= max(.82, width/w)
	}
	d.text(x, y, scene.Shorten(f.Label, label, width), label, scene.Start, d.dim)
	y += d.factSize * 1.06
	value := f.Value
	switch {
	case f.Name == "":
	case !scene.CanSet(f.Name):
		value = strings.TrimLeft(value, ", ")
	case d.factColumns > 1:
		value = scene.Shorten(f.Name, s, width-scene.Measure(",", s)) + value
	default:
		value = scene.Shorten(f.Name, s, width-scene.Measure(f.Value, s)) + value
	}
	if d.factColumns > 1 {
		p := scene.Wrap([]scene.Span{{Text: value, Style: s, Fill: d.ink}}, width)
		if len(p.Lines) == 2 && p.Width <= width {
			d.Items = append(d.Items, p.Items("", x, y, size*1.2, scene.Start)...)
			return
		}
	}
	d.text(x, y, scene.Shorten(value, s, width), s, scene.Start, d.ink)
}

// foot draws the last line and the rule above it.
func (d *drawing) foot(text string) {
	size := d.factSize * .7
	d.add(d.footX, d.footY-size*2.1, scene.Rect{W: d.footWidth, H: 2}, d.line)
	s := body(500, size)
	if w := scene.Measure(text, s); w > d.footWidth {
		s.Size = max(size*.75, size*d.footWidth/w)
	}
	d.text(d.footX, d.footY, scene.Shorten(text, s, d.footWidth), s, scene.Start, d.dim)
}
