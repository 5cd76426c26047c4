package charts

import (
	"cmp"
	"math"
	"slices"
)

// bandHeight is how tall a source's bands are.
const bandHeight = 18

// A stretch is at least this wide, in percent of the map: one that cannot be
// seen might as well not be there, and one thinner than the second cannot be
// hit.
const (
	leastSeen = 0.3
	leastHit  = 2.0
)

// band is a stretch on the map.
type band struct {
	StretchView
	X, Width       string
	HitX, HitWidth string // what can be pointed at
}

// bands lays stretches out on a map of the given days. What lies outside the map
// is cut off; long stretches come first, so that a short one nearby can still be
// hit.
func bands(stretches []StretchView, days int) []band {
	n := float64(days)
	if n <= 0 {
		return nil
	}
	sorted := slices.SortedStableFunc(slices.Values(stretches), func(a, b StretchView) int { return cmp.Compare(b.Days, a.Days) })
	out := make([]band, 0, len(sorted))
	for _, s := range sorted {
		first, last := math.Max(0, float64(s.First)), math.Min(n, float64(s.First+s.Days))
		if last <= first {
			continue
		}
		x, width := widen(first/n*100, (last-first)/n*100, leastSeen)
		hitX, hitWidth := widen(first/n*100, (last-first)/n*100, leastHit)
		out = append(out, band{
			StretchView: s,
			X:           percent(x, 100), Width: percent(width, 100),
			HitX: percent(hitX, 100), HitWidth: percent(hitWidth, 100),
		})
	}
	return out
}

// widen gives a stretch its least width, to both sides alike, without leaving
// the map.
func widen(x, width, least float64) (float64, float64) {
	if width >= least {
		return x, width
	}
	return math.Min(100-least, math.Max(0, x-(least-width)/2)), least
}

func (b band) title(name string) string {
	s := name + ": " + b.Label
	for _, more := range []string{b.Count, b.Plays} {
		if more != "" {
			s += ", " + more
		}
	}
	return s
}

// coverageLine is a line of the table behind the map.
type coverageLine struct {
	StretchView
	source string
}

// lines are all stretches and gaps in the order of time; those that begin on the
// same day, in the order of the chart.
func (v CoverageView) lines() []coverageLine {
	var out []coverageLine
	add := func(source string, stretches []StretchView) {
		for _, s := range stretches {
			out = append(out, coverageLine{s, source})
		}
	}
	for _, r := range v.Rows {
		add(r.Label, r.Stretches)
	}
	add("In neither", v.Gaps)
	slices.SortStableFunc(out, func(a, b coverageLine) int { return cmp.Compare(a.First, b.First) })
	return out
}
