package picture

import (
	"math"

	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
)

// A palette is the colours of a theme: those of the style sheet.
type palette struct {
	background, ink, dim, line, accent, onAccent, quiet scene.Color
}

// What records look like, in any theme.
var (
	vinyl    = oklch(.20, .014, 285)
	vinylRay = oklch(.93, .014, 85)
)

func paletteOf(dark bool) palette {
	if dark {
		return palette{
			background: oklch(.17, .012, 285), ink: oklch(.94, .008, 85), dim: oklch(.70, .012, 285), line: oklch(.30, .014, 285),
			accent: oklch(.74, .16, 42), onAccent: oklch(.17, .012, 285), quiet: oklch(.44, .014, 285),
		}
	}
	return palette{
		background: oklch(.982, .006, 85), ink: oklch(.24, .02, 285), dim: oklch(.50, .015, 285), line: oklch(.90, .008, 85),
		accent: oklch(.57, .19, 28), onAccent: oklch(1, 0, 0), quiet: oklch(.72, .01, 285),
	}
}

// Apart are hues that can be told from each other: of two that are the same or nearly
// so, the later one moves to the nearest that is free.
func Apart(hues []int) []int {
	const apart = 3 // steps, 45 degrees
	taken := make([]int, 0, len(hues))
	free := func(hue int) bool {
		for _, t := range taken {
			if off := (hue - t + Steps) % Steps; min(off, Steps-off) < apart {
				return false
			}
		}
		return true
	}
	for _, hue := range hues {
		hue = (hue%Steps + Steps) % Steps
		for off := 0; off <= Steps/2; off++ {
			if free((hue + off) % Steps) {
				hue = (hue + off) % Steps
				break
			}
			if free((hue - off + Steps) % Steps) {
				hue = (hue - off + Steps) % Steps
				break
			}
		}
		taken = append(taken, hue)
	}
	return taken
}

// distinct are the colours of hues, apart.
func distinct(hues []int) []scene.Color {
	colours := make([]scene.Color, len(hues))
	for i, hue := range Apart(hues) {
		colours[i] = oklch(.74, .14, float64(hue)*360/Steps)
	}
	return colours
}

// oklch is a colour in sRGB, as near as that can show.
func oklch(lightness, chroma, hue float64) scene.Color {
	for ; chroma > 0; chroma -= .002 {
		if c, ok := oklab(lightness, chroma, hue); ok {
			return c
		}
	}
	c, _ := oklab(lightness, 0, hue)
	return c
}

// oklab reports whether sRGB has the colour.
func oklab(lightness, chroma, hue float64) (c scene.Color, ok bool) {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	a, b := chroma*cos, chroma*sin
	cube := func(v float64) float64 { return v * v * v }
	l := cube(lightness + .3963377774*a + .2158037573*b)
	m := cube(lightness - .1055613458*a - .0638541728*b)
	s := cube(lightness - .0894841775*a - 1.2914855480*b)
	ok = true
	channel := func(linear float64) uint8 {
		if linear < -.0005 || linear > 1.0005 {
			ok = false
		}
		v := 12.92 * linear
		if linear > .0031308 {
			v = 1.055*math.Pow(linear, 1/2.4) - .055
		}
		return uint8(math.Round(255 * min(max(v, 0), 1)))
	}
	c = scene.Color{
		R: channel(4.0767416621*l - 3.3077115913*m + .2309699292*s),
		G: channel(-1.2684380046*l + 2.6097574011*m - .3413193965*s),
		B: channel(-.0041960863*l - .7034186147*m + 1.7076147010*s),
		A: 255,
	}
	return c, ok
}
