package charts

import (
	"testing"
)

func TestBandsLieOnTheMap(t *testing.T) {
	for _, c := range []struct {
		name           string
		first, days    int
		x, width       string
		hitX, hitWidth string
	}{
		{"all of it", 0, 1000, "0%", "100%", "0%", "100%"},
		{"a quarter", 250, 250, "25%", "25%", "25%", "25%"},
		{"a day in the middle is seen and hit", 500, 1, "49.9%", "0.3%", "49.05%", "2%"},
		{"the first day stays on the map", 0, 1, "0%", "0.3%", "0%", "2%"},
		{"the last day stays on the map", 999, 1, "99.7%", "0.3%", "98%", "2%"},
		{"what reaches over both edges is cut", -10, 2000, "0%", "100%", "0%", "100%"},
	} {
		got := bands([]StretchView{{First: c.first, Days: c.days}}, 1000)
		if len(got) != 1 {
			t.Errorf("%s: %d bands", c.name, len(got))
			continue
		}
		if b := got[0]; b.X != c.x || b.Width != c.width || b.HitX != c.hitX || b.HitWidth != c.hitWidth {
			t.Errorf("%s: x %s, width %s, hit %s, %s", c.name, b.X, b.Width, b.HitX, b.HitWidth)
		}
	}
	if got := bands([]StretchView{{First: 1000, Days: 3}, {First: -5, Days: 5}, {First: 3, Days: 0}}, 1000); len(got) != 0 {
		t.Errorf("%d bands for what lies outside the map", len(got))
	}
	if got := bands([]StretchView{{Days: 3}}, 0); got != nil {
		t.Errorf("%d bands on a map of no days", len(got))
	}
}

func TestShortBandsLieAboveLongOnes(t *testing.T) {
	got := bands([]StretchView{{First: 10, Days: 1}, {First: 11, Days: 500}, {First: 600, Days: 40}}, 1000)
	for i := 1; i < len(got); i++ {
		if got[i].Days > got[i-1].Days {
			t.Errorf("%d days are drawn after %d", got[i].Days, got[i-1].Days)
		}
	}
}

func TestCoverageLinesFollowTime(t *testing.T) {
	v := CoverageView{
		Rows: []CoverageRowView{
			{Label: "a", Stretches: []StretchView{{First: 0}, {First: 20}}}, {Label: "b", Stretches: []StretchView{{First: 20}}},
			{Label: "both", Stretches: []StretchView{{First: 20}}},
		},
		Gaps: []StretchView{{First: 10}},
	}
	got := ""
	for _, l := range v.lines() {
		got += l.source + " "
	}
	if want := "a In neither a b both "; got != want {
		t.Errorf("lines are %q, want %q", got, want)
	}
}

func TestSeriesShareOneScale(t *testing.T) {
	small := SeriesRowView{Label: "x", Values: []int64{1, 0, 500, 9999}, Figures: []string{"1 h", "", "500 h"}}
	large := SeriesRowView{Label: "y", Values: []int64{1000, 0, 2000}, Figures: []string{"1000 h", "", "2000 h"}}
	v := SeriesView{Months: []string{"May", "June", "July"}, Rows: []SeriesRowView{small, large}}
	got := v.bars(small)
	if len(got) != 2 || len(v.bars(large)) != 2 {
		t.Fatalf("%d and %d bars, want 2 each: none for nothing, none beyond the months", len(got), len(v.bars(large)))
	}
	if got[0].Height != "1" || got[1].Height != "7.5" || got[0].Title != "x, May: 1 h" || got[1].X != "80.833%" {
		t.Errorf("bars are %+v", got)
	}
	if tall := v.bars(large); tall[0].Height != "15" || tall[1].Height != "30" {
		t.Errorf("bars of the larger series are %+v", tall)
	}
	if got, want := v.scale(), "All on one scale. The tallest bar is 2000 h: y, July."; got != want {
		t.Errorf("the scale is %q, want %q", got, want)
	}
	v.Rows = v.Rows[:1]
	if got, want := v.scale(), "The tallest bar is 500 h: July."; got != want {
		t.Errorf("the scale of one series is %q, want %q", got, want)
	}
	v.Rows = []SeriesRowView{{Values: []int64{0}}}
	if v.scale() != "" || v.bars(v.Rows[0]) != nil {
		t.Error("nothing has no scale")
	}
}
