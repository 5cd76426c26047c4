package scene_test

import (
	"bytes"
	"encoding/xml"
	"image"
	"image/draw"
	"image/png"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
	"github.com/spotify-data-tool/spotify-data-tool/internal/scene/scenetest"
)

var (
	paper = scene.Color{R: 250, G: 249, B: 246, A: 255}
	ink   = scene.Color{R: 28, G: 28, B: 38, A: 255}
	red   = scene.Color{R: 208, G: 56, B: 48, A: 255}
	veil  = scene.Color{R: 28, G: 28, B: 38, A: 128}

	heading = scene.Style{Font: scene.Display, Weight: 800, Size: 24, Spacing: -.02}
	text    = scene.Style{Font: scene.Body, Weight: 600, Size: 24}
)

// lines are a line for each script, and what is hard about it.
var lines = []struct {
	name, text string
	noto       bool // whether it takes the fonts of Noto
}{
	{"figures", "Pelwynfai 1234567890", false},
	{"Latin", "“Łódź” Ångström ẞ ǅ", false},
	{"Vietnamese", "Tiếng Việt ở đây, Nguyễn", false},
	{"Greek", "Ελληνικά πολυτονικὸν", false},
	{"Cyrillic", "Русский Ўзбек Ђорђе", false},
	{"Arabic among Latin", "فيروز و 12 أغنية (Live)", true},
	{"Hebrew with Latin", "עברית shalom 123 שלום", true},
	{"Thai", "ไทยแลนด์ น้ำผึ้ง", true},
	{"Devanagari", "हिन्दी क्षत्रिय श्री", true},
	{"Japanese", "東京事変 宇多田ヒカル", true},
	{"Chinese", "方大同 邓紫棋 鄧麗君", true},
	{"Korean", "아이유 방탄소년단", true},
	{"emoji", "🎉 party 👩‍🚀 ❤️ 🇩🇪 👍🏽", false},
	{"letters of mathematics", "𝕬𝖇𝖈 ﬁ ① Ⅳ №", false},
	{"many marks", "a\u0301\u0302\u0303\u0304\u0305\u0306\u0307b", false},
	{"symbols", "★☆♪♫ ♥ → ∞ △", true},
}

// TestScripts sets a line of each script in both families. Without the fonts of Noto
// it says of their scripts that it cannot set them.
func TestScripts(t *testing.T) {
	s := scene.Scene{Width: 900, Height: 40*len(lines) + 20, Background: paper}
	for i, l := range lines {
		if got := scene.CanSet(l.text); got != (noto || !l.noto) {
			t.Errorf("%s: CanSet(%q) = %t", l.name, l.text, got)
		}
		y := float64(40*i + 40)
		s.Items = append(s.Items,
			scene.Item{X: 20, Y: y, Shape: scene.Text{Text: l.text, Style: text}, Fill: ink},
			scene.Item{X: 880, Y: y, Shape: scene.Text{Text: l.text, Style: heading, Align: scene.End}, Fill: red})
	}
	if got := scene.Pixels(&s); noto {
		compare(t, "scripts.png", got)
	}
}

// TestShapes paints each shape filled, stroked, half covered and cut off.
func TestShapes(t *testing.T) {
	var ring, arc, disc scene.Path
	ring.Circle(0, 0, 60)
	ring.Stroke = 6
	arc.Arc(0, 0, 60, 0, 4)
	arc.LineTo(0, 0)
	arc.Stroke, arc.Round = 14, true
	disc.Circle(0, 0, 60)
	s := scene.Scene{Width: 640, Height: 400, Background: paper, Items: []scene.Item{
		{X: 20.5, Y: 20.25, Shape: scene.Rect{W: 400.3, H: 100.5, Radius: 20}, Fill: red},
		{X: 20, Y: 140, Shape: scene.Rect{W: 11.5, H: 7}, Fill: ink},
		{X: 60, Y: 140, Shape: scene.Rect{W: 200, H: 3, Radius: 9}, Fill: ink},
		{X: -50, Y: 360, Shape: scene.Rect{W: 900, H: 100}, Fill: veil},
		{X: 90, Y: 240, Shape: ring, Fill: ink},
		{X: 250, Y: 240, Shape: arc, Fill: veil},
		{X: 640, Y: 200, Shape: disc, Fill: red},
		{X: 400, Y: 240, Shape: disc, Fill: scene.Color{R: 208, A: 0}},
		{X: 400, Y: 240, Shape: scene.Text{Text: "Middle", Style: heading, Align: scene.Middle}, Fill: veil},
	}}
	compare(t, "shapes.png", scene.Pixels(&s))
}

// compare holds an image against a golden file, within what processors differ by.
func compare(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	if differ, all, most := scenetest.Compare(t, name, got); differ*100_000 > all || most > 40 {
		t.Errorf("%s: %d of %d samples differ clearly, by at most %d", name, differ, all, most)
	}
}

func TestCanSet(t *testing.T) {
	for name, want := range map[string]bool{
		"Pelwynfai": true, "": false, "  ": false, "ქართული": false, "Imz ქ": false, "\u0007\u0007": false,
		"\U0010FFFD": false, "Imz \U0010FFFD": true, "x\u202Eabc": true,
	} {
		if got := scene.CanSet(name); got != want {
			t.Errorf("CanSet(%q) = %t", name, got)
		}
	}
}

// TestShorten cuts names by their width and between what people see as characters.
func TestShorten(t *testing.T) {
	for _, name := range []string{
		"Pelwynfai", strings.Repeat("Wonderful ", 20), strings.Repeat("東京", 100), strings.Repeat("فيروز ", 40),
		strings.Repeat("👩‍🚀", 50), strings.Repeat("e\u0301", 200), "", " ", strings.Repeat("i", 5000), "W", "\xff\xfe",
	} {
		if !noto && !scene.CanSet(name) {
			continue // what is not set takes no room
		}
		got := scene.Shorten(name, text, 160)
		if width := scene.Measure(got, text); width > 160 {
			t.Errorf("Shorten(%q) is %q, %.0f wide", name, got, width)
		}
		if scene.Measure(name, text) <= 160 && got != name {
			t.Errorf("Shorten(%q) is %q, though it fits", name, got)
		}
		if strings.Contains(got, "\u200d…") || strings.HasSuffix(got, " …") {
			t.Errorf("Shorten(%q) cuts a character: %q", name, got)
		}
	}
	if got := scene.Shorten("Wonderful", text, 1); got != "W…" {
		t.Errorf("nothing fits: %q", got)
	}
}

// TestWrap keeps every word, the width and the evenness of lines.
func TestWrap(t *testing.T) {
	spans := []scene.Span{
		{Text: "631 hours", Style: heading, Fill: red}, {Text: " in 2025, and ", Style: text, Fill: ink},
		{Text: "127", Style: heading, Fill: red}, {Text: " of 202 artists were new: 東京事変宇多田ヒカル.", Style: text, Fill: ink},
	}
	p := scene.Wrap(spans, 320)
	var words []string
	for _, line := range p.Lines {
		for _, span := range line {
			words = append(words, span.Text)
		}
	}
	all := strings.Join(strings.FieldsFunc(strings.Join(words, ""), func(r rune) bool { return r == ' ' || r == '\u00a0' }), "")
	if want := "631hoursin2025,and127of202artistswerenew:東京事変宇多田ヒカル."; all != want {
		t.Errorf("words %q", all)
	}
	if p.Width > 320 || noto && len(p.Lines) != 3 {
		t.Errorf("%d lines, %.0f wide", len(p.Lines), p.Width)
	}
	if items := p.Items("", 0, 0, 30, scene.Start); noto && len(items) < 5 {
		t.Errorf("%d items", len(items))
	}
	// A short name in a script that breaks anywhere stays whole, a long one fills its lines.
	name := scene.Span{Text: "隣町の記憶", Style: heading, Fill: red}
	short := scene.Wrap([]scene.Span{{Text: "104 times in seven days: ", Style: heading, Fill: ink}, name}, 360)
	if last := short.Lines[len(short.Lines)-1]; noto && (len(short.Lines) < 2 || last[len(last)-1].Text != name.Text) {
		t.Errorf("the last line is %v", last)
	}
	name.Text = strings.Repeat(name.Text, 10)
	if long := scene.Wrap([]scene.Span{name}, 360); noto && (long.Width > 360 || len(long.Lines) < 4) {
		t.Errorf("a long name has %d lines, %.0f wide", len(long.Lines), long.Width)
	}
	if p := scene.Wrap(nil, 100); len(p.Lines) != 0 {
		t.Errorf("nothing has lines: %+v", p)
	}
}

// TestSVG is well-formed, carries the words and no name as text besides them.
func TestSVG(t *testing.T) {
	s := scene.Scene{Width: 100, Height: 50, Background: paper, Title: `A <"title">`, Description: "One & two\x01", Items: []scene.Item{
		{X: 10, Y: 40, Shape: scene.Text{Text: "<b>Hidden</b>", Style: text}, Fill: ink},
		{X: 1, Y: 2, Shape: scene.Rect{W: 3, H: 4, Radius: 1}, Fill: veil},
	}}
	svg := scene.SVG(&s)
	var document struct {
		Title string `xml:"title"`
		Desc  string `xml:"desc"`
		Paths []struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal(svg, &document); err != nil {
		t.Fatal(err)
	}
	if document.Title != s.Title || document.Desc != "One & two\uFFFD" || len(document.Paths) != 2 || len(document.Paths[1].D) < 100 {
		t.Errorf("%+v", document)
	}
	if bytes.Contains(svg, []byte("Hidden")) || bytes.Contains(svg, []byte("style")) {
		t.Errorf("text or style in %s", svg)
	}
}

// TestPNG decodes to the pixels.
func TestPNG(t *testing.T) {
	s := scene.Scene{Width: 101, Height: 33, Background: paper, Items: []scene.Item{{X: 5, Y: 25, Shape: scene.Text{Text: "Pelwynfai", Style: text}, Fill: red}}}
	encoded, err := scene.PNG(&s)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := png.Decode(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	want := scene.Pixels(&s)
	got := image.NewRGBA(want.Rect)
	draw.Draw(got, got.Rect, decoded, image.Point{}, draw.Src)
	if !bytes.Equal(got.Pix, want.Pix) {
		t.Error("the pixels differ")
	}
}
