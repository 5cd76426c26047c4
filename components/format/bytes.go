package format

// Bytes is a size of data, as file managers say it: "812 bytes", "12 kB",
// "1.2 MB".
func (l Locale) Bytes(n int64) string {
	switch {
	case n < 1000:
		return l.Count(int(max(n, 0)), "byte", "bytes")
	case n < 999_500:
		return l.Number(int(roundDiv(n, 1000))) + " kB"
	default:
		return l.Decimal(roundDiv(n, 100_000)) + " MB"
	}
}
