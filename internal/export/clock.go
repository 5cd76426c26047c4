package export

import (
	"encoding/binary"
	"time"
)

// The years a play can lie in. Spotify was founded in 2006; a row from the year
// 1 or 9999 is a broken clock, and would stretch every chart to its date.
const (
	firstYear = 2000
	lastYear  = 2099
)

// clock reads the times of a history file. Rows of one day are adjacent, so it
// remembers the last day.
type clock struct {
	day      [10]byte // "2023-03-15"
	midnight int64
	known    bool
}

// second reads "YYYY-MM-DDTHH:MM:SSZ" and returns Unix seconds. Files that went
// through another program may have a space for the T, a fraction, a "[UTC]" at
// the end, an offset from UTC, or nothing in place of the Z, which then is meant.
func (c *clock) second(b []byte) (int64, problem) {
	if len(b) < 19 || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return 0, problemNotTime
	}
	rest := b[19:]
	if len(rest) > 0 && rest[0] == '.' {
		digits := skipDigits(rest, 1)
		if digits == 1 || digits > 10 {
			return 0, problemNotTime
		}
		rest = rest[digits:]
	}
	offset, ok := offsetOf(rest)
	sec, ok2 := pair(b[17:], 60)
	if !ok || !ok2 {
		return 0, problemNotTime
	}
	minute, p := c.minuteAt(b)
	return minute + sec - offset, p
}

// offsetOf reads the offset from UTC that follows the seconds, and returns it
// in seconds.
func offsetOf(b []byte) (int64, bool) {
	switch {
	case len(b) == 0, string(b) == "Z", string(b) == "Z[UTC]":
		return 0, true
	case len(b) == 6 && b[3] == ':', len(b) == 5:
	default:
		return 0, false
	}
	const most = 15 // no zone is further ahead than 14 hours
	hours, ok := pair(b[1:], most)
	minutes, ok2 := pair(b[len(b)-2:], 60)
	seconds := hours*3600 + minutes*60
	if b[0] == '-' {
		seconds = -seconds
	}
	return seconds, ok && ok2 && (b[0] == '+' || b[0] == '-')
}

// minute reads "YYYY-MM-DD HH:MM", or what second reads, and drops the seconds.
func (c *clock) minute(b []byte) (int64, problem) {
	if len(b) != 16 {
		at, p := c.second(b)
		return at - at%60, p
	}
	if b[10] != ' ' && b[10] != 'T' || b[13] != ':' {
		return 0, problemNotTime
	}
	return c.minuteAt(b)
}

// minuteAt reads the date and the HH:MM of b, which is known to be long enough.
func (c *clock) minuteAt(b []byte) (int64, problem) {
	hour, ok := pair(b[11:], 24)
	minute, ok2 := pair(b[14:], 60)
	if !ok || !ok2 {
		return 0, problemNotTime
	}
	if !c.known ||
		binary.LittleEndian.Uint64(b) != binary.LittleEndian.Uint64(c.day[:]) ||
		binary.LittleEndian.Uint16(b[8:]) != binary.LittleEndian.Uint16(c.day[8:]) {
		midnight, p := midnightOf(b)
		if p != problemNone {
			return 0, p
		}
		copy(c.day[:], b)
		c.midnight, c.known = midnight, true
	}
	return c.midnight + hour*3600 + minute*60, problemNone
}

// pair reads two digits that stand for a number below limit.
func pair(b []byte, limit int64) (int64, bool) {
	n := int64(b[0]-'0')*10 + int64(b[1]-'0')
	return n, isDigit(b[0]) && isDigit(b[1]) && n < limit
}

// midnightOf reads the date "YYYY-MM-DD" that b begins with, which must exist,
// and returns the Unix time at which it began.
func midnightOf(b []byte) (int64, problem) {
	century, ok1 := pair(b, 100)
	year, ok2 := pair(b[2:], 100)
	month, ok3 := pair(b[5:], 13)
	day, ok4 := pair(b[8:], 32)
	if !ok1 || !ok2 || !ok3 || !ok4 || b[4] != '-' || b[7] != '-' || month == 0 || day == 0 {
		return 0, problemNotTime
	}
	year += century * 100
	midnight := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	switch {
	case midnight.Day() != int(day): // the month has fewer days
		return 0, problemNotTime
	case year < firstYear || year > lastYear:
		return 0, problemStrangeTime
	}
	return midnight.Unix(), problemNone
}
