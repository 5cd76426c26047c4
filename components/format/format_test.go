package format_test

import (
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
)

const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
)

func TestNumberIsGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -53411: "−53,411"} {
		if got := (format.Locale{}).Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestHours(t *testing.T) {
	var l format.Locale
	for _, c := range []struct {
		ms                 int64
		short, words, full string
	}{
		{-5, "–", "no time", "no time"},
		{0, "–", "no time", "no time"},
		{499, "< 1 s", "less than a second", "less than a second"},
		{500, "1 s", "1 second", "less than a second"},
		{1 * second, "1 s", "1 second", "1 second"},
		{59*second + 400, "59 s", "59 seconds", "59 seconds"},
		{59*second + 600, "1 min", "1 minute", "59 seconds"},
		{12 * minute, "12 min", "12 minutes", "12 minutes"},
		{12*minute + 5*second, "12 min", "12 minutes", "12 minutes 5 seconds"},
		{59*minute + 40*second, "1.0 h", "1 hour", "59 minutes 40 seconds"},
		{hour, "1.0 h", "1 hour", "1 hour"},
		{17*hour + 30*minute, "17.5 h", "17.5 hours", "17 hours 30 minutes"},
		{30 * hour, "30.0 h", "30 hours", "30 hours"},
		{99*hour + 58*minute, "100 h", "100 hours", "99 hours 58 minutes"},
		{289*hour + 12*minute, "289 h", "289 hours", "289 hours 12 minutes"},
		{2623 * hour, "2,623 h", "2,623 hours", "2,623 hours"},
	} {
		if got := l.Hours(c.ms); got != c.short {
			t.Errorf("Hours(%d) = %q, want %q", c.ms, got, c.short)
		}
		if got := l.HoursInWords(c.ms); got != c.words {
			t.Errorf("HoursInWords(%d) = %q, want %q", c.ms, got, c.words)
		}
		if got := l.Exact(c.ms); got != c.full {
			t.Errorf("Exact(%d) = %q, want %q", c.ms, got, c.full)
		}
	}
}

func TestLength(t *testing.T) {
	for ms, want := range map[int64]string{
		-1: "0:00", 0: "0:00", 9 * second: "0:09", 3*minute + 42*second: "3:42",
		hour + 2*minute + 3*second: "1:02:03", 25 * hour: "25:00:00",
	} {
		if got := format.Length(ms); got != want {
			t.Errorf("Length(%d) = %q, want %q", ms, got, want)
		}
	}
}

func TestPercentNeverClaimsMoreThanIsTrue(t *testing.T) {
	var l format.Locale
	for _, c := range []struct {
		part, whole int64
		want        string
	}{
		{0, 0, "0%"}, {0, 10, "0%"}, {10, 10, "100%"}, {1, 100_000, "< 0.1%"},
		{99_999, 100_000, "> 99.9%"}, {53_411, 59_404, "89.9%"}, {83, 100, "83%"},
	} {
		if got := l.Percent(c.part, c.whole); got != c.want {
			t.Errorf("Percent(%d, %d) = %q, want %q", c.part, c.whole, got, c.want)
		}
	}
}

func TestTimes(t *testing.T) {
	for n, want := range map[int]string{0: "0 times", 1: "once", 2: "twice", 1003: "1,003 times"} {
		if got := (format.Locale{}).Times(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	var l format.Locale
	if got := l.Count(1, "play", "plays"); got != "1 play" {
		t.Error(got)
	}
	if got := l.Count(2780, "play", "plays"); got != "2,780 plays" {
		t.Error(got)
	}
}

func TestDates(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 21, 47, 0, 0, time.UTC) }
	monday := day(2023, time.December, 18)
	for got, want := range map[string]string{
		format.Date(monday):                             "18 December 2023",
		format.ShortDate(monday):                        "18 Dec 2023",
		format.LongDate(monday):                         "Monday, 18 December 2023",
		format.Month(monday):                            "December 2023",
		format.Clock(monday):                            "21:47",
		format.Span(day(2018, 3, 29), day(2026, 2, 28)): "29 Mar 2018\u00a0– 28 Feb 2026",
		format.Span(day(2021, 1, 3), day(2021, 3, 9)):   "3 Jan\u00a0– 9 Mar 2021",
		format.Span(day(2021, 1, 3), day(2021, 1, 9)):   "3\u00a0–\u00a09 Jan 2021",
		format.Span(day(2021, 1, 3), day(2021, 1, 3)):   "3 Jan 2021",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestBriefSpan(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		first, last time.Time
		want        string
	}{
		{day(2023, 12, 18), day(2026, 2, 5), "2023–26"},
		{day(2024, 1, 31), day(2024, 3, 1), "Jan–Mar\u00a0’24"},
		{day(2024, 1, 3), day(2024, 1, 9), "3–9 Jan ’24"},
		{day(2024, 2, 29), day(2024, 2, 29), format.ShortDate(day(2024, 2, 29))},
	} {
		if got := format.BriefSpan(c.first, c.last); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
