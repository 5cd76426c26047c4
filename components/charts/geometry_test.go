package charts

import (
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func number(t interface{ Fatalf(string, ...any) }, s string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil {
		t.Fatalf("%q is not a number: %v", s, err)
	}
	return f
}

func monthsOf(values ...int64) []MonthView {
	out := make([]MonthView, len(values))
	for i, v := range values {
		out[i].Value = v
	}
	return out
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		part, whole float64
		want        string
	}{{0, 0, "0%"}, {1, 0, "0%"}, {1, 4, "25%"}, {1, 3, "33.333%"}, {3, 3, "100%"}, {math.NaN(), 3, "0%"}, {-0.00001, 3, "0%"}} {
		if got := percent(c.part, c.whole); got != c.want {
			t.Errorf("percent(%v, %v) = %q, want %q", c.part, c.whole, got, c.want)
		}
	}
}

// A short number is the nearest with so many decimals, as strconv writes it.
func TestShort(t *testing.T) {
	check := func(f float64, decimals int) {
		t.Helper()
		pow := math.Pow10(decimals)
		want := strconv.FormatFloat(math.Round(f*pow)/pow, 'f', -1, 64)
		if want == "-0" {
			want = "0"
		}
		if got := short(f, decimals); got != want {
			t.Errorf("%v with %d decimals: %q, want %q", f, decimals, got, want)
		}
	}
	for _, f := range []float64{0, -0.0004, 0.0005, -0.25, -1.25, 0.1, 0.01, 0.001, 0.105, 99.9996, 1e14, 3e15, -3e15, 12.34} {
		for decimals := range 4 {
			check(f, decimals)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		check((random.Float64()-0.5)*math.Pow10(random.IntN(8)), random.IntN(4))
	}
}

func TestBarsStandOnTheGround(t *testing.T) {
	months := monthsOf(0, 1, 500, 1000)
	months[2].Part = 250
	months[3].Part = 5000 // more than the whole: never taller than the bar
	months[3].Lit = true
	for _, c := range []struct {
		top   int64
		lit   bool
		value func(MonthView) int64
		want  string
	}{
		{0, false, MonthView.whole, "M1 50V49M2 50V25"}, // something is never nothing
		{0, true, MonthView.whole, "M3 50V0"},
		{0, false, MonthView.part, "M2 50V37.5"},
		{0, true, MonthView.part, "M3 50V0"},
		{2000, true, MonthView.whole, "M3 50V25"}, // a gridline at 2000
	} {
		if got := barsPath(months, 50, c.top, c.lit, c.value); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if got := barsPath(nil, 50, 0, true, MonthView.whole); got != "" || barsBox(0, 50) != "-.5 0 1 50" {
		t.Errorf("no months give bars: %q", got)
	}
	for months, want := range map[int]string{4: "0.2", 24: "0.84"} {
		if got := short(barShareOf(months), 2); got != want {
			t.Errorf("of %d months a bar takes %s of its place, want %s", months, got, want)
		}
	}
}

func TestBarsStayInsideThePlot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, math.MaxInt64/2), 1, 240).Draw(t, "values")
		bars := map[string]string{}
		for bar := range strings.SplitSeq(barsPath(monthsOf(values...), 52, 0, false, MonthView.whole), "M") {
			month, line, _ := strings.Cut(bar, " 52V")
			bars[month] = line
		}
		for i, value := range values {
			y, drawn := bars[strconv.Itoa(i)]
			if drawn != (value > 0) {
				t.Fatalf("value %d is drawn: %v", value, drawn)
			}
			if drawn && (number(t, y) < 0 || number(t, y) > 51) {
				t.Fatalf("the bar of %d reaches up to %s", value, y)
			}
		}
	})
}

func TestLitRunsHoldEveryMonthOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lit := rapid.SliceOfN(rapid.Bool(), 0, 30).Draw(t, "lit")
		months := make([]MonthView, len(lit))
		for i := range months {
			months[i] = MonthView{Lit: lit[i], Value: int64(i)}
		}
		runs := litRuns(months)
		if got := slices.Concat(runs...); !slices.Equal(got, months) {
			t.Fatalf("the runs hold %+v", got)
		}
		for i, run := range runs {
			if slices.ContainsFunc(run, func(m MonthView) bool { return m.Lit != run[0].Lit }) || i > 0 && runs[i-1][0].Lit == run[0].Lit {
				t.Fatalf("of %v the runs are %+v", lit, runs)
			}
		}
	})
}

// history makes the years of n months that begin in the given month (0–11).
func history(first, n int) []YearView {
	var out []YearView
	for i := range n {
		if len(out) == 0 || (first+i)%12 == 0 {
			out = append(out, YearView{Label: strconv.Itoa(2018 + len(out)), First: i})
		}
		out[len(out)-1].Count++
	}
	return out
}

// spanOf is where a label stands, in pixels.
func spanOf(t interface{ Fatalf(string, ...any) }, k tick, plot float64) (from, to float64) {
	const width = 25
	x := number(t, k.TextX) / 100 * plot
	if k.Anchor == "end" {
		return x - width, x
	}
	return x + number(t, k.Shift), x + number(t, k.Shift) + width
}

func TestYearLabelsNeverTouch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 260).Draw(t, "months")
		years := history(rapid.IntRange(0, 11).Draw(t, "first"), n)
		for _, plot := range []float64{narrowPlot, widePlot, 1200} {
			end := math.Inf(-1)
			for _, k := range ticks(years, n) {
				if !k.Text || k.Wide && plot < widePlot {
					continue
				}
				from, to := spanOf(t, k, plot)
				if from < end {
					t.Fatalf("%d months, plot %v: %s begins at %v, the one before ends at %v", n, plot, k.Label, from, end)
				}
				end = to
			}
		}
	})
}

// TestYearLabelsAreThinnedEvenly allows no gap between two labels that is unlike
// the others.
func TestYearLabelsAreThinnedEvenly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "months")
		years := history(rapid.IntRange(0, 11).Draw(t, "first"), n)
		for _, wide := range []bool{false, true} {
			var shown []int
			for i, k := range ticks(years, n) {
				if k.Text && (wide || !k.Wide) {
					shown = append(shown, i)
				}
			}
			if len(shown) == 0 {
				t.Fatalf("%d months, wide %v: no year at all", n, wide)
			}
			for i := 2; i < len(shown); i++ {
				if shown[i]-shown[i-1] != shown[1]-shown[0] {
					t.Fatalf("%d months, wide %v: labels stand at the years %v", n, wide, shown)
				}
			}
		}
	})
}

func TestYearLabels(t *testing.T) {
	shown := func(first, n int, wide bool) string {
		var labels []string
		for _, k := range ticks(history(first, n), n) {
			if k.Text && (wide || !k.Wide) {
				labels = append(labels, k.Label+" "+k.Anchor)
			}
		}
		return strings.Join(labels, ", ")
	}
	for _, c := range []struct {
		name     string
		first, n int
		wide     bool
		want     string
	}{
		{"eight years on a wide screen, two months of the last", 2, 96, true,
			"2018 start, 2019 start, 2020 start, 2021 start, 2022 start, 2023 start, 2024 start, 2025 start, 2026 end"},
		{"the last two months are no year to drop another for", 2, 96, false,
			"2018 start, 2019 start, 2020 start, 2021 start, 2022 start, 2023 start, 2024 start, 2025 start"},
		{"twenty years on a phone", 0, 240, false,
			"2020 start, 2023 start, 2026 start, 2029 start, 2032 start, 2035 start"},
		{"seven months", 0, 7, false, "2018 start"},
		{"two months of the first year", 10, 98, false,
			"2019 start, 2020 start, 2021 start, 2022 start, 2023 start, 2024 start, 2025 start, 2026 start"},
	} {
		if got := shown(c.first, c.n, c.wide); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, got, c.want)
		}
	}
	if got := ticks(nil, 0); len(got) != 0 {
		t.Errorf("no years: %v", got)
	}
}

func TestZoomIsTheOneYearThatIsLit(t *testing.T) {
	spine := func(lit ...int) SpineView {
		s := SpineView{Months: monthsOf(make([]int64, 30)...), Years: history(2, 30)}
		for i := range s.Months {
			s.Months[i].Label = strconv.Itoa(i)
			s.Months[i].Lit = slices.Contains(lit, i)
		}
		return s
	}
	if got := spine(11, 12).zoom(); len(got) != 12 || got[0].Label != "10" {
		t.Errorf("two months of the second year: %v", got)
	}
	if got := spine(9, 10).zoom(); got != nil {
		t.Errorf("two years: %v", got)
	}
	if got := spine().zoom(); got != nil {
		t.Errorf("nothing lit: %v", got)
	}
	short := SpineView{Months: monthsOf(1, 1), Years: history(0, 2)}
	short.Months[0].Lit = true
	if got := short.zoom(); got != nil {
		t.Errorf("a history within one year needs no zoom: %v", got)
	}
}

func TestSparkPath(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []int64
		top    int64
		want   string
	}{
		{"up and down", []int64{0, 10, 5}, 0, "M0 250v0l1-250l1 125V250Z"},
		{"a run is drawn by its ends", []int64{0, 0, 0, 0, 10}, 0, "M0 250v0h3l1-250V250Z"},
		{"beside a row of 1000", []int64{0, 10, 1}, 1000, "M0 250v0l1-10h1V250Z"},
		{"from the top", []int64{4, 4, 0}, 0, "M0 250v-250h1l1 250V250Z"},
	} {
		if got := sparkPath(c.values, c.top); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for _, values := range [][]int64{nil, {5}, {0, 0, 0}} {
		if got := sparkPath(values, 9); got != "" {
			t.Errorf("sparkPath(%v) = %q, want nothing", values, got)
		}
	}
	if got := sparkBox(make([]int64, 97)); got != "0 0 96 250" {
		t.Errorf("the box is %s", got)
	}
}

// TestSparkPathIsThroughItsValues follows the steps of the path.
func TestSparkPathIsThroughItsValues(t *testing.T) {
	step := regexp.MustCompile(`([vhl])(-?[0-9]+)(?: ?(-?[0-9]+))?`)
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(-5, math.MaxInt64), 2, 60).Draw(t, "values")
		path := sparkPath(values, 9)
		if path == "" {
			return
		}
		x, y := 0.0, float64(sparkHeight)
		for _, m := range step.FindAllStringSubmatch(path, -1) {
			switch m[1] {
			case "v":
				y += number(t, m[2])
			case "h":
				x += number(t, m[2])
			case "l":
				x, y = x+number(t, m[2]), y+number(t, m[3])
			}
			v := values[int(x)]
			want := float64(max(9, slices.Max(values)))
			want = sparkHeight - math.Round(math.Max(0, float64(v)/want*sparkHeight))
			if v > 0 {
				want = math.Min(want, sparkHeight-sparkLeast)
			}
			if y != want {
				t.Fatalf("%v: %s is at %v in month %v, want %v", values, path, y, x, want)
			}
		}
		if int(x) != len(values)-1 {
			t.Fatalf("%s ends in month %v", path, x)
		}
	})
}

func TestHeatStep(t *testing.T) {
	for _, c := range []struct {
		value, top int64
		want       int
	}{{0, 100, 0}, {-1, 100, 0}, {5, 0, 0}, {1, 1_000_000, 1}, {50, 100, 13}, {100, 100, 20}} {
		if got := heatStep(c.value, c.top); got != c.want {
			t.Errorf("heatStep(%d, %d) = %d, want %d", c.value, c.top, got, c.want)
		}
	}
}

func TestSegmentsFillTheBar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 6).Draw(t, "values")
		parts := make([]StackPartView, len(values))
		var some int
		for i, v := range values {
			parts[i].Value = v
			if v > 0 {
				some++
			}
		}
		got := segments(parts)
		if len(got) != some {
			t.Fatalf("%d of %v are drawn", len(got), values)
		}
		x := 0.0
		for _, s := range got {
			if math.Abs(number(t, s.X)-x) > 0.01 || number(t, s.Width) < 0.49 {
				t.Fatalf("%v: a part at %s, %s wide, want it at %v", values, s.X, s.Width, x)
			}
			x += number(t, s.Width)
		}
		if some > 0 && math.Abs(x-100) > 0.01 {
			t.Fatalf("%v: the parts end at %v %%", values, x)
		}
	})
	if segments(nil) != nil || segments(make([]StackPartView, 2)) != nil {
		t.Error("nothing is drawn as something")
	}
}

func TestRecordFitsItsSquare(t *testing.T) {
	for _, n := range []int{1, 30, 365, 400} {
		for i := range n {
			for _, share := range []float64{0, 0.001, 0.5, 1} {
				path := rayPath(i, n, share)
				for _, s := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("ML ", r) }) {
					if f := number(t, s); f < 280-recordOuter-0.1 || f > 280+recordOuter+0.1 {
						t.Fatalf("ray %d of %d leaves the record: %s", i, n, path)
					}
				}
			}
		}
	}
	if got := rayPath(0, 365, 1); got != "M280 168L280 16" {
		t.Errorf("the first ray is %s, not from the label straight up to the rim", got)
	}
}

func TestAbbreviated(t *testing.T) {
	for label, want := range map[string]string{"March 2019": "Mar", "May 2020": "May", "": "", "x": "x"} {
		if got := abbreviated(label); got != want {
			t.Errorf("abbreviated(%q) = %q", label, got)
		}
	}
}
