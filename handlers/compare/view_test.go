package compare

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

// TestHeadline: how much more or less a day, in whole percents.
func TestHeadline(t *testing.T) {
	of := func(ms int64) insight.Side {
		return insight.Side{DaysTotal: insight.DaysTotal{Ms: ms, Rows: 1, Covered: 1}}
	}
	for _, c := range []struct {
		a, b int64
		want string
	}{
		{1000, 2916, "2024: 192% more a day than 2023."},
		{1000, 21_000, "2024: 2,000% more a day than 2023."},
		{1000, 856, "2024: 14% less a day than 2023."},
		{100_000, 1, "2024: 99% less a day than 2023."},
		{1000, 0, "2024: 100% less a day than 2023."},
		{1000, 1050, "2023 and 2024: about as much a day."},
	} {
		told := &told{req: &web.Request{}, sides: [2]side{{label: "2023"}, {label: "2024"}}}
		told.A, told.B = of(c.a), of(c.b)
		if got := told.headline().String(); got != c.want {
			t.Errorf("%d and %d: %q, want %q", c.a, c.b, got, c.want)
		}
	}
}
