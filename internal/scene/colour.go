package scene

import "math"

// OKLCH is a colour in sRGB, its hue in degrees. Where sRGB does not have it each
// channel is as near as it can show, and ok is false.
func OKLCH(lightness, chroma, hue float64) (c Color, ok bool) {
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
	c = Color{
		R: channel(4.0767416621*l - 3.3077115913*m + .2309699292*s),
		G: channel(-1.2684380046*l + 2.6097574011*m - .3413193965*s),
		B: channel(-.0041960863*l - .7034186147*m + 1.7076147010*s),
		A: 255,
	}
	return c, ok
}
