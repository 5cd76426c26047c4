package clip

import (
	"fmt"
	"math"

	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
)

// angle is where a part of a day or a year stands on a dial, clockwise from the top.
func angle(part float64) float64 { return 2*math.Pi*part - math.Pi/2 }

// dialBox is where the sleeve stands, and beside it or beneath it room for a list. Where
// the picture is wide the list stands beneath the sentence, which gets less room.
func (s *stage) dialBox(share float64) (dial, rest box) {
	dial, rest = s.body, s.body
	switch {
	case share == 1:
	case s.Width > s.Height:
		s.sentenceHeight = s.text.h * 0.5
		rest = box{s.text.x, s.text.y + s.text.h*0.56, s.text.w, s.text.h * 0.5}
	case s.Width == s.Height:
		dial.w = even(s.body.w * 0.52)
		rest.x, rest.w = s.body.x+dial.w+36, s.body.w-dial.w-36
	default:
		dial.h = even(s.body.h * share)
		rest.y += dial.h + 36
		rest.h -= dial.h + 36
	}
	return dial, rest
}

// sector is a part of a ring, from one part of the dial to another.
func sector(inner, outer, from, to float64) (p scene.Path) {
	const fineness = 180 // steps around
	steps := max(1, int(math.Ceil((to-from)*fineness)))
	point := func(i int, radius float64) (x, y float64) {
		sin, cos := math.Sincos(angle(from + (to-from)*float64(i)/float64(steps)))
		return cos * radius, sin * radius
	}
	p.MoveTo(point(0, outer))
	for i := 1; i <= steps; i++ {
		p.LineTo(point(i, outer))
	}
	for i := steps; i >= 0; i-- {
		p.LineTo(point(i, inner))
	}
	p.Close()
	return p
}

// marks are the hours around a dial.
func (s *stage) marks(marks [4]string, x, y, radius float64) {
	size := radius * 0.085
	for i, mark := range marks {
		sin, cos := math.Sincos(angle(float64(i) / 4))
		s.put("mark"+string(rune('a'+i)), mark, body(600, size), even(x+cos*radius*0.9), even(y+sin*radius*0.9+size*0.36), 0, scene.Middle, neutral)
	}
}

// draw: a hand goes around and leaves the hours behind it.
func (c Clock) draw(s *stage, at float64) {
	const begins, ends = 0.3, 4.0
	dial, _ := s.dialBox(1)
	x, y, radius := s.sleeve(dial)
	place := easeInOut(between(at, begins, ends)) * 24
	top := max(1, c.Hours[c.Peak])
	inner, outer := radius*0.34, radius*0.8
	for h, ms := range c.Hours {
		k := easeOut(min(1, max(0, place-float64(h))))
		if k <= 0 || ms == 0 {
			continue
		}
		fill := neutral
		if at >= ends {
			if fill = rgb(0x7d, 0x7b, 0x78); h == c.Peak {
				fill = rgb(0xfd, 0x84, 0x53)
			}
		}
		reach := inner + max(4, (outer-inner)*float64(ms)/float64(top)*math.Round(k*12)/12)
		s.add("hour"+string(rune('a'+h)), x, y, sector(inner, reach, (float64(h)+0.08)/24, (float64(h)+0.92)/24), fill)
	}
	s.marks(c.Marks, x, y, radius)
	shown := fmt.Sprintf("%02d:00", min(23, int(place)))
	if at >= ends {
		shown = c.Center
	}
	s.label(x, y, radius*0.29, shown, "")
	s.ticker(shown, "", between(at, ends, ends+0.4))
	s.sentence(c.Head, between(at, ends+0.2, ends+0.7))
}

// draw: the hand goes through one day and leaves what was played.
func (d Day) draw(s *stage, at float64) {
	const begins, ends = 0.3, 4.8
	dial, rest := s.dialBox(0.76)
	x, y, radius := s.sleeve(dial)
	place := easeInOut(between(at, begins, ends))
	var total int64
	for i, p := range d.Plays {
		if p.From > place {
			break
		}
		total += int64(float64(p.Adds) * between(place, p.From, max(p.To, p.From+1e-6)))
		arc := sector(radius*0.42, radius*0.76, p.From, max(p.From+0.0012, min(p.To, place)))
		fill := neutral
		if p.Hue >= 0 {
			fill = hue(p.Hue)
		}
		s.add(fmt.Sprintf("play%d", i), x, y, arc, fill)
	}
	if at < ends {
		sin, cos := math.Sincos(angle(place))
		hand := scene.Path{Stroke: 5, Round: true}
		hand.MoveTo(cos*radius*0.3, sin*radius*0.3)
		hand.LineTo(cos*radius*0.84, sin*radius*0.84)
		s.add("hand", x, y, hand, white)
	} else {
		total = d.Total
	}
	s.marks(d.Marks, x, y, radius)
	minutes := int(24 * 60 * between(easeInOut(between(tick(at), begins, ends)), 0, 1))
	shown := fmt.Sprintf("%02d:%02d", minutes/60%24, minutes%60/10*10)
	if at >= ends {
		shown = "24 h"
	}
	s.label(x, y, radius*0.28, shown, "")
	s.ticker(d.Figure(max(1, total)), "", between(at, ends, ends+0.4))
	s.sentence(d.Head, between(at, ends+0.2, ends+0.7))
	s.rows("of", rest, d.Names, func(i int) scene.Color { return hue(d.Names[i].Hue) }, between(at, ends+0.1, ends+1)*float64(len(d.Names)))
}

// draw: the record turns up ray by ray, and then what there is to say of it.
func (f Finale) draw(s *stage, at float64) {
	const begins, ends = 0.5, 5.2
	dial, rest := s.dialBox(0.62)
	x, y, radius := s.sleeve(dial)
	n := len(f.Rays)
	place := easeInOut(between(at, begins, ends)) * float64(n)
	inner, outer := radius*0.36, radius*0.93
	thick := radius / 280 // rays as wide as those of the picture
	stroke := min(9*thick, max(1.4*thick, 2*math.Pi*inner/float64(n)*1.5))
	for i, ray := range f.Rays {
		if float64(i) >= place {
			break
		}
		if ray.Length <= 0 {
			continue
		}
		sin, cos := math.Sincos(angle(float64(i) / float64(n)))
		reach := inner + max(2, (outer-inner)*ray.Length)
		path := scene.Path{Stroke: stroke, Round: true}
		path.MoveTo(cos*inner, sin*inner)
		path.LineTo(cos*reach, sin*reach)
		fill := neutral
		if ray.Of >= 0 && ray.Of < len(palette) {
			fill = palette[ray.Of]
		}
		s.add(fmt.Sprintf("ray%d", i), x, y, path, fill)
	}
	s.label(x, y, radius*0.32, f.Label, f.Note)
	s.sentence(f.Head, between(at, 0.1, 0.6))
	list := rest
	facts := box{}
	if s.Width < s.Height && len(f.Facts) > 0 {
		list.w, facts = rest.w*0.58, box{rest.x + rest.w*0.66, rest.y, rest.w * 0.34, rest.h}
	}
	s.rows("of", list, f.Names, func(i int) scene.Color { return palette[i%len(palette)] }, between(at, ends-0.6, ends+0.9)*float64(len(f.Names)))
	if facts.w > 0 {
		pitch := facts.h / float64(max(3, len(f.Facts)))
		for i, fact := range f.Facts {
			come := easeOut(between(at, ends+0.3*float64(i), ends+0.3*float64(i)+0.5))
			id := "fact" + string(rune('a'+i))
			s.put(id+"n", fact.Figure, body(700, 46), facts.x, facts.y+pitch*float64(i)+50, facts.w, scene.Start, faded(s.ink, come))
			s.put(id+"name", fact.Name, body(500, 32), facts.x, facts.y+pitch*float64(i)+94, facts.w, scene.Start, faded(s.dim, come))
		}
	}
}
