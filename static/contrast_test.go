package static

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The colours are read from the style sheet itself, in both schemes, and held
// against the contrast that WCAG asks for: 4.5 for text, 3 for marks.

type scheme int

const (
	light scheme = iota
	dark
)

func (s scheme) String() string { return [...]string{"light", "dark"}[s] }

// colour is linear-light sRGB.
type colour [3]float64

// oklch converts to the nearest colour sRGB can show, as CSS defines it.
func oklch(lightness, chroma, hue float64) colour {
	a, b := chroma*math.Cos(hue*math.Pi/180), chroma*math.Sin(hue*math.Pi/180)
	cube := func(x float64) float64 { return x * x * x }
	l := cube(lightness + 0.3963377774*a + 0.2158037573*b)
	m := cube(lightness - 0.1055613458*a - 0.0638541728*b)
	s := cube(lightness - 0.0894841775*a - 1.2914855480*b)
	clamp := func(x float64) float64 { return math.Max(0, math.Min(1, x)) }
	return colour{
		clamp(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		clamp(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		clamp(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
	}
}

func (c colour) luminance() float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

func contrast(a, b colour) float64 {
	x, y := a.luminance()+0.05, b.luminance()+0.05
	return math.Max(x, y) / math.Min(x, y)
}

var (
	declaration = regexp.MustCompile(`(?m)^\s*--([a-z-]+):\s*(.+?);`)
	oklchValue  = regexp.MustCompile(`oklch\(([\d.]+)% ([\d.]+) ([\d.]+|var\(--hue\))\)`)
)

// palette holds the custom properties of the tokens layer as they are written.
type palette map[string]string

func readPalette(t *testing.T) palette {
	t.Helper()
	_, tokens, _ := strings.Cut(styleSheet(t), "@layer tokens {")
	tokens, _, ok := strings.Cut(tokens, "@layer ")
	if !ok {
		t.Fatal("the style sheet has no layer of tokens")
	}
	p := palette{}
	for _, m := range declaration.FindAllStringSubmatch(tokens, -1) {
		p[m[1]] = m[2]
	}
	return p
}

func (p palette) colour(t *testing.T, name string, s scheme, hue float64) colour {
	t.Helper()
	values := oklchValue.FindAllStringSubmatch(p[name], -1)
	if len(values) == 0 {
		t.Fatalf("--%s is %q, not a colour this test can read", name, p[name])
	}
	value := values[0]
	if strings.HasPrefix(p[name], "light-dark(") {
		value = values[s]
	}
	part := func(i int) float64 {
		f, err := strconv.ParseFloat(value[i], 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	if value[3] != "var(--hue)" {
		hue = part(3)
	}
	return oklch(part(1)/100, part(2), hue)
}

func TestConversionAgreesWithKnownColours(t *testing.T) {
	// oklch(62.796% .25768 29.234) is #f00, white on black is 21 to 1.
	red := oklch(0.62796, 0.25768, 29.234)
	if math.Abs(red[0]-1) > 0.001 || red[1] > 0.001 || red[2] > 0.001 {
		t.Errorf("red is %v", red)
	}
	if got := contrast(oklch(1, 0, 0), oklch(0, 0, 0)); math.Abs(got-21) > 0.01 {
		t.Errorf("white on black is %v", got)
	}
}

func TestContrast(t *testing.T) {
	p := readPalette(t)
	const text, mark = 4.5, 3.0
	pairs := []struct {
		front, back string
		least       float64
	}{
		{"ink", "background", 7}, {"ink", "surface", 7},
		{"dim", "background", text}, {"dim", "surface", text},
		{"accent", "background", text}, {"accent", "surface", text},
		{"on-accent", "accent", text}, {"background", "ink", text},
		{"tile-ink", "tile", text},
		{"quiet-mark", "background", mark}, {"quiet-mark", "surface", mark},
		{"field-line", "background", mark}, {"field-line", "surface", mark},
		{"hue-mark", "background", mark}, {"hue-mark", "surface", mark},
		{"vinyl-ray", "vinyl", mark}, {"vinyl", "accent", mark},
	}
	for _, s := range []scheme{light, dark} {
		for _, pair := range pairs {
			for step := range 24 {
				hue := float64(step * 15)
				got := contrast(p.colour(t, pair.front, s, hue), p.colour(t, pair.back, s, hue))
				if got < pair.least {
					t.Errorf("%v: --%s on --%s is %.2f to 1 at hue %v, want %v", s, pair.front, pair.back, got, hue, pair.least)
				}
				if !strings.Contains(p[pair.front]+p[pair.back], "var(--hue)") {
					break
				}
			}
		}
	}
}

func TestHuesGoRoundTheCircle(t *testing.T) {
	css := styleSheet(t)
	for step := range 24 {
		if want := fmt.Sprintf(".hue-%d { --hue: %d; }", step, step*15); !strings.Contains(css, want) {
			t.Errorf("no rule %s", want)
		}
	}
}

func styleSheet(t *testing.T) string {
	t.Helper()
	css, err := os.ReadFile("app.css")
	if err != nil {
		t.Fatal(err)
	}
	return string(css)
}
