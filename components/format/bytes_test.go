package format_test

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
)

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "0 bytes", 0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1 kB", 12_499: "12 kB",
		999_499: "999 kB", 999_500: "1.0 MB", 1_250_000: "1.3 MB", 96 << 20: "100.7 MB",
	} {
		if got := (format.Locale{}).Bytes(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
