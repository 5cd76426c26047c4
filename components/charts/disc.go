package charts

import (
	"math"

	"github.com/a-h/templ"
)

// RecordView is listening drawn as a record: one ray a day around a label.
type RecordView struct {
	Label string // in the middle: "2025"
	Note  string // beneath it: "one line a day"
	Says  string // what it shows, for who cannot see it
	Rays  []RayView
}

// RayView is a day of a record. One without time is not drawn.
type RayView struct {
	Ms    int64
	URL   string // optional
	Title string
	Hue   string // the name that gives the colour; empty is neutral
}

// A record is drawn in a square of recordSize, its rays between two radii.
const (
	recordSize  = 560.0
	recordInner = 112.0
	recordOuter = 264.0
)

// rays are the days of a record: hundreds of links, written without a template.
// They are no stops on the way of a keyboard, because the calendar has the same.
func (v *RecordView) rays() templ.Component {
	var top int64
	for _, r := range v.Rays {
		top = max(top, r.Ms)
	}
	b := make([]byte, 0, 160*len(v.Rays))
	for i, r := range v.Rays {
		if r.Ms <= 0 {
			continue
		}
		element := "g"
		if r.URL != "" {
			element = "a"
		}
		b = append(append(b, '<'), element...)
		if r.URL != "" {
			b = append(appendHref(b, r.URL), ` tabindex="-1"`...)
		}
		b = append(b, '>')
		if r.Title != "" {
			b = append(append(append(b, `<title>`...), templ.EscapeString(r.Title)...), `</title>`...)
		}
		b = append(b, `<path`...)
		if r.Hue != "" {
			b = appendAttribute(b, "class", r.Hue)
		}
		b = append(append(b, ` d="`...), rayPath(i, len(v.Rays), float64(r.Ms)/float64(top))...)
		b = append(append(append(b, `"></path></`...), element...), '>')
	}
	return templ.Raw(string(b))
}

// rayPath is the i-th of n rays, clockwise from the top.
func rayPath(i, n int, share float64) string {
	sin, cos := math.Sincos(2*math.Pi*float64(i)/float64(n) - math.Pi/2)
	reach := recordInner + max(1.5, (recordOuter-recordInner)*share)
	at := func(radius float64) string {
		return short(recordSize/2+radius*cos, 1) + " " + short(recordSize/2+radius*sin, 1)
	}
	return "M" + at(recordInner) + "L" + at(reach)
}

// width is how wide a ray is, so that neighbours do not touch.
func (v *RecordView) width() string {
	return short(min(9, max(1.4, 2*math.Pi*recordInner/float64(max(len(v.Rays), 1))*0.82)), 2)
}
