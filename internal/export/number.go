package export

import (
	"math"
	"strconv"
)

// wholeNumber reads the integer that the text of a JSON number stands for.
// 215000.0 and 2.15e5 are integers too, 1.5 is none. Numbers beyond an int64
// are clamped; the bounds of callers are far inside.
func wholeNumber(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 18 || (b[0] == '0' && len(b) > 1) {
		return oddNumber(b)
	}
	for _, c := range b {
		if !isDigit(c) {
			return oddNumber(b)
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// oddNumber is wholeNumber for whatever is not a short run of digits.
func oddNumber(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	// The terminator lets readNumber see that the number ends here.
	var v value
	if end, st := readNumber(append(append(make([]byte, 0, 64), b...), ' '), 0, &v); st != done || end != len(b) {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	switch {
	case err != nil && !math.IsInf(f, 0):
		return 0, false
	case f >= 1<<53:
		return math.MaxInt64, true
	case f <= -1<<53:
		return math.MinInt64, true
	case f != math.Trunc(f):
		return 0, false
	}
	return int64(f), true
}
