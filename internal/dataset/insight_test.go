package dataset

import "time"

// Insight is what package insight makes of datasets. It cannot be imported here,
// where the reference is that its answers are compared with.
var Insight struct {
	Clock                func(Selection) [7][24]int64
	Countries, Platforms func(Selection) []Share
	PlayedMs             func(Selection) int64
	Coverage             func(*Dataset, *time.Location)
	ZoneGuess            func(*Dataset) string
}

// Share is that of package insight.
type Share struct {
	Value       string
	Rows, Plays int
	Ms          int64
}
