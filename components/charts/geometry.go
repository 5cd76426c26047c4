package charts

import (
	"math"
	"slices"
	"strconv"
)

// Charts are drawn without a viewBox: x and width are percentages, y and height
// are pixels. So a chart is as wide as its place, its bars scale, and neither
// its text nor its corners are ever stretched.

// percent writes a share of a whole as an SVG length, with no more digits than
// a wide screen can show.
func percent(part, whole float64) string {
	if whole <= 0 || math.IsNaN(part) {
		return "0%"
	}
	return short(part/whole*100, 3) + "%"
}

// short writes a number with at most the given decimals, without trailing zeros.
func short(f float64, decimals int) string {
	pow := math.Pow10(decimals)
	f = math.Round(f*pow) / pow
	if f == math.Trunc(f) && math.Abs(f) < 1e15 { // also −0
		return strconv.Itoa(int(f))
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// barShare is how much of its slot a bar fills; the rest is the gap.
const barShare = 0.84

// barMost is how much of a whole chart one bar fills at most.
const barMost = 0.05

// A chart of months is as many units wide as it has months, each bar in the
// middle of its unit. Stretched to its place, only its height stays in pixels.

func barsBox(months, height int) string {
	return "-.5 0 " + strconv.Itoa(max(months, 1)) + " " + strconv.Itoa(height)
}

func (m MonthView) whole() int64 { return m.Value }

func (m MonthView) part() int64 { return min(m.Part, m.Value) }

// barsPath draws a value of the months that are lit, or of those that are not, as
// upright lines. The highest of all months, or top, reaches the upper edge.
// Whatever is not nothing is at least one pixel high.
func barsPath(months []MonthView, height int, top int64, lit bool, value func(MonthView) int64) string {
	for _, m := range months {
		top = max(top, m.Value)
	}
	path := make([]byte, 0, 14*len(months))
	for i, m := range months {
		if h := barHeight(value(m), top, float64(height)); h > 0 && m.Lit == lit {
			path = strconv.AppendInt(append(path, 'M'), int64(i), 10)
			path = strconv.AppendInt(append(path, ' '), int64(height), 10)
			path = appendTenths(append(path, 'V'), float64(height)-h)
		}
	}
	return string(path)
}

// appendTenths appends a number that is not negative with one decimal, if any.
func appendTenths(b []byte, f float64) []byte {
	tenths := int64(math.Round(f * 10))
	b = strconv.AppendInt(b, tenths/10, 10)
	if tenths%10 != 0 {
		b = append(b, '.', byte('0'+tenths%10))
	}
	return b
}

// litRuns are the months in runs that are all inside the chosen range, or all
// outside of it.
func litRuns(months []MonthView) [][]MonthView {
	var runs [][]MonthView
	for from, i := 0, 1; i <= len(months); i++ {
		if i == len(months) || months[i].Lit != months[from].Lit {
			runs = append(runs, months[from:i])
			from = i
		}
	}
	return runs
}

// barShareOf is how much of a month's slot its bar takes. The bars of a short
// history stay bars.
func barShareOf(months int) float64 { return math.Min(barShare, barMost*float64(months)) }

func barHeight(value, top int64, height float64) float64 {
	if value <= 0 || top <= 0 {
		return 0
	}
	return math.Max(1, float64(value)/float64(top)*height)
}

// tick is a year beneath a chart of months.
type tick struct {
	YearView
	X, Width string // the year's stretch of the axis
	TextX    string
	Anchor   string // text-anchor
	Shift    string // dx, to keep the text clear of the line
	// Line draws the rule that begins the year; a history's first year needs
	// none, it begins at the edge.
	Line bool
	// Ending has the label end at the edge of the chart.
	Ending bool
	// Text says whether the label stands at all, Wide that it does on wide
	// screens only.
	Text, Wide bool
}

// The narrowest screens a label must fit on, and the room it takes, in pixels.
const (
	narrowPlot = 284.0
	widePlot   = 800.0
	labelRoom  = 31.0
)

// ticks places the year labels so that they never touch and are thinned evenly:
// every one stands, or every second, or every third. Only a first or last year
// with too few months for its label goes without one.
func ticks(years []YearView, months int) []tick {
	n := float64(months)
	if len(years) == 0 {
		return nil
	}
	out := make([]tick, len(years))
	for i, y := range years {
		start := float64(y.First)
		out[i] = tick{
			YearView: y,
			X:        percent(start, n), Width: percent(float64(y.Count), n),
			TextX: percent(start, n), Anchor: "start", Shift: "4",
			Line: y.First > 0,
		}
		if !out[i].Line {
			out[i].Shift = "0"
		}
	}
	all := labels{last: len(years) - 1, step: 1}
	wide := all.thinned(years, months, widePlot, true)
	// What stands on a phone stands on a wide screen as well, and in the same way.
	narrow := wide.thinned(years, months, narrowPlot, wide.ending)
	for i := range out {
		out[i].Text = wide.has(i)
		out[i].Wide = wide.has(i) && !narrow.has(i)
	}
	if wide.ending {
		t := &out[wide.last]
		t.TextX, t.Anchor, t.Shift, t.Ending = "100%", "end", "0", true
	}
	return out
}

// labels are every step-th year, from the first to the last that has one. The
// last may have to end at the edge, reaching back over its own line.
type labels struct {
	first, last, step int
	ending            bool
}

func (l labels) has(i int) bool {
	return i >= l.first && i <= l.last && (l.last-i)%l.step == 0
}

// thinned are those of the labels that a plot of the given width has room for.
// Where a last label may end at the edge, it does rather than go.
func (l labels) thinned(years []YearView, months int, plot float64, ending bool) labels {
	n := float64(months)
	at := func(i int) float64 { return float64(years[i].First) / n * plot }
	// The first label of a history stands right at the edge, without a shift.
	room := func(i int) float64 {
		if years[i].First == 0 {
			return labelRoom - 4
		}
		return labelRoom
	}
	for step := l.step; ; step += l.step {
		out := labels{last: l.last, step: step}
		if out.last > 0 && plot-at(out.last) < labelRoom || l.ending {
			before := out.last - step
			out.ending = ending && before >= 0 && plot-labelRoom-at(before) >= room(before)
			for !out.ending && out.last-l.step >= 0 && plot-at(out.last) < room(out.last) {
				out.last -= l.step
			}
		}
		out.first = out.last % step
		// A first year too short for its label goes without.
		if next := out.first + step; out.first == 0 && next <= out.last && at(next) < room(0) {
			out.first = next
		}
		fits := true
		for i := out.first; i+step <= out.last; i += step {
			fits = fits && (at(i+step)-at(i) >= room(i) || i+step == out.last && out.ending)
		}
		if fits {
			return out
		}
	}
}

// zoom returns the months of the years that the lit range touches when it
// touches only one, and nothing otherwise. On phones, where a month of a long
// history is a few pixels wide, these months are offered as links of a finger's
// size.
func (s SpineView) zoom() []MonthView {
	var found *YearView
	for i := range s.Years {
		y := &s.Years[i]
		for _, m := range s.Months[y.First : y.First+y.Count] {
			if !m.Lit {
				continue
			}
			if found != nil && found != y {
				return nil
			}
			found = y
		}
	}
	if found == nil || len(s.Years) < 2 {
		return nil
	}
	return s.Months[found.First : found.First+found.Count]
}

// A spark is one unit wide for each step between its values, and as many units
// high as tenths of a pixel. What is not nothing is a pixel high.
const (
	sparkHeight = 250
	sparkLeast  = 10
)

func sparkBox(values []int64) string {
	return "0 0 " + strconv.Itoa(len(values)-1) + " " + strconv.Itoa(sparkHeight)
}

// sparkPath is a closed shape over the values and back along the ground. Values as
// high as top reach the upper edge.
func sparkPath(values []int64, top int64) string {
	if len(values) < 2 || slices.Max(values) <= 0 {
		return ""
	}
	top = max(top, slices.Max(values))
	height := func(v int64) int64 {
		if v <= 0 {
			return 0
		}
		return max(sparkLeast, int64(math.Round(float64(v)/float64(top)*sparkHeight)))
	}
	path := make([]byte, 0, 8*len(values))
	path = strconv.AppendInt(append(path, "M0 "...), sparkHeight, 10)
	at, up := 0, int64(0) // the point that the path has come to
	for i, v := range values {
		h := height(v)
		switch {
		case i == 0:
			path = strconv.AppendInt(append(path, 'v'), -h, 10)
		case i < len(values)-1 && h == up && height(values[i+1]) == up:
			continue // of a run of equal values only the ends are drawn
		case h == up:
			path = strconv.AppendInt(append(path, 'h'), int64(i-at), 10)
		default:
			path = strconv.AppendInt(append(path, 'l'), int64(i-at), 10)
			if h < up {
				path = append(path, ' ')
			}
			path = strconv.AppendInt(path, up-h, 10)
		}
		at, up = i, h
	}
	return string(append(strconv.AppendInt(append(path, 'V'), sparkHeight, 10), 'Z'))
}

// HeatSteps is the number of classes a heatmap's cells are painted with:
// heat-0 for nothing, heat-1 to heat-20 for more and more.
const HeatSteps = 20

// heatStep is the class of a value. The exponent lifts the small values, which
// would all look alike otherwise.
func heatStep(value, top int64) int {
	if value <= 0 || top <= 0 {
		return 0
	}
	intensity := 0.06 + 0.94*math.Pow(float64(value)/float64(top), 0.7)
	return min(HeatSteps, max(1, int(math.Round(intensity*HeatSteps))))
}

func (h *HeatmapView) top() int64 {
	var top int64
	for _, row := range h.Cells {
		for _, c := range row {
			top = max(top, c.Value)
		}
	}
	return top
}

// segment is a part of a stacked bar.
type segment struct {
	StackPartView
	X, Width string
}

// segments lays the parts end to end. A part that is not nothing stays visible:
// it gets at least half a percent, which the largest part gives up.
func segments(parts []StackPartView) []segment {
	var sum int64
	for _, p := range parts {
		sum += max(0, p.Value)
	}
	if sum == 0 {
		return nil
	}
	const least = 0.5
	widths := make([]float64, len(parts))
	largest, taken := 0, 0.0
	for i, p := range parts {
		widths[i] = float64(max(0, p.Value)) / float64(sum) * 100
		if p.Value > 0 {
			widths[i] = math.Max(least, widths[i])
		}
		taken += widths[i]
		if widths[i] > widths[largest] {
			largest = i
		}
	}
	widths[largest] -= taken - 100
	out := make([]segment, 0, len(parts))
	x := 0.0
	for i, p := range parts {
		if widths[i] <= 0 {
			continue
		}
		out = append(out, segment{StackPartView: p, X: percent(x, 100), Width: percent(widths[i], 100)})
		x += widths[i]
	}
	return out
}
