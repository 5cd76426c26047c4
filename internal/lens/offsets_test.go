package lens

import (
	"testing"
	"time"
)

// The offsets of whole lifetimes, beyond the years that zone files spell out,
// must be those that package time gives one by one.
func TestZoneOffsets(t *testing.T) {
	step := int64(5*3600 + 7)
	if testing.Short() {
		step *= 11
	}
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "America/New_York", "Pacific/Auckland", "Africa/Casablanca", "Europe/Dublin", "Australia/Lord_Howe"} {
		tz, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, first := range []int64{0, 1_000_000_001, 2_240_000_000} {
			last := first + 60*366*SecondsPerDay
			o := ZoneOffsets(tz, first, last)
			if len(o.from) > 400 {
				t.Errorf("%s: %d offsets in 60 years", zone, len(o.from))
			}
			for ts := first; ts <= last; ts += step {
				if _, want := time.Unix(ts, 0).In(tz).Zone(); o.At(ts) != int64(want) {
					t.Fatalf("%s at %v: offset %d, want %d", zone, time.Unix(ts, 0).UTC(), o.At(ts), want)
				}
				for _, ts := range []int64{ts, ts - 3600, ts + 1} {
					if day, want := o.Day(max(ts, first)), DateIn(max(ts, first), tz).Number(); day != want {
						t.Fatalf("%s at %v: day %d, want %d", zone, time.Unix(ts, 0).UTC(), day, want)
					}
				}
			}
			if o.At(first) != o.offset[0] {
				t.Errorf("%s: going back in time is not possible", zone)
			}
		}
	}
}
