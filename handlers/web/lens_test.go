package web

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestYearBefore(t *testing.T) {
	for want, d := range map[string]lens.Date{
		"2023-02-28": {Year: 2024, Month: 2, Day: 29},
		"2025-02-28": {Year: 2026, Month: 2, Day: 28},
		"2023-12-31": {Year: 2024, Month: 12, Day: 31},
	} {
		if got := yearBefore(d).String(); got != want {
			t.Errorf("a year before %s: %s, want %s", d, got, want)
		}
	}
}
