package picture

import "github.com/spotify-data-tool/spotify-data-tool/internal/scene"

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

// oklch is a colour in sRGB, of less chroma where sRGB has not as much.
func oklch(lightness, chroma, hue float64) scene.Color {
	for ; chroma > 0; chroma -= .002 {
		if c, ok := scene.OKLCH(lightness, chroma, hue); ok {
			return c
		}
	}
	c, _ := scene.OKLCH(lightness, 0, hue)
	return c
}
