package scene

import (
	"slices"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
	"golang.org/x/text/unicode/norm"
)

// A Font is a family.
type Font uint8

// The families.
const (
	Display Font = iota // Bricolage Grotesque, for headings; weights 200 to 800
	Body                // Inter; weights 100 to 900
)

// A Style is how text is set.
type Style struct {
	Font    Font
	Weight  int
	Size    float64 // of the em, in pixels
	Spacing float64 // between letters, in em; scripts that join or stack ignore it
	Tabular bool    // figures of the same width
}

// A typesetter shapes text. It is not for several goroutines at once.
type typesetter struct {
	faces   map[faceKey]*face
	buffer  *harfbuzz.Buffer
	bidi    bidi.Paragraph
	levels  []bidi.Level
	pieces  []piece
	pending []rune
	// The line that was set last: shapes are drawn twice, for their extent and then
	// for their pixels.
	text  string
	style Style
	line  line
}

type faceKey struct {
	file   *fontFile
	weight int
}

// A face is a font in one weight.
type face struct {
	*font.Face
	shaper   *harfbuzz.Font
	em       float64
	outlines map[font.GID][]opentype.Segment
	symbols  bool // its space is as wide as a symbol
}

// typesetters are ready to be used again: they hold faces and outlines, and no
// text.
var typesetters = sync.Pool{New: func() any {
	return &typesetter{faces: make(map[faceKey]*face), buffer: harfbuzz.NewBuffer()}
}}

func newTypesetter() *typesetter { return typesetters.Get().(*typesetter) }

// release forgets the text and lets others use the rest.
func (t *typesetter) release() {
	t.text, t.style, t.line = "", Style{}, line{}
	typesetters.Put(t)
}

func (t *typesetter) face(file *fontFile, weight int) *face {
	key := faceKey{file, weight}
	f, ok := t.faces[key]
	if !ok {
		f = &face{Face: font.NewFace(file.open()), symbols: file.symbols, outlines: make(map[font.GID][]opentype.Segment)}
		f.SetVariations([]font.Variation{{Tag: opentype.MustNewTag("wght"), Value: float32(weight)}})
		f.shaper, f.em = harfbuzz.NewFont(f.Face), float64(f.Upem())
		t.faces[key] = f
	}
	return f
}

// find is the first face with all the characters, or nil.
func (t *typesetter) find(s Style, cluster []rune) *face {
	for _, file := range families[s.Font] {
		if !file.mayHave(cluster[0]) {
			continue
		}
		f := t.face(file, s.Weight)
		if !slices.ContainsFunc(cluster, func(r rune) bool {
			if harfbuzz.IsDefaultIgnorable(r) {
				return false
			}
			_, ok := f.NominalGlyph(r)
			return !ok
		}) {
			return f
		}
	}
	return nil
}

// unbroken is a space that is set as it stands, at the end of a line too.
const unbroken = '\u00a0'

// maxMarks is how many marks a letter keeps: more would reach into other lines.
const maxMarks = 3

// isExtending reports whether a character belongs to the one before.
func isExtending(previous, r rune) bool {
	const joiner = 0x200D
	return unicode.IsMark(r) || harfbuzz.IsDefaultIgnorable(r) || previous == joiner ||
		r >= 0x1F3FB && r <= 0x1F3FF // skin tones
}

// isRegional reports whether a character is half of a flag.
func isRegional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// characterEnd is where what people see as one character ends.
func characterEnd(runes []rune, start int) int {
	end := start + 1
	for end < len(runes) && (isExtending(runes[end-1], runes[end]) || isRegional(runes[start]) && end == start+1 && isRegional(runes[end])) {
		end++
	}
	return end
}

// A cluster is set in one face, which is nil for spaces and where no font has it.
type cluster struct {
	runes []rune
	face  *face
}

// clusters divides text into what is set together. Symbols that no font has are
// left out; of a letter or a digit the face is nil.
func (t *typesetter) clusters(text string, s Style, yield func(cluster)) {
	runes := []rune(norm.NFC.String(text))
	lastSpace := true
	for start := 0; start < len(runes); {
		r := runes[start]
		if unicode.IsSpace(r) && r != unbroken || unicode.IsControl(r) {
			if !lastSpace {
				t.pending = append(t.pending, ' ')
			}
			lastSpace = true
			start++
			continue
		}
		taken := []rune{r}
		end := characterEnd(runes, start)
		for _, r := range runes[start+1 : end] {
			if !unicode.IsMark(r) || len(taken) <= maxMarks {
				taken = append(taken, r)
			}
		}
		start = end
		f := t.find(s, taken)
		if f == nil { // a letter of another font's, such as 𝕬, or marks that no font puts on it
			if plain := []rune(norm.NFKC.String(string(taken))); !slices.Equal(plain, taken) {
				if f = t.find(s, plain); f != nil {
					taken = plain
				}
			}
		}
		if f == nil {
			if f = t.find(s, taken[:1]); f != nil {
				taken = slices.DeleteFunc(taken, func(r rune) bool {
					_, ok := f.NominalGlyph(r)
					return !ok
				})
			}
		}
		if f == nil && !isWritten(taken[0]) {
			continue
		}
		if len(t.pending) > 0 {
			yield(cluster{runes: t.pending})
			t.pending = t.pending[:0]
		}
		lastSpace = false
		yield(cluster{taken, f})
	}
	t.pending = t.pending[:0]
}

// isWritten reports whether a name without the character would be another name.
func isWritten(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// CanSet reports whether the fonts hold a text. Of one that they do not hold,
// painting leaves out what is missing. An empty text cannot be set.
func CanSet(text string) bool {
	t := newTypesetter()
	defer t.release()
	some, all := false, true
	t.clusters(text, Style{Font: Body, Weight: 500}, func(c cluster) {
		switch {
		case c.runes[0] == ' ':
		case c.face == nil:
			all = false
		default:
			some = true
		}
	})
	return some && all
}

// A glyph of a line stands at x and y in em, y growing upwards.
type glyph struct {
	face *face
	id   font.GID
	x, y float64
}

// A line is set text, its width in em.
type line struct {
	glyphs []glyph
	width  float64
}

// A piece of a line has one face, script and direction.
type piece struct {
	start, end int
	face       *face
	script     language.Script
	level      bidi.Level
}

var tabular = []harfbuzz.Feature{{Tag: opentype.MustNewTag("tnum"), Value: 1, Start: harfbuzz.FeatureGlobalStart, End: harfbuzz.FeatureGlobalEnd}}

// set shapes a line of text.
func (t *typesetter) set(text string, s Style) line {
	s.Size = 1 // shaping does not depend on it
	if text == t.text && s == t.style {
		return t.line
	}
	var runes []rune
	var faces []*face
	t.clusters(text, s, func(c cluster) {
		if c.face == nil && c.runes[0] != ' ' {
			return
		}
		for _, r := range c.runes {
			runes = append(runes, r)
			faces = append(faces, c.face)
		}
	})
	t.divide(runes, faces)
	var out line
	for _, p := range t.pieces {
		if p.face == nil { // spaces between two directions
			p.face = t.face(families[s.Font][0], s.Weight)
		}
		out.add(t.shape(runes, p, s), p, s)
	}
	if n := len(out.glyphs); n > 0 && s.Spacing != 0 && spaced(t.pieces[len(t.pieces)-1].script) {
		out.width -= s.Spacing
	}
	t.text, t.style, t.line = text, s, out
	return out
}

// divide finds the pieces of a line, in the order in which they are seen.
func (t *typesetter) divide(runes []rune, faces []*face) {
	t.levels, t.pieces = t.levels[:0], t.pieces[:0]
	runs := t.bidi.Segment(runes, bidi.Neutral)
	for i := range runs.NumRuns() {
		run := runs.Run(i)
		for range run.End - run.Start {
			t.levels = append(t.levels, run.Level)
		}
	}
	for i, r := range runes {
		script, f := language.LookupScript(r), faces[i]
		if n := len(t.pieces); n > 0 && t.pieces[n-1].level == t.levels[i] {
			last := &t.pieces[n-1]
			if joins(last.face, f) && (!script.Strong() || !last.script.Strong() || script == last.script) {
				last.end = i + 1
				if last.face == nil {
					last.face = f
				}
				if !last.script.Strong() {
					last.script = script
				}
				continue
			}
		}
		t.pieces = append(t.pieces, piece{i, i + 1, f, script, t.levels[i]})
	}
	// Rule L2 of the Unicode bidirectional algorithm.
	var top bidi.Level
	for _, p := range t.pieces {
		top = max(top, p.level)
	}
	for level := top; level > 0; level-- {
		for i := 0; i < len(t.pieces); {
			j := i
			for j < len(t.pieces) && t.pieces[j].level >= level {
				j++
			}
			slices.Reverse(t.pieces[i:j])
			i = max(j, i+1)
		}
	}
}

// joins reports whether a character goes on in the face of the piece before it.
// A space, which has none, goes with the letters around it.
func joins(before, f *face) bool {
	switch {
	case before == nil:
		return f == nil || !f.symbols
	case f == nil:
		return !before.symbols
	}
	return before == f
}

// shape puts the glyphs of a piece into the buffer.
func (t *typesetter) shape(runes []rune, p piece, s Style) *harfbuzz.Buffer {
	t.buffer.Clear()
	t.buffer.AddRunes(runes, p.start, p.end-p.start)
	t.buffer.Props = harfbuzz.SegmentProperties{Direction: harfbuzz.LeftToRight, Script: p.script, Language: "en"}
	if p.level%2 == 1 {
		t.buffer.Props.Direction = harfbuzz.RightToLeft
	}
	var features []harfbuzz.Feature
	if s.Tabular {
		features = tabular
	}
	t.buffer.Shape(p.face.shaper, features)
	return t.buffer
}

func (l *line) add(b *harfbuzz.Buffer, p piece, s Style) {
	em := p.face.em
	for i, pos := range b.Pos {
		l.glyphs = append(l.glyphs, glyph{p.face, b.Info[i].Glyph, l.width + float64(pos.XOffset)/em, float64(pos.YOffset) / em})
		l.width += float64(pos.XAdvance) / em
		if s.Spacing != 0 && spaced(p.script) && (i+1 == len(b.Info) || b.Info[i+1].Cluster != b.Info[i].Cluster) {
			l.width += s.Spacing
		}
	}
}

// spaced reports whether the letters of a script may be moved apart.
func spaced(script language.Script) bool {
	return script != language.Arabic && script != language.Devanagari && script != language.Thai
}

// draw adds the outline of a glyph whose origin is at x and y.
func (g *glyph) draw(to sink, x, y, size float64) {
	segments, ok := g.face.outlines[g.id]
	if !ok {
		outline, _ := g.face.GlyphDataOutline(g.id)
		segments = outline.Segments
		g.face.outlines[g.id] = segments
	}
	scale := size / g.face.em
	at := func(p opentype.SegmentPoint) (float64, float64) {
		return x + float64(p.X)*scale, y - float64(p.Y)*scale
	}
	begun := false
	for i := range segments {
		s := &segments[i]
		x1, y1 := at(s.Args[0])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			if begun {
				to.closePath()
			}
			begun = true
			to.moveTo(x1, y1)
		case opentype.SegmentOpLineTo:
			to.lineTo(x1, y1)
		case opentype.SegmentOpQuadTo:
			x2, y2 := at(s.Args[1])
			to.quadTo(x1, y1, x2, y2)
		case opentype.SegmentOpCubeTo:
			x2, y2 := at(s.Args[1])
			x3, y3 := at(s.Args[2])
			to.cubeTo(x1, y1, x2, y2, x3, y3)
		}
	}
	if begun {
		to.closePath()
	}
}
