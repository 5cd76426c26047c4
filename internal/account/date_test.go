package account

import (
	"testing"
	"time"
)

// TestMilliseconds: a time is one of our day or none, since pages link days to
// the history.
func TestMilliseconds(t *testing.T) {
	const want = "2024-01-20T10:30:00Z"
	for _, s := range []string{
		want, "2024-01-20T10:30:00Z[UTC]", "2024-01-20T11:30:00.000+01:00[Europe/Berlin]", "2024-01-20 10:30:00 UTC", "2024-01-20 10:30",
		"1705746600", "1705746600000", "1705746600000000",
		"1970-01-20T17:49:06.6Z", // a thousand times too small
	} {
		if got := time.UnixMilli(milliseconds(s)).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s is %s", s, got)
		}
	}
	for _, s := range []string{
		"", "x", "0", "-1", "1", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z[UTC]", "1970-12-31T00:00:00Z",
		"1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "9999-12-31T23:59:59Z[UTC]", "9223372036854775807",
	} {
		if got := milliseconds(s); got != 0 {
			t.Errorf("%q is %s", s, time.UnixMilli(got).UTC())
		}
	}
	for _, s := range []string{"2000-01-01T00:00:00Z", "2099-12-31T23:59:59Z"} {
		if milliseconds(s) == 0 {
			t.Errorf("%s is none", s)
		}
	}
}
