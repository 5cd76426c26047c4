package charts

import (
	"strconv"
	"strings"
)

// BumpView is the places of a few things over several periods.
type BumpView struct {
	ID, Label string
	Periods   []string // labels
	Lines     []BumpLineView
	Depth     int // the lowest place drawn
}

// BumpLineView is one of them. A place of 0 is beyond the chart.
type BumpLineView struct {
	Name, URL, Hue string
	Places         []int
}

// A bump chart is drawn in units: a place is bumpRow high, a period bumpStep wide.
const (
	bumpRow  = 30.0
	bumpStep = 90.0
	bumpPad  = 16.0
)

func (v *BumpView) width() float64 { return 2*bumpPad + bumpStep*float64(max(1, len(v.Periods)-1)) }

func (v *BumpView) height() float64 { return bumpRow * float64(v.Depth) }

func (v *BumpView) box() string {
	return "0 0 " + short(v.width(), 0) + " " + short(v.height(), 0)
}

func bumpX(i int) float64 { return bumpPad + bumpStep*float64(i) }

func bumpY(place int) float64 { return bumpRow * (float64(place) - 0.5) }

// path joins the places that follow each other by smooth lines.
func (l *BumpLineView) path(depth int) string {
	var b strings.Builder
	before := 0
	for i, place := range l.Places {
		if place > depth {
			place = 0
		}
		if place > 0 {
			x, y := bumpX(i), bumpY(place)
			if before == 0 {
				b.WriteString("M" + short(x, 1) + " " + short(y, 1))
			} else {
				half := bumpStep / 2
				b.WriteString("C" + short(x-half, 1) + " " + short(bumpY(before), 1) + " " + short(x-half, 1) + " " + short(y, 1) + " " + short(x, 1) + " " + short(y, 1))
			}
		}
		before = place
	}
	return b.String()
}

// says is a line in words: "Some Artist: 3 in 2023, 1 in 2024".
func (v *BumpView) says(l BumpLineView) string {
	var b strings.Builder
	b.WriteString(l.Name)
	mark := ": "
	for i, place := range l.Places {
		if place > 0 && place <= v.Depth && i < len(v.Periods) {
			b.WriteString(mark + strconv.Itoa(place) + " in " + v.Periods[i])
			mark = ", "
		}
	}
	return b.String()
}

// bumpDot is a place of a line.
type bumpDot struct{ X, Y string }

func (l *BumpLineView) dots(depth int) []bumpDot {
	var dots []bumpDot
	for i, place := range l.Places {
		if place > 0 && place <= depth {
			dots = append(dots, bumpDot{short(bumpX(i), 1), short(bumpY(place), 1)})
		}
	}
	return dots
}

// ended are the lines by their place in the last period, "" where no line is.
func (v *BumpView) ended() []*BumpLineView {
	list := make([]*BumpLineView, v.Depth)
	for i := range v.Lines {
		l := &v.Lines[i]
		if n := len(l.Places); n > 0 && l.Places[n-1] > 0 && l.Places[n-1] <= v.Depth {
			list[l.Places[n-1]-1] = l
		}
	}
	return list
}

// place is a place in a table.
func place(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}

// A bumpEnd is the name of a line that ends before the last period, where it does.
type bumpEnd struct {
	X, Y, Name string
	// Crowded is true where the name of a line that ends later stands in the same row:
	// on a narrow screen there is no room for both.
	Crowded bool
}

// left are the names of the lines that end before the last period.
func (v *BumpView) left() []bumpEnd {
	var ends []bumpEnd
	var places, periods []int   // where each ends
	latest := make(map[int]int) // of each place, the last period in which a line ends there
	for _, l := range v.Lines {
		last, at := 0, -1
		for i, place := range l.Places {
			if place > 0 && place <= v.Depth {
				last, at = place, i
			}
		}
		if at >= 0 && at < len(l.Places)-1 {
			ends = append(ends, bumpEnd{X: percent(bumpX(at), v.width()), Y: short(bumpY(last), 1), Name: l.Name})
			places, periods = append(places, last), append(periods, at)
			latest[last] = max(latest[last], at)
		}
	}
	for i := range ends {
		ends[i].Crowded = periods[i] < latest[places[i]]
	}
	return ends
}
