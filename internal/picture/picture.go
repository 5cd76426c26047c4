// Package picture lays out what a person sends a friend: listening as a record, a
// sentence, names with their figures, and facts.
//
// A picture is a pure function of its content, size and theme. It knows no words:
// texts come with the content, and who hides names leaves them empty.
package picture

import "github.com/spotify-data-tool/spotify-data-tool/internal/scene"

// Content is what a picture shows.
type Content struct {
	// Title names the picture, and Alt says all that it shows, for who cannot see it.
	Title, Alt string
	Disc       Disc
	Sentence   []Run
	Rows       []Row  // at most [MaxRows] are shown
	Facts      []Fact // at most [MaxFacts]
	Foot       string
}

// What fits.
const (
	MaxRows  = 5
	MaxFacts = 3
)

// A Disc is a record with its rays, clockwise from the top.
type Disc struct {
	Label string // in the middle: "2025"
	Note  string // beneath it: "one line a day"
	Rays  []Ray
	// Hues are the colours of rays and rows, as steps of [Steps] around the circle.
	Hues []int
}

// A Ray is as long as its time. One without time is not drawn.
type Ray struct {
	Ms  int64
	Hue int // in Disc.Hues; -1 is the colour of the others
}

// Steps is how many hues there are.
const Steps = 24

// A Run is a part of the sentence.
type Run struct {
	Text   string
	Accent bool
	Name   bool // it may be shortened
}

// A Row is a name with its figure.
type Row struct {
	Name string // empty when names are hidden: its share is drawn in its place
	// Unset is drawn for a name that no font can set: "Artist 3".
	Unset    string
	Monogram string
	Figure   string
	Hue      int // in Disc.Hues; -1 is neutral
	Share    float64
}

// A Fact is a figure with what it is.
type Fact struct {
	Label string
	Name  string // may be shortened; optional
	Value string // after the name
}

// A Size is a format that pictures are laid out for.
type Size struct{ Width, Height int }

// The formats, the first for posts.
var (
	Post      = Size{1080, 1350}
	Story     = Size{1080, 1920}
	Square    = Size{1080, 1080}
	Link      = Size{1200, 630}
	Landscape = Size{1920, 1080}

	Sizes = []Size{Post, Story, Square, Link, Landscape}
)

// Draw lays out a picture. A size that is none of [Sizes] is laid out as the post.
func Draw(c *Content, size Size, dark bool) *scene.Scene {
	l, ok := layouts[size]
	if !ok {
		size, l = Post, layouts[Post]
	}
	p := paletteOf(dark)
	d := drawing{Scene: &scene.Scene{
		Width: size.Width, Height: size.Height, Background: p.background, Title: c.Title, Description: c.Alt,
	}, palette: p, layout: l, hues: distinct(c.Disc.Hues)}
	d.sleeve(&c.Disc)
	d.sentence(c.Sentence)
	d.rows(c.Rows[:min(len(c.Rows), MaxRows)])
	d.facts(c.Facts[:min(len(c.Facts), MaxFacts)])
	d.foot(c.Foot)
	return d.Scene
}

// A drawing is a scene being laid out.
type drawing struct {
	*scene.Scene
	palette
	layout
	hues []scene.Color
}

func (d *drawing) add(x, y float64, shape scene.Shape, fill scene.Color) {
	d.Items = append(d.Items, scene.Item{X: x, Y: y, Shape: shape, Fill: fill})
}

func (d *drawing) text(x, y float64, text string, s scene.Style, align scene.Align, fill scene.Color) {
	if text != "" {
		d.add(x, y, scene.Text{Text: text, Style: s, Align: align}, fill)
	}
}

// hue is the colour of a ray or row.
func (d *drawing) hue(i int, neutral scene.Color) scene.Color {
	if i < 0 || i >= len(d.hues) {
		return neutral
	}
	return d.hues[i]
}
