package picture_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/picture"
	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
	"github.com/spotify-data-tool/spotify-data-tool/internal/scene/scenetest"
)

// year is an invented year, its names given.
func year(names ...string) *picture.Content {
	r := rand.New(rand.NewPCG(1, 2))
	c := &picture.Content{
		Title: "My 2025", Alt: "631 hours in 2025.", Foot: "Made from my own Spotify export · nothing kept, nobody tracked",
		Sentence: []picture.Run{{Text: "631 hours", Accent: true}, {Text: " in 2025, and "}, {Text: "127", Accent: true}, {Text: " of 202 artists were new."}},
		Disc:     picture.Disc{Label: "2025", Note: "one line a day", Hues: []int{16, 5, 16, 19, 17}},
		Facts: []picture.Fact{
			{Label: "Longest streak", Value: "25 days in October"}, {Label: "On repeat, 7 October", Name: names[0], Value: ", 38 times"}, {Label: "Against 2024", Value: "2.4 times the hours"},
		},
	}
	for i, name := range names {
		c.Rows = append(c.Rows, picture.Row{Name: name, Unset: fmt.Sprint("Artist ", i+1), Monogram: "I", Figure: fmt.Sprint(116-20*i, " h"), Hue: i, Share: 1 / float64(i+1)})
	}
	for range 365 {
		c.Disc.Rays = append(c.Disc.Rays, picture.Ray{Ms: int64(max(0, r.NormFloat64()+1.4) * 1e6), Hue: r.IntN(9) - 3})
	}
	return c
}

var usual = []string{"Pelwynfai", "Quacor co ski Hajov Lis", "Shufahav", "Hanuwynv Torsh", "Ski Dridrijoastim"}

// odd are names that are long, of other scripts, or that no font can set.
var odd = []string{strings.Repeat("Wonderful ", 20), "فيروز و أغنية", "東京事変 宇多田ヒカル", "🎉 party 👩‍🚀", "ქართული"}

func odds() *picture.Content {
	c := year(odd...)
	c.Sentence = []picture.Run{{Text: "116 hours", Accent: true}, {Text: " of "}, {Text: odd[0], Accent: true, Name: true}, {Text: " by "}, {Text: odd[1], Name: true}, {Text: "."}}
	c.Disc.Label = "29 September"
	return c
}

func hidden() *picture.Content {
	c := year("", "", "", "", "")
	c.Facts[1].Value = "One song, 38 times"
	return c
}

// TestPictures holds each format against a golden file of a quarter of its size.
func TestPictures(t *testing.T) {
	for name, c := range map[string]*picture.Content{"year": year(usual...), "odd": odds(), "hidden": hidden()} {
		for i, size := range picture.Sizes {
			dark := (i+len(name))%2 == 1
			if name != "year" && i%2 == 1 {
				continue // the formats that are wider than high stand for each other
			}
			drawn := picture.Draw(c, size, dark)
			if drawn.Width != size.Width || drawn.Height != size.Height || drawn.Title != c.Title || drawn.Description != c.Alt {
				t.Errorf("%s %v: %d by %d, %q", name, size, drawn.Width, drawn.Height, drawn.Title)
			}
			compare(t, fmt.Sprintf("%s-%dx%d.png", name, size.Width, size.Height), quarter(scene.Pixels(drawn)))
		}
	}
}

// TestNothingLeavesThePicture: whatever the names are, text stays within the margins.
func TestNothingLeavesThePicture(t *testing.T) {
	names := append([]string{strings.Repeat("W", 200), strings.Repeat("ة", 200), strings.Repeat("龍", 200), "i", " "}, odd...)
	for i := range names {
		for _, size := range picture.Sizes {
			c := year(names[i], names[(i+1)%len(names)], names[(i+2)%len(names)], names[(i+3)%len(names)], names[(i+4)%len(names)])
			c.Sentence = append(c.Sentence[:2:2], picture.Run{Text: names[i], Name: true, Accent: true}, picture.Run{Text: " and ever after."})
			c.Disc.Label = names[i]
			for _, item := range picture.Draw(c, size, false).Items {
				line, ok := item.Shape.(scene.Text)
				if !ok {
					continue
				}
				width, left := scene.Measure(line.Text, line.Style), item.X
				switch line.Align {
				case scene.Middle:
					left -= width / 2
				case scene.End:
					left -= width
				}
				if left < 20 || left+width > float64(size.Width)-20 || item.Y < line.Size*.7 || item.Y > float64(size.Height)-16 {
					t.Fatalf("%v: %q stands at %.0f to %.0f, %.0f", size, line.Text, left, left+width, item.Y)
				}
			}
		}
	}
}

// TestThinContent draws what has hardly anything.
func TestThinContent(t *testing.T) {
	for _, c := range []*picture.Content{{}, {Disc: picture.Disc{Rays: make([]picture.Ray, 3)}}, {Rows: make([]picture.Row, 9), Facts: make([]picture.Fact, 9)}, {Disc: picture.Disc{Rays: []picture.Ray{{Ms: 1, Hue: 7}}}}} {
		for _, size := range append([]picture.Size{{}}, picture.Sizes...) {
			drawn := picture.Draw(c, size, true)
			scene.SVG(drawn)
			scene.Pixels(drawn)
		}
	}
}

// quarter makes four pixels by four into one.
func quarter(img *image.RGBA) *image.RGBA {
	small := image.NewRGBA(image.Rect(0, 0, img.Rect.Dx()/4, img.Rect.Dy()/4))
	for y := range small.Rect.Dy() {
		for x := range small.Rect.Dx() {
			for channel := range 4 {
				sum := 0
				for i := range 16 {
					sum += int(img.Pix[img.PixOffset(4*x+i%4, 4*y+i/4)+channel])
				}
				small.Pix[small.PixOffset(x, y)+channel] = uint8((sum + 8) / 16)
			}
		}
	}
	return small
}

// compare holds an image against a golden file, within what processors differ by.
func compare(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	if differ, all, _ := scenetest.Compare(t, name, got); differ*10_000 > all {
		t.Errorf("%s: %d of %d samples differ clearly", name, differ, all)
	}
}

// BenchmarkPicture is all that a picture costs: laying out, painting, encoding.
func BenchmarkPicture(b *testing.B) {
	for _, size := range picture.Sizes {
		b.Run(fmt.Sprintf("%dx%d", size.Width, size.Height), func(b *testing.B) {
			c := odds()
			for b.Loop() {
				if _, err := scene.PNG(picture.Draw(c, size, false)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
